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
              `all`, how many there are and their sum, where not all are published; `apart`, by
              dimension and value, what counts there in another way than in the whole, such as a
              cost that is spread
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from dashboard.encoding import plain
from orchestration.publication.records.facts import told_records
from orchestration.publication.records.members import (
    ACTIVITIES,
    EVENT_RECORDS,
    Parts,
    placed_query,
    read_table,
    record_query,
)
from orchestration.publication.records.touches import touches_of

MONTHS = 13
"""How many months have lists, the newest included: a year and the month that it is compared to."""

MOST_PUBLISHED = 1500
"""Records of one list that are published, the newest. A page shows a third at a time: what is
under a filter is then mostly there in full, and what a large company costs stays bounded."""

MOST_LISTED = 500
"""Records of a number that a page shows at a time; how many there are in all is always told."""

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

_LIST = "period_start, event, measure"
_RECORD = "record_entity, record_source, record_id, subject_entity, subject_source, subject_id"
_TOLD = f"{_LIST}, member, {_RECORD}, day, value"
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
    most: int = MOST_PUBLISHED,
) -> Iterator[tuple[str, Content]]:
    """Yield the first day of each month, oldest first, with its lists as a page reads them.

    Args:
        connection: a published version, opened for this: temporary tables are made in it.
        parquet: the folder of its Parquet files.
        values: the values that a page can show, by dimension.
        linked: the sources whose people are linked to by their CRM id.
        most: how many records of a list are published.

    """
    months = _months(connection)
    if not months:
        return
    _find(connection, placed_query(parquet, "all", months[0]))
    connection.execute(_whole(most))
    for statement in _parts(parquet):
        connection.execute(statement)
    parts = Parts(events="own_events", touches="own_touches")
    shown = {name: list(some) for name, some in values.items() if name != "all"}
    for dimension, some in shown.items():
        _find(connection, placed_query(parquet, dimension, months[0], parts))
        connection.execute(_compared(most), {"shown": some})
        for statement in _UNDER:
            connection.execute(statement, {"dimension": dimension})
    connection.execute(_NAMED)
    records = told_records(connection, parquet, linked)
    found = {month: _Month() for month in months}
    _add_members(connection, found, {name: _width(len(some)) for name, some in shown.items()})
    _add_apart(connection, found)
    for month, told in found.items():
        if told.lists:
            content = {"records": records[month], "members": told.members, "lists": told.lists}
            yield month.isoformat(), content


def activity_count(connection: duckdb.DuckDBPyConnection, parquet: Path) -> int:
    """Return how many activities there are in the months that have lists."""
    months = _months(connection)
    if not months:
        return 0
    (count,) = connection.execute(
        f"select count(*) from {read_table(parquet, ACTIVITIES, by_month=True)} "
        "where occurred_on >= $since",
        {"since": months[0]},
    ).fetchall()[0]
    return int(count)


def _months(connection: duckdb.DuckDBPyConnection) -> list[date]:
    rows = connection.execute(
        f"""
        select period_start from kpi.kpi_periods
        where grain = 'month' and period_start <= (select as_of from core.dim_clock)
        order by period_start desc limit {MONTHS}
        """
    ).fetchall()
    return sorted(start for (start,) in rows)


def _find(connection: duckdb.DuckDBPyConnection, placed: str) -> None:
    """Make the table `found`: what each list holds, of members that a query places in months."""
    connection.execute(f"create or replace temp table placed as {placed}", _EVERY_MONTH)
    connection.execute(
        f"""
        create or replace temp table found as
        select
            dimension_value,
            concat_ws(
                chr(31), {_RECORD}, anchor_entity, anchor_source, anchor_id
            ) as member,
            {_TOLD.replace("member, ", "")}
        from ({record_query("placed", ("period_start", "dimension_value"))})
        """
    )


def _whole(most: int) -> str:
    """Return what makes `whole`, what is published of the lists under no dimension.

    Tables for what it is under each are made, too.
    """
    return f"""
        create or replace temp table whole as
        select
            {_TOLD},
            count(*) over list as list_count,
            sum(value) over list as list_sum
        from found
        window list as (partition by {_LIST})
        qualify row_number() over (partition by {_LIST} order by day desc, member) <= {most};

        create or replace temp table under as
        select null::varchar as dimension, {_LIST}, member, null::bigint as code from whole limit 0;

        create or replace temp table apart as
        select null::varchar as dimension, null::varchar as dimension_value, {_TOLD}
        from whole limit 0;
    """


