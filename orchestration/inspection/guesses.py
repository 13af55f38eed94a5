"""What the headers and cells of an unknown table seem to be.

What belongs here: words of headers in French, English and German, forms of days and numbers, and
words that mean an empty cell. What does not: writing a mapping of it (see `starting_mapping.py`).
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

import yaml

from orchestration.landing.mapping.vocabulary import (
    DATE_EXAMPLES,
    NUMBER_EXAMPLES,
    date_form,
    number_form,
)

_WORDS_FILE = Path(__file__).with_name("header_words.yml")

_WON = re.compile(r".*(signe|gagne|won|vendu|contrat|unterschrieben|gewonnen).*")
_LOST = re.compile(r".*(perdu|lost|refus|abandon|absage|verloren|annul).*")
_WORDS_OF_NO_STAGE = re.compile(r".*(naissance|birth|anniversaire|relance|rappel|next|prochain).*")

_NOTHING = (
    "-",
    "--",
    "—",
    "n/a",
    "na",
    "#n/a",
    "n.c.",
    "nc",
    "null",
    "none",
    "(vide)",
    "vide",
    ".",
)
_ISO = "yyyy-mm-dd"
_TIME = re.compile(r"([ T]\d{1,2}[:h]\d{2}.*)?")
LEAST_SHARE = 0.8
"""What share of the filled cells of a column must look alike for it to be of a kind."""


def is_plain(text: str) -> bool:
    """Tell whether a text is of one line and all of it can be seen."""
    return text.translate({0xA0: " ", 0x202F: " "}).isprintable()


@dataclass(frozen=True)
class Sample:
    """The beginning of a table.

    Attributes:
        name: what the table may be called.
        files: the files that have these headers.
        headers: its headers, as they are written.
        rows: its first rows.

    """

    name: str
    files: tuple[str, ...]
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def named(self) -> tuple[str, ...]:
        """The headers that a mapping can name."""
        return tuple(
            dict.fromkeys(
                each
                for each in self.headers
                if each.strip() and is_plain(each) and not each.startswith("$")
            )
        )

    def cells(self, header: str) -> list[str]:
        """Return the filled cells below a header."""
        place = self.headers.index(header)
        found = (row[place].strip() for row in self.rows if place < len(row))
        return [cell for cell in found if cell and cell.casefold() not in _NOTHING]


@dataclass(frozen=True)
class Guess:
    """What the columns of a sample seem to be.

    Attributes:
        roles: role → header.
        stages: headers of columns that hold the day on which a stage was reached, in order.
        is_created_guessed: whether no header says when a row begins, and the first day is taken.
        date_forms: forms of days besides ISO that are used.
        unclear_days: headers of columns whose days are day or month first, which no cell tells.
        number_forms: forms of the amounts that need one.
        empty: words that seem to mean an empty cell.

    """

    roles: Mapping[str, str]
    stages: tuple[str, ...]
    is_created_guessed: bool
    date_forms: tuple[str, ...]
    unclear_days: tuple[str, ...]
    number_forms: tuple[str, ...]
    empty: tuple[str, ...]


def folded_header(header: str) -> str:
    """Return a header without accents, case and punctuation."""
    decomposed = unicodedata.normalize("NFKD", header).casefold().replace("ß", "ss")
    letters = "".join(each for each in decomposed if not unicodedata.combining(each))
    return " ".join(re.sub(r"[^a-z0-9#]+", " ", letters).split())


def outcome_of(words: str) -> str:
    """Return what a stage of that name seems to be: won, lost, else open."""
    folded = folded_header(words)
    if _LOST.fullmatch(folded):
        return "lost"
    return "won" if _WON.fullmatch(folded) else "open"


def guess(sample: Sample) -> Guess:
    """Return what the columns of a sample seem to be."""
    forms = {header: day_form(sample.cells(header)) for header in sample.named}
    days = tuple(header for header, form in forms.items() if form is not None)
    roles = _roles(sample, days)
    is_guessed = "created" not in roles
    free = [header for header in days if header not in roles.values()]
    if is_guessed and free:
        roles["created"] = free[0]
    taken = set(roles.values())
    stages = tuple(
        header
        for header in days
        if header not in taken and not _WORDS_OF_NO_STAGE.fullmatch(folded_header(header))
    )
    if len(stages) < 2 or not any(outcome_of(header) != "open" for header in stages):
        stages = ()  # days, but none on which a deal ends
    used = [forms[header] for header in days]
    amounts = sample.cells(roles["amount"]) if "amount" in roles else []
    return Guess(
        roles=roles,
        stages=stages,
        is_created_guessed=is_guessed,
        date_forms=tuple(dict.fromkeys(form for form, _ in filter(None, used) if form != _ISO)),
        unclear_days=tuple(
            header for header in days if (form := forms[header]) is not None and form[1]
        ),
        number_forms=tuple(_number_forms(amounts)),
        empty=_empty_words(sample),
    )


def _roles(sample: Sample, days: Iterable[str]) -> dict[str, str]:
    """Return the header of each role: the first that is called so, days only for roles of days."""
    of_days = {"created", "closed", "expected"}
    found: dict[str, str] = {}
    for role, words in _words().items():
        for header in sample.named:
            is_day = header in days
            if header in found.values() or is_day != (role in of_days):
                continue
            if words.fullmatch(folded_header(header)):
                found[role] = header
                break
    return found


@cache
def _words() -> Mapping[str, re.Pattern[str]]:
    """Return what the headers of each role look like."""
    content = yaml.safe_load(_WORDS_FILE.read_text(encoding="utf-8"))
    return {
        role: re.compile("|".join(f"(?:{each})" for each in words))
        for role, words in content.items()
    }


def day_form(cells: Sequence[str]) -> tuple[str, bool] | None:
    """Return how a column writes days, and whether day and month may be the other way round.

    None for a column that holds no days.
    """
    if not cells:
        return None
    best: tuple[int, str] | None = None
    for form in (_ISO, *(each for each in DATE_EXAMPLES if each not in ("serial", "unix"))):
        number = sum(_is_day(cell, form) for cell in cells)
        if number >= LEAST_SHARE * len(cells) and (best is None or number > best[0]):
            best = (number, form)
    if best is None:
        return None
    form = best[1]
    other = {"dd/mm": "mm/dd", "mm/dd": "dd/mm"}.get(form[:5])
    is_unclear = other is not None and best[0] == sum(
        _is_day(cell, other + form[5:]) for cell in cells
    )
    return form, is_unclear


def _is_day(cell: str, form: str) -> bool:
    described = date_form(form)
    if described is None:
        return False
    match = re.match(rf"({described.pattern})(?![\d/.\-])", cell)
    if match is None or not _TIME.fullmatch(cell[match.end() :]):
        return False
    try:
        datetime.strptime(match[1], described.strptime)
    except ValueError:
        return False
    return True


def _number_forms(cells: Sequence[str]) -> Iterator[str]:
    """Yield the forms that the amounts need which are no plain numbers."""
    strange = [cell for cell in cells if not re.fullmatch(r"-?\d+(\.\d+)?", cell)]
    for example in NUMBER_EXAMPLES:
        form = number_form(example)
        if form is None or form.is_percent:
            continue
        written = re.compile(
            rf"{re.escape(form.before)}\s*{form.pattern}\s*{re.escape(form.after)}"
        )
        fitting = [cell for cell in strange if written.fullmatch(cell.replace("\u202f", " "))]
        if fitting:
            yield example
            strange = [cell for cell in strange if cell not in fitting]


def _empty_words(sample: Sample) -> tuple[str, ...]:
    found = Counter(
        cell.strip() for row in sample.rows for cell in row if cell.strip().casefold() in _NOTHING
    )
    return tuple(word for word, _ in found.most_common())
