"""The cases of `tests/cases`: tables that two implementations share, and what older releases wrote.

What belongs here: reading them. What does not: what is compared.
"""

import json
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import yaml

FOLDER = Path(__file__).parents[1] / "cases"
_SPACES = str.maketrans("\u00a0\u202f", "  ")
_TYPES = {
    "": pa.string(),
    "int32": pa.int32(),
    "int64": pa.int64(),
    "day": pa.date32(),
    "moment": pa.timestamp("us"),
    "texts": pa.list_(pa.string()),
}
_READ: dict[str, Callable[[Any], Any]] = {
    "int32": int,
    "int64": int,
    "day": date.fromisoformat,
    "moment": datetime.fromisoformat,
    "texts": list,
}


def changes_of_a_kpi() -> list[tuple[Any, ...]]:
    """Return unit, value before, value now, language and what is written, by case and language."""
    text = (FOLDER / "changes_of_a_kpi.yml").read_text(encoding="utf-8")
    return [
        (case["unit"], case["before"], case["now"], language, case[language])
        for case in yaml.safe_load(text)
        for language in ("en", "fr")
    ]


def with_plain_spaces(text: str | None) -> str | None:
    """Return a text with a blank in place of every space that does not break a line."""
    return None if text is None else text.translate(_SPACES)


def write_form_1(data: Path) -> None:
    """Write the data folder that a release before the stamp wrote of the README's five steps."""
    write_form(1, data)


def write_form(number: int, data: Path) -> None:
    """Write the data folder that a release of an earlier form wrote (`tests/cases/form_N.json`)."""
    form = json.loads((FOLDER / f"form_{number}.json").read_text(encoding="utf-8"))
    for name, lines in form["texts"].items():
        (data / name).parent.mkdir(parents=True, exist_ok=True)
        (data / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    for name, table in form["tables"].items():
        columns = dict(column.partition(":")[::2] for column in table["columns"].split())
        schema = pa.schema([(column, _TYPES[kind]) for column, kind in columns.items()])
        rows = [
            {column: _READ.get(columns[column], str)(value) for column, value in row.items()}
            for row in table["rows"]
        ]
        (data / name).parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.Table.from_pylist(rows, schema=schema), data / name)
