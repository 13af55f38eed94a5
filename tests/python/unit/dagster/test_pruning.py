"""Runs of long ago are deleted with all that was kept of them."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import dagster as dg

from orchestration.dagster.instance import open_instance, prune_runs
from orchestration.paths import Paths


@dg.asset(check_specs=[dg.AssetCheckSpec("sound", asset="made")])
def made() -> Iterator[Any]:
    yield dg.MaterializeResult(check_results=[dg.AssetCheckResult(passed=True)])


def rows_by_run(paths: Paths, table: str) -> set[str]:
    index = paths.dagster_home / "history" / "runs" / "index.db"
    with closing(sqlite3.connect(index)) as file:
        return {run_id for (run_id,) in file.execute(f"select distinct run_id from {table}")}


def test_the_newest_runs_stay_whole_and_of_others_nothing_does(tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    with open_instance(paths) as instance:
        runs = [dg.materialize([made], instance=instance).run_id for _ in range(5)]
        for run_id in runs:
            logs = paths.dagster_home / "storage" / run_id / "compute_logs"
            logs.mkdir(parents=True, exist_ok=True)
            (logs / "step.out").write_text("log")
        deleted = prune_runs(instance, paths, {runs[0]}, kept=2)
        kept = {runs[0], *runs[3:]}
        assert deleted == 2
        assert {run.run_id for run in instance.get_runs()} == kept
        assert all(instance.all_logs(run_id) for run_id in kept)
        assert instance.get_latest_materialization_event(made.key) is not None
        assert prune_runs(instance, paths, set(), kept=2) == 1
        kept = set(runs[3:])
        again = dg.materialize([made], instance=instance).run_id
        assert instance.all_logs(again)
        kept.add(again)
    files = {path.name.partition(".")[0] for path in paths.dagster_home.glob("history/runs/*")}
    assert files == kept | {"index"}
    assert {path.name for path in paths.dagster_home.glob("storage/*")} == kept - {again} | (
        {again} if (paths.dagster_home / "storage" / again).exists() else set()
    )
    for table in ("event_logs", "asset_check_executions"):
        assert rows_by_run(paths, table) == kept


def test_an_index_that_is_mostly_empty_becomes_small(tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    index = paths.dagster_home / "history" / "runs" / "index.db"
    with open_instance(paths) as instance:
        dg.materialize([made], instance=instance)
        with closing(sqlite3.connect(index)) as file:
            before = file.execute("pragma page_count").fetchone()[0]
            file.execute("create table filling as select hex(randomblob(2000000)) as filling")
            file.execute("drop table filling")
            file.commit()
        dg.materialize([made], instance=instance)
        assert prune_runs(instance, paths, set(), kept=1) == 1
    with closing(sqlite3.connect(index)) as file:
        assert file.execute("pragma page_count").fetchone()[0] <= 2 * before
