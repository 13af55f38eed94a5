"""SQL's list of entities is that of the format's description."""

from pathlib import Path
from typing import Any

from jinja2 import Environment

from orchestration.formats.descriptions import known_formats

RENAMED_IN_STAGING = {("links", "source"): "record_source"}


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
        }
        for entity in known_formats()["generic"].entities.values()
    ]
    assert entities_of_the_macro(repo_root) == described
