"""When a refresh starts by itself: for what is new and complete, and again for what failed."""

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import dagster as dg
import pytest

from orchestration.dagster.resources import EXIT_CODE_TAG
from orchestration.dagster.sensors import new_exports, state_of
from orchestration.environment import Environment
from orchestration.landing.report import Load
from orchestration.lock import refresh_lock
from orchestration.paths import Paths
from orchestration.validation.held import drop, hold

MINUTE, DAY = 60.0, 86_400.0
LOAD = Load("crm", "generic", "crm@1-a", datetime(2026, 10, 1), 1, "crm", "00")


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    """Return exports with one file, and a data folder."""
    put(tmp_path / "exports" / "crm" / "accounts.csv", "account_id,name\n")
    return Environment(tmp_path / "exports", Paths(tmp_path / "data"))


@pytest.fixture
def ticks(environment: Environment) -> Iterator["Ticks"]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield Ticks(environment, instance)


def put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


class Ticks:
    """The sensor of a folder, evaluated again and again with its own cursor and storage."""

    def __init__(self, environment: Environment, instance: dg.DagsterInstance) -> None:
        @dg.op(config_schema={"exit_code": int})
        def stage(context: dg.OpExecutionContext) -> None:
            code = context.op_config["exit_code"]
            if code:
                context.instance.add_run_tags(context.run.run_id, {EXIT_CODE_TAG: str(code)})
                raise RuntimeError("the refresh failed")

        @dg.job
        def refresh() -> None:
            stage()

        self.now = 0.0
        self.instance = instance
        self._job = refresh
        self._sensor = new_exports(refresh, environment, lambda: self.now)
        self._cursor: str | None = None
        self._keys: set[str] = set()

    def tick(self) -> str:
        """Return `asked` when a run is asked for that Dagster starts, else why none is."""
        context = dg.build_sensor_context(instance=self.instance, cursor=self._cursor)
        data = self._sensor.evaluate_tick(context)
        self._cursor = data.cursor
        if not data.run_requests:
            return str(data.skip_message)
        key = str(data.run_requests[0].run_key)
        assert key not in self._keys, "Dagster starts no run under a key that it has seen"
        self._keys.add(key)
        return "asked"

    def run(self, exit_code: int = 0) -> None:
        """Run a refresh that ends now, with this exit code."""
        self._job.execute_in_process(
            instance=self.instance,
            run_config={"ops": {"stage": {"config": {"exit_code": exit_code}}}},
            raise_on_error=False,
        )
        (record,) = self.instance.get_run_records(limit=1)
        assert record.end_time is not None
        self.now = record.end_time

    def begin(self) -> None:
        """Begin a refresh that does not end."""
        config = {"ops": {"stage": {"config": {"exit_code": 0}}}}
        run = self.instance.create_run_for_job(job_def=self._job, run_config=config)
        assert not run.is_finished

    def refreshed(self, exit_code: int = 0) -> None:
        """See what is there, ask for its refresh, and run it."""
        self.tick()
        assert self.tick() == "asked"
        self.run(exit_code)

    def pauses(self, count: int, exit_code: int = 1) -> list[float]:
        """Return the minutes until each of so many further refreshes, all of which fail."""
        found = []
        for _ in range(count):
            begin = self.now
            while self.tick() != "asked":
                self.now += 5 * MINUTE
                assert self.now < begin + DAY
            found.append(round((self.now - begin) / MINUTE))
            self.run(exit_code)
        return found


def test_files_that_no_longer_change_start_one_refresh(ticks: Ticks) -> None:
    assert "waiting until they are complete" in ticks.tick()
    assert ticks.tick() == "asked"
    ticks.run()
    assert [ticks.tick(), ticks.tick()] == ["nothing new", "nothing new"]


def test_a_file_that_grows_is_waited_for(ticks: Ticks, environment: Environment) -> None:
    ticks.refreshed()
    for size in range(1, 4):
        put(environment.exports / "crm" / "deals.csv", "x" * size)
        assert "waiting" in ticks.tick()
    assert ticks.tick() == "asked"
    ticks.run()
    assert ticks.tick() == "nothing new"


