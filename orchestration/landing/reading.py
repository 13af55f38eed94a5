"""Reading one table into landed rows: every cell as text, every record landed or rejected.

What belongs here: choosing between the two loaders and checking them against the independent
count. What does not: how each loader works, and what a load consists of.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import duckdb
import pyarrow.parquet as pq

from orchestration.formats.descriptions import Entity
from orchestration.landing.containers import Scratch, parquet_rows
from orchestration.landing.counting import Count, count_records, record_at, record_numbers
from orchestration.landing.dialect import first_row
from orchestration.landing.duckdb_reader import (
    DuckdbRead,
    read_parquet,
    read_with_duckdb,
)
from orchestration.landing.headers import (
    ForeignHeadersError,
    HeaderError,
    HeaderMatch,
    match_headers,
    shown_headers,
)
from orchestration.landing.python_reader import read_with_python
from orchestration.landing.recognition import foreign_table, read_header, tool_of
from orchestration.landing.rows import REPEATED_HEADER_RULE, Origin, Reject, write_rejects

HEADER_BYTES = 1 << 20


class RefusedError(ValueError):
    """The rows of the file cannot be trusted; the message says why and what to do.

    Attributes:
        headers: what the file's first row names, where they are the reason.

    """

    def __init__(self, reason: str, headers: Sequence[str] = ()) -> None:
        super().__init__(reason)
        self.headers = tuple(headers)


@dataclass(frozen=True)
class ReadTable:
    """The outcome for one table: Parquet files in the scratch folder, and the figures."""

    rows: Path
    rejects: Path | None
    records: int
    landed: int
    structural_rejects: int
    match: HeaderMatch


def head_of(path: Path) -> str:
    """Return the first bytes of a UTF-8 file as text, without a byte order mark."""
    with path.open("rb") as stream:
        return stream.read(HEADER_BYTES).decode("utf-8-sig", "replace")


def read_delimited(
    path: Path,
    delimiter: str,
    origin: Origin,
    connection: duckdb.DuckDBPyConnection,
    scratch: Scratch,
) -> ReadTable:
    """Read a UTF-8 file of delimited text.

    DuckDB reads while a second thread counts. Python's csv module reads once more where DuckDB's
    result does not agree with the count, or where the two are known to read cells differently.

    Raises: RefusedError when the file must be refused whole.
    """
    match = _match_first_row(path, delimiter, origin.entity)
    with ThreadPoolExecutor(max_workers=1) as pool:
        counting = pool.submit(count_records, path, delimiter)
        quick = read_with_duckdb(path, delimiter, origin, match, connection, scratch)
        count = counting.result()
    if count.broken_quote_at is not None:
        raise RefusedError(_broken_quote(path, delimiter, count.broken_quote_at, match))
    if _is_delicate(count):
        # Where quotes are text or line ends differ, DuckDB may guess wrongly at the seams between
        # its threads.
        quick = read_with_duckdb(
            path,
            delimiter,
            origin,
            match,
            connection,
            scratch,
            is_parallel=False,
            is_strict=len(count.line_ends) < 2,
        )
    if quick is not None and _agrees(quick, count, match.width, delimiter):
        return _finish(path, delimiter, origin, quick, count, match, scratch)
    exact = read_with_python(path, delimiter, origin, match, scratch)
    records = count.records - 1
    if exact.landed + exact.rejected != records:
        raise RefusedError(
            f"{records} records were counted but {exact.landed + exact.rejected} could be read: "
            "its rows cannot be told apart safely; export it again with every cell in quotes"
        )
    return ReadTable(exact.rows, exact.rejects, records, exact.landed, exact.rejected, match)


def read_columnar(
    path: Path,
    origin: Origin,
    decimal: str,
    connection: duckdb.DuckDBPyConnection,
    scratch: Scratch,
) -> ReadTable:
    """Read a Parquet file; its footer is the independent count.

    Raises: RefusedError when the file must be refused whole.
    """
    try:
        # DuckDB would rename the second of two columns that differ in case only
        match = match_headers(pq.read_schema(path).names, origin.entity)
        rows, landed, repeated = read_parquet(path, origin, match, decimal, connection, scratch)
    except ForeignHeadersError as error:
        raise _foreign_headers(error, origin.entity, "header") from error
    except HeaderError as error:
        raise RefusedError(str(error)) from error
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        raise RefusedError(
            f"the Parquet file cannot be read ({reason}): export it again"
        ) from error
    records = parquet_rows(path)
    if landed + len(repeated) != records:
        raise RefusedError(
            f"the footer of the Parquet file states {records} rows but {landed} could be read: "
            "export it again"
        )
    rejects = None
    if repeated:
        rejects = scratch.path(".parquet")
        raw = ",".join(match.headers)
        numbered = [Reject(number, raw, REPEATED_HEADER_RULE) for number in repeated]
        write_rejects(numbered, origin, rejects)
    return ReadTable(rows, rejects, records, landed, len(repeated), match)


def _match_first_row(path: Path, delimiter: str, entity: Entity) -> HeaderMatch:
    headers = first_row(head_of(path), delimiter)
    if headers is None:
        raise RefusedError("no header row: the file holds only blank lines; export it again")
    try:
        return match_headers(headers, entity)
    except HeaderError as error:
        broken = count_records(path, delimiter).broken_quote_at
        if broken is not None and record_at(path, delimiter, broken)[0] == 0:
            raise RefusedError(_broken_quote(path, delimiter, broken, None)) from error
        if isinstance(error, ForeignHeadersError):
            kind = read_header(head_of(path), delimiter)
            raise _foreign_headers(error, entity, kind) from error
        raise RefusedError(str(error)) from error


def _foreign_headers(error: ForeignHeadersError, entity: Entity, kind: str) -> RefusedError:
    """Say what a first row is that names no required column: values, or another table's headers."""
    tool = tool_of(error.headers)
    shown = shown_headers(error.headers)
    if tool is not None:
        return RefusedError(f"{foreign_table(tool)} (its columns: {shown})", error.headers)
    if kind == "values":
        return RefusedError(str(error), error.headers)
    if kind == "unclear":
        reason = (
            f"its first row ({shown}) names no required column of {entity.name}, or is no header"
        )
    else:
        reason = f"its columns ({shown}) are not those of {entity.name}"
    return RefusedError(f"{reason}: {error.needed}", error.headers)


