"""Which figures a refresh ends with: those that tell most, of whatever the company supplies."""

from collections.abc import Iterator
from datetime import date

import duckdb
import pytest

from orchestration.refresh.summary.headlines import Headline, choose, read_headlines

SEPTEMBER = date(2026, 9, 1)

KPI_TABLES = """
    create schema kpi;
    create table kpi.kpi_catalog as
    select * from (values
        ('leads', 'a', 'Leads', 'Prospects', 'count', true, 0, false, 'flow'),
        ('won_rate', 'a', 'Won', 'Gagnés', 'rate', true, 30, true, 'flow'),
        ('calls', 'a', 'Calls', 'Appels', 'count', false, 0, false, 'flow'),
        ('young_rate', 'b', 'Young', 'Jeunes', 'rate', true, 30, true, 'flow'),
        ('stays', 'c', 'Stays', 'Restent', 'rate', true, 30, true, 'flow')
    ) as rows (
        kpi_id, family, name_en, name_fr, unit, is_headline, min_sample, is_proportion, shape
    );
    create table kpi.kpi_values as
    select *, if(kpi_id = 'leads', null, 1.0) as denominator from (values
        ('leads', 'value', 'month', date '2026-08-01', 'all', 5.0, 4.0, false, null, null, null),
        ('leads', 'value', 'month', date '2026-09-01', 'all', 6.0, 5.0, false, null, null, null),
        ('leads', 'value', 'month', date '2026-10-01', 'all', 1.0, null, true, null, null, null),
        ('leads', 'value', 'year', date '2026-01-01', 'all', 50.0, null, false, null, null, null),
        ('leads', 'value', 'month', date '2026-09-01', 'rep', 2.0, null, false, null, null, null),
        ('won_rate', 'in_window', 'month', date '2026-03-01', 'all', 0.2, 0.1, false, true, 40, true),
        ('won_rate', 'in_window', 'month', date '2026-09-01', 'all', 0.1, null, false, false, 9, false),
        ('won_rate', 'to_date', 'month', date '2026-09-01', 'all', 0.2, null, false, true, 9, false),
        ('calls', 'value', 'month', date '2026-09-01', 'all', 99.0, 90.0, false, null, null, null),
        ('young_rate', 'in_window', 'month', date '2026-08-01', 'all', 0.3, null, false, false, 35, true),
        ('young_rate', 'in_window', 'month', date '2026-09-01', 'all', 0.1, null, false, false, 20, false),
        ('young_rate', 'in_window', 'month', date '2026-10-01', 'all', 0.1, null, true, false, 2, false),
        ('stays', 'value', 'month', date '2026-09-01', 'all', 1.0, 1.0, false, null, 900, false)
    ) as rows (
        kpi_id, statistic, grain, period_start, dimension, value, previous_value,
        is_partial, is_mature, sample_size, is_reliable
    );
"""  # noqa: E501


@pytest.fixture
def published() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(KPI_TABLES)
        yield connection


def figure(kpi_id: str, kind: str, value: float = 1.5, **facts: object) -> Headline:
    """Return a figure of a kind `family/unit`; each has a change of its own."""
    family, unit = kind.split("/")
    return Headline(kpi_id, kpi_id, unit, SEPTEMBER, value, hash(kpi_id), family=family, **facts)  # type: ignore[arg-type]


def test_a_sum_of_few_cases_is_all_that_there_was(published: duckdb.DuckDBPyConnection) -> None:
    sums = {each.kpi_id: each.is_sum for each in read_headlines(published, "en")}
    assert sums["leads"]
    assert not any(is_sum for kpi_id, is_sum in sums.items() if kpi_id != "leads")
    few = {"sample_size": 21, "min_sample": 30, "is_reliable": False}
    assert not figure("revenue", "sales/amount", is_sum=True, **few).is_by_chance
    assert figure("basket", "sales/amount", **few).is_by_chance


def ids(figures: list[Headline]) -> list[str]:
    return [figure.kpi_id for figure in figures]


def test_a_headline_is_the_last_complete_and_mature_month_else_the_nearest_to_it(
    published: duckdb.DuckDBPyConnection,
) -> None:
    leads, won, calls, young = read_headlines(published, "fr")
    assert calls.kpi_id == "calls"
    assert (leads.name, leads.month, leads.value, leads.previous_value) == (
        "Prospects",
        SEPTEMBER,
        6.0,
        5.0,
    )
    assert (won.name, won.month, won.value, won.is_final) == ("Gagnés", date(2026, 3, 1), 0.2, True)
    assert (young.month, young.value, young.is_final) == (date(2026, 8, 1), 0.3, False)


def test_declared_headlines_come_in_their_own_order_whatever_they_tell(
    published: duckdb.DuckDBPyConnection,
) -> None:
    found = read_headlines(published, "en", ["stays", "calls", "leads", "unknown"])
    assert [each.name for each in found] == ["Stays", "Calls", "Leads"]


def test_what_holds_by_construction_is_no_headline(published: duckdb.DuckDBPyConnection) -> None:
    assert "stays" not in ids(read_headlines(published, "en"))


MARKED = [("cohort_rate", "won", "rate"), ("cost", "cost", "amount"), ("loyal", "stay", "rate")]


def test_the_next_of_the_family_in_the_same_unit_stands_in_the_reliable_one_first() -> None:
    figures = [
        figure("quote_rate", "won/rate", sample_size=4, min_sample=30, is_reliable=False),
        figure("deal_rate", "won/rate", sample_size=90, min_sample=30),
        figure("deals_won", "won/count"),
        figure("loyal", "stay/rate"),
    ]
    assert ids(choose(figures, MARKED[:1])) == ["deal_rate", "deals_won", "loyal"]
    assert ids(choose(figures[:1], MARKED[:1])) == ["quote_rate"]


def test_a_marked_kpi_with_few_cases_is_shown_unless_it_is_all_or_nothing() -> None:
    few = {"sample_size": 3, "min_sample": 30, "is_reliable": False, "is_proportion": True}
    assert ids(choose([figure("loyal", "stay/rate", 0.7, **few)], MARKED)) == ["loyal"]
    assert ids(choose([figure("loyal", "stay/rate", 1.0, **few)], MARKED)) == []


def test_a_company_with_few_headlines_sees_the_first_reliable_one_of_each_kind_up_to_six() -> None:
    figures = [figure(f"k{n}", f"f{n % 8}/count") for n in range(20)]
    figures.insert(1, figure("twin", "f0/count"))
    figures.insert(0, figure("small", "g/count", sample_size=1, min_sample=9, is_reliable=False))
    assert ids(choose(figures, MARKED)) == [f"k{n}" for n in range(6)]
    assert ids(choose(figures[:4], MARKED)) == ["k0", "twin", "k1"]


def test_two_figures_that_say_the_same_are_told_once() -> None:
    same = [
        Headline(name, name, "count", SEPTEMBER, 1303, 1400, family=f"f{number}")
        for number, name in enumerate(("contacted", "new", "touched"))
    ]
    marked = [("meetings", "f1", "count"), ("contacted", "f0", "count")]
    assert ids(choose(same, marked)) == ["contacted"]
