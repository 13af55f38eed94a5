"""What the mirror has written, kept on the server: which tables are its own, and what they hold.

What belongs here: that one table of the mirror's own, `meta.mirrored_tables`. What does not: the
published tables. It changes in the transaction that changes them, so that it is always right.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from orchestration.mirror.changes import sql_name
from orchestration.mirror.server import relation_kind
from orchestration.mirror.wanted import WantedTable
from orchestration.quoting import quoted_name

if TYPE_CHECKING:
    import psycopg

LEDGER = ("meta", "mirrored_tables")


@dataclass(frozen=True)
class LedgerEntry:
    """A table of the mirror: the hash of what it holds, and a version that held the same."""

    fingerprint: str
    version: str


def make_schemas(
    connection: "psycopg.Connection[Any]", prefix: str, schemas: Iterable[str]
) -> None:
    """Make the schemas that are not there."""
    for name in sorted({prefix + schema for schema in schemas}):
        query = "select 1 from pg_namespace where nspname = %s"
        if connection.execute(query, (name,)).fetchone() is None:
            connection.execute(f"create schema {quoted_name(name)}")


def read_ledger(
    connection: "psycopg.Connection[Any]", prefix: str
) -> dict[tuple[str, str], LedgerEntry]:
    """Return what the mirror has written, by schema (without the prefix) and name."""
    make_schemas(connection, prefix, [LEDGER[0]])
    name = sql_name(LEDGER, prefix)
    if relation_kind(connection, prefix + LEDGER[0], LEDGER[1]) is None:
        connection.execute(
            f"""
            create table {name} (
                schema_name text not null,
                table_name text not null,
                fingerprint text not null,
                version text not null,
                row_count bigint not null,
                written_at timestamp with time zone not null,
                primary key (schema_name, table_name)
            )
            """
        )
        connection.execute(
            f"comment on table {name} is 'What Prospection has copied here: a row "
            "per table. Tables that it does not name are never touched.'"
        )
    rows = connection.execute(
        f"select schema_name, table_name, fingerprint, version from {name}"
    ).fetchall()
    return {(row[0], row[1]): LedgerEntry(row[2], row[3]) for row in rows}


def write_ledger(
    connection: "psycopg.Connection[Any]",
    prefix: str,
    tables: Collection[WantedTable],
    changed: Collection[tuple[str, str]],
    version: str,
    written_at: datetime,
) -> None:
    """Say of every table that it holds what `version` does, of the changed ones since when."""
    name = sql_name(LEDGER, prefix)
    connection.execute(
        f"""
        delete from {name}
        where (schema_name, table_name) not in (select * from unnest(%s::text[], %s::text[]))
        """,
        ([table.schema for table in tables], [table.name for table in tables]),
    )
    connection.execute(f"update {name} set version = %s where version != %s", (version, version))
    for table in tables:
        if table.identity in changed:
            connection.execute(
                f"""
                insert into {name} values (%s, %s, %s, %s, %s, %s)
                on conflict (schema_name, table_name) do update set
                    fingerprint = excluded.fingerprint,
                    version = excluded.version,
                    row_count = excluded.row_count,
                    written_at = excluded.written_at
                """,
                (*table.identity, table.fingerprint, version, table.rows, written_at),
            )
