"""One build of the models on Spark: what each model needs is there, and its rows become Parquet.

What belongs here: the names that tables have in Spark, and what it is asked for a model: first the
sources and seeds that the model reads and nobody read before, then its own table or view. What does
not: in which order models are built, and how DuckDB sees what was built (dbt does, by the
materializations `spark` and `spark_view`), the translation of a query (see `spark_sql.py`).
"""

import re
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb

from orchestration.engines.spark_closures import closure_of
from orchestration.engines.spark_process import SparkProcess
from orchestration.engines.spark_sources import parquet_source, readable_files
from orchestration.engines.spark_sql import to_spark
from orchestration.engines.spark_types import Columns, ddl, with_types
from orchestration.engines.storage import BUILDS, Storage
from orchestration.files import read_json, write_json
from orchestration.quoting import quoted_text
from orchestration.settings.engine import Engine

DESCRIPTION, TABLES, SEEDS, STEPS = "build.json", "tables", "seeds", "steps"
"""What lies in the folder of a build, beside the warehouse that it makes."""

THREADS = 4
"""Models that are built at the same time, as `profiles.yml` says."""

_RELATION = re.compile(r'"warehouse"\."(\w+)"\."(\w+)"(\s+as\b)?', re.IGNORECASE)


class UnknownTableError(ValueError):
    """A model reads what no build makes."""


@dataclass(frozen=True)
class BuildDescription:
    """What the process that builds is told by the one that started it.

    Attributes:
        data: the data folder.
        log: where Spark's own words go.
        engine: which Spark.
        models: the models by the name they have in Spark.
        seeds: the seeds, likewise.
        sources: the name in Spark of each source, by its relation in DuckDB.

    """

    data: str
    log: str
    engine: Engine
    models: list[str]
    seeds: list[str]
    sources: Mapping[str, str]

    def write(self, folder: Path) -> None:
        """Write it into the folder of the build."""
        write_json(folder / DESCRIPTION, asdict(self))

    @classmethod
    def read(cls, folder: Path) -> "BuildDescription":
        """Read it."""
        content = read_json(folder / DESCRIPTION)
        return cls(**{**content, "engine": Engine(**content["engine"])})


def describe_build(
    manifest: Mapping[str, Any], data: Path, log: Path, engine: Engine
) -> BuildDescription:
    """Return what a build of the manifest's models is told."""
    nodes = manifest["nodes"].values()
    of_kind = {
        kind: [view_name(node["schema"], node["alias"]) for node in nodes if _is(node, kind)]
        for kind in ("model", "seed")
    }
    sources = {
        source["relation_name"]: view_name(source["source_name"], source["name"])
        for source in manifest["sources"].values()
    }
    return BuildDescription(str(data), str(log), engine, of_kind["model"], of_kind["seed"], sources)


def _is(node: Mapping[str, Any], kind: str) -> bool:
    return bool(node["resource_type"] == kind)


def view_name(schema: str, table: str) -> str:
    """Return the name of a table in Spark: a view of the session, which has no schema."""
    return f"{schema}__{table}"


def with_view_names(sql: str, sources: Mapping[str, str]) -> tuple[str, set[str]]:
    """Return DuckDB's SQL with its relations called as Spark calls them, and these names.

    A relation without an alias gets its own name as one, since columns may be qualified with it.
    """
    found = set()
    for relation in sorted(sources, key=len, reverse=True):
        if relation in sql:
            found.add(sources[relation])
            sql = sql.replace(relation, f'"{sources[relation]}"')

    def renamed(match: re.Match[str]) -> str:
        name = view_name(match[1], match[2])
        found.add(name)
        return f'"{name}"{match[3] or f" as {match[2]}"}'

    return _RELATION.sub(renamed, sql), found


