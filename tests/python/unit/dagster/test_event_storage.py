"""The event log with steady connections: Dagster's own class reads what it has written."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import dagster as dg
import pytest
import sqlalchemy
from dagster._check import CheckError
from dagster._core.storage.asset_check_execution_record import AssetCheckExecutionRecordStatus
from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage

from orchestration.dagster.event_storage import SteadySqliteEventLogStorage
from orchestration.dagster.instance import open_instance
from orchestration.paths import Paths


def test_a_run_is_kept_where_dagster_looks_for_it(tmp_path: Path) -> None:
    @dg.asset(check_specs=[dg.AssetCheckSpec("sound", asset="made")])
    def made() -> Iterator[Any]:
        yield dg.MaterializeResult(check_results=[dg.AssetCheckResult(passed=True)])

    paths = Paths(tmp_path)
    with open_instance(paths) as instance:
        assert isinstance(instance.event_log_storage, SteadySqliteEventLogStorage)
        result = dg.materialize([made], instance=instance)
        written = [entry.message for entry in instance.all_logs(result.run_id)]
        latest = instance.get_latest_materialization_event(made.key)

    plain = SqliteEventLogStorage(str(paths.dagster_home / "history" / "runs"))
    assert [entry.message for entry in plain.get_logs_for_run(result.run_id)] == written
    assert plain.get_latest_materialization_events([made.key]) == {made.key: latest}
    assert plain.get_latest_asset_check_execution_by_key(list(made.check_keys))


@dg.multi_asset(
    specs=[dg.AssetSpec("one"), dg.AssetSpec("other", deps=["one"])],
    check_specs=[dg.AssetCheckSpec("sound", asset="other")],
)
def two_and_a_check() -> Iterator[Any]:
    yield dg.MaterializeResult("one")
    yield dg.MaterializeResult("other", check_results=[dg.AssetCheckResult(passed=True)])


@contextmanager
def told_of_commits(told: Any) -> Iterator[None]:
    """Have `told` called with each connection that is about to commit."""
    sqlalchemy.event.listen(sqlalchemy.Engine, "commit", told)
    try:
        yield
    finally:
        sqlalchemy.event.remove(sqlalchemy.Engine, "commit", told)


def database_of(connection: sqlalchemy.Connection) -> str:
    return Path(str(connection.engine.url.database)).stem


def test_what_a_run_intends_is_stored_in_one_transaction_of_each_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    batches: list[int] = []
    committed: list[str] = []
    store = SteadySqliteEventLogStorage.store_event_batch

    def noted(storage: Any, events: Sequence[dg.EventLogEntry]) -> None:
        batches.append(len(events))
        storage.get_logs_for_run(events[0].run_id)  # makes the tables of its database
        with told_of_commits(lambda connection: committed.append(database_of(connection))):
            store(storage, events)

    monkeypatch.setattr(SteadySqliteEventLogStorage, "store_event_batch", noted)
    paths = Paths(tmp_path)
    with open_instance(paths) as instance:
        result = dg.materialize([two_and_a_check], instance=instance)
        written = [entry.message for entry in instance.all_logs(result.run_id)]
    assert batches == [3]
    assert committed == [result.run_id, "index"]

    plain = SqliteEventLogStorage(str(paths.dagster_home / "history" / "runs"))
    assert [entry.message for entry in plain.get_logs_for_run(result.run_id)] == written
    kinds = [entry.dagster_event_type for entry in plain.get_logs_for_run(result.run_id)]
    assert kinds.count(dg.DagsterEventType.ASSET_MATERIALIZATION_PLANNED) == 2
    assert kinds.count(dg.DagsterEventType.ASSET_CHECK_EVALUATION_PLANNED) == 1
    assert {key.to_user_string() for key in plain.all_asset_keys()} == {"one", "other"}
    of_checks = plain.get_latest_asset_check_execution_by_key(list(two_and_a_check.check_keys))
    (check,) = of_checks.values()
    assert check.status == AssetCheckExecutionRecordStatus.SUCCEEDED


def test_of_a_batch_that_cannot_be_stored_nothing_is(tmp_path: Path) -> None:
    @dg.asset
    def made() -> None: ...

    with open_instance(Paths(tmp_path)) as instance:
        run_id = dg.materialize([made], instance=instance).run_id
        storage = instance.event_log_storage
        before, unreadable = storage.get_logs_for_run(run_id), SimpleNamespace(run_id=run_id)
        with pytest.raises(CheckError, match="EventLogEntry"):
            storage.store_event_batch([before[0], cast(dg.EventLogEntry, unreadable)])
        assert storage.get_logs_for_run(run_id) == before
        storage.store_event_batch([before[0]])
        assert len(storage.get_logs_for_run(run_id)) == len(before) + 1


@pytest.mark.parametrize("database", ["index", "run"])
def test_a_run_goes_on_when_what_it_intends_was_not_stored_at_once(
    tmp_path: Path, database: str
) -> None:
    failed: list[str] = []
    store = SteadySqliteEventLogStorage.store_event_batch

    def full(connection: sqlalchemy.Connection) -> None:
        name = database_of(connection)
        if not failed and (name == "index") == (database == "index"):
            failed.append(name)
            raise OSError("the disk is full")

    def failing(storage: Any, events: Sequence[dg.EventLogEntry]) -> None:
        with told_of_commits(full):
            store(storage, events)

    with pytest.MonkeyPatch.context() as patched, open_instance(Paths(tmp_path)) as instance:
        patched.setattr(SteadySqliteEventLogStorage, "store_event_batch", failing)
        result = dg.materialize([two_and_a_check], instance=instance)
        assert failed
        assert result.success
        storage = instance.event_log_storage
        assert isinstance(storage, SteadySqliteEventLogStorage)
        with storage.index_connection() as connection:
            planned = "select count(*) from asset_check_executions"
            assert connection.exec_driver_sql(planned).scalar_one() == 1
            mirrored = "select count(*) from event_logs where dagster_event_type = '{}'"
            kind = dg.DagsterEventType.ASSET_MATERIALIZATION_PLANNED.value
            assert connection.exec_driver_sql(mirrored.format(kind)).scalar_one() == 2


def test_what_the_index_has_is_asked_until_it_has_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers, asked = iter([False, True]), 0

    def counted(*_: Any) -> bool:
        nonlocal asked
        asked += 1
        return next(answers)

    with open_instance(Paths(tmp_path)) as instance:
        monkeypatch.setattr(SqliteEventLogStorage, "has_table", counted)
        found = [instance.event_log_storage.has_table("of_another_release") for _ in range(4)]
    assert found == [False, True, True, True]
    assert asked == 2


@pytest.mark.parametrize(
    "name",
    ["has_table", "has_secondary_index", "has_asset_key_col", "_has_asset_key_col_on_connection"],
)
def test_what_is_remembered_is_what_dagster_asks(name: str) -> None:
    assert name in vars(SteadySqliteEventLogStorage)
    assert callable(getattr(SqliteEventLogStorage, name))


def test_many_runs_leave_few_databases_open(tmp_path: Path) -> None:
    @dg.asset
    def made() -> None: ...

    with open_instance(Paths(tmp_path)) as instance:
        runs = [dg.materialize([made], instance=instance).run_id for _ in range(6)]
        storage = instance.event_log_storage
        assert isinstance(storage, SteadySqliteEventLogStorage)
        assert len(storage._engines) <= 4
        assert all(instance.all_logs(run_id) for run_id in runs)
