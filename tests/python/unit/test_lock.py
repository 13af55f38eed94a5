"""The lock: one refresh at a time, and never one that a dead process still holds."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.errors import RefreshRunningError
from orchestration.lock import refresh_lock, running_refresh
from orchestration.paths import Paths

HOLDER = """
import sys, time
from pathlib import Path
from orchestration.lock import refresh_lock
from orchestration.paths import Paths
with refresh_lock(Paths(Path(sys.argv[1]))):
    print("held", flush=True)
    time.sleep(60)
"""


def hold_elsewhere(data: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(data)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_process_is_refused_and_told_who_holds_the_lock(tmp_path: Path) -> None:
    holder = hold_elsewhere(tmp_path)
    try:
        with (
            pytest.raises(RefreshRunningError, match=f"process {holder.pid}"),
            refresh_lock(Paths(tmp_path)),
        ):
            pass
        assert f"process {holder.pid}" in (running_refresh(Paths(tmp_path)) or "")
    finally:
        holder.kill()
        holder.wait()


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    holder = hold_elsewhere(tmp_path)
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    assert running_refresh(Paths(tmp_path)) is None
    with refresh_lock(Paths(tmp_path)):
        assert f"process {os.getpid()}" in (running_refresh(Paths(tmp_path)) or "")
    assert running_refresh(Paths(tmp_path)) is None


def test_the_same_process_may_take_it_twice(tmp_path: Path) -> None:
    with refresh_lock(Paths(tmp_path)):
        with refresh_lock(Paths(tmp_path)):
            pass
        assert running_refresh(Paths(tmp_path)) is not None
