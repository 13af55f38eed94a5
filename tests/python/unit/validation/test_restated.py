"""How much of the past may be another: each limit, small companies, what explains a value."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.publication.restatements import make_restatements
from orchestration.validation.explanations import Explanation, explain
from orchestration.validation.restated import Restated, make_measures
from orchestration.validation.thresholds import read_thresholds

MONTHS = 20
_VALUES = """
    create schema kpi;
    create table kpi.kpi_values (
        kpi_id text, statistic text, grain text, period_start date, dimension text,
        dimension_value text, value double, sample_size double, is_partial boolean,
        is_mature boolean
    );
"""
_CATALOG = """
    create table kpi.kpi_catalog as
    select * from (values
        ('revenue', 'amount', 'flow', true, false, null::text),
        ('touches', 'count', 'flow', false, false, null),
        ('nps', 'score', 'flow', false, false, null),
        ('own_one', 'count', 'flow', false, true, null)
    ) as kpis (kpi_id, unit, shape, is_headline, is_own, denominator)
"""


class Versions:
    """A version that was published, and the marts that are to follow it."""

    def __init__(self, folder: Path, records: int) -> None:
        self.before = folder / "before.duckdb"
        self.connection = duckdb.connect()
        self.connection.execute(f"attach '{self.before}' as before")
        self.connection.execute(f"attach '{folder / 'now.duckdb'}' as warehouse")
        values = {"revenue": 1000.0, "touches": 50.0, "nps": 20.0, "own_one": 7.0}
        for database in ("before", "warehouse"):
            self.connection.execute(f"use {database}; {_VALUES} {_CATALOG}; use memory")
            for kpi_id, value in values.items():
                self.connection.execute(
                    f"""
                    insert into {database}.kpi.kpi_values
                    select
                        '{kpi_id}', 'value', 'month', date '2025-01-01' + to_months(n), 'all',
                        'all', {value}, {records}, n = {MONTHS}, null
                    from (select unnest(range({MONTHS + 1}))::int as n)
                    """
                )
        self.connection.execute("detach before")

    def judge(self, change: str, *found: Explanation, accepted: Path | None = None) -> Restated:
        """Change the new values, and make the measures."""
        self.connection.execute(f"update warehouse.kpi.kpi_values set {change}")
        for table in ("restatements", "restated_measures"):
            self.connection.execute(f"drop table if exists {table}")
        make_restatements(self.connection, self.before, "v1")
        explain(self.connection, found, accepted)
        limits = read_thresholds(Path("none")).history
        reasons = {each.what: (each.kind, each.name) for each in found}
        reasons["values that were held back and then released"] = ("accepted", "")
        return make_measures(self.connection, self.before, limits, reasons=reasons)

    def broken(self) -> set[str]:
        """Return which measures are beyond what is allowed."""
        row = self.connection.execute(
            """
            select max(values_excess), max(headline_excess), max(size_excess)
            from restated_measures
            """
        ).fetchone()
        assert row is not None
        return {
            name
            for name, value in zip(("values", "headline", "size"), row, strict=True)
            if value is not None and value > 1
        }


@pytest.fixture
def versions(tmp_path: Path) -> Iterator[Versions]:
    """Return a company with a hundred records a month."""
    made = Versions(tmp_path, 100)
    yield made
    made.connection.close()


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        ("value = value * 1.009", set()),
        ("value = value * 100 where kpi_id = 'revenue'", {"headline", "size"}),
        ("value = value * 1.2 where kpi_id = 'revenue'", {"headline"}),
        ("value = value * 1.2 where kpi_id = 'touches'", set()),
        ("value = value * 1.2 where kpi_id in ('touches', 'nps')", {"values"}),
        ("value = value + 3 where kpi_id = 'own_one' and period_start = '2025-03-01'", set()),
        ("value = value * 2.5 where kpi_id = 'touches' and period_start = '2025-03-01'", set()),
        ("value = value * 3.5 where kpi_id = 'touches' and period_start = '2025-03-01'", {"size"}),
        ("value = 200 where kpi_id = 'nps' and period_start = '2025-03-01'", set()),
        ("value = null where kpi_id = 'revenue' and period_start < '2025-04-01'", {"headline"}),
        ("value = value * 9 where is_partial", set()),
        ("value = value * 9 where period_start >= '2026-08-01'", set()),
        ("value = value * 9 where period_start >= '2026-07-01'", {"headline", "size"}),
    ],
)
def test_each_limit_holds_what_it_is_there_for(
    versions: Versions, change: str, broken: set[str]
) -> None:
    versions.judge(change)
    assert versions.broken() == broken


@pytest.mark.parametrize(("denominator", "broken"), [(None, {"size"}), ("+ touches (n)", set())])
def test_a_month_of_a_mean_or_a_share_is_not_judged_by_its_size(
    versions: Versions, denominator: str | None, broken: set[str]
) -> None:
    """One late record of ten makes a 90th percentile of 40 days one of 200."""
    versions.connection.execute(
        "update warehouse.kpi.kpi_catalog set unit = 'days', denominator = $1 "
        "where kpi_id = 'touches'",
        [denominator],
    )
    versions.judge("value = 200 where kpi_id = 'touches' and period_start = '2025-03-01'")
    assert versions.broken() == broken


def test_the_newest_closed_period_of_each_kpi_gets_late_rows(versions: Versions) -> None:
    """A cohort that takes three months to be mature has its newest closed one then."""
    versions.connection.execute(f"attach '{versions.before}' as before")
    for database in ("before", "warehouse"):
        versions.connection.execute(
            f"""
            update {database}.kpi.kpi_values
            set is_mature = period_start < '2026-06-01' where kpi_id = 'revenue'
            """
        )
    versions.connection.execute("detach before")
    told = versions.judge("value = value * 9 where kpi_id = 'revenue' and month(period_start) = 5")
    assert (told.changed, versions.broken()) == (2, {"headline", "size"})
    versions.judge("value = value / 9 where kpi_id = 'revenue' and period_start = '2025-05-01'")
    assert versions.broken() == set()


def test_months_before_the_first_that_readers_saw_may_be_filled(versions: Versions) -> None:
    versions.connection.execute(
        """
        insert into warehouse.kpi.kpi_values
        select * replace (period_start - interval 2 year as period_start)
        from warehouse.kpi.kpi_values where not is_partial
        """
    )
    told = versions.judge("value = value")
    assert told.changed == 4 * MONTHS
    assert versions.broken() == set()


def test_a_source_that_comes_three_months_late_is_not_held(versions: Versions) -> None:
    """Nothing was told of three closed months, and the source's load brings them."""
    change = "value = value * 9 where period_start between '2026-06-01' and '2026-08-01'"
    days = ["2026-06-15", "2026-07-15", "2026-08-15"]
    deals = Explanation("late_source", "crm", frozenset(["deals"]), days)
    assert versions.judge(change, deals).unexplained == 0
    assert versions.broken() == set()
    versions.judge("value = value * 9 where period_start = '2026-05-01'", deals)
    assert "size" in versions.broken()