class SparkBuild:
    """A build, shared by the threads that build its models."""

    def __init__(self, folder: Path, connection: duckdb.DuckDBPyConnection) -> None:
        self._folder = folder
        self._told = BuildDescription.read(folder)
        self._connection = connection
        engine = self._told.engine
        self._storage = Storage(engine) if engine.storage else None
        self._spark = SparkProcess(engine, THREADS, Path(self._told.log))
        self._known: dict[str, Future[None]] = {}
        self._kinds: dict[str, Columns] = {}
        """The columns of what Spark knows and DuckDB has no table for."""
        self._lock = threading.Lock()

    def build(
        self, schema: str, table: str, sql: str, columns: Columns, is_view: bool = False
    ) -> None:
        """Build one model.

        Raises:
            SparkError: Spark could not; the message is its own.
            UntranslatableError: its SQL has something for which Spark has no counterpart.
            UnknownTableError: it reads a table that no build makes.

        """
        self._spark.wait_until_ready()
        closed = self._without_recursion(view_name(schema, table), sql)
        query = with_types(self._translated(closed), columns)
        request = {"name": view_name(schema, table), "sql": query}
        if is_view:
            self._spark.ask({"do": "view", **request})
            return
        name = f"{schema}/{table}"
        self._spark.ask({"do": "table", **request, "address": self._address(name)})
        if self._storage is not None and self._told.engine.is_in_s3:
            self._storage.fetch(f"{BUILDS}/{self._folder.name}/{name}", self._tables / name)

    def close(self) -> None:
        """End the session."""
        self._spark.close()

    def _without_recursion(self, name: str, sql: str) -> str:
        """Have Spark follow the links of a recursive query; return what reads where they lead."""
        view = f"{name}__followed"
        closure = closure_of(sql, view)
        if closure is None:
            return sql
        with self._connection.cursor() as cursor:
            self._kinds[view] = _columns(cursor, f"({closure.begin})")
        request = {"name": view, "address": self._address(f"{STEPS}/{name}")}
        queries = {"begin": self._translated(closure.begin), "step": self._translated(closure.step)}
        self._spark.ask({"do": "closure", **request, **queries})
        return closure.rest

    def _translated(self, sql: str) -> str:
        """Return DuckDB's SQL for Spark, which knows all that it reads."""
        renamed, names = with_view_names(sql, self._told.sources)
        for name in sorted(names):
            self._provide(name)
        return to_spark(renamed, self._types(names))

    def _types(self, names: set[str]) -> dict[str, str]:
        """Return the type of each column of what a model reads, by `table.column` in Spark."""
        with self._connection.cursor() as cursor:
            rows = cursor.execute(
                """
                select schema_name || '__' || table_name || '.' || column_name, data_type
                from duckdb_columns()
                where list_contains($names, schema_name || '__' || table_name)
                """,
                {"names": sorted(names)},
            ).fetchall()
        kinds = dict(rows)
        for name, columns in list(self._kinds.items()):
            kinds.update((f"{name}.{column}", kind) for column, kind in columns)
        return kinds

    @property
    def _tables(self) -> Path:
        return self._folder / TABLES

    def _address(self, name: str) -> str:
        if self._storage is None:
            return str(self._tables / name)
        return f"{self._storage.build_address(self._folder.name)}/{name}"

    def _provide(self, name: str) -> None:
        """Have Spark know a source or seed, once; models it knows since they were built."""
        if name in self._told.models:
            return
        with self._lock:
            future = self._known.get(name)
            is_first = future is None
            if future is None:
                future = self._known[name] = Future()
        if is_first:
            try:
                self._read(name)
                future.set_result(None)
            except BaseException as error:
                future.set_exception(error)
        future.result()

    def _read(self, name: str) -> None:
        with self._connection.cursor() as cursor:
            cursor.execute("set timezone = 'UTC'")
            cursor.execute(f"set variable prospection_data = {quoted_text(self._told.data)}")
            for relation, source in self._told.sources.items():
                if source == name:
                    self._read_source(cursor, name, relation)
                    return
            if name not in self._told.seeds:
                raise UnknownTableError(f"no build makes the table {name}")
            self._read_seed(cursor, name)

    def _read_source(self, cursor: duckdb.DuckDBPyConnection, name: str, relation: str) -> None:
        source = parquet_source(relation)
        self._kinds[name] = _columns(cursor, f"from {relation} as source")
        files = sorted({file for each in source.patterns for file in _files(cursor, each)})
        columns = [
            (column, kind)
            for column, kind in _columns(cursor, f"from {source.files}")
            if column != "file_row_number"
        ]
        self._ask_for_files(
            name,
            [self._input(file) for file in readable_files(files)],
            columns,
            source.select(self._kinds[name]),
        )

    def _read_seed(self, cursor: duckdb.DuckDBPyConnection, name: str) -> None:
        schema, _, table = name.partition("__")
        relation = f'"warehouse"."{schema}"."{table}"'
        columns = _columns(cursor, f"from {relation}")
        file = self._folder / SEEDS / f"{name}.parquet"
        file.parent.mkdir(parents=True, exist_ok=True)
        cursor.execute(f"copy (from {relation}) to {quoted_text(file)} (format parquet)")
        address = str(file)
        if self._storage is not None:
            place = f"{BUILDS}/{self._folder.name}/{SEEDS}/{file.name}"
            self._storage.put(file, place)
            address = f"{self._storage.address}/{place}"
        self._ask_for_files(name, [address], columns, [f"`{column}`" for column, _ in columns])

    def _ask_for_files(
        self, name: str, files: list[str], columns: Columns, select: list[str]
    ) -> None:
        request = {"files": files, "columns": ddl(columns), "select": select}
        self._spark.ask({"do": "files", "name": name, **request})

    def _input(self, file: str) -> str:
        if self._storage is None:
            return file
        return self._storage.input_address(Path(file).relative_to(self._told.data).as_posix())


def _files(cursor: duckdb.DuckDBPyConnection, pattern: str) -> Iterator[str]:
    yield from (row[0] for row in cursor.execute(f"select file from glob({pattern})").fetchall())


def _columns(cursor: duckdb.DuckDBPyConnection, query: str) -> Columns:
    return [(row[0], row[1]) for row in cursor.execute(f"describe {query}").fetchall()]
