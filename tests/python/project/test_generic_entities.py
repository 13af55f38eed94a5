"""SQL's list of entities is that of the format's description, and every column says what it is."""

from pathlib import Path
from typing import Any

from jinja2 import Environment

from orchestration.formats.descriptions import known_formats

RENAMED_IN_STAGING = {("links", "source"): "record_source"}
ENTITIES = known_formats()["generic"].entities
NUMBERS = {
    ("order_lines", "quantity"),
    ("rep_time", "days"),
    ("rep_time", "working_days"),
    ("survey_responses", "score"),
    ("reviews", "rating"),
    ("targets", "target"),
    ("targets", "change"),
    ("fx_rates", "rate"),
}
"""Decimals that are no money."""


def entities_of_the_macro(repo_root: Path) -> list[dict[str, Any]]:
    """Return what `generic_entities()` hands to the models."""
    returned: list[list[dict[str, Any]]] = []
    text = (repo_root / "macros" / "records" / "generic_entities.sql").read_text(encoding="utf-8")
    template = Environment().from_string(text, globals={"return": returned.append})
    getattr(template.module, "generic_entities")()  # noqa: B009  mypy does not know the macro
    (entities,) = returned
    return entities


def test_the_macro_lists_the_entities_of_the_description(repo_root: Path) -> None:
    described = [
        {
            "name": entity.name,
            "key": [
                RENAMED_IN_STAGING.get((entity.name, column.name), column.name)
                for column in entity.columns
                if column.is_key
            ],
            "has_updated_at": "updated_at" in entity.column_names,
            "references": {
                column.name: column.points_to
                for column in entity.columns
                if column.points_to and column.type == "id"
            },
            "names": {
                column.name: column.points_to
                for column in entity.columns
                if column.points_to and column.type == "text"
            },
            "amounts": [
                column.name
                for column in entity.columns
                if column.currency not in (None, "reporting")
            ],
            "decisions": [column.name for column in entity.columns if column.is_decision],
        }
        for entity in ENTITIES.values()
    ]
    assert entities_of_the_macro(repo_root) == described


def test_an_id_is_the_records_own_or_says_what_it_points_to() -> None:
    """The ids of links belong to records of every kind."""
    silent = [
        (entity.name, column.name)
        for entity in ENTITIES.values()
        for column in entity.columns
        if column.type == "id" and column.points_to is None
        if column is not entity.columns[0] and entity.name != "links"
    ]
    assert silent == []


def test_a_name_stands_right_behind_an_id_of_the_same_entity() -> None:
    """The three names that the contract knows, wherever their id may be empty."""
    names = {"owner_rep_id": "owner_rep_name", "rep_id": "rep_name", "account_id": "account_name"}
    for entity in ENTITIES.values():
        columns = {column.name: column for column in entity.columns}
        expected = {
            names[column.name]: column.points_to
            for column in entity.columns
            if column.name in names and column.points_to and not column.is_required
        }
        found = {
            column.name: column.points_to
            for column in entity.columns
            if column.points_to and column.type == "text"
        }
        assert found == expected, entity.name
        order = entity.column_names
        for name, beside in names.items():
            if beside in columns:
                assert order.index(beside) == order.index(name) + 1


def test_what_an_id_points_to_has_an_id_as_its_first_column() -> None:
    pointed_to = {column.points_to for entity in ENTITIES.values() for column in entity.columns} - {
        None
    }
    assert {str(name) for name in pointed_to} <= set(ENTITIES)
    assert all(ENTITIES[str(name)].columns[0].type == "id" for name in pointed_to)


def test_a_decimal_is_money_in_some_currency_or_a_number() -> None:
    found = {
        (entity.name, column.name)
        for entity in ENTITIES.values()
        for column in entity.columns
        if column.type == "decimal" and column.currency is None
    }
    assert found == NUMBERS
    for entity in ENTITIES.values():
        for column in entity.columns:
            if column.currency == "own":
                assert "currency" in entity.column_names
            elif column.currency not in (None, "reporting"):
                assert "currency" in ENTITIES[str(column.currency)].column_names
