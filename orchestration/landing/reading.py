"""Reading one table into landed rows: every cell as text, every record landed or rejected.

What belongs here: choosing between the two loaders and checking them against the independent
count. What does not: how each loader works, and what a load consists of.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

import duckdb
import pyarrow.parquet as pq

from orchestration.formats.descriptions import Entity
from orchestration.landing.bounds import MOST_RECORD_BYTES
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
    known_headers,
    match_headers,
    shown_headers,
)
from orchestration.landing.python_reader import read_with_python
from orchestration.landing.recognition import foreign_table, read_header, tool_of
from orchestration.landing.rows import (
    BLANK_RULE,
    HEADER_RULE,
    REPEATED_HEADER_RULE,
    Origin,
    Reject,
    write_rejects,
)
from orchestration.landing.second_look import read_without_wide, repeated_headers
from orchestration.landing.surroundings import Line, Surroundings, cut, look_around

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
    """The outcome for one table: Parquet files in the scratch folder, and the figures.

    Attributes:
        rows: the landed rows.
        rejects: the records that are rejected, and the lines that are left out.
        records: the independent count, without the header and the lines that are left out.
        landed: how many rows were landed.
        structural_rejects: how many records were rejected.
        left_out: rule → how many lines are no rows of the table.
        match: where each column is.
        header_row: which record of the file the header is, the first being 1.

    """

    rows: Path
    rejects: tuple[Path, ...]
    records: int
    landed: int
    structural_rejects: int
    left_out: Mapping[str, int]
    match: HeaderMatch
    header_row: int = 1


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
    is_sheet: bool = False,
    shape: Entity | None = None,
    has_wide_lines: bool = False,
) -> ReadTable:
    """Read the table in a UTF-8 file of delimited text, without what stands around it.

    Args:
        path: the file.
        delimiter: what stands between its cells.
        origin: whose rows they are.
        connection: an open DuckDB.
        scratch: where to write to.
        is_sheet: whether rows are numbered from the first row of the file on.
        shape: the table by whose columns its header is told; by default as what it is landed.
        has_wide_lines: whether a line has so many cells that DuckDB would take minutes for it.

    Raises: RefusedError when the file must be refused whole.

    """
    around = look_around(path, delimiter, shape or origin.entity)
    if is_sheet:
        origin = replace(origin, rows_before=len(around.above) + 1)
    table = path
    if around.is_cut:
        table = scratch.path(".csv")
        cut(path, around, table)
    try:
        read = _read_table(table, delimiter, origin, connection, scratch, has_wide_lines)
    finally:
        if table != path:
            table.unlink()
    read = replace(read, header_row=len(around.above) + 1)
    lines = _lines_around(around, read, origin)
    counts = Counter(around.counts) + Counter(read.left_out)
    if not lines:
        return replace(read, left_out=counts)
    written = scratch.path(".parquet")
    write_rejects(lines, origin, written)
    return replace(read, rejects=(*read.rejects, written), left_out=counts)


def _lines_around(around: Surroundings, read: ReadTable, origin: Origin) -> list[Reject]:
    """Return the lines that are left out, those above the header only where they have a number."""
    lines = []
    if origin.rows_before:
        above = [*around.above, Line(HEADER_RULE, ",".join(read.match.headers))]
        lines += [
            Reject(number - origin.rows_before, line.raw, line.rule)
            for number, line in enumerate(above, start=1)
        ]
    last = read.records + read.left_out.get(BLANK_RULE, 0)
    return lines + [
        Reject(number, line.raw, line.rule)
        for number, line in enumerate(around.below, start=last + 1)
    ]


def _read_table(
    path: Path,
    delimiter: str,
    origin: Origin,
    connection: duckdb.DuckDBPyConnection,
    scratch: Scratch,
    has_wide_lines: bool,
) -> ReadTable:
    """Read a file that begins with its header.

    DuckDB reads while a second thread counts. Python's csv module reads once more where DuckDB's
    result does not agree with the count, or where the two are known to read cells differently.
    """
    match = _match_first_row(path, delimiter, origin.entity)
    with ThreadPoolExecutor(max_workers=1) as pool:
        counting = pool.submit(count_records, path, delimiter)
        quick = None
        if not has_wide_lines:
            quick = read_with_duckdb(path, delimiter, origin, match, connection, scratch)
        count = counting.result()
    if count.longest_record > MOST_RECORD_BYTES:
        raise RefusedError(
            f"a row of it has {count.longest_record} bytes, more than are read "
            f"({MOST_RECORD_BYTES}): look for a quote that is not closed, or leave that column out"
        )
    if count.broken_quote_at is not None:
        raise RefusedError(_broken_quote(path, delimiter, count.broken_quote_at, match))
    if _is_delicate(count) and not has_wide_lines:
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
    elif quick is not None and not _agrees(quick, count, match.width, delimiter):
        quick = (
            read_without_wide(
                path,
                delimiter,
                match.width,
                lambda copy: read_with_duckdb(copy, delimiter, origin, match, connection, scratch),
                scratch,
            )
            or quick
        )
    if quick is not None:
        repeated = repeated_headers(path, delimiter, _missing(quick, count, delimiter))
        if _agrees(quick, count, match.width, delimiter, len(repeated)):
            return _finish(path, delimiter, origin, quick, repeated, count, match, scratch)
    exact = read_with_python(path, delimiter, origin, match, scratch)
    records = count.records - 1 - len(count.blanks)
    if exact.landed + exact.rejected != records or exact.blank != len(count.blanks):
        raise RefusedError(
            f"{records} records were counted but {exact.landed + exact.rejected} could be read: "
            "its rows cannot be told apart safely; export it again with every cell in quotes"
        )
    rejects = (exact.rejects,) if exact.rejects else ()
    left_out = _blank(count)
    return ReadTable(exact.rows, rejects, records, exact.landed, exact.rejected, left_out, match)


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
    rejects: tuple[Path, ...] = ()
    if repeated:
        rejects = (scratch.path(".parquet"),)
        raw = ",".join(match.headers)
        numbered = [Reject(number, raw, REPEATED_HEADER_RULE) for number in repeated]
        write_rejects(numbered, origin, rejects[0])
    return ReadTable(rows, rejects, records, landed, len(repeated), {}, match)


def _match_first_row(path: Path, delimiter: str, entity: Entity) -> HeaderMatch:
    headers = first_row(head_of(path), delimiter)
    if headers is None and path.stat().st_size > HEADER_BYTES:
        raise RefusedError(
            f"its first row has more bytes than are looked at for a header ({HEADER_BYTES})"
        )
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
        columns = f" (its columns: {shown})" if known_headers(error.headers) else ""
        return RefusedError(f"{foreign_table(tool)}{columns}", error.headers)
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


def _missing(quick: DuckdbRead, count: Count, delimiter: str) -> int:
    """Return how many of the counted records DuckDB neither landed nor rejected."""
    read = quick.landed + len(_rejected(quick, delimiter))
    return count.records - 1 - len(count.blanks) - read


def _agrees(quick: DuckdbRead, count: Count, width: int, delimiter: str, repeated: int = 0) -> bool:
    """Tell whether DuckDB's result accounts for every record and every cell."""
    is_mixed = len(count.line_ends) > 1
    if count.has_loose_quotes or (is_mixed and not _is_delicate(count)):
        return False
    rejects = _rejected(quick, delimiter)
    rejected_cells = sum(len(first_row(raw, delimiter) or ()) for _, raw in rejects)
    whole = quick.landed + repeated
    read = (whole + len(rejects), whole * width + rejected_cells)
    return read == (
        count.records - 1 - len(count.blanks),
        count.cells - width - count.blank_cells,
    )


