"""Which of the wanted keys hold in the rows of a version: only those can be real ones.

What belongs here: looking at the rows of the tables that changed. What does not: declaring keys
(see `publication/keys.py`), making them (see `changes.py`).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import duckdb

from orchestration.mirror.changes import Identity
from orchestration.mirror.server import PresentTable
from orchestration.mirror.wanted import WantedReference, WantedTable


def with_keys_that_hold(
    connection: duckdb.DuckDBPyConnection,
    tables: Sequence[WantedTable],
    changed: Collection[Identity],
    present: Mapping[Identity, PresentTable],
) -> tuple[list[WantedTable], list[str]]:
    """Return the tables with the keys that hold in every row, and a line for each that does not.

    Args:
        connection: has the version attached as `published`.
        tables: with all keys that are wanted.
        changed: the tables whose rows are not those on the server.
        present: the tables on the server: of one that did not change, its keys are known to hold.

    """
    left_out: list[str] = []
    keyed: dict[Identity, WantedTable] = {}
    for table in tables:
        is_same = table.identity in present and table.identity not in changed
        holds = present[table.identity].key == table.key if is_same else _is_key(connection, table)
        keyed[table.identity] = table if holds else replace(table, key=())
        if table.key and not holds:
            left_out.append(
                f"{table.full_name} has no primary key: ({', '.join(table.key)}) is empty in a "
                "row, or in two rows the same"
            )
    found = []
    for table in keyed.values():
        kept = []
        for reference in table.references:
            missing = _missing(connection, table, reference, keyed, changed, present)
            if missing:
                left_out.append(
                    f"{table.full_name} has no foreign key {', '.join(reference.columns)}: "
                    f"{missing}"
                )
            else:
                kept.append(reference)
        found.append(replace(table, references=tuple(kept)))
    return found, left_out


def _family(kind: str) -> str:
    """Return the type as far as it matters to a foreign key: whole numbers refer to each other."""
    return "integer" if kind in {"smallint", "integer", "bigint"} else kind


def _is_key(connection: duckdb.DuckDBPyConnection, table: WantedTable) -> bool:
    if not table.key:
        return False
    columns = table.sources(table.key)
    filled = " and ".join(f"{column} is not null" for column in columns)
    row = connection.execute(
        f"""
        select count(distinct hash({", ".join(columns)})) = count(*)
            and coalesce(bool_and({filled}), true)
        from published.{table.published}
        """
    ).fetchone()
    return bool(row and row[0])


def _missing(
    connection: duckdb.DuckDBPyConnection,
    table: WantedTable,
    reference: WantedReference,
    tables: Mapping[Identity, WantedTable],
    changed: Collection[Identity],
    present: Mapping[Identity, PresentTable],
) -> str:
    """Return why a reference is no foreign key; nothing when it is one."""
    to = tables[reference.to]
    if sorted(to.key) != sorted(reference.to_columns):
        return f"{to.full_name} has no such primary key"
    if table.identity not in changed and reference.to not in changed:
        identity = (reference.columns, reference.to, reference.to_columns)
        is_there = identity in present[table.identity].references
        return "" if is_there else f"not every row is found in {to.full_name}"
    mine, theirs = table.sources(reference.columns), to.sources(reference.to_columns)
    filled = " and ".join(f"referring.{column} is not null" for column in mine)
    found = " and ".join(
        f"referring.{column} = referred.{other}" for column, other in zip(mine, theirs, strict=True)
    )
    if [_family(table.kinds[each]) for each in reference.columns] != [
        _family(to.kinds[each]) for each in reference.to_columns
    ]:
        return f"it is of another type than in {to.full_name}"
    row = connection.execute(
        f"""
        select count(*) from published.{table.published} as referring
        anti join published.{to.published} as referred on {found}
        where {filled}
        """
    ).fetchone()
    count = int(row[0]) if row else 0
    return f"{count} of {table.rows} rows are not found in {to.full_name}" if count else ""
