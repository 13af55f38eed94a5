"""The parts of dbt that are replaced are still there, and what replaces them does the same."""

from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch

import pytest
from dbt.adapters.duckdb import connections, environments
from dbt.adapters.duckdb.credentials import DuckDBCredentials
from dbt.adapters.duckdb.impl import DuckDBAdapter
from dbt.adapters.events.types import SQLQuery
from dbt.events.types import MainReportVersion
from dbt_common.clients import agate_helper
from dbt_common.contracts.constraints import ConstraintType
from dbt_common.events.base_types import BaseEvent, EventLevel, msg_from_base_event

from orchestration.warehouse.dbt_shortcuts import SteadyEnvironment, take_shortcuts

LOCKED_BY_DBT = DuckDBAdapter._acquire_foreign_key_lock


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


@pytest.fixture
def model_with_a_key(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Return what dbt hands to the hooks around a model that declares a foreign key."""
    monkeypatch.setattr(DuckDBAdapter, "_catalog_type", lambda *_: "duckdb")
    monkeypatch.setattr(DuckDBAdapter, "_existing_key_constraint_types", lambda *_: set())
    monkeypatch.setattr(DuckDBAdapter, "is_motherduck", lambda _: False)
    table = {"database": "warehouse", "schema": "core", "identifier": "fct_deals"}
    keys = [SimpleNamespace(type=ConstraintType.foreign_key)]
    contract, config = SimpleNamespace(enforced=True), SimpleNamespace(meta={})
    return SimpleNamespace(
        model=SimpleNamespace(
            **table, columns={}, constraints=keys, contract=contract, config=config
        )
    )


def test_no_model_waits_for_another_with_keys(model_with_a_key: SimpleNamespace) -> None:
    adapter = DuckDBAdapter.__new__(DuckDBAdapter)
    held = adapter.pre_model_hook(model_with_a_key)
    assert not DuckDBAdapter._foreign_key_lock.locked()
    adapter.post_model_hook(model_with_a_key, held)  # does not release what was not taken
    with patch.object(DuckDBAdapter, "_acquire_foreign_key_lock", LOCKED_BY_DBT):
        held = adapter.pre_model_hook(model_with_a_key)
        assert DuckDBAdapter._foreign_key_lock.locked(), "dbt no longer waits: no need to replace"
        adapter.post_model_hook(model_with_a_key, held)
    assert not DuckDBAdapter._foreign_key_lock.locked()


def test_dbt_asks_by_the_names_that_are_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    """Imported by name, or under another one, a replacement would stand there unused."""
    assert connections.environments.create is SteadyEnvironment
    asked = []
    ask = agate_helper.build_type_tester
    monkeypatch.setattr(
        agate_helper, "build_type_tester", lambda *a, **k: asked.append(a) or ask(*a, **k)
    )
    agate_helper.table_from_data_flat([{"name": "a"}], ["name"])
    assert len(asked) == 1
    assert ask(()) is ask(())


def test_dbt_itself_still_does_each_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where it no longer does, the replacement is to go."""
    monkeypatch.undo()
    credentials = DuckDBCredentials(schema="main", path=str(tmp_path / "warehouse.duckdb"))
    environment = environments.create(credentials)
    first = environment.handle()
    first.close()
    assert environment.handle() is not first
    environment.close()
    assert agate_helper.build_type_tester(()) is not agate_helper.build_type_tester(())
    assert agate_helper.empty_table() is not agate_helper.empty_table()
    assert "pb_msg" in SQLQuery(conn_name="model", sql="select 1").__dict__
