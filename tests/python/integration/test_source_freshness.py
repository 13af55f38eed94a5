"""`dbt source freshness` tells the newest load, as `meta.source_freshness` does."""

import json
import os
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from orchestration.environment import PROJECT_DIR, Environment
from orchestration.paths import Paths
from orchestration.warehouse.dbt_project import dbt_command, prepare_project

from ..conftest import DemoRefresh


def test_dbt_finds_the_newest_load_that_the_warehouse_tells_of(
    demo_refresh: DemoRefresh, tmp_path: Path
) -> None:
    loads = Path("landing", "_loads")
    shutil.copytree(demo_refresh.paths.data / loads, tmp_path / loads)
    project = prepare_project(Environment(demo_refresh.exports, Paths(tmp_path)))
    result = subprocess.run(
        [*dbt_command(project.file), "source", "freshness", "--target-path", str(tmp_path)],
        cwd=PROJECT_DIR,
        env={
            **os.environ,
            "PROSPECTION_DATA": str(tmp_path),
            "DBT_PROFILES_DIR": str(PROJECT_DIR),
            "DBT_LOG_PATH": str(tmp_path),
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    (found,) = json.loads((tmp_path / "sources.json").read_text(encoding="utf-8"))["results"]
    with duckdb.connect(str(demo_refresh.paths.warehouse), read_only=True) as connection:
        ((newest,),) = connection.execute(
            "select max(newest_load_at) from meta.source_freshness"
        ).fetchall()
    assert found["unique_id"].endswith("._loads")
    assert datetime.fromisoformat(found["max_loaded_at"]) == newest.replace(tzinfo=UTC)
