"""What the fault tests share: starting a command that is to die, and what readers see of it."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from orchestration.erasure.fingerprints import read_or_make_erasure_key
from orchestration.files import sha256
from orchestration.forms.stamp import own_stamp, write_stamp
from orchestration.landing.store import Store
from orchestration.paths import Paths
from orchestration.publication.versions import list_versions
from orchestration.validation import held
from tests.python.faults.killing import BARE, Moment, read_moments, run, said

REPO_ROOT = Path(__file__).resolve().parents[3]


def start(
    *arguments: object, variables: dict[str, str] | None = None, prefix: Sequence[str] = ()
) -> subprocess.Popen[str]:
    """Start the command as a user does, behind another one if given."""
    cli = [sys.executable, "-m", "orchestration.cli"]
    command: Sequence[str] = [*prefix, *cli, *map(str, arguments)]
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


def published_bytes(paths: Paths, version: str | None = None) -> dict[str, bytes]:
    """Return what readers see, or a version by its name, byte for byte."""
    folder = paths.published / version if version else paths.current.resolve()
    return {
        path.relative_to(paths.published.resolve()).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def landed_bytes(paths: Paths) -> dict[str, bytes]:
    """Return every landed file, byte for byte."""
    return {
        path.relative_to(paths.landing).as_posix(): path.read_bytes()
        for path in sorted(paths.landing.rglob("*.parquet"))
    }


def assert_whole(paths: Paths) -> None:
    """Compare every file of the version that readers see with its manifest, and open it."""
    (version,) = [each for each in list_versions(paths) if each.is_current]
    for name, file in version.manifest["files"].items():
        assert sha256(version.folder / name) == file["sha256"], name
    with duckdb.connect(paths.current / "prospection.duckdb", read_only=True) as connection:
        rows = connection.execute("select version from meta.refresh").fetchall()
    assert rows == [(version.name,)]


def small_exports(exports: Path, day: int) -> None:
    """Write one load of two sources, small enough that most of a refresh is its own work."""
    crm, outreach = (
        exports / "crm" / f"2026-01-{day:02d}",
        exports / "outreach" / f"2026-01-{day:02d}",
    )
    (exports / "sources.yml").parent.mkdir(parents=True, exist_ok=True)
    (exports / "sources.yml").write_text(
        "reporting: {as_of: 2026-03-31, language: en}\n"
        + "sources: {crm: {}, outreach: {refers_to: crm}}\n"
    )
    numbers = range(1, 6 + 3 * day)
    tables = {
        crm / "accounts.csv": [
            "account_id,name,sector",
            *(f"A{n},Company {n},retail" for n in numbers),
            "A99,not a row",
        ],
        crm / "prospects.csv": [
            "prospect_id,account_id,detected_at,email",
            *(f"P{n},A{n},2026-01-{n:02d},p{n}@c{n}.example" for n in numbers),
            "P99,A1,some day,",
        ],
        crm / "deals.csv": [
            "deal_id,account_id,prospect_id,stage,status,amount,created_at,closed_at",
            *(f"D{n},A{n},P{n},won,won,{100 * n},2026-01-{n:02d},2026-02-{n:02d}" for n in numbers),
        ],
        outreach / "activities.csv": [
            "activity_id,occurred_at,channel,direction,outcome,prospect_id",
            *(f"T{day}{n},2026-01-{n:02d} 10:00:00,email,outbound,sent,P{n}" for n in numbers),
            *(f"U{n},2026-01-{n + 1:02d} 11:00:00,email,inbound,,P{n}" for n in numbers),
        ],
    }
    for path, lines in tables.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join([*lines, ""]))


@contextmanager
def disk_of(folder: Path, megabytes: int) -> Iterator[Path]:
    """Mount a disk of its own size at a folder, where this machine lets us."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    try:
        mounted = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("no small disk can be mounted: there is no mount command")
    if mounted.returncode != 0:
        pytest.skip(f"no small disk can be mounted: {mounted.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


PERSON = "p2@c2.example"
"""Somebody in the small exports."""


def copy(paths: Paths, folder: Path) -> Paths:
    """Return a copy of a data folder."""
    shutil.copytree(paths.data, folder, symlinks=True)
    return Paths(folder)


@pytest.fixture(scope="session")
def landed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Paths]:
    """Return exports and a data folder with two loads of two sources, not built."""
    folder = tmp_path_factory.mktemp("landed")
    exports, paths = folder / "exports", Paths(folder / "data")
    for day in (1, 2):
        small_exports(exports, day)
    log = folder / "load"
    assert run((BARE, "load", "--exports", exports, "--data", paths.data), log) == 0, said(log)
    read_or_make_erasure_key(paths)
    write_stamp(paths, own_stamp())
    return exports, paths


