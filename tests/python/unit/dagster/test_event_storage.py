"""The event log with steady connections: Dagster's own class reads what it has written."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
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


def test_many_runs_leave_few_databases_open(tmp_path: Path) -> None:
    @dg.asset
    def made() -> None: ...

    with open_instance(Paths(tmp_path)) as instance:
        runs = [dg.materialize([made], instance=instance).run_id for _ in range(6)]
        storage = instance.event_log_storage
        assert isinstance(storage, SteadySqliteEventLogStorage)
        assert len(storage._engines) <= 4
        assert all(instance.all_logs(run_id) for run_id in runs)
