"""How much of an export is read: beyond these bounds a file is refused, and the rest is published.

What belongs here: the bounds, and the words that say what is beyond one. What does not: those of
workbooks (see `workbooks.py`), and reading.

They are far above what tools write, and below what takes the memory or the disk of a refresh.
"""

from collections.abc import Callable
from pathlib import Path

MOST_UNPACKED_BYTES = 50 << 30
"""How many bytes a file or a member may have when it is unpacked."""

MOST_UNPACKED_RATIO = 250
"""How many times its packed size it may have, once it is larger than `FREE_BYTES`."""

FREE_BYTES = 64 << 20

MOST_MEMBERS = 10_000
"""How many files a zip may hold."""

MOST_HEADERS = 5_000
"""How many columns a table may have."""

MOST_RECORD_BYTES = 16 << 20
"""How many bytes a record may have."""

MOST_ROWS_PER_BYTE = 4
"""How many rows a Parquet file may say it holds for each of its bytes, once they are a million."""


class BeyondBoundError(ValueError):
    """A file is beyond a bound; the message says which, and what to do."""


def bounded(write: Callable[[bytes], object], packed_bytes: int) -> Callable[[bytes], None]:
    """Return a writer that stops once what is unpacked is beyond a bound.

    Args:
        write: what is done with each piece.
        packed_bytes: the size of what it is unpacked from.

    """
    most = min(MOST_UNPACKED_BYTES, max(FREE_BYTES, MOST_UNPACKED_RATIO * packed_bytes))
    unpacked = 0

    def write_on(piece: bytes) -> None:
        nonlocal unpacked
        unpacked += len(piece)
        if unpacked > most:
            raise BeyondBoundError(
                f"{packed_bytes} bytes unpack to more than {most}, which no table does: unpack it "
                "and look at what it holds"
            )
        write(piece)

    return write_on


def check_rows(path: Path, rows: int) -> None:
    """Do nothing when a Parquet file may well hold as many rows as it says.

    Raises: BeyondBoundError.
    """
    size = path.stat().st_size
    if rows > 1_000_000 and rows > MOST_ROWS_PER_BYTE * size:
        raise BeyondBoundError(
            f"{size} bytes say they hold {rows} rows, which no table does: look at what it holds"
        )
