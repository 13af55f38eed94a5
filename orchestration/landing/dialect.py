"""How the text of a source is written: encoding, delimiter, decimal mark.

What belongs here: deciding from evidence. Declared values win, a byte order mark is a fact, and for
the rest the files of a source decide together. What does not: gathering the evidence.
"""

import csv
import io
import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from orchestration.formats.descriptions import Entity
from orchestration.landing.evidence import Evidence, Place
from orchestration.landing.headers import count_matches
from orchestration.landing.twice_encoded import TWICE

DELIMITERS = (",", ";", "\t", "|")
DEFAULT_DELIMITER = ","
TELLING_WEIGHT = 10
"""How many foreign bytes a character in the same file outweighs that is hardly UTF-8 by chance."""


LEGACY_ENCODINGS = ("cp1252", "macroman", "cp850", "cp437")
"""What a file that is no UTF-8 may be: Excel's own on Windows, on a Mac, and those of DOS."""

_FRENCH = "àâæçèéêëîïôœùûüÿ"
_WESTERN = "áãäåìíñòóõöøúßðþý"
_INSIDE = "\u2019'\u00ad\u00b7"
_BETTER = 1.5
"""By how much another encoding must read better than cp1252 before it is taken at all."""
_CLEAR = 3
"""By how much it must read better than each of the others before it is taken without a word."""


@dataclass(frozen=True)
class Encoding:
    """How the bytes of a file are read; `doubt` says in words why it may be another way."""

    name: str
    doubt: str | None = None


def is_legacy(evidence: Iterable[Evidence]) -> bool:
    """Tell whether the files of a source that do not prove their encoding are no UTF-8.

    UTF-8 is hardly ever valid by chance: what is mostly valid is UTF-8 with some foreign bytes, and
    so is a file that has some of it, unless the rest is many times more.
    """
    unsure = [each for each in evidence if each.sure_encoding is None]
    invalid = sum(each.invalid_sequences for each in unsure)
    valid = sum(each.valid_sequences for each in unsure)
    telling = sum(each.telling_sequences for each in unsure if each.invalid_sequences)
    return invalid > valid + TELLING_WEIGHT * telling


def legacy_encoding(letters: Mapping[tuple[Place, int], int]) -> Encoding:
    """Return the encoding in which the letters beyond ASCII stand where words have them.

    cp1252 is what most files are: another one must read better. Where none reads well, or two read
    nearly alike but not the same, the encoding is in doubt.
    """
    scores = {name: _score(letters, name) for name in LEGACY_ENCODINGS}
    best = max(LEGACY_ENCODINGS, key=lambda name: scores[name])  # of equal ones the first
    if scores[best] - scores["cp1252"] < _BETTER:
        is_told = scores["cp1252"] < -_BETTER or best != "cp1252"
        return Encoding("cp1252", _doubt(letters, "cp1252") if is_told else None)
    has_rival = any(
        scores[best] - scores[name] < _CLEAR and not _read_alike(letters, best, name)
        for name in LEGACY_ENCODINGS
    )
    is_clear = scores[best] >= _CLEAR and not has_rival
    return Encoding(best, None if is_clear else _doubt(letters, best))


def file_encoding(
    evidence: Evidence,
    declared: str | None,
    of_source: Mapping[tuple[Place, int], int] | None,
    is_one_export: bool = False,
) -> Encoding:
    """Return the encoding of one file.

    A file that is UTF-8 beyond doubt (all of it valid, and more than ASCII) is read as UTF-8 also
    in a source that otherwise is not.

    Args:
        evidence: what the file shows.
        declared: the encoding in `sources.yml`.
        of_source: the letters of the source's files that are no UTF-8; None when they are UTF-8.
        is_one_export: whether one program wrote all of them, so that they decide as one.

    """
    if declared is None and evidence.is_twice_encoded:
        return Encoding(TWICE, "its text was encoded twice, and is read as it was meant")
    if evidence.sure_encoding is not None:
        return Encoding(evidence.sure_encoding)
    if declared is not None:
        return Encoding(declared)
    if of_source is None or (evidence.valid_sequences and not evidence.invalid_sequences):
        return Encoding("utf-8")
    own = None if is_one_export else evidence.letters
    return legacy_encoding(own or of_source)


def all_letters(evidence: Iterable[Evidence]) -> Mapping[tuple[Place, int], int]:
    """Return the letters of several files together."""
    together: Counter[tuple[Place, int]] = Counter()
    for each in evidence:
        together.update(each.letters)
    return together


def _score(letters: Mapping[tuple[Place, int], int], encoding: str) -> float:
    return sum(
        number * _fitness(_character(byte, encoding), place)
        for (place, byte), number in letters.items()
    )


def _fitness(character: str, place: Place) -> float:
    """Return how well a character stands at a place of a word: from 1 (é inside) to -2."""
    small = character.lower()
    if small in _FRENCH or small in _WESTERN:
        known = 1.0 if small in _FRENCH else 0.4
        if place == "begin":
            return known / 2
        is_of_its_case = (character == small) == (place != "capitals")
        return known if is_of_its_case else -2
    if character in _INSIDE:
        return 0.3
    return -2 if place in ("inside", "capitals") or character.isalpha() else -0.1


def _read_alike(letters: Mapping[tuple[Place, int], int], one: str, other: str) -> bool:
    return all(_character(byte, one) == _character(byte, other) for _, byte in letters)


def _character(byte: int, encoding: str) -> str:
    return bytes([byte]).decode(encoding, "replace")


def _doubt(letters: Mapping[tuple[Place, int], int], encoding: str) -> str:
    shown = sorted({byte for _, byte in letters})[:5]
    read = ", ".join(f"0x{byte:02X} as {_character(byte, encoding)}" for byte in shown)
    return (
        f"the encoding is in doubt, it was read as {encoding} ({read}): declare it for the source "
        f"in sources.yml (encoding: {', '.join(LEGACY_ENCODINGS)})"
    )


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


SEARCHED_ROWS = 20
"""Among how many rows at the start the header is looked for: titles and notes may precede it."""


def header_matches(first_lines: str, entity: Entity) -> dict[str, int]:
    """Return, per delimiter, how many columns a row at the start of the text would name."""
    return {
        delimiter: max(
            (count_matches(row, entity) for _, row in first_rows(first_lines, delimiter)),
            default=0,
        )
        for delimiter in DELIMITERS
    }


def first_row(text: str, delimiter: str) -> Sequence[str] | None:
    """Return the first row that is no blank line, or None when there is none."""
    return next((row for _, row in rows_of(text, delimiter)), None)


def first_rows(text: str, delimiter: str) -> Iterator[tuple[int, Sequence[str]]]:
    """Yield the first rows that hold anything, each with where in the text it begins."""
    filled = ((at, row) for at, row in rows_of(text, delimiter) if any(map(str.strip, row)))
    return itertools.islice(filled, SEARCHED_ROWS)


def rows_of(text: str, delimiter: str) -> Iterator[tuple[int, Sequence[str]]]:
    """Yield the rows of a text, each with where it begins; a line without a character is none.

    A row that cannot be told apart ends them.
    """
    begin = end = 0

    def lines() -> Iterator[str]:
        nonlocal end
        for line in io.StringIO(text, newline=""):  # split at CRLF, LF and CR only
            end += len(line)
            yield line

    reader = csv.reader(lines(), delimiter=delimiter)
    while True:
        try:
            row = next(reader)
        except (StopIteration, csv.Error):
            return
        if row:
            yield begin, row
        begin = end


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
