"""Reading with DuckDB: fast, and checked by its caller.

What belongs here: the SQL. DuckDB accepts what it should not (a surplus empty cell at the end of a
row, blanks beside quotes) and stops at what is normal (mixed line ends): the caller compares the
figures with an independent count and reads again with Python where they differ.
"""

import glob
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.landing.containers import Scratch
from orchestration.landing.headers import HeaderMatch
from orchestration.landing.rows import Origin
from orchestration.quoting import quoted_name, quoted_text

# Columns of ids have no use for a dictionary: giving up on it early saves a fifth of the time.
COPY_OPTIONS = (
    "format parquet, compression zstd, compression_level 1, write_bloom_filter false, "
    "dictionary_size_limit 2000"
)
MOST_REJECTS = 10_000
BLANKS = " \t\r\n\u00a0\u202f"
"""What is trimmed off a cell."""

_CELL_COUNT_ERRORS = {"MISSING COLUMNS", "TOO MANY COLUMNS"}


@dataclass(frozen=True)
class DuckdbRead:
    """What DuckDB made of a file: landed rows, and rejects as (byte offset, raw text)."""

    rows: Path
    landed: int
    rejects: tuple[tuple[int, str], ...]


def connect(scratch_folder: Path, memory_limit: str, threads: int) -> duckdb.DuckDBPyConnection:
    """Open an in-memory DuckDB that spills into the scratch folder and looks nothing up online."""
    connection = duckdb.connect(
        config={
            "memory_limit": memory_limit,
            "threads": threads,
            "temp_directory": str(scratch_folder / "duckdb"),
            "autoinstall_known_extensions": False,
        }
    )
    connection.execute("set timezone = 'UTC'")
    return connection


def read_with_duckdb(
    path: Path,
    delimiter: str,
    origin: Origin,
    match: HeaderMatch,
    connection: duckdb.DuckDBPyConnection,
    scratch: Scratch,
    is_parallel: bool = True,
    is_strict: bool = True,
) -> DuckdbRead | None:
    """Read delimited text; None when DuckDB cannot, or when it rejects for other reasons.

    A row without a value is left out, and one that repeats the header: the caller finds one record
    too few, and counts the blank ones. Only without
    `is_strict` does it read mixed line ends, but then it drops surplus cells silently: the caller
    must count cells.
    """
    rows = scratch.path(".parquet")
    columns = ", ".join(f"'c{position}': 'varchar'" for position in range(match.width))
    relation = f"""read_csv({_file(path)}, auto_detect = false, header = true,
        delim = {quoted_text(delimiter)}, quote = '"', escape = '"', compression = 'none',
        columns = {{{columns}}}, parallel = {is_parallel},
        strict_mode = {is_strict}, store_rejects = true,
        rejects_limit = {MOST_REJECTS + 1}, rejects_table = 'rejected', rejects_scan = 'scanned')"""
    cells = [f"c{position}" for position in range(match.width)]
    query = (
        f"select {_landed(origin, match, cells)} from {relation} "
        f"where not {_is_header(cells, match)} and coalesce({', '.join(cells)}) is not null"
    )
    try:
        connection.execute("drop table if exists rejected; drop table if exists scanned")
        landed = _copy(query, rows, connection)
        rejects = connection.execute("""
            select line_byte_position - 1, any_value(csv_line), list(distinct error_type::varchar)
            from rejected group by 1 order by 1
        """).fetchall()
    except duckdb.Error:
        rows.unlink(missing_ok=True)
        return None
    errors = {error for _, _, found in rejects for error in found}
    if len(rejects) > MOST_REJECTS or not errors <= _CELL_COUNT_ERRORS:
        return None
    return DuckdbRead(rows, landed, tuple((offset, raw) for offset, raw, _ in rejects))


