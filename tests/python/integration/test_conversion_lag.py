"""The conversion curve against an independent library, from the prospects of the demo."""

import duckdb
import numpy as np
import pytest
from scipy import stats

from tests.python.conftest import DemoRefresh

PROSPECTS = """
    select
        {segment} as segment,
        (coalesce(prospects.won_on, clock.as_of) - prospects.contacted_on)::double as days,
        prospects.won_on is not null as is_won
    from core.dim_prospects as prospects
    cross join core.dim_clock as clock
    where prospects.is_prospect and prospects.contacted_on is not null
        and coalesce(prospects.won_on >= prospects.contacted_on, true)
"""
CURVES = """
    select dimension_value, days_since_contact, converted_share, standard_error, ci_low, ci_high
    from kpi.kpi_conversion_lag
    where dimension = $dimension
    order by all
"""


@pytest.mark.parametrize(
    ("dimension", "segment"),
    [
        ("all", "'all'"),
        ("channel", "coalesce(prospects.first_touch_channel, '(unknown)')"),
        ("lead_source", "coalesce(prospects.lead_source, '(unknown)')"),
        ("sector", "coalesce(prospects.sector, '(unknown)')"),
    ],
)
def test_the_curve_is_that_of_an_independent_library(
    demo_refresh: DemoRefresh, dimension: str, segment: str
) -> None:
    published = demo_refresh.paths.current / "prospection.duckdb"
    with duckdb.connect(published, read_only=True) as connection:
        people = connection.execute(PROSPECTS.format(segment=segment)).fetchnumpy()
        curves = connection.execute(CURVES, {"dimension": dimension}).fetchall()
    expected = []
    for value in sorted(set(people["segment"][people["is_won"]])):
        of_segment = people["segment"] == value
        is_won = people["is_won"] & of_segment
        survival = stats.ecdf(
            stats.CensoredData(
                uncensored=people["days"][is_won], right=people["days"][of_segment & ~is_won]
            )
        ).sf
        interval = survival.confidence_interval(method="linear")
        for day in np.unique(people["days"][is_won]):
            at = survival.quantiles == day
            not_converted = survival.probabilities[at][0]
            low, high = interval.low.probabilities[at][0], interval.high.probabilities[at][0]
            expected.append((value, day, 1 - not_converted, 1 - high, 1 - low))
    assert [row[:2] for row in curves] == [row[:2] for row in expected]
    published_numbers = [(row[2], row[4], row[5]) for row in curves]
    np.testing.assert_allclose(published_numbers, [row[2:] for row in expected], atol=1e-9, rtol=0)
