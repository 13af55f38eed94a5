"""Building some models by themselves, as a refresh would, on what is landed in a data folder."""

import os
import subprocess
from pathlib import Path

from orchestration.environment import PROJECT_DIR, Environment
from orchestration.paths import Paths
from orchestration.warehouse.dbt_project import dbt_command, prepare_project


def run_models(
    exports: Path, paths: Paths, selected: str, *options: str
) -> subprocess.CompletedProcess[str]:
    """Have dbt build the selected models in a process of its own; return how that ended."""
    project = prepare_project(Environment(exports, paths))
    target = str(paths.data / "target")
    return subprocess.run(
        [
            *dbt_command(project.file),
            "run",
            "--select",
            selected,
            "--target-path",
            target,
            *options,
        ],
        cwd=PROJECT_DIR,
        env={
            **os.environ,
            "PROSPECTION_DATA": str(paths.data),
            "DBT_PROFILES_DIR": str(PROJECT_DIR),
            "DBT_LOG_PATH": str(paths.data),
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
