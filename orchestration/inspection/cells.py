"""Cells that a refresh could not read: found by the very macros that staging reads with.

What belongs here: rendering `macros/reading` without dbt and asking them of the distinct cells of
a column. What does not: what the macros do.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any

import duckdb
from jinja2 import Environment, StrictUndefined

from orchestration.environment import PROJECT_DIR
from orchestration.formats.descriptions import GENERIC, NO_COLUMN, Column, Entity, known_formats
from orchestration.inspection.columns import DAYS
from orchestration.inspection.findings import UnreadFinding
from orchestration.inspection.rows import Rows
from orchestration.quoting import quoted_name, quoted_text

EXAMPLES = 3

_FIRST_TWO = re.compile(r"\D*(\d{1,2})[/.-](\d{1,2})[/.-]")
_READS = ("boolean", "integer", "decimal", "word")
"""The types, besides days and ids, that a cell may fail to be read as; a text always reads."""

_MONTH = ("rep_time", "month")
"""A column that may hold months: staging reads `2026-10` as its first day."""

Place = tuple[Entity, Column]


def unread_cells(rows: Rows, connection: duckdb.DuckDBPyConnection) -> Iterator[UnreadFinding]:
    """Yield what of all rows a refresh could not read, by entity, column, rule and source."""
    places = [
        (entity, column)
        for entity in known_formats()[GENERIC].entities.values()
        if entity.name in rows
        for column in entity.columns
    ]
    groups: dict[str, list[Place]] = {}
    for entity, column in places:
        is_month = (entity.name, column.name) == _MONTH
        if column.type == "id" or (column.type in DAYS and not is_month):
            groups.setdefault("id" if column.type == "id" else "day", []).append((entity, column))
        elif is_month or (column.type in _READS and (column.type != "word" or column.allowed)):
            groups[f"{entity.name}.{column.name}"] = [(entity, column)]
    for group in groups.values():
        yield from _unread(rows, group, connection)


def _unread(
    rows: Rows, places: Sequence[Place], connection: duckdb.DuckDBPyConnection
) -> Iterator[UnreadFinding]:
    """Yield what could not be read in columns that are read alike."""
    entity, column = places[0]
    rule = _id_rule() if column.type == "id" else _typed_rule(entity, column)
    own = f", cell as {quoted_name(column.name)}"  # numbers are read by the column's own rules
    counted = " union all ".join(
        f"""
        select
            _source, _load_id, _file, {place} as place, {quoted_name(column.name)} as cell,
            count(*) as number
        from {rows.relation(entity.name)} as given
        where
            nullif(trim({quoted_name(column.name)}), '') is not null
            and {quoted_name(column.name)} != {quoted_text(NO_COLUMN)}
        group by all
        """
        for place, (entity, column) in enumerate(places)
    )
    found = connection.execute(
        f"""
        with counted as ({counted}),

        judged as (
            select landed._source, landed.place, landed.cell, landed.number, {rule} as rule
            from (select *{own} from counted) as landed
            left join reading_rules
                on
                    landed._load_id = reading_rules.load_id
                    and landed._file = reading_rules.file
        )

        select
            place,
            _source,
            rule,
            sum(number)::bigint,
            any_value(total)::bigint,
            arg_max(cell, number, {100 * EXAMPLES})
        from (
            select *, sum(number) over (partition by _source, place) as total from judged
        )
        where rule is not null and rule != 'missing'
        group by all
        order by all
        """
    ).fetchall()
    for place, source, of_rule, number, total, cells in found:
        entity, column = places[place]
        yield UnreadFinding(
            source=source,
            entity=entity.name,
            column=column.name,
            rule=of_rule,
            rows=number,
            of=total,
            examples=tuple(cells[:EXAMPLES]),
            is_required=column.is_required,
            orders=_orders(cells) if of_rule == "date_order" else (),
        )


def _orders(cells: Iterable[str]) -> tuple[str, ...]:
    """Return the orders of day and month in which all cells would be days."""
    pairs = [(int(match[1]), int(match[2])) for cell in cells if (match := _FIRST_TWO.match(cell))]
    may_be = {
        "dmy": all(second <= 12 for _, second in pairs),
        "mdy": all(first <= 12 for first, _ in pairs),
    }
    return tuple(order for order, may in may_be.items() if may)


def _id_rule() -> str:
    return f"""
        case
            when {_called("rounded_id", "landed.cell")} then 'rounded_id'
            when regexp_full_match(landed.cell, '[0-9]+[.]0') then 'point_zero'
        end
    """


def _typed_rule(entity: Entity, column: Column) -> str:
    """Return the expression of the rule by which a cell is not read, null when it is."""
    value = _value(entity, column)
    rule = _called("unread_rule", "cell", column.type).replace("values_read.cells.", "landed.")
    otherwise = ""
    if column.other_word:
        listed = _called("read_word", "landed.cell", list(column.allowed))
        otherwise = f"when ({listed}) is null then 'other_word'"
    if column.is_required and (column.minimum is not None or column.maximum is not None):
        least = "null" if column.minimum is None else column.minimum
        most = "null" if column.maximum is None else column.maximum
        otherwise = f"when ({value}) < {least} or ({value}) > {most} then 'range'"
    return f"case when ({value}) is null then {rule} {otherwise} end"


def _value(entity: Entity, column: Column) -> str:
    """Return the expression by which staging reads a cell of the column."""
    named = f"landed.{column.name}"
    if column.type == "integer":
        return _called("read_integer", named)
    if column.type == "decimal":
        return _called("read_decimal", named, column.scale)
    if column.type == "boolean":
        return _called("read_boolean", "landed.cell")
    if column.type == "word":
        return _called("read_word", "landed.cell", list(column.allowed), column.other_word)
    value = _called("read_wall_time", "landed.cell")
    if (entity.name, column.name) == _MONTH:
        first_day = _called("read_wall_time", "(trim(landed.cell) || '-01')")
        return f"coalesce({value}, {first_day})"
    return value


@cache
def _macros() -> Any:
    """Return the macros of `macros/reading` as functions that render SQL, as dbt does."""
    folder = PROJECT_DIR / "macros" / "reading"
    texts = (path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.sql")))
    # SQL, no page: nothing is escaped
    environment = Environment(undefined=StrictUndefined, autoescape=False)
    return environment.from_string("".join(texts)).module


def _called(macro: str, *arguments: object) -> str:
    return str(getattr(_macros(), macro)(*arguments)).strip()
