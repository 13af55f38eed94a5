"""Faults around what readers see: it is one whole version, before or after, at every moment."""

import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import duckdb
import pytest

from orchestration.paths import Paths
from orchestration.publication.versions import (
    KEPT_VERSIONS,
    current_name,
    list_versions,
    rollback,
    switch,
)
from orchestration.refresh.record import read_record
from tests.python.conftest import DemoRefresh, run_here
from tests.python.faults.conftest import (
    STAGES,
    Refreshed,
    assert_same_version,
    assert_whole,
    disk_of,
    landed_bytes,
    published_bytes,
    start,
)
from tests.python.faults.killing import begin, read_moments, run, said

READER = """
import sys
import time
from pathlib import Path
import duckdb
current, stop = Path(sys.argv[1]), Path(sys.argv[2])
print("reading", flush=True)
seen = set()
while not stop.exists():
    with duckdb.connect(current / "prospection.duckdb", read_only=True) as connection:
        ((version,),) = connection.execute("select version from meta.refresh").fetchall()
        ((kpis,),) = connection.execute("select count(*) from kpi.kpi_values").fetchall()
    assert kpis > 0
    seen.add(version)
    time.sleep(0.02)
print(len(seen), flush=True)
"""


def start_reader(paths: Paths, stop: Path) -> subprocess.Popen[str]:
    """Start a process that opens `current` again and again, and return when it has begun."""
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, str(paths.current), str(stop)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert reader.stdout is not None
    assert reader.stdout.readline() == "reading\n"
    return reader


def test_readers_see_one_whole_version_at_every_moment(
    demo_refresh: DemoRefresh, tmp_path: Path
) -> None:
    """Two readers open `current` again and again while it is published and switched."""
    paths = demo_refresh.copy(tmp_path / "data")
    stop = tmp_path / "stop"
    readers = [start_reader(paths, stop) for _ in range(2)]
    try:
        arguments = ("--exports", demo_refresh.exports, "--data", paths.data)
        published = run_here("publish", *arguments)
        assert published.returncode == demo_refresh.exit_code, published.stderr
        names = [version.name for version in list_versions(paths)]
        for _ in range(25):
            rollback(paths)
            switch(paths, names[-1])
    finally:
        stop.touch()
        endings = [reader.communicate(timeout=60) for reader in readers]
    assert [reader.returncode for reader in readers] == [0, 0], endings
    assert max(int(output) for output, _ in endings) == len(names) == 2


@pytest.mark.faults
def test_readers_never_fail_while_twenty_versions_are_published(
    refreshed: Refreshed, tmp_path: Path
) -> None:
    paths = refreshed.copy("publish", tmp_path / "data")
    stop = tmp_path / "stop"
    readers = [start_reader(paths, stop) for _ in range(2)]
    try:
        for number in range(20):
            log = tmp_path / str(number)
            assert run(refreshed.bare("publish", paths), log) == 0, said(log)
    finally:
        stop.touch()
        endings = [reader.communicate(timeout=60) for reader in readers]
    assert [reader.returncode for reader in readers] == [0, 0], endings
    assert max(int(output) for output, _ in endings) > 10
    assert len(list_versions(paths)) == KEPT_VERSIONS


@pytest.mark.faults
def test_of_two_refreshes_at_once_one_is_refused(refreshed: Refreshed, tmp_path: Path) -> None:
    paths = refreshed.copy("load", tmp_path / "data")
    both = [begin(refreshed.arguments("run", paths), tmp_path / name) for name in ("a", "b")]
    for process in both:
        process.join(600)
    assert sorted(process.exitcode or 0 for process in both) == [0, 4]
    assert_same_version(paths, refreshed.whole)


@pytest.mark.faults
@pytest.mark.parametrize(
    ("stage", "free"),
    [
        ("build", 0.0),
        ("build", 0.4),
        ("validate", 0.0),
        ("publish", 0.0),
        ("publish", 0.2),
        ("publish", 0.5),
        ("publish", 0.8),
    ],
)
def test_a_full_disk_changes_nothing_for_readers_and_room_is_all_it_takes(
    refreshed: Refreshed, tmp_path: Path, stage: str, free: float
) -> None:
    """The disk fills while the stage runs; `free` is the share of what it needs that is left."""
    needed = room(refreshed, stage)
    with disk_of(tmp_path / "disk", megabytes=400) as disk:
        paths = refreshed.copy(stage, disk / "data")
        before = published_bytes(paths)
        process = begin(refreshed.arguments(stage, paths), tmp_path / "log")
        last = read_record(paths)
        while process.is_alive() and (read_record(paths) in (None, last)):
            time.sleep(0.01)
        ballast = disk / "ballast"
        fill(disk, ballast, left=int(free * needed))
        process.join(600)
        assert process.exitcode == 1, said(tmp_path / "log")
        assert published_bytes(paths) == before
        assert_whole(paths)
        ballast.unlink()
        for each in STAGES[STAGES.index(stage) :]:
            code = run(refreshed.arguments(each, paths), tmp_path / "again")
            assert code == 0, said(tmp_path / "again")
        assert_same_version(paths, refreshed.whole)


