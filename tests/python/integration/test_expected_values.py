"""KPI values against values that were computed independently from the definitions.

What belongs here: whole refreshes of the data sets beside the repository, compared row by row with
their `expected.csv`, and their conversion curves with those of an independent library. What does
not: rules on small inputs, which are dbt unit tests.
"""

from pathlib import Path

import duckdb
import pytest

from orchestration.paths import Paths
from tests.python.conftest import refresh
from tests.python.integration.kaplan_meier import SEGMENTS, compare_curves

pytestmark = pytest.mark.refreshes

DATA_SETS: dict[str, frozenset[str]] = {
    # KPIs whose rows are expected but not computed yet
    "olist": frozenset(),
    "realestate": frozenset(),
}

ABSENT = {
    "olist": {
        "call_answer_rate",
        "calls_to_prospects",
        "cohort_deal_win_rate",
        "conversations",
        "conversations_to_close",
        "deal_win_rate",
        "lead_response_hours",
        "meetings_booked",
        "never_engaged_rate",
        "prospecting_cost",
        "quote_win_rate",
        "responses",
        "response_rate",
    },
    "realestate": {
        "gross_margin",
        "gross_margin_rate",
        "lead_response_hours",
        "meeting_no_show_rate",
        "quote_win_rate",
        "response_rate",
    },
}

COMPARISON = """
    with expected as (
        select * from read_csv($expected, types = {
            'period_start': 'date', 'numerator': 'double', 'denominator': 'double',
            'value': 'double'
        })
    ),

    published as (
        select
            kpi_id, statistic, grain, period_start, dimension, dimension_value,
            numerator, coalesce(denominator, sample_size) as denominator, value
        from kpi.kpi_values
        union all
        select
            'funnel_reached:' || stage.stage, 'to_date', stage.grain, stage.period_start,
            stage.dimension, stage.dimension_value, stage.reached, before.reached,
            stage.rate_from_previous
        from kpi.kpi_funnel as stage
        inner join kpi.kpi_funnel as before
            on stage.grain = before.grain
            and stage.period_start = before.period_start
            and stage.dimension = before.dimension
            and stage.dimension_value = before.dimension_value
            and stage.stage_order = before.stage_order + 1
    )

    select
        kpi_id, statistic, grain, period_start, dimension, dimension_value,
        expected.numerator, expected.denominator, expected.value,
        published.numerator, published.denominator, published.value
    from expected
    left join published
        using (kpi_id, statistic, grain, period_start, dimension, dimension_value)
    where
        not list_contains($to_come, kpi_id)
        and (
            published.kpi_id is null
            or (expected.value is not null) != (published.value is not null)
            or abs(expected.value - published.value) > $relative * abs(expected.value) + 1e-9
            or (
                expected.numerator is not null
                and coalesce(abs(expected.numerator - published.numerator) > 0.01, true)
            )
            or (
                expected.denominator is not null
                and coalesce(
                    abs(expected.denominator - published.denominator)
                    > $relative * abs(expected.denominator) + 1e-9,
                    true
                )
            )
        )
    order by all
"""


@pytest.fixture(scope="module", params=sorted(DATA_SETS))
def refreshed(
    request: pytest.FixtureRequest, shared_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, Path, Paths]:
    """Refresh one data set: its name, its folder, what it was refreshed into."""
    name = str(request.param)
    paths = Paths(tmp_path_factory.mktemp(name) / "data")
    result = refresh(shared_data / name, paths.data)
    assert result.returncode == 0, result.stdout + result.stderr
    return name, shared_data / name, paths


def test_every_expected_value_is_published(refreshed: tuple[str, Path, Paths]) -> None:
    name, folder, paths = refreshed
    to_come = DATA_SETS[name]
    with duckdb.connect(paths.current / "prospection.duckdb", read_only=True) as connection:
        published = {
            row[0]
            for row in connection.execute("select distinct kpi_id from kpi.kpi_values").fetchall()
        }
        different = connection.execute(
            COMPARISON,
            {
                "expected": str(folder / "expected.csv"),
                "to_come": sorted(to_come),
                "relative": 1e-6,
            },
        ).fetchall()
    print(f"{name}: still to come: {', '.join(sorted(to_come)) or 'nothing'}")
    assert not different, f"{len(different)} rows differ, among them {different[:5]}"
    assert not to_come & published, "computed by now: take them out of the list"


def test_what_the_data_cannot_tell_is_absent(refreshed: tuple[str, Path, Paths]) -> None:
    name, _, paths = refreshed
    with duckdb.connect(paths.current / "prospection.duckdb", read_only=True) as connection:
        published = {
            row[0]
            for row in connection.execute("select distinct kpi_id from kpi.kpi_values").fetchall()
        }
    assert not ABSENT[name] & published


def test_the_conversion_curves_are_those_of_an_independent_library(
    refreshed: tuple[str, Path, Paths],
) -> None:
    _, _, paths = refreshed
    points = {
        dimension: compare_curves(paths.current / "prospection.duckdb", dimension)
        for dimension in SEGMENTS
    }
    assert min(points.values()) > 20
