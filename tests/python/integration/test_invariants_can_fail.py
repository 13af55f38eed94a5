"""The sentences that hold at every refresh (dbt's singular tests) notice when one does not hold.

What belongs here: for each of them a small wrong in the warehouse of the demo, and whether the test
as it ran in the refresh finds it. What does not: what the sentences say (see `tests/dbt/singular`).
"""

import shutil
from collections.abc import Iterator

import duckdb
import pytest

from tests.python.conftest import REPO_ROOT, DemoRefresh

WRONGS = {
    "a_deal_is_open_once_at_a_time": [
        """
        insert into core.fct_deal_openings
        select * replace (version_number + 1 as version_number)
        from core.fct_deal_openings limit 1
        """
    ],
    "a_fact_gives_one_signal": [
        """
        insert into kpi.kpi_signals
        select * replace ('rep' as dimension, 'R01' as dimension_value)
        from kpi.kpi_signals where dimension = 'all' limit 1
        """,
        """
        insert into kpi.kpi_signals
        select * replace ('team' as dimension, 'whoever' as dimension_value)
        from kpi.kpi_signals where dimension = 'sector' limit 1
        """,
        """
        insert into kpi.kpi_signals
        select * replace ('month' as grain, 0 as sample_size)
        from kpi.kpi_signals where grain = 'quarter' limit 1
        """,
    ],
    "a_quarter_adds_up": [
        "update kpi.kpi_quarter_outlook set signed = signed + 1",
        "update kpi.kpi_quarter_outlook set gap = gap - 1",
        "update kpi.kpi_quarter_outlook set chance = 1",
        "update kpi.kpi_forecast set expected = 2 * expected",
    ],
    "a_rep_is_in_one_team_at_a_time": [
        """
        insert into core.dim_rep_periods
        select * replace (valid_from + 1 as valid_from) from core.dim_rep_periods limit 1
        """
    ],
    "a_stage_that_nobody_supplies_is_judged_by_nothing": [
        "update kpi.kpi_funnel set is_supplied = false where stage = 'meeting'",
        "update kpi.kpi_funnel set customers_if_improved = 0.4 where is_bottleneck",
    ],
    "attribution_credits_sum_to_one": [
        "update core.fct_attribution set credit = 0.9 * credit where model = 'linear'",
        "update core.fct_attribution set credited_amount = 2 * credited_amount",
        "delete from core.fct_attribution where model = 'time_decay'",
    ],
    "conversion_curves_never_fall": [
        "update kpi.kpi_funnel_cohorts set cumulative_rate = 0 where months_since = 6",
        "update kpi.kpi_funnel_cohorts set cumulative_rate = 1.5 where months_since >= 6",
        """
        update kpi.kpi_conversion_lag set converted_share = 0
        where days_since_contact >= 100 and dimension = 'all'
        """,
    ],
    "costs_are_spread_without_loss": [
        "update core.fct_costs set spent_amount = spent_amount + 1",
    ],
    "detections_are_the_same_in_the_funnel_and_the_values": [
        "update kpi.kpi_funnel set reached = reached + 1 where stage = 'detected'",
    ],
    "every_term_of_a_published_kpi_finds_what_it_measures": [
        """
        update staging.stg_reference__kpi_terms set measure = 'w30'
        where kpi_id = 'cohort_deal_win_rate' and measure = 'w180'
        """,
        "delete from kpi.kpi_components where measure = 's' and event = 'revenue'",
        "delete from kpi.kpi_components where event = 'active_customer'",
    ],
    "events_carry_every_dimension_that_their_type_declares": [
        """
        delete from kpi.kpi_components
        where event = 'deal_won' and value_code between 10000000 and 19999999
        """,
    ],
    "every_current_record_is_in_its_fact_once": [
        "delete from core.fct_orders where source = (select min(source) from core.fct_orders)",
        "insert into core.dim_campaigns select * from core.dim_campaigns limit 1",
    ],
    "every_record_of_every_file_is_accounted_for": [
        "update meta.load_reconciliation set landed = landed - 1",
    ],
    "no_ratio_of_costs_where_none_is_known": [
        "delete from kpi.kpi_components where event = 'cost' and grain = 'quarter'",
    ],
    "no_comparison_with_a_partial_or_immature_period": [
        "update kpi.kpi_values set previous_value = 1 where statistic = 'to_date'",
        "update kpi.kpi_values set trend = 1 where is_partial",
        "update kpi.kpi_values set year_ago_value = 2 * year_ago_value",
    ],
    "no_stage_lies_before_the_detection_or_after_customer_since": [
        "update core.fct_prospect_stages set reached_on = date '1990-01-01' where stage = 'won'",
        "update core.fct_prospect_stages set reached_on = date '2090-01-01' where stage = 'quoted'",
    ],
    "no_value_for_what_no_source_supplies": [
        "update reference.kpi_event_types set supplied_by = 'weather' where event = 'deal_won'",
    ],
    "parts_add_up_to_all": [
        "delete from kpi.kpi_values where kpi_id = 'revenue' and dimension = 'rep'",
        "update kpi.kpi_values set value = value + 1 where kpi_id = 'revenue'",
    ],
    "pipeline_movement_adds_up": [
        "update kpi.kpi_pipeline_movement set amount_won = amount_won + 1",
        "update kpi.kpi_pipeline_movement set deals_lost = deals_lost + 1",
        """
        update kpi.kpi_pipeline_movement
        set amount_at_end = amount_at_end + 9, amount_opened = amount_opened + 9
        """,
    ],
    "proportions_lie_in_their_interval_between_0_and_1": [
        "update kpi.kpi_values set value = 1.2 where kpi_id = 'deal_win_rate'",
        "update kpi.kpi_values set ci_low = null where kpi_id = 'deal_win_rate'",
    ],
    "reached_never_rises_along_the_funnel": [
        "update kpi.kpi_funnel set reached = 1000000 where stage = 'won'",
    ],
    "reasons_add_up_to_everything": [
        "update kpi.kpi_loss_reasons set cumulative_share = 0.9 where cumulative_share = 1",
        "update kpi.kpi_churn_reasons set share = share / 2",
        "delete from kpi.kpi_complaint_reasons where reason_rank = 1",
    ],
    "retained_customers_are_active_at_both_ends": [
        "update kpi.kpi_values set numerator = numerator + 1 where kpi_id = 'retention_rate'",
    ],
    "scorecards_add_up_to_everything": [
        """
        delete from kpi.kpi_rep_scorecard
        where (month, rep) = (select max_by((month, rep), touches) from kpi.kpi_rep_scorecard)
        """,
        "insert into kpi.kpi_rep_scorecard select * from kpi.kpi_rep_scorecard",
    ],
    "signals_rest_on_mature_and_reliable_values": [
        "update kpi.kpi_values set is_reliable = false",
        "update kpi.kpi_values set is_mature = false",
        "update kpi.kpi_values set is_partial = true",
        "update kpi.kpi_signals set expected_value = value",
        "update kpi.kpi_signals set dimension_value = 'nobody'",
        "update kpi.kpi_signals set dimension_value = '(unknown)'",
        "update kpi.kpi_values set is_reliable = false where period_start < '2026-01-01'",
    ],
    "the_events_of_terms_types_and_models_are_the_same": [
        "delete from reference.kpi_event_types where event = 'deal_won'",
    ],
}
CASES = [(sentence, wrong) for sentence, wrongs in WRONGS.items() for wrong in wrongs]


