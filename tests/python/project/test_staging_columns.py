"""The staging models against the format's description, on a small landing of every entity.

What belongs here: that each entity of `generic.yml` has a staging model whose columns, types and
reject rules are those of the description, and that the generic tests of staging find bad rows.
How single values are read is proved by the unit tests beside the models.
"""

import csv
import os
import subprocess
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import duckdb
import jinja2
import pytest

from orchestration.environment import Environment
from orchestration.formats.descriptions import Column, Entity, known_formats
from orchestration.kpis.own import write_own_kpis
from orchestration.landing.loading import land
from orchestration.landing.reference_tables import write_reference
from orchestration.paths import Paths
from orchestration.settings.declared import read_settings
from orchestration.settings.written import write_settings
from orchestration.warehouse.dbt_project import dbt_command, prepare_project

ENTITIES = known_formats()["generic"].entities
PROVENANCE = (
    ("source", "VARCHAR"),
    ("load_id", "VARCHAR"),
    ("load_row", "BIGINT"),
    ("file", "VARCHAR"),
)
JUDGEMENT = (
    ("reject_column", "VARCHAR"),
    ("reject_rule", "VARCHAR"),
    ("issues", "VARCHAR"),
    ("row_hash", "UBIGINT"),
)
TYPES = {
    "id": "VARCHAR",
    "text": "VARCHAR",
    "word": "VARCHAR",
    "day": "DATE",
    "integer": "BIGINT",
    "boolean": "BOOLEAN",
}
RENAMED = {("links", "source"): "record_source"}
"""`source` is where a staged row came from, so the one column of that name is called otherwise."""

READABLE = {
    "id": "A1",
    "text": "Some text",
    "moment": "2026-10-01 10:00:00",
    "day": "2026-10-01",
    "decimal": "5",
    "integer": "5",
    "boolean": "yes",
}


def staged_name(entity: str, column: str) -> str:
    """Return what staging calls a column of the format."""
    return RENAMED.get((entity, column), column)


def readable(column: Column) -> str:
    """Return a cell that reads as the column's type and is in its list."""
    if column.type == "word":
        return column.allowed[0] if column.allowed else "word"
    return READABLE[column.type]


def expected_columns(entity: Entity) -> list[tuple[str, str]]:
    """Return the columns that the staging model of an entity has, with their types."""
    columns = list(PROVENANCE)
    for column in entity.columns:
        name = staged_name(entity.name, column.name)
        if column.type == "moment":
            stem = name.removesuffix("_at")
            columns += [
                (name, "TIMESTAMP"),
                (f"{stem}_on", "DATE"),
                (f"{stem}_has_time", "BOOLEAN"),
            ]
        elif column.type == "decimal":
            columns.append((name, f"DECIMAL(18,{column.scale})"))
        else:
            columns.append((name, TYPES[column.type]))
    return [*columns, *JUDGEMENT]


