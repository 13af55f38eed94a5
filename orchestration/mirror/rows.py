"""Bringing rows onto the server: a table whole, or what differs from the version that is there.

What belongs here: reading the published files with DuckDB and writing through COPY. What does not:
the tables' columns and keys (see `changes.py`).

Rows travel as CSV through a pipe: DuckDB writes it as fast as its binary form, and no second
program has to know how the server is reached.
"""

import os
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import duckdb

from orchestration.mirror.changes import sql_name
from orchestration.mirror.errors import MirrorError
from orchestration.mirror.wanted import WantedTable
from orchestration.quoting import quoted_name, quoted_names

if TYPE_CHECKING:
    import psycopg

LARGE_ROWS = 10_000
"""Of a table with more rows only those that differ are written."""

BLOCK_BYTES = 1 << 20
_NULL = "\\N"


@dataclass(frozen=True)
class Written:
    """What was written of a table: rows taken away and rows added; whether it was all of it."""

    removed: int
    added: int
    is_whole: bool


def write_whole(
    connection: "psycopg.Connection[Any]",
    source: duckdb.DuckDBPyConnection,
    table: WantedTable,
    prefix: str,
) -> Written:
    """Replace every row of a table: readers see the old ones until the end."""
    target = sql_name(table.identity, prefix)
    removed = connection.execute(f"delete from {target}").rowcount
    query = f"select {_values(table)} from published.{table.published}"
    added = copy_in(connection, source, query, f"{target} ({quoted_names(table.kinds)})")
    _check_rows(table, added)
    return Written(removed, added, True)


def write_differences(
    connection: "psycopg.Connection[Any]",
    source: duckdb.DuckDBPyConnection,
    table: WantedTable,
    prefix: str,
) -> Written:
    """Take away and add the rows by which the version attached as `older` differs.

    A row is told by the hash of its key and that of all its values. Where more than half of the
    rows differ, or the table does not hold what it is said to hold, it is written whole.
    """
    key, everything = table.sources(table.key), table.sources(list(table.kinds))
    for name in ("published", "older"):
        source.execute(
            f"""
            create or replace temp table {name}_rows as
            select
                rowid as place,
                hash({", ".join(key)}) as key_hash,
                hash({", ".join(everything)}) as row_hash
            from {name}.{table.published}
            """
        )
    for name, other in (("published", "older"), ("older", "published")):
        source.execute(
            f"""
            create or replace temp table {name}_only as
            select place from {name}_rows anti join {other}_rows using (key_hash, row_hash)
            """
        )
    removed, added = (_count(source, f"{name}_only") for name in ("older", "published"))
    if max(removed, added) * 2 > table.rows:
        return write_whole(connection, source, table, prefix)
    target = sql_name(table.identity, prefix)
    gone = _rows_at(table, "older", list(table.key))
    connection.execute(
        "create temp table gone on commit drop as "
        f"select {quoted_names(table.key)} from {target} limit 0"
    )
    copy_in(connection, source, gone, "gone")
    connection.execute("analyze gone")
    same = " and ".join(f"kept.{name} = gone.{name}" for name in map(quoted_name, table.key))
    removed = connection.execute(f"delete from {target} as kept using gone where {same}").rowcount
    connection.execute("drop table gone")
    new = _rows_at(table, "published", list(table.kinds))
    added = copy_in(connection, source, new, f"{target} ({quoted_names(table.kinds)})")
    row = connection.execute(f"select count(*) from {target}").fetchone()
    if row is None or row[0] != table.rows:
        return write_whole(connection, source, table, prefix)
    return Written(removed, added, False)


def copy_in(
    connection: "psycopg.Connection[Any]",
    source: duckdb.DuckDBPyConnection,
    query: str,
    target: str,
) -> int:
    """Copy the rows of a DuckDB query into a table; return how many.

    Raises:
        duckdb.Error: the query failed; then nothing was copied.

    """
    reading, writing = os.pipe()
    failed: list[Exception] = []

    def write() -> None:
        try:
            source.execute(
                f"copy ({query}) to '/dev/fd/{writing}' (format csv, header false, "
                f"nullstr '{_NULL}', quote '\"', escape '\"', force_quote *, use_tmp_file false)"
            )
        except Exception as error:
            failed.append(error)
        finally:
            os.close(writing)

    writer = threading.Thread(target=write, name="rows for PostgreSQL")
    cursor = connection.cursor()
    try:
        with (
            os.fdopen(reading, "rb", buffering=0) as pipe,
            cursor.copy(f"copy {target} from stdin (format csv, null '{_NULL}')") as rows,
        ):
            writer.start()
            while block := pipe.read(BLOCK_BYTES):
                rows.write(block)
            writer.join()
            if failed:
                raise failed[0]
    finally:
        if writer.ident is None:
            os.close(writing)
        else:
            writer.join()
    return int(cursor.rowcount)


def _values(table: WantedTable) -> str:
    return ", ".join(column.value for column in table.columns)


def _rows_at(table: WantedTable, database: str, columns: list[str]) -> str:
    """Return the query of those columns, in their order, of the rows that only this one has."""
    values = {column.name: column.value for column in table.columns}
    chosen = ", ".join(values[column] for column in columns)
    place = f"select place from {database}_only"
    return f"select {chosen} from {database}.{table.published} where rowid in ({place})"


def _count(source: duckdb.DuckDBPyConnection, name: str) -> int:
    row = source.execute(f"select count(*) from {name}").fetchone()
    return int(row[0]) if row else 0


def _check_rows(table: WantedTable, added: int) -> None:
    if added != table.rows:
        raise MirrorError(
            f"{table.full_name}: {added} rows were copied, and the version's manifest says "
            f"{table.rows}: its files have been changed; publish a new version"
        )
