"""A question about the values of one KPI, and reading the rows that answer one.

What belongs here: the KPI, period, dimension and statistic that were asked for, and their values as
JSON can hold them. What does not: which answers there are (see `answers.py`).
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import duckdb

from orchestration.explanation.questions import (
    Kpi,
    Period,
    find_dimension,
    find_kpi,
    find_period,
    find_statistic,
    find_value,
)

Answer = dict[str, Any]

VALUE_COLUMNS = (
    "dimension_value",
    "dimension_label",
    "value",
    "numerator",
    "denominator",
    "sample_size",
    "ci_low",
    "ci_high",
    "is_partial",
    "is_mature",
    "is_reliable",
    "previous_value",
    "year_ago_value",
    "target",
)


class Asked:
    """A question about values of one KPI in one period, by one dimension."""

    def __init__(self, kpi: Kpi, period: Period, dimension: str, statistic: str) -> None:
        self.kpi = kpi
        self.period = period
        self.dimension = dimension
        self.statistic = statistic

    @classmethod
    def read(
        cls,
        connection: duckdb.DuckDBPyConnection,
        kpi_id: str,
        period: str | None,
        dimension: str,
        statistic: str | None,
    ) -> "Asked":
        """Return what was asked, found in a published version."""
        kpi = find_kpi(connection, kpi_id)
        return cls(
            kpi,
            find_period(connection, period),
            find_dimension(kpi, dimension),
            find_statistic(kpi, statistic),
        )

    def facts(self) -> Answer:
        """Return what was asked, as each answer repeats it."""
        return {
            "kpi_id": self.kpi.kpi_id,
            "name": self.kpi.facts["name_en"],
            "name_fr": self.kpi.facts["name_fr"],
            "unit": self.kpi.facts["unit"],
            "statistic": self.statistic,
            "grain": self.period.grain,
            "period": self.period.name,
            "dimension": self.dimension,
        }

    def value(self, connection: duckdb.DuckDBPyConnection, dimension_value: str | None) -> Answer:
        """Return the one value of a dimension's value, and a note where there is none."""
        word = find_value(connection, self.kpi, self.dimension, dimension_value)
        rows = self.values(connection, "and dimension_value = $value", {"value": word})
        note = None if rows else "no value: nothing of this happened, or no source tells of it"
        return {"value": rows[0] if rows else None, "note": note}

    def values(
        self, connection: duckdb.DuckDBPyConnection, further: str, parameters: Mapping[str, Any]
    ) -> list[Answer]:
        """Return the values of the question's period and dimension; `further` ends the query."""
        query = f"""
            select {", ".join(VALUE_COLUMNS)} from kpi.kpi_values
            where
                kpi_id = $kpi and statistic = $statistic and grain = $grain
                and period_start = $start and dimension = $dimension {further}
        """
        own = {
            "kpi": self.kpi.kpi_id,
            "statistic": self.statistic,
            "grain": self.period.grain,
            "start": self.period.start,
            "dimension": self.dimension,
        }
        return read_rows(connection, query, {**own, **parameters})


def read_rows(
    connection: duckdb.DuckDBPyConnection, query: str, parameters: Mapping[str, Any]
) -> list[Answer]:
    """Return the rows of a query by column, as JSON can hold them."""
    cursor = connection.execute(query, dict(parameters))
    names = [column[0] for column in cursor.description or ()]
    return [plain_row(dict(zip(names, row, strict=True))) for row in cursor.fetchall()]


def plain_row(row: Mapping[str, Any]) -> Answer:
    """Return a row as JSON can hold it."""
    return {name: _plain(cell) for name, cell in row.items()}


def _plain(cell: Any) -> Any:
    """Return a cell as JSON can hold it."""
    if isinstance(cell, date | datetime):
        return cell.isoformat()
    return float(cell) if isinstance(cell, Decimal) else cell
