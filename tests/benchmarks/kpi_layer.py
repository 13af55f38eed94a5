"""What each model of the KPI layer costs, on the warehouse of a finished refresh.

Run it on a data folder that `prospection run` has filled, for example with a demo of ten million
activities (`prospection demo --scale 500`):

    python -m tests.benchmarks.kpi_layer --data data

The warehouse is copied beside itself, and the SQL that dbt compiled is run on the copy, model after
model in the order of their references: rows, seconds and processor seconds of each, dbt's own
start and its tests not counted. `--project` compiles the models anew from the working tree first.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import duckdb
import jinja2
import yaml

from tests.benchmarks.measuring import measured_here

PROJECT_DIR = Path(__file__).parents[2]


def main() -> None:
    """Copy the warehouse, run the models of the KPI layer on the copy, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder of a finished refresh")
    parser.add_argument("--project", action="store_true", help="compile the working tree first")
    parser.add_argument("--slowest", type=int, default=15, help="how many models to list")
    parser.add_argument("--folder", default="models/marts/kpi", help="which models to run")
    arguments = parser.parse_args()
    target = arguments.data / "state" / "dbt" / "target"
    if arguments.project:
        target = compile_models(arguments.data)
    manifest = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory(prefix="benchmark_", dir=arguments.data) as folder:
        copy = Path(folder) / "warehouse.duckdb"  # of the same name: the SQL names its file
        shutil.copyfile(arguments.data / "warehouse.duckdb", copy)
        nodes = list(models(manifest, arguments.folder))
        measure(copy, nodes, session_settings(arguments.data), arguments.slowest)


def compile_models(data: Path) -> Path:
    """Compile the models of the working tree against this data; return dbt's target folder."""
    target = data / "benchmark_target"
    variables = {
        "PROSPECTION_DATA": str(data),
        "DBT_TARGET_PATH": str(target.absolute()),
        "DBT_LOG_PATH": str(target.absolute()),
    }
    command = [sys.executable, "-m", "orchestration.warehouse.dbt_process", "compile", "--quiet"]
    environment = {**os.environ, **variables}
    subprocess.run(command, cwd=PROJECT_DIR, env=environment, check=True)
    return target


def models(manifest: Mapping[str, Any], folder: str) -> Iterator[Mapping[str, Any]]:
    """Yield the models of a folder, each after those that it reads."""
    nodes = manifest["nodes"]
    graph = {name: node["depends_on"].get("nodes", []) for name, node in nodes.items()}
    for name in TopologicalSorter(graph).static_order():
        node = nodes.get(name, {})
        if node.get("resource_type") == "model" and node["original_file_path"].startswith(folder):
            yield node


def session_settings(data: Path) -> Mapping[str, str]:
    """Return what the profile sets for every session."""
    variables = {"PROSPECTION_DATA": str(data)}
    template = jinja2.Template((PROJECT_DIR / "profiles.yml").read_text(encoding="utf-8"))
    profile = yaml.safe_load(
        template.render(env_var=variables.get, var=lambda _, default="": default)
    )
    settings: Mapping[str, str] = profile["prospection"]["outputs"]["duckdb"]["settings"]
    return settings


def measure(
    warehouse: Path, nodes: list[Mapping[str, Any]], settings: Mapping[str, str], slowest: int
) -> None:
    """Build every model in the copy and print what each took, the dearest first."""
    rows, peak = [], 0
    with duckdb.connect(warehouse) as connection:
        for setting, value in settings.items():
            connection.execute(f"set {setting} = '{value}'")
        for node in nodes:
            kind = "view" if node["config"]["materialized"] == "view" else "table"
            name = node["relation_name"].split(".", 1)[1]
            connection.execute(f"drop {existing_kind(connection, node)} if exists {name}")
            if node["config"]["meta"].get("joins_as_written"):  # as the project's materialization
                connection.execute("set disabled_optimizers = 'build_side_probe_side'")
            with measured_here() as spent:
                connection.execute(f"create {kind} {name} as {compiled(node)}")
            peak = spent.peak
            connection.execute("reset disabled_optimizers")
            found = connection.execute(f"select count(*) from {name}").fetchone()
            rows.append(
                (
                    spent.cpu,
                    spent.wall,
                    found[0] if kind == "table" and found else None,
                    node["name"],
                )
            )
    print(f"{'model':36}{'rows':>12}{'cpu s':>9}{'wall s':>9}")
    for processor, seconds, count, name in sorted(rows, key=lambda row: -row[0])[:slowest]:
        size = "view" if count is None else f"{count:,}"
        print(f"{name:36}{size:>12}{processor:9.2f}{seconds:9.2f}")
    processor, seconds = (sum(row[index] for row in rows) for index in (0, 1))
    print(
        f"{len(rows)} models: {processor:.1f} processor s, {seconds:.1f} s, "
        f"peak {peak / 2**20:,.0f} MiB"
    )


def existing_kind(connection: duckdb.DuckDBPyConnection, node: Mapping[str, Any]) -> str:
    """Return whether the copy has this model as a table or as a view."""
    row = connection.execute(
        "select 1 from duckdb_views() where schema_name = $schema and view_name = $name",
        {"schema": node["schema"], "name": node["alias"]},
    ).fetchone()
    return "view" if row else "table"


def compiled(node: Mapping[str, Any]) -> str:
    """Return the model's SQL."""
    if node.get("compiled_code"):
        return str(node["compiled_code"])
    return (PROJECT_DIR / node["compiled_path"]).read_text(encoding="utf-8")


if __name__ == "__main__":
    main()
