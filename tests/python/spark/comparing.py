"""Whether two engines made the same tables: row for row, numbers to a billionth.

What belongs here: the comparison. What does not: how the tables were made.
"""

from pathlib import Path

import duckdb

SCHEMAS = ("staging", "intermediate", "core", "kpi", "bi", "meta", "reference")

NOT_COMPARED = {"row_hash"}
"""Each engine has a hash of its own: it only tells rows apart."""

NEARLY = 1e-9
"""Relative to numbers above 1: sums of floating point numbers depend on their order."""


def different_tables(one: Path, other: Path) -> tuple[int, dict[str, str]]:
    """Return how many tables were compared, and of those that differ what does.

    Tables are those of `one`; a view there is the same query in both. What DuckDB keeps to build
    less the next day (`kept`) is none.
    """
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        for name, file in (("one", one), ("other", other)):
            connection.execute(f"attach '{file}' as {name} (read_only)")
        expected, there = (_columns(connection, name) for name in ("one", "other"))
        tables = connection.execute(
            """
            select schema_name || '.' || table_name from duckdb_tables()
            where database_name = 'one' and schema_name != 'kept' order by all
            """
        ).fetchall()
        found = {}
        for (table,) in tables:
            if there.get(table) != expected[table]:
                found[table] = f"{expected[table]} / {there.get(table)}"
                continue
            said = _difference(connection, table, expected[table])
            if said:
                found[table] = said
    return len(tables), found


def _columns(
    connection: duckdb.DuckDBPyConnection, database: str
) -> dict[str, list[tuple[str, str]]]:
    rows = connection.execute(
        """
        select schema_name || '.' || table_name, column_name, data_type from duckdb_columns()
        where database_name = ? and list_contains(?, schema_name)
        order by schema_name, table_name, column_index
        """,
        [database, SCHEMAS],
    ).fetchall()
    tables: dict[str, list[tuple[str, str]]] = {}
    for table, column, kind in rows:
        tables.setdefault(table, []).append((column, kind))
    return tables


def _difference(
    connection: duckdb.DuckDBPyConnection, table: str, columns: list[tuple[str, str]]
) -> str | None:
    kept = [(name, kind) for name, kind in columns if name not in NOT_COMPARED]
    numbers = [name for name, kind in kept if kind.startswith(("DOUBLE", "FLOAT", "DECIMAL("))]
    keys = [name for name, _ in kept if name not in numbers]
    listed = ", ".join(f'"{name}"' for name, _ in kept)
    # rows with equal keys are paired in the order of their numbers
    by = f"partition by {', '.join(map(_quoted, keys))}" if keys else ""
    order = f"order by {', '.join(map(_quoted, numbers))}" if numbers else ""
    for name in ("one", "other"):
        connection.execute(
            f"create or replace temp table rows_of_{name} as "
            f"select {listed}, row_number() over ({by} {order}) as place from {name}.{table}"
        )
    same = " and ".join(
        f"a.{_quoted(name)} is not distinct from b.{_quoted(name)}" for name in [*keys, "place"]
    )
    lists = {name for name, kind in kept if name in numbers and kind.endswith("[]")}
    near = " and ".join(_near(name, name in lists) for name in numbers)
    counts = connection.execute(
        f"""
        select
            (select count(*) from rows_of_one),
            (select count(*) from rows_of_other),
            (select count(*) from rows_of_one as a anti join rows_of_other as b on {same}),
            (select count(*) from rows_of_other as b anti join rows_of_one as a on {same}),
            (
                select count(*) from rows_of_one as a
                inner join rows_of_other as b on {same}
                where not coalesce({near or "true"}, false)
            )
        """
    ).fetchone()
    assert counts is not None
    if counts[0] == counts[1] and not any(counts[2:]):
        return None
    return "rows {} / {}, lacking {} / {}, other numbers {}".format(*counts)


def _near(name: str, is_list: bool) -> str:
    """Return the condition that a number, or each of a list, is nearly the same in both."""
    one, other = f"a.{_quoted(name)}", f"b.{_quoted(name)}"
    distance = "abs({0} - {1}) - {2} * greatest(1, abs({0}))".format
    if is_list:
        pair = distance("pair[1]", "pair[2]", NEARLY)
        farthest = f"list_max(list_transform(list_zip({one}, {other}), lambda pair: {pair}))"
        near = f"(len({one}) = len({other}) and {farthest} <= 0)"
    else:
        near = f"{distance(one, other, NEARLY)} <= 0"
    return f"({one} is not distinct from {other} or {near})"


def _quoted(name: str) -> str:
    return f'"{name}"'
