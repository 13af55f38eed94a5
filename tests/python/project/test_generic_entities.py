"""SQL's lists of entities and channels are those of the format's description."""

from pathlib import Path
from typing import Any

from jinja2 import Environment

from orchestration.formats.descriptions import known_formats

RENAMED_IN_STAGING = {("links", "source"): "record_source"}


def returned_by(repo_root: Path, file: str, macro: str) -> Any:
    """Return what a macro of `macros/records` hands to the models."""
    returned: list[Any] = []
    text = (repo_root / "macros" / "records" / f"{file}.sql").read_text(encoding="utf-8")
    template = Environment().from_string(text, globals={"return": returned.append})
    getattr(template.module, macro)()
    (value,) = returned
    return value


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
    assert returned_by(repo_root, "generic_entities", "generic_entities") == described


def test_the_channels_are_those_of_the_description(repo_root: Path) -> None:
    (channel,) = [
        column
        for column in known_formats()["generic"].entities["activities"].columns
        if column.name == "channel"
    ]
    assert returned_by(repo_root, "channels", "channels") == list(channel.allowed)
