"""The keys that contracts declare are those that hold, and dbt's `access` is what is published."""

import re
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from orchestration.publication.contents import published_tables, warehouse_columns
from orchestration.publication.keys import ForeignKey, foreign_keys, primary_key
from orchestration.warehouse.database import open_read_only
from orchestration.warehouse.dbt_project import Manifest

from ..conftest import DemoRefresh

WITHOUT_KEY = {"core.fct_activities", "core.fct_attribution", "core.dim_clock", "meta.loads",
               "meta.rejects", "meta.data_quality", "kpi.kpi_cost_shares",
               "kpi.kpi_event_records"}  # fmt: skip
"""Published tables without a key that is never null: no data test holds one."""

REFERS_TO_NOTHING = {
    f"core.fct_{facts}.customer_key"
    for facts in ("activities", "conversations", "deals", "meetings", "orders", "quotes")
}
"""Columns that are named like a key and hold others, too: these name buyers who never bought."""


@pytest.fixture(scope="module")
def warehouse(demo_refresh: DemoRefresh) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_read_only(demo_refresh.paths.warehouse) as connection:
        yield connection


@pytest.fixture(scope="module")
def published(
    manifest: Manifest, warehouse: duckdb.DuckDBPyConnection
) -> dict[str, dict[str, Any]]:
    """Return the models that are published, by the name of their table."""
    columns = warehouse_columns(warehouse, demo_name(warehouse))
    names = {table.full_name for table in published_tables(manifest, columns)}
    models = {f"{node['schema']}.{node['alias']}": node for node in manifest["nodes"].values()}
    return {name: models[name] for name in names}


def demo_name(connection: duckdb.DuckDBPyConnection) -> str:
    (name,) = connection.execute("select current_database()").fetchall()[0]
    return str(name)


def keys_of_data_tests(manifest: Manifest) -> dict[str, set[tuple[str, ...]]]:
    """Return the columns that a data test holds to be a key, by the id of their model."""
    keys: dict[str, set[tuple[str, ...]]] = {}
    for node in manifest["nodes"].values():
        about = node.get("test_metadata") or {"name": ""}
        if about["name"] in {"is_key", "unique_combination"}:
            arguments = about["kwargs"]
            columns = tuple(arguments.get("columns") or [arguments["column_name"]])
            keys.setdefault(node["attached_node"], set()).add(columns)
    return keys


def test_each_published_table_declares_the_key_that_a_data_test_holds(
    manifest: Manifest, published: dict[str, dict[str, Any]]
) -> None:
    tested = keys_of_data_tests(manifest)
    declared = {name: primary_key(node) for name, node in published.items()}
    assert {name for name, key in declared.items() if not key} == WITHOUT_KEY
    wrong = {
        name: key
        for name, key in declared.items()
        if key and key not in tested.get(published[name]["unique_id"], set())
    }
    assert not wrong, wrong


def test_no_column_of_a_primary_key_is_null(
    published: dict[str, dict[str, Any]], warehouse: duckdb.DuckDBPyConnection
) -> None:
    """`unique_combination` takes null for a value, a primary key does not."""
    wrong = []
    for name, node in published.items():
        for column in primary_key(node):
            if warehouse.execute(f"from {name} where {column} is null limit 1").fetchall():
                wrong.append(f"{name}.{column}")
    assert not wrong, wrong


def all_foreign_keys(published: dict[str, dict[str, Any]]) -> Iterator[tuple[str, ForeignKey]]:
    for name, node in sorted(published.items()):
        for key in foreign_keys(node):
            yield name, key


def test_each_foreign_key_finds_its_row_by_the_primary_key(
    published: dict[str, dict[str, Any]], warehouse: duckdb.DuckDBPyConnection
) -> None:
    wrong, count = [], 0
    for name, key in all_foreign_keys(published):
        if primary_key(published[key.full_name]) != key.to_columns:
            wrong.append(f"{key.full_name} is not told by {key.to_columns}")
            continue
        own, other = ", ".join(key.columns), ", ".join(key.to_columns)
        query = f"""
            select 1 from (select {own} from {name} where ({own}) is not null)
            where ({own}) not in (select ({other}) from {key.full_name}) limit 1
        """
        count += 1
        if warehouse.execute(query).fetchall():
            wrong.append(f"{name} ({own}) holds what is not in {key.full_name}")
    assert not wrong, wrong
    assert count > 70


def test_each_column_that_is_named_like_a_key_refers_to_its_table(
    published: dict[str, dict[str, Any]],
) -> None:
    homes = {
        key[0]: name
        for name, node in published.items()
        if len(key := primary_key(node)) == 1 and re.search(r"\.dim_|fct_(deals|orders)$", name)
    }
    assert {"rep_key", "deal_key"} <= homes.keys()
    lacking = {
        f"{name}.{column}"
        for name, node in published.items()
        for column in node["columns"]
        for key, home in homes.items()
        if re.fullmatch(rf"(\w+_)?{key}", column)
        and home != name
        and not any(
            foreign.columns == (column,) and foreign.full_name == home
            for foreign in foreign_keys(node)
        )
    }
    assert lacking == REFERS_TO_NOTHING


def test_what_is_published_is_public_and_nothing_else(
    manifest: Manifest, published: dict[str, dict[str, Any]]
) -> None:
    public = {
        f"{node['schema']}.{node['alias']}"
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["access"] == "public"
    }
    missing, open_to_all = published.keys() - public, public - published.keys()
    assert not missing, f"{sorted(missing)} are published: `config: {{access: public}}`"
    assert not open_to_all, f"{sorted(open_to_all)} are internal: `config: {{access: private}}`"


def test_what_only_its_own_room_reads_is_private(manifest: Manifest) -> None:
    """A reference to it from another room is refused by dbt; staging is there to be read."""
    models = {
        name: node for name, node in manifest["nodes"].items() if node["resource_type"] == "model"
    }
    assert all(node["group"] for node in models.values())
    elsewhere = {
        name
        for reader in models.values()
        for name in reader["depends_on"]["nodes"]
        if name in models and models[name]["group"] != reader["group"]
    }
    wrong = [
        node["name"]
        for name, node in models.items()
        if node["access"] == "protected" and node["group"] != "staging" and name not in elsewhere
    ]
    assert not wrong, f"{wrong} are read in their own room only: `config: {{access: private}}`"
