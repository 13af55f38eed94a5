"""Reading with Python's csv module: slower, exact for every file that can be read at all.

What belongs here: reading and writing in batches of bounded size. What does not: checking the
result.
"""

import csv
import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.landing.containers import Scratch
from orchestration.landing.headers import HeaderMatch
from orchestration.landing.rows import (
    BLANK_RULE,
    REJECTS_SCHEMA,
    REPEATED_HEADER_RULE,
    Origin,
    Reject,
    landed_schema,
    rejects_table,
)

BATCH_ROWS = 20_000
BATCH_CHARACTERS = 16 << 20


@dataclass(frozen=True)
class PythonRead:
    """What Python made of a file.

    `rejects` holds the records that are rejected and those that are blank; it is None without any.
    """

    rows: Path
    landed: int
    rejects: Path | None
    rejected: int
    blank: int


@dataclass(frozen=True)
class _Batch:
    rows: list[list[str]]
    rejects: list[Reject]


def read_with_python(
    path: Path, delimiter: str, origin: Origin, match: HeaderMatch, scratch: Scratch
) -> PythonRead:
    """Read UTF-8 delimited text.

    A row with another number of cells than the header is rejected, and one that repeats it; one
    without a value is left out.
    """
    rows, rejects = scratch.path(".parquet"), scratch.path(".parquet")
    landed = rejected = blank = 0
    schema = landed_schema(origin.entity)
    with ExitStack() as stack:
        row_writer = stack.enter_context(pq.ParquetWriter(rows, schema, compression="zstd"))
        reject_writer = stack.enter_context(
            pq.ParquetWriter(rejects, REJECTS_SCHEMA, compression="zstd")
        )
        for batch in _batches(path, delimiter, match):
            if batch.rows:
                row_writer.write_table(_landed_table(batch.rows, origin, match, schema))
            if batch.rejects:
                reject_writer.write_table(rejects_table(batch.rejects, origin))
            landed += len(batch.rows)
            blank += sum(each.rule == BLANK_RULE for each in batch.rejects)
            rejected += sum(each.rule != BLANK_RULE for each in batch.rejects)
    return PythonRead(rows, landed, rejects if rejected or blank else None, rejected, blank)


def _batches(path: Path, delimiter: str, match: HeaderMatch) -> Iterator[_Batch]:
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as stream:
        batch = _Batch([], [])
        lines = _Lines(stream)
        with _cells_of_any_size():
            for number, (row, raw) in enumerate(_records(lines, delimiter)):
                if number == 0:
                    continue  # the header
                if not any(row):
                    batch.rejects.append(Reject(number, raw, BLANK_RULE))
                elif match.is_repeated_by(row):
                    batch.rejects.append(Reject(number, raw, REPEATED_HEADER_RULE))
                elif len(row) == match.width:
                    batch.rows.append(row)
                else:
                    batch.rejects.append(Reject(number, raw))
                if len(batch.rows) + len(batch.rejects) >= BATCH_ROWS or lines.is_full():
                    yield batch
                    batch = _Batch([], [])
        yield batch


def _records(lines: "_Lines", delimiter: str) -> Iterator[tuple[list[str], str]]:
    """Yield every record with its text; a blank line is none."""
    for row in csv.reader(lines, delimiter=delimiter):
        raw = lines.drop()
        if row:
            yield row, raw


class _Lines:
    """The lines of a file, remembered until their record is complete."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._held: list[str] = []
        self._characters = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self._held.append(line)
        self._characters += len(line)
        return line

    def drop(self) -> str:
        """Return the text of the record, and forget it."""
        raw = "".join(self._held) if len(self._held) != 1 else self._held[0]
        self._held.clear()
        return raw

    def is_full(self) -> bool:
        """Tell whether a batch has become large; then begin to measure the next one."""
        if self._characters < BATCH_CHARACTERS:
            return False
        self._characters = 0
        return True


@contextmanager
def _cells_of_any_size() -> Iterator[None]:
    limit = csv.field_size_limit(sys.maxsize)
    try:
        yield
    finally:
        csv.field_size_limit(limit)


def _landed_table(
    rows: list[list[str]], origin: Origin, match: HeaderMatch, schema: pa.Schema
) -> pa.Table:
    columns = list(zip(*rows, strict=True))
    arrays = []
    for name in origin.entity.column_names:
        if name in match.positions:
            cells = [cell or None for cell in columns[match.positions[name]]]
            arrays.append(pa.array(cells, pa.string()))
        else:
            cell = pa.scalar(match.cell_without(name), pa.string())
            arrays.append(pa.repeat(cell, len(rows)))
    arrays.append(pa.array([_extra(row, match) for row in rows], pa.string()))
    for value in (origin.source, origin.load_id, origin.file):
        arrays.append(pa.repeat(pa.scalar(value, pa.string()), len(rows)))
    return pa.Table.from_arrays(arrays, schema=schema)


def _extra(row: list[str], match: HeaderMatch) -> str | None:
    cells = {label: row[position] or None for label, position in match.unknown.items()}
    if not any(cells.values()):
        return None
    return json.dumps(cells, ensure_ascii=False, separators=(",", ":"))
