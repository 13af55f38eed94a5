"""How dbt and DuckDB share the machine's cores during a build.

What belongs here: which target of `profiles.yml` a build takes. What does not: the targets.

With few rows a query is over before its work is shared out: on one thread it costs a third less.
Then two nodes are built at a time, so that dbt prepares one while DuckDB runs the other. With many
rows DuckDB uses all cores for one query, and two at a time would only need more memory.
"""

from pathlib import Path

from orchestration.paths import Paths

FEW_ROWS, MANY_ROWS = "duckdb_few_rows", "duckdb"
"""Targets of `profiles.yml`."""

FEW_BYTES = 4_000_000
"""Landed Parquet up to here counts as few rows: some 100,000 activities and what is about them."""


def build_target(paths: Paths) -> str:
    """Return the target for what is landed and translated in a data folder."""
    total = _parquet_bytes(paths.landing) + _parquet_bytes(paths.translated)
    return FEW_ROWS if total <= FEW_BYTES else MANY_ROWS


def _parquet_bytes(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*.parquet"))