def hold_batch(paths: Paths) -> str:
    """Hold the last load of the CRM back, as gate 1 does; return its id."""
    load = Store(paths.landing).loads("crm")[-1].load
    held.hold(paths, load, ["too few"])
    Store(paths.landing).hold_back(load.load_id)
    return load.load_id


STAGES = ("load", "build", "validate", "publish")


@dataclass(frozen=True)
class Refreshed:
    """A refresh over a second load, kept as it was before each stage and at its end.

    Attributes:
        exports: the exports.
        before: stage → the data folder as it was before it.
        moments: stage → its moments, of all but the build, which is dbt's.
        in_run: the moments of the whole refresh.
        whole: the data folder at the end.

    """

    exports: Path
    before: Mapping[str, Paths]
    moments: Mapping[str, list[Moment]]
    in_run: Sequence[Moment]
    whole: Paths

    def copy(self, stage: str, folder: Path) -> Paths:
        """Return a copy of the data folder as it was before a stage."""
        shutil.copytree(self.before[stage].data, folder, symlinks=True)
        return Paths(folder)

    def arguments(self, stage: str, paths: Paths) -> tuple[object, ...]:
        """Return the command line of a stage, or of `run`."""
        return (stage, "--exports", self.exports, "--data", paths.data)

    def bare(self, stage: str, paths: Paths) -> tuple[object, ...]:
        """Return what runs a stage without the job around it."""
        return (BARE, *self.arguments(stage, paths))

    def moment_in_run(self, stage: str, share: float) -> int:
        """Return the number, from the start of a refresh with nothing to land, of a moment."""
        numbers = [each.number for each in self.in_run if each.stage == stage]
        return numbers[int(len(numbers) * share)]


@pytest.fixture(scope="session")
def refreshed(tmp_path_factory: pytest.TempPathFactory) -> Refreshed:
    """Publish a first load, then take a second one stage by stage to its end, and once more."""
    return make_refreshed(tmp_path_factory.mktemp("refreshed"))


def make_refreshed(folder: Path) -> Refreshed:
    """Make in a folder what `refreshed` is."""
    exports, paths = folder / "exports", Paths(folder / "data")
    command = ("--exports", exports, "--data", paths.data)
    small_exports(exports, day=1)
    assert run(("run", *command), folder / "first") == 0, said(folder / "first")
    small_exports(exports, day=2)
    before, moments = {}, {}
    for stage in STAGES:
        shutil.copytree(paths.data, folder / stage, symlinks=True)
        before[stage] = Paths(folder / stage)
        log = folder / f"{stage}.log"
        bare = () if stage == "build" else (BARE,)
        assert run((*bare, stage, *command), log) == 0, said(log)
        moments[stage] = read_moments(log)
    shutil.copytree(paths.data, folder / "again", symlinks=True)
    once_more, log = ("run", "--exports", exports, "--data", folder / "again"), folder / "again.log"
    assert run(once_more, log) == 0, said(log)
    return Refreshed(exports, before, moments, read_moments(log), paths)


def assert_same_version(paths: Paths, other: Paths) -> None:
    """Compare the published tables, but for what tells of the refresh itself."""
    ours, theirs = (
        next(version for version in list_versions(each) if version.is_current)
        for each in (paths, other)
    )
    for table, entry in theirs.manifest["tables"].items():
        if table not in {"meta.refresh", "meta.restatements"}:
            assert ours.manifest["tables"][table]["parts"] == entry["parts"], table
