"""Comments, and who may read: what a table has besides its rows.

What belongs here: bringing both to what is wanted, and nothing that is so already. What does not:
columns and keys (see `changes.py`).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from orchestration.environment import POSTGRES_ROLE_VARIABLE
from orchestration.mirror.changes import Identity, sql_name
from orchestration.mirror.errors import MirrorError
from orchestration.mirror.ledger import LEDGER
from orchestration.mirror.server import PresentTable
from orchestration.mirror.wanted import WantedTable
from orchestration.quoting import quoted_name

if TYPE_CHECKING:
    import psycopg


def check_role(connection: "psycopg.Connection[Any]", role: str | None) -> None:
    """Do nothing when there is such a role, or none is named.

    Raises:
        MirrorError: naming it.

    """
    if role is None:
        return
    query = "select 1 from pg_roles where rolname = %s"
    if connection.execute(query, (role,)).fetchone() is None:
        raise MirrorError(
            f"{POSTGRES_ROLE_VARIABLE} names the role {role!r}, which the server does not know: "
            f"make it with `create role {quoted_name(role)}`, or leave the variable empty"
        )


def write_comments(
    connection: "psycopg.Connection[Any]",
    tables: Sequence[WantedTable],
    present: Mapping[Identity, PresentTable],
    prefix: str,
) -> None:
    """Give tables and columns their comments, where they have another."""
    from psycopg import sql

    said: list[tuple[str, str]] = []
    for table in tables:
        there = present.get(table.identity, PresentTable(0))
        target = sql_name(table.identity, prefix)
        if table.comment != there.comment:
            said.append((f"table {target}", table.comment))
        for column in table.columns:
            is_new = there.kinds.get(column.name) != column.kind
            if column.comment != ("" if is_new else there.comments.get(column.name, "")):
                said.append((f"column {target}.{quoted_name(column.name)}", column.comment))
    for place, comment in said:
        text = sql.SQL("null") if not comment else sql.Literal(comment)
        connection.execute(sql.SQL("comment on {} is {}").format(sql.SQL(place), text))


def grant(
    connection: "psycopg.Connection[Any]", role: str | None, names: Iterable[Identity], prefix: str
) -> None:
    """Let the role read the tables that it may not read yet."""
    if role is None:
        return
    identities = {*names, LEDGER}
    reader = quoted_name(role)
    for schema in sorted({prefix + identity[0] for identity in identities}):
        query = "select has_schema_privilege(%s, %s, 'usage')"
        if not _says_yes(connection, query, role, schema):
            connection.execute(f"grant usage on schema {quoted_name(schema)} to {reader}")
    for identity in sorted(identities):
        target = sql_name(identity, prefix)
        if not _says_yes(connection, "select has_table_privilege(%s, %s, 'select')", role, target):
            connection.execute(f"grant select on table {target} to {reader}")


def _says_yes(connection: "psycopg.Connection[Any]", query: str, role: str, what: str) -> bool:
    row = connection.execute(query, (role, what)).fetchone()
    return bool(row and row[0])
