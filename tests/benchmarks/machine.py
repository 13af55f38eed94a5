"""On what and with what the benchmark ran: the machine, the versions, the commit.

What belongs here: reading them. What does not: measuring anything but the disk and how fast a core
is, which of a rented machine is not the same at all hours.
"""

import os
import platform
import shutil
import subprocess
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from orchestration.processes import machine_memory

REPO = Path(__file__).parents[2]
PACKAGES = ("duckdb", "dbt-core", "dbt-duckdb", "dagster")
PROBE_BYTES = 256 << 20
PROBE_ADDITIONS = 5_000_000


@dataclass(frozen=True)
class Commit:
    """What was measured: `name` as git describes it, with `-dirty` when files differ from it."""

    name: str
    committed_on: str


def described(folder: Path) -> dict[str, str]:
    """Describe the machine, the disk that holds a folder, and the versions."""
    return {
        "load": f"{os.getloadavg()[0]:.1f} when the benchmark began",
        "processor": f"{_processor()}, {len(os.sched_getaffinity(0))} cores",
        "speed": f"{_additions_per_second() / 1e6:.0f} million additions a second in Python",
        "memory": f"{machine_memory() / 2**30:.0f} GiB",
        "disk": f"{_filesystem(folder)}, {_free_bytes(folder) / 1e9:.0f} GB free, "
        f"writes {_written_per_second(folder) / 1e6:.0f} MB/s",
        "system": f"{platform.system()} {platform.release()}, Python {platform.python_version()}",
        "versions": ", ".join(f"{name} {version(name)}" for name in PACKAGES),
    }


def commit_of(repository: Path) -> Commit:
    """Return the commit that a working tree is at."""
    name, day = _git(repository, "log", "-1", "--format=%h%n%cs").splitlines()
    is_changed = _git(repository, "status", "--porcelain", "--untracked-files=no").strip() != ""
    return Commit(name + ("-dirty" if is_changed else ""), day)


def checked_out(reference: str, folder: Path) -> Path:
    """Check a commit out beside the benchmark, with an environment of its own; return where.

    Its environment is made by its own `Makefile`, so with the packages that it locks.
    """
    name = _git(REPO, "rev-parse", "--short", f"{reference}^{{commit}}").strip()
    tree = (folder / name).resolve()
    if not tree.is_dir():
        _git(REPO, "worktree", "add", "--detach", "--force", str(tree), name)
    subprocess.run(["make", "--silent", ".make/environment"], cwd=tree, check=True)
    return tree


def _git(repository: Path, *arguments: str) -> str:
    command = ["git", "-C", str(repository), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "model name":
            return value.strip()
    return platform.machine()


def _additions_per_second() -> float:
    """Add numbers in a loop of Python, three times; return how many a second at the best."""
    seconds = []
    for _ in range(3):
        began, total = time.process_time(), 0
        for number in range(PROBE_ADDITIONS):
            total += number
        seconds.append(time.process_time() - began)
    return PROBE_ADDITIONS / min(seconds)


def _free_bytes(folder: Path) -> int:
    return shutil.disk_usage(folder).free


def _filesystem(folder: Path) -> str:
    """Return the file system of the longest mount point above a folder."""
    mounts = [line.split() for line in Path("/proc/mounts").read_text("utf-8").splitlines()]
    above = [mount for mount in mounts if folder.resolve().is_relative_to(mount[1])]
    return max(above, key=lambda mount: len(mount[1]))[2]


def _written_per_second(folder: Path) -> float:
    """Write a file through to the disk and return the bytes per second."""
    block = os.urandom(1 << 20)
    probe = folder / ".disk_probe"
    began = time.perf_counter()
    try:
        with probe.open("wb") as file:
            for _ in range(PROBE_BYTES // len(block)):
                file.write(block)
            file.flush()
            os.fsync(file.fileno())
        return PROBE_BYTES / (time.perf_counter() - began)
    finally:
        probe.unlink(missing_ok=True)
