"""What is planted in the demo for the reports to find, and the note that tells it.

What belongs here: which plants exist, and `truth.json`, which says what was planted in one demo.
What they do to the company is in `sql/` (`03_plants.sql` and the steps that use it). The schema
of `truth.json` is docs/demo.md; nothing in the warehouse reads it.
"""

import json
from collections.abc import Collection
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.errors import ConfigurationError

if TYPE_CHECKING:
    import duckdb

# name: what it is, for the help of the command
PLANTS = {
    "bottleneck": "a step of the funnel that falls in the last months",
    "variants": "a campaign in which one message is far better than the other",
    "thin_margin": "a type of customer that buys much and leaves little margin",
}
TRUTH_NAME = "truth.json"
TRUTH_VERSION = 1


def check_plants(names: Collection[str]) -> None:
    """Refuse a plant that does not exist."""
    unknown = sorted(set(names) - PLANTS.keys())
    if unknown:
        raise ConfigurationError(
            f"no plant is named {unknown[0]!r}: choose among {', '.join(PLANTS)}"
        )


def read_truth(connection: "duckdb.DuckDBPyConnection", query: str) -> dict[str, Any]:
    """Read what was planted from the generator's tables: one JSON value per column."""
    cursor = connection.execute(query)
    names = [column[0] for column in cursor.description or ()]
    row = cursor.fetchone()
    assert row is not None  # there is always one row of plants
    return dict(zip(names, row, strict=True))


def truth_json(truth: dict[str, Any], scale: float, seed: int, first_day: date, as_of: date) -> str:
    """Spell `truth.json`: the same bytes for the same demo."""
    content = {
        "version": TRUTH_VERSION,
        "scale": float(scale),
        "seed": seed,
        "first_day": first_day,
        "as_of": as_of,
        **truth,
    }
    return json.dumps(content, indent=2, ensure_ascii=False, default=date.isoformat) + "\n"


def planted(folder: Path) -> dict[str, Any]:
    """Read the `truth.json` of a demo folder."""
    truth: dict[str, Any] = json.loads((folder / TRUTH_NAME).read_text("utf-8"))
    return truth
