"""Opening what is published, for programs of ours that read it on somebody's behalf.

What belongs here: a connection that can read that one file and nothing else. What does not: what
is asked of it.
"""

import duckdb

from orchestration.publication.versions import Version
from orchestration.publication.writing import DATABASE_NAME


def open_published(version: Version) -> duckdb.DuckDBPyConnection:
    """Open a published version: read-only, and shut off from every other file and from the net."""
    return duckdb.connect(
        str(version.folder / DATABASE_NAME),
        read_only=True,
        config={"enable_external_access": False, "lock_configuration": True},
    )
