"""Whether closed periods may have other values than in the version before: a part of gate 2.

What belongs here: how much of what was closed is another now without anything that explains it,
against the limits of `gates.yml`, and the table for people of what would change. What does not:
finding the values (see `publication/restatements.py`) and what explains one (see
`explanations.py`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from orchestration.quoting import quoted_text
from orchestration.validation.expectations import Rule
from orchestration.validation.thresholds import Values

SUITE = "closed_periods_stay"

KEY = ("kpi_id", "statistic", "grain", "period_start", "dimension", "dimension_value")
"""What tells a KPI value from the others."""

CLOSED = "not is_partial and is_mature is distinct from false and statistic != 'to_date'"
"""Which values are final."""

MOST_SHOWN = 15
"""Values that are shown of those that would change."""

LEAST_RECORDS = 3
"""Records by which the figures of a small company may be others without being held."""

LEAST_VALUES = 30
"""Values that may be others however few there are: so many does a record or two move."""

_MEASURES = {
    "values_excess": "no more closed values are others than `restated_values_share` allows",
    "headline_excess": "no headline KPI is more another than `restated_headline_share` allows",
    "size_excess": "no closed month is more another than `restated_size` allows",
}
"""What people read of a measure: what was seen over what is allowed."""


@dataclass(frozen=True)
class Restated:
    """What of the closed periods is another than in the version before.

    Attributes:
        version_before: the version that readers see; None before the first.
        closed: its values of closed periods.
        changed: those that are others now.
        explained: what explains a part of these: kind and name, and how many values.
        unexplained: those that nothing explains.
        shown: the largest unexplained changes: KPI, statistic, grain, first day, before, now.

    """

    version_before: str | None = None
    closed: int = 0
    changed: int = 0
    explained: Sequence[tuple[str, str, int]] = ()
    unexplained: int = 0
    shown: Sequence[Sequence[Any]] = ()

    def table(self) -> list[str]:
        """Return what would change most, as a table for people."""
        rows = [
            (
                f"{kpi}{'' if statistic == 'value' else ' ' + statistic}",
                f"{grain} {start}",
                *(_written(value) for value in values),
            )
            for kpi, statistic, grain, start, *values in self.shown
        ]
        if not rows:
            return []
        listed = [("KPI", "closed period", "published", "would be"), *rows]
        widths = [max(len(row[column]) for row in listed) for column in range(4)]
        lines = []
        for row in listed:
            cells = [
                row[n].ljust(widths[n]) if n < 2 else row[n].rjust(widths[n]) for n in range(4)
            ]
            lines.append("  ".join(cells))
        return lines


def _written(value: float | None) -> str:
    """Return a value for a table: whole when it is large, with the digits that anybody reads."""
    if value is None:
        return "none"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def rules(_: Sequence[str]) -> list[Rule]:
    """Return what is expected of the table `restated_measures`."""
    return [
        Rule(says, "ExpectColumnValuesToBeBetween", {"column": column, "max_value": 1})
        for column, says in _MEASURES.items()
    ]


def prepare_measures(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the table `restated_measures` without rows, unless it is there."""
    connection.execute(
        f"""
        create temp table if not exists restated_measures (
            kpi_id varchar, {", ".join(f"{name} double" for name in _MEASURES)},
            seen double, allowed double
        )
        """
    )


def make_measures(
    connection: duckdb.DuckDBPyConnection,
    database_before: Path | None,
    limits: Values,
    headlines: Sequence[str] = (),
    reasons: Mapping[str, tuple[str, str]] | None = None,
) -> Restated:
    """Make the table `restated_measures` from `restatements`, and return what is to be told.

    A row per KPI, statistic and measure, and one for all KPIs. Of what nothing explains only
    changes of more than `restated_change` count, of periods that readers saw and of which no late
    rows are to come: from a KPI's first closed one to the one before its newest.

    Args:
        connection: has the new warehouse attached as `warehouse`, and the table `restatements`.
        database_before: the published file that it was compared with.
        limits: those of `gates.yml`; None is one that is switched off.
        headlines: the KPIs that readers see first; none for those that the catalogue marks.
        reasons: what `explained_by` says → kind and name of the explanation.

    """
    prepare_measures(connection)
    total, version = connection.execute(
        "select count(*), any_value(version_before) from restatements"
    ).fetchone() or (0, None)
    if not total or database_before is None:
        return Restated()
    connection.execute(f"attach {quoted_text(database_before)} as before (read_only)")
    try:
        closed = _measure(connection, limits, headlines)
    finally:
        connection.execute("detach before")
    explained = connection.execute(
        """
        select explained_by, count(*) from restatements
        where explained_by is not null group by all order by 2 desc, 1
        """
    ).fetchall()
    return Restated(
        version,
        closed,
        total,
        [(*(reasons or {})[what], count) for what, count in explained],
        total - sum(count for _, count in explained),
        _shown(connection),
    )


