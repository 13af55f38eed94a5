"""The errors that the project raises on purpose, each with the exit code it leads to.

What belongs here: the exit codes, and exceptions whose message is meant for the user. Every
message names what is wrong, where (file, row, column, key) and what to do about it. Bugs raise
Python's own exceptions.
"""

import errno
from collections.abc import Mapping
from typing import ClassVar

EXIT_CODES: Mapping[int, str] = {
    0: "published (or, for the other commands, done)",
    1: "unexpected failure: the last version stays",
    2: "wrong use or configuration: nothing was changed",
    3: "blocked by a gate: the last version stays",
    4: "another refresh is running in this data folder",
    5: "published, but part of the input was held back, or the copy in PostgreSQL is an older one; "
    "of `inspect`: something is to be decided",
}
"""What each exit code means. `docs/operations.md` says what to do about it."""


class ProspectionError(Exception):
    """Something the user should know about; `exit_code` is what the command ends with."""

    exit_code: ClassVar[int] = 1


class ConfigurationError(ProspectionError):
    """Wrong use or wrong settings: nothing was changed."""

    exit_code: ClassVar[int] = 2


class BlockedByGateError(ProspectionError):
    """A gate held the batch or the marts back: the last published version stays."""

    exit_code: ClassVar[int] = 3


class DamagedFileError(ProspectionError):
    """A file of the data folder is not what was written; nothing was made from it."""

    def __init__(self, file: object, problem: object, remedy: str) -> None:
        super().__init__(f"{file} is damaged ({problem}): {remedy}")


RUNS_REMEDY = "delete it: it only tells the scheduler's pages of earlier runs"
"""What to do about a damaged file of Dagster's storage."""

_NO_ROOM = "there is no room left on its disk: make room, then run this again"
_REFUSED: Mapping[int, str] = {
    errno.ENOSPC: _NO_ROOM,
    errno.EDQUOT: _NO_ROOM,
    errno.EROFS: "its disk is read-only: make it writable, then run this again",
    errno.EACCES: "this user may not: look at the modes and the owner, then run this again",
    errno.EPERM: "this user may not: look at the modes and the owner, then run this again",
    errno.EIO: "its disk cannot read or write it: look at the disk, then run this again",
}


def first_line(error: BaseException) -> str:
    """Return the first line of what an error says, or its kind when it says nothing."""
    return next(iter(f"{error}".splitlines()), type(error).__name__)


def refused_by_system(error: BaseException) -> str | None:
    """Return the file that the system kept us from using, why and what to do; None for a bug."""
    why = _REFUSED.get(error.errno or 0) if isinstance(error, OSError) else None
    if isinstance(error, OSError) and why is not None:
        file = error.filename2 or error.filename or "a file"
        return f"{file}: {error.strerror}: {why}"
    if "No space left on device" in str(error):  # as DuckDB says it
        return f"{str(error).splitlines()[0]}: {_NO_ROOM}"
    return None


class RefreshRunningError(ProspectionError):
    """Another refresh is writing to the same data folder."""

    exit_code: ClassVar[int] = 4
