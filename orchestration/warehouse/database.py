"""The private warehouse as a file: opening it, and recovering when the last build did not finish.

What belongs here: the DuckDB file's life around a dbt build. What does not: what is in it (see
`models/`). Everything in the warehouse is derived from landing, so that a doubtful file is simply
built again.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from orchestration.errors import BlockedByGateError, RefreshRunningError
from orchestration.files import put_in_place, read_json_as, write_json
from orchestration.paths import Paths
from orchestration.quoting import quoted_name, quoted_text
from orchestration.settings.engine import DUCKDB

_HEADERS = 3 * 4096
"""Bytes at the beginning of a DuckDB file that every change to it writes anew: who wrote it, and
twice where its tables begin and how often it was written."""


def _build_mark(paths: Paths) -> Path:
    return paths.state / "build.json"


def _read_mark(paths: Paths) -> dict[str, Any] | None:
    """Return what is known of the last build.

    Raises: DamagedFileError when that cannot be read.
    """
    remedy = "delete it: the next refresh builds the private warehouse anew"
    return read_json_as(_build_mark(paths), _as_mark, remedy)


def _as_mark(content: Any) -> dict[str, Any]:
    mark = dict(content)
    if mark["complete"] not in (True, False) or not isinstance(mark["build_id"], str):
        raise ValueError("it does not say which build is complete")
    return mark


def begin_build(paths: Paths, build_id: str, inputs: str, anew: bool = False) -> str | None:
    """Get the warehouse ready for a build and mark the build as begun.

    `inputs` is the hash of what the build is made from, for whoever publishes it.

    The file is deleted when asked for (`anew`), when the last build did not finish well (killed,
    failed or blocked half-way: its tables are a mixture), and when DuckDB cannot read it.

    Returns:
        Why the file was deleted, or None when it was kept or there was none.

    Raises:
        RefreshRunningError: another program has the file open.

    """
    reason = None
    if paths.warehouse.exists():
        reason = _reason_to_rebuild(paths, anew)
        if reason is not None:
            delete_warehouse(paths)
    _mark_begun(paths, build_id, inputs)
    return reason


def take_over(paths: Paths, warehouse: Path, build_id: str, inputs: str) -> None:
    """Put a warehouse that was built beside the last one in its place.

    A kill on the way leaves the mark of a build that did not finish.
    """
    connection = duckdb.connect(str(warehouse))
    try:
        connection.execute("checkpoint")
    finally:
        connection.close()
    _mark_begun(paths, build_id, inputs)
    Path(f"{paths.warehouse}.wal").unlink(missing_ok=True)
    put_in_place(warehouse, paths.warehouse)


def _mark_begun(paths: Paths, build_id: str, inputs: str) -> None:
    mark = {"build_id": build_id, "inputs": inputs, "complete": False}
    write_json(_build_mark(paths), mark)


def complete_build(paths: Paths, build_id: str, engine: str = DUCKDB) -> None:
    """Mark the build as whole: every model built by `engine`, every data test passed."""
    mark = _read_mark(paths) or {}
    whole = {
        "build_id": build_id,
        "engine": engine,
        "complete": True,
        "warehouse": warehouse_fingerprint(paths, build_id),
    }
    write_json(_build_mark(paths), {**mark, **whole})


def finished_inputs(paths: Paths) -> str | None:
    """Return the hash of what the last build was made from; None when it did not end well."""
    mark = _read_mark(paths) or {}
    inputs: str | None = mark.get("inputs") if mark.get("complete") else None
    return inputs


def finished_build_id(paths: Paths) -> str | None:
    """Return the id of the build that the warehouse holds; None when it did not end well."""
    mark = _read_mark(paths) or {}
    return str(mark["build_id"]) if mark.get("complete") else None


def complete_build_id(paths: Paths) -> str:
    """Return the id of the build that the warehouse holds.

    Raises:
        BlockedByGateError: there is none, the last one did not end well, or something else has
            changed the warehouse since.

    """
    mark = _read_mark(paths)
    if mark is None or not mark["complete"] or not paths.warehouse.exists():
        raise BlockedByGateError(
            f"the last build in {paths.warehouse} is not complete: run `prospection build` first"
        )
    # the build of a release that did not note it can only be taken as it is
    build_id = str(mark["build_id"])
    if mark.get("warehouse") not in (None, warehouse_fingerprint(paths, build_id)):
        raise BlockedByGateError(
            f"{paths.warehouse} was changed after its build, as `dbt build` by hand does: nobody "
            "has looked at what it holds now; run `prospection build`, then validate and publish"
        )
    return build_id


def warehouse_fingerprint(paths: Paths, build_id: str) -> str:
    """Return what tells the warehouse from what it is after any change to a table of it.

    DuckDB writes the headers of its file anew with each change, and what it has not yet taken over
    into a file beside it. What Spark has built is told by names and sizes. No table is read.
    """
    digest = hashlib.sha256()
    if paths.warehouse.exists():
        with paths.warehouse.open("rb") as file:
            digest.update(file.read(_HEADERS))
            digest.update(str(file.seek(0, os.SEEK_END)).encode())
    waiting = Path(f"{paths.warehouse}.wal")
    if waiting.exists():
        digest.update(waiting.read_bytes())
    built = paths.spark_builds / build_id
    for folder, _, names in sorted(os.walk(built, followlinks=True)):
        for path in (Path(folder) / name for name in sorted(names)):
            digest.update(f"{path.relative_to(paths.data)} {path.stat().st_size}\0".encode())
    return digest.hexdigest()


def delete_warehouse(paths: Paths) -> None:
    """Delete the private warehouse and what DuckDB keeps beside it."""
    for suffix in ("", ".wal"):
        Path(f"{paths.warehouse}{suffix}").unlink(missing_ok=True)


def drop_what_is_built_anew(paths: Paths) -> None:
    """Drop every table that a build makes as a whole, so that the file does not hold it twice.

    DuckDB frees the room of a table only when it writes its file anew, at the end of a build. What
    a build goes on from has a comment that says what it was made from (`macros/engine/`), and the
    hashes beside it are in the schema `kept`. Call it once the build is marked as begun: until it
    is complete nobody reads the warehouse.
    """
    if not paths.warehouse.exists():
        return
    connection = duckdb.connect(str(paths.warehouse))
    try:
        doomed = connection.execute(
            """
            select 'view', schema_name, view_name from duckdb_views() where not internal
            union all
            select 'table', schema_name, table_name from duckdb_tables()
            where comment is null and schema_name != 'kept'
            """
        ).fetchall()
        for kind, schema, name in doomed:
            connection.execute(f"drop {kind} {quoted_name(schema)}.{quoted_name(name)}")
        connection.execute("checkpoint")
    finally:
        connection.close()


@dataclass(frozen=True)
class Closed:
    """Why DuckDB does not open a file: the first line of what it told, and what that means."""

    told: str

    @property
    def is_open_elsewhere(self) -> bool:
        """Whether another program has it open; the rest of the line names files and programs."""
        return self.told.startswith("IO Error: Could not set lock on file")


def why_closed(file: Path) -> Closed | None:
    """Open a file for writing, as a build does; return what keeps from it, or None."""
    try:
        duckdb.connect(str(file)).close()
    except duckdb.Error as error:
        return Closed(str(error).splitlines()[0])
    return None


def _reason_to_rebuild(paths: Paths, anew: bool) -> str | None:
    mark = _read_mark(paths)
    problem = why_closed(paths.warehouse)
    if problem is not None and problem.is_open_elsewhere:
        raise RefreshRunningError(
            f"{paths.warehouse} is open in another program ({problem.told}): "
            "close it, then refresh again"
        )
    if anew:
        return "a full refresh was requested"
    if mark is not None and mark.get("engine", DUCKDB) != DUCKDB:
        return "another engine built the last one"
    if mark is None or not mark["complete"]:
        return "the last build did not finish"
    if problem is not None:
        return f"the file cannot be read ({problem.told})"
    return None


@contextmanager
def open_read_only(database: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a DuckDB file for reading."""
    connection = duckdb.connect(str(database), read_only=True)
    try:
        yield connection
    finally:
        connection.close()


@contextmanager
def open_beside_warehouse(
    paths: Paths, memory_limit: str | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open DuckDB in memory, with the warehouse attached as `warehouse` for reading."""
    with open_beside(paths, paths.warehouse, "warehouse", memory_limit) as connection:
        yield connection


@contextmanager
def open_beside(
    paths: Paths, file: Path, name: str, memory_limit: str | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open DuckDB in memory, with a file attached as `name` for reading.

    What does not fit into memory goes into a hidden folder beside the published versions, which the
    next publication removes should this process be killed.
    """
    paths.published.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect(
        config={
            "temp_directory": str(paths.published / f".{os.getpid()}.spill"),
            **({} if memory_limit is None else {"memory_limit": memory_limit}),
        }
    )
    try:
        connection.execute("set timezone = 'UTC'")
        connection.execute(f"attach {quoted_text(file)} as {name} (read_only)")
        yield connection
    finally:
        connection.close()
