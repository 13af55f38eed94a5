"""The private warehouse: kept when it is whole, built anew when there is any doubt."""

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from orchestration.errors import BlockedByGateError, RefreshRunningError
from orchestration.paths import Paths
from orchestration.warehouse.database import (
    begin_build,
    complete_build,
    complete_build_id,
    open_beside_warehouse,
)

HOLDER = """
import sys, time, duckdb
connection = duckdb.connect(sys.argv[1])
print("open", flush=True)
time.sleep(60)
"""

INPUTS = "hash of what it is made from"


def build(paths: Paths, build_id: str) -> None:
    begin_build(paths, build_id, INPUTS)
    with duckdb.connect(str(paths.warehouse)) as connection:
        connection.execute("create or replace table built as select 1 as one")


def test_a_whole_warehouse_is_kept(tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    build(paths, "first")
    complete_build(paths, "first")
    assert complete_build_id(paths) == "first"
    assert begin_build(paths, "second", INPUTS) is None
    assert paths.warehouse.exists()


def test_a_half_built_one_is_deleted(tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    build(paths, "killed")
    assert begin_build(paths, "second", INPUTS) == "the last build did not finish"
    assert not paths.warehouse.exists()


def test_one_that_duckdb_cannot_read_is_deleted(tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    build(paths, "first")
    complete_build(paths, "first")
    paths.warehouse.write_bytes(b"not a database" * 1000)
    assert "cannot be read" in str(begin_build(paths, "second", INPUTS))
    assert not paths.warehouse.exists()


def test_a_full_refresh_deletes_it(tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    build(paths, "first")
    complete_build(paths, "first")
    assert begin_build(paths, "second", INPUTS, anew=True) == "a full refresh was requested"
    assert not paths.warehouse.exists()


def test_one_that_is_open_elsewhere_is_left_alone(tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    build(paths, "first")
    complete_build(paths, "first")
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(paths.warehouse)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "open\n"
        with pytest.raises(RefreshRunningError, match="open in another program"):
            begin_build(paths, "second", INPUTS, anew=True)
    finally:
        holder.kill()
        holder.wait()
    assert complete_build_id(paths) == "first"


def test_nothing_can_be_published_from_a_build_that_did_not_end(tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    build(paths, "killed")
    with pytest.raises(BlockedByGateError, match="not complete"):
        complete_build_id(paths)


def test_what_does_not_fit_into_memory_waits_on_the_disk_and_is_gone_afterwards(
    tmp_path: Path,
) -> None:
    paths = Paths(tmp_path)
    build(paths, "first")
    with open_beside_warehouse(paths, "60MB") as connection:
        connection.execute("set threads = 1")
        connection.execute(
            "create temp table large as select md5(i::text) from range(2e6::int) r(i)"
        )
        files = connection.execute("select path from duckdb_temporary_files()").fetchall()
        assert {Path(path).parent.parent for (path,) in files} == {paths.published}
        assert connection.execute("select count(*) from large").fetchall() == [(2_000_000,)]
        assert connection.execute("select one from warehouse.built").fetchall() == [(1,)]
    assert list(paths.published.iterdir()) == []
