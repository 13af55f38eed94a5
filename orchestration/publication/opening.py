"""Opening what is published, for programs of ours that read it on somebody's behalf.

What belongs here: which file of a version is opened. What does not: how it is shut off from
everything else (see `read_only.py`), and what is asked of it.
"""

import duckdb

from orchestration.publication.read_only import open_shut_off
from orchestration.publication.versions import Version
from orchestration.publication.writing import DATABASE_NAME


def open_published(version: Version) -> duckdb.DuckDBPyConnection:
    """Open a published version: read-only, and shut off from every other file and from the net."""
    return open_shut_off(version.folder / DATABASE_NAME)
