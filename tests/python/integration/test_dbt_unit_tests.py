"""dbt's unit tests, which a refresh leaves out: they prove logic, not data.

What belongs here: running them all, on the warehouse of the demo (they read the columns of its
tables, none of its rows). What does not: what they prove, which stands beside the models.
"""

import json
import os
import subprocess
from pathlib import Path

from orchestration.environment import Environment
from orchestration.warehouse.dbt_project import dbt_command, prepare_project
from tests.python.conftest import DemoRefresh


def test_every_dbt_unit_test_passes(
    demo_refresh: DemoRefresh, repo_root: Path, tmp_path: Path
) -> None:
    paths = demo_refresh.copy(tmp_path / "data")
    project = prepare_project(Environment(demo_refresh.exports, paths))
    result = subprocess.run(
        [
            *(*dbt_command(project.file), "--quiet", "test", "--select", "test_type:unit"),
            *("--target-path", str(tmp_path / "target")),
        ],
        cwd=repo_root,
        env={
            **os.environ,
            "PROSPECTION_DATA": str(paths.data),
            "DBT_PROFILES_DIR": str(repo_root),
            "DBT_LOG_PATH": str(tmp_path),
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    assert result.returncode == 0, result.stdout[-8000:] + result.stderr[-2000:]
    results = json.loads((tmp_path / "target" / "run_results.json").read_text())["results"]
    assert len(results) == len(project.manifest["unit_tests"]) > 0
