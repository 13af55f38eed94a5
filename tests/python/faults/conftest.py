"""What the fault tests share: starting a command that is to die, and what readers see of it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from orchestration.paths import Paths

REPO_ROOT = Path(__file__).resolve().parents[3]


def start(*arguments: object, variables: dict[str, str] | None = None) -> subprocess.Popen[str]:
    """Start the command in a process group of its own."""
    command: Sequence[str] = [sys.executable, "-m", "orchestration.cli", *map(str, arguments)]
    inherited = {name: value for name, value in os.environ.items() if "PROSPECTION_" not in name}
    return subprocess.Popen(
        command,
        cwd=REPO_ROOT,
        env={**inherited, **(variables or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def kill_when(process: subprocess.Popen[str], is_reached: Callable[[], bool]) -> None:
    """Kill a process, without warning, at the moment at which something is so."""
    deadline = time.monotonic() + 300
    while process.poll() is None and time.monotonic() < deadline:
        if is_reached():
            break
        time.sleep(0.01)
    assert process.poll() is None, f"it had ended before: {process.communicate()[0]}"
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()


def published_bytes(paths: Paths) -> dict[str, bytes]:
    """Return what readers see, byte for byte."""
    folder = paths.current.resolve()
    return {
        path.relative_to(paths.published).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def landed_bytes(paths: Paths) -> dict[str, bytes]:
    """Return every landed file, byte for byte."""
    return {
        path.relative_to(paths.landing).as_posix(): path.read_bytes()
        for path in sorted(paths.landing.rglob("*.parquet"))
    }
