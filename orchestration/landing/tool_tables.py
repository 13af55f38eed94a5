"""Recognising a table by its headers, wherever in the first rows they stand.

What belongs here: which table of which format a text is, by which delimiter, and which of its first
rows is the header. What does not: opening files (see `beginnings.py`) and matching the columns for
good (see `headers.py`).

A row is the header of a table when it names every required column of it and, where the table says
so, one of several others; of several tables the one of which most columns are named. Files of the
generic format are told by their names.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from orchestration.formats.descriptions import GENERIC, Entity, Format
from orchestration.landing.dialect import DELIMITERS, first_rows
from orchestration.landing.headers import column_names, needed_columns, normalised

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
        columns: how many columns the header names.
        at: where in the text the header row begins.
        rivals: other tables of the tool of which it names as many.

    """

    format: str
    table: str
    delimiter: str
    columns: int
    at: int
    rivals: tuple[str, ...] = ()

    @property
    def doubt(self) -> str | None:
        """What there is to say when the headers leave the table open."""
        if not self.rivals:
            return None
        return (
            f"its headers fit several tables alike ({', '.join((self.table, *self.rivals))}), the "
            "first is taken: export it with more columns"
        )


def recognise(text: str, formats: Iterable[Format]) -> Recognised | None:
    """Return which tool's table a text begins, or None.

    Args:
        text: the beginning of a file, without a byte order mark.
        formats: the tools that are considered.

    """
    best: Recognised | None = None
    tools = tuple(formats)
    for delimiter in DELIMITERS:
        for at, row in first_rows(text, delimiter):
            headers = _headers(row)
            for tool in tools:
                tables, columns = tables_named(headers, tool)
                if tables and columns > (best.columns if best else 0):
                    best = Recognised(tool.name, tables[0], delimiter, columns, at, tables[1:])
    return best


def table_named(headers: frozenset[str], tool: Format) -> str | None:
    """Return the first of the tables of a tool of which headers name most columns."""
    tables, _ = tables_named(headers, tool)
    return tables[0] if tables else None


def tables_named(headers: frozenset[str], tool: Format) -> tuple[tuple[str, ...], int]:
    """Return the tables of a tool of which headers name most columns, and how many they name.

    A table of somebody's own is told by the headers that they name, be it only one.
    """
    least = LEAST_COLUMNS if tool.landed_as is None else 1
    found = {
        entity.name: columns
        for entity in tool.entities.values()
        if not entity.beside
        and (columns := columns_named(headers, entity)) >= (least if entity.beside is None else 1)
    }
    named = [
        (columns, name)
        for name, columns in found.items()
        if not found.keys() & tool.entities[name].gives_way_to
    ]
    columns = max((each for each, _ in named), default=0)
    return tuple(name for each, name in named if each == columns), columns


def beside(tool: Format, tables: Collection[str]) -> Format:
    """Return a tool's format where these tables lie: what is told only beside them is told, too."""
    return replace(
        tool,
        entities={
            name: replace(entity, beside="") if entity.beside in tables else entity
            for name, entity in tool.entities.items()
        },
    )


def recognise_entity(
    text: str, entity: Entity, delimiters: Iterable[str] = DELIMITERS
) -> Recognised | None:
    """Return a table that is known by its name, where one of the first rows is its header."""
    found = [
        Recognised(GENERIC, entity.name, delimiter, columns, at)
        for delimiter in delimiters
        for at, row in first_rows(text, delimiter)
        if (columns := columns_named(_headers(row), entity))
    ]
    return max(found, key=lambda each: each.columns, default=None)


def columns_named(headers: frozenset[str], entity: Entity) -> int:
    """Return how many columns of the table the headers name; 0 when a required one is lacking."""
    if any(group.isdisjoint(headers) for group in _needed(entity)):
        return 0
    told_by, not_with = _signs(entity)
    if any(group.isdisjoint(headers) for group in told_by) or not not_with.isdisjoint(headers):
        return 0
    spellings = _spellings(entity)
    named = {column for column, each in spellings.items() if each & headers}
    if entity.one_of and named.isdisjoint(entity.one_of):
        return 0
    if entity.is_whole and not headers <= _NONE.union(*spellings.values()):
        return 0
    return len(named)


def _headers(row: Sequence[str]) -> frozenset[str]:
    return frozenset(map(normalised, filter(str.strip, row)))


@cache
def _spellings(entity: Entity) -> Mapping[str, frozenset[str]]:
    """Return the spellings of each column that has any."""
    by_column: dict[str, set[str]] = {}
    for spelling, column in column_names(entity).items():
        by_column.setdefault(column, set()).add(spelling)
    return {column: frozenset(spellings) for column, spellings in by_column.items()}


@cache
def _needed(entity: Entity) -> Sequence[frozenset[str]]:
    """Return the spellings of each column without which a file is no such table."""
    spellings = _spellings(entity)
    return [spellings.get(column, _NONE) for column in needed_columns(entity)]


@cache
def _signs(entity: Entity) -> tuple[Sequence[frozenset[str]], frozenset[str]]:
    return (
        [frozenset(map(normalised, group)) for group in entity.told_by],
        frozenset(map(normalised, entity.not_with)),
    )
