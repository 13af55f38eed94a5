"""Every model is translated to Spark: parsed in its dialect, made of functions that are alike."""

import duckdb
import pytest
import sqlglot

from orchestration.engines.spark_functions import FUNCTIONS, functions
from orchestration.engines.spark_sql import to_spark
from orchestration.engines.untranslatable import UntranslatableError
from orchestration.files import read_json
from orchestration.warehouse.dbt_project import Manifest, target_folder
from tests.python.conftest import DemoRefresh

FOLLOWED_BY_STEPS = {"int_links_followed"}
"""Recursive: Spark is given its steps one by one."""


@pytest.fixture(scope="module")
def manifest(demo_refresh: DemoRefresh) -> Manifest:
    read: Manifest = read_json(target_folder(demo_refresh.paths) / "manifest.json")
    return read


@pytest.fixture(scope="module")
def views(manifest: Manifest) -> dict[str, str]:
    """Return the name of the view that stands for each source, by what DuckDB reads."""
    return {
        source["relation_name"]: f"{source['source_name']}__{source['name']}"
        for source in manifest["sources"].values()
    }


@pytest.fixture(scope="module")
def types(demo_refresh: DemoRefresh, views: dict[str, str]) -> dict[str, str]:
    """Return the type of every column that a model may read."""
    with duckdb.connect(demo_refresh.paths.warehouse, read_only=True) as connection:
        columns = """
            select concat_ws('.', schema_name, table_name, column_name), data_type
            from duckdb_columns()
        """
        found = dict(connection.execute(columns).fetchall())
        connection.execute(f"set variable prospection_data = '{demo_refresh.paths.data}'")
        for relation, view in views.items():
            for name, kind, *_ in connection.execute(f"describe from {relation}").fetchall():
                found[f"{view}.{name}"] = kind
    return found


def test_every_model_is_translated(
    manifest: Manifest, views: dict[str, str], types: dict[str, str]
) -> None:
    models = [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]
    assert len(models) > 200
    refused, unknown = {}, set()
    for model in models:
        sql = model["compiled_code"]
        for relation, view in views.items():
            sql = sql.replace(relation, view)
        try:
            written = to_spark(sql, types)
        except UntranslatableError as error:
            refused[model["name"]] = str(error)
            continue
        assert sqlglot.parse_one(written, read="spark"), model["name"]
        unknown |= functions(written) - FUNCTIONS
    assert set(refused) == FOLLOWED_BY_STEPS, refused
    assert not unknown
