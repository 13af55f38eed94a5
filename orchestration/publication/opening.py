"""Opening what is published, for programs of ours that read it on somebody's behalf.

What belongs here: which file of a version is opened. What does not: how it is shut off from
everything else (see `read_only.py`), and what is asked of it.
"""

import duckdb

from orchestration.publication.read_only import LOCKING, open_shut_off
from orchestration.publication.versions import Version
from orchestration.publication.writing import DATABASE_NAME
from orchestration.quoting import quoted_text


def open_published(version: Version) -> duckdb.DuckDBPyConnection:
    """Open a published version: read-only, and shut off from every other file and from the net."""
    return open_shut_off(version.folder / DATABASE_NAME)


def open_with_parquet(version: Version) -> duckdb.DuckDBPyConnection:
    """Open a published version and its Parquet files, shut off from everything else.

    Its own temporary tables may be kept on disk while they are needed. For queries of ours only:
    `copy … to` could still write into the folder of the Parquet files.
    """
    connection = duckdb.connect()
    try:
        for statement in (
            f"set allowed_directories = [{quoted_text(version.folder / 'parquet')}]",
            f"attach {quoted_text(version.folder / DATABASE_NAME)} as published (read_only)",
            "use published",
            "set enable_external_access = false",
            LOCKING,
        ):
            connection.execute(statement)
    except BaseException:
        connection.close()
        raise
    return connection
