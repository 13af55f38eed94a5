"""Reading a published version for the dashboard: aggregates only, bounded in size.

What belongs here: the queries on `prospection.duckdb` and the shape of what they return. What does
not: writing files (see `building.py`). Tables and columns that a version does not have yet, or no
longer has, are left out: the page shows a block only when its data are there.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from dashboard.encoding import columnar, plain, plain_column
from dashboard.sentences import Measure, measure_of
from dashboard.series import read_series

HISTORY: Mapping[str, int] = {
    "day": 92,
    "week": 105,
    "half_month": 49,
    "month": 37,
    "quarter": 21,
    "year": 11,
}
"""How many periods of each grain, up to the newest, a page can show; finest grain first."""

STEPS: Mapping[str, Callable[[date], date]] = {
    "half_month": lambda day: day.replace(day=16) if day.day == 1 else _months_on(day, 1),
    "month": lambda day: _months_on(day, 1),
    "quarter": lambda day: _months_on(day, 3),
    "year": lambda day: _months_on(day, 12),
}
"""From the first day of a period to that of the next, for the grains that targets are set for."""

MOST_AHEAD = 48
"""Periods of one grain after the last one with values; a target may be of any year."""

MOST_VALUES = 300
"""Values of one dimension that can be chosen; the largest come first."""

MOST_ROWS = 2000
"""Rows of a subject mart that a page gets."""

_REQUIRED = (
    "kpi_id",
    "statistic",
    "grain",
    "period_start",
    "dimension",
    "dimension_value",
    "dimension_label",
    "value",
    "numerator",
    "denominator",
    "sample_size",
    "is_partial",
    "is_mature",
    "is_reliable",
    "previous_value",
    "year_ago_value",
)

STATISTICS = ("value", "in_window", "mean", "median", "to_date", "p90")
"""Which statistic of a KPI is shown where only one is: the first of these that it has."""

SUBJECT_TABLES: Mapping[str, str] = {
    "kpi.kpi_funnel_cohorts": "contacted_month desc, stage_order, months_since",
    "kpi.kpi_campaign_performance": "touches desc, all",
    "kpi.kpi_campaign_returns": "dimension, cost_amount desc nulls last, dimension_value",
    "kpi.kpi_letter_costs": "last_on desc nulls last, campaign_id",
    "kpi.kpi_campaign_totals": "sent desc nulls last, visits desc nulls last, all",
    "kpi.kpi_segment_profitability": "period_start desc, grain, dimension, revenue_rank",
    "kpi.kpi_cost_breakdown": "month desc, cost_amount desc",
    "kpi.kpi_targets": "period_start desc, grain, kpi_id, dimension, dimension_value",
    "kpi.kpi_quarter_outlook": "period_start, basis, measure",
    "kpi.kpi_forecast": "is_newest desc, origin_month desc, basis, measure, months_ahead",
    "kpi.kpi_lead_score_calibration": "all",
    "kpi.kpi_rep_profiles": "month desc, span, step_order, rep",
    "kpi.kpi_conclusions": "month desc, overall_rank",
    "kpi.kpi_signals": "is_current desc, standard_errors desc, all",
    "meta.load_reconciliation": "load desc, all",
    "meta.data_quality": "issue_count desc, all",
    "meta.restatements": "period_start desc, all",
}
"""Tables that a page reads as they are, with the order in which their first rows are kept."""

SEGMENT_TABLES: Mapping[str, str] = {
    "kpi.kpi_conversion_lag": "dimension_value, days_since_contact",
    "kpi.kpi_loss_reasons": "period_start desc, grain, dimension_value, reason_rank",
    "kpi.kpi_churn_reasons": "period_start desc, grain, dimension_value, reason_rank",
    "kpi.kpi_complaint_reasons": "period_start desc, grain, dimension_value, reason_rank",
    "kpi.kpi_pipeline_movement": "period_start desc, grain, dimension_value",
}
"""The same for tables with rows by segment, of which a page reads one dimension at a time."""

_PERSONAL = ("prospect_key", "prospect_id")

_NOT_OF_PAGES = ("is_zero_filled", "is_proportion", "interval", "anchor", "requires")
"""Columns of the catalogue that tell how a value is made, which no page reads."""


@dataclass(frozen=True)
class Dimension:
    """A dimension that values are published by.

    Attributes:
        name: its name.
        grains: the grains it is published at, finest first.
        values: id and label of each value that can be chosen, largest first.
        value_count: how many values there are in all.

    """

    name: str
    grains: Sequence[str]
    values: Sequence[tuple[str, str]]
    value_count: int


@dataclass(frozen=True)
class PublishedVersion:
    """One open published version; a context manager that closes it."""

    connection: duckdb.DuckDBPyConnection
    columns: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @classmethod
    def open(cls, database: Path, memory_limit: str | None = None) -> "PublishedVersion":
        """Open a published `prospection.duckdb` for reading, with no more memory than that."""
        config: dict[str, Any] = {} if memory_limit is None else {"memory_limit": memory_limit}
        connection = duckdb.connect(str(database), read_only=True, config=config)
        columns: dict[str, list[str]] = {}
        rows = connection.execute(
            """
            select schema_name || '.' || table_name, column_name
            from duckdb_columns() where not internal order by 1, column_index
            """
        ).fetchall()
        for table, column in rows:
            columns.setdefault(table, []).append(column)
        return cls(connection, columns)

    def __enter__(self) -> "PublishedVersion":
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    @property
    def has_values(self) -> bool:
        """Whether there is a KPI value and a catalogue, with every column a page needs."""
        return (
            set(_REQUIRED) <= set(self.columns.get("kpi.kpi_values", ()))
            and bool(self.columns.get("kpi.kpi_catalog"))
            and bool(self.rows("select 1 as one from kpi.kpi_values limit 1"))
        )

    def rows(self, query: str, parameters: Sequence[Any] = ()) -> list[dict[str, Any]]:
        """Return the rows of a query by column, as JSON knows them."""
        cursor = self.connection.execute(query, list(parameters))
        names = [column[0] for column in cursor.description or ()]
        return [
            dict(zip(names, map(plain, row), strict=True))  # one dict per row
            for row in cursor.fetchall()
        ]

    def table(self, query: str, parameters: Sequence[Any] = ()) -> dict[str, list[Any]]:
        """Return the columns of a query, as JSON knows them; none when it has no rows."""
        cursor = self.connection.execute(query, list(parameters))
        names = [column[0] for column in cursor.description or ()]
        contents = zip(*cursor.fetchall(), strict=True)
        return dict(zip(names, map(plain_column, contents), strict=False))

    def catalog(self) -> dict[str, list[Any]]:
        """Return the columns of the KPIs that have a value, in the order of the catalogue."""
        return self.table(
            f"""
            select columns(name -> name not in {_NOT_OF_PAGES}) from kpi.kpi_catalog
            where kpi_id in (select kpi_id from kpi.kpi_values where value is not null)
            order by rowid
            """
        )

    def measures(self) -> dict[str, Measure]:
        """Return how the values of each KPI of the catalogue are written."""
        return {str(kpi["kpi_id"]): measure_of(kpi) for kpi in self.rows("from kpi.kpi_catalog")}

    def without_values(self) -> list[dict[str, Any]]:
        """Return the names of the KPIs of the catalogue that no source supplies."""
        return self.rows(
            """
            select name_en, name_fr from kpi.kpi_catalog
            where kpi_id not in (select kpi_id from kpi.kpi_values where value is not null)
            order by rowid
            """
        )

    def event_words(self) -> dict[str, dict[str, str]]:
        """Return what each event counts, by the key of the text and language."""
        if "kpi.kpi_event_types" not in self.columns:
            return {}
        rows = self.rows("select event, name_en, name_fr from kpi.kpi_event_types")
        return {
            f"event_{row['event']}": {"en": row["name_en"], "fr": row["name_fr"]} for row in rows
        }

    def periods(self) -> dict[str, list[str]]:
        """Return the first days of the periods of each grain, oldest first, as far as shown."""
        found: dict[str, list[str]] = {}
        for grain, start in self.connection.execute(
            "select distinct grain, period_start from kpi.kpi_values order by all"
        ).fetchall():
            found.setdefault(grain, []).append(start.isoformat())
        return {grain: found[grain][-most:] for grain, most in HISTORY.items() if grain in found}

    def periods_ahead(self, periods: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
        """Return the first days of the periods after these, up to the end of the last target."""
        if "period_end" not in self.columns.get("kpi.kpi_targets", ()):
            return {}
        ends = self.connection.execute("select max(period_end) from kpi.kpi_targets").fetchall()
        end = ends[0][0]
        found: dict[str, list[str]] = {}
        for grain, step in STEPS.items():
            start = date.fromisoformat(periods[grain][-1]) if grain in periods else end
            for _ in range(MOST_AHEAD if end is not None else 0):
                if (start := step(start)) > end:
                    break
                found.setdefault(grain, []).append(start.isoformat())
        return found

    def newest_value(self, kpi_id: str, statistic: str, grain: str) -> float | None:
        """Return the newest value of a KPI over everything."""
        row = self.connection.execute(
            """
            select value from kpi.kpi_values
            where
                kpi_id = ? and statistic = ? and grain = ? and dimension = 'all'
                and value is not null
            order by period_start desc limit 1
            """,
            [kpi_id, statistic, grain],
        ).fetchone()
        return float(row[0]) if row else None

    def dimensions(self) -> list[Dimension]:
        """Return the dimensions other than `all`, with the values that can be chosen."""
        grains: dict[str, list[str]] = {}
        for dimension, grain in self.connection.execute(
            "select distinct dimension, grain from kpi.kpi_values where dimension != 'all'"
        ).fetchall():
            grains.setdefault(dimension, []).append(grain)
        finest = list(HISTORY)
        values: dict[str, list[tuple[str, str]]] = {}
        for dimension, value, label in self.connection.execute(
            """
            select dimension, dimension_value, any_value(dimension_label)
            from kpi.kpi_values
            where dimension != 'all' and grain in ('month', 'quarter', 'year')
            group by all
            order by dimension, count(*) desc, dimension_value
            """
        ).fetchall():
            values.setdefault(dimension, []).append((value, label))
        return [
            Dimension(
                name,
                sorted((grain for grain in grains[name] if grain in finest), key=finest.index),
                values[name][:MOST_VALUES],
                len(values[name]),
            )
            for name in sorted(values)
        ]

    def series(
        self, periods: Mapping[str, Sequence[str]], values: Mapping[str, Sequence[str]]
    ) -> Iterator[tuple[str, str, str]]:
        """Yield each dimension and grain with its series as JSON (see `series.py`).

        Args:
            periods: the periods that a page can show, by grain.
            values: the values that a page can show, by dimension.

        """
        have = self.columns["kpi.kpi_values"]
        yield from read_series(self.connection, have, periods, values)

    def funnel(self, dimension: str, values: Sequence[str]) -> dict[str, list[Any]]:
        """Return the columns of `kpi_funnel` for one dimension, as far back as months are shown.

        A stage that nobody supplies is not shown; each other one is told beside the last that is.
        """
        if "kpi.kpi_funnel" not in self.columns:
            return {}
        return self.table(
            """
            select
                * exclude (dimension, dimension_label, is_supplied, rate_from_supplied)
                replace (rate_from_supplied as rate_from_previous)
            from kpi.kpi_funnel
            where
                dimension = ?
                and is_supplied
                and list_contains(from_json(?, '["varchar"]'), dimension_value)
                and period_start > (
                    select max(period_start) - interval 37 month from kpi.kpi_funnel
                )
            order by grain, period_start, dimension_value, stage_order
            """,
            [dimension, json.dumps(values)],
        )

    def subject(self, full_name: str, dimension: str | None = None) -> dict[str, Any] | None:
        """Return the first rows of a table as the pages read them; None when it has none.

        Args:
            full_name: one of `SUBJECT_TABLES` or, with `dimension`, of `SEGMENT_TABLES`.
            dimension: the dimension whose rows are wanted.

        """
        table = self.subject_columns(full_name, dimension)
        return columnar(table, self.row_count(full_name)) if table else None

    def subject_columns(self, full_name: str, dimension: str | None = None) -> dict[str, list[Any]]:
        """Return the columns of the first rows of such a table; none when it has no rows."""
        columns = self.columns.get(full_name, ())
        if not columns or set(_PERSONAL) & set(columns):
            return {}
        tables = SUBJECT_TABLES if dimension is None else SEGMENT_TABLES
        wanted = tables[full_name].replace("all", "").strip(", ").split(", ")
        order = [term for term in wanted if term.split(" ")[0] in columns]
        own = [f'"{column}"' for column in columns if not column.endswith("_key")]
        return self.table(
            f"""
            select {", ".join(own)} from {full_name}
            where {"true" if dimension is None else "dimension = ?"}
            order by {", ".join([*order, *own])}
            limit {MOST_ROWS}
            """,
            () if dimension is None else (dimension,),
        )

    def of_rep(self, full_name: str, rep: str) -> dict[str, list[Any]]:
        """Return the rows of a table that are about one rep."""
        columns = self.columns.get(full_name, ())
        if not columns:
            return {}
        own = ", ".join(f'"{name}"' for name in columns if not name.endswith("_key"))
        is_own = "rep = ?" if "rep" in columns else "dimension = 'rep' and dimension_value = ?"
        return self.table(f"select {own} from {full_name} where {is_own} order by {own}", (rep,))

    def freshness(self) -> list[dict[str, Any]]:
        """Return the newest event and load of each source."""
        if "meta.source_freshness" not in self.columns:
            return []
        return self.rows("select * from meta.source_freshness order by source")

    def rejects(self) -> dict[str, list[Any]]:
        """Return how many records were rejected, by file, column and rule."""
        if "meta.rejects" not in self.columns:
            return {}
        return self.table(
            f"""
            select source, file, stage, column_name, rule, count(*) as reject_count
            from meta.rejects
            group by all
            order by reject_count desc, source, file, rule
            limit {MOST_ROWS}
            """
        )

    def attribution(self) -> dict[str, list[Any]]:
        """Return the won deals and amounts that each channel is credited with, by model."""
        if "core.fct_attribution" not in self.columns:
            return {}
        return self.table(
            """
            select
                model,
                channel,
                sum(credit) as credited_deals,
                sum(credited_amount) as credited_amount
            from core.fct_attribution
            group by all
            order by all
            """
        )

    def row_count(self, name: str) -> int:
        """Return how many rows a published table has, 0 without it."""
        if name not in self.columns:
            return 0
        row = self.connection.execute(f"select count(*) from {name}").fetchone()
        return int(row[0]) if row else 0


def _months_on(day: date, months: int) -> date:
    """Return the first day of the month so many months later."""
    later = day.month - 1 + months
    return date(day.year + later // 12, later % 12 + 1, 1)
