"""A model is held to its contract by the table that was made of it.

The materialization of the project is run on models of a few columns in a dbt project of their own,
as a refresh runs dbt.
"""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
import yaml

MATERIALIZATION = "macros/engine/materialization_table_duckdb.sql"
IMPORTS = "macros/engine/imports_in_place.sql"
CONTRACT = {"deal_key": "bigint", "amount": "decimal(18,2)", "won_on": "date"}
KEPT = "select 1::bigint as deal_key, 9.5::decimal(18,2) as amount, date '2026-03-09' as won_on"
DBT = """
from orchestration.warehouse.dbt_shortcuts import take_shortcuts
take_shortcuts()
from dbt.cli.main import cli
cli()
"""


@dataclass(frozen=True)
class Case:
    """What a model selects, the contract that it is under, and what names the mistake, if any."""

    sql: str
    contract: dict[str, str]
    says: str | None = None


CASES = {
    "kept": Case(KEPT, CONTRACT),
    "in_another_order": Case(KEPT, dict(reversed(CONTRACT.items()))),
    "by_another_name_of_a_type": Case(KEPT, {**CONTRACT, "deal_key": "int8"}),
    "another_type": Case(KEPT, {**CONTRACT, "amount": "double"}, "amount"),
    "another_precision": Case(KEPT, {**CONTRACT, "amount": "decimal(18,4)"}, "amount"),
    "a_column_less": Case("select 1::bigint as deal_key", CONTRACT, "won_on"),
    "a_column_more": Case(f"{KEPT}, 1 as rank", CONTRACT, "rank"),
}


def write_project(repo_root: Path, folder: Path) -> None:
    """Write a dbt project with a model for each case."""
    models, macros = folder / "models", folder / "macros"
    models.mkdir()
    macros.mkdir()
    for file in (MATERIALIZATION, IMPORTS):
        shutil.copy(repo_root / file, macros)
    for name, case in CASES.items():
        (models / f"{name}.sql").write_text(case.sql, encoding="utf-8")
    properties = [
        {
            "name": name,
            "config": {"materialized": "table", "contract": {"enforced": True}},
            "columns": [
                {"name": column, "data_type": kind} for column, kind in case.contract.items()
            ],
        }
        for name, case in CASES.items()
    ]
    profile = {"type": "duckdb", "path": str(folder / "cases.duckdb"), "threads": 2}
    for name, content in {
        "dbt_project.yml": {"name": "contracts", "profile": "contracts", "version": "1.0.0"},
        "profiles.yml": {"contracts": {"target": "cases", "outputs": {"cases": profile}}},
        "models/_models.yml": {"version": 2, "models": properties},
    }.items():
        (folder / name).write_text(yaml.safe_dump(content), encoding="utf-8")


@pytest.fixture(scope="module")
def project(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build all cases once, over tables of an earlier build in the place of two of them."""
    folder = tmp_path_factory.mktemp("contracts")
    write_project(repo_root, folder)
    with duckdb.connect(str(folder / "cases.duckdb")) as connection:
        for name in ("kept", "another_type"):
            connection.execute(f"create table {name} as select 'of before' as state")
    subprocess.run(
        [
            *(sys.executable, "-c", DBT, "--no-send-anonymous-usage-stats", "build"),
            *("--project-dir", str(folder), "--profiles-dir", str(folder)),
            *("--target-path", str(folder / "target"), "--log-path", str(folder / "logs")),
        ],
        cwd=repo_root,
        env={name: value for name, value in os.environ.items() if not name.startswith("DBT_")},
        capture_output=True,
        check=False,
        timeout=300,
    )
    return folder


@pytest.mark.parametrize("name", CASES)
def test_a_table_is_kept_when_it_is_what_its_contract_says(name: str, project: Path) -> None:
    case = CASES[name]
    results = json.loads((project / "target" / "run_results.json").read_text(encoding="utf-8"))
    (found,) = (
        result for result in results["results"] if result["unique_id"].split(".")[-1] == name
    )
    with duckdb.connect(str(project / "cases.duckdb"), read_only=True) as connection:
        tables = [row[0] for row in connection.execute("show tables").fetchall()]
        if case.says is None:
            assert found["status"] == "success"
            query = f"select deal_key, amount, won_on from {name}"
            assert connection.execute(query).fetchall() == connection.execute(KEPT).fetchall()
            return
        assert found["status"] == "error"
        assert "contract" in found["message"]
        assert case.says in found["message"]
        if name == "another_type":
            assert connection.execute(f"from {name}").fetchall() == [("of before",)]
        else:
            assert name not in tables