def _is_delicate(count: Count) -> bool:
    """Tell whether DuckDB must read again with one thread, and can."""
    is_mixed = count.line_ends == {"CRLF", "LF"}
    return not count.has_loose_quotes and (is_mixed != count.has_stray_quotes)


def _agrees(quick: DuckdbRead, count: Count, width: int, delimiter: str) -> bool:
    """Tell whether DuckDB's result accounts for every record and every cell."""
    is_mixed = len(count.line_ends) > 1
    if count.has_loose_quotes or (is_mixed and not _is_delicate(count)):
        return False
    rejected_cells = 0
    for _, raw in quick.rejects:
        rejected_cells += len(first_row(raw, delimiter) or ())
    read = (quick.landed + len(quick.rejects), quick.landed * width + rejected_cells)
    return read == (count.records - 1, count.cells - width)


def _finish(
    path: Path,
    delimiter: str,
    origin: Origin,
    quick: DuckdbRead,
    count: Count,
    match: HeaderMatch,
    scratch: Scratch,
) -> ReadTable:
    rejects = None
    if quick.rejects:
        numbers = record_numbers(path, delimiter, [offset for offset, _ in quick.rejects])
        rejects = scratch.path(".parquet")
        raws = (raw for _, raw in quick.rejects)
        numbered = [Reject(number, raw) for number, raw in zip(numbers, raws, strict=True)]
        write_rejects(numbered, origin, rejects)
    return ReadTable(
        quick.rows, rejects, count.records - 1, quick.landed, len(quick.rejects), match
    )


def _broken_quote(path: Path, delimiter: str, offset: int, match: HeaderMatch | None) -> str:
    """Say where the quote is; without `match` it is in the header."""
    number, start = record_at(path, delimiter, offset)
    with path.open("rb") as stream:
        line = 1 + sum(piece.count(b"\n") for piece in _read_until(stream, offset))
        stream.seek(start)
        before = stream.read(min(offset - start, HEADER_BYTES)).decode("utf-8-sig", "replace")
    cell = max(0, len(first_row(before, delimiter) or ()) - 1)
    columns = {**match.unknown, **match.positions} if match else {}
    names = {position: name for name, position in columns.items()}
    column = f", column '{names[cell]}'" if cell in names else ""
    place = f"row {number}" if match else "the header"
    return (
        f"a quote is opened but not closed in {place} (line {line} of the file{column}): the "
        "rows after it cannot be told apart; close it, or double a quote that is part of the text"
    )


def _read_until(stream: BinaryIO, offset: int) -> Iterator[bytes]:
    while offset > 0 and (piece := stream.read(min(HEADER_BYTES, offset))):
        offset -= len(piece)
        yield piece
