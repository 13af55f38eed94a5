"""What a value is made of: the value itself, its terms, and the records that it counts.

What belongs here: which version, which value, and asking for its members. What does not: the query
of the members (see `orchestration/publication/records`), where they stand in the exports (see
`rows.py`) and how all of it is told (see `text.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from orchestration.explanation.questions import (
    Kpi,
    Period,
    UnknownError,
    find_dimension,
    find_kpi,
    find_period,
    find_statistic,
    find_value,
    named_period,
)
from orchestration.kpis.catalogue import read_catalogue
from orchestration.publication.opening import open_with_parquet
from orchestration.publication.records.members import member_query, record_query
from orchestration.publication.versions import Version

Row = dict[str, Any]

SIDES = ["numerator", "denominator", "sample", "squares"]
"""The sides of a KPI, in the order in which they are told."""


@dataclass(frozen=True)
class Explanation:
    """A value and what it is made of.

    Attributes:
        version: the published version that tells it.
        kpi: the KPI.
        statistic: the statistic.
        period: the period.
        dimension: the dimension, `all` for everything.
        dimension_value: its value.
        value: the row of `kpi_values`.
        terms: what each side counts, with the number of its records and their sum.
        members: the records, those of the numerator first.
        member_count: how many there are in all.
        made_of: the KPIs that one which is no sum of events is computed from; it has no terms.

    """

    version: Version
    kpi: Kpi
    statistic: str
    period: Period
    dimension: str
    dimension_value: str
    value: Row
    terms: Sequence[Row]
    members: Sequence[Row]
    member_count: int
    made_of: Sequence[Row]


def explain(
    version: Version,
    kpi_id: str,
    period: str | None,
    dimension: str | None,
    statistic: str | None,
    limit: int | None,
) -> Explanation:
    """Return what a published value is made of.

    Args:
        version: the published version that is asked.
        kpi_id: the KPI, one of the company's own included.
        period: as people write it; by default the last one that is complete and mature.
        dimension: `rep=R01`; None for everything.
        statistic: by default the KPI's first one.
        limit: how many records at most; None for all of them.

    Raises:
        UnknownError: there is no such KPI, dimension, statistic, period or value; the message says
            what there is.

    """
    with open_with_parquet(version) as connection:
        kpi = find_kpi(connection, kpi_id)
        asked = find_statistic(kpi, statistic)
        name, _, word = (dimension or "all").partition("=")
        if dimension is not None and not word:
            raise UnknownError(f"write the dimension with its value, such as rep=R01: {dimension}")
        named = find_dimension(kpi, name.strip())
        value_of = find_value(connection, kpi, named, word.strip() or None)
        found = None
        if period is None:
            found = _last_period(connection, kpi, asked, named, value_of)
        found = found or find_period(connection, period)
        own = {
            "kpi": kpi.kpi_id,
            "statistic": asked,
            "grain": found.grain,
            "start": found.start,
            "value": value_of,
        }
        value = _value(connection, kpi, named, own, found)
        made_of = _parts(connection, kpi, named, own)
        parquet = version.folder / "parquet"
        counted = _counted(connection, parquet, named, own, limit) if not made_of else ([], [], 0)
    return Explanation(
        version, kpi, asked, found, named, value_of, value, *counted, made_of=made_of
    )


def _last_period(
    connection: duckdb.DuckDBPyConnection, kpi: Kpi, statistic: str, dimension: str, value: str
) -> Period | None:
    """Return the last complete and mature period with a value, of the month if there is one."""
    row = connection.execute(
        """
        select grain, period_start from kpi.kpi_values
        where
            kpi_id = $kpi and statistic = $statistic and dimension = $dimension
            and dimension_value = $value and grain in ('month', 'quarter', 'year')
            and not is_partial and coalesce(is_mature, true)
        order by grain, period_start desc limit 1
        """,
        {"kpi": kpi.kpi_id, "statistic": statistic, "dimension": dimension, "value": value},
    ).fetchone()
    return named_period(*row) if row else None


def _value(
    connection: duckdb.DuckDBPyConnection, kpi: Kpi, dimension: str, own: Row, period: Period
) -> Row:
    where = """
        from kpi.kpi_values
        where
            kpi_id = $kpi and statistic = $statistic and grain = $grain
            and dimension = $dimension and dimension_value = $value
    """
    rows = _rows(connection, f"{where} and period_start = $start", {**own, "dimension": dimension})
    if rows:
        return rows[0]
    asked = {name: own[name] for name in ("kpi", "statistic", "grain", "value")}
    ends = connection.execute(
        f"select min(period_start), max(period_start) {where}", {**asked, "dimension": dimension}
    ).fetchone()
    known = f"from {ends[0]} to {ends[1]}" if ends and ends[0] else "none"
    raise UnknownError(
        f"{kpi.kpi_id} ({own['statistic']}) has no value of {period.name} for {dimension} "
        f"{own['value']}: nothing of it happened, or no source tells of it; each {own['grain']} "
        f"with a value: {known}"
    )


def _counted(
    connection: duckdb.DuckDBPyConnection,
    parquet: Path,
    dimension: str,
    own: Row,
    limit: int | None,
) -> tuple[list[Row], list[Row], int]:
    """Return the terms, the records and how many there are."""
    connection.execute(f"create temp table members as {member_query(parquet, dimension)}", own)
    connection.execute(f"create temp table listed as {record_query('members')}")
    asked = {"sides": SIDES, "kpi": own["kpi"], "statistic": own["statistic"]}
    terms = _rows(connection, _TERMS, asked)
    members = _rows(
        connection,
        """
        from listed
        order by
            list_position($sides, side), event, day, record_source, record_id, record_entity,
            subject_source, subject_entity, subject_id, anchor_source, anchor_entity, anchor_id
        limit $limit
        """,
        {"sides": SIDES, "limit": limit},
    )
    (count,) = connection.execute("select count(*) from listed").fetchall()[0]
    return terms, members, count


_TERMS = """
    with sums as (
        select
            side, event, measure,
            case measure
                when 'median' then quantile_cont(amount, 0.5)
                when 'p90' then quantile_cont(amount, 0.9)
                else sum(value)
            end as value
        from members
        group by side, event, measure
    ),

    counts as (
        select side, event, measure, count(*) as member_count
        from listed
        group by all
    )

    select
        kpi_terms.side, kpi_terms.event, kpi_terms.weight, kpi_terms.measure,
        event_types.name_en, event_types.name_fr,
        coalesce(counts.member_count, 0) as member_count,
        coalesce(sums.value, 0) as value
    from kpi.kpi_terms as kpi_terms
    inner join kpi.kpi_event_types as event_types using (event)
    left join sums using (side, event, measure)
    left join counts using (side, event, measure)
    where kpi_terms.kpi_id = $kpi and kpi_terms.statistic = $statistic
    order by list_position($sides, kpi_terms.side), kpi_terms.event
