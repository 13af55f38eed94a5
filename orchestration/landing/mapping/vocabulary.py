"""The words of a mapping file, each with what it means and an example.

What belongs here: the closed vocabulary as data, from which messages and `docs/mapping.md` are
made. What does not: what becomes of it (see `expressions.py` and `compiling.py`).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

HEADER = "$header"
CELL = "$cell"
FILE = "$file"

SPECIAL: Mapping[str, str] = {
    HEADER: "within `each`: the header of the cell, or what `*` stands for in a pattern",
    CELL: "within `each`: the cell; as a result of `values` or `otherwise`: the word as it stands",
    FILE: "the name of the file without folder and ending",
}
"""What stands for something else than a header."""


@dataclass(frozen=True)
class Say:
    """What a word means, and an example of its use."""

    means: str
    example: str


TOP: Mapping[str, Say] = {
    "make": Say(
        "which rows of which entity are made: entity → column → value (a list of such blocks when "
        "several tables make one entity)",
        "make: {accounts: {account_id: Code, name: Société}}",
    ),
    "tables": Say(
        "how the files look, when they are of several kinds or need more than the words below; "
        "without it all files of the source are of one kind",
        "tables: {suivi: {headers: [Entreprise, Contact]}}",
    ),
    "stages": Say(
        "what your own stages mean: open, won or lost, for deals whose tool or table does not say",
        "stages: {Démo planifiée: open, Signé: won}",
    ),
    "adjust": Say(
        "instead of `make`, for a tool that is read anyway: what is said counts where it says "
        "something, the tool's format everywhere else",
        "adjust: {accounts: {sector: Secteur NAF}}",
    ),
    "facts": Say(
        "what a tool's files are otherwise guessed to say: for LinkedIn the `member` whose export "
        "it is, by profile, and their `member_name`",
        "facts: {member: https://www.linkedin.com/in/noor-vasseur}",
    ),
    "leave_out": Say(
        "rows of which nothing is made: a name for the ledger → a condition, in all tables",
        "leave_out: {test row: {column: Entreprise, is: test}}",
    ),
    "empty": Say("words that mean an empty cell, in all tables", 'empty: ["-", n/a, (vide)]'),
    "dates": Say("how days are written, in all tables", "dates: [dd/mm/yyyy, dd/mm/yy]"),
    "numbers": Say("how 1234.56 is written, in all tables", 'numbers: ["1 234,56", "1 234,56 €"]'),
}

TABLE: Mapping[str, Say] = {
    "headers": Say(
        "the headers by which a file is told; by default all single headers that are used",
        "headers: [Entreprise, Contact]",
    ),
    "leave_out": TOP["leave_out"],
    "empty": TOP["empty"],
    "dates": TOP["dates"],
    "numbers": TOP["numbers"],
}

MAKE: Mapping[str, Say] = {
    "from": Say("the table, when there are several", "from: suivi"),
    "leave_out": Say(
        "rows of which this is not made, beside those of the table: name → condition",
        "leave_out: {no meeting yet: {empty: RDV}}",
    ),
    "each": Say(
        "a row is made of every filled cell below these headers; a pattern has a `*`",
        "each: [RDV, Devis envoyé, Signé]",
    ),
}

OPERATIONS: Mapping[str, Say] = {
    "column": Say(
        "the cell below a header, of several the first that is filled; a plain word or a list "
        "means the same",
        "{column: Étape, values: {signé: won}, otherwise: open}",
    ),
    "constant": Say("a word of your own", "{constant: EUR}"),
    "id": Say(
        "an id made of values, the same for the same values whatever their case and blanks",
        "{id: [E-mail, Contact]}",
    ),
    "joined": Say("the filled cells with a blank between them", "{joined: [Prénom, Nom]}"),
    "first_filled": Say("the first filled of these cells", "{first_filled: [Signé, Perdu]}"),
    "last_filled": Say("the last filled of these cells", "{last_filled: [RDV, Relance]}"),
    "first_filled_header": Say(
        "the header of the first filled of these cells", "{first_filled_header: [Signé, Perdu]}"
    ),
    "last_filled_header": Say(
        "the header of the last filled of these cells", "{last_filled_header: [RDV, Devis, Signé]}"
    ),
    "filled": Say(
        "the word of the first of these headers whose cell is filled",
        "{filled: {Signé: won, Perdu: lost}, otherwise: open}",
    ),
}

OPTIONS: Mapping[str, Say] = {
    "values": Say(
        'word → what it becomes; case and blanks do not count, `""` is the empty cell',
        "values: {signé: won, perdu: lost}",
    ),
    "otherwise": Say(
        "what every other word and the empty cell become; without it they stay as they are",
        "otherwise: open",
    ),
    "dates": Say("how days are written in this column", "dates: [serial]"),
    "numbers": Say("how numbers are written in this column", 'numbers: ["12,5 %"]'),
    "needs": Say(
        "no id where all of these cells are empty", "{id: [Contact, Société], needs: Contact}"
    ),
    "optional": Say("no file needs to have the header", "optional: true"),
}

OPTIONS_OF: Mapping[str, tuple[str, ...]] = {
    "column": ("values", "otherwise", "dates", "numbers", "optional"),
    "constant": (),
    "id": ("needs", "optional"),
    "joined": ("optional",),
    "first_filled": ("values", "otherwise", "dates", "numbers", "optional"),
    "last_filled": ("values", "otherwise", "dates", "numbers", "optional"),
    "first_filled_header": ("values", "otherwise", "optional"),
    "last_filled_header": ("values", "otherwise", "optional"),
    "filled": ("otherwise", "optional"),
}

CONDITIONS: Mapping[str, Say] = {
    "empty": Say("all of these cells are empty", "{empty: [RDV, Devis envoyé]}"),
    "filled": Say("one of these cells is filled", "{filled: Supprimé le}"),
    "column": Say(
        "with `is` or `is_not`: the cell is one of these words, or none of them",
        "{column: type, is: [warmup, test]}",
    ),
}

STATUSES = ("open", "won", "lost")

_PLACES = {
    "dd": (r"\d{1,2}", "%d"),
    "mm": (r"\d{1,2}", "%m"),
    "yyyy": (r"\d{4}", "%Y"),
    "yy": (r"\d{2}", "%y"),
}
_FRENCH_PLACES = {"j": "d", "a": "y"}

DATE_EXAMPLES = (
    "dd/mm/yyyy",
    "dd/mm/yy",
    "mm/dd/yyyy",
    "mm/dd/yy",
    "dd.mm.yyyy",
    "dd-mm-yyyy",
    "yyyy-mm-dd",
    "yyyy/mm/dd",
    "yyyymmdd",
    "mm/yyyy",
    "jj/mm/aaaa",
    "serial",
    "unix",
)


@dataclass(frozen=True)
class DateForm:
    """A way to write days.

    Attributes:
        kind: day, serial (days of a spreadsheet) or unix (seconds or milliseconds since 1970).
        pattern: of a day.
        strptime: how it is read.

    """

    kind: str
    pattern: str = ""
    strptime: str = ""


def date_form(written: str) -> DateForm | None:
    """Return what a form such as `dd/mm/yyyy` means, or None."""
    form = written.strip().casefold()
    if form in ("serial", "unix"):
        return DateForm(form)
    if "y" not in form:
        form = "".join(_FRENCH_PLACES.get(character, character) for character in form)
    if form == "yyyymmdd":
        return DateForm("day", r"\d{8}", "%Y%m%d")
    parts = re.split(r"([/.\- ])", form)
    places, separators = parts[0::2], set(parts[1::2])
    is_known = all(place in _PLACES for place in places)
    names = [place[:1] for place in places]
    if not is_known or len(separators) != 1 or sorted(names) not in (["d", "m", "y"], ["m", "y"]):
        return None
    (separator,) = separators
    return DateForm(
        "day",
        f"[{separator}]".join(_PLACES[place][0] for place in places),
        separator.join(_PLACES[place][1] for place in places),
    )


NUMBER_EXAMPLES = ("1 234,56", "1.234,56", "1,234.56", "1'234.56", "1 234,56 €", "12,5 %")


@dataclass(frozen=True)
class NumberForm:
    """A way to write numbers: marks of thousands and decimals, and what may stand around them."""

    thousands: str
    decimal: str
    before: str
    after: str

    @property
    def is_percent(self) -> bool:
        """Whether 12 means 0.12."""
        return "%" in self.before + self.after

    @property
    def pattern(self) -> str:
        """What a number looks like without what stands around it."""
        grouped = f"|[0-9]{{1,3}}([{self.thousands}][0-9]{{3}})+" if self.thousands else ""
        return f"[-+]?([0-9]+{grouped})([{self.decimal}][0-9]+)?"


def number_form(written: str) -> NumberForm | None:
    """Return what a form such as `1 234,56 €` means, or None."""
    found = re.fullmatch(
        r"(\D*?)(?:1([ .,'\u00a0\u202f]?)234([.,])56|12([.,])5)(\D*)", written.strip()
    )
    if found is None:
        return None
    before, thousands, decimal, short, after = found.groups()
    if thousands is not None and thousands == decimal:
        return None
    around = [part.strip() for part in (before, after)]
    if any(len(part) > 4 or "-" in part for part in around):
        return None
    is_blank = thousands is not None and thousands.isspace()
    return NumberForm(" " if is_blank else thousands or "", decimal or short, *around)
