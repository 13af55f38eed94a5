"""What the parts of `make proof` stand on: a company that is made, loaded and built, and figures.

What belongs here: running the commands that users have on a folder, building models without their
tests, and what a figure is. What does not: what is looked at in the warehouse (`findings.py`) and
on the pages (`concluding.py`).
"""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration.environment import PROJECT_DIR, read_environment
from orchestration.warehouse.dbt_project import dbt_command, prepare_project, target_folder

Finding = dict[str, Any]

COMMAND = [sys.executable, "-m", "orchestration.cli"]


@dataclass(frozen=True)
class Figure:
    """A figure over all seeds, what is asked of it, and whether it is reached."""

    name: str
    measured: str
    asked: str
    is_reached: bool


def run_command(arguments: Sequence[str]) -> None:
    """Run `prospection` with these arguments, and no setting of this machine's."""
    _checked([*COMMAND, *arguments], _variables())


def build_models(exports: Path, data: Path, models: Sequence[str] = ()) -> None:
    """Build these models and what they read, without tests; all of them when none is named."""
    environment = read_environment({}, exports, data)
    target = target_folder(environment.paths)
    target.mkdir(parents=True, exist_ok=True)
    places = {"DBT_TARGET_PATH": target, "DBT_LOG_PATH": target, "DBT_PROFILES_DIR": PROJECT_DIR}
    _checked(
        [
            *dbt_command(prepare_project(environment).file),
            "build",
            *(("--select", *(f"+{model}" for model in models)) if models else ()),
            *("--exclude-resource-type", "test", "unit_test"),
        ],
        _variables() | environment.variables | {name: str(path) for name, path in places.items()},
    )


def _variables() -> dict[str, str]:
    return {
        name: value for name, value in os.environ.items() if not name.startswith("PROSPECTION_")
    }


def _checked(command: Sequence[str], variables: Mapping[str, str]) -> None:
    result = subprocess.run(
        command, cwd=PROJECT_DIR, env=variables, capture_output=True, text=True, check=False
    )
    if result.returncode != 0:
        raise SystemExit(f"{' '.join(command)} failed\n{result.stdout}{result.stderr}")
