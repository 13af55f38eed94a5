"""Locks on the server: one mirror at a time, and readers that wait as little as may be.

What belongs here: taking them, and naming who holds them. What does not: the lock of the data
folder (see `lock.py`), which other folders know nothing of.
"""

import hashlib
import time
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from orchestration.mirror.changes import Identity, sql_name
from orchestration.mirror.errors import MirrorError
from orchestration.mirror.server import LOCK_SECONDS, PresentTable

if TYPE_CHECKING:
    import psycopg

TRY_MILLISECONDS = 800
"""A try takes less than the second after which the server looks for deadlocks: then it might end
the query of a reader who holds one of the tables and waits for another."""

PAUSE_SECONDS = 0.5


def one_mirror(connection: "psycopg.Connection[Any]", prefix: str) -> None:
    """Be the only mirror of these schemas in this database until the transaction ends.

    Raises:
        MirrorError: another one is at work, and does not end.

    """
    from psycopg import errors

    digest = hashlib.sha256(f"prospection mirror {prefix}".encode()).digest()
    key = int.from_bytes(digest[:8], "big", signed=True)
    try:
        connection.execute("select pg_advisory_xact_lock(%s)", (key,))
    except errors.LockNotAvailable:
        raise MirrorError(
            f"another mirror has been writing into this database for {LOCK_SECONDS} seconds: wait "
            "for its end, then run `prospection mirror`"
        ) from None


def lock_for_readers(
    connection: "psycopg.Connection[Any]",
    names: Collection[Identity],
    present: Mapping[Identity, PresentTable],
    prefix: str,
) -> None:
    """Lock the tables whose columns or keys change; readers wait for the end of the transaction.

    All are locked within a moment or none is, so that nobody waits for a mirror that waits itself.

    Raises:
        MirrorError: naming who reads them without an end.

    """
    from psycopg import errors

    tables = sorted(name for name in names if name in present)
    if not tables:
        return
    listed = ", ".join(sql_name(name, prefix) for name in tables)
    until = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            with connection.transaction():
                connection.execute(f"set local statement_timeout = {TRY_MILLISECONDS}")
                connection.execute(f"lock table {listed} in access exclusive mode")
                connection.execute("set local statement_timeout = 0")
            return
        except (errors.QueryCanceled, errors.LockNotAvailable):
            if time.monotonic() > until:
                holders = _holders(connection, [present[name].oid for name in tables])
                raise MirrorError(
                    "\n".join(
                        [
                            "columns or keys change, for which the mirror has to be alone with "
                            "these tables for a moment; they are being read by:",
                            *holders,
                            "wait for its end, or end it; then run `prospection mirror`",
                        ]
                    )
                ) from None
        time.sleep(PAUSE_SECONDS)


def _holders(connection: "psycopg.Connection[Any]", oids: list[int]) -> list[str]:
    rows = connection.execute(
        """
        select distinct activity.pid, activity.usename, activity.application_name,
            to_char(activity.xact_start at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS')
        from pg_locks as locks
        inner join pg_stat_activity as activity on locks.pid = activity.pid
        where
            locks.relation = any(%s) and locks.granted and locks.pid != pg_backend_pid()
            and locks.database = (select oid from pg_database where datname = current_database())
        order by 1
        """,
        (oids,),
    ).fetchall()
    return [
        f"  process {pid}"
        + (f" of {user}" if user else "")
        + (f" ({name})" if name else "")
        + (f", in a transaction since {since} UTC" if since else "")
        for pid, user, name, since in rows
    ]
