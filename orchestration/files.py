"""Writing files so that a reader, or a crash, sees them whole or not at all.

What belongs here: temporary name, fsync, rename. What does not: what the files contain.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq


@contextmanager
def written_whole(target: Path, is_durable: bool = True) -> Iterator[Path]:
    """Hand out a temporary path beside `target`; it takes the target's name when the block ends.

    When the block raises, the temporary file is removed and `target` stays as it was. What can be
    made again at once need not be durable: a power cut may then leave it damaged.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.part")
    try:
        yield temporary
        if is_durable:
            put_in_place(temporary, target)
        else:
            temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


def put_in_place(temporary: Path, target: Path) -> None:
    """Give a finished file its final name, durably."""
    _sync(temporary)
    temporary.replace(target)
    _sync(target.parent)


def write_table(table: pa.Table, target: Path, is_durable: bool = True) -> None:
    """Write a small Arrow table as Parquet, whole or not at all."""
    with written_whole(target, is_durable) as temporary:
        pq.write_table(table, temporary, compression="zstd")


def write_text(target: Path, text: str) -> None:
    """Write a small text file, whole or not at all."""
    with written_whole(target) as temporary:
        temporary.write_text(text, encoding="utf-8")


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
