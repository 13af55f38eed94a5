"""Names, types and values of DuckDB as PostgreSQL has them.

What belongs here: what becomes of a name, of a type, and of a value on its way, which is CSV. What
does not: which tables and columns there are (see `wanted.py`).
"""

import hashlib
import re

from orchestration.quoting import quoted_name

LONGEST_NAME = 63
"""Bytes of a name that PostgreSQL keeps; it cuts off what is longer without a word."""

_TAKEN = frozenset({"tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"})
"""What PostgreSQL calls columns of its own, in every table."""

_KINDS = {
    "BOOLEAN": "boolean",
    "TINYINT": "smallint",
    "UTINYINT": "smallint",
    "SMALLINT": "smallint",
    "USMALLINT": "integer",
    "INTEGER": "integer",
    "UINTEGER": "bigint",
    "BIGINT": "bigint",
    "UBIGINT": "numeric(20,0)",
    "HUGEINT": "numeric(39,0)",
    "UHUGEINT": "numeric(39,0)",
    "FLOAT": "real",
    "DOUBLE": "double precision",
    "VARCHAR": "text",
    "UUID": "uuid",
    "BLOB": "bytea",
    "DATE": "date",
    "TIME": "time without time zone",
    "TIMESTAMP": "timestamp without time zone",
    "TIMESTAMP_S": "timestamp without time zone",
    "TIMESTAMP_MS": "timestamp without time zone",
    "TIMESTAMP_NS": "timestamp without time zone",
    "TIMESTAMP WITH TIME ZONE": "timestamp with time zone",
    "INTERVAL": "interval",
    "JSON": "jsonb",
}
_DECIMAL = re.compile(r"DECIMAL\((\d+),\s*(\d+)\)")
_NESTED = re.compile(r".*\]|(STRUCT|MAP|UNION)\(.*", re.DOTALL)


def postgres_name(name: str) -> str:
    """Return a name as PostgreSQL keeps it: as it is, but for the very long and the taken ones.

    Of a long one the beginning stays, with a hash of the whole, so that no two become one.
    """
    if name in _TAKEN:
        return f"{name}_"
    content = name.encode()
    if len(content) <= LONGEST_NAME:
        return name
    digest = hashlib.sha256(content).hexdigest()[:8]
    return f"{content[: LONGEST_NAME - 9].decode(errors='ignore')}_{digest}"


def postgres_kind(kind: str) -> str:
    """Return the type that holds every value of a DuckDB type, written as `format_type` does.

    Lists, maps and structs become `jsonb`, but for those of floating numbers, of which JSON cannot
    hold all; they, and whatever else there may be, become text.
    """
    decimal = _DECIMAL.fullmatch(kind)
    if decimal:
        return f"numeric({decimal[1]},{decimal[2]})"
    if _NESTED.fullmatch(kind):
        return "text" if "DOUBLE" in kind or "FLOAT" in kind else "jsonb"
    return _KINDS.get(kind, "text")


def csv_value(column: str, kind: str) -> str:
    """Return the DuckDB expression of a column's value as PostgreSQL reads it.

    Texts lose the character of code 0, which PostgreSQL has no room for: U+FFFD, the sign for what
    cannot be shown, takes its place.
    """
    name = quoted_name(column)
    wanted = postgres_kind(kind)
    if wanted == "jsonb":
        # a JSON text escapes the character; jsonb refuses it all the same
        return f"replace({name}::json::varchar, '\\u0000', '\\ufffd')"
    if wanted == "text":
        return f"replace({name}::varchar, chr(0), chr(65533))"
    if wanted == "bytea":
        return f"'\\x' || hex({name})"
    if wanted.startswith(("date", "timestamp")):
        return f"replace({name}::varchar, '(BC)', 'BC')"
    return name
