"""Gate 2: whether these marts may be published.

What belongs here: the suites about what is to be published. Their measures are aggregated in
DuckDB, one row per KPI or per file, so that Great Expectations only ever sees a small frame,
whatever the size of the marts. What does not: keys, relationships and logic (dbt tests).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from orchestration.validation.expectations import Frame, Rule, validate_frames
from orchestration.validation.restated import SUITE as CLOSED_PERIODS
from orchestration.validation.restated import prepare_measures
from orchestration.validation.restated import rules as closed_periods_rules
from orchestration.validation.results import ExpectationResult, SuiteResult

STALE_AFTER_DAYS = 7
"""Days without any event after which freshness is worth a warning."""

SOURCE_STALE_AFTER_DAYS = 35
"""The same for one source: as long as a monthly export may take."""

MOST_SPREADS = 8
"""How many times its usual spread a KPI may lie from its median before that is worth a warning."""

LEAST_PERIODS = 6
"""Complete months that a KPI must have before the last one for its history to suggest anything."""

LEAST_SHARE_OF_ROWS = 0.5
"""Share of a published table's rows below which its new version is worth a warning."""


@dataclass(frozen=True)
class MartSuite:
    """Expectations about one frame of measures.

    Attributes:
        name: name of the suite.
        reads: the tables that its query needs, `schema.table`.
        query: the measures; `row_counts` has the rows of each table, now and as published.
        identified_by: the columns that tell people which row is meant.
        rules: makes the expectations, given the ids of the catalogue.
        is_blocking: whether a failure holds the marts back.

    """

    name: str
    reads: Sequence[str]
    query: str
    identified_by: Sequence[str]
    rules: Callable[[Sequence[str]], Sequence[Rule]]
    is_blocking: bool = True


HAS_VALUES = "kpi_values_are_plausible"


def _none(column: str, says: str) -> Rule:
    return Rule(
        says, "ExpectColumnValuesToBeBetween", {"column": column, "min_value": 0, "max_value": 0}
    )


