"""Fixtures that several rooms of the tests share: the repository, its data, one whole refresh.

Every whole refresh that is made with them is counted: `make test` has few, others are marked
`refreshes` or belong to another ring of tests.
"""

import contextlib
import fcntl
import gc
import io
import itertools
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from orchestration.cli import main
from orchestration.paths import Paths
from orchestration.warehouse.database import finished_build_id

collect_ignore = [] if find_spec("psycopg") else ["postgres"]
"""Without the extra `postgres` its tests cannot be imported: `make test-postgres` sets both up."""

REPO_ROOT = Path(__file__).resolve().parents[2]
MOST_REFRESHES = 11
"""What `make test` may make: one of the demo, which all share, and ten of small companies."""

_made = {"refreshes": 0}
"""How many whole refreshes this process has made, and in the end all processes."""


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


@contextlib.contextmanager
def counted(arguments: Sequence[object]) -> Iterator[None]:
    """Count the command as a whole refresh if it builds a warehouse in its data folder."""
    given = dict(itertools.pairwise(map(str, arguments)))
    paths = Paths(Path(given["--data"])) if "--data" in given else None
    before = paths and finished_build_id(paths)
    try:
        yield
    finally:
        if paths and finished_build_id(paths) != before:
            _made["refreshes"] += 1


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Add up what the processes of a session have made."""
    _made["refreshes"] += getattr(node, "workeroutput", {}).get("refreshes", 0)


def pytest_collection_finish() -> None:
    """Keep what was collected out of the way of the search for reference cycles."""
    gc.collect()
    gc.freeze()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail when a session of `make test` has made more whole refreshes than it may."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput |= _made
    elif _is_too_much(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Say how many whole refreshes the session has made."""
    if _made["refreshes"]:
        most = f"of at most {MOST_REFRESHES}: mark one `refreshes`, or share a fixture"
        bound = most if _is_too_much(config) else ""
        terminalreporter.line(f"whole refreshes: {_made['refreshes']} {bound}".rstrip())


def _is_too_much(config: pytest.Config) -> bool:
    is_ring_of_its_own = not str(config.option.markexpr).startswith("not ")
    return _made["refreshes"] > MOST_REFRESHES and not is_ring_of_its_own


def run_prospection(*arguments: object, timeout: float = 600) -> subprocess.CompletedProcess[str]:
    """Run the command as a user does, in a process of its own and without our environment."""
    variables = {
        name: value for name, value in os.environ.items() if not name.startswith("PROSPECTION_")
    }
    command: Sequence[str] = [sys.executable, "-m", "orchestration.cli", *map(str, arguments)]
    with counted(arguments):
        return subprocess.run(
            command,
            cwd=REPO_ROOT,
            env=variables,
            capture_output=True,
            text=True,
            check=False,
            timeout=timeout,
        )


def run_here(*given: object) -> subprocess.CompletedProcess[str]:
    """Run the command in this process, which has imported what each new one would."""
    before, output, errors = dict(os.environ), io.StringIO(), io.StringIO()
    arguments = list(map(str, given))
    for name in [name for name in os.environ if name.startswith("PROSPECTION_")]:
        del os.environ[name]
    try:
        with (
            counted(arguments),
            contextlib.redirect_stdout(output),
            contextlib.redirect_stderr(errors),
        ):
            code = main(arguments)
    except SystemExit as end:  # wrong use of the command
        code = int(end.code or 0)
    finally:
        os.environ.clear()
        os.environ.update(before)
        gc.enable()
    return subprocess.CompletedProcess(arguments, code, output.getvalue(), errors.getvalue())


def refresh(exports: Path, data: Path, command: str = "run") -> subprocess.CompletedProcess[str]:
    """Refresh as the command does, or run a stage, in this process; all it says is `stdout`."""
    ended = run_here(*command.split(), "--exports", exports, "--data", data)
    ended.stdout, ended.stderr = ended.stdout + ended.stderr, ""
    return ended


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
