"""The invented company itself, as tables of a DuckDB database.

What belongs here: the parameters of the company and the run of `sql/steps`. What does not: writing
anything of it into a file (see `generate.py` and `tool_files.py`).
"""

import math
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import duckdb

from orchestration.demo.exports import SQL
from orchestration.demo.plants import PLANTS
from orchestration.errors import ConfigurationError

FIRST_DAY = date(2024, 10, 1)
AS_OF = date(2026, 9, 30)
PROSPECTS_AT_SCALE_1 = 4000
SMALLEST_SCALE, LARGEST_SCALE = 0.05, 1000.0
# A company of another size has another sales force, but not 500 times as many reps.
REPS_AT_SCALE_1, MOST_REPS = 7, 60
# The two dials of the funnel: how many prospects are open to an exchange, and how many of
# the deals opened are won by an average rep. Set by looking at what comes out.
OPENNESS, CLOSING = 0.315, 0.34
MEMORY_LIMIT = "2GB"


@contextmanager
def company(
    working: Path,
    scale: float,
    seed: int,
    progress: Callable[[str], None] = lambda _message: None,
    *,
    threads: int | None = None,
    plants: Collection[str] = tuple(PLANTS),
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Make the company in a database below `working` and hand out a connection to it.

    `scale` is its size, `seed` says which company, `threads` is for DuckDB and changes no row,
    `plants` are the findings that it has.
    """
    connection = duckdb.connect(working / "demo.duckdb")
    try:
        _prepare(connection, scale, seed, threads, plants)
        for step in sorted((SQL / "steps").glob("*.sql")):
            progress(f"making {step.stem.split('_', 1)[1].replace('_', ' ')}")
            connection.execute(step.read_text("utf-8"))
        yield connection
    finally:
        connection.close()


def rep_count(scale: float) -> int:
    """Say how many reps a company of this scale has: at least seven, at most sixty."""
    return min(MOST_REPS, max(REPS_AT_SCALE_1, round(REPS_AT_SCALE_1 * math.sqrt(scale))))


def check_parameters(scale: float, seed: int) -> None:
    """Refuse what cannot be made, before anything is written."""
    if not SMALLEST_SCALE <= scale <= LARGEST_SCALE:
        raise ConfigurationError(
            f"--scale {scale:g} is out of range: choose {SMALLEST_SCALE:g} to {LARGEST_SCALE:g}"
            " (1 is some 20,000 activities)"
        )
    if seed < 0:
        raise ConfigurationError(f"--seed {seed} is negative: choose 0 or more")


def _prepare(
    connection: duckdb.DuckDBPyConnection,
    scale: float,
    seed: int,
    threads: int | None,
    plants: Collection[str],
) -> None:
    """Bound DuckDB's memory and hand it the parameters."""
    connection.execute(f"set memory_limit = '{MEMORY_LIMIT}'")
    connection.execute("set enable_progress_bar = false")
    connection.execute("set preserve_insertion_order = false")
    if threads is not None:
        connection.execute(f"set threads = {threads}")
    parameters = {
        "seed": str(seed),
        "prospect_count": str(round(PROSPECTS_AT_SCALE_1 * scale)),
        "rep_count": str(rep_count(scale)),
        "first_day": f"date '{FIRST_DAY.isoformat()}'",
        "as_of": f"date '{AS_OF.isoformat()}'",
        "openness": str(OPENNESS),
        "closing": str(CLOSING),
        **{f"plants_{name}": str(name in plants).lower() for name in PLANTS},
    }
    for name, value in parameters.items():
        connection.execute(f"set variable {name} = {value}")
