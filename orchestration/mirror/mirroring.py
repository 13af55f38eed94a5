"""Copying the published version into PostgreSQL: one transaction, whole or not at all.

What belongs here: the order of its steps. What does not: the steps (a module each). Readers are
never locked out by rows: they see the version before until the transaction ends, and a version
whole in each statement or repeatable-read transaction. They wait only where columns or keys change.
"""

import contextlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import duckdb

from orchestration.environment import POSTGRES_PREFIX_VARIABLE, MirrorTarget
from orchestration.files import timestamp
from orchestration.mirror.changes import Identity, compare, refuse_what_is_read, sql_name
from orchestration.mirror.dressing import check_role, grant, write_comments
from orchestration.mirror.errors import MirrorError
from orchestration.mirror.holding import with_keys_that_hold
from orchestration.mirror.ledger import LedgerEntry, make_schemas, read_ledger, write_ledger
from orchestration.mirror.locking import lock_for_readers, one_mirror
from orchestration.mirror.rows import LARGE_ROWS, Written, write_differences, write_whole
from orchestration.mirror.server import (
    PresentTable,
    connected,
    place_of,
    present_tables,
    relation_kind,
)
from orchestration.mirror.state import MirrorState, read_state, write_state
from orchestration.mirror.wanted import REFRESH_TABLE, WantedTable, wanted_tables
from orchestration.paths import Paths
from orchestration.publication.versions import current_version
from orchestration.publication.writing import DATABASE_NAME
from orchestration.quoting import quoted_text
from orchestration.warehouse.database import open_beside

if TYPE_CHECKING:
    import psycopg

Progress = Callable[[str], None]


@dataclass
class _Source:
    """The published files as DuckDB reads them; `older` is the version attached as that."""

    connection: duckdb.DuckDBPyConnection
    paths: Paths
    older: str | None = None

    def has_older(self, version: str, table: WantedTable) -> bool:
        """Attach an older version as `older`; tell whether it has the table as it is now."""
        if self.older != version:
            file = self.paths.published / version / DATABASE_NAME
            if self.older is not None:
                self.connection.execute("detach older")
                self.older = None
            if not file.exists():
                return False
            self.connection.execute(f"attach {quoted_text(file)} as older (read_only)")
            self.older = version
        names = [column.source for column in table.columns]
        row = self.connection.execute(
            """
            select count(*) from duckdb_columns()
            where
                database_name = 'older' and schema_name = ? and table_name = ?
                and list_contains(?, column_name)
            """,
            [table.schema, table.source, names],
        ).fetchone()
        return bool(row and row[0] == len(names))


def mirror(
    paths: Paths,
    target: MirrorTarget,
    progress: Progress,
    memory_limit: str | None = None,
    anew: bool = False,
) -> MirrorState:
    """Bring the mirror to the version that readers see; return what it holds now.

    Args:
        paths: the data folder.
        target: the database.
        progress: told what was written, in a line.
        memory_limit: the memory that DuckDB may take, such as `2GB`; None for its own.
        anew: write every table whole, also one that seems to be as it should.

    Raises:
        MirrorError: it is as it was before; the message says why, and what to do.

    """
    before = read_state(paths)
    try:
        state = _mirror(paths, target, progress, memory_limit, anew)
    except (MirrorError, duckdb.Error, OSError) as error:
        known = before or MirrorState(place_of(target), "")
        failed = replace(known, place=place_of(target), tried_at=timestamp(), problem=str(error))
        write_state(paths, failed)
        if isinstance(error, MirrorError):
            raise
        raise MirrorError(str(error)) from error
    if not state.written and before is not None and before.version == state.version:
        state = replace(before, place=state.place, tried_at=state.tried_at, problem="")
    write_state(paths, state)
    return state


