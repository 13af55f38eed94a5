"""What has to become of the tables on the server before and after their rows are written.

What belongs here: comparing what is there with what is wanted, and the statements that follow; who
reads what is to go. What does not: rows (see `rows.py`), comments and rights (see `dressing.py`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from orchestration.mirror.errors import MirrorError
from orchestration.mirror.server import PresentTable
from orchestration.mirror.wanted import WantedReference, WantedTable
from orchestration.quoting import quoted_name, quoted_names

if TYPE_CHECKING:
    import psycopg

Identity = tuple[str, str]


@dataclass
class Changes:
    """Statements, in the order in which they are run.

    Attributes:
        before: before rows are written: constraints and columns go, tables and columns come.
        after: after that: keys come, tables go.
        locked: the tables that readers have to wait for, until the end.
        dropped_columns: by table.
        dropped_tables: the tables that the version no longer has.

    """

    before: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)
    locked: set[Identity] = field(default_factory=set)
    dropped_columns: dict[Identity, list[str]] = field(default_factory=dict)
    dropped_tables: list[Identity] = field(default_factory=list)


def compare(
    wanted: Sequence[WantedTable], present: Mapping[Identity, PresentTable], prefix: str
) -> Changes:
    """Return the changes that make of the tables that are there those that are wanted."""
    changes = Changes()
    by_name = {table.identity: table for table in wanted}
    changes.dropped_tables = sorted(set(present) - set(by_name))
    rekeyed = {name for name, there in present.items() if _loses_its_key(by_name.get(name), there)}
    kept = {
        name: _keep_references(changes, by_name.get(name), name, there, rekeyed, prefix)
        for name, there in present.items()
    }
    for table in wanted:
        there = present.get(table.identity)
        target = sql_name(table.identity, prefix)
        if there is None:
            columns = ", ".join(f"{quoted_name(each.name)} {each.kind}" for each in table.columns)
            changes.before.append(f"create table {target} ({columns})")
        else:
            _change_columns(changes, table, there, target)
        if table.key and (there is None or _loses_its_key(table, there)):
            changes.after.append(
                f"alter table {target} add primary key ({quoted_names(table.key)})"
            )
    for table in wanted:
        for reference in table.references:
            if _identity(reference) not in kept.get(table.identity, ()):
                changes.after.append(
                    f"alter table {sql_name(table.identity, prefix)} "
                    f"add foreign key ({quoted_names(reference.columns)}) "
                    f"references {sql_name(reference.to, prefix)} "
                    f"({quoted_names(reference.to_columns)}) "
                    "deferrable initially deferred"
                )
    for name in changes.dropped_tables:
        changes.locked.add(name)
        changes.after.append(f"drop table {sql_name(name, prefix)}")
    return changes


def sql_name(identity: Identity, prefix: str) -> str:
    """Return what a table of the mirror is called on the server."""
    return f"{quoted_name(prefix + identity[0])}.{quoted_name(identity[1])}"


def _identity(
    reference: WantedReference,
) -> tuple[tuple[str, ...], Identity, tuple[str, ...]]:
    return reference.columns, reference.to, reference.to_columns


def _loses_its_key(table: WantedTable | None, there: PresentTable) -> bool:
    """Tell whether a key that is there goes, because it is another one or of another type."""
    return table is None or (
        there.key != table.key
        or any(there.kinds[column] != table.kinds[column] for column in there.key)
    )


def _keep_references(
    changes: Changes,
    table: WantedTable | None,
    name: Identity,
    there: PresentTable,
    rekeyed: set[Identity],
    prefix: str,
) -> set[Any]:
    """Drop the foreign keys that are wanted no more, or of which a side becomes another."""
    wanted = {_identity(each) for each in table.references} if table else set()
    kinds = table.kinds if table else {}
    kept = set()
    for identity, constraint in there.references.items():
        is_of_kind = all(there.kinds[column] == kinds.get(column) for column in identity[0])
        if identity in wanted and identity[1] not in rekeyed and is_of_kind:
            kept.add(identity)
            continue
        target = sql_name(name, prefix)
        changes.before.append(f"alter table {target} drop constraint {quoted_name(constraint)}")
        changes.locked |= {name, identity[1]}
    return kept


def _change_columns(changes: Changes, table: WantedTable, there: PresentTable, target: str) -> None:
    gone = [name for name, kind in there.kinds.items() if table.kinds.get(name) != kind]
    new = [name for name, kind in table.kinds.items() if there.kinds.get(name) != kind]
    statements = []
    if there.key_name and _loses_its_key(table, there):
        statements.append(f"drop constraint {quoted_name(there.key_name)}")
    statements += [f"drop column {quoted_name(name)}" for name in gone]
    statements += [f"add column {quoted_name(name)} {table.kinds[name]}" for name in new]
    statements += [
        f"alter column {quoted_name(name)} drop not null"
        for name in sorted(there.required - set(table.key) - set(gone))
    ]
    changes.before += [f"alter table {target} {statement}" for statement in statements]
    if statements or there.key != table.key:
        changes.locked.add(table.identity)
    if gone:
        changes.dropped_columns[table.identity] = gone


def refuse_what_is_read(
    connection: "psycopg.Connection[Any]",
    changes: Changes,
    present: Mapping[Identity, PresentTable],
) -> None:
    """Do nothing when nobody's view reads what is to go.

    Raises:
        MirrorError: naming each view with what it reads.

    """
    wanted = {present[name].oid: set(columns) for name, columns in changes.dropped_columns.items()}
    whole = {present[name].oid for name in changes.dropped_tables}
    rows = connection.execute(
        """
        select distinct
            view_schema.nspname, view.relname, read_schema.nspname, read.relname, read.oid,
            attribute.attname
        from pg_depend as depend
        inner join pg_rewrite as rule
            on depend.classid = 'pg_rewrite'::regclass and depend.objid = rule.oid
        inner join pg_class as view on rule.ev_class = view.oid
        inner join pg_namespace as view_schema on view.relnamespace = view_schema.oid
        inner join pg_class as read on depend.refobjid = read.oid
        inner join pg_namespace as read_schema on read.relnamespace = read_schema.oid
        left join pg_attribute as attribute
            on attribute.attrelid = read.oid and attribute.attnum = depend.refobjsubid
            and depend.refobjsubid > 0
        where
            depend.refclassid = 'pg_class'::regclass and read.oid = any(%s) and view.oid != read.oid
        order by 1, 2, 3, 4, 6
        """,
        ([*wanted, *whole],),
    ).fetchall()
    found = []
    for view_schema, view, schema, table, oid, column in rows:
        if oid in whole or column in wanted.get(oid, ()):
            read = f"{schema}.{table}.{column}" if column else f"{schema}.{table}"
            found.append(f"  view {view_schema}.{view} reads {read}")
    if found:
        raise MirrorError(
            "\n".join(
                [
                    "this version no longer has what somebody's views read, or has it in another "
                    "type:",
                    *found,
                    "change or drop these views, then run `prospection mirror`",
                ]
            )
        )