def _rejected(quick: DuckdbRead, delimiter: str) -> list[tuple[int, str]]:
    """Return what DuckDB rejected, without what holds no value."""
    return [(at, raw) for at, raw in quick.rejects if any(first_row(raw, delimiter) or ())]


def _blank(count: Count) -> Mapping[str, int]:
    return {BLANK_RULE: len(count.blanks)} if count.blanks else {}


def _finish(
    path: Path,
    delimiter: str,
    origin: Origin,
    quick: DuckdbRead,
    repeated: list[Reject],
    count: Count,
    match: HeaderMatch,
    scratch: Scratch,
) -> ReadTable:
    rejected = _rejected(quick, delimiter)
    numbers = record_numbers(path, delimiter, [at for at, _ in rejected]) if rejected else []
    lines = [
        *(Reject(number, raw) for number, (_, raw) in zip(numbers, rejected, strict=True)),
        *repeated,
        *(Reject(number, "", BLANK_RULE) for number in count.blanks),
    ]
    rejects: tuple[Path, ...] = ()
    if lines:
        rejects = (scratch.path(".parquet"),)
        write_rejects(lines, origin, rejects[0])
    records = count.records - 1 - len(count.blanks)
    structural = len(rejected) + len(repeated)
    return ReadTable(quick.rows, rejects, records, quick.landed, structural, _blank(count), match)


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
