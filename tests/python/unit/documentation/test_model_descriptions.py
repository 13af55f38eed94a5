"""A model's header becomes its description."""

from pathlib import Path

import pytest

from orchestration.documentation.descriptions import (
    described_header,
    described_models,
    with_descriptions,
)
from orchestration.errors import ConfigurationError


def test_a_header_is_the_grain_and_what_follows_it() -> None:
    sql = "-- grain: one row per deal\n-- that was won.\n-- By day.\nwith deals as (\n-- not this\n"
    assert described_header(sql) == "One row per deal that was won. By day."


def test_a_grain_alone_gets_its_full_stop() -> None:
    assert described_header("-- grain: one row per deal\nselect 1") == "One row per deal."


def test_a_question_comes_first_and_notes_to_developers_are_left_out() -> None:
    sql = "-- grain: one row per deal.\n-- Why do we lose? Most frequent first.\n--\n-- A table.\n"
    assert described_header(sql) == "Why do we lose? One row per deal. Most frequent first."


def test_only_descriptions_of_models_are_replaced() -> None:
    properties = (
        "models:\n"
        "  - name: one\n    description: >\n      old\n      text\n"
        "    columns:\n      - name: one\n        description: 'stays'\n"
        "  - name: two\n    description: 'old'\n"
        "  - name: three\n    columns: []\n"
        "  - name: unknown\n    description: 'stays'\n"
    )
    assert with_descriptions(properties, {"one": "New.", "two": "Second.", "three": "Third."}) == (
        "models:\n"
        "  - name: one\n    description: >\n      New.\n"
        "    columns:\n      - name: one\n        description: 'stays'\n"
        "  - name: two\n    description: >\n      Second.\n"
        "  - name: three\n    description: >\n      Third.\n    columns: []\n"
        "  - name: unknown\n    description: 'stays'\n"
    )


def test_a_model_without_grain_is_named(tmp_path: Path) -> None:
    room = tmp_path / "models" / "core"
    room.mkdir(parents=True)
    (room / "_core__models.yml").write_text("models: []\n", encoding="utf-8")
    (room / "fct_deals.sql").write_text("select 1", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"fct_deals\.sql: begin with the line `-- grain"):
        described_models(tmp_path)
