"""The parts of dbt that are replaced are still there, and what replaces them does the same."""

from pathlib import Path

import pytest
from dbt.adapters.duckdb import environments
from dbt.adapters.duckdb.credentials import DuckDBCredentials
from dbt.adapters.duckdb.impl import DuckDBAdapter
from dbt.adapters.events.types import SQLQuery
from dbt.events.types import MainReportVersion
from dbt_common.clients import agate_helper
from dbt_common.events.base_types import BaseEvent, EventLevel, msg_from_base_event

from orchestration.warehouse.dbt_shortcuts import SteadyEnvironment, take_shortcuts


@pytest.fixture(autouse=True)
def shortcuts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take them for one test: what is replaced must exist, and is put back."""
    for owner, name in (
        (environments, "create"),
        (agate_helper, "build_type_tester"),
        (agate_helper, "empty_table"),
        (BaseEvent, "__init__"),
        (BaseEvent, "__getattr__"),
        (DuckDBAdapter, "_acquire_foreign_key_lock"),
    ):
        monkeypatch.setattr(owner, name, getattr(owner, name))
    take_shortcuts()


def test_an_event_for_debugging_is_put_into_words_when_it_is_read() -> None:
    event = SQLQuery(conn_name="model", sql="select 1")
    assert "pb_msg" not in event.__dict__
    told = msg_from_base_event(event, level=EventLevel.INFO)
    assert (told.data.conn_name, told.data.sql) == ("model", "select 1")
    assert event.sql == "select 1"


def test_any_other_event_is_put_into_words_at_once() -> None:
    event = MainReportVersion(version="=1", log_version=3)
    assert event.__dict__["pb_msg"].version == "=1"


def test_a_thread_keeps_its_connection_with_its_settings_and_the_file_is_closed_whole(
    tmp_path: Path,
) -> None:
    file = tmp_path / "warehouse.duckdb"
    credentials = DuckDBCredentials(
        schema="main", path=str(file), settings={"variable folder": "here"}
    )
    environment = environments.create(credentials)
    assert isinstance(environment, SteadyEnvironment)
    first = environment.handle()
    first.cursor().execute("create table kept as select getvariable('folder') as folder")
    first.close()
    second = environment.handle()
    assert second is first
    assert second.cursor().execute("select folder from kept").fetchall() == [("here",)]
    second.cursor().execute("begin")
    second.cursor().execute("drop table kept")
    second.rollback()
    assert second.cursor().execute("select count(*) from kept").fetchall() == [(1,)]
    environment.close()
    assert not Path(f"{file}.wal").exists()


def test_a_result_has_the_types_that_dbt_gives_it() -> None:
    rows = [{"name": "005", "number": 2, "at": None}, {"name": "null", "number": 3, "at": None}]
    for _ in range(2):
        table = agate_helper.table_from_data_flat(rows, ["name", "number", "at"])
        assert [tuple(row) for row in table.rows] == [("005", 2, None), ("null", 3, None)]
    assert len(agate_helper.empty_table().rows) == 0


def test_no_model_waits_for_another_with_keys() -> None:
    """`post_model_hook` releases the lock only where this says that it was taken."""
    adapter = DuckDBAdapter.__new__(DuckDBAdapter)
    assert adapter._acquire_foreign_key_lock(object()) is False
