"""The lists of records behind the numbers of a dashboard: what each month is made of.

What belongs here: which records are listed, and in which form a page gets them. What does not: the
query of the members (see `members.py`), what is told of a record (see `facts.py`) and the pages
(`dashboard/assets/`).

There is a list for each event and measure that KPIs count, not for each KPI: a page puts the sides
of a KPI together from its terms. Of a month it gets

    records   the records that its lists name, as a table
    members   what lists are made of: the place of each record (how far behind the one before), its
              day (how many after the first of the month), and by dimension the values that they
              count under, each as digits to the base of 62; lists of the same members share them
    lists     by event and measure: the place of its members, and the value of each, or 1 for all;
              `all`, how many there are and their sum, where not all are listed, and `sums`, the same
              by dimension and value; `apart`, by dimension and value, what counts there in another
              way than in the whole, such as a cost that is spread
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from dashboard.encoding import plain
from orchestration.publication.records.facts import told_records
from orchestration.publication.records.members import placed_query, record_query

MONTHS = 13
"""How many months have lists, the newest included: a year and the month that it is compared to."""

MOST_LISTED = 500
"""Records of one list that are published, the newest; how many there are in all is always told."""

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

_LIST = "period_start, event, measure"
_RECORD = "record_source, record_entity, record_id, subject_source, subject_entity, subject_id"
_NEWEST = f"order by day desc, record) <= {MOST_LISTED}"
_EVERY_MONTH = {"kpi": None, "statistic": None, "grain": "month", "start": None, "value": None}

Content = dict[str, Any]


@dataclass
class _Month:
    """What a page gets of one month, while it is put together."""

    places: dict[str, int] = field(default_factory=dict)
    members: list[Content] = field(default_factory=list)
    lists: dict[str, Content] = field(default_factory=dict)

    def place_of(self, members: Content) -> int:
        """Return the place of these members, which may be those of another list, too."""
        place = self.places.setdefault(repr(members), len(self.members))
        if place == len(self.members):
            self.members.append(members)
        return place


def month_lists(
    connection: duckdb.DuckDBPyConnection,
    parquet: Path,
    values: Mapping[str, Sequence[str]],
    linked: Sequence[str] = (),
) -> Iterator[tuple[str, Content]]:
    """Yield the first day of each month, oldest first, with its lists as a page reads them.

    Args:
        connection: a published version, opened for this: temporary tables are made in it.
        parquet: the folder of its Parquet files.
        values: the values that a page can show, by dimension.
        linked: the sources whose people are linked to by their CRM id.

    """
    months = _months(connection)
    if not months:
        return
    _find(connection, parquet, "all", months[0])
    connection.execute(_WHOLE)
    shown = {name: list(some) for name, some in values.items() if name != "all"}
    for dimension, some in shown.items():
        _find(connection, parquet, dimension, months[0])
        connection.execute(_COMPARED, {"shown": some})
        for statement in _UNDER:
            connection.execute(statement, {"dimension": dimension})
    connection.execute(_NUMBERED)
    records = told_records(connection, parquet, linked)
    found = {month: _Month() for month in months}
    _add_members(connection, found, {name: _width(len(some)) for name, some in shown.items()})
    _add_sums(connection, found)
    _add_apart(connection, found)
    for month, told in found.items():
        if told.lists:
            content = {"records": records[month], "members": told.members, "lists": told.lists}
            yield month.isoformat(), content


def _months(connection: duckdb.DuckDBPyConnection) -> list[date]:
    rows = connection.execute(
        f"""
        select period_start from kpi.kpi_periods
        where grain = 'month' and period_start <= (select as_of from core.dim_clock)
        order by period_start desc limit {MONTHS}
        """
    ).fetchall()
    return sorted(start for (start,) in rows)


def _find(
    connection: duckdb.DuckDBPyConnection, parquet: Path, dimension: str, since: date
) -> None:
    """Make the table `found`: the records of every list under a dimension, each once."""
    connection.execute(
        f"create or replace temp table placed as {placed_query(parquet, dimension, since)}",
        _EVERY_MONTH,
    )
    connection.execute(
        f"""
        create or replace temp table found as
        select
            {_LIST}, dimension_value, {_RECORD},
            concat_ws(
                chr(31), record_entity, record_source, record_id,
                subject_entity, subject_source, subject_id
            ) as record,
            max(day) as day,
            sum(value) as value
        from ({record_query("placed", ("period_start", "dimension_value"))})
        group by all
        """
    )


_WHOLE = f"""
    create or replace temp table whole as
    select
        *,
        count(*) over list as list_count,
        sum(value) over list as list_sum,
        row_number() over (partition by {_LIST} {_NEWEST} as is_listed
    from found
    window list as (partition by {_LIST});

    create or replace temp table apart as
    select null::varchar as dimension, whole.* exclude (is_listed) from whole limit 0;

    create or replace temp table under as
    select null::varchar as dimension, {_LIST}, record, null::bigint as code from whole limit 0;

    create or replace temp table sums as
    select null::varchar as dimension, {_LIST}, dimension_value, list_count, list_sum
    from whole limit 0;
"""
"""The lists under no dimension, and empty tables for what they are under each."""

_COMPARED = f"""
    create or replace temp table compared as
    with beside as (
        select
            found.*,
            list_position($shown, found.dimension_value) as code,
            whole.is_listed,
            whole.list_count as whole_count,
            coalesce(
                whole.day = found.day
                and abs(whole.value - found.value) <= 1e-9 * greatest(1, abs(whole.value)),
                false
            ) as is_same
        from found
        left join whole using ({_LIST}, record)
    )

    select
        *,
        bool_and(is_same) over list and count(*) over list = whole_count as is_part
    from beside
    window list as (partition by {_LIST})
"""
"""What counts under a dimension beside the whole: whether its list is one part of it per value."""

_UNDER = (
    f"""
    insert into under
    select $dimension, {_LIST}, record, coalesce(code, 0)
    from compared
    where is_part and is_listed
    """,
    f"""
    insert into sums
    select $dimension, {_LIST}, dimension_value, count(*), sum(value)
    from compared
    where is_part and whole_count > {MOST_LISTED} and code is not null
    group by all
    """,
    f"""
    insert into apart by name
    select
        $dimension as dimension, {_LIST}, dimension_value, {_RECORD}, record, day, value,
        count(*) over list as list_count,
        sum(value) over list as list_sum
    from compared
    where not coalesce(is_part, false) and code is not null
    window list as (partition by {_LIST}, dimension_value)
    qualify row_number() over (partition by {_LIST}, dimension_value {_NEWEST}
    """,
)
"""Where it is: the value of each record. Where it is not: lists of its own."""

_NUMBERED = f"""
    create or replace temp table named as
    select
        *,
        row_number() over (partition by period_start order by record) - 1 as place
    from (
        select distinct period_start, record, {_RECORD} from whole where is_listed
        union
        select distinct period_start, record, {_RECORD} from apart
    )
"""
"""The records that lists name, and their places in the table of the month."""


def _width(value_count: int) -> int:
    """Return how many digits tell a value: 0 is none of them."""
    return 1 if value_count < len(DIGITS) else 2


def _add_members(
    connection: duckdb.DuckDBPyConnection, found: Mapping[date, _Month], widths: Mapping[str, int]
) -> None:
    codes: dict[tuple[Any, ...], Content] = {}
    for dimension, width in widths.items():
        digits = [
            f"{DIGITS!r}[code // {len(DIGITS) ** at} % {len(DIGITS)} + 1]"
            for at in reversed(range(width))
        ]
        rows = connection.execute(
            f"""
            select {_LIST}, string_agg({" || ".join(digits)}, '' order by record)
            from under where dimension = $dimension
            group by all
            """,
            {"dimension": dimension},
        ).fetchall()
        for *key, text in rows:
            codes.setdefault(tuple(key), {})[dimension] = text
    rows = connection.execute(
        f"""
        select
            {_LIST},
            list(place order by place) as places,
            list(datediff('day', period_start, day) order by place) as days,
            list(value::double order by place) as counted,
            any_value(list_count) as list_count,
            any_value(list_sum)::double as list_sum
        from whole
        inner join named using (period_start, record)
        where is_listed
        group by all
        order by {_LIST}
        """
    ).fetchall()
    for month, event, measure, places, days, counted, count, total in rows:
        own = {"records": _steps(places), "days": days}
        own |= codes.get((month, event, measure), {})
        told: Content = {"members": found[month].place_of(own), "values": _values(counted)}
        if count > len(places):
            told["all"] = [count, plain(total)]
        found[month].lists[f"{event} {measure}"] = told


def _add_sums(connection: duckdb.DuckDBPyConnection, found: Mapping[date, _Month]) -> None:
    rows = connection.execute(
        f"select {_LIST}, dimension, dimension_value, list_count, list_sum::double "
        "from sums order by all"
    ).fetchall()
    for month, event, measure, dimension, value, count, total in rows:
        own = found[month].lists[f"{event} {measure}"].setdefault("sums", {})
        own.setdefault(dimension, {})[value] = [count, plain(total)]


def _add_apart(connection: duckdb.DuckDBPyConnection, found: Mapping[date, _Month]) -> None:
    """Add the lists of their own, also of what is in no whole at all, each with its records."""
    rows = connection.execute(
        f"""
        select
            {_LIST}, dimension, dimension_value,
            list(place order by place) as places,
            list(datediff('day', period_start, day) order by place) as days,
            list(value::double order by place) as counted,
            any_value(list_count) as list_count,
            any_value(list_sum)::double as list_sum
        from apart
        inner join named using (period_start, record)
        group by all
        order by {_LIST}, dimension, dimension_value
        """
    ).fetchall()
    for month, event, measure, dimension, value, places, days, counted, count, total in rows:
        lists = found[month].lists.setdefault(f"{event} {measure}", {})
        told: Content = {"records": _steps(places), "days": days, "values": _values(counted)}
        if count > len(places):
            told["all"] = [count, plain(total)]
        lists.setdefault("apart", {}).setdefault(dimension, {})[value] = told


def _steps(places: Sequence[int]) -> list[int]:
    """Return how far each place is behind the one before, the first one behind none."""
    return [place - before for before, place in zip([0, *places], places, strict=False)]


def _values(counted: Sequence[float]) -> Any:
    """Return the value of each member, or 1 when it is that for all of them."""
    return 1 if all(each == 1 for each in counted) else [plain(each) for each in counted]
