"""How dbt and DuckDB share the machine's cores and memory during a build.

What belongs here: which target of `profiles.yml` a build takes, and what DuckDB may keep in memory.
What does not: the targets.

With few rows a query is over before its work is shared out: on one thread it costs a third less.
Then two nodes are built at a time, so that dbt prepares one while DuckDB runs the other. On two
cores that also pays for a million activities (a tenth of the processor time). With more rows, or
more cores, DuckDB uses all of them for one query.

Without a limit DuckDB keeps what it has read until four fifths of the memory are taken, which makes
nothing faster. So a build gets a limit by its size. It grows with what is landed, up to a size at
which it was measured to cost no time; beyond that, and on a machine that has no more memory, DuckDB
is left its own.
"""

import os
from pathlib import Path

from orchestration.paths import Paths
from orchestration.processes import machine_memory

FEW_ROWS, MANY_ROWS = "duckdb_few_rows", "duckdb"
"""Targets of `profiles.yml`."""

FEW_BYTES = 4_000_000
"""Landed Parquet up to here counts as few rows: some 100,000 activities and what is about them."""

FEW_BYTES_ON_TWO_CORES = 80_000_000
"""The same where there are no more than two cores to share a query out to: a million activities."""


LEAST_MEMORY = 900_000_000
"""Bytes that DuckDB may always keep in memory."""

MEMORY_PER_BYTE = 10
"""Further bytes of memory for each landed byte of Parquet, which is that much smaller."""

MOST_MEASURED = 250_000_000
"""Landed bytes up to which the limit was tried: ten million activities."""

OWN_SHARE = 0.8
"""Of the machine's memory, what DuckDB takes without a limit."""


def build_target(paths: Paths) -> str:
    """Return the target for what is landed and translated in a data folder."""
    few = FEW_BYTES if _cores() > 2 else FEW_BYTES_ON_TWO_CORES
    return FEW_ROWS if _landed_bytes(paths) <= few else MANY_ROWS


def build_memory(paths: Paths) -> str | None:
    """Return what DuckDB may take for a build, such as `1200MB`; None for its own limit."""
    landed = _landed_bytes(paths)
    wanted = LEAST_MEMORY + MEMORY_PER_BYTE * landed
    if landed > MOST_MEASURED or wanted > OWN_SHARE * machine_memory():
        return None
    return f"{wanted // 1_000_000}MB"


def _cores() -> int:
    return os.cpu_count() or 1


def _landed_bytes(paths: Paths) -> int:
    return _parquet_bytes(paths.landing) + _parquet_bytes(paths.translated)


def _parquet_bytes(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*.parquet"))