def _parts(parquet: Path) -> tuple[str, ...]:
    """Return what makes tables of the events and touches that published lists are about.

    What counts under one dimension alone is in no list of the whole: it is among them.
    """
    named = """
        select record_entity as entity, record_source as source, record_id as id from whole
        union
        select subject_entity, subject_source, subject_id from whole
        where subject_id is not null
    """
    return (
        f"create or replace temp table about as {named}",
        f"""
        create or replace temp table own_events as
        select * from {read_table(parquet, EVENT_RECORDS, by_month=True)}
        where
            (record_entity, record_source, record_id) in (select (entity, source, id) from about)
            or (subject_entity, subject_source, subject_id) in (
                select (entity, source, id) from about
            )
            or only_under is not null
        """,
        f"""
        create or replace temp table own_activities as
        select * from {read_table(parquet, ACTIVITIES, by_month=True)}
        where (source, activity_id) in (
            select (source, id) from about where entity = 'activities'
        )
        """,
        f"create or replace temp table own_touches as {touches_of('own_activities')}",
    )


def _compared(most: int) -> str:
    """Return what makes `compared`: what counts under a dimension beside the whole.

    `is_part` tells whether a list is one part of the whole per value.
    """
    return f"""
        create or replace temp table compared as
        with lists as (
            select distinct {_LIST}, list_count from whole
        ),

        chosen as (
            select unnest($shown) as dimension_value, unnest(range(1, len($shown) + 1)) as code
        ),

        beside as (
            select
                found.*,
                chosen.code,
                coalesce(lists.list_count, 0) as list_count,
                whole.member is not null as is_published,
                coalesce(
                    whole.day = found.day
                    and abs(whole.value - found.value) <= 1e-9 * greatest(1, abs(whole.value)),
                    false
                ) as is_same
            from found
            left join chosen using (dimension_value)
            left join lists using ({_LIST})
            left join whole using ({_LIST}, member)
        )

        select
            *,
            bool_and(is_same) over list
                and count(*) over list = least(list_count, {most}) as is_part
        from beside
        where is_published or list_count <= {most}
        window list as (partition by {_LIST})
    """


_UNDER = (
    f"""
    insert into under
    select $dimension, {_LIST}, member, coalesce(code, 0)
    from compared
    where is_part
    """,
    f"""
    insert into apart
    select $dimension, dimension_value, {_TOLD}
    from compared
    where not is_part and code is not null
    """,
)
"""Where it is: the value of each member. Where it is not: lists of its own."""

_NAMED = f"""
    create or replace temp table named as
    select
        *,
        dense_rank() over (partition by period_start order by {_RECORD}) - 1 as place
    from (
        select period_start, member, {_RECORD} from whole
        union
        select period_start, member, {_RECORD} from apart
    )
"""
"""The records that lists name, and the place of each in the table of the month."""


def _width(value_count: int) -> int:
    """Return how many digits tell a value: 0 is none of them."""
    return 1 if value_count < len(DIGITS) else 2


def _add_members(
    connection: duckdb.DuckDBPyConnection, found: Mapping[date, _Month], widths: Mapping[str, int]
) -> None:
    codes: dict[tuple[Any, ...], Content] = {}
    for dimension, width in widths.items():
        digits = " || ".join(
            f"'{DIGITS}'[code // {len(DIGITS) ** at} % {len(DIGITS)} + 1]"
            for at in reversed(range(width))
        )
        rows = connection.execute(
            f"""
            select {_LIST}, string_agg({digits}, '' order by place, member)
            from under
            inner join named using (period_start, member)
            where dimension = $dimension
            group by all
            """,
            {"dimension": dimension},
        ).fetchall()
        for *key, text in rows:
            codes.setdefault(tuple(key), {})[dimension] = text
    rows = connection.execute(
        f"""
        select {_LIST}, {_ENTRIES}, any_value(list_count), any_value(list_sum)::double
        from whole
        inner join named using (period_start, member)
        group by {_LIST}
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


_ENTRIES = """
    list(place order by place, member),
    list(datediff('day', period_start, day) order by place, member),
    list(value::double order by place, member)
"""


def _add_apart(connection: duckdb.DuckDBPyConnection, found: Mapping[date, _Month]) -> None:
    """Add the lists of their own, also of what is in no whole at all, each with its records."""
    rows = connection.execute(
        f"""
        select {_LIST}, dimension, dimension_value, {_ENTRIES}
        from apart
        inner join named using (period_start, member)
        group by {_LIST}, dimension, dimension_value
        order by {_LIST}, dimension, dimension_value
        """
    ).fetchall()
    for month, event, measure, dimension, value, places, days, counted in rows:
        lists = found[month].lists.setdefault(f"{event} {measure}", {})
        told = {"records": _steps(places), "days": days, "values": _values(counted)}
        lists.setdefault("apart", {}).setdefault(dimension, {})[value] = told


def _steps(places: Sequence[int]) -> list[int]:
    """Return how far each place is behind the one before, the first one behind none."""
    return [place - before for before, place in zip([0, *places], places, strict=False)]


def _values(counted: Sequence[float]) -> Any:
    """Return the value of each member, or 1 when it is that for all of them."""
    return 1 if all(each == 1 for each in counted) else [plain(each) for each in counted]
