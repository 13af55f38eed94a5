"""What stands in the way of dbt is said with what to do about it."""

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from dbt.adapters.duckdb.credentials import DuckDBCredentials

from orchestration.warehouse.dbt_opening import Plugin, problem

HOLD = "import duckdb, sys; held = duckdb.connect(sys.argv[1]); print('held', flush=True); input()"


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    """Return the file of a warehouse in a data folder with a load."""
    loads = tmp_path / "data" / "landing" / "_loads"
    loads.mkdir(parents=True)
    (loads / "crm.parquet").touch()
    file = tmp_path / "data" / "warehouse.duckdb"
    duckdb.connect(str(file)).close()
    return file


def test_nothing_is_in_the_way_of_a_warehouse_built_or_not(warehouse: Path) -> None:
    assert problem(warehouse, "build") is None
    warehouse.unlink()
    assert problem(warehouse, "build") is None
    assert not warehouse.exists()


def test_a_data_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    told = problem(tmp_path / "nowhere" / "warehouse.duckdb", "compile")
    assert told is not None
    assert f"no data folder {tmp_path / 'nowhere'}" in told
    assert "prospection load" in told
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("command", ["build", "run", "freshness"])
def test_what_needs_landed_files_says_so(tmp_path: Path, command: str) -> None:
    told = problem(tmp_path / "warehouse.duckdb", command)
    assert told is not None
    assert f"prospection load --exports DIR --data {tmp_path}" in told


@pytest.mark.parametrize("command", ["test", "compile", "generate", None])
def test_what_needs_none_goes_on_without(tmp_path: Path, command: str | None) -> None:
    """Unit tests bring their own rows."""
    assert problem(tmp_path / "warehouse.duckdb", command) is None


def test_a_warehouse_that_another_program_has_open_is_told(warehouse: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(warehouse)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        told = problem(warehouse, "build")
        holder.communicate("\n")
    assert told is not None
    assert "is open in another program" in told
    assert str(holder.pid) in told
    assert problem(warehouse, "build") is None


@pytest.mark.parametrize("name", ["warehouse.duckdb", "o'clock.duckdb"])
def test_a_file_that_is_no_warehouse_is_told(warehouse: Path, name: str) -> None:
    """DuckDB's message names the file, in which a word of its other messages may stand."""
    broken = warehouse.with_name(name)
    broken.write_text("not a database, but long enough to look like one" * 200)
    told = problem(broken, "compile")
    assert told is not None
    assert "prospection build --full-refresh" in told


def test_the_plug_in_refuses_as_dbt_shows_without_a_traceback(tmp_path: Path) -> None:
    """Of a RuntimeError dbt-duckdb makes an error of dbt's."""
    credentials = DuckDBCredentials(schema="main", path=str(tmp_path / "no" / "warehouse.duckdb"))
    plugin = Plugin("dbt_opening", {}, credentials)
    with pytest.raises(RuntimeError, match="there is no data folder"):
        plugin.update_connection_config(credentials, {})
