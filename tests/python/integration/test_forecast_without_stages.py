"""What is forecast for a company of which only its deals are known, as one export shows them today.

What belongs here: that a forecast made without a stage history is near what comes, and was so in
its back-test. What does not: how it is made (the unit tests beside the models), and how often
intervals hold over many companies (`make proof`).
"""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from tests.benchmarks.findings import build_forecasts

from ..conftest import refresh

SOURCES = "reporting: {currency: EUR, timezone: Europe/Paris, as_of: 2026-03-03}\n"
AS_OF = date(2026, 3, 3)
MONTHS = 15
"""From January 2025 on; the last that is over is February 2026."""


def deals() -> Iterator[str]:
    """Ten deals a month, opened every other day; eight are won after 20 to 41 days, two lost."""
    yield "deal_id,stage,status,amount,created_at,closed_at"
    for month in range(MONTHS):
        for number in range(10):
            created = date(2025 + month // 12, month % 12 + 1, 2 + 2 * number)
            closed = created + timedelta(20 + 3 * number)
            name = f"D{month}-{number}"
            if created > AS_OF:
                continue
            if closed > AS_OF:
                yield f"{name},Proposition,open,1000,{created},"
            elif number < 8:
                yield f"{name},Gagnée,won,1000,{created},{closed}"
            else:
                yield f"{name},Perdue,lost,1000,{created},{closed}"


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    folder = tmp_path_factory.mktemp("without_stages")
    exports, data = folder / "exports", folder / "data"
    (exports / "crm").mkdir(parents=True)
    (exports / "crm" / "deals.csv").write_text("\n".join(deals()) + "\n", encoding="utf-8")
    Path(exports / "sources.yml").write_text(SOURCES, encoding="utf-8")
    result = refresh(exports, data, "load")
    assert result.returncode == 0, result.stdout
    build_forecasts(exports, data)
    with duckdb.connect(str(data / "warehouse.duckdb"), read_only=True) as connection:
        yield connection


def test_eight_of_ten_deals_a_month_are_expected(warehouse: duckdb.DuckDBPyConnection) -> None:
    rows = warehouse.execute(
        """
        select measure, months_ahead, expected, interval_low, interval_high
        from kpi.kpi_forecast where is_newest order by measure, months_ahead
        """
    ).fetchall()
    assert [(measure, ahead) for measure, ahead, *_ in rows] == [
        (measure, ahead) for measure in ("deals_won", "won_amount") for ahead in range(1, 7)
    ]
    for measure, _, expected, low, high in rows:
        truth = 8 if measure == "deals_won" else 8000
        assert expected == pytest.approx(truth, rel=0.15)
        assert low < truth < high


def test_its_back_test_comes_as_near_and_none_of_it_is_sure(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    ((months, furthest, narrowest),) = warehouse.execute(
        """
        select count(actual), max(abs(expected - actual)), min(interval_high - interval_low)
        from kpi.kpi_forecast where measure = 'deals_won'
        """
    ).fetchall()
    assert months == 27
    assert furthest < 0.15 * 8
    assert narrowest > 1


def test_no_open_deal_stood_in_the_stage_of_its_closing(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    # the load shows the open deals as they are at as_of; of what was before nothing is known
    stages = warehouse.execute(
        "select distinct stage, open_from from core.fct_deal_stage_openings where stage is not null"
    ).fetchall()
    assert stages == [("Proposition", AS_OF)]
    weights = warehouse.execute(
        """
        select cast(weighted.amount / open.amount as double) as weight, count(*)
        from kpi.kpi_components as weighted
        inner join kpi.kpi_components as open using (grain, period_start, value_code, measure)
        where weighted.event = 'weighted_pipeline' and open.event = 'pipeline_amount'
            and grain = 'month' and value_code = 0 and measure = 'level'
        group by all order by all
        """
    ).fetchall()
    # any stage 0.25 in each month that is over, a proposition 0.40 at as_of
    assert weights == [(0.25, 14), (0.4, 1)]
