"""dbt's unit tests, which a refresh leaves out: they prove logic, not data.

What belongs here: running them all, on the warehouse of the demo (they read the columns of its
tables, none of its rows). What does not: what they prove, which stands beside the models.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.python.conftest import DemoRefresh


def test_every_dbt_unit_test_passes(
    demo_refresh: DemoRefresh, repo_root: Path, tmp_path: Path
) -> None:
    paths = demo_refresh.copy(tmp_path / "data")
    result = subprocess.run(
        [
            *(sys.executable, "-m", "orchestration.dbt_process", "--quiet", "test"),
            *("--select", "test_type:unit"),
            *("--target-path", str(tmp_path / "target"), "--log-path", str(tmp_path / "logs")),
        ],
        cwd=repo_root,
        env={
            **os.environ,
            "PROSPECTION_DATA": str(paths.data),
            "DBT_PROFILES_DIR": str(repo_root),
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    assert result.returncode == 0, result.stdout[-8000:] + result.stderr[-2000:]
    results = json.loads((tmp_path / "target" / "run_results.json").read_text())["results"]
    manifest = json.loads((tmp_path / "target" / "manifest.json").read_text())
    declared = manifest["unit_tests"]
    assert len(results) == len(declared) > 0
