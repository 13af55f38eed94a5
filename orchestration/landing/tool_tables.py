"""Recognising a tool's table by its headers, wherever in the first rows they stand.

What belongs here: which table of which format a text is, by which delimiter, and where its header
row begins. What does not: opening files (see `containers.py`) and matching the columns for good
(see `headers.py`).

A row is the header of a table when it names every required column of it and, where the table says
so, one of several others; of several tables the one of which most columns are named. Files of the
generic format are told by their names.
"""

import codecs
import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyarrow.parquet as pq

from orchestration.formats.descriptions import Entity, Format
from orchestration.landing.dialect import DELIMITERS
from orchestration.landing.headers import column_names, needed_columns, normalised

SEARCHED_ROWS = 20
"""Among how many rows at the start the header is looked for: titles and notes may precede it."""

HEAD_BYTES = 1 << 18

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_NONE: frozenset[str] = frozenset()

LEAST_COLUMNS = 3
"""How many columns must be named: two words may stand in any table by chance."""


@dataclass(frozen=True)
class Recognised:
    """A table of a tool.

    Attributes:
        format: the tool's format.
        table: its table.
        delimiter: what stands between the cells.
        skipped: the text before the header row, which belongs to no row.
        columns: how many columns the header names.

    """

    format: str
    table: str
    delimiter: str
    skipped: str
    columns: int


@dataclass(frozen=True)
class Head:
    """The beginning of a file as text, without a byte order mark.

    Attributes:
        text: the text.
        encoding: how it is written.
        mark: length of the byte order mark.

    """

    text: str
    encoding: str
    mark: int = 0

    def offset_of(self, skipped: str) -> int:
        """Return at which byte the text begins after what is skipped."""
        return self.mark + len(skipped.encode(self.encoding))


def text_head(path: Path) -> Head:
    """Return the beginning of a file of text."""
    with path.open("rb") as stream:
        return decoded(stream.read(HEAD_BYTES))


def parquet_head(path: Path) -> Head:
    """Return the columns of a Parquet file as a row of text.

    Raises: pyarrow.ArrowInvalid or OSError when it is none.
    """
    line = io.StringIO()
    csv.writer(line).writerow(pq.read_schema(path).names)
    return Head(line.getvalue(), "utf-8")


def decoded(start: bytes) -> Head:
    """Return bytes as text: by their mark, else UTF-8 where they are, else as Excel saves."""
    for mark, encoding in _MARKS:
        if start.startswith(mark):
            return Head(start[len(mark) :].decode(encoding, "ignore"), encoding, len(mark))
    try:
        return Head(codecs.getincrementaldecoder("utf-8")().decode(start), "utf-8")
    except UnicodeDecodeError:
        return Head(start.decode("cp1252", "replace"), "cp1252")


def recognise(head: str, formats: Iterable[Format]) -> Recognised | None:
    """Return which tool's table a text begins, or None.

    Args:
        head: the beginning of the text, without a byte order mark.
        formats: the tools that are considered.

    """
    best: Recognised | None = None
    tools = tuple(formats)
    for delimiter in DELIMITERS:
        for skipped, row in _rows(head, delimiter):
            headers = frozenset(normalised(cell) for cell in row)
            for tool in tools:
                table, columns = table_named(headers, tool)
                if table is not None and columns > (best.columns if best else 0):
                    best = Recognised(tool.name, table, delimiter, skipped, columns)
    return best


def table_named(headers: frozenset[str], tool: Format) -> tuple[str | None, int]:
    """Return the table of a tool of which headers name most columns, and how many they name.

    A table of somebody's own is told by the headers that they name, be it only one.
    """
    least = LEAST_COLUMNS if tool.landed_as is None else 1
    named = [
        (_columns_named(headers, entity), entity.name)
        for entity in tool.entities.values()
        if entity.beside is None
    ]
    columns = max((each for each, _ in named), default=0)
    if columns < least:
        return None, 0
    return next(name for each, name in named if each == columns), columns


def first_rows(head: str) -> Iterator[tuple[str, ...]]:
    """Yield the rows that a text begins with, by every delimiter."""
    for delimiter in DELIMITERS:
        for _, row in _rows(head, delimiter):
            yield tuple(row)


def begins_with_header(head: str, entity: Entity) -> bool:
    """Tell whether the first row that is not blank names every required column of an entity."""
    rows = (next(_rows(head, delimiter), ("", ())) for delimiter in DELIMITERS)
    return any(_columns_named(frozenset(map(normalised, row)), entity) for _, row in rows)


def _columns_named(headers: frozenset[str], entity: Entity) -> int:
    """Return how many columns of the table the headers name; 0 when a required one is lacking."""
    spellings = _spellings(entity)
    if not all(spellings.get(column, _NONE) & headers for column in needed_columns(entity)):
        return 0
    told_by, not_with = _signs(entity)
    if any(group.isdisjoint(headers) for group in told_by) or not not_with.isdisjoint(headers):
        return 0
    named = {column for column, each in spellings.items() if each & headers}
    if entity.one_of and named.isdisjoint(entity.one_of):
        return 0
    if entity.is_whole and not headers <= _NONE.union(*spellings.values()):
        return 0
    return len(named)


@cache
def _spellings(entity: Entity) -> Mapping[str, frozenset[str]]:
    """Return the spellings of each column that has any."""
    by_column: dict[str, set[str]] = {}
    for spelling, column in column_names(entity).items():
        by_column.setdefault(column, set()).add(spelling)
    return {column: frozenset(spellings) for column, spellings in by_column.items()}


@cache
def _signs(entity: Entity) -> tuple[Sequence[frozenset[str]], frozenset[str]]:
    return (
        [frozenset(map(normalised, group)) for group in entity.told_by],
        frozenset(map(normalised, entity.not_with)),
    )


def _rows(head: str, delimiter: str) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield the first rows that are not blank, each with all the text before it."""
    taken: list[str] = []

    def lines() -> Iterator[str]:
        for line in io.StringIO(head, newline=""):
            taken.append(line)
            yield line

    before, number = 0, 0
    reader = csv.reader(lines(), delimiter=delimiter)
    while number < SEARCHED_ROWS:
        try:
            row = next(reader)
        except (StopIteration, csv.Error):
            return
        if any(cell.strip() for cell in row):
            number += 1
            yield "".join(taken[:before]), row
        before = len(taken)