def test_what_was_taken_back_before_it_was_refreshed_starts_nothing(
    ticks: Ticks, environment: Environment
) -> None:
    ticks.refreshed()
    put(environment.exports / "crm" / "deals.csv", "x")
    ticks.tick()
    (environment.exports / "crm" / "deals.csv").unlink()
    assert ticks.tick() == "nothing new"


def test_a_state_that_was_refreshed_before_is_refreshed_again(
    ticks: Ticks, environment: Environment
) -> None:
    ticks.refreshed()
    before = state_of(environment)
    away = environment.exports.parent / "accounts.csv"
    (environment.exports / "crm" / "accounts.csv").rename(away)
    put(environment.exports / "crm" / "deals.csv", "x")
    ticks.refreshed()
    (environment.exports / "crm" / "deals.csv").unlink()
    away.rename(environment.exports / "crm" / "accounts.csv")
    assert state_of(environment) == before
    assert "waiting" in ticks.tick()
    assert ticks.tick() == "asked"


def test_a_failed_refresh_is_tried_again_after_pauses_that_double_up_to_six_hours(
    ticks: Ticks,
) -> None:
    ticks.refreshed(exit_code=1)
    assert ticks.pauses(8) == [10, 20, 40, 80, 160, 320, 360, 360]
    ticks.now += 360 * MINUTE
    assert ticks.tick() == "asked"
    ticks.run()
    assert ticks.tick() == "nothing new"
    ticks.run(exit_code=1)  # the morning after, by the schedule
    assert ticks.pauses(2) == [10, 20]


def test_new_files_after_a_failed_refresh_do_not_wait_for_the_pause(
    ticks: Ticks, environment: Environment
) -> None:
    ticks.refreshed(exit_code=1)
    put(environment.exports / "crm" / "deals.csv", "x")
    ticks.refreshed(exit_code=1)
    assert ticks.pauses(1) == [10]


@pytest.mark.parametrize("what", ["crm/deals.csv", "sources.yml", "gates.yml", "decision"])
def test_after_a_gates_refusal_files_settings_or_a_decision_must_change(
    ticks: Ticks, environment: Environment, what: str
) -> None:
    hold(environment.paths, LOAD, ["too few rows"])
    ticks.refreshed(exit_code=3)
    for _ in range(3):
        ticks.now += 7 * 60 * MINUTE
        assert "a gate said no" in ticks.tick()
    if what == "decision":
        drop(environment.paths, LOAD.load_id)
    else:
        put(environment.exports / what, "x")
    assert "waiting" in ticks.tick()
    assert ticks.tick() == "asked"


def test_a_batch_that_a_refresh_holds_back_is_no_reason_for_the_next(
    ticks: Ticks, environment: Environment
) -> None:
    ticks.refreshed()
    hold(environment.paths, LOAD, ["too few rows"])
    assert ticks.tick() == "nothing new"


def test_nothing_is_asked_for_while_a_refresh_runs(ticks: Ticks, environment: Environment) -> None:
    ticks.refreshed()
    ticks.begin()
    put(environment.exports / "crm" / "deals.csv", "x")
    ticks.tick()
    with refresh_lock(environment.paths):
        assert "running has ended" in ticks.tick()
    ticks.now += 60 * MINUTE  # its process is gone: the lock is free and it has not ended
    assert ticks.tick() == "asked"


@pytest.mark.parametrize(
    ("name", "is_seen"),
    [
        ("crm/deals.csv", True),
        ("crm/2026-10-01/deals.csv.gz", True),
        ("sources.yml", True),
        ("gates.yml", True),
        ("kpis.yml", True),
        ("reference/funnel_stages.csv", True),
        ("deals.csv", True),
        ("notes.md", False),
        ("crm/.deals.csv.swp", False),
        ("crm/deals.csv.part", False),
        ("crm/~$deals.xlsx", False),
    ],
)
def test_files_that_are_read_count(environment: Environment, name: str, is_seen: bool) -> None:
    before = state_of(environment)
    put(environment.exports / name, "x")
    assert (state_of(environment) != before) is is_seen


def test_a_new_time_of_the_same_file_counts(environment: Environment) -> None:
    before = state_of(environment)
    os.utime(environment.exports / "crm" / "accounts.csv", (1, 1))
    assert state_of(environment) != before
