"""Dagster's event log in SQLite, with connections that stay open.

What belongs here: the storage class that `instance.yml` names. Dagster's own opens, sets up
and closes a database for every event of a refresh, asks each time which tables and columns it has,
and flushes the disk, which takes longer than building the demo's models. The file format is
Dagster's own.
"""

import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import sqlalchemy
from dagster import EventLogEntry, StringSource
from dagster._core.storage.event_log.schema import AssetCheckExecutionsTable
from dagster._core.storage.event_log.sqlite.sqlite_event_log import (
    INDEX_SHARD_NAME,
    SqliteEventLogStorage,
)
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._serdes import ConfigurableClassData

_OPEN_DATABASES = 4


class SteadySqliteEventLogStorage(SqliteEventLogStorage):
    """The same databases as `SqliteEventLogStorage`; the last few stay open."""

    def __init__(self, home: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines: OrderedDict[str, sqlalchemy.Engine] = OrderedDict()
        self._of_batch: dict[str, sqlalchemy.Connection] = {}
        self._found: set[tuple[str, str]] = set()
        super().__init__(str(Path(home) / "history" / "runs"), inst_data)
        self._db_lock: Any = threading.RLock()  # the events of a batch are stored while it holds it

    @classmethod
    def config_type(cls) -> Any:
        """Return the configuration: `home`, Dagster's home."""
        return {"home": StringSource}

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> "SteadySqliteEventLogStorage":
        """Return the storage that `dagster.yaml` describes."""
        return cls(config_value["home"], inst_data)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[sqlalchemy.Connection]:
        with self._db_lock:
            if shard in self._of_batch:
                yield self._of_batch[shard]
                return
            with self._begin(shard) as connection:
                yield connection

    @contextmanager
    def _begin(self, shard: str) -> Iterator[sqlalchemy.Connection]:
        engine = self._engine(shard)
        if shard not in self._initialized_dbs:
            self._initdb(engine)
            self._initialized_dbs.add(shard)
        with engine.begin() as connection:
            yield connection

    def store_event_batch(self, events: Sequence[EventLogEntry]) -> None:
        """Store events of which nobody needs one before the others: one transaction a database.

        What a run intends to make comes so, hundreds of events at a time (`prepare_home` has
        Dagster do that). Of what cannot be stored Dagster stores each event again by itself: the
        index must not have them by then, since a check that is planned twice ends the run. So the
        index is opened first and committed last, when the log of the run is safe.
        """
        with self._db_lock, ExitStack() as opened:
            for shard in dict.fromkeys([INDEX_SHARD_NAME, *(event.run_id for event in events)]):
                self._of_batch[shard] = opened.enter_context(self._begin(shard))
                opened.callback(self._of_batch.pop, shard)
            super().store_event_batch(events)

    def has_table(self, table_name: str) -> bool:
        """Tell whether the index of all runs has a table; once it has, it keeps it."""
        return self._known("table", table_name, super().has_table)

    def has_secondary_index(self, name: str) -> bool:
        """Tell whether a migration of the index has been made; once it has, it stays made."""
        return self._known("migration", name, super().has_secondary_index)

    def _has_asset_key_col_on_connection(
        self, conn: sqlalchemy.Connection, column_name: str
    ) -> bool:
        has_column = super()._has_asset_key_col_on_connection
        return self._known("column", column_name, lambda name: has_column(conn, name))

    def has_asset_key_col(self, column_name: str) -> bool:
        """Tell whether the table of assets has a column; once it has, it keeps it."""
        return self._known("column", column_name, super().has_asset_key_col)

    def _known(self, kind: str, name: str, ask: Callable[[str], bool]) -> bool:
        """Return what `ask` says of a part of the index, asked until it is there."""
        if (kind, name) not in self._found and ask(name):
            self._found.add((kind, name))
        return (kind, name) in self._found

    def _engine(self, shard: str) -> sqlalchemy.Engine:
        engine = self._engines.get(shard)
        if engine is None:
            engine = sqlalchemy.create_engine(
                self.conn_string_for_shard(shard),
                connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS},
            )
            sqlalchemy.event.listen(engine, "connect", _flush_at_checkpoints_only)
            self._engines[shard] = engine
            while len(self._engines) > _OPEN_DATABASES:
                self._engines.popitem(last=False)[1].dispose()
        self._engines.move_to_end(shard)
        return engine

    def delete_events(self, run_id: str) -> None:
        """Delete a run's events: its own database, and what the index of all runs has of it."""
        with self.index_connection() as connection:
            self.delete_events_for_run(connection, run_id)
            of_run = AssetCheckExecutionsTable.c.run_id == run_id
            connection.execute(AssetCheckExecutionsTable.delete().where(of_run))
        self.free_concurrency_slots_for_run(run_id)
        with self._db_lock:
            engine = self._engines.pop(run_id, None)
            if engine is not None:
                engine.dispose()
            self._initialized_dbs.discard(run_id)
            for suffix in ("", "-wal", "-shm"):
                Path(f"{self.path_for_shard(run_id)}{suffix}").unlink(missing_ok=True)

    def give_back(self) -> None:
        """Make the index of all runs as small as it can be, where most of it is empty.

        Not while somebody reads it: then another time will do.
        """
        with self.index_connection() as connection:
            pages: int = connection.exec_driver_sql("pragma page_count").scalar_one()
            empty: int = connection.exec_driver_sql("pragma freelist_count").scalar_one()
        if empty * 2 < pages:
            return
        file = sqlite3.connect(self.path_for_shard(INDEX_SHARD_NAME), isolation_level=None)
        with closing(file), suppress(sqlite3.OperationalError):
            file.execute("vacuum")

    def dispose(self) -> None:
        """Close what is open."""
        with self._db_lock:
            while self._engines:
                self._engines.popitem()[1].dispose()
        super().dispose()


def _flush_at_checkpoints_only(connection: Any, _: Any) -> None:
    """Let a power cut cost the last events, never the database (write-ahead log, NORMAL)."""
    connection.execute("pragma synchronous = normal")
