"""What the columns of the files are: what each becomes, how it is written, how full it is.

What belongs here: the landed columns of every table of a source. What does not: the rows that they
become (see `cells.py`, `words.py`, `links.py`).
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from orchestration.formats.descriptions import GENERIC, Column, Entity, Format, known_formats
from orchestration.inspection.expressions import targets
from orchestration.inspection.findings import ColumnFinding
from orchestration.landing.columns import NUMBERS
from orchestration.landing.headers import column_names, normalised
from orchestration.landing.translation import day_orders
from orchestration.quoting import quoted_name

DAYS = ("day", "moment")
_SHOWN = 40
"""How many characters of a cell are shown."""

_FORMS = (
    (re.compile(r"\d{4}-\d{2}-\d{2}T.*"), "yyyy-mm-ddThh:mm"),
    (re.compile(r"\d{4}-\d{2}-\d{2} .*"), "yyyy-mm-dd hh:mm"),
    (re.compile(r"\d{4}-\d{2}-\d{2}"), "yyyy-mm-dd"),
    (re.compile(r"\d{4}[/.]\d{1,2}[/.]\d{1,2}.*"), "yyyy/mm/dd"),
    (re.compile(r"\d{5}([.,]\d+)?"), "excel"),
    (re.compile(r".*[^\W\d_]{3}.*\d{4}.*|.*\d.*[^\W\d_]{3}.*"), "month_name"),
)
_LOCAL = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-](\d{4}|\d{2})(.*)")


@dataclass(frozen=True)
class TableFiles:
    """The landed files of one table of a source.

    Attributes:
        source: the source.
        export_format: its format.
        table: the table.
        relations: the SQL of its rows, load by load.
        headers: the headers of its files.

    """

    source: str
    export_format: Format
    table: Entity
    relations: Sequence[str]
    headers: Sequence[str]


def column_findings(
    of: TableFiles,
    comma_columns: frozenset[str],
    date_order: str,
    connection: duckdb.DuckDBPyConnection,
) -> Iterator[ColumnFinding]:
    """Yield the columns that the files of a table have.

    Args:
        of: the table.
        comma_columns: the columns of the entities whose decimal mark is a comma in this source.
        date_order: what is declared of the source.
        connection: what reads the rows.

    """
    columns = list(_present(of))
    if not columns or not of.relations:
        return
    read = f"({' union all by name '.join(f'from {each}' for each in of.relations)})"
    becomes = _becomes(of.export_format)
    patterns = _Patterns(of.table.name, becomes)
    moments = [column.name for column, _ in columns if column.type in DAYS]
    orders = {} if of.export_format.is_generic else day_orders(read, moments, connection)
    measures = ", ".join(
        f"count(nullif(trim({cell}), '')), any_value(nullif(trim({cell}), ''))"
        for cell in (quoted_name(column.name) for column, _ in columns)
    )
    row = connection.execute(f"select count(*), {measures} from {read} as rows_of").fetchone()
    if row is None:
        return
    for place, (column, header) in enumerate(columns):
        filled, example = row[1 + 2 * place], row[2 + 2 * place]
        target = tuple(
            dict.fromkeys((*becomes.get((of.table.name, column.name), ()), *patterns(header)))
        )
        kind = column.type if of.export_format.landed_as is None else _kind(column, target)
        yield ColumnFinding(
            source=of.source,
            table=of.table.name,
            column=column.name,
            header=header,
            targets=target,
            rows=row[0],
            filled=filled,
            form=_form(example, set(orders.values()), date_order)
            if kind in DAYS and example is not None
            else None,
            decimal=_decimal(target, comma_columns) if kind in NUMBERS and filled else None,
            example=None if example is None else example[:_SHOWN],
        )


def unused_headers(of: TableFiles) -> tuple[str, ...]:
    """Return the headers of a table that become nothing, as its files call them."""
    names = column_names(of.table)
    becomes = _becomes(of.export_format)
    patterns = _Patterns(of.table.name, becomes)
    return tuple(
        header
        for header in of.headers
        if not patterns(header)
        and (of.table.name, names.get(normalised(header), "")) not in becomes
    )


class _Patterns:
    """What headers become by a pattern that they match."""

    def __init__(self, table: str, becomes: Mapping[tuple[str, str], tuple[str, ...]]) -> None:
        self._targets = [
            (re.compile(column[1:]), targets)
            for (of_table, column), targets in becomes.items()
            if of_table == table and column.startswith("*")
        ]

    def __call__(self, header: str) -> tuple[str, ...]:
        return next((found for each, found in self._targets if each.fullmatch(header)), ())


def _present(of: TableFiles) -> Iterator[tuple[Column, str]]:
    """Yield the columns of the table that a file has, with the header."""
    names = column_names(of.table)
    found: dict[str, str] = {}
    for header in of.headers:
        name = names.get(normalised(header))
        if name is not None:
            found.setdefault(name, header)
    for column in of.table.columns:
        if column.name in found:
            yield column, found[column.name]


def _becomes(export_format: Format) -> Mapping[tuple[str, str], tuple[str, ...]]:
    if not export_format.is_generic:
        return targets(export_format)
    return {
        (entity.name, column): (f"{entity.name}.{column}",)
        for entity in export_format.entities.values()
        for column in entity.column_names
    }


def _form(example: str, orders: Iterable[str], date_order: str) -> str:
    """Return how days are written: a form, or a word for one that has none."""
    local = _LOCAL.fullmatch(example)
    if local is None:
        return next((form for pattern, form in _FORMS if pattern.fullmatch(example)), "other")
    year = "yyyy" if len(local[1]) == 4 else "yy"
    time = " hh:mm" if ":" in local[2] else ""
    shown = set(orders) or ({date_order} - {"iso"})
    if shown == {"dmy"}:
        return f"dd/mm/{year}{time}"
    if shown == {"mdy"}:
        return f"mm/dd/{year}{time}"
    return "unclear"


def _kind(column: Column, becomes: Iterable[str]) -> str:
    """Return the type of a column of a table of one's own: that of what it becomes."""
    entities = known_formats()[GENERIC].entities
    for target in becomes:
        entity, _, name = target.partition(".")
        for each in entities[entity].columns:
            if each.name == name and each.type in (*DAYS, *NUMBERS):
                return each.type
    return column.type


def _decimal(becomes: Iterable[str], comma_columns: frozenset[str]) -> str:
    return "," if any(each.partition(".")[2] in comma_columns for each in becomes) else "."
