"""Every published column says what it holds about people, and holds nothing that names anybody."""

import re
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.publication.contents import (
    PERSONAL,
    PUBLISHED_SCHEMAS,
    PublishedColumn,
    identifier_of,
    personal_of,
    published_tables,
    warehouse_columns,
)
from orchestration.warehouse.dbt_project import Manifest

from ..conftest import DemoRefresh

JUDGE, OF_NAMES = "model.prospection.int_withheld_words", "names"
UNJUDGED = ("int_", "stg_generic", "stg_landing")
Column = tuple[dict[str, Any], str, dict[str, Any]]
"""A published model, the name of a column, and its properties."""


@pytest.fixture(scope="module")
def published(manifest: Manifest, demo_refresh: DemoRefresh) -> dict[str, list[PublishedColumn]]:
    """Return the columns of every published table, by its place in the warehouse."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{demo_refresh.paths.warehouse}' as base (read_only)")
        there = warehouse_columns(connection, "base")
    return {table.full_name: list(table.columns) for table in published_tables(manifest, there)}


@pytest.fixture(scope="module")
def columns(manifest: Manifest, published: dict[str, list[PublishedColumn]]) -> list[Column]:
    """Return every published column that a model describes; KPIs' own are numbers."""
    return [
        (node, column.origin or column.name, node["columns"][column.origin or column.name])
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["schema"] in PUBLISHED_SCHEMAS
        for column in published.get(f"{node['schema']}.{node['alias']}", ())
        if (column.origin or column.name) in node["columns"]
    ]


def meta_of(properties: dict[str, Any]) -> dict[str, Any]:
    return {**properties.get("meta", {}), **properties["config"].get("meta", {})}


def ancestors(manifest: Manifest, node: dict[str, Any]) -> set[str]:
    found: set[str] = set()
    ahead = list(node["depends_on"].get("nodes", ()))
    while ahead:
        name = ahead.pop()
        if name not in found and name in manifest["nodes"]:
            found.add(name)
            ahead += manifest["nodes"][name]["depends_on"].get("nodes", ())
    return found


def judged_fields(repo_root: Path) -> set[str]:
    """Return the fields of which `int_typed_words` judges the words."""
    path = repo_root / "models" / "intermediate" / "records" / "int_typed_words.sql"
    return set(re.findall(r"\('\w+', '\w+', '(\w+)'", path.read_text(encoding="utf-8")))


def test_every_published_column_says_what_it_holds_about_people(columns: list[Column]) -> None:
    assert len(columns) > 1000
    unknown = [
        f"{node['name']}.{name}"
        for node, name, properties in columns
        if personal_of(name, properties) not in PERSONAL
    ]
    wanted = f"say `config: {{meta: {{personal: …}}}}`, one of {list(PERSONAL)}"
    assert not unknown, f"{wanted}: {unknown}"


def test_no_published_column_names_anybody_or_holds_what_they_wrote(columns: list[Column]) -> None:
    naming = [
        f"{node['name']}.{name}"
        for node, name, properties in columns
        if personal_of(name, properties) in ("direct", "free_text")
    ]
    assert not naming, naming


def test_keys_and_ids_are_what_publication_takes_them_for(
    columns: list[Column], published: dict[str, list[PublishedColumn]]
) -> None:
    wrong = []
    for node, name, properties in columns:
        told = personal_of(name, properties)
        table = published[f"{node['schema']}.{node['alias']}"]
        shown = next((each for each in table if each.name == name), None)
        is_id = shown is not None and (shown.is_shown_id or shown.is_record_id)
        by_key = {"key": "pseudonym", "crm_id": "person_id", "record_id": "record_id"}
        expected = by_key.get(identifier_of(name, properties), "record_id" if is_id else told)
        if told != expected:
            wrong.append(f"{node['name']}.{name} is {told}, and published as {expected}")
    assert not wrong, wrong


def test_every_category_is_judged_before_it_is_shown(
    manifest: Manifest, columns: list[Column], repo_root: Path
) -> None:
    fields = judged_fields(repo_root)
    wrong, used = [], set()
    for node, name, properties in columns:
        field = meta_of(properties).get("judged_as")
        if personal_of(name, properties) != "category":
            wrong += [f"{node['name']}.{name}: judged_as of no category"] if field else []
        elif node["schema"] in ("core", "meta"):
            used.add(field)
            is_judged = field in fields and JUDGE in ancestors(manifest, node)
            if not (is_judged or (field == OF_NAMES and node["schema"] == "meta")):
                wrong.append(f"{node['name']}.{name}: judged_as {field}")
        else:  # from the marts alone, whose words are judged, and reference tables
            parents = node["depends_on"].get("nodes", ())
            read = {each.removeprefix("model.prospection.") for each in parents}
            typed = {each for each in read if each.startswith(UNJUDGED)}
            wrong += [f"{node['name']}.{name}: read from {typed}"] if typed else []
    assert not wrong, wrong
    assert fields - used == {"sender_account"}, "judged, and no category is"
