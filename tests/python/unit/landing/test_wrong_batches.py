"""The mistakes that exports come with, one at a time and only in the newest file: what holds each.

What belongs here: companies of two sizes, wrong batches after weeks of sound ones, and what is
sound, however seldom it happens. What does not: one rule at a time (see `test_batch_gate.py`).
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path

import pytest

from ...judged_alone import Judge
from .small_companies import LAST, SOUND, SOURCES, Company, Tables, cases

SMALL = Company(reps=3, activities=10, prospects=60, deals=40, orders=8)
LARGER = Company(reps=15, activities=40, prospects=400, deals=200, orders=30)

TOO_SMALL = {"half of the day", "three hours later"}
"""What thirty rows cannot tell from a slow day, or from one on which most work in the afternoon."""

LOOKED_AT = 5
"""Of the sound days, the last of which it is looked at whether they pass."""


def working_days() -> Iterator[date]:
    """Yield the working days of seven weeks before the last day, without a holiday."""
    for back in range(49, 0, -1):
        day = LAST - timedelta(back)
        if day.weekday() < 5 and day != date(2026, 5, 25):
            yield day


@pytest.fixture(scope="module", params=[SMALL, LARGER], ids=["small", "larger"])
def company(request: pytest.FixtureRequest) -> Company:
    """Return a company."""
    found: Company = request.param
    return found


@pytest.fixture(scope="module")
def judge(company: Company, tmp_path_factory: pytest.TempPathFactory) -> Judge:
    """Return the gate after seven weeks of sound days, none of which it holds."""
    judge = Judge(tmp_path_factory.mktemp("wrong"), SOURCES)
    held: dict[str, list[str]] = {}
    days = [*working_days()]
    for day in days:
        for source, tables in company.of_day(day).items():
            if day in days[-LOOKED_AT:] and (reasons := judge.reasons(source, day, tables)):
                held[f"{source} {day}"] = reasons
            judge.land(source, day, tables)
    assert held == {}
    return judge


@pytest.fixture(scope="module")
def last_day(company: Company) -> Mapping[str, Tables]:
    """Return the last day as it should be."""
    return company.of_day(LAST)


@pytest.mark.parametrize("name", cases(SMALL))
def test_a_wrong_batch_is_held_by_the_rule_that_names_it(
    judge: Judge, company: Company, last_day: Mapping[str, Tables], name: str
) -> None:
    case = cases(company)[name]
    tables = {case.entity: case.change(last_day[case.source][case.entity])}
    found = [each for each in judge.reasons(case.source, LAST, tables) if case.rule in each]
    assert bool(found) is not (company is SMALL and name in TOO_SMALL)
    assert all(f"entity {case.entity}" in each for each in found)


@pytest.mark.parametrize("name", SOUND)
def test_what_may_happen_in_a_company_passes(
    judge: Judge, last_day: Mapping[str, Tables], name: str
) -> None:
    case = SOUND[name]
    changed = case.change(last_day[case.source][case.entity])
    assert judge.reasons(case.source, LAST, {case.entity: changed}) == []


def test_the_day_as_it_should_be_passes(judge: Judge, last_day: Mapping[str, Tables]) -> None:
    found = [judge.reasons(source, LAST, tables) for source, tables in last_day.items()]
    assert found == [[], [], []]


def test_a_day_as_quiet_as_one_that_was_passes_and_a_quieter_one_does_not(tmp_path: Path) -> None:
    """A seminar that all attend, from morning to evening, looks like half of a file.

    Each rep has the same number of activities every day, so that any other is unusual until seen.
    """
    judge = Judge(tmp_path, SOURCES)

    def day_of(back: int, each: int) -> Tables:
        rows = Company(reps=40, activities=each, prospects=400, deals=1, orders=1).of_day(
            LAST - timedelta(back)
        )
        by_rep: dict[str, list[dict[str, str]]] = {}
        for row in rows["outreach"]["activities"]:
            if row["direction"] == "outbound":
                by_rep.setdefault(row["rep_id"], []).append(row)
        return {"activities": [row for own in by_rep.values() for row in own[: each // 2]]}

    for back in range(35, 1, -1):
        judge.land("outreach", LAST - timedelta(back), day_of(back, 24))
    (first,) = judge.reasons("outreach", LAST - timedelta(1), day_of(1, 12))
    assert "fewer touches a day" in first
    judge.land("outreach", LAST - timedelta(1), day_of(1, 12))
    assert judge.reasons("outreach", LAST, day_of(0, 12)) == []
    (quieter,) = judge.reasons("outreach", LAST, day_of(0, 8))
    assert "fewer touches a day" in quieter


def test_records_that_are_nothing_but_keys_are_compared_as_well(tmp_path: Path) -> None:
    judge = Judge(tmp_path, SOURCES)
    rows = [
        {"deal_id": f"D{n}", "stage": "offer", "entered_at": f"2026-06-{n + 1:02}"}
        for n in range(20)
    ]
    judge.land("crm", LAST - timedelta(1), {"deal_stages": rows})
    assert judge.reasons("crm", LAST, {"deal_stages": rows}) == []
    vanished, back = judge.reasons("crm", LAST, {"deal_stages": rows[:12]})
    assert "vanish at once" in vanished
    assert "8 of 8 newer records are missing" in back


def test_a_first_load_passes_and_so_does_a_second_of_what_is_not_whole(tmp_path: Path) -> None:
    for case in cases(SMALL).values():
        judge = Judge(tmp_path / case.rule, SOURCES)
        wrong = {case.entity: case.change(SMALL.of_day(LAST)[case.source][case.entity])}
        assert judge.reasons(case.source, LAST, wrong) == []
        if case.source != "crm":
            before = SMALL.of_day(LAST - timedelta(1))[case.source][case.entity]
            judge.land(case.source, LAST - timedelta(1), {case.entity: before})
            assert judge.reasons(case.source, LAST, wrong) == []