def _measure(
    connection: duckdb.DuckDBPyConnection, limits: Values, headlines: Sequence[str]
) -> int:
    """Fill the table, and return how many values were closed."""
    connection.execute(
        f"""
        create or replace temp table changes as
        with seen as (
            select
                kpi_id,
                statistic,
                grain,
                min(period_start) as first_start,
                max(period_start) as newest_start
            from before.kpi.kpi_values
            where {CLOSED}
            group by all
        )

        select
            restatements.*,
            abs(coalesce(value_now, 0) - coalesce(value_before, 0)) as change
        from restatements
        inner join seen using (kpi_id, statistic, grain)
        where
            explained_by is null
            and period_start >= first_start
            and period_start < newest_start
            and (
                value_now is null or value_before is null
                or change > {limits["restated_change"] or 0} * abs(value_before)
            )
        """
    )
    row = connection.execute(
        f"""
        select count(*), count(*) filter (where {_LARGE}) from before.kpi.kpi_values where {CLOSED}
        """
    ).fetchone()
    closed, large = row or (0, 0)
    share = limits["restated_values_share"]
    if share is not None:
        allowed = max(share * large, LEAST_VALUES)
        connection.execute(
            f"""
            insert into restated_measures (kpi_id, values_excess, seen, allowed)
            select 'all', count(*) / {allowed}, count(*), {allowed} from changes where {_LARGE}
            """
        )
    listed = ", ".join(map(quoted_text, headlines))
    chosen = f"kpi_id in ({listed})" if headlines else "is_headline"
    headline_share, size = (
        "null" if limit is None else str(limit)
        for limit in (limits["restated_headline_share"], limits["restated_size"])
    )
    connection.execute(
        f"""
        insert into restated_measures
        with was as (
            select
                kpi_id,
                statistic,
                sum(abs(value)) as all_values,
                sum(sample_size) as records,
                avg(abs(value)) filter (where value != 0) as usual
            from before.kpi.kpi_values
            where {CLOSED} and grain = 'month' and dimension = 'all'
            group by all
        ),

        moved as (
            select
                kpi_id,
                statistic,
                sum(change) as change,
                max(change / nullif(greatest(abs(coalesce(value_before, 0)), usual), 0)) as largest,
                max(change) as largest_change
            from changes
            inner join was using (kpi_id, statistic)
            where grain = 'month' and dimension = 'all'
            group by all
        ),

        judged as (
            select
                moved.*,
                moved.change / nullif(all_values, 0) as share,
                greatest(
                    {headline_share},
                    {LEAST_RECORDS}
                    / nullif(case when unit = 'count' then all_values else records end, 0)
                ) as allowed,
                {chosen} as is_chosen,
                shape = 'flow'
                and kpi_catalog.denominator is null
                and (
                    unit = 'amount'
                    or unit in ('count', 'days') and largest_change > {LEAST_RECORDS}
                ) as is_sum
            from moved
            inner join was using (kpi_id, statistic)
            inner join warehouse.kpi.kpi_catalog using (kpi_id)
        )

        select kpi_id, null, share / allowed, null, share, allowed
        from judged
        where is_chosen and {headline_share} is not null
        union all
        select kpi_id, null, null, largest / {size}, largest, {size}
        from judged
        where is_sum and {size} is not null
        order by all
        """
    )
    return int(closed)


_LARGE = "grain in ('month', 'quarter', 'year') and dimension = 'all'"
"""The values that a share of all is taken of: those of many records, each fact told once."""


def _shown(connection: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    """Return the largest changes of months over everything, of each KPI the largest first."""
    return connection.execute(
        f"""
        with ranked as (
            select
                changes.*,
                kpi_catalog.is_headline,
                change / greatest(abs(coalesce(value_before, 0)), 1e-9) as relative,
                row_number() over (
                    partition by changes.kpi_id order by relative desc, statistic, period_start
                ) as place
            from changes
            inner join warehouse.kpi.kpi_catalog using (kpi_id)
            where grain = 'month' and dimension = 'all'
        )

        select kpi_id, statistic, grain, period_start::varchar, value_before, value_now
        from ranked
        where place = 1
        order by is_headline desc, relative desc, kpi_id
        limit {MOST_SHOWN}
        """
    ).fetchall()
