"""A second look at a file of which DuckDB did not account for everything, before Python reads it.

What belongs here: the two irregularities that are common in real exports and that DuckDB passes
over in silence, found from the bytes. What does not: deciding whether a result can be trusted.
"""

import codecs
import re
import shutil
from collections.abc import Callable, Iterator
from itertools import islice
from mmap import ACCESS_READ, mmap
from pathlib import Path

from orchestration.landing.containers import Scratch
from orchestration.landing.counting import numbers_behind, wide_records
from orchestration.landing.duckdb_reader import DuckdbRead
from orchestration.landing.rows import REPEATED_HEADER_RULE, Reject

MOST_IRREGULAR = 1000
"""Beyond so many irregular records Python reads the file."""

_HEADER_BYTES = 1 << 20
_MASK = b"x"


def repeated_headers(path: Path, delimiter: str, missing: int) -> list[Reject]:
    """Return the records that are the header once more, byte for byte, when so many are missing.

    DuckDB leaves out what repeats the header, and says nothing of it. Where others are missing, or
    the header is repeated in another writing, there are none: Python will read the file.
    """
    if not 0 < missing <= MOST_IRREGULAR:
        return []
    with path.open("rb") as stream, mmap(stream.fileno(), 0, access=ACCESS_READ) as content:
        first_lines = content[:_HEADER_BYTES].removeprefix(codecs.BOM_UTF8).lstrip(b"\r\n")
        header = re.split(rb"[\r\n]", first_lines, maxsplit=1)[0]
        breaks = list(islice(_breaks_before(header, content), missing + 1))
    if len(breaks) != missing or header.count(b'"') % 2:
        return []
    numbers = numbers_behind(path, delimiter, breaks)
    raw = header.decode("utf-8", "replace")
    repeated = [Reject(each, raw, REPEATED_HEADER_RULE) for each in numbers if each is not None]
    return repeated if len(repeated) == missing else []


def read_without_wide(
    path: Path,
    delimiter: str,
    width: int,
    read: Callable[[Path], DuckdbRead | None],
    scratch: Scratch,
) -> DuckdbRead | None:
    """Read a file in which some records have too many cells, so that these are rejected.

    DuckDB drops a surplus cell that is empty, and lands the row, its cells in the wrong columns. In
    a copy such records are one word, of the same length: everything else keeps its place.

    Args:
        path: the file, of UTF-8.
        delimiter: what stands between its cells.
        width: how many cells a record has.
        read: reads the copy.
        scratch: where to write it to.

    Returns: what was read, with the rejected records as they are written; None without any, or
        with too many.

    """
    wide = wide_records(path, delimiter, width) if width > 1 else []
    if not 0 < len(wide) <= MOST_IRREGULAR:
        return None
    masked = scratch.path(".csv")
    shutil.copyfile(path, masked)
    written = []
    with masked.open("r+b") as stream:
        for begin, end in wide:
            stream.seek(begin)
            written.append(stream.read(end - begin).decode("utf-8", "replace"))
            stream.seek(begin)
            stream.write(_MASK * (end - begin))
    try:
        found = read(masked)
    finally:
        masked.unlink()
    if found is None:
        return None
    is_masked = [set(raw.strip("\r\n")) == {_MASK.decode()} for _, raw in found.rejects]
    if sum(is_masked) != len(wide):
        return None
    originals = iter(written)
    rejects = tuple(
        (offset, next(originals) if masks else raw)
        for (offset, raw), masks in zip(found.rejects, is_masked, strict=True)
    )
    return DuckdbRead(found.rows, found.landed, rejects)


def _breaks_before(line: bytes, content: mmap) -> Iterator[int]:
    """Yield the line breaks that stand before a line, but for its first occurrence."""
    at = content.find(line, content.find(line) + 1)
    while at >= 0:
        if content[at + len(line) : at + len(line) + 1] in (b"\r", b"\n", b""):
            yield at - (2 if content[at - 2 : at] == b"\r\n" else 1)
        at = content.find(line, at + 1)
