"""The published KPIs of the demo against their definitions, computed from the export files alone.

What belongs here: that a second, independent reading of the definitions gives the same rows, none
missing and none extra, for months, quarters and years by rep, channel and sector. It shares no code
with the models: the files are read with Python's csv and counted in plain SQL (cross_check/). What
does not: rules on small inputs, which are unit tests, and the data sets of test_expected_values.
"""

from math import isclose, sqrt
from statistics import NormalDist

import pytest

from .conftest import Sides
from .cross_check.comparing import differences
from .cross_check.kpis import KPIS, Kpi


def test_people_and_companies_come_from_one_source(sides: Sides) -> None:
    """Two sources would have to be matched, which the cross-check leaves to other tests."""
    for entity in ("accounts", "prospects"):
        rows = sides.facts.execute(f"select distinct from_source from {entity}").fetchall()
        assert len(rows) == 1


@pytest.mark.parametrize("kpi", KPIS, ids=lambda kpi: f"{kpi.kpi_id}-{kpi.statistic}")
def test_a_second_reading_of_the_definition_gives_the_same_rows(sides: Sides, kpi: Kpi) -> None:
    size, different = differences(sides.facts, sides.published, kpi, sides.as_of)
    assert size > 0, "the demo supplies nothing that this KPI counts"
    shown = "\n".join(
        f"{key}\n  computed  {one}\n  published {two}" for key, one, two in different[:5]
    )
    assert not different, f"{len(different)} of {size} rows differ:\n{shown}"


def test_every_proportion_has_the_wilson_interval_of_its_own_counts(sides: Sides) -> None:
    rows = sides.published.execute(
        """
        select kpi_id, kpi_values.numerator, kpi_values.denominator, ci_low, ci_high
        from kpi.kpi_values
        inner join kpi.kpi_catalog using (kpi_id)
        where kpi_catalog.interval = 'wilson' and grain in ('month', 'quarter')
        """
    ).fetchall()
    assert len(rows) > 1000
    z = NormalDist().inv_cdf(0.975)
    for kpi_id, numerator, denominator, low, high in rows:
        share = numerator / denominator
        middle = share + z * z / (2 * denominator)
        half = z * sqrt(share * (1 - share) / denominator + z * z / (4 * denominator * denominator))
        scale = 1 + z * z / denominator
        assert isclose(low, max(0, (middle - half) / scale), abs_tol=1e-9), kpi_id
        assert isclose(high, min(1, (middle + half) / scale), abs_tol=1e-9), kpi_id
