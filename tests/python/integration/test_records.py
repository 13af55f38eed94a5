"""Every monthly value of the demo is the sum of its members: numerator, denominator, quantiles."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from orchestration.cli import main
from orchestration.kpis.catalogue import read_catalogue
from orchestration.publication.records.members import member_query
from orchestration.publication.writing import DATABASE_NAME
from orchestration.quoting import quoted_text

from ..conftest import DemoRefresh

DIMENSIONS = sorted({each for names in read_catalogue().sets.dimensions.values() for each in names})
EVERYTHING = {"kpi": None, "statistic": None, "grain": "month", "start": None, "value": None}


@pytest.fixture(scope="module")
def published(demo_refresh: DemoRefresh) -> Iterator[duckdb.DuckDBPyConnection]:
    """Return a connection to the published version: nothing of the private warehouse is read."""
    with duckdb.connect() as connection:
        file = demo_refresh.paths.current / DATABASE_NAME
        connection.execute(f"attach {quoted_text(file)} as published (read_only)")
        connection.execute("use published")
        yield connection


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_the_members_of_every_monthly_value_add_up_to_it(
    dimension: str, demo_refresh: DemoRefresh, published: duckdb.DuckDBPyConnection
) -> None:
    parquet = demo_refresh.paths.current / "parquet"
    published.execute(
        f"""
        create or replace temp table sides as
        select
            kpi_id, statistic, period_start, dimension_value,
            sum(weight * value) filter (where side = 'numerator') as numerator,
            sum(weight * value) filter (where side = 'denominator') as denominator,
            case statistic
                when 'median' then quantile_cont(amount, 0.5) filter (where measure = 'median')
                when 'p90' then quantile_cont(amount, 0.9) filter (where measure = 'p90')
            end as quantile
        from ({member_query(parquet, dimension)})
        group by kpi_id, statistic, period_start, dimension_value
        """,
        EVERYTHING,
    )
    compared = """
        from (
            from kpi.kpi_values
            where
                grain = 'month' and dimension = $dimension
                and kpi_id in (select kpi_id from kpi.kpi_terms)
        ) as told
        left join sides using (kpi_id, statistic, period_start, dimension_value)
    """

    def differs(told: str, explained: str) -> str:
        return (
            f"abs(coalesce({told}, 0) - coalesce({explained}, 0)) "
            f"> 1e-9 * greatest(1, abs(coalesce({told}, 0)))"
        )

    wrong = published.execute(
        f"""
        select kpi_id, statistic, period_start, dimension_value, told.numerator, sides.numerator,
            told.denominator, sides.denominator, told.value, sides.quantile
        {compared}
        where
            {differs("told.denominator", "sides.denominator")}
            or case
                when statistic in ('median', 'p90') then {differs("told.value", "sides.quantile")}
                else {differs("told.numerator", "sides.numerator")}
            end
        limit 10
        """,
        {"dimension": dimension},
    ).fetchall()
    assert not wrong
    kpis = published.execute(f"select count(distinct kpi_id) {compared}", {"dimension": dimension})
    (found,) = kpis.fetchall()[0]
    assert found > {"all": 90, "product_family": 10, "cost_type": 1}.get(dimension, 50)


def test_every_member_has_its_record(
    published: duckdb.DuckDBPyConnection, demo_refresh: DemoRefresh
) -> None:
    """A cohort's target also its anchor's; who is counted by another's record is named."""
    files = demo_refresh.paths.current / "parquet/kpi/kpi_event_records/*/data.parquet"
    lacking = published.execute(
        f"""
        select event, count(*)
        from read_parquet({quoted_text(files)}, hive_partitioning = false)
        where
            record_entity is null or record_source is null or record_id is null
            or (event like '%>%' and anchor_id is null)
            or (event in ('active_customer', 'prospect_contacted') and subject_id is null)
        group by all
        """
    ).fetchall()
    assert not lacking


def test_a_value_is_told_with_its_terms_and_the_rows_of_its_records(
    demo_refresh: DemoRefresh, capsys: pytest.CaptureFixture[str]
) -> None:
    data = ["--data", str(demo_refresh.paths.data), "--language", "en"]
    assert main(["explain", "csat", "--period", "2026-09", "--limit", "99", *data]) == 0
    told = capsys.readouterr().out
    assert "numerator: + satisfied answers [csat_satisfied (n)]" in told
    assert "support/survey_responses.csv.gz, row " in told
    assert "«" in told  # what a customer wrote
    assert main(["explain", "ltv", *data]) == 0
    assert "active_customers (value)" in capsys.readouterr().out
    assert main(["explain", "deal_win_rate", "--period", "2026-09", *data[:2]]) == 0
    assert "\n  valeur : 41,4 %\n  numérateur : 12\n" in capsys.readouterr().out
    for wrong, why in (
        (["never_engagd_rate"], "did you mean never_engaged_rate"),
        (["csat", "--period", "2019-01"], "2019-01 is not published"),
        (["csat", "--dimension", "colour=red"], "no dimension of csat"),
        (["csat", "--dimension", "rep"], "rep=R01"),
    ):
        assert main(["explain", *wrong, *data]) != 0
        assert why in capsys.readouterr().err


def test_all_records_of_a_value_are_told_as_csv(
    demo_refresh: DemoRefresh,
    published: duckdb.DuckDBPyConnection,
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked = ["response_rate", "--period", "2026-09", "--dimension", "rep=R01"]
    assert main(["explain", *asked, "--csv", "--data", str(demo_refresh.paths.data)]) == 0
    members = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    sides = published.execute(
        """
        select numerator, denominator from kpi.kpi_values
        where
            kpi_id = 'response_rate' and grain = 'month' and period_start = '2026-09-01'
            and dimension = 'rep' and dimension_value = 'R01'
        """
    ).fetchall()
    numerator, denominator = (
        sum(
            float(each["weight"]) * float(each["value"]) for each in members if each["side"] == side
        )
        for side in ("numerator", "denominator")
    )
    assert sides == [(numerator, denominator)]
    assert {each["record_entity"] for each in members} == {"activities"}
    assert all(each["file"].endswith(".csv.gz") and int(each["row"]) > 0 for each in members)


@pytest.mark.parametrize(
    ("present", "told"),
    [
        (["published"], "there is no private warehouse here"),
        (["published", "warehouse.duckdb"], "the private warehouse is of another build"),
    ],
)
def test_without_the_warehouse_of_the_version_file_and_row_are_left_out(
    present: list[str],
    told: str,
    demo_refresh: DemoRefresh,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """No state tells that a warehouse is of the version: it is taken for another one's."""
    for name in present:
        (tmp_path / name).symlink_to(demo_refresh.paths.data / name)
    asked = ["explain", "csat", "--period", "2026-09", "--data", str(tmp_path)]
    assert main([*asked, "--language", "en"]) == 0
    text = capsys.readouterr().out
    assert told in text
    assert "support/survey_responses ENQ" in text
    assert ", row " not in text
    assert "«" not in text
    assert main([*asked, "--csv"]) == 0
    members = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert members
    assert not any(each["file"] or each["row"] for each in members)
