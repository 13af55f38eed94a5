"""The conversion curves of a published version against an independent library.

What belongs here: reading the prospects of a version, letting scipy estimate the curve, comparing.
What does not: which versions and segments are compared (see the tests that call it).
"""

import warnings
from pathlib import Path

import duckdb
import numpy as np
from scipy import stats

SEGMENTS = {
    "all": "'all'",
    "channel": "coalesce(prospects.first_touch_channel, '(unknown)')",
    "lead_source": "coalesce(prospects.lead_source, '(unknown)')",
    "sector": "coalesce(prospects.sector, '(unknown)')",
}
"""By dimension of the mart: a prospect's value of it."""

_PROSPECTS = """
    select
        {segment} as segment,
        (coalesce(prospects.won_on, clock.as_of) - prospects.contacted_on)::double as days,
        prospects.won_on is not null as is_won
    from core.dim_prospects as prospects
    cross join core.dim_clock as clock
    where prospects.is_prospect and prospects.contacted_on is not null
        and coalesce(prospects.won_on >= prospects.contacted_on, true)
"""
_CURVES = """
    select dimension_value, days_since_contact, converted_share, ci_low, ci_high
    from kpi.kpi_conversion_lag
    where dimension = $dimension
    order by all
"""


def compare_curves(published: Path, dimension: str) -> int:
    """Fail unless every point of the dimension's curves agrees to 1e-9; return their number."""
    with duckdb.connect(published, read_only=True) as connection:
        people = connection.execute(_PROSPECTS.format(segment=SEGMENTS[dimension])).fetchnumpy()
        curves = connection.execute(_CURVES, {"dimension": dimension}).fetchall()
    expected = []
    for value in sorted(set(people["segment"][people["is_won"]])):
        of_segment = people["segment"] == value
        is_won = people["is_won"] & of_segment
        survival = stats.ecdf(
            stats.CensoredData(
                uncensored=people["days"][is_won], right=people["days"][of_segment & ~is_won]
            )
        ).sf
        with warnings.catch_warnings():
            # where everybody at risk has converted there is no interval: both sides say so
            warnings.simplefilter("ignore", RuntimeWarning)
            interval = survival.confidence_interval(method="linear")
        for day in np.unique(people["days"][is_won]):
            at = survival.quantiles == day
            not_converted = survival.probabilities[at][0]
            low, high = interval.low.probabilities[at][0], interval.high.probabilities[at][0]
            expected.append((value, day, 1 - not_converted, 1 - high, 1 - low))
    assert [row[:2] for row in curves] == [row[:2] for row in expected]
    # a null of the mart is no number
    numbers = np.array([row[2:] for row in curves], dtype=float)
    np.testing.assert_allclose(numbers, [row[2:] for row in expected], atol=1e-9, rtol=0)
    return len(curves)
