"""The event log with steady connections: Dagster's own class reads what it has written."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import dagster as dg
import pytest
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


def test_what_a_run_intends_is_stored_in_one_transaction(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    @dg.multi_asset(
        specs=[dg.AssetSpec("one"), dg.AssetSpec("other", deps=["one"])],
        check_specs=[dg.AssetCheckSpec("sound", asset="other")],
    )
    def made() -> Iterator[Any]:
        yield dg.MaterializeResult("one")
        yield dg.MaterializeResult("other", check_results=[dg.AssetCheckResult(passed=True)])

    batches: list[int] = []
    store = SteadySqliteEventLogStorage.store_event_batch

    def noted(storage: Any, events: Sequence[dg.EventLogEntry]) -> None:
        batches.append(len(events))
        store(storage, events)

    monkeypatch.setattr(SteadySqliteEventLogStorage, "store_event_batch", noted)
    paths = Paths(tmp_path)
    with open_instance(paths) as instance:
        result = dg.materialize([made], instance=instance)
        written = [entry.message for entry in instance.all_logs(result.run_id)]
    assert batches == [3]

    plain = SqliteEventLogStorage(str(paths.dagster_home / "history" / "runs"))
    assert [entry.message for entry in plain.get_logs_for_run(result.run_id)] == written
    kinds = [entry.dagster_event_type for entry in plain.get_logs_for_run(result.run_id)]
    assert kinds.count(dg.DagsterEventType.ASSET_MATERIALIZATION_PLANNED) == 2
    assert kinds.count(dg.DagsterEventType.ASSET_CHECK_EVALUATION_PLANNED) == 1
    assert {key.to_user_string() for key in plain.all_asset_keys()} == {"one", "other"}
    (check,) = plain.get_latest_asset_check_execution_by_key(list(made.check_keys)).values()
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


def test_many_runs_leave_few_databases_open(tmp_path: Path) -> None:
    @dg.asset
    def made() -> None: ...

    with open_instance(Paths(tmp_path)) as instance:
        runs = [dg.materialize([made], instance=instance).run_id for _ in range(6)]
        storage = instance.event_log_storage
        assert isinstance(storage, SteadySqliteEventLogStorage)
        assert len(storage._engines) <= 4
        assert all(instance.all_logs(run_id) for run_id in runs)
