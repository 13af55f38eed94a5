"""What is told in place of names of files, folders, sheets and headers that name somebody.

What belongs here: finding an address, or the full name of somebody in the base, in such a name; the
table of what is told instead, and a report of landing that tells it. What does not: cells, which
the models judge (`int_withheld_words`), and erasing (see `orchestration/erasure`).
"""

import re
from collections.abc import Callable, Iterable, Mapping

import duckdb

from orchestration.files import read_json, write_json
from orchestration.formats.descriptions import known_formats
from orchestration.landing.addresses import EMAIL_IN_TEXT, PROFILE_IN_TEXT
from orchestration.landing.duckdb_reader import scan_parquet
from orchestration.landing.names import folded_words, full_name
from orchestration.landing.report import FileReport, LandingReport, SourceReport
from orchestration.landing.translated import files_of_rows
from orchestration.paths import Paths

TOLD_NAMES = "told_names.json"
"""Below the folder of state: name → what is told in its place."""

_PHONE = re.compile(
    r"(?<!\d)\+\d(?:[ .()/-]?\d){7,13}(?!\d)"
    r"|(?<![\d+])(?<!\d[ ._/-])0[1-9](?P<gap>[ .-]?)\d\d(?:(?P=gap)\d\d){3}(?![\d])"
)
"""International, or ten digits in pairs, which the end of a day and an hour is not."""

_BEGINNING = re.compile(r"[\w-]+/(?:[a-z]+(?:_[a-z]+)?_(?=.*@))?", re.ASCII)
"""The folder of a source, and what a file of an entity is called like where an address follows."""
_ENDING = re.compile(r"((?:\.(?:csv|tsv|txt|zip|parquet|xlsx|xlsm|gz))+(?:!|$))")
_TOKEN = re.compile(r"[^\W\d_]+")
_ADDRESS, _NAME = "(address)", "(name)"
_TITLES = frozenset({"m", "mr", "mme", "mlle", "mrs", "ms", "monsieur", "madame", "dr"})
_MOST_WORDS = 5


def told_names(report: LandingReport, paths: Paths, are_reps_named: bool = True) -> dict[str, str]:
    """Return what is told in place of each name that may not be, and keep it for what comes after.

    Args:
        report: what landing found.
        paths: the data folder, in which people's names are landed.
        are_reps_named: whether reps may be named.

    """
    names = sorted(
        {
            name
            for source in report.sources
            for file in (*_files(source), *source.left_out)
            for name in (file.file, *file.unknown_columns)
        }
    )
    full, last = _people(paths, _candidates(names))
    full |= set() if are_reps_named else _reps(paths)
    told: dict[str, str] = {}
    for name in names:
        instead = _without_people(name, full, last)
        if instead != name:
            again = sum(each.split(" #")[0] == instead for each in told.values())
            told[name] = f"{instead} #{again + 1}" if again else instead
    if told or (paths.state / TOLD_NAMES).exists():
        write_json(paths.state / TOLD_NAMES, told)
    return told


def read_told_names(paths: Paths) -> dict[str, str]:
    """Return what the last landing found is to be told in place of names."""
    found: dict[str, str] = read_json(paths.state / TOLD_NAMES) or {}
    return found


def teller(told: Mapping[str, str]) -> Callable[[str], str]:
    """Return what makes of a text one without the names that may not be told."""
    longest_first = sorted(told, key=len, reverse=True)

    def tell(text: str) -> str:
        for name in longest_first:
            text = text.replace(name, told[name])
        return text

    return tell


def told_report(report: LandingReport, told: Mapping[str, str]) -> LandingReport:
    """Return a report that names no file or header otherwise than they are told."""
    if not told:
        return report
    tell = teller(told)
    return report.named(lambda name: told.get(name, name), tell)


def without_addresses(text: str) -> str:
    """Return a text without e-mail addresses, profiles and telephone numbers."""
    for pattern in (EMAIL_IN_TEXT, PROFILE_IN_TEXT, _PHONE):
        text = pattern.sub(_ADDRESS, text)
    return text


def _files(source: SourceReport) -> Iterable[FileReport]:
    return (file for load in (*source.loads, *source.held) for file in load.files)


def _candidates(names: Iterable[str]) -> set[str]:
    """Return the words that may be somebody's last name: a name of two words is looked for."""
    known = {
        word
        for each in known_formats().values()
        for entity in each.entities.values()
        for text in (entity.name, *entity.file_names)
        for word in folded_words(text)
    }
    found: set[str] = set()
    for name in names:
        words = set(folded_words(name))
        if len(words - known) > 1:
            found |= words - known
    return found


def _people(paths: Paths, words: set[str]) -> tuple[set[str], set[str]]:
    """Return the full names, and the last ones, of those who have one of the words for a name."""
    files = files_of_rows(paths, "prospects")
    if not files or not words:
        return set(), set()
    with duckdb.connect() as connection:
        rows = connection.execute(
            f"""
            select distinct first_name, last_name from {scan_parquet(files)}
            where list_has_any(
                string_split_regex(lower(strip_accents(last_name)), '[^[:alpha:]]+'), ?
            )
            """,
            [sorted(words)],
        ).fetchall()
    full = {name for first, last in rows if (name := full_name(first, last))}
    return full, {" ".join(folded_words(last)) for _, last in rows}


def _reps(paths: Paths) -> set[str]:
    """Return the full names of the reps."""
    files = files_of_rows(paths, "reps")
    if not files:
        return set()
    with duckdb.connect() as connection:
        rows = connection.execute(f"select distinct name from {scan_parquet(files)}").fetchall()
    return {name for (written,) in rows if (name := full_name(written))}


def _without_people(name: str, full: set[str], last: set[str]) -> str:
    """Return a name without addresses, numbers and full names."""
    kept = _BEGINNING.match(name)
    parts = _ENDING.split(name[kept.end() :] if kept else name)
    parts = [_without_names(without_addresses(part), full, last) for part in parts]
    return (kept[0] if kept else "") + "".join(parts)


def _without_names(text: str, full: set[str], last: set[str]) -> str:
    tokens = list(_TOKEN.finditer(text))
    place, kept, at = 0, "", 0
    while place < len(tokens):
        end = _name_from(tokens, place, full, last)
        if end is None:
            place += 1
            continue
        kept += text[at : tokens[place].start()] + _NAME
        at = tokens[end].end()
        place = end + 1
    return kept + text[at:]


def _name_from(
    tokens: list[re.Match[str]], place: int, full: set[str], last: set[str]
) -> int | None:
    """Return the last word of a name that begins at a word, the longest one."""
    for end in range(min(place + _MOST_WORDS, len(tokens)) - 1, place, -1):
        words = [word for token in tokens[place : end + 1] for word in folded_words(token[0])]
        if " ".join(sorted(words)) in full:
            return end
        if words and words[0] in _TITLES and " ".join(words[1:]) in last:
            return end
    return None
