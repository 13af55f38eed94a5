"""Faults around what readers see: it is one whole version, before or after, at every moment."""

import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.publication.versions import list_versions, rollback, switch
from orchestration.record import read_record
from tests.python.conftest import DemoRefresh, run_prospection
from tests.python.faults.conftest import kill_when, published_bytes, start

READER = """
import sys
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
print(len(seen), flush=True)
"""


def test_readers_see_one_whole_version_at_every_moment(
    demo_refresh: DemoRefresh, tmp_path: Path
) -> None:
    """Two readers open `current` again and again while it is published and switched."""
    paths = demo_refresh.copy(tmp_path / "data")
    stop = tmp_path / "stop"
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", READER, str(paths.current), str(stop)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    try:
        for reader in readers:
            assert reader.stdout is not None
            assert reader.stdout.readline() == "reading\n"
        arguments = ("--exports", demo_refresh.exports, "--data", paths.data)
        published = run_prospection("publish", *arguments)
        assert published.returncode == demo_refresh.exit_code, published.stderr
        names = [version.name for version in list_versions(paths)]
        for _ in range(100):
            rollback(paths)
            switch(paths, names[-1])
    finally:
        stop.touch()
        endings = [reader.communicate(timeout=60) for reader in readers]
    assert [reader.returncode for reader in readers] == [0, 0], endings
    assert max(int(output) for output, _ in endings) == len(names) == 2


@pytest.mark.faults
@pytest.mark.parametrize("stage", ["load", "build", "validate", "publish"])
def test_a_refresh_that_is_killed_leaves_the_version_and_the_next_recovers(
    demo_refresh: DemoRefresh, tmp_path: Path, stage: str
) -> None:
    paths = demo_refresh.copy(tmp_path / "data")
    before = published_bytes(paths)
    last = read_record(paths)
    process = start("run", "--exports", demo_refresh.exports, "--data", paths.data)

    def is_in_stage() -> bool:
        record = read_record(paths)
        return record is not None and record != last and record.stage == stage

    kill_when(process, is_in_stage)
    assert published_bytes(paths) == before
    again = run_prospection("run", "--exports", demo_refresh.exports, "--data", paths.data)
    assert again.returncode == demo_refresh.exit_code, again.stdout + again.stderr
    first, second = list_versions(paths)
    assert second.is_current
    for table, entry in first.manifest["tables"].items():
        if table != "meta.refresh":
            assert second.manifest["tables"][table]["parts"] == entry["parts"], table


@pytest.mark.faults
def test_of_two_refreshes_at_once_one_is_refused(demo_refresh: DemoRefresh, tmp_path: Path) -> None:
    paths = demo_refresh.copy(tmp_path / "data")
    arguments = ("run", "--exports", demo_refresh.exports, "--data", paths.data)
    both = [start(*arguments), start(*arguments)]
    for process in both:
        process.communicate(timeout=600)
    assert sorted(process.returncode for process in both) == sorted([demo_refresh.exit_code, 4])
    assert len(list_versions(paths)) == 2