SUITES = (
    MartSuite(
        name=HAS_VALUES,
        reads=("kpi.kpi_values", "kpi.kpi_catalog"),
        query="""
            select
                kpi_values.kpi_id,
                kpi_values.statistic,
                kpi_values.grain,
                min(value) filter (where is_proportion)::double as least_proportion,
                max(value) filter (where is_proportion)::double as greatest_proportion,
                min(sample_size)::double as least_sample,
                count(*) filter (
                    where isinf(value::double) or isnan(value::double)
                ) as infinite_values,
                count(*) filter (
                    where ci_low > value + 1e-9 or ci_high < value - 1e-9
                ) as outside_their_interval
            from warehouse.kpi.kpi_values
            left join warehouse.kpi.kpi_catalog using (kpi_id)
            group by all
            order by all
        """,
        identified_by=("kpi_id", "statistic", "grain"),
        rules=lambda kpi_ids: (
            Rule("there are KPI values", "ExpectTableRowCountToBeBetween", {"min_value": 1}),
            Rule(
                "every KPI is in the catalogue",
                "ExpectColumnValuesToBeInSet",
                {"column": "kpi_id", "value_set": list(kpi_ids)},
            ),
            Rule(
                "proportions are at least 0",
                "ExpectColumnValuesToBeBetween",
                {"column": "least_proportion", "min_value": 0},
            ),
            Rule(
                "proportions are at most 1",
                "ExpectColumnValuesToBeBetween",
                {"column": "greatest_proportion", "max_value": 1},
            ),
            Rule(
                "samples are not negative",
                "ExpectColumnValuesToBeBetween",
                {"column": "least_sample", "min_value": 0},
            ),
            _none("infinite_values", "values are finite"),
            _none("outside_their_interval", "values lie in their confidence interval"),
        ),
    ),
    MartSuite(
        name="landing_adds_up",
        reads=("meta.load_reconciliation",),
        query="""
            select
                source,
                entity,
                file,
                coalesce(records, 0)
                - coalesce(landed, 0)
                - coalesce(structural_rejects, 0)
                - coalesce(merged, 0)
                - coalesce(left_out, 0) as records_lost,
                coalesce(landed, 0)
                - coalesce(current_rows, 0)
                - coalesce(superseded, 0)
                - coalesce(duplicates, 0)
                - coalesce(value_rejects, 0) as rows_lost
            from warehouse.meta.load_reconciliation
            order by all
        """,
        identified_by=("source", "entity", "file"),
        rules=lambda _: (
            _none("records_lost", "records = landed + structural rejects + merged + left out"),
            _none("rows_lost", "landed = current + superseded + duplicates + value rejects"),
        ),
    ),
    MartSuite(
        name=CLOSED_PERIODS,
        reads=(),
        query="select * from restated_measures",
        identified_by=("kpi_id", "seen", "allowed"),
        rules=closed_periods_rules,
    ),
    MartSuite(
        name="as_of_is_not_in_the_future",
        reads=("core.dim_clock",),
        query="""
            select as_of::varchar as as_of, date_diff('day', as_of, today) as days_old
            from warehouse.core.dim_clock
        """,
        identified_by=("as_of",),
        rules=lambda _: (
            Rule(
                "as_of is today or earlier",
                "ExpectColumnValuesToBeBetween",
                {"column": "days_old", "min_value": 0},
            ),
        ),
    ),
    MartSuite(
        name="events_are_fresh",
        reads=("meta.source_freshness", "staging.stg_settings__reporting"),
        query="""
            select
                max(newest_event_on)::varchar as newest_event_on,
                date_diff(
                    'day', max(newest_event_on), any_value(coalesce(as_of, today))
                ) as days_old
            from warehouse.meta.source_freshness
            cross join warehouse.staging.stg_settings__reporting
        """,
        identified_by=("newest_event_on",),
        rules=lambda _: (
            Rule(
                f"the newest event is at most {STALE_AFTER_DAYS} days old",
                "ExpectColumnValuesToBeBetween",
                {"column": "days_old", "max_value": STALE_AFTER_DAYS},
            ),
        ),
        is_blocking=False,
    ),
    MartSuite(
        name="sources_are_fresh",
        reads=("meta.source_freshness", "staging.stg_settings__reporting"),
        query="""
            select
                source,
                newest_event_on::varchar as newest_event_on,
                date_diff('day', newest_event_on, coalesce(as_of, today)) as days_old
            from warehouse.meta.source_freshness
            cross join warehouse.staging.stg_settings__reporting
            where newest_event_on is not null
            order by all
        """,
        identified_by=("source", "newest_event_on"),
        rules=lambda _: (
            Rule(
                f"a source's newest event is at most {SOURCE_STALE_AFTER_DAYS} days old",
                "ExpectColumnValuesToBeBetween",
                {"column": "days_old", "max_value": SOURCE_STALE_AFTER_DAYS},
            ),
        ),
        is_blocking=False,
    ),
    MartSuite(
        name="kpis_move_as_usual",
        reads=("kpi.kpi_values",),
        # median and median deviation: a month that was unusual itself does not excuse the next
        query=f"""
            with months as (
                select
                    kpi_id,
                    statistic,
                    period_start,
                    value,
                    row_number() over (
                        partition by kpi_id, statistic order by period_start desc
                    ) as age
                from warehouse.kpi.kpi_values
                where
                    grain = 'month'
                    and dimension = 'all'
                    and statistic in ('value', 'in_window', 'mean')
                    and value is not null
                    and not is_partial
                    and coalesce(is_mature, true)
            )
            select
                kpi_id,
                statistic,
                max(period_start)::varchar as month,
                any_value(value) filter (where age = 1)::double as value_now,
                median(value) filter (where age between 2 and 13)::double as usual_value,
                abs(value_now - usual_value) / nullif(greatest(
                    1.4826 * mad(value) filter (where age between 2 and 13),
                    0.05 * abs(usual_value)
                ), 0)::double as spreads
            from months
            group by all
            having count(*) filter (where age between 2 and 13) >= {LEAST_PERIODS}
            order by spreads desc nulls last, kpi_id, statistic
        """,
        identified_by=("kpi_id", "statistic", "month", "usual_value", "value_now"),
        rules=lambda _: (
            Rule(
                f"a KPI's last month lies within {MOST_SPREADS} times its usual spread",
                "ExpectColumnValuesToBeBetween",
                {"column": "spreads", "max_value": MOST_SPREADS},
            ),
        ),
        is_blocking=False,
    ),
    MartSuite(
        name="volumes_are_stable",
        reads=(),
        query="""
            select
                name,
                row_counts.rows_now,
                row_counts.rows_then,
                row_counts.rows_now / nullif(row_counts.rows_then, 0) as share
            from row_counts
            -- what is found may well be gone the next day
            where name <> 'meta.data_quality'
            order by all
        """,
        identified_by=("name", "rows_then", "rows_now"),
        rules=lambda _: (
            Rule(
                f"a table keeps at least {LEAST_SHARE_OF_ROWS:.0%} of its published rows",
                "ExpectColumnValuesToBeBetween",
                {"column": "share", "min_value": LEAST_SHARE_OF_ROWS},
            ),
        ),
        is_blocking=False,
    ),
)


