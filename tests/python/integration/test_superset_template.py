"""The template of Superset's dashboards fits what is published: every table, column and KPI."""

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb
import pytest
import yaml

from orchestration.publication.read_only import open_shut_off
from tests.python.conftest import DemoRefresh

Assets = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def module(repo_root: Path) -> ModuleType:
    """Return the module that fills the template, which lies outside our packages."""
    file = repo_root / "deploy" / "superset" / "assets.py"
    specification = importlib.util.spec_from_file_location("superset_assets", file)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def connection(demo_refresh: DemoRefresh) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_shut_off(demo_refresh.paths.current / "prospection.duckdb") as connection:
        yield connection


@pytest.fixture(scope="module")
def assets(module: ModuleType, connection: duckdb.DuckDBPyConnection) -> Assets:
    made = module.read_assets(connection, "duckdb:///file", "CHF")
    return {name: yaml.safe_load(text) for name, text in made.items()}


def of(assets: Assets, folder: str) -> list[dict[str, Any]]:
    return [asset for name, asset in assets.items() if name.startswith(f"{folder}/")]


def columns_of(chart: dict[str, Any]) -> set[str]:
    """Return the columns that a chart names, its filters included."""
    parameters = chart["params"]
    named = [*parameters.get("all_columns", []), *parameters.get("groupby", [])]
    named += [parameters["x_axis"]] if "x_axis" in parameters else []
    return {*named, *(entry["subject"] for entry in parameters["adhoc_filters"])}


def test_each_language_has_a_dashboard_of_the_same_twelve_charts(assets: Assets) -> None:
    charts, dashboards = of(assets, "charts"), of(assets, "dashboards")
    assert len(charts) == 24
    assert {dashboard["slug"] for dashboard in dashboards} == {"prospection-en", "prospection-fr"}
    shown = [
        entry["meta"]["uuid"]
        for dashboard in dashboards
        for entry in dashboard["position"].values()
        if isinstance(entry, dict) and entry["type"] == "CHART"
    ]
    assert sorted(shown) == sorted(chart["uuid"] for chart in charts)
    assert len(set(shown)) == 24
    names = [chart["slice_name"] for chart in charts]
    assert any("(CHF)" in name for name in names)
    assert not any("{" in name for name in names)


def test_a_row_of_a_dashboard_is_twelve_wide(assets: Assets) -> None:
    for dashboard in of(assets, "dashboards"):
        position = dashboard["position"]
        for row in position["GRID_ID"]["children"]:
            widths = [position[name]["meta"]["width"] for name in position[row]["children"]]
            assert sum(widths) == 12, (row, widths)


def test_every_published_table_is_a_dataset_with_its_description(
    assets: Assets, connection: duckdb.DuckDBPyConnection
) -> None:
    datasets = {(each["schema"], each["table_name"]): each for each in of(assets, "datasets")}
    for schema, table, comment in connection.execute(
        "select schema_name, table_name, comment from duckdb_tables()"
    ).fetchall():
        assert datasets[schema, table]["description"] == comment
    for name in ("kpi_values_named", "funnel_named"):
        undescribed = [
            column["column_name"]
            for column in datasets["kpi", name]["columns"]
            if not column["description"]
        ]
        assert not undescribed, (name, undescribed)


def test_every_stage_of_the_funnel_has_its_names(
    assets: Assets, connection: duckdb.DuckDBPyConnection
) -> None:
    sql = assets["datasets/prospection/kpi.funnel_named.yaml"]["sql"]
    named = connection.execute(f"select distinct stage, stage_en, stage_fr from ({sql})").fetchall()
    assert ("meeting", "Meeting held", "Rendez-vous tenu") in named
    stages = connection.execute("select distinct stage from kpi.kpi_funnel").fetchall()
    assert sorted(stages) == sorted((stage,) for stage, *_ in named)


def test_the_ids_of_datasets_are_fixed(module: ModuleType) -> None:
    assert module.dataset_uuid("kpi", "kpi_values") == "39438f03-d987-555b-aff3-40f17fc854fc"


def test_every_chart_finds_its_columns_and_rows(
    assets: Assets, connection: duckdb.DuckDBPyConnection
) -> None:
    datasets = {each["uuid"]: each for each in of(assets, "datasets")}
    for chart in of(assets, "charts"):
        dataset = datasets[chart["dataset_uuid"]]
        columns = {column["column_name"] for column in dataset["columns"]}
        assert columns_of(chart) <= columns, chart["slice_name"]
        conditions = [
            f"{entry['subject']} {entry['operator']}"
            if entry["operator"].startswith("IS ")
            else f"{entry['subject']} = '{entry['comparator']}'"
            for entry in chart["params"]["adhoc_filters"]
        ]
        table = f"{dataset['schema']}.{dataset['table_name']}"
        source = f"({dataset['sql']})" if dataset.get("sql") else table
        metrics = [*chart["params"].get("metrics", []), chart["params"].get("metric")]
        values = [metric["sqlExpression"] for metric in metrics if metric] or ["count(*)"]
        ((*found,),) = connection.execute(
            f"select {', '.join(values)} from {source} as shown"
            f" where {' and '.join(conditions) or 'true'}"
        ).fetchall()
        assert found[0], chart["slice_name"]