def _mirror(
    paths: Paths, target: MirrorTarget, progress: Progress, memory_limit: str | None, anew: bool
) -> MirrorState:
    begun = time.monotonic()
    version = current_version(paths)
    mirrored_at = datetime.now(UTC).replace(microsecond=0)
    prefix = target.prefix
    file = version.folder / DATABASE_NAME
    with (
        open_beside(paths, file, "published", memory_limit) as published,
        connected(target) as connection,
    ):
        source = _Source(published, paths)
        one_mirror(connection, prefix)
        check_role(connection, target.role)
        known = read_ledger(connection, prefix)
        present = present_tables(connection, prefix, known)
        wanted = wanted_tables(published, version, mirrored_at)
        _refuse_others(connection, wanted, present, prefix)
        changed = {table.identity for table in wanted if anew or _is_changed(table, present, known)}
        tables, left_out = with_keys_that_hold(published, wanted, changed, present)
        changes = compare(tables, present, prefix)
        refuse_what_is_read(connection, changes, present)
        lock_for_readers(connection, changes.locked, present, prefix)
        make_schemas(connection, prefix, {table.schema for table in tables})
        for statement in changes.before:
            connection.execute(statement)
        written = {}
        for table in tables:
            if table.identity in changed and table.identity != REFRESH_TABLE:
                there = None if anew else present.get(table.identity)
                written[table.identity] = _write(
                    connection, source, table, there, known.get(table.identity), prefix
                )
        connection.execute("set constraints all immediate")
        for statement in changes.after:
            connection.execute(statement)
        write_comments(connection, tables, present, prefix)
        grant(connection, target.role, [table.identity for table in tables], prefix)
        write_ledger(connection, prefix, tables, changed, version.name, mirrored_at)
        for table in tables:
            if table.identity == REFRESH_TABLE and table.identity in changed:
                written[REFRESH_TABLE] = write_whole(connection, published, table, prefix)
        connection.commit()
        _tidy(connection, written, prefix)
    state = MirrorState(
        place=place_of(target),
        tried_at=timestamp(),
        version=version.name,
        mirrored_at=mirrored_at.isoformat(),
        seconds=round(time.monotonic() - begun, 2),
        written=len(written),
        rows=sum(each.removed + each.added for each in written.values()),
        tables=len(tables),
        left_out=tuple(left_out),
    )
    progress(_told(state))
    return state


def _is_changed(
    table: WantedTable,
    present: Mapping[Identity, PresentTable],
    known: Mapping[Identity, LedgerEntry],
) -> bool:
    is_there = table.identity in present and table.identity in known
    return not is_there or known[table.identity].fingerprint != table.fingerprint


def _refuse_others(
    connection: "psycopg.Connection[Any]",
    tables: Sequence[WantedTable],
    present: Mapping[Identity, PresentTable],
    prefix: str,
) -> None:
    """Do nothing when no name is taken by something that is not the mirror's."""
    taken = [
        f"  {prefix}{table.full_name}"
        for table in tables
        if table.identity not in present
        and relation_kind(connection, prefix + table.schema, table.name) is not None
    ]
    if taken:
        raise MirrorError(
            "\n".join(
                [
                    "these are in the database already, and it was not a mirror that made them:",
                    *taken,
                    f"rename them, or set {POSTGRES_PREFIX_VARIABLE} so that the mirror has "
                    "schemas of its own",
                ]
            )
        )


def _write(
    connection: "psycopg.Connection[Any]",
    source: _Source,
    table: WantedTable,
    there: PresentTable | None,
    known: LedgerEntry | None,
    prefix: str,
) -> Written:
    is_as_it_was = (
        there is not None and there.kinds == table.kinds and table.key and there.key == table.key
    )
    if (
        is_as_it_was
        and known is not None
        and table.rows > LARGE_ROWS
        and source.has_older(known.version, table)
    ):
        return write_differences(connection, source.connection, table, prefix)
    return write_whole(connection, source.connection, table, prefix)


def _tidy(
    connection: "psycopg.Connection[Any]", written: Mapping[Identity, Written], prefix: str
) -> None:
    """Free the room of rows that were replaced, and count anew; what fails waits for the server."""
    from psycopg import Error

    connection.autocommit = True
    for identity, each in written.items():
        if each.is_whole:
            with contextlib.suppress(Error):
                name = sql_name(identity, prefix)
                connection.execute(f"vacuum (analyze, skip_locked, truncate false) {name}")


def _told(state: MirrorState) -> str:
    if not state.written:
        return f"PostgreSQL: version {state.version} is there already"
    return (
        f"PostgreSQL: {state.written} of {state.tables} tables written, {state.rows} rows, in "
        f"{state.seconds:.1f} s"
    )
