"""How Superset opens the published database: shut off from every other file, always the newest.

What belongs here: what a `superset_config.py` says for it, ours or another Superset's. What does
not: what shuts DuckDB off (see `orchestration/publication/read_only.py`).
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from duckdb_engine import ConnectionWrapper
from sqlalchemy.engine.url import URL

from orchestration.publication.read_only import open_shut_off

Engine = tuple[URL, dict[str, Any]]


def open_only(database: Path) -> Callable[..., Engine]:
    """Return a DB_CONNECTION_MUTATOR by which DuckDB opens this file, and no other.

    Each connection is opened anew (Superset keeps none), through the link to the newest version.
    """

    def mutate(url: URL, parameters: dict[str, Any], *_: Any) -> Engine:
        if url.get_backend_name() != "duckdb":
            return url, parameters
        if url.database != str(database):
            raise ValueError(
                f"{url.database!r} is not the published database: DuckDB opens no other"
            )
        creator = {"creator": lambda: ConnectionWrapper(open_shut_off(database))}
        return url, parameters | creator

    return mutate
