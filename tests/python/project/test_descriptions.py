"""Everything has a name that says where it lies, a description and, in the marts, a contract."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import yaml

from orchestration.kpis.catalogue import read_catalogue
from orchestration.warehouse.dbt_project import Manifest

from ..conftest import DemoRefresh

FILE_NAMES = {
    "models/staging/[a-z]+": r"stg_{folder}__[a-z_]+\.sql",
    "models/intermediate/[a-z]+": r"int_[a-z_]+\.sql",
    "models/marts/core": r"(dim|fct)_[a-z_]+\.sql",
    "models/marts/kpi/[a-z]+": r"kpi_[a-z_]+\.sql",
    "models/marts/kpi/subjects/[a-z]+": r"kpi_[a-z_]+\.sql",
    "models/marts/bi": r"bi_[a-z_]+\.sql",
    "models/marts/meta": r"meta_[a-z_]+\.sql",
    "models/marts/meta/findings": r"meta_[a-z]+_findings\.sql",
    "tests/dbt/singular": r"assert_[a-z0-9_]+\.sql",
    "tests/dbt/generic": r"test_[a-z_]+\.sql",
    "macros/[a-z]+": r"[a-z_]+\.sql",
    "tests/python/integration/cross_check": r"facts\.sql",
}
PROPERTY_FILES = (
    r"_{folder}__(sources|models|unit_tests|docs|groups|exposures|overview|macros)\.(yml|md)"
)


def described(manifest: Manifest) -> Iterator[dict[str, Any]]:
    for node in manifest["nodes"].values():
        if node["resource_type"] in {"model", "seed", "snapshot"}:
            yield node
    yield from manifest["sources"].values()


def test_every_model_seed_and_source_is_described(manifest: Manifest) -> None:
    lacking = [node["unique_id"] for node in described(manifest) if not node["description"].strip()]
    lacking += [
        f"{node['unique_id']}.{name}"
        for node in described(manifest)
        for name, column in node["columns"].items()
        if not column["description"].strip()
    ]
    lacking += [
        f"source {node['source_name']}"
        for node in manifest["sources"].values()
        if not node["source_description"].strip()
    ]
    assert not lacking, lacking


def with_a_column_per_kpi(manifest: Manifest) -> Iterator[dict[str, Any]]:
    """Yield the models whose columns follow from the definitions of the KPIs."""
    for node in manifest["nodes"].values():
        if node["config"].get("meta", {}).get("columns") == "kpi":
            yield node


def test_every_column_of_the_warehouse_is_described(
    manifest: Manifest, demo_refresh: DemoRefresh
) -> None:
    nodes = {
        (node["schema"], node["alias"]): set(node["columns"])
        for node in manifest["nodes"].values()
        if node["resource_type"] in {"model", "seed", "snapshot"}
    }
    for node in with_a_column_per_kpi(manifest):  # which the catalogue describes
        nodes[node["schema"], node["alias"]] |= set(read_catalogue().kpis)
    with duckdb.connect(str(demo_refresh.paths.warehouse), read_only=True) as connection:
        rows = connection.execute(
            """
            select schema_name, table_name, list(column_name)
            from duckdb_columns()
            where not internal and database_name = current_database()
            group by all
            """
        ).fetchall()
    built = {(schema, table): set(columns) for schema, table, columns in rows}
    assert nodes.keys() <= built.keys()
    different = {key: sorted(columns ^ built[key]) for key, columns in nodes.items()}
    assert not {key: names for key, names in different.items() if names}


def key_columns(manifest: Manifest, tests: set[str]) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield each column that one of these data tests is about, with its model or seed."""
    for test in manifest["nodes"].values():
        about = test.get("test_metadata")
        if (
            not about
            or about["name"] not in tests
            or test["attached_node"] not in manifest["nodes"]
        ):
            continue
        node = manifest["nodes"][test["attached_node"]]
        for column in about["kwargs"].get("columns") or [about["kwargs"]["column_name"]]:
            if column in node["columns"]:
                yield node, column


def says_null(node: dict[str, Any], column: str) -> bool:
    text = (
        node["columns"][column]["description"].replace("Never null", "").replace("never null", "")
    )
    return re.search(r"\bnull\b", text, re.I) is not None


def test_no_key_is_described_as_nullable(manifest: Manifest) -> None:
    """What a data test keeps from being null is not said to be null in some case."""
    tests = {"is_key", "not_null", "never_null"}
    wrong = [
        f"{node['name']}.{column}"
        for node, column in key_columns(manifest, tests)
        if says_null(node, column)
    ]
    assert not wrong, wrong


def test_a_part_of_a_key_that_is_described_as_nullable_can_be_null(
    manifest: Manifest, demo_refresh: DemoRefresh
) -> None:
    """It is in some row of the demo; a table of which the demo has no row cannot show it."""
    parts = [
        (node, column)
        for node, column in key_columns(manifest, {"unique_combination"})
        if node["resource_type"] == "model" and says_null(node, column)
    ]
    assert parts
    null_or_empty = 'select count(*) = 0 or count(*) > count("{column}") from {schema}.{table}'
    with duckdb.connect(str(demo_refresh.paths.warehouse), read_only=True) as connection:
        wrong = [
            f"{node['name']}.{column}"
            for node, column in parts
            if connection.execute(
                null_or_empty.format(column=column, schema=node["schema"], table=node["alias"])
            ).fetchone()
            != (True,)
        ]
    assert not wrong, wrong


