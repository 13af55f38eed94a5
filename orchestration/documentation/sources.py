"""The columns of the landed files, as dbt's sources, written from the description of the entities.

What belongs here: the columns in `_generic__sources.yml`. What does not: what an entity is
(`orchestration/formats/generic.yml`) and the head of that file, which is written by hand.
"""

import json
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path

from orchestration.environment import PROJECT_DIR
from orchestration.formats.descriptions import GENERIC, Column, known_formats

SOURCES = Path("models", "staging", "generic", "_generic__sources.yml")
_TABLE = re.compile(
    r"^(?P<head>      - name: (?P<name>\w+)\n        description: .*\n)"
    r"(?:        columns:\n(?: {10}.*\n)+)?",
    flags=re.MULTILINE,
)


def described_sources(project_dir: Path = PROJECT_DIR) -> dict[Path, str]:
    """Return the text of the file of the generic sources, with the columns of each entity."""
    path = project_dir / SOURCES
    return {path: with_columns(path.read_text(encoding="utf-8"))}


def with_columns(properties: str) -> str:
    """Return a file of sources with the columns of each entity put in below its description."""
    entities = known_formats()[GENERIC].entities

    def described(match: re.Match[str]) -> str:
        entity = entities.get(match["name"])
        if entity is None:
            return match[0]
        lines = [line for column in entity.columns for line in _lines(column)]
        return match["head"] + "\n".join(["        columns:", *lines, ""])

    return _TABLE.sub(described, properties)


def _lines(column: Column) -> Iterator[str]:
    """Yield a column's name and meaning, the latter folded where it is long."""
    yield f"          - name: {column.name}"
    text = column.description[:1].upper() + column.description[1:]
    if column.allowed:
        text = f"{text} ({', '.join(column.allowed)})"
    if len(text) <= 90:
        yield f"            description: {json.dumps(text, ensure_ascii=False)}"
        return
    yield "            description: >"
    yield from textwrap.wrap(
        text,
        112,
        initial_indent=" " * 14,
        subsequent_indent=" " * 14,
        break_long_words=False,
        break_on_hyphens=False,
    )