def write_export(folder: Path, entity: Entity) -> None:
    """Write a good row, the same again, and a row for each required column that lacks it."""
    good = {column.name: readable(column) for column in entity.columns}
    required = [column.name for column in entity.columns if column.is_required]
    rows = [good, good, *({**good, name: ""} for name in required)]
    with (folder / f"{entity.name}.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(good))
        writer.writeheader()
        writer.writerows(rows)


def run_dbt(repo_root: Path, exports: Path, paths: Paths, *arguments: str) -> None:
    """Run dbt on a data folder, or fail with what it printed."""
    project = prepare_project(Environment(exports, paths))
    result = subprocess.run(
        [*dbt_command(project.file), *arguments, "--target-path", str(paths.data / "target")],
        cwd=repo_root,
        env={
            **os.environ,
            "PROSPECTION_DATA": str(paths.data),
            "DBT_PROFILES_DIR": str(repo_root),
            "DBT_LOG_PATH": str(paths.data),
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.fixture(scope="module")
def warehouse(
    repo_root: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Land one file of every entity and build staging, its unit tests and data tests included."""
    folder = tmp_path_factory.mktemp("staging")
    exports, paths = folder / "exports", Paths(folder / "data")
    (exports / "crm").mkdir(parents=True)
    for entity in ENTITIES.values():
        write_export(exports / "crm", entity)
    settings = read_settings(exports)
    land(exports, paths, settings)
    write_settings(settings, paths, today=date(2026, 10, 15))
    write_reference({}, paths)
    write_own_kpis([], paths)
    # cautious: tests that also read later layers wait for those
    options = ("--select", "+staging", "--indirect-selection", "cautious")
    run_dbt(repo_root, exports, paths, "build", *options)
    with duckdb.connect(paths.warehouse) as connection:
        yield connection


@pytest.mark.parametrize("entity", ENTITIES.values(), ids=ENTITIES)
def test_staging_has_the_columns_of_the_format_in_its_order(
    warehouse: duckdb.DuckDBPyConnection, entity: Entity
) -> None:
    described = warehouse.execute(f"describe staging.stg_generic__{entity.name}").fetchall()
    assert [(name, kind) for name, kind, *_ in described] == expected_columns(entity)


@pytest.mark.parametrize("entity", ENTITIES.values(), ids=ENTITIES)
def test_a_row_is_rejected_for_exactly_the_required_column_that_it_lacks(
    warehouse: duckdb.DuckDBPyConnection, entity: Entity
) -> None:
    rejects = warehouse.execute(
        f"""
        select reject_column, reject_rule, issues
        from staging.stg_generic__{entity.name}
        order by load_row
        """
    ).fetchall()
    required = [
        staged_name(entity.name, column.name) for column in entity.columns if column.is_required
    ]
    accepted = [(None, None, None)] * 2
    assert rejects == [*accepted, *((name, "missing", None) for name in required)]


@pytest.mark.parametrize("entity", ENTITIES.values(), ids=ENTITIES)
def test_a_repeated_line_has_the_same_hash_and_another_line_has_not(
    warehouse: duckdb.DuckDBPyConnection, entity: Entity
) -> None:
    hashes = [
        row_hash
        for (row_hash,) in warehouse.execute(
            f"select row_hash from staging.stg_generic__{entity.name} order by load_row"
        ).fetchall()
    ]
    assert hashes[0] == hashes[1]
    assert len(set(hashes[1:])) == len(hashes) - 1


def failing_rows(warehouse: duckdb.DuckDBPyConnection, repo_root: Path, call: str) -> int:
    """Count what a generic test finds, called as dbt calls it."""
    return len(warehouse.execute(rendered_test(repo_root, call)).fetchall())


def rendered_test(repo_root: Path, call: str) -> str:
    """Render the SQL of a generic test without dbt: it is Jinja around a macro."""
    name = call.partition("(")[0]
    text = (repo_root / f"tests/dbt/generic/test_{name}.sql").read_text(encoding="utf-8")
    macro = text.replace("{% test ", "{% macro ").replace("{% endtest %}", "{% endmacro %}")
    tables: Mapping[str, object] = {"ref": lambda model: f"staging.{model}"}
    return jinja2.Environment().from_string(macro + "{{ " + call + " }}").render(tables)


def test_the_test_of_landed_rows_finds_a_lost_and_a_doubled_row(
    warehouse: duckdb.DuckDBPyConnection, repo_root: Path
) -> None:
    kept = "staging.stg_generic__products"
    lost = f"(select * from {kept} where load_row > 0)"
    doubled = f"(select * from {kept} union all from {kept} where load_row = 0)"

    def found(model: str) -> int:
        call = f'keeps_every_landed_row("{model}", "products")'
        return failing_rows(warehouse, repo_root, call)

    assert [found(kept), found(lost), found(doubled)] == [0, 1, 1]


def test_the_test_of_null_values_finds_each_row_that_lacks_one(
    warehouse: duckdb.DuckDBPyConnection, repo_root: Path
) -> None:
    rows = "(select * from (values (1, 2), (null, 2), (1, null), (null, null)) as t (a, b))"
    assert failing_rows(warehouse, repo_root, f'never_null("{rows}", ["a", "b"])') == 3
    assert failing_rows(warehouse, repo_root, f'never_null("{rows}", ["a"])') == 2