def fill(disk: Path, ballast: Path, left: int) -> None:
    """Write until no more than `left` bytes are free; somebody else is writing at the same time."""
    with ballast.open("wb") as sink:
        size = 0
        while (missing := shutil.disk_usage(disk).free - left) > 0:
            with suppress(OSError):  # the room was taken between the two
                os.posix_fallocate(sink.fileno(), size, missing)
                size += missing


def room(refreshed: Refreshed, stage: str) -> int:
    """Return how many bytes a stage adds to the data folder."""
    if stage == "build":
        return refreshed.whole.warehouse.stat().st_size
    if stage == "validate":
        return 0
    folder = refreshed.whole.current.resolve()
    return sum(
        path.stat().st_size
        for path in folder.rglob("*")
        if path.is_file() and path.stat().st_nlink == 1
    )


@pytest.mark.faults
def test_a_gate_that_fails_changes_nothing_for_readers_and_the_next_refresh_recovers(
    refreshed: Refreshed, tmp_path: Path
) -> None:
    paths = refreshed.copy("validate", tmp_path / "data")
    before = published_bytes(paths)
    with duckdb.connect(paths.warehouse) as connection:
        connection.execute("update kpi.kpi_values set sample_size = -1")
    for stage in ("validate", "publish"):
        log = tmp_path / stage
        assert run(refreshed.arguments(stage, paths), log) == 3, said(log)
        assert published_bytes(paths) == before
    assert run(refreshed.arguments("run", paths), tmp_path / "log") == 0, said(tmp_path / "log")
    assert_same_version(paths, refreshed.whole)


@pytest.mark.faults
@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/Los_Angeles"])
def test_the_zone_of_the_machine_changes_nothing_that_is_published(
    refreshed: Refreshed, tmp_path: Path, zone: str
) -> None:
    paths = refreshed.copy("load", tmp_path / "data")
    process = start(*refreshed.arguments("run", paths), variables={"TZ": zone})
    output, _ = process.communicate(timeout=600)
    assert process.returncode == 0, output
    assert landed_bytes(paths) == landed_bytes(refreshed.whole)
    assert_same_version(paths, refreshed.whole)


@pytest.mark.faults
@pytest.mark.parametrize("days", [-400, 400])
def test_a_clock_that_is_wrong_for_a_while_costs_no_version(
    refreshed: Refreshed, tmp_path: Path, days: int
) -> None:
    if shutil.which("faketime") is None:
        pytest.skip("no other time can be shown to a process: there is no faketime command")
    paths = refreshed.copy("publish", tmp_path / "data")
    before, old = published_bytes(paths), current_name(paths)
    wrong = start(*refreshed.arguments("publish", paths), prefix=("faketime", "-f", f"{days:+d}d"))
    output, _ = wrong.communicate(timeout=600)
    assert wrong.returncode == 0, output
    assert_whole(paths)
    assert published_bytes(paths, old) == before
    assert run(refreshed.bare("publish", paths), tmp_path / "log") == 0, said(tmp_path / "log")
    assert_same_version(paths, refreshed.whole)
    assert_whole(paths)
    assert len(list_versions(paths)) == 3


@pytest.mark.faults
def test_a_damaged_landed_file_is_named_and_changes_nothing_for_readers(
    refreshed: Refreshed, tmp_path: Path
) -> None:
    paths = refreshed.copy("load", tmp_path / "data")
    before = published_bytes(paths)
    victim = next((paths.landing / "generic" / "deals").glob("crm@*.parquet"))
    whole = victim.read_bytes()
    victim.write_bytes(whole[: len(whole) // 2])
    log = tmp_path / "log"
    assert run(refreshed.arguments("run", paths), log) == 1
    assert victim.name in said(log)
    assert "restore it from a backup" in said(log)
    assert published_bytes(paths) == before
    victim.write_bytes(whole)
    assert run(refreshed.arguments("load", paths), log) == 0, said(log)
    assert landed_bytes(paths) == landed_bytes(refreshed.whole)


@pytest.mark.faults
def test_a_rollback_killed_at_any_moment_shows_a_whole_version(
    refreshed: Refreshed, tmp_path: Path
) -> None:
    whole = tmp_path / "whole"
    shutil.copytree(refreshed.whole.data, whole, symlinks=True)
    assert run(("rollback", "--data", whole), tmp_path / "log") == 0, said(tmp_path / "log")
    moments = read_moments(tmp_path / "log")
    assert any(moment.is_switch for moment in moments)
    for moment in moments:
        paths = Paths(tmp_path / f"{moment.number}")
        shutil.copytree(refreshed.whole.data, paths.data, symlinks=True)
        log = tmp_path / f"{moment.number}.log"
        assert run(("rollback", "--data", paths.data), log, moment.number) == -signal.SIGKILL
        assert_whole(paths)
        older = list_versions(paths)[0].name
        assert run(("rollback", older, "--data", paths.data), log) == 0, said(log)
        assert current_name(paths) == older
