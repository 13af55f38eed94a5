"""Faults while exports are landed: kills, full disks, damaged files, other clocks and zones.

What belongs here: faults that need no whole refresh; these run with every `make test`.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.landing.loading import land
from orchestration.landing.store import DamagedLandingError
from orchestration.lock import refresh_lock
from orchestration.paths import Paths
from orchestration.settings.declared import read_settings
from tests.python.conftest import run_here, run_prospection
from tests.python.faults.conftest import disk_of, kill_when, landed_bytes, start

ROWS = 150_000


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return two loads that take a moment to be landed."""
    folder = tmp_path_factory.mktemp("faults") / "exports"
    for day in (1, 2):
        lines = ["activity_id,occurred_at,channel,direction"]
        lines += [f"T{n},2026-01-0{day} 10:00:00,call,outbound" for n in range(ROWS)]
        path = folder / "crm" / f"2026-10-0{day}" / "activities.csv"
        path.parent.mkdir(parents=True)
        path.write_text("\n".join(lines))
    return folder


@pytest.fixture(scope="module")
def whole(exports: Path, tmp_path_factory: pytest.TempPathFactory) -> Paths:
    """Return a data folder in which nothing went wrong."""
    paths = Paths(tmp_path_factory.mktemp("whole") / "data")
    land(exports, paths, read_settings(exports))
    return paths


@pytest.mark.parametrize(
    "reached",
    [
        pytest.param(".scratch/*", marks=pytest.mark.faults, id="while reading"),
        pytest.param("generic/activities/crm@*", id="between rows and report"),
        pytest.param("_loads/crm@*", marks=pytest.mark.faults, id="between two loads"),
    ],
)
def test_a_load_that_is_killed_is_landed_whole_by_the_next(
    exports: Path, whole: Paths, tmp_path: Path, reached: str
) -> None:
    paths = Paths(tmp_path / "data")
    process = start("load", "--exports", exports, "--data", paths.data)
    kill_when(process, lambda: any(paths.landing.glob(reached)))
    report = land(exports, paths, read_settings(exports))
    assert landed_bytes(paths) == landed_bytes(whole)
    assert len(report.new_loads) in ({1} if reached.startswith("_loads") else {1, 2})


@pytest.mark.parametrize("flaw", ["cut off", "gone", "emptied", "report"])
def test_a_damaged_landed_file_is_named_and_nothing_is_changed(
    exports: Path, whole: Paths, tmp_path: Path, flaw: str
) -> None:
    paths = Paths(tmp_path / "data")
    shutil.copytree(whole.data, paths.data)
    folder = "_loads" if flaw == "report" else "generic/activities"
    victim = sorted((paths.landing / folder).glob("crm@*.parquet"))[0]
    if flaw == "gone":
        victim.unlink()
    elif flaw == "emptied":
        shutil.copy(victim.with_name("_empty.parquet"), victim)
    else:
        victim.write_bytes(victim.read_bytes()[:-100])
    before = landed_bytes(paths)
    with pytest.raises(DamagedLandingError, match="restore it from a backup") as raised:
        land(exports, paths, read_settings(exports))
    assert victim.name in str(raised.value)
    assert landed_bytes(paths) == before

    (paths.landing / "_loads" / victim.name).unlink()
    land(exports, paths, read_settings(exports))
    assert landed_bytes(paths) == landed_bytes(whole)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a disk of four megabytes."""
    with disk_of(tmp_path / "disk", megabytes=4) as disk:
        yield disk


def test_on_a_full_disk_nothing_is_half_landed_and_room_is_all_it_takes(
    exports: Path, whole: Paths, small_disk: Path
) -> None:
    paths = Paths(small_disk / "data")
    ballast = small_disk / "ballast"
    ballast.write_bytes(b"x" * 3_900_000)
    with pytest.raises(OSError, match="No space left"):
        land(exports, paths, read_settings(exports))
    reports = {name for name in landed_bytes(paths) if name.startswith("_loads/crm@")}
    assert len(reports) < 2
    assert all(landed_bytes(paths)[name] == landed_bytes(whole)[name] for name in reports)
    ballast.unlink()
    land(exports, paths, read_settings(exports))
    assert landed_bytes(paths) == landed_bytes(whole)


def test_without_room_for_its_records_a_refresh_does_not_begin(
    exports: Path, small_disk: Path
) -> None:
    result = run_here("load", "--exports", exports, "--data", small_disk / "data")
    assert result.returncode == 1
    assert "MB are free on the disk" in result.stderr
    assert [path.name for path in (small_disk / "data").rglob("*")] == ["state"]


def test_a_second_refresh_is_refused_and_disturbs_nothing(
    exports: Path, whole: Paths, tmp_path: Path
) -> None:
    paths = Paths(tmp_path / "data")
    shutil.copytree(whole.data, paths.data)
    with refresh_lock(paths):
        result = run_prospection("load", "--exports", exports, "--data", paths.data)
    assert result.returncode == 4, result.stdout + result.stderr
    assert "another refresh is running" in result.stderr
    assert landed_bytes(paths) == landed_bytes(whole)


@pytest.mark.parametrize(
    "zone",
    ["Pacific/Kiritimati", pytest.param("America/Los_Angeles", marks=pytest.mark.faults)],
)
def test_the_zone_of_the_machine_changes_nothing_that_is_landed(
    exports: Path, tmp_path: Path, zone: str
) -> None:
    """Flat files are dated by their modification time, in the reporting zone."""
    flat = tmp_path / "exports"
    (flat / "crm").mkdir(parents=True)
    source = exports / "crm" / "2026-10-01" / "activities.csv"
    shutil.copy2(source, flat / "crm" / "activities.csv")
    here, there = Paths(tmp_path / "here"), Paths(tmp_path / "there")
    land(flat, here, read_settings(flat))
    process = start("load", "--exports", flat, "--data", there.data, variables={"TZ": zone})
    output, _ = process.communicate(timeout=300)
    assert process.returncode == 0, output
    assert landed_bytes(there) == landed_bytes(here)
