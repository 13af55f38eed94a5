"""Reading a published version for the dashboard: aggregates only, bounded in size.

What belongs here: the queries on `prospection.duckdb` and the shape of what they return. What does
not: writing files (see `building.py`). Tables and columns that a version does not have yet, or no
longer has, are left out: the page shows a block only when its data are there.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from dashboard.encoding import SIGNIFICANT_DIGITS, plain

HISTORY: Mapping[str, int] = {
    "day": 92,
    "week": 105,
    "half_month": 49,
    "month": 37,
    "quarter": 21,
    "year": 11,
}
"""How many periods of each grain, up to the newest, a page can show; finest grain first."""

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

_FLAGS = """(
    case when is_partial then 1 else 0 end
    + case is_mature when true then 2 when false then 4 else 0 end
    + case is_reliable when true then 8 when false then 16 else 0 end
    + case when numerator = value then 32 else 0 end
    + case when sample_size = value then 64 else 0 end
    + case when sample_size = denominator then 128 else 0 end
    + case when is_before then 256 else 0 end
    + case when is_then then 512 else 0 end
)"""
"""What is said of a value, as bits. The last five say that a column repeats another one, or an
earlier cell, and is left out: files get half as long by it."""

_CELL: Mapping[str, str] = {
    "value": "value",
    "is_partial": _FLAGS,
    "previous_value": "case when is_before then null else previous_value end",
    "year_ago_value": "case when is_then then null else year_ago_value end",
    "numerator": "case when numerator is distinct from value then numerator end",
    "denominator": "denominator",
    "sample_size": """
        case
            when
                sample_size is distinct from value and sample_size is distinct from denominator
                then sample_size
        end
    """,
    "ci_low": "ci_low",
    "ci_high": "ci_high",
    "target": "target",
    "attainment": "attainment",
}
"""What a cell holds after the position of its period, by the column that it needs; `CELL` in
`store.js`."""

YEAR_AGO = {"day": 364, "week": 52, "half_month": 24, "month": 12, "quarter": 4, "year": 1}
"""How many periods back the value of a year ago usually lies."""

SUBJECT_TABLES: Mapping[str, str] = {
    "kpi.kpi_funnel_cohorts": "contacted_month desc, stage_order, months_since",
    "kpi.kpi_campaign_performance": "touches desc, all",
    "kpi.kpi_segment_profitability": "period_start desc, grain, dimension, revenue_rank",
    "kpi.kpi_cost_breakdown": "month desc, cost_amount desc",
    "kpi.kpi_targets": "period_start desc, grain, kpi_id, dimension, dimension_value",
    "kpi.kpi_forecast": "is_newest desc, origin_month desc, basis, measure, months_ahead",
    "kpi.kpi_lead_score_calibration": "all",
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
    def open(cls, database: Path) -> "PublishedVersion":
        """Open a published `prospection.duckdb` for reading."""
        connection = duckdb.connect(str(database), read_only=True)
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
        """Whether there are KPI values and a catalogue, with every column a page needs."""
        return set(_REQUIRED) <= set(self.columns.get("kpi.kpi_values", ())) and bool(
            self.columns.get("kpi.kpi_catalog")
        )

    def rows(self, query: str, parameters: Sequence[Any] = ()) -> list[dict[str, Any]]:
        """Return the rows of a query by column, as JSON knows them."""
        cursor = self.connection.execute(query, list(parameters))
        names = [column[0] for column in cursor.description or ()]
        return [
            dict(zip(names, map(plain, row), strict=True))  # one dict per row
            for row in cursor.fetchall()
        ]

    def catalog(self) -> list[dict[str, Any]]:
        """Return the KPIs that have at least one value, in the order of the catalogue."""
        return self.rows(
            """
            select * from kpi.kpi_catalog
            where kpi_id in (select kpi_id from kpi.kpi_values where value is not null)
            order by rowid
            """
        )

    def without_values(self) -> list[str]:
        """Return the KPIs of the catalogue that no source supplies."""
        rows = self.rows(
            """
            select kpi_id from kpi.kpi_catalog
            where kpi_id not in (select kpi_id from kpi.kpi_values where value is not null)
            order by rowid
            """
        )
        return [row["kpi_id"] for row in rows]

    def periods(self) -> dict[str, list[str]]:
        """Return the first days of the periods of each grain, oldest first, as far as shown."""
        periods: dict[str, list[str]] = {}
        for grain, most in HISTORY.items():
            rows = self.connection.execute(
                """
                select distinct period_start from kpi.kpi_values
                where grain = ? order by 1 desc limit ?
                """,
                [grain, most],
            ).fetchall()
            if rows:
                periods[grain] = [row[0].isoformat() for row in reversed(rows)]
        return periods

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
        self,
        periods: Mapping[str, Sequence[str]],
        values: Mapping[str, Sequence[str]],
    ) -> Iterator[tuple[str, str, str]]:
        """Yield each dimension and grain with its series as JSON.

        A series is kpi_id, statistic, value and cells. A cell is the position of its period in
        `periods` and then `_CELL`, without the nulls at its end. There may be a million cells, so
        that DuckDB writes the text.

        Args:
            periods: first days of the periods wanted, by grain.
            values: values wanted, by dimension.

        """
        have = self.columns["kpi.kpi_values"]
        places = [
            (grain, date.fromisoformat(start), place, YEAR_AGO[grain])
            for grain, starts in periods.items()
            for place, start in enumerate(starts)
        ]
        chosen = [(name, value) for name, some in values.items() for value in some]
        self._temporary("places", _by_column(("grain", "start", "place", "year"), places))
        self._temporary("chosen", _by_column(("dimension", "value"), chosen))
        cells = " || ',' || ".join(
            _json_number(column if name in have else "null") for name, column in _CELL.items()
        )
        yield from self.connection.execute(
            f"""
            with compared as (
                select
                    kpi_values.*,
                    places.place,
                    lag(kpi_values.value) over earlier as value_before,
                    lag(places.place) over earlier as place_before,
                    max(kpi_values.value) over (
                        partition by
                            kpi_values.dimension, kpi_values.grain, kpi_id, statistic,
                            dimension_value
                        order by places.place
                        range between places.year preceding and places.year preceding
                    ) as value_then
                from kpi.kpi_values
                inner join places
                    on
                        kpi_values.grain = places.grain
                        and kpi_values.period_start = places.start
                inner join chosen
                    on
                        kpi_values.dimension = chosen.dimension
                        and kpi_values.dimension_value = chosen.value
                where kpi_values.value is not null
                window earlier as (
                    partition by
                        kpi_values.dimension, kpi_values.grain, kpi_id, statistic, dimension_value
                    order by places.place
                )
            ),

            flagged as (
                select
                    *,
                    place_before = place - 1 and previous_value = value_before as is_before,
                    year_ago_value = value_then as is_then
                from compared
            ),

            written as (
                select
                    dimension, grain, kpi_id, statistic, dimension_value,
                    string_agg(
                        '[' || regexp_replace(place || ',' || {cells}, '(,null)+$', '') || ']',
                        ',' order by place
                    ) as cells
                from flagged
                group by all
            )

            select
                dimension,
                grain,
                '[' || string_agg(
                    '[' || to_json(kpi_id) || ',' || to_json(statistic) || ','
                    || to_json(dimension_value) || ',[' || cells || ']]',
                    ',' order by kpi_id, statistic, dimension_value
                ) || ']'
            from written
            group by all
            order by all
            """
        ).fetchall()

    def _temporary(self, name: str, columns: Mapping[str, Sequence[Any]]) -> None:
        """Make a temporary table of the columns given."""
        selected = ", ".join(f"unnest(?) as {column}" for column in columns)
        self.connection.execute(
            f"create or replace temp table {name} as select {selected}",
            [list(content) for content in columns.values()],
        )

    def funnel(self, dimension: str, values: Sequence[str]) -> list[dict[str, Any]]:
        """Return the rows of `kpi_funnel` for one dimension, as far back as months are shown."""
        if "kpi.kpi_funnel" not in self.columns:
            return []
        return self.rows(
            """
            select * exclude (dimension, dimension_label) from kpi.kpi_funnel
            where
                dimension = ? and list_contains(?, dimension_value)
                and period_start > (
                    select max(period_start) - interval 37 month from kpi.kpi_funnel
                )
            order by grain, period_start, dimension_value, stage_order
            """,
            [dimension, list(values)],
        )

    def subject(self, full_name: str, dimension: str | None = None) -> dict[str, Any] | None:
        """Return the first rows of a table as the pages read them; None when it has none.

        Args:
            full_name: one of `SUBJECT_TABLES` or, with `dimension`, of `SEGMENT_TABLES`.
            dimension: the dimension whose rows are wanted.

        """
        columns = self.columns.get(full_name, ())
        if not columns or set(_PERSONAL) & set(columns):
            return None
        tables = SUBJECT_TABLES if dimension is None else SEGMENT_TABLES
        wanted = tables[full_name].replace("all", "").strip(", ").split(", ")
        order = [term for term in wanted if term.split(" ")[0] in columns]
        own = [f'"{column}"' for column in columns if not column.endswith("_key")]
        rows = self.rows(
            f"""
            select {", ".join(own)} from {full_name}
            where {"true" if dimension is None else "dimension = ?"}
            order by {", ".join([*order, *own])}
            limit {MOST_ROWS}
            """,
            () if dimension is None else (dimension,),
        )
        return columnar(rows, self.row_count(full_name)) if rows else None

    def freshness(self) -> list[dict[str, Any]]:
        """Return the newest event and load of each source."""
        if "meta.source_freshness" not in self.columns:
            return []
        return self.rows("select * from meta.source_freshness order by source")

    def rejects(self) -> list[dict[str, Any]]:
        """Return how many records were rejected, by file, column and rule."""
        if "meta.rejects" not in self.columns:
            return []
        return self.rows(
            f"""
            select source, file, stage, column_name, rule, count(*) as reject_count
            from meta.rejects
            group by all
            order by reject_count desc, source, file, rule
            limit {MOST_ROWS}
            """
        )

    def attribution(self) -> list[dict[str, Any]]:
        """Return the won deals and amounts that each channel is credited with, by model."""
        if "core.fct_attribution" not in self.columns:
            return []
        return self.rows(
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


def _by_column(names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> dict[str, list[Any]]:
    return {name: [row[place] for row in rows] for place, name in enumerate(names)}


def _json_number(number: str) -> str:
    """Return the SQL that writes a number with `SIGNIFICANT_DIGITS`, or null."""
    digits = f"{SIGNIFICANT_DIGITS - 1} - cast(floor(log10(abs({number}) + 1e-300)) as integer)"
    short = f"round(cast({number} as double), greatest(0, least(15, {digits})))"
    finite = f"case when isfinite(cast({number} as double)) then {short} end"
    return f"coalesce(regexp_replace(cast({finite} as varchar), '\\.0$', ''), 'null')"


def columnar(rows: Sequence[Mapping[str, Any]], count: int | None = None) -> dict[str, Any]:
    """Return rows with the names of their columns written once, and how many there are in all."""
    return {
        "columns": list(rows[0]),
        "rows": [list(row.values()) for row in rows],
        "count": len(rows) if count is None else count,
    }