def written_columns(repo_root: Path) -> Iterator[tuple[str, str]]:
    """Yield the description of each column as it is written in YAML, with where it stands."""
    for folder in ("models", "seeds"):
        for file in sorted((repo_root / folder).rglob("*.yml")):
            properties = yaml.safe_load(file.read_text(encoding="utf-8"))
            for node in [*properties.get("models", []), *properties.get("seeds", [])]:
                for column in node.get("columns", []):
                    yield f"{node['name']}.{column['name']}", column["description"]


def test_what_three_columns_say_is_a_doc_block(repo_root: Path) -> None:
    """Written once, beside the models that say it (`_<room>__docs.md`), or for all of them."""
    told: dict[str, list[str]] = {}
    for place, text in written_columns(repo_root):
        if "doc(" not in text:
            told.setdefault(" ".join(text.split()), []).append(place)
    pasted = {text: places for text, places in told.items() if len(places) > 2}
    assert not pasted, pasted


def test_every_doc_block_is_used(repo_root: Path) -> None:
    blocks = {
        name
        for file in (repo_root / "models").rglob("*__docs.md")
        for name in re.findall(r"\{% docs (\w+) %\}", file.read_text(encoding="utf-8"))
    }
    properties = "".join(
        file.read_text(encoding="utf-8")
        for folder in ("models", "seeds")
        for file in (repo_root / folder).rglob("*.yml")
    )
    assert blocks == set(re.findall(r"doc\(['\"](\w+)['\"]\)", properties))


def test_every_column_of_a_seed_is_described(manifest: Manifest, repo_root: Path) -> None:
    for node in manifest["nodes"].values():
        if node["resource_type"] == "seed":
            with (repo_root / node["original_file_path"]).open(encoding="utf-8") as lines:
                header = next(csv.reader(lines))
            assert list(node["columns"]) == header, node["name"]


def test_the_marts_have_enforced_contracts(manifest: Manifest) -> None:
    """A view that is not published is no promise to anybody and needs none.

    Columns that follow from the definitions of the KPIs, a company's own too, are in none.
    """
    per_kpi = {node["name"] for node in with_a_column_per_kpi(manifest)}
    assert per_kpi == {"bi_kpis_wide"}
    without = [
        node["name"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model"
        and node["fqn"][1] == "marts"
        and not node["contract"]["enforced"]
        and node["name"] not in per_kpi
        and not (
            node["config"]["materialized"] == "view"
            and node["config"]["meta"].get("publish") is False
        )
    ]
    assert not without, without


def test_every_model_begins_with_its_grain(manifest: Manifest) -> None:
    without = [
        node["name"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and not node["raw_code"].startswith("-- grain: one row")
    ]
    assert not without, without


def test_no_header_loses_the_full_stop_before_a_new_line(manifest: Manifest) -> None:
    """The header becomes the model's description: its lines are joined."""
    strange = [
        f"{node['name']}: {match[0]!r}"
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model"
        for match in re.finditer(
            r"[^\n]*[^\n.?!:;,]\n-- [A-Z][a-z]+ [^\n]*",
            re.match(r"(?:-- [^\n]*\n)*", node["raw_code"])[0],  # type: ignore[index]
        )
    ]
    assert not strange, strange


def test_every_name_says_where_its_file_lies(tracked_files: list[Path], repo_root: Path) -> None:
    strange = []
    for file in tracked_files:
        path = file.relative_to(repo_root)
        if path.suffix not in {".sql", ".yml", ".md"} or path.parts[0] not in {
            "models",
            "macros",
            "tests",
        }:
            continue
        parent = path.parent.as_posix()
        if parent.startswith(
            ("tests/benchmarks", "tests/cases", "tests/formats", "tests/mappings")
        ):
            continue
        if path.suffix == ".sql":
            patterns = [
                pattern for folder, pattern in FILE_NAMES.items() if re.fullmatch(folder, parent)
            ]
        else:
            patterns = [PROPERTY_FILES]
        wanted = [pattern.format(folder=path.parent.name) for pattern in patterns]
        if not any(re.fullmatch(pattern, path.name) for pattern in wanted):
            strange.append(f"{path}: expected {wanted or 'another folder'}")
    assert not strange, strange


def test_a_macro_is_found_by_the_name_of_its_file(manifest: Manifest, repo_root: Path) -> None:
    own = [macro for macro in manifest["macros"].values() if macro["package_name"] == "prospection"]
    names: dict[str, set[str]] = {}
    for macro in own:
        names.setdefault(macro["original_file_path"], set()).add(
            macro["name"].removeprefix("test_")
        )
    strange = [
        path
        for path, macros in names.items()
        if Path(path).stem.removeprefix("test_") not in macros
    ]
    assert not strange, strange
    assert len(names) == len(list(repo_root.glob("macros/*/*.sql"))) + len(
        list(repo_root.glob("tests/dbt/generic/*.sql"))
    )


def test_no_table_alias_is_one_letter(tracked_files: list[Path], repo_root: Path) -> None:
    found = []
    for file in tracked_files:
        if file.suffix != ".sql" or not {"models", "macros", "tests"} & set(
            file.relative_to(repo_root).parts[:1]
        ):
            continue
        code = file.read_text(encoding="utf-8")
        code = re.sub(r"\{#.*?#\}|--[^\n]*|'[^'\n]*'", "", code, flags=re.S)
        found += [
            f"{file.relative_to(repo_root)}: {match.group(0)}"
            for match in re.finditer(r"(?<![\w.])[a-z]\.[a-z_]\w*", code)
        ]
    assert not found, found
