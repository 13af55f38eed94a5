"""Fixtures that several rooms of the tests share: the repository, its data, one whole refresh."""

import contextlib
import fcntl
import gc
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest

from orchestration.cli import main
from orchestration.paths import Paths

collect_ignore = [] if find_spec("psycopg") else ["postgres"]
"""Without the extra `postgres` its tests cannot be imported: `make test-postgres` sets both up."""

REPO_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class DemoRefresh:
    """One whole refresh of the demo company: read it, never change it; `copy` is for changing."""

    exports: Path
    paths: Paths
    exit_code: int
    output: str

    def copy(self, folder: Path) -> Paths:
        """Return a copy of the data folder in `folder`, with everything it links."""
        shutil.copytree(self.paths.data, folder, symlinks=True)
        return Paths(folder)


def run_prospection(*arguments: object, timeout: float = 600) -> subprocess.CompletedProcess[str]:
    """Run the command as a user does, in a process of its own and without our environment."""
    variables = {
        name: value for name, value in os.environ.items() if not name.startswith("PROSPECTION_")
    }
    command: Sequence[str] = [sys.executable, "-m", "orchestration.cli", *map(str, arguments)]
    return subprocess.run(
        command,
        cwd=REPO_ROOT,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=timeout,
    )


def refresh(exports: Path, data: Path, command: str = "run") -> subprocess.CompletedProcess[str]:
    """Refresh as the command does, or run a stage, in this process: it has imported Dagster."""
    before, output = dict(os.environ), io.StringIO()
    arguments = [*command.split(), "--exports", str(exports), "--data", str(data)]
    for name in [name for name in os.environ if name.startswith("PROSPECTION_")]:
        del os.environ[name]
    try:
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
            code = main(arguments)
    finally:
        os.environ.clear()
        os.environ.update(before)
        gc.enable()
    return subprocess.CompletedProcess(arguments, code, output.getvalue(), "")


@pytest.fixture(scope="session")
def repo_root() -> Path:
    """Return the folder of pyproject.toml."""
    return REPO_ROOT


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the real-world data sets that lie beside the repository, or skip the test."""
    folder = REPO_ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"no {folder}: these tests read data sets that are not in the repository")
    return folder


@pytest.fixture(scope="session")
def demo_refresh(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> DemoRefresh:
    """Refresh the demo company, once for the whole session and all its processes."""
    exports = REPO_ROOT / "examples" / "demo"
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "demo"
    paths, ended = Paths(folder / "data"), folder / "ended.json"
    folder.mkdir(exist_ok=True)
    with (folder / "refresh.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ended.exists():
            result = run_prospection("run", "--exports", exports, "--data", paths.data)
            facts = {"exit_code": result.returncode, "output": result.stdout + result.stderr}
            ended.write_text(json.dumps(facts), encoding="utf-8")
    facts = json.loads(ended.read_text(encoding="utf-8"))
    if not paths.current.exists():
        pytest.fail(f"the refresh of the demo ended with {facts['exit_code']}:\n{facts['output']}")
    return DemoRefresh(exports, paths, **facts)
