"""The one large fact is read a fixed number of times in a refresh, however many KPIs there are.

What belongs here: the scans of fct_activities in the plans of what a refresh builds, with the
catalogue as it is and with every KPI in it twice. What does not: how long a refresh takes.
"""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.warehouse.dbt_project import target_folder

from ..conftest import DemoRefresh

FACT = "fct_activities"
KPI_COUNT = "select count(*) from staging.stg_reference__kpi_catalog"


@pytest.fixture(scope="module")
def built(demo_refresh: DemoRefresh) -> dict[str, str]:
    """Return the SQL that the refresh ran for each table of the marts, as dbt compiled it."""
    path = target_folder(demo_refresh.paths) / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    return {
        node["name"]: node["compiled_code"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model"
        and node["original_file_path"].startswith("models/marts/")
        and node["config"]["materialized"] != "view"
    }


@pytest.fixture
def warehouse(demo_refresh: DemoRefresh, tmp_path: Path) -> Path:
    """Return a copy of the warehouse, to be changed."""
    return Path(shutil.copy(demo_refresh.paths.warehouse, tmp_path))


def scans(operator: Mapping[str, Any]) -> int:
    """Count the operators of a plan that read the fact."""
    table = str(operator["extra_info"].get("Table", ""))
    return int(table.split(".")[-1] == FACT) + sum(map(scans, operator["children"]))


def scans_by_model(warehouse: Path, built: Mapping[str, str]) -> dict[str, int]:
    """Return how often each table that reads the fact does; views are part of who reads them."""
    counts = {}
    with duckdb.connect(str(warehouse)) as connection:
        for name, sql in built.items():
            (plan,) = connection.execute(f"explain (format json) {sql}").fetchall()
            counts[name] = sum(map(scans, json.loads(plan[1])))
    return {name: count for name, count in counts.items() if count}


def test_twice_as_many_kpis_scan_the_activities_as_often(
    warehouse: Path, built: dict[str, str]
) -> None:
    before = scans_by_model(warehouse, built)
    with duckdb.connect(str(warehouse)) as connection:
        (kpi_count,) = connection.execute(KPI_COUNT).fetchone() or ()
        for table in ("stg_reference__kpi_catalog", "stg_reference__kpi_terms"):
            connection.execute(
                f"insert into staging.{table} by name"
                f" select * replace (kpi_id || '_again' as kpi_id) from staging.{table}"
            )
        assert connection.execute(KPI_COUNT).fetchall() == [(2 * kpi_count,)]
    assert scans_by_model(warehouse, built) == before
    assert before["kpi_touches"] == 1, "what the wide counts of all KPIs read is one scan"
    assert not {"kpi_activity_slices", "kpi_contact_firsts", "kpi_touch_cells"} & set(before)
    assert sum(before.values()) < kpi_count / 4


def test_no_sql_is_made_from_the_rows_of_a_table(repo_root: Path) -> None:
    """A model that asks for rows while dbt compiles it could scan once per KPI.

    How a table is kept (`macros/engine`) may ask which of its rows are still right.
    """
    sql = [
        path
        for folder in ("models", "macros")
        for path in (repo_root / folder).rglob("*.sql")
        if path.parent.name != "engine"
    ]
    assert len(sql) > 100
    asking = [
        path.name
        for path in sql
        if any(word in path.read_text(encoding="utf-8") for word in ("run_query", "load_result"))
    ]
    assert asking == []


def test_the_activities_are_read_in_place(demo_refresh: DemoRefresh) -> None:
    """A model that names them twice would write all of them into memory first."""
    folder = target_folder(demo_refresh.paths) / "run"
    (run,) = folder.rglob("fct_responses.sql")
    assert "activities as not materialized (" in run.read_text(encoding="utf-8")
