"""The marts find in the demo what was planted in it, by the `truth.json` beside its exports.

What belongs here: what one company can prove. What only many can (how often a verdict is right, how
many months lie in their interval) is `make proof` (`tests/benchmarks/findings.py`).
"""

from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from orchestration.demo.plants import planted
from tests.benchmarks.findings import figures, find

from ..conftest import DemoRefresh


@pytest.fixture(scope="module")
def truth(demo_refresh: DemoRefresh) -> dict[str, Any]:
    return planted(demo_refresh.exports)


@pytest.fixture(scope="module")
def warehouse(demo_refresh: DemoRefresh) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(demo_refresh.paths.warehouse), read_only=True) as connection:
        yield connection


def test_the_funnel_names_the_planted_step(
    warehouse: duckdb.DuckDBPyConnection, truth: dict[str, Any]
) -> None:
    bottleneck = truth["bottleneck"]
    flags = warehouse.execute(
        """
        select period_start, stage, is_declining, is_bottleneck from kpi.kpi_funnel
        where grain = 'month' and dimension = 'all' and (is_declining or is_bottleneck)
            and period_start >= cast(? as date)
        """,
        [bottleneck["from_month"]],
    ).fetchall()
    declining = [(str(month), stage) for month, stage, declines, _ in flags if declines]
    assert (bottleneck["from_month"], bottleneck["step"]) in declining
    assert {stage for _, stage in declining} == {bottleneck["step"]}
    first_bottlenecks = {
        stage for month, stage, _, is_worst in flags
        if is_worst and str(month) == bottleneck["from_month"]
    }  # fmt: skip
    assert first_bottlenecks == {bottleneck["step"]}


def test_campaigns_tell_the_better_message_from_equal_ones(
    warehouse: duckdb.DuckDBPyConnection, truth: dict[str, Any]
) -> None:
    found = warehouse.execute(
        """
        select campaign_id, message_variant, bool_or(is_variant_winner) as wins
        from kpi.kpi_campaign_performance
        where is_variant_different
        group by campaign_id, message_variant
        """
    ).fetchall()
    campaign = truth["variants"]["campaign_id"]
    assert {variant for name, variant, wins in found if name == campaign and wins} == {
        truth["variants"]["better"]["message_variant"]
    }
    equal = {each["campaign_id"] for each in truth["equal_variants"]}
    # a test at 5 % may take one of ten equal pairs for different
    assert len({name for name, _, _ in found if name in equal}) <= 1


def test_segments_show_the_customers_that_cost_what_they_bring(
    warehouse: duckdb.DuckDBPyConnection, truth: dict[str, Any]
) -> None:
    customer_type = truth["customer_type"]
    ranks = warehouse.execute(
        """
        select revenue_rank, margin_rank from kpi.kpi_segment_profitability
        where grain = 'year' and dimension = ? and dimension_value = ?
            and period_start >= date '2025-01-01'
        """,
        [customer_type["dimension"], customer_type["value"]],
    ).fetchall()
    assert len(ranks) == 2
    for revenue_rank, margin_rank in ranks:
        assert revenue_rank <= 3 < margin_rank


def test_scores_rise_and_forecasts_beat_the_months_before(
    warehouse: duckdb.DuckDBPyConnection, truth: dict[str, Any]
) -> None:
    finding = find(warehouse, truth)
    missed = [figure for figure in figures([finding]) if not figure.is_reached]
    # a measure of one company lies in its interval more or less often than it should
    assert [figure for figure in missed if "interval" not in figure.name] == []
    inside = [low <= actual <= high for _, _, _, low, high, actual, *_ in finding["forecasts"]]
    assert len(inside) == 4 * 57
    assert sum(inside) >= 0.72 * len(inside)
