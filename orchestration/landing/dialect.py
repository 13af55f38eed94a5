"""How the text of a source is written: encoding, delimiter, decimal mark.

What belongs here: deciding from evidence. Declared values win, a byte order mark is a fact, and for
the rest the files of a source decide together. What does not: gathering the evidence.
"""

import csv
import re
from collections.abc import Iterable, Mapping, Sequence

from orchestration.formats.descriptions import Entity
from orchestration.landing.evidence import Evidence
from orchestration.landing.headers import count_matches

DELIMITERS = (",", ";", "\t", "|")
DEFAULT_DELIMITER = ","
TELLING_WEIGHT = 10
"""How many foreign bytes a character in the same file outweighs that is hardly UTF-8 by chance."""


def source_encoding(evidence: Iterable[Evidence]) -> str:
    """Return the encoding of a source's files that do not prove their own.

    UTF-8 is hardly ever valid by chance: what is mostly valid is UTF-8 with some foreign bytes, and
    so is a file that has some of it, unless the rest is many times more. What is mostly invalid is
    the encoding in which Excel saves.
    """
    unsure = [each for each in evidence if each.sure_encoding is None]
    invalid = sum(each.invalid_sequences for each in unsure)
    valid = sum(each.valid_sequences for each in unsure)
    telling = sum(each.telling_sequences for each in unsure if each.invalid_sequences)
    return "cp1252" if invalid > valid + TELLING_WEIGHT * telling else "utf-8"


def file_encoding(evidence: Evidence, declared: str | None, of_source: str) -> str:
    """Return the encoding of one file.

    A file that is UTF-8 beyond doubt (all of it valid, and more than ASCII) is read as UTF-8 also
    in a source that otherwise is not.
    """
    if evidence.sure_encoding is not None:
        return evidence.sure_encoding
    if declared is not None:
        return declared
    if evidence.valid_sequences and not evidence.invalid_sequences:
        return "utf-8"
    return of_source


def source_delimiter(matches: Iterable[Mapping[str, int]]) -> str:
    """Return the delimiter that makes the most headers of a source's files match a column."""
    totals = dict.fromkeys(DELIMITERS, 0)
    for each in matches:
        for delimiter, number in each.items():
            totals[delimiter] += number
    return _best(totals, DEFAULT_DELIMITER)


def file_delimiter(matches: Mapping[str, int], declared: str | None, of_source: str) -> str:
    """Return the delimiter of one file: that of its source unless its own headers say otherwise."""
    return declared or _best(matches, of_source)


def header_matches(first_lines: str, entity: Entity) -> dict[str, int]:
    """Return, per delimiter, how many columns the first row of the text would name."""
    return {
        delimiter: count_matches(first_row(first_lines, delimiter) or (), entity)
        for delimiter in DELIMITERS
    }


def first_row(text: str, delimiter: str) -> Sequence[str] | None:
    """Return the first row that is no blank line, or None when there is none."""
    rows = csv.reader(_lines(text), delimiter=delimiter)
    return next((row for row in rows if row), None)


def decimal_mark(points: int, commas: int) -> str | None:
    """Return the mark that the majority of unambiguous amounts has; None without any."""
    if not points and not commas:
        return None
    return "," if commas > points else "."


def _best(numbers: Mapping[str, int], otherwise: str) -> str:
    best = max(numbers.values(), default=0)
    if best == 0 or numbers.get(otherwise, 0) == best:
        return otherwise
    return next(delimiter for delimiter, number in numbers.items() if number == best)


def _lines(text: str) -> list[str]:
    """Split at CRLF, LF and CR only; `str.splitlines` knows more."""
    return re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", text)
