"""The tables of one version: written into the DuckDB file, and as Parquet where they changed.

What belongs here: writing a table's rows in both forms, and telling by content whether a Parquet
file of the version before is still right. What does not: which tables and columns (see
`contents.py`) and the rest of a version (see `writing.py`).

Every table is read from the warehouse once: the Parquet files, like the hash of their content, come
from the published one. A table that is Parquet only is read for its hash, and again for the months
that changed.
"""

import hashlib
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from orchestration.files import sha256
from orchestration.publication.contents import PublishedTable
from orchestration.quoting import quoted_name, quoted_text

PARQUET_OPTIONS = (
    "format parquet, compression zstd, compression_level 1, dictionary_size_limit 2000"
)
"""Columns of ids have no use for a dictionary: giving up on it early saves a quarter of the time,
and the files stay as small."""

MONTH = "month"
"""What the folders of a table by month are named after."""

NO_MONTH = "__HIVE_DEFAULT_PARTITION__"
"""The folder of rows without a date, as readers of Parquet know it."""


@dataclass(frozen=True)
class LastVersion:
    """What the next version can link: the Parquet files that readers see now.

    Attributes:
        folder: where they are; None before the first version.
        parts: the hash of each one's rows, by path.
        files: what the manifest says of each one, by path.

    """

    folder: Path | None = None
    parts: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, Any] = field(default_factory=dict)

    def link(self, file: str, fingerprint: str, folder: Path) -> dict[str, Any] | None:
        """Link a file into `folder` when its rows are the same; None when that was not possible.

        A file that is not what was published is not linked on.
        """
        if self.folder is None or self.parts.get(file) != fingerprint:
            return None
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        try:
            if sha256(self.folder / file) != self.files[file]["sha256"]:
                return None
            os.link(self.folder / file, folder / file)
        except OSError:  # no hard links here, or the old file is gone: write it anew
            return None
        entry: dict[str, Any] = self.files[file]
        return entry


@dataclass(frozen=True)
class _Part:
    """A Parquet file of a table: the month of its rows (None: all of them), and what they are."""

    file: str
    month: str | None
    rows: int
    fingerprint: str


def fill_database(
    connection: duckdb.DuckDBPyConnection, tables: Sequence[tuple[PublishedTable, str]]
) -> None:
    """Write tables with their comments into the attached database `published`, in one go.

    Args:
        connection: has it attached.
        tables: each with the query of its rows.

    """
    # a commit goes straight into the file: the log would be a second copy of every small table
    connection.execute("set checkpoint_threshold = '1KB'")
    connection.execute("begin")
    for table, query in tables:
        target = f"published.{quoted_name(table.schema)}.{quoted_name(table.name)}"
        connection.execute(f"create schema if not exists published.{quoted_name(table.schema)}")
        connection.execute(f"create table {target} as {query}")
        _comment(connection, table, target)
    connection.execute("commit")
    connection.execute("checkpoint published")


def make_views(
    connection: duckdb.DuckDBPyConnection, views: Sequence[tuple[PublishedTable, str]]
) -> None:
    """Make the views of the database `published`, on its own tables, with their comments.

    Args:
        connection: has it attached, with the tables.
        views: each with its statement, which names no database.

    """
    connection.execute("use published")
    for table, statement in views:
        connection.execute(f"create schema if not exists {quoted_name(table.schema)}")
        connection.execute(statement)
        _comment(connection, table, f"{quoted_name(table.schema)}.{quoted_name(table.name)}")
    connection.execute("use memory")