@pytest.fixture(scope="module")
def warehouse(
    demo_refresh: DemoRefresh, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a copy of the warehouse that may be changed, under the name that the SQL gives it."""
    file = tmp_path_factory.mktemp("wrong") / "warehouse.duckdb"
    shutil.copyfile(demo_refresh.paths.warehouse, file)
    with duckdb.connect(str(file)) as connection:
        yield connection


def failures(warehouse: duckdb.DuckDBPyConnection, demo_refresh: DemoRefresh, name: str) -> int:
    """Count the rows of a singular test as the refresh compiled it."""
    compiled = demo_refresh.paths.state / "dbt" / "target" / "compiled"
    file = compiled / "prospection" / "tests" / "dbt" / "singular" / f"assert_{name}.sql"
    return len(warehouse.execute(file.read_text(encoding="utf-8")).fetchall())


@pytest.mark.parametrize(("sentence", "wrong"), CASES)
def test_a_wrong_is_noticed(
    warehouse: duckdb.DuckDBPyConnection, demo_refresh: DemoRefresh, sentence: str, wrong: str
) -> None:
    warehouse.execute("begin")
    try:
        assert failures(warehouse, demo_refresh, sentence) == 0
        warehouse.execute(wrong)
        assert failures(warehouse, demo_refresh, sentence) > 0
    finally:
        warehouse.execute("rollback")


def test_every_sentence_is_tried() -> None:
    sentences = {
        file.stem.removeprefix("assert_")
        for file in (REPO_ROOT / "tests" / "dbt" / "singular").glob("*.sql")
    }
    assert sentences == WRONGS.keys()
