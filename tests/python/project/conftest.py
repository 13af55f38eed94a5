"""Fixtures of the project's own rules: dbt's manifest, parsed once, and the tracked files."""

import subprocess
from pathlib import Path

import pytest

from orchestration.environment import Environment
from orchestration.paths import Paths
from orchestration.warehouse.dbt_project import Manifest, prepare_project


@pytest.fixture(scope="session")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Manifest:
    """Return dbt's manifest of the project."""
    folder = tmp_path_factory.mktemp("project")
    return prepare_project(Environment(folder / "exports", Paths(folder / "data"))).manifest


@pytest.fixture(scope="session")
def tracked_files(repo_root: Path) -> list[Path]:
    """Return the files that git tracks and that are still there."""
    if not (repo_root / ".git").exists():
        pytest.skip("not a git checkout: which files are tracked is not known")
    result = subprocess.run(
        ["git", "ls-files", "-z"], cwd=repo_root, capture_output=True, check=True
    )
    files = [repo_root / name.decode() for name in result.stdout.split(b"\0") if name]
    return [file for file in files if file.is_file()]