def validate_marts(
    connection: duckdb.DuckDBPyConnection, rows_before: Mapping[str, int], docs: Path | None = None
) -> list[SuiteResult]:
    """Return what the suites find in the marts.

    Args:
        connection: has the warehouse attached as `warehouse`, and the table `restated_measures`
            when there is a version before.
        rows_before: rows by `schema.table` in the published version; empty before the first.
        docs: a folder for Great Expectations' own pages; None for no pages.

    """
    tables = {
        row[0]
        for row in connection.execute(
            """
            select schema_name || '.' || table_name from duckdb_tables()
            where database_name = 'warehouse'
            union all
            select schema_name || '.' || view_name from duckdb_views()
            where database_name = 'warehouse'
            """
        ).fetchall()
    }
    kpi_ids: list[str] = []
    if "kpi.kpi_catalog" in tables:
        query = "select kpi_id from warehouse.kpi.kpi_catalog order by kpi_id"
        kpi_ids = [row[0] for row in connection.execute(query).fetchall()]
    _make_row_counts(
        connection, {name: rows_before[name] for name in sorted(tables & {*rows_before})}
    )
    prepare_measures(connection)
    results: dict[str, SuiteResult] = {}
    frames = []
    for suite in SUITES:
        missing = [table for table in suite.reads if table not in tables]
        if missing:
            observed = f"no table {', '.join(missing)}"
            expectation = ExpectationResult("its tables are built", False, observed=observed)
            results[suite.name] = SuiteResult(suite.name, suite.is_blocking, (expectation,))
            continue
        measures = connection.execute(suite.query).df()
        rules = suite.rules(kpi_ids)
        frames.append(Frame(suite.name, measures, suite.identified_by, rules, suite.is_blocking))
    results.update((result.name, result) for result in validate_frames(frames, docs))
    if "meta.load_reconciliation" in tables and HAS_VALUES in results:
        is_counted = "kpi.kpi_components" not in tables or _has_rows(connection)
        results[HAS_VALUES] = _with_what_came_in(results[HAS_VALUES], is_counted, connection)
    return [results[suite.name] for suite in SUITES]


def _make_row_counts(connection: duckdb.DuckDBPyConnection, rows_before: Mapping[str, int]) -> None:
    """Count the tables that were published before; on Spark's files DuckDB has views."""
    connection.execute(
        "create or replace temp table row_counts (name text, rows_now bigint, rows_then bigint)"
    )
    for name, rows_then in rows_before.items():
        query = f"insert into row_counts select ?, count(*), ? from warehouse.{name}"
        connection.execute(query, [name, rows_then])


def _has_rows(connection: duckdb.DuckDBPyConnection) -> bool:
    """Tell whether there is anything that KPIs count."""
    query = "select 1 from warehouse.kpi.kpi_components limit 1"
    return connection.execute(query).fetchone() is not None


def _with_what_came_in(
    result: SuiteResult, is_counted: bool, connection: duckdb.DuckDBPyConnection
) -> SuiteResult:
    """Say of marts without any KPI value what came in, of which no KPI counts anything.

    Where there is nothing that KPIs count (companies and reps alone) that is no fault of the marts:
    they are published, with a warning.
    """
    first, *others = result.expectations
    if first.success or first.observed != 0:
        return result
    rows = connection.execute(
        """
        select entity, coalesce(sum(current_rows), 0)::bigint
        from warehouse.meta.load_reconciliation
        where entity is not null
        group by all
        order by all
        """
    ).fetchall()
    came_in = ", ".join(f"{entity} {count:,}" for entity, count in rows)
    observed = f"0: no KPI counts anything of the rows that could be read ({came_in})"
    return replace(
        result,
        expectations=(replace(first, observed=observed), *others),
        is_blocking=is_counted,
    )
