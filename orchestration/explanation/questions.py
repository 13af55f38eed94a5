"""What is asked, checked against what is published: KPI, statistic, period, dimension and value.

What belongs here: reading an asked word, and saying what there is instead of one that is unknown.
What does not: the answers (see `answers.py`).
"""

import difflib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from dashboard.report import ReportPeriod, period_name
from orchestration.errors import ProspectionError


class UnknownError(ProspectionError):
    """Something was asked for that is not published; the message says what is."""


@dataclass(frozen=True)
class Kpi:
    """A KPI of the catalogue.

    Attributes:
        kpi_id: its id.
        statistics: those that it has, the one that is meant when none is named first.
        dimensions: those that it is published by.
        facts: its row of the catalogue.

    """

    kpi_id: str
    statistics: tuple[str, ...]
    dimensions: tuple[str, ...]
    facts: dict[str, Any]


@dataclass(frozen=True)
class Period:
    """A published period.

    Attributes:
        grain: day, week, half_month, month, quarter or year.
        start: its first day.
        name: as people write it: 2026, 2026-Q3, 2026-09, 2026-09-H2, else its first day.

    """

    grain: str
    start: date
    name: str


def find_kpi(connection: duckdb.DuckDBPyConnection, kpi_id: str) -> Kpi:
    """Return the KPI of that id.

    Raises:
        UnknownError: there is none; the nearest ids are named.

    """
    cursor = connection.execute("from kpi.kpi_catalog where kpi_id = $id", {"id": kpi_id.strip()})
    names = [column[0] for column in cursor.description or ()]
    row = cursor.fetchone()
    if row is None:
        ids = [
            each for (each,) in connection.execute("select kpi_id from kpi.kpi_catalog").fetchall()
        ]
        raise UnknownError(_unknown("KPI", kpi_id, ids))
    facts = dict(zip(names, row, strict=True))
    statistics, dimensions = (
        tuple(facts[name].split("|")) for name in ("statistics", "dimensions")
    )
    return Kpi(kpi_id.strip(), statistics, dimensions, facts)


def find_statistic(kpi: Kpi, statistic: str | None) -> str:
    """Return the statistic that is meant: the KPI's first one when none is named.

    Raises:
        UnknownError: the KPI does not have it.

    """
    if statistic is None:
        return kpi.statistics[0]
    return _one_of(f"statistic of {kpi.kpi_id}", statistic, kpi.statistics)


def find_dimension(kpi: Kpi, dimension: str) -> str:
    """Return the dimension.

    Raises:
        UnknownError: the KPI is not published by it.

    """
    return _one_of(f"dimension of {kpi.kpi_id}", dimension, kpi.dimensions)


def find_period(
    connection: duckdb.DuckDBPyConnection, period: str | None, grain: str = "month"
) -> Period:
    """Return the period that is meant: when none is named the last complete one of the grain.

    Raises:
        UnknownError: it is none, or is not published.

    """
    if period is None:
        query = """
            select grain, period_start from kpi.kpi_periods
            where grain = $grain and not is_partial order by period_start desc limit 1
        """
        found = connection.execute(query, {"grain": grain}).fetchone()
        if found is None:
            raise UnknownError(f"no complete {grain} is published: name a period")
        return named_period(*found)
    try:
        wanted = ReportPeriod.read(period.strip())
    except ValueError as error:
        raise UnknownError(str(error)) from error
    starts = [
        start
        for (start,) in connection.execute(
            "select period_start from kpi.kpi_periods where grain = $grain order by period_start",
            {"grain": wanted.grain},
        ).fetchall()
    ]
    for start in starts:
        if wanted.holds(start):
            return named_period(wanted.grain, start)
    known = f"{starts[0]} to {starts[-1]}" if starts else "none"
    raise UnknownError(f"{period} is not published; each {wanted.grain} that is starts on: {known}")


def named_period(grain: str, start: date) -> Period:
    """Return a published period with its name."""
    is_named = grain in ("half_month", "month", "quarter", "year")
    return Period(grain, start, period_name(grain, start) if is_named else start.isoformat())


def find_value(
    connection: duckdb.DuckDBPyConnection, kpi: Kpi, dimension: str, value: str | None
) -> str:
    """Return the dimension's value that is meant, by its id or by the label that people read.

    Raises:
        UnknownError: the KPI has no such value, or several bear that label.

    """
    if dimension == "all":
        return "all"
    known: dict[str, str] = dict(
        connection.execute(
            """
            select distinct dimension_value, dimension_label from kpi.kpi_values
            where kpi_id = $kpi and dimension = $dimension
            """,
            {"kpi": kpi.kpi_id, "dimension": dimension},
        ).fetchall()
    )
    if value is None:
        raise UnknownError(f"name a value of the dimension {dimension}: {_listed(known.values())}")
    if value in known:
        return value
    named = [each for each, label in known.items() if label.casefold() == value.casefold()]
    if len(named) == 1:
        return named[0]
    if named:
        raise UnknownError(f"several values of {dimension} are called {value!r}: {_listed(named)}")
    raise UnknownError(_unknown(dimension, value, known.values()))


def _one_of(what: str, asked: str, known: Collection[str]) -> str:
    if asked not in known:
        raise UnknownError(_unknown(what, asked, known))
    return asked


def _unknown(what: str, asked: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(asked, list(known), n=3, cutoff=0.5)
    instead = f"did you mean {', '.join(near)}?" if near else f"known: {_listed(known)}"
    return f"there is no {what} {asked!r}; {instead}"


def _listed(names: Collection[str], most: int = 20) -> str:
    shown = sorted(names)[:most]
    more = len(names) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")
