"""What dbt does again for each node though it comes to the same: done once.

What belongs here: replacements of four inner parts of dbt's, each with what it spares, for the dbt
that a refresh starts (`dbt_process.py`). `dbt` by hand does without and comes to the same tables.
What does not: what is built. `tests/python/unit/warehouse/test_dbt_shortcuts.py` fails when another
version of dbt no longer has what is replaced here.
"""

import atexit
import threading
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from dbt.adapters.duckdb import environments
from dbt.adapters.duckdb.environments.local import LocalEnvironment
from dbt.adapters.duckdb.impl import DuckDBAdapter
from dbt_common.clients import agate_helper
from dbt_common.events.base_types import BaseEvent, DebugLevel

from orchestration.replacing import replace_part


def take_shortcuts() -> None:
    """Have all four taken by everything that this process runs from here on."""
    replace_part(environments, "create", SteadyEnvironment)
    _know_types_once()
    _write_no_unread_events()
    _build_beside_keys()


class SteadyEnvironment(LocalEnvironment):
    """The warehouse with one connection per thread, which keeps its settings from node to node.

    dbt's own opens a new one for each node and sets every setting of the profile again.
    """

    def __init__(self, credentials: Any) -> None:
        self._of_thread = threading.local()
        self._steady: list[_SteadyConnection] = []
        super().__init__(credentials)
        atexit.register(self.close)

    def handle(self) -> Any:
        """Return the connection of this thread."""
        steady = getattr(self._of_thread, "handle", None)
        if steady is None:
            # dbt-duckdb has no types
            steady = _SteadyConnection(super().handle())  # type: ignore[no-untyped-call]
            self._of_thread.handle = steady
            self._steady.append(steady)
        return steady

    def close(self) -> None:
        """Close the file, which writes what is still in DuckDB's log into it."""
        while self._steady:
            self._steady.pop().end()
        self._of_thread = threading.local()
        super().close()  # type: ignore[no-untyped-call]  # dbt-duckdb has no types


class _SteadyConnection:
    """A connection that is still open after dbt has closed it; dbt rolls back before it does."""

    def __init__(self, wrapped: Any) -> None:
        self._wrapped = wrapped

    def cursor(self) -> Any:
        return self._wrapped.cursor()

    def rollback(self) -> Any:
        return self._wrapped.rollback()

    def close(self) -> None:
        """Stay open for the next node."""

    def end(self) -> None:
        self._wrapped.close()


def _know_types_once() -> None:
    """Make agate's parsers of dates once, not for the result of every statement."""
    make_tester = agate_helper.build_type_tester
    nothing = agate_helper.empty_table()  # type: ignore[no-untyped-call]  # nor has this of dbt

    @cache
    def tester(text_columns: frozenset[str], nulls: tuple[str, ...]) -> Any:
        return make_tester(text_columns, nulls)

    def build_type_tester(
        text_columns: Iterable[str], string_null_values: Iterable[str] | None = ("null", "")
    ) -> Any:
        return tester(frozenset(text_columns), tuple(string_null_values or ()))

    replace_part(agate_helper, "build_type_tester", build_type_tester)
    replace_part(agate_helper, "empty_table", lambda: nothing)


def _write_no_unread_events() -> None:
    """Put an event for debugging into words when somebody reads it, which hardly anybody does."""
    write: Callable[..., None] = BaseEvent.__init__
    read: Callable[[BaseEvent, str], Any] = BaseEvent.__getattr__

    def begin(event: BaseEvent, *args: Any, **fields: Any) -> None:
        if isinstance(event, DebugLevel):
            event.__dict__["unwritten"] = (args, fields)
        else:
            write(event, *args, **fields)

    def get(event: BaseEvent, name: str) -> Any:
        unwritten = event.__dict__.pop("unwritten", None)
        if unwritten is not None:
            args, fields = unwritten
            write(event, *args, **fields)
            return getattr(event, name)
        return read(event, name)

    replace_part(BaseEvent, "__init__", begin)
    replace_part(BaseEvent, "__getattr__", get)


def _build_beside_keys() -> None:
    """Build a model without waiting for others with keys: ours are words in the manifest.

    dbt-duckdb asks for the constraints of every table, and builds those with foreign keys one at a
    time, because DuckDB changes the table that a real one refers to.
    """
    replace_part(DuckDBAdapter, "_acquire_foreign_key_lock", lambda *_: False)