"""


def _parts(connection: duckdb.DuckDBPyConnection, kpi: Kpi, dimension: str, own: Row) -> list[Row]:
    """Return the values that a KPI is computed from, which is no sum of events itself.

    A company's own KPIs are made of events alone (see `orchestration/kpis/own.py`).
    """
    known = read_catalogue().kpis.get(kpi.kpi_id)
    if known is None or not known.made_of:
        return []
    return _rows(
        connection,
        """
        select parts.kpi_id, parts.statistic, told.value
        from (
            select kpi_id, unnest(string_split(statistics, '|')) as statistic
            from kpi.kpi_catalog
            where list_contains($parts, kpi_id)
        ) as parts
        left join kpi.kpi_values as told
            on
                parts.kpi_id = told.kpi_id
                and parts.statistic = told.statistic
                and told.grain = $grain
                and told.period_start = $start
                and told.dimension = $dimension
                and told.dimension_value = $value
        order by parts.kpi_id, parts.statistic
        """,
        {
            "parts": list(known.made_of),
            "dimension": dimension,
            **{name: own[name] for name in ("grain", "start", "value")},
        },
    )


def _rows(connection: duckdb.DuckDBPyConnection, query: str, parameters: Row) -> list[Row]:
    cursor = connection.execute(query, parameters)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