def parquet_columns(path: Path, connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Return the columns of a Parquet file and their types in DuckDB's words."""
    described = connection.execute(f"describe select * from {scan_parquet([path])}").fetchall()
    return {row[0]: row[1] for row in described}


def read_parquet(
    path: Path,
    origin: Origin,
    match: HeaderMatch,
    decimal: str,
    connection: duckdb.DuckDBPyConnection,
    scratch: Scratch,
) -> tuple[Path, int, list[int]]:
    """Read a Parquet file as text.

    Numbers are written with the given decimal mark, like those of the source's other files.

    Returns: the landed rows, their number, and which rows (from 1) repeat the header.
    """
    rows = scratch.path(".parquet")
    cells = []
    for header, column_type in parquet_columns(path, connection).items():
        cell = f"{quoted_name(header)}::varchar"
        if decimal != "." and column_type.startswith(("DOUBLE", "FLOAT", "DECIMAL")):
            cell = f"replace({cell}, '.', {quoted_text(decimal)})"
        cells.append(f"nullif(replace({cell}, chr(0), '\ufffd'), '')")
    is_header = _is_header(cells, match)
    numbered = f"read_parquet({_file(path)}, binary_as_string = true, file_row_number = true)"
    repeated = connection.execute(
        f"select file_row_number + 1 from {numbered} where {is_header} order by 1"
    ).fetchall()
    query = f"select {_landed(origin, match, cells)} from {scan_parquet([path])}"
    if repeated:
        query = f"{query} where not {is_header}"
    return rows, _copy(query, rows, connection), [number for (number,) in repeated]


def concatenate(files: Sequence[Path], target: Path, connection: duckdb.DuckDBPyConnection) -> None:
    """Write the rows of several landed files into one, in order."""
    _copy(f"select * from {scan_parquet(files)}", target, connection)


def scan_parquet(files: Sequence[Path]) -> str:
    """Return the SQL relation of the rows of Parquet files, in order."""
    listed = ", ".join(_file(path) for path in files)
    return f"read_parquet([{listed}], binary_as_string = true, union_by_name = false)"


def _landed(origin: Origin, match: HeaderMatch, cells: Sequence[str]) -> str:
    """Return the select list that makes landed rows from the cells (SQL expressions) of a row."""
    columns = [
        f"{_cell(name, match, cells)} as {quoted_name(name)}" for name in origin.entity.column_names
    ]
    return ", ".join(
        [
            *columns,
            f"{_extra(match, cells)} as _extra",
            f"{quoted_text(origin.source)} as _source",
            f"{quoted_text(origin.load_id)} as _load_id",
            f"{quoted_text(origin.file)} as _file",
        ]
    )


def _cell(name: str, match: HeaderMatch, cells: Sequence[str]) -> str:
    if name in match.positions:
        return cells[match.positions[name]]
    constant = match.cell_without(name)
    return "null::varchar" if constant is None else quoted_text(constant)


def _is_header(cells: Sequence[str], match: HeaderMatch) -> str:
    """Return the condition that a row repeats the header: all of its cells do.

    A cell that is a column of the entity goes first: hardly any value is the name of its column.
    """
    first = min(match.positions.values(), default=0)
    conditions = []
    for cell, header in zip(cells, match.headers, strict=True):
        plain = f"trim(translate({cell}, '\ufeff\"', ''), {quoted_text(BLANKS)})"
        conditions.append(f"lower(nfc_normalize(coalesce({plain}, ''))) = {quoted_text(header)}")
    # a case, for the order of conditions is DuckDB's own choice
    return (
        f"case when contains(lower({cells[first]}), {quoted_text(match.headers[first])}) "
        f"then {' and '.join(conditions)} else false end"
    )


def _extra(match: HeaderMatch, cells: Sequence[str]) -> str:
    if not match.unknown:
        return "null::varchar"
    pairs = ", ".join(
        f"{quoted_text(label)}, {cells[position]}" for label, position in match.unknown.items()
    )
    filled = ", ".join(cells[position] for position in match.unknown.values())
    return f"case when coalesce({filled}) is not null then json_object({pairs})::varchar end"


def _copy(query: str, target: Path, connection: duckdb.DuckDBPyConnection) -> int:
    found = connection.execute(f"copy ({query}) to {quoted_text(str(target))} ({COPY_OPTIONS})")
    row = found.fetchone()
    return int(row[0]) if row else 0


def _file(path: Path) -> str:
    return quoted_text(glob.escape(str(path)))
