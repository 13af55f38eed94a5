"""A version that gate 2 holds back: what is kept of it, its release and its drop; what explains."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType

import duckdb
import pyarrow as pa
import pytest

from orchestration.errors import ConfigurationError
from orchestration.files import write_json, write_table
from orchestration.landing.report import FileReport, Load
from orchestration.landing.store import Store
from orchestration.paths import Paths
from orchestration.validation import held_versions
from orchestration.validation.explanations import explanations
from orchestration.validation.held import finish_decisions, read_held, release
from orchestration.validation.held_versions import (
    accepted_values,
    describe_held_versions,
    drop_version,
    finish_version_decisions,
    forget_open,
    has_version,
    read_held_versions,
    release_version,
    version_decisions,
)
from orchestration.validation.origins import Origins, keep_origins, origins_of
from tests.python.holding import hold_a_version

THEN = Origins("1", "r", "a", {"crm": "c"}, {}, {"stages": "s"}, "k", ("crm@20260901T000000-aa",))


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    """Return a data folder."""
    return Paths(tmp_path / "data")


def landed(paths: Paths, load_id: str, entity: str = "deals", sha256: str = "1") -> str:
    """Land a load of one row."""
    source, _, at = load_id.rpartition("@")
    time = datetime.strptime(at[:15], "%Y%m%dT%H%M%S")
    load = Load(source, "generic", load_id, time, 1, f"{source}/{at}", "00")
    file = FileReport(f"{entity}.csv", "landed", entity=entity, sha256=sha256, landed=1)
    store = Store(paths.landing)
    rows = store.scratch / f"{entity}.parquet"
    write_table(pa.table({"source": [source]}), rows)
    store.add(load, [file], {entity: rows}, [], {})
    return load_id


def test_a_held_version_is_listed_until_it_is_decided_about(paths: Paths) -> None:
    first = hold_a_version(paths, "crm@1")
    version = hold_a_version(paths, "crm@2")
    assert [each.loads for each in read_held_versions(paths)] == [["crm@2"]]
    text = "\n".join(describe_held_versions(paths))
    assert first.held_at <= version.held_at
    assert all(word in text for word in (version.version_id, "too much", "a  1  2", "crm@2"))
    release_version(paths, version.version_id)
    assert describe_held_versions(paths) == []
    assert version_decisions(paths) == [(version.version_id, "released")]
    with pytest.raises(ConfigurationError, match="released before"):
        drop_version(paths, version.version_id)


def test_a_release_accepts_the_values_for_the_version_before_it_alone(paths: Paths) -> None:
    version = hold_a_version(paths)
    assert accepted_values(paths, "v1") is None
    release_version(paths, version.version_id)
    file = accepted_values(paths, "v1")
    assert file is not None
    assert file.exists()
    assert accepted_values(paths, "v2") is None
    forget_open(paths)
    assert not file.exists()
    assert has_version(paths, version.version_id)


def test_a_drop_leaves_out_the_loads_that_came_in_and_each_can_come_back(paths: Paths) -> None:
    old = landed(paths, "crm@20260901T000000-aa")
    new = landed(paths, "crm@20260902T000000-bb")
    store = Store(paths.landing)
    dropped = drop_version(paths, hold_a_version(paths, new).version_id)
    assert [load for _, load in store.load_ids()] == [old]
    assert [load for _, load in store.held.load_ids()] == [new]
    assert not list(paths.landing.glob(f"generic/deals/{new}.parquet"))
    (batch,) = read_held(paths)
    assert (batch.decision, dropped.version_id in batch.reasons[0]) == ("dropped", True)
    release(paths, new)
    assert [load for _, load in store.load_ids()] == [old, new]


def test_a_drop_that_was_interrupted_is_finished_by_the_next_load(paths: Paths) -> None:
    new = landed(paths, "crm@20260902T000000-bb")
    batch = {"load_id": new, "source": "crm", "folder": "crm", "reasons": [], "held_at": "x"}
    write_json(paths.state / "held.json", [{**batch, "decision": "dropped"}])
    for _ in range(2):
        finish_decisions(paths)
        assert Store(paths.landing).load_ids() == []
        assert [load for _, load in Store(paths.landing).held.load_ids()] == [new]


def found(
    paths: Paths,
    now: Origins,
    then: Origins | None = THEN,
    told_until: Mapping[str, date] = MappingProxyType({}),
) -> list[tuple[str, str]]:
    """Return kind and name of what explains a difference."""
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as warehouse; create schema warehouse.staging")
        connection.execute(
            """
            create table warehouse.staging.stg_generic__costs as
            select * from (values
                ('crm', 'crm@20260901T000000-aa', 'F1', date '2026-08-01', date '2026-08-31'),
                ('crm', 'crm@20260903T000000-cc', 'F1', date '2026-08-01', date '2026-08-31'),
                ('crm', 'crm@20260903T000000-cc', 'F2', date '2026-07-02', date '2026-07-03')
            ) as costs (source, load_id, cost_id, incurred_on, incurred_to)
            cross join (select null::varchar as reject_rule);

            create table warehouse.staging.stg_generic__rep_time as
            select
                'crm' as source, 'crm@20260904T000000-tt' as load_id, 'R1' as rep_id,
                'call' as channel, date '2026-06-01' as month, null::varchar as reject_rule;

            create table warehouse.staging.stg_generic__fx_rates as
            select
                'crm' as source, 'crm@20260905T000000-xx' as load_id, 'CHF' as currency,
                date '2026-05-09' as rate_on, null::varchar as reject_rule
            """
        )
        each = explanations(connection, paths, then, now, told_until)
        return [(one.kind, one.name) for one in each]


def test_what_is_declared_otherwise_is_told_by_name(paths: Paths) -> None:
    assert found(paths, THEN) == []
    assert found(paths, replace(THEN, release="x")) == [("release", "")]
    assert found(paths, THEN, then=None) == [("release", "")]
    assert found(paths, replace(THEN, reporting="x")) == [("reporting", "")]
    assert found(paths, replace(THEN, sources={"crm": "x", "new": "n"})) == [("source", "crm")]
    assert found(paths, replace(THEN, mappings={"crm": "x"})) == [("mapping", "crm")]
    assert found(paths, replace(THEN, reference={"stages": "x"})) == [("reference", "stages")]
    assert found(paths, replace(THEN, own_kpis="x")) == [("own_kpis", "")]


def test_an_ordinary_load_explains_nothing_others_are_told_by_name(paths: Paths) -> None:
    landed(paths, THEN.loads[0])
    day = landed(paths, "crm@20260902T000000-bb")
    assert found(paths, replace(THEN, loads=(*THEN.loads, day))) == []
    older = landed(paths, "crm@20260801T000000-dd")
    assert found(paths, replace(THEN, loads=(*THEN.loads, older))) == [("older_load", older)]
    other = landed(paths, "web@20260902T000000-ee", "reviews")
    assert found(paths, replace(THEN, loads=(*THEN.loads, other))) == [("first_source", "web")]
    first = landed(paths, "crm@20260904T000000-ff", "tickets")
    now = replace(THEN, loads=(*THEN.loads, first))
    assert found(paths, now) == [("first_entity", "crm/tickets")]


@pytest.mark.parametrize(
    ("told_until", "days"),
    [
        (date(2026, 7, 30), ["crm, 2026-07-31 – 2026-09-02"]),
        (date(2026, 9, 1), ["crm, 2026-09-02 – 2026-09-02"]),
        (date(2026, 9, 2), []),
    ],
)
def test_a_source_that_comes_late_explains_the_days_of_which_it_had_not_told(
    paths: Paths, told_until: date, days: list[str]
) -> None:
    landed(paths, THEN.loads[0])
    day = landed(paths, "crm@20260902T000000-bb")
    told = found(paths, replace(THEN, loads=(*THEN.loads, day)), told_until={"crm": told_until})
    assert told == [("late_source", name) for name in days]


def test_costs_that_had_not_come_explain_their_days_and_repeated_ones_nothing(
    paths: Paths,
) -> None:
    landed(paths, THEN.loads[0], "costs")
    costs = landed(paths, "crm@20260903T000000-cc", "costs")
    told = found(paths, replace(THEN, loads=(*THEN.loads, costs)))
    assert told == [("days", "costs, 2026-07-02 – 2026-07-03")]
    others = [landed(paths, "crm@20260904T000000-tt", "costs")]
    others += [landed(paths, "crm@20260905T000000-xx", "costs")]
    told = found(paths, replace(THEN, loads=(*THEN.loads, *others)))
    assert [name for _, name in told] == [
        "rep_time, 2026-06-01 – 2026-06-30",
        "fx_rates, 2026-05-09 – 2026-05-09",
    ]


@pytest.mark.parametrize(("sha256", "kinds"), [("1", []), ("2", ["links"])])
def test_links_explain_when_they_are_others(paths: Paths, sha256: str, kinds: list[str]) -> None:
    landed(paths, THEN.loads[0], "links")
    new = landed(paths, "crm@20260902T000000-bb", "links", sha256)
    told = found(paths, replace(THEN, loads=(*THEN.loads, new)))
    assert [kind for kind, _ in told] == kinds


def test_what_versions_were_made_from_is_kept_as_long_as_they_are(paths: Paths) -> None:
    keep_origins(paths, "v1", THEN, ["v1"])
    keep_origins(paths, "v2", replace(THEN, release="x"), ["v1", "v2"])
    first = origins_of(paths, "v1")
    assert first is not None
    assert replace(first, loads=tuple(first.loads)) == THEN
    keep_origins(paths, "v3", None, ["v2", "v3"])
    assert (origins_of(paths, "v1"), origins_of(paths, "v3")) == (None, None)


def test_a_drop_that_was_interrupted_is_carried_out_but_for_what_was_released_since(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    loads = [landed(paths, f"crm@2026100{day}T000000-aa") for day in (1, 2, 3)]
    version = hold_a_version(paths, *loads)
    with monkeypatch.context() as patch:
        patch.setattr(held_versions, "drop_landed", _interrupted)
        with pytest.raises(KeyboardInterrupt):
            drop_version(paths, version.version_id)
    assert {each.load.load_id for each in Store(paths.landing).all_loads()} == {*loads}
    finish_version_decisions(paths)
    assert Store(paths.landing).all_loads() == []
    assert [(each.load_id, each.decision) for each in read_held(paths)] == [
        (load_id, "dropped") for load_id in loads
    ]
    release(paths, loads[1])
    finish_version_decisions(paths)
    assert [each.load.load_id for each in Store(paths.landing).all_loads()] == [loads[1]]


def _interrupted(*_: object) -> None:
    raise KeyboardInterrupt