def write_parquet(
    connection: duckdb.DuckDBPyConnection,
    table: PublishedTable,
    query: str,
    folder: Path,
    last: LastVersion,
) -> dict[str, Any]:
    """Write or link the Parquet files of a table; return its entry of the manifest.

    Args:
        connection: has `published` and the warehouse attached.
        table: the table.
        query: its rows.
        folder: the folder of the version.
        last: the version before.

    """
    source = query
    if table.is_in_database:
        source = f"from published.{quoted_name(table.schema)}.{quoted_name(table.name)}"
    connection.execute(f"create temp view published_rows as {source}")
    parts = _parts(connection, table)
    files = {part.file: last.link(part.file, part.fingerprint, folder) for part in parts}
    changed = [part for part in parts if files[part.file] is None]
    if changed and changed[0].month is None:
        _copy(connection, folder / changed[0].file)
    elif changed:
        _copy_months(connection, table, changed, folder)
    connection.execute("drop view published_rows")
    return {
        "name": table.full_name,
        "rows": sum(part.rows for part in parts),
        "in_database": table.is_in_database,
        "parts": [
            {"file": part.file, "rows": part.rows, "fingerprint": part.fingerprint}
            for part in parts
        ],
        "files": {
            part.file: files[part.file] or describe_file(folder / part.file) for part in parts
        },
    }


def describe_file(path: Path) -> dict[str, Any]:
    """Return what the manifest says of a file."""
    return {"bytes": path.stat().st_size, "sha256": sha256(path)}


def _parts(connection: duckdb.DuckDBPyConnection, table: PublishedTable) -> list[_Part]:
    """Return the table's parts with a hash of their content that does not depend on row order."""
    schema = connection.execute("describe published_rows").fetchall()
    columns = ", ".join(quoted_name(row[0]) for row in schema)
    kinds = ";".join(f"{row[0]} {row[1]}" for row in schema)
    month = "null::varchar" if table.month_column is None else _month(table.month_column)
    rows = connection.execute(
        f"""
        select {month} as part_month, count(*), sum(hash({columns}))::varchar
        from published_rows group by all order by all
        """
    ).fetchall()
    parts = []
    for value, count, content in rows or [(None, 0, None)]:
        facts = f"{duckdb.__version__}|{kinds}|{count}|{content}"
        fingerprint = hashlib.sha256(facts.encode()).hexdigest()
        label = None if table.month_column is None or not rows else value
        below = "" if label is None else f"{MONTH}={label}/"
        file = f"parquet/{table.schema}/{table.name}/{below}data.parquet"
        parts.append(_Part(file, label, count, fingerprint))
    return parts


def _month(column: str) -> str:
    """Return the SQL of the label of a row's month."""
    return f"coalesce(strftime({quoted_name(column)}, '%Y-%m'), '{NO_MONTH}')"


def _copy(connection: duckdb.DuckDBPyConnection, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    connection.execute(f"copy (from published_rows) to {quoted_text(file)} ({PARQUET_OPTIONS})")


def _copy_months(
    connection: duckdb.DuckDBPyConnection,
    table: PublishedTable,
    parts: Sequence[_Part],
    folder: Path,
) -> None:
    """Write the files of some months of a table in one pass over it."""
    month = _month(str(table.month_column))
    wanted = ", ".join(quoted_text(part.month) for part in parts)
    rows = f"select *, {month} as {MONTH} from published_rows where {month} in ({wanted})"
    beside = folder / f".{table.name}"
    connection.execute(f"set partitioned_write_max_open_files = {len(parts) + 1}")
    connection.execute(
        f"copy ({rows}) to {quoted_text(beside)} "
        f"({PARQUET_OPTIONS}, partition_by ({MONTH}), filename_pattern 'data')"
    )
    for part in parts:
        (written,) = (beside / f"{MONTH}={part.month}").iterdir()
        file = folder / part.file
        file.parent.mkdir(parents=True, exist_ok=True)
        written.rename(file)
    shutil.rmtree(beside)


def _comment(connection: duckdb.DuckDBPyConnection, table: PublishedTable, target: str) -> None:
    if table.description:
        form = "view" if table.is_view else "table"
        connection.execute(f"comment on {form} {target} is {quoted_text(table.description)}")
    for column in table.columns:
        if column.description:
            said = quoted_text(column.description)
            connection.execute(f"comment on column {target}.{quoted_name(column.name)} is {said}")
