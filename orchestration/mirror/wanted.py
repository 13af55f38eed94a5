"""What a published version looks like in PostgreSQL: its tables, their columns, keys and comments.

What belongs here: reading that from the version, its file and its manifest. What does not: what the
server has already (see `server.py`), and bringing it there (see `mirroring.py`).
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb

from orchestration.mirror.errors import MirrorError
from orchestration.mirror.kinds import csv_value, postgres_kind, postgres_name
from orchestration.publication.versions import Version
from orchestration.quoting import quoted_name, quoted_text

FORM = 1
"""Raised when values are written in another way, so that every table is copied anew."""

REFRESH_TABLE = ("meta", "refresh")
"""The table whose one row says which version the mirror holds; it is written last."""

MIRRORED_AT = "mirrored_at"
"""The column that it has in the mirror alone."""


@dataclass(frozen=True)
class WantedColumn:
    """A column.

    Attributes:
        name: its name in PostgreSQL.
        kind: its type there.
        value: the DuckDB expression of its values.
        source: its name in the published file.
        comment: what it means; empty when not described.

    """

    name: str
    kind: str
    value: str
    source: str
    comment: str = ""


@dataclass(frozen=True)
class WantedReference:
    """A foreign key: columns, and schema, name and columns of the table that they refer to.

    The schema is the published one, without a prefix.
    """

    columns: tuple[str, ...]
    to: tuple[str, str]
    to_columns: tuple[str, ...]


@dataclass(frozen=True)
class WantedTable:
    """A table.

    Attributes:
        schema: its schema in the published file; a prefix may be put before it in PostgreSQL.
        name: its name in PostgreSQL.
        source: its name in the published file.
        columns: its columns, in their order.
        rows: how many it has.
        fingerprint: the hash of its rows and of how they are kept.
        key: the columns of its primary key, empty when it has none.
        references: its foreign keys.
        comment: what a row is.

    """

    schema: str
    name: str
    source: str
    columns: tuple[WantedColumn, ...]
    rows: int
    fingerprint: str
    key: tuple[str, ...] = ()
    references: tuple[WantedReference, ...] = ()
    comment: str = ""

    @property
    def identity(self) -> tuple[str, str]:
        """Schema, without a prefix, and name."""
        return self.schema, self.name

    @property
    def full_name(self) -> str:
        """Schema and name, as people read them."""
        return f"{self.schema}.{self.name}"

    @property
    def kinds(self) -> dict[str, str]:
        """Type by column."""
        return {column.name: column.kind for column in self.columns}

    @property
    def published(self) -> str:
        """What the table is called in the published file, for SQL."""
        return f"{quoted_name(self.schema)}.{quoted_name(self.source)}"

    def sources(self, columns: Sequence[str]) -> list[str]:
        """Return what columns are called in the published file, for SQL."""
        names = {column.name: quoted_name(column.source) for column in self.columns}
        return [names[column] for column in columns]


def wanted_tables(
    connection: duckdb.DuckDBPyConnection, version: Version, mirrored_at: datetime
) -> list[WantedTable]:
    """Return what the mirror of a version holds: all tables of its DuckDB file, by name.

    Args:
        connection: has the file attached as `published`.
        version: the version.
        mirrored_at: what `meta.refresh` says besides: when it came into the mirror.

    Raises:
        MirrorError: two tables or columns would have the same name in PostgreSQL.

    """
    comments = _table_comments(connection)
    columns = _columns(connection)
    columns.setdefault(REFRESH_TABLE, []).append(
        WantedColumn(
            MIRRORED_AT,
            "timestamp with time zone",
            quoted_text(mirrored_at.isoformat()),
            MIRRORED_AT,
            "When this version was copied into PostgreSQL",
        )
    )
    tables = []
    for schema, source in sorted(columns):
        entry = version.manifest["tables"].get(f"{schema}.{source}", {})
        found = tuple(columns[schema, source])
        names = {column.source: column.name for column in found}
        if len(set(names.values())) < len(found):
            raise MirrorError(f"two columns of {schema}.{source} have one name in PostgreSQL")
        references = tuple(
            WantedReference(
                tuple(map(postgres_name, each["columns"])),
                (_split(each["to"])[0], postgres_name(_split(each["to"])[1])),
                tuple(map(postgres_name, each["to_columns"])),
            )
            for each in entry.get("references", ())
            if _split(each["to"]) in columns and set(each["columns"]) <= names.keys()
        )
        key = tuple(entry.get("key", ()))
        tables.append(
            WantedTable(
                schema=schema,
                name=postgres_name(source),
                source=source,
                columns=found,
                rows=int(entry.get("rows", 0)),
                fingerprint=_fingerprint(entry, found),
                key=tuple(names[column] for column in key) if set(key) <= names.keys() else (),
                references=references,
                comment=comments.get((schema, source), ""),
            )
        )
    if len({(table.schema, table.name) for table in tables}) < len(tables):
        raise MirrorError("two tables of the version have one name in PostgreSQL")
    return tables


def _split(full_name: str) -> tuple[str, str]:
    schema, _, name = full_name.partition(".")
    return schema, name


def _table_comments(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], str]:
    rows = connection.execute(
        """
        select schema_name, table_name, comment from duckdb_tables()
        where database_name = 'published' and comment is not null
        """
    ).fetchall()
    return {(schema, name): comment for schema, name, comment in rows}


def _columns(
    connection: duckdb.DuckDBPyConnection,
) -> dict[tuple[str, str], list[WantedColumn]]:
    rows = connection.execute(
        """
        select columns.schema_name, columns.table_name, columns.column_name, columns.data_type,
            columns.comment
        from duckdb_columns() as columns
        inner join duckdb_tables() as tables using (database_name, schema_name, table_name)
        where database_name = 'published' and not columns.internal
        order by columns.schema_name, columns.table_name, columns.column_index
        """
    ).fetchall()
    columns: dict[tuple[str, str], list[WantedColumn]] = {}
    for schema, table, name, kind, comment in rows:
        columns.setdefault((schema, table), []).append(
            WantedColumn(
                postgres_name(name),
                postgres_kind(kind),
                csv_value(name, kind),
                name,
                (comment or "").replace("\0", ""),
            )
        )
    return columns


def _fingerprint(entry: Mapping[str, Any], columns: tuple[WantedColumn, ...]) -> str:
    """Return the hash of a table: of its rows by the version's manifest, and of its columns."""
    parts = [part["fingerprint"] for part in entry.get("parts", ())]
    kept = [(column.name, column.kind) for column in columns]
    facts = (FORM, parts, kept, entry.get("key", ()), entry.get("references", ()))
    return hashlib.sha256(repr(facts).encode()).hexdigest()
