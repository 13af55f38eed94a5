"""What stands around a table in its file: titles above it, sums and notes below it.

What belongs here: where the table begins and ends, in a UTF-8 text. What does not: rows inside the
table, blank or not, which the readers tell apart.

Below a table only what cannot be a row of it is left out: a sum is labelled as one, holds nothing
but numbers besides and not all that is required of a row, or lacks every required value; a note is
of the words in which reports say who made them, or stands, as a single cell, behind a blank line or
another such line.
"""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from orchestration.formats.descriptions import Entity
from orchestration.landing.dialect import rows_of
from orchestration.landing.headers import column_positions
from orchestration.landing.rows import BLANK_RULE, NOTE_RULE, TITLE_RULE, TOTAL_RULE
from orchestration.landing.tool_tables import recognise_entity

HEAD_BYTES = 1 << 20
TAIL_BYTES = 1 << 16

_LONE, _PADDED = "lone", "padded"
"""A line of one value: on its own, or among empty cells, as spreadsheets save it."""

_NUMBERS = ("decimal", "integer")
_BOM = b"\xef\xbb\xbf"
_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")

_SUM = re.compile(
    r"((grand|sous|sub)[- ]?)?(totals?|totaux)([ -]g[ée]n[ée]ra(l|ux))?(\s*[:(].*)?"
    r"|(somme|sum|summe|gesamt(summe)?|suma|totale)(\s*:.*)?",
    re.IGNORECASE,
)
_NOTE = re.compile(
    r"(©|\(c\) ?\d{4}|copyright\b|confidential information\b|informations? confidentielles?\b"
    r"|do not distribute\b|generated (by|on)\b|g[ée]n[ée]r[ée]e?s? (par|le)\b"
    r"|exported (by|on|from)\b|export[ée]e?s? (par|le|depuis)\b|all rights reserved\b)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"[-+(]?[\s\d.,'’%()€$£\u00a0\u202f-]*([A-Z]{3})?|<\s*\d+\s*%|n/?a", re.ASCII)


@dataclass(frozen=True)
class Line:
    """A line that is no row of the table: the rule by which it is left out, and its text."""

    rule: str
    raw: str


@dataclass(frozen=True)
class Surroundings:
    """Where in a file a table is, and what stands around it.

    Attributes:
        begin: offset of the header row.
        end: offset behind the last row; None for the end of the file.
        above: the lines above the header.
        below: the lines behind the last row.

    """

    begin: int = 0
    end: int | None = None
    above: tuple[Line, ...] = ()
    below: tuple[Line, ...] = ()

    @property
    def is_cut(self) -> bool:
        """Whether the table is less than the file."""
        return self.begin > 0 or self.end is not None

    @property
    def counts(self) -> Mapping[str, int]:
        """How many lines are left out by each rule."""
        rules = [each.rule for each in (*self.above, *self.below)]
        return {rule: rules.count(rule) for rule in dict.fromkeys(rules)}


def look_around(path: Path, delimiter: str, entity: Entity) -> Surroundings:
    """Find a table in a UTF-8 file; where no row is its header, the file is the table."""
    with path.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
    marked = len(_BOM) if head.startswith(_BOM) else 0
    # every byte must keep its place
    text = head[marked:].decode("utf-8", "surrogateescape")
    found = recognise_entity(text, entity, (delimiter,))
    if found is None:
        return Surroundings()
    header = next(row for at, row in rows_of(text[found.at :], delimiter))
    above = tuple(
        Line(TITLE_RULE if any(map(str.strip, row)) else BLANK_RULE, _shown(delimiter, row))
        for at, row in rows_of(text[: found.at], delimiter)
    )
    begin = marked + len(text[: found.at].encode("utf-8", "surrogateescape")) if above else 0
    end, below = _below(path, delimiter, header, entity, begin)
    return Surroundings(begin, end, above, below)


def cut(path: Path, around: Surroundings, target: Path) -> None:
    """Write the table alone."""
    size = path.stat().st_size if around.end is None else around.end
    with path.open("rb") as source, target.open("wb") as sink:
        source.seek(around.begin)
        left = size - around.begin
        while left > 0 and (piece := source.read(min(left, HEAD_BYTES))):
            sink.write(piece)
            left -= len(piece)


def _below(
    path: Path, delimiter: str, header: Sequence[str], entity: Entity, begin: int
) -> tuple[int | None, tuple[Line, ...]]:
    """Return where the rows end, and the lines behind them."""
    tail = _Tail(header, entity)
    ending: list[tuple[int, str, str]] = []
    for at, raw in _lines_from_end(path, begin):
        row = next(csv.reader([raw], delimiter=delimiter), [])
        rule = tail.rule_of(row) if raw.count('"') % 2 == 0 else None
        if rule is None:
            break
        ending.append((at, rule, raw))
    ending.reverse()
    first = _first_of_ending(ending)
    if first is None:
        return None, ()
    kept = ending[first:]
    return kept[0][0], tuple(
        Line(NOTE_RULE if rule in (_LONE, _PADDED) else rule, raw.strip("\r\n"))
        for _, rule, raw in kept
        if raw.strip("\r\n")
    )


def _first_of_ending(ending: Sequence[tuple[int, str, str]]) -> int | None:
    """Return from which of the last lines on nothing is a row any more."""
    blank_since: int | None = None
    for number, (_, rule, _) in enumerate(ending):
        if rule in (TOTAL_RULE, NOTE_RULE) or (rule == _LONE and blank_since is not None):
            return number if blank_since is None else blank_since
        if rule == BLANK_RULE:
            blank_since = number if blank_since is None else blank_since
        else:
            blank_since = None
    return None


def _lines_from_end(path: Path, begin: int) -> Iterator[tuple[int, str]]:
    """Yield the last lines of a file, the last one first, each with its offset."""
    size = path.stat().st_size
    start = max(begin, size - TAIL_BYTES)
    with path.open("rb") as stream:
        stream.seek(start)
        tail = stream.read()
    found = list(_LINE.finditer(tail))
    # of the first line the beginning may be lacking, or it is the header
    for line in reversed(found[1:]):
        yield start + line.start(), line.group().decode("utf-8", "replace")


class _Tail:
    """Tells what a line at the end of a file is, from the header of its table."""

    def __init__(self, header: Sequence[str], entity: Entity) -> None:
        positions = column_positions(header, entity)
        self._required = [
            positions[column.name]
            for column in entity.columns
            if column.is_required and column.name in positions
        ]
        self._numbers = {
            positions[column.name]
            for column in entity.columns
            if column.type in _NUMBERS and column.name in positions
        }
        self._width = len(header)

    def rule_of(self, row: Sequence[str]) -> str | None:
        """Return what a line is if it may be no row of the table, else None."""
        filled = {place: cell.strip() for place, cell in enumerate(row) if cell.strip()}
        if not filled:
            return BLANK_RULE
        (place_of_first, first), *others = filled.items()
        has_numbers = all(_NUMBER.fullmatch(cell) for _, cell in others)
        needed = [place for place in self._required if place != place_of_first]
        # a record may be called Total, too: then it has what every other record has
        is_row = bool(needed) and len(row) == self._width and all(each in filled for each in needed)
        if _SUM.fullmatch(first) and has_numbers and not is_row:
            return TOTAL_RULE
        lacking = [place for place in self._required if place not in filled]
        if not lacking:
            return None
        is_sum = bool(self._numbers & filled.keys()) and lacking == self._required
        if is_sum and has_numbers and _NUMBER.fullmatch(first):
            return TOTAL_RULE
        if len(filled) <= 2 and _NOTE.match(first):
            return NOTE_RULE
        if len(filled) == 1 and self._width > 1:
            return _LONE if len(row) == 1 else _PADDED
        return None


def _shown(delimiter: str, row: Sequence[str]) -> str:
    return delimiter.join(row)
