"""A connection that reads one DuckDB file and nothing else, whatever SQL is asked of it.

What belongs here: the settings that shut DuckDB off from every other file and from the net. What
does not: which file (see `opening.py`), and what is asked of it.

Read-only is no sandbox: SQL can read any file of the host and write one (`copy … to`). Nor is
`enable_external_access = false` alone: `copy … to` may write beside the open file, where its log
would be, and a log that SQL turns on ends the process. Disabling the file system, which is
possible only once the file is open and can never be undone, closes both.

Nothing but DuckDB is needed here, so that other environments, such as Superset's, can import it.
"""

from pathlib import Path
from threading import Lock
from typing import Any

import duckdb

CONFIGURATION: dict[str, Any] = {"enable_external_access": False, "temp_directory": ""}
"""What is set as the file is opened; without a folder for them, no large sort is kept on disk."""

SHUTTING_OFF = (
    "set enable_external_access = false",
    "set disabled_filesystems = 'LocalFileSystem'",
)
"""What any driver that only takes SQL can say on each connection; saying it again is no error."""

LOCKING = "set lock_configuration = true"

_OPENING = Lock()
"""Connections of one process to one file share their settings: one of them sets and locks them."""


def open_shut_off(file: Path) -> duckdb.DuckDBPyConnection:
    """Open a DuckDB file read-only, shut off from all others, its settings locked.

    A link on the way is followed now, so that what is opened is the version it leads to now,
    whatever this process has opened before.
    """
    with _OPENING:
        connection = duckdb.connect(str(file.resolve()), read_only=True, config=CONFIGURATION)
        try:
            ((is_locked,),) = connection.execute(
                "select current_setting('lock_configuration')"
            ).fetchall()
            if not is_locked:
                for statement in (*SHUTTING_OFF, LOCKING):
                    connection.execute(statement)
        except BaseException:
            connection.close()
            raise
    return connection
