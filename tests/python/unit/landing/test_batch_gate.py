"""Gate 1: a batch without a flaw passes; each flaw is found by the rule that is there for it."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from orchestration.errors import ConfigurationError
from orchestration.landing.loading import land
from orchestration.landing.report import LandingReport
from orchestration.landing.store import Store
from orchestration.settings.declared import read_settings
from orchestration.validation.batches import BatchGate
from orchestration.validation.held import (
    describe_held,
    drop,
    finish_decisions,
    read_held,
    release,
)
from orchestration.validation.thresholds import read_thresholds

HEADER = "activity_id,occurred_at,channel,direction,outcome,prospect_id,duration_seconds,created_at"
ROW = "T{n},2026-09-01 10:00:00,call,outbound,answered,P{n},60,2026-09-01"


def refresh(desk: Any) -> LandingReport:
    settings = read_settings(desk.exports)
    finish_decisions(desk.paths)
    gate = BatchGate(desk.paths, read_thresholds(desk.exports), "run")
    return land(desk.exports, desk.paths, settings, gate=gate)


def put_deals(desk: Any, day: int, ids: range) -> None:
    lines = ["deal_id,stage,status", *(f"D{n},offer,open" for n in ids), ""]
    desk.put(f"crm/2026-10-{day:02}/deals.csv", "\n".join(lines))


def put_activities(
    desk: Any, day: int, rows: int = 1200, header: str = HEADER, row: str = ROW
) -> None:
    lines = [header, *(row.format(n=n) for n in range(rows)), ""]
    desk.put(f"crm/2026-10-{day:02}/activities.csv", "\n".join(lines))


def held_ids(report: LandingReport) -> list[str]:
    return [held.load.load_id[:12] for held in report.held_back]


@pytest.fixture
def whole(desk: Any) -> Any:
    """Return a desk whose source holds every record in each load: ten deals in the first."""
    desk.put("sources.yml", "sources: {crm: {mode: full}}")
    put_deals(desk, 1, range(10))
    return desk


def test_a_fifth_of_the_records_may_vanish_at_once(whole: Any) -> None:
    put_deals(whole, 2, range(8))
    assert held_ids(refresh(whole)) == []


def test_more_than_a_fifth_holds_the_batch_back(whole: Any) -> None:
    put_deals(whole, 2, range(7))
    report = refresh(whole)
    assert held_ids(report) == ["crm@20261002"]
    (reason,) = {file.reason for held in report.held_back for file in held.files}
    assert "at most 20% of an entity's records vanish at once" in str(reason)
    assert "entity deals" in str(reason)
    assert len(whole.rows("deals")) == 10
    assert [row["load_id"][:12] for row in whole.loads()] == ["crm@20261001"]
    assert whole.outside() == [("crm", "crm/2026-10-02/deals.csv", "held_back")]


def put_hubspot(desk: Any, day: int, deals: range, companies: range = range(0)) -> None:
    folder = f"crm/2026-10-{day:02}"
    listed = "Record ID,Deal Stage,Associated Company IDs (Primary),Associated Company (Primary)"
    rows = [f"{n},x,{n % 3},Company {n % 3}" for n in deals]
    desk.put(f"{folder}/all-deals.csv", "\n".join([listed, *rows, ""]))
    if companies:
        listed = "Record ID,Company name,Company Domain Name"
        rows = [f"{n},Company {n},c{n}.example" for n in companies]
        desk.put(f"{folder}/all-companies.csv", "\n".join([listed, *rows, ""]))


def test_a_load_without_a_tools_list_of_companies_is_compared_with_its_like(desk: Any) -> None:
    desk.put("sources.yml", "sources: {crm: {mode: full}}")
    put_hubspot(desk, 1, range(10), range(500))
    put_hubspot(desk, 2, range(10))
    put_hubspot(desk, 3, range(10), range(490))
    put_hubspot(desk, 4, range(10))
    put_hubspot(desk, 5, range(10), range(300))
    put_hubspot(desk, 6, range(7))
    report = refresh(desk)
    held = {each.load.load_id[:12]: each.files[0].reason for each in report.held_back}
    assert sorted(held) == ["crm@20261005", "crm@20261006"]
    assert "entity accounts" in str(held["crm@20261005"])
    assert "entity deals" in str(held["crm@20261006"])
    assert "entity accounts" not in str(held["crm@20261006"])


def test_records_that_a_batch_adds_make_up_for_none_that_vanish(whole: Any) -> None:
    put_deals(whole, 2, range(3, 30))
    assert held_ids(refresh(whole)) == ["crm@20261002"]


def test_a_held_batch_stays_held_and_the_next_is_compared_with_the_last_good_one(
    whole: Any,
) -> None:
    put_deals(whole, 2, range(5))
    put_deals(whole, 3, range(5))
    assert held_ids(refresh(whole)) == ["crm@20261002", "crm@20261003"]
    put_deals(whole, 4, range(11))
    report = refresh(whole)
    assert [load.load.load_id[:12] for load in report.new_loads] == ["crm@20261004"]
    assert held_ids(report) == ["crm@20261002", "crm@20261003"]


def test_a_released_batch_is_built_in_its_place_and_stays_built(whole: Any) -> None:
    put_deals(whole, 2, range(7))
    (load_id,) = [held.load.load_id for held in refresh(whole).held_back]
    release(whole.paths, load_id)
    assert [row["load_id"] for row in whole.loads()][-1] == load_id
    assert len(whole.rows("deals")) == 17
    report = refresh(whole)
    assert (held_ids(report), report.new_loads) == ([], ())
    assert describe_held(whole.paths) == "no batch is held back"
    with pytest.raises(ConfigurationError, match="there are: none"):
        release(whole.paths, load_id)


@pytest.mark.parametrize("survived", range(4))
def test_a_release_that_was_interrupted_is_completed_by_the_next_refresh(
    whole: Any, monkeypatch: pytest.MonkeyPatch, survived: int
) -> None:
    """The process ends at one of the steps at which a file is put in place or leaves."""
    put_deals(whole, 2, range(7))
    (load_id,) = [held.load.load_id for held in refresh(whole).held_back]
    left = iter(range(survived))
    unlink = Path.unlink

    def unlink_or_die(path: Path, missing_ok: bool = False) -> None:
        if load_id in path.name and next(left, None) is None:
            raise KeyboardInterrupt
        unlink(path, missing_ok)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", unlink_or_die)
        with pytest.raises(KeyboardInterrupt):
            release(whole.paths, load_id)
    assert held_ids(refresh(whole)) == []
    assert len(whole.rows("deals")) == 17
    assert [row["load_id"] for row in whole.loads()].count(load_id) == 1


def test_a_dropped_batch_is_never_built_but_can_still_be_released(whole: Any) -> None:
    put_deals(whole, 2, range(7))
    (load_id,) = [held.load.load_id for held in refresh(whole).held_back]
    drop(whole.paths, load_id)
    report = refresh(whole)
    assert (held_ids(report), report.new_loads) == ([], ())
    assert whole.outside() == [("crm", "crm/2026-10-02/deals.csv", "dropped")]
    assert [each.decision for each in read_held(whole.paths)] == ["dropped"]
    release(whole.paths, load_id)
    assert len(whole.rows("deals")) == 17


def test_the_same_content_is_judged_once(whole: Any) -> None:
    put_deals(whole, 2, range(7))
    refresh(whole)
    before = read_held(whole.paths)
    refresh(whole)
    assert read_held(whole.paths) == before


def test_a_first_load_passes_whatever_it_looks_like(desk: Any) -> None:
    desk.put("sources.yml", "sources: {crm: {mode: full}}")
    put_activities(desk, 1, row="T{n},2026-09-01,pigeon,outbound,,nobody{n},-1,soon")
    assert held_ids(refresh(desk)) == []


def test_few_rows_say_nothing(desk: Any) -> None:
    put_activities(desk, 1, rows=999)
    put_activities(desk, 2, rows=999, row="T{n},not a day,pigeon,sideways,,,x,soon")
    assert held_ids(refresh(desk)) == []


def test_an_empty_file_after_full_ones_is_held_back_but_not_after_sparse_ones(desk: Any) -> None:
    for day in range(1, 4):
        put_activities(desk, day)
    put_activities(desk, 4, rows=0)
    assert held_ids(refresh(desk)) == ["crm@20261004"]
    assert "usual number of rows" in describe_held(desk.paths)
    for day in range(5, 10):
        put_activities(desk, day, rows=3)
    put_activities(desk, 10, rows=0)
    assert held_ids(refresh(desk)) == ["crm@20261004"]


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        (
            "T{n},2026-09-01 10:00:00,call,outbound,answered,,60,2026-09-01",
            "a column is not emptier than before",
        ),
        ("T{n},01/09/2026,call,outbound,answered,P{n},60,", "lack a value that is required"),
        ("T{n},2026-09-01,call,sideways,answered,P{n},60,", "lack a value that is required"),
        (
            "T{n},2026-10-04 10:00:00,call,outbound,answered,P{n},60,2026-09-01",
            "lie after the day of the load",
        ),
        ("T{n},0026-09-01,call,outbound,answered,P{n},60,2026-09-01", "years are improbable"),
        (
            "T{n},2026-09-01,call,outbound,answered,P{n},60,01/09/2026",
            "are not what their column is",
        ),
        (
            "T{n},2026-09-01,pigeon,outbound,answered,P{n},60,2026-09-01",
            "words than before are outside their list",
        ),
        (
            "T{n},2026-09-01,call,outbound,answered,P{n},-60,2026-09-01",
            "numbers than before are outside their range",
        ),
        (
            "T{n},2026-09-01,call,outbound,answered,Q{n},60,2026-09-01",
            "ids than before match no record",
        ),
    ],
)
def test_each_flaw_is_found_by_its_rule(desk: Any, row: str, rule: str) -> None:
    people = ["prospect_id,detected_at", *(f"P{n},2026-01-05" for n in range(1200)), ""]
    desk.put("crm/2026-10-01/prospects.csv", "\n".join(people))
    put_activities(desk, 2)
    put_activities(desk, 3, row=row)
    report = refresh(desk)
    assert held_ids(report) == ["crm@20261003"]
    (held,) = read_held(desk.paths)
    assert [reason for reason in held.reasons if rule in reason]


def test_columns_that_are_gone_hold_the_batch_back(desk: Any) -> None:
    put_activities(desk, 1)
    put_activities(
        desk,
        2,
        header="activity_id,occurred_at,channel,direction",
        row="T{n},2026-09-01 10:00:00,call,outbound",
    )
    assert held_ids(refresh(desk)) == ["crm@20261002"]
    assert "columns that the load before had are missing" in describe_held(desk.paths)


def test_records_that_are_no_rows_hold_the_batch_back(desk: Any) -> None:
    rows = [ROW.format(n=n) + (",x" if n % 9 else "") for n in range(12_000)]
    desk.put("crm/2026-10-01/activities.csv", "\n".join([HEADER, *rows, ""]))
    refresh(desk)
    assert "cannot be read as rows" in describe_held(desk.paths)


def test_currencies_that_are_none_hold_the_batch_back(desk: Any) -> None:
    for day, currency in ((1, "EUR"), (2, "€")):
        rows = [f"D{n},offer,open,5,{currency}" for n in range(1000)]
        content = "\n".join(["deal_id,stage,status,amount,currency", *rows, ""])
        desk.put(f"crm/2026-10-0{day}/deals.csv", content)
    refresh(desk)
    assert "values than before are not a currency" in describe_held(desk.paths)


@pytest.mark.parametrize(
    "gates",
    [
        "vanished_share: 0.4",
        "vanished_share: null",
        "sources: {crm: {vanished_share: 0.4}}",
        "vanished_share: 0.1\nsources: {crm: {vanished_share: 0.4}}",
    ],
)
def test_the_user_may_change_a_threshold(whole: Any, gates: str) -> None:
    whole.put("gates.yml", gates)
    put_deals(whole, 2, range(7))
    assert held_ids(refresh(whole)) == []


@pytest.mark.parametrize(
    ("gates", "message"),
    [
        ("vanish_share: 0.4", "did you mean 'vanished_share'"),
        ("vanished_share: much", "must be a number from 0, or null"),
        ("sources: {crm: {vanished_shares: 1}}", "'sources.crm'; did you mean"),
        ("sources: [crm]", "one key per source"),
        ("- vanished_share", "must hold keys"),
        ("vanished_share: [", "is not valid YAML"),
    ],
)
def test_a_mistake_in_the_thresholds_is_named(desk: Any, gates: str, message: str) -> None:
    desk.put("gates.yml", gates)
    with pytest.raises(ConfigurationError, match=message):
        read_thresholds(desk.exports)


def test_a_batch_of_a_release_comes_before_newer_loads(
    whole: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Loads are ordered by their time, not by when they were let through."""
    monkeypatch.setattr("orchestration.validation.held.timestamp", lambda: "2026-10-09T00:00:00")
    put_deals(whole, 2, range(7))
    put_deals(whole, 3, range(10))
    (load_id,) = [held.load.load_id for held in refresh(whole).held_back]
    release(whole.paths, load_id)
    moments: list[datetime] = [
        each.load.loaded_at for each in Store(whole.paths.landing).loads("crm")
    ]
    assert moments == sorted(moments)
    assert len(moments) == 3
