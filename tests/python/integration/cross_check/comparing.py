"""Compute the KPIs of the cross-check and compare them with what was published, row by row.

What belongs here: what a row is, when there is one, how two are compared. What does not: the
definitions of KPIs (kpis.py) and how the refresh came about (the test).
"""

from collections.abc import Iterator
from datetime import date, timedelta
from math import isclose
from typing import NamedTuple

import duckdb

from .kpis import DIMENSIONS, Kpi, Measure

GRAINS = {"month": 1, "quarter": 3, "year": 12}


class Key(NamedTuple):
    """What makes a published value the same."""

    kpi_id: str
    statistic: str
    grain: str
    period_start: date
    dimension: str
    dimension_value: str


class Row(NamedTuple):
    """A value and what it was made of."""

    value: float | None
    numerator: float | None
    denominator: float | None
    sample_size: float | None
    is_mature: bool | None


def aggregates(
    facts: duckdb.DuckDBPyConnection, measure: Measure, grain: str
) -> dict[tuple[date, str, str], float | None]:
    """Return the aggregate of each period, dimension and dimension value."""
    rows = facts.execute(measure.query(grain)).fetchall()
    return {(start, dimension, value): total for start, dimension, value, total in rows}


def computed(
    facts: duckdb.DuckDBPyConnection, kpi: Kpi, grain: str, as_of: date
) -> Iterator[tuple[Key, Row]]:
    """Yield the rows that the definition gives; none without a denominator, or of nothing."""
    over = aggregates(facts, kpi.numerator, grain)
    under = aggregates(facts, kpi.denominator, grain) if kpi.denominator else over
    samples = aggregates(facts, kpi.sample, grain) if kpi.sample else {}
    needed = aggregates(facts, kpi.needs, grain) if kpi.needs else None
    for (start, dimension, value), whole in under.items():
        if not whole or (needed is not None and needed.get((start, "all", "all")) is None):
            continue
        numerator = over.get((start, dimension, value)) or 0
        yield (
            Key(kpi.kpi_id, kpi.statistic, grain, start, dimension, value),
            Row(
                numerator / whole if kpi.denominator else numerator,
                numerator if kpi.has_parts else None,
                whole if kpi.denominator else None,
                samples.get((start, dimension, value), 0),
                is_mature(start, grain, kpi.window, as_of),
            ),
        )


def is_mature(start: date, grain: str, window: int | None, as_of: date) -> bool | None:
    """Say whether everybody of a cohort has had the window; None for what is no such cohort."""
    if window is None:
        return None
    months = start.year * 12 + start.month - 1 + GRAINS[grain]
    end = date(months // 12, months % 12 + 1, 1) - timedelta(days=1)
    return end + timedelta(days=window) <= as_of


def published(database: duckdb.DuckDBPyConnection, kpi: Kpi) -> dict[Key, Row]:
    """Return the published rows, but for the zeros that fill the periods of a count."""
    rows = database.execute(
        """
        select
            kpi_id, statistic, grain, period_start, dimension, dimension_value,
            value, numerator, denominator, sample_size, is_mature
        from kpi.kpi_values
        where
            kpi_id = ?
            and statistic = ?
            and list_contains(?, grain)
            and list_contains(?, dimension)
            and not (denominator is null and value = 0)
        """,
        [kpi.kpi_id, kpi.statistic, list(GRAINS), list(DIMENSIONS)],
    ).fetchall()
    return {Key(*row[:6]): Row(*row[6:]) for row in rows}


def is_same(kpi: Kpi, expected: Row, found: Row) -> bool:
    """Compare two rows; amounts to the cent, all else to rounding of floating point."""
    pairs = [(expected.value, found.value)]
    if kpi.has_parts:
        pairs.append((expected.numerator, found.numerator))
        if kpi.denominator:
            pairs.append((expected.denominator, found.denominator))
    if kpi.sample:
        pairs.append((expected.sample_size, found.sample_size))
    return all(
        one is not None and other is not None and isclose(one, other, rel_tol=1e-6, abs_tol=0.005)
        for one, other in pairs
    ) and (kpi.window is None or expected.is_mature == found.is_mature)


def differences(
    facts: duckdb.DuckDBPyConnection,
    database: duckdb.DuckDBPyConnection,
    kpi: Kpi,
    as_of: date,
) -> tuple[int, list[tuple[Key, Row | None, Row | None]]]:
    """Return how many rows were expected and those that differ: key, expected, published."""
    (listed,) = database.execute(
        "select dimensions from kpi.kpi_catalog where kpi_id = ?", [kpi.kpi_id]
    ).fetchone() or ("",)
    dimensions = listed.split("|")
    found = published(database, kpi)
    expected = {
        key: row
        for grain in GRAINS
        for key, row in computed(facts, kpi, grain, as_of)
        if key.dimension in dimensions
    }
    return len(expected), [
        (key, expected.get(key), found.get(key))
        for key in sorted(expected.keys() | found.keys())
        if key not in expected or key not in found or not is_same(kpi, expected[key], found[key])
    ]