def test_a_small_company_may_correct_three_records(tmp_path: Path) -> None:
    made = Versions(tmp_path, 1)
    # twenty records in all: three of them are 15 %
    made.judge("value = value * 1.5 where kpi_id = 'revenue' and period_start < '2025-06-01'")
    assert made.broken() == set()
    made.judge("value = value * 1.5 where kpi_id = 'revenue' and period_start < '2025-09-01'")
    assert "headline" in made.broken()


def test_the_table_shows_the_largest_change_of_each_kpi_headlines_first(
    versions: Versions,
) -> None:
    told = versions.judge("value = value * case month(period_start) when 5 then 4 else 2 end")
    assert (told.closed, told.changed, told.unexplained) == (80, 80, 80)
    head, first, *others = told.table()
    assert head.split() == ["KPI", "closed", "period", "published", "would", "be"]
    assert first.split() == ["revenue", "month", "2025-05-01", "1,000", "4,000"]
    assert len(others) == 3


@pytest.mark.parametrize(
    ("found", "unexplained"),
    [
        (Explanation("release"), set()),
        (Explanation("first_entity", "tickets", frozenset(["tickets"])), {"revenue", "touches"}),
        (Explanation("first_entity", "deals", frozenset(["deals"])), set()),
        (Explanation("own_kpis", is_own=True), {"revenue", "touches", "nps"}),
        (Explanation("links", "crm", keeps_amounts=True), {"revenue"}),
    ],
)
def test_an_explanation_reaches_as_far_as_it_can(
    versions: Versions, found: Explanation, unexplained: set[str]
) -> None:
    told = versions.judge("value = value * 100", found)
    rows = versions.connection.execute(
        "select distinct kpi_id from restatements where explained_by is null"
    ).fetchall()
    assert {row[0] for row in rows} - {"nps"} == unexplained - {"nps"}
    assert [(kind, name) for kind, name, _ in told.explained] == [(found.kind, found.name)]
    assert bool(versions.broken()) == bool(unexplained)


def test_days_explain_the_periods_in_which_they_lie(versions: Versions) -> None:
    versions.judge("value = value + 1", Explanation("days", "rates", None, ["2025-02-28"]))
    rows = versions.connection.execute(
        "select distinct period_start::varchar from restatements where explained_by is not null"
    ).fetchall()
    assert rows == [("2025-02-01",)]


def test_what_was_released_is_the_past_from_then_on(versions: Versions, tmp_path: Path) -> None:
    versions.judge("value = value * 100 where kpi_id = 'revenue'")
    accepted = tmp_path / "accepted.parquet"
    versions.connection.execute(f"copy restatements to '{accepted}' (format parquet)")
    told = versions.judge("value = value * 1.001 where kpi_id = 'revenue'", accepted=accepted)
    assert (told.explained, versions.broken()) == ([("accepted", "", MONTHS)], set())
    versions.judge("value = value * 3 where kpi_id = 'revenue'", accepted=accepted)
    assert "headline" in versions.broken()


def test_without_a_version_before_nothing_is_restated(tmp_path: Path) -> None:
    made = Versions(tmp_path, 1)
    make_restatements(made.connection, None, None)
    limits: dict[str, Any] = dict(read_thresholds(Path("none")).history)
    assert make_measures(made.connection, None, limits) == Restated()
    assert made.broken() == set()


@pytest.mark.parametrize("name", ["values", "headline", "size"])
def test_a_limit_can_be_switched_off(versions: Versions, name: str) -> None:
    limits: dict[str, Any] = dict(read_thresholds(Path("none")).history)
    key = {"values": "values_share", "headline": "headline_share", "size": "size"}[name]
    limits[f"restated_{key}"] = None
    versions.judge("value = value * 100")
    versions.connection.execute("drop table restated_measures")
    make_measures(versions.connection, versions.before, limits)
    assert versions.broken() == {"values", "headline", "size"} - {name}
