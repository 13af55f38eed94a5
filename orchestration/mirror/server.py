"""The PostgreSQL server: connecting, what it has of the mirror, and what it says when it cannot.

What belongs here: reading its catalogs, and putting its errors into words that show no password.
What does not: changing anything (see `changes.py`, `rows.py`).
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from orchestration.environment import POSTGRES_VARIABLE, MirrorTarget
from orchestration.mirror.errors import MirrorError

if TYPE_CHECKING:
    import psycopg

OLDEST_SERVER = 130000
CONNECT_SECONDS = 10
LOCK_SECONDS = 30
"""How long a mirror waits for another one, or for a lock that somebody else holds."""

UNKNOWN_PLACE = "a database that cannot be named"

_SETTINGS = {
    "search_path": "pg_catalog",
    "timezone": "UTC",
    "datestyle": "ISO, YMD",
    "intervalstyle": "postgres",
    "lock_timeout": f"{LOCK_SECONDS}s",
    "statement_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
    "client_connection_check_interval": "5s",
    "maintenance_work_mem": "256MB",
}
"""How the session is to be, whatever the role's defaults are; an older server lacks some."""


@dataclass(frozen=True)
class PresentTable:
    """A table that the mirror has made.

    Attributes:
        oid: its number on the server.
        kinds: type by column.
        required: the columns that may not be null.
        key: the columns of its primary key, by their position in it.
        key_name: the name of that constraint.
        references: name of each foreign key to a table of the mirror, by columns, schema and name
            of that table, and its columns.
        comment: its comment.
        comments: comment by column.

    """

    oid: int
    kinds: dict[str, str] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    key: tuple[str, ...] = ()
    key_name: str = ""
    references: dict[tuple[tuple[str, ...], tuple[str, str], tuple[str, ...]], str] = field(
        default_factory=dict
    )
    comment: str = ""
    comments: dict[str, str] = field(default_factory=dict)


@contextmanager
def connected(target: MirrorTarget) -> Iterator["psycopg.Connection[Any]"]:
    """Connect to the server, and put what it says meanwhile into words.

    Raises:
        MirrorError: it cannot be reached, or says no; the message holds no password.

    """
    try:
        import psycopg
    except ImportError:
        raise MirrorError(
            "the copy in PostgreSQL needs psycopg, which is not installed: `make extras`, then "
            "`prospection mirror`"
        ) from None
    parameters = _parameters(target)
    if parameters is None:
        raise MirrorError(
            f"{POSTGRES_VARIABLE} cannot be read: write postgresql://user:password@host:5432/name "
            "(special characters as %40 and the like) or host=… port=… dbname=… user=… password=…"
        )
    defaults = {
        "connect_timeout": CONNECT_SECONDS,
        "keepalives_idle": 30,
        "keepalives_interval": 10,
        "keepalives_count": 3,
        "application_name": "prospection mirror",
    }
    secret = str(parameters.get("password") or "")
    try:
        with psycopg.connect(**{**defaults, **parameters, "client_encoding": "utf8"}) as connection:
            _prepare(connection)
            yield connection
    except psycopg.Error as error:
        raise MirrorError(_worded(error, secret)) from None


def place_of(target: MirrorTarget) -> str:
    """Return database and host that a DSN means, as far as it can be read, and no more of it."""
    try:
        found = _parameters(target)
    except ImportError:
        found = None
    if found is None:
        return UNKNOWN_PLACE
    host = found.get("host") or found.get("hostaddr") or "localhost"
    return f"{found.get('dbname') or found.get('user') or 'postgres'} at {host}"


def _parameters(target: MirrorTarget) -> dict[str, Any] | None:
    """Return what a DSN says; None when it cannot be read, also when it is read as another one.

    A URL with a plain `@` or `/` in its password is one that libpq takes without a word: then a
    part of the password is in the place of host, port or database, and would be shown.
    """
    from psycopg import Error, conninfo

    try:
        found = dict(conninfo.conninfo_to_dict(target.dsn))
    except Error:  # its message may quote a password
        return None
    places = (str(found.get(part) or "") for part in ("host", "port", "dbname"))
    is_url = target.dsn.startswith(("postgresql://", "postgres://"))
    return None if is_url and any("@" in place for place in places) else found


def _prepare(connection: "psycopg.Connection[Any]") -> None:
    if connection.info.server_version < OLDEST_SERVER:
        raise MirrorError(
            f"the server is PostgreSQL {connection.info.server_version // 10000}: 13 or newer is "
            "needed"
        )
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise MirrorError(
            f"the database's encoding is {encoding}, which cannot hold every text: make one with "
            "create database … template template0 encoding 'UTF8'"
        )
    connection.autocommit = True
    for name, value in _SETTINGS.items():
        connection.execute(
            "select set_config(name, %s, false) from pg_catalog.pg_settings where lower(name) = %s",
            (value, name),
        )
    connection.autocommit = False


def _worded(error: "psycopg.Error", secret: str) -> str:
    """Return what the server said, where to look, and no secret."""
    said = " ".join(str(error).split())
    detail = getattr(error.diag, "message_detail", None)
    if detail and detail not in said:
        said = f"{said} ({detail})"
    if secret:
        said = said.replace(secret, "***")
    return said


def present_tables(
    connection: "psycopg.Connection[Any]", prefix: str, written: Collection[tuple[str, str]]
) -> dict[tuple[str, str], PresentTable]:
    """Return those of the tables that the mirror has written that are there, by their names."""
    schemas = {f"{prefix}{schema}": schema for schema, _ in written}
    rows = connection.execute(
        """
        select namespace.nspname, class.relname, class.oid,
            obj_description(class.oid, 'pg_class')
        from pg_class as class
        inner join pg_namespace as namespace on class.relnamespace = namespace.oid
        where namespace.nspname = any(%s) and class.relkind = 'r'
        """,
        (list(schemas),),
    ).fetchall()
    found = {
        (schemas[schema], name): (oid, comment or "")
        for schema, name, oid, comment in rows
        if (schemas[schema], name) in written
    }
    oids = [oid for oid, _ in found.values()]
    columns = _present_columns(connection, oids)
    names = {oid: name for name, (oid, _) in found.items()}
    keys, references = _present_keys(connection, oids, names)
    return {
        name: PresentTable(
            oid=oid,
            kinds={column: kind for column, kind, _, _ in columns.get(oid, ())},
            required=frozenset(each[0] for each in columns.get(oid, ()) if each[2]),
            key=keys.get(oid, ((), ""))[0],
            key_name=keys.get(oid, ((), ""))[1],
            references=references.get(oid, {}),
            comment=comment,
            comments={column: said for column, _, _, said in columns.get(oid, ()) if said},
        )
        for name, (oid, comment) in found.items()
    }


def relation_kind(connection: "psycopg.Connection[Any]", schema: str, name: str) -> str | None:
    """Return what is called so: `r` for a table, `v` for a view …; None when nothing is."""
    row = connection.execute(
        """
        select class.relkind::text from pg_class as class
        inner join pg_namespace as namespace on class.relnamespace = namespace.oid
        where namespace.nspname = %s and class.relname = %s
        """,
        (schema, name),
    ).fetchone()
    return None if row is None else str(row[0])


def _present_columns(
    connection: "psycopg.Connection[Any]", oids: Sequence[int]
) -> dict[int, list[tuple[str, str, bool, str]]]:
    rows = connection.execute(
        """
        select attrelid, attname, format_type(atttypid, atttypmod), attnotnull,
            col_description(attrelid, attnum)
        from pg_attribute
        where attrelid = any(%s) and attnum > 0 and not attisdropped
        order by attrelid, attnum
        """,
        (list(oids),),
    ).fetchall()
    columns: dict[int, list[tuple[str, str, bool, str]]] = {}
    for oid, name, kind, is_required, comment in rows:
        columns.setdefault(oid, []).append((name, kind, is_required, comment or ""))
    return columns


def _present_keys(
    connection: "psycopg.Connection[Any]",
    oids: Sequence[int],
    names: dict[int, tuple[str, str]],
) -> tuple[dict[int, tuple[tuple[str, ...], str]], dict[int, Any]]:
    rows = connection.execute(
        """
        select conrelid, conname, contype::text, confrelid,
            (
                select array_agg(attribute.attname::text order by place.position)
                from unnest(conkey) with ordinality as place (number, position)
                inner join pg_attribute as attribute
                    on attribute.attrelid = conrelid and attribute.attnum = place.number
            ),
            (
                select array_agg(attribute.attname::text order by place.position)
                from unnest(confkey) with ordinality as place (number, position)
                inner join pg_attribute as attribute
                    on attribute.attrelid = confrelid and attribute.attnum = place.number
            )
        from pg_constraint
        where conrelid = any(%s) and contype in ('p', 'f')
        """,
        (list(oids),),
    ).fetchall()
    keys: dict[int, tuple[tuple[str, ...], str]] = {}
    references: dict[int, Any] = {}
    for oid, name, kind, to, columns, to_columns in rows:
        if kind == "p":
            keys[oid] = (tuple(columns), name)
        elif to in names:
            identity = (tuple(columns), names[to], tuple(to_columns))
            references.setdefault(oid, {})[identity] = name
    return keys, references
