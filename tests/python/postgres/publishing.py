"""Small published versions, written as publication writes them; and comparing one with its copy."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from orchestration.files import write_json
from orchestration.paths import Paths
from orchestration.publication.contents import PublishedColumn, PublishedTable
from orchestration.publication.tables import LastVersion, fill_database, write_parquet
from orchestration.publication.versions import list_versions, switch, version_name
from orchestration.publication.writing import DATABASE_NAME

from .conftest import Database


@dataclass(frozen=True)
class Sample:
    """A table of a version.

    Attributes:
        query: its rows, as DuckDB's SQL.
        key: its primary key.
        references: table and column that a column refers to, `core.reps(rep_key)`, by column.
        description: what a row is.
        columns: what columns mean.

    """

    query: str
    key: Sequence[str] = ()
    references: Mapping[str, str] = field(default_factory=dict)
    description: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)


def publish(paths: Paths, tables: Mapping[str, Sample]) -> str:
    """Publish a version of these tables, with `meta.refresh`, and let readers see it."""
    count = len(list_versions(paths))
    created_at = datetime(2026, 10, 1, 6, tzinfo=UTC) + timedelta(days=count)
    name = version_name(created_at, f"run{count:05d}")
    folder = paths.published / name
    folder.mkdir()
    refresh = Sample(f"select '{name}' as version, date '2026-10-01' + {count} as as_of")
    entries: dict[str, Any] = {}
    with duckdb.connect() as connection:
        file = folder / DATABASE_NAME
        connection.execute(f"attach '{file}' as published (storage_version 'v1.2.0')")
        queries = []
        for full_name, sample in {**tables, "meta.refresh": refresh}.items():
            schema, _, table = full_name.partition(".")
            columns = dict(sample.columns)
            described = tuple(
                PublishedColumn(column, "", description=said) for column, said in columns.items()
            )
            published = PublishedTable(schema, table, described, sample.description)
            queries.append((published, sample.query))
            entries[full_name] = {
                "key": list(sample.key),
                "references": [
                    {
                        "columns": [column],
                        "to": to.partition("(")[0],
                        "to_columns": [to.partition("(")[2].rstrip(")")],
                    }
                    for column, to in sample.references.items()
                ],
            }
        fill_database(connection, queries)
        for published, query in queries:
            written = write_parquet(connection, published, query, folder, LastVersion())
            entries[published.full_name] |= {"rows": written["rows"], "parts": written["parts"]}
    write_json(
        folder / "manifest.json",
        {
            "version": name,
            "created_at": created_at.isoformat(),
            "as_of": "2026-10-01",
            "held_back": [],
            "settings": {},
            "tables": entries,
            "files": {},
        },
    )
    switch(paths, name)
    return name


def differences(paths: Paths, database: Database, folder: Path) -> list[str]:
    """Return the tables of the published file whose rows are not those of the copy, both ways.

    The copy is read back by DuckDB from what the server writes, in the file's own types; nested
    values are compared as what JSON makes of them.
    """
    found = []
    with (
        duckdb.connect(str(paths.current / DATABASE_NAME), read_only=True) as published,
        database.connect() as connection,
    ):
        published.execute("set timezone = 'UTC'")
        connection.execute("set timezone = 'UTC'")
        tables = published.execute(
            "select schema_name, table_name from duckdb_tables() order by all"
        ).fetchall()
        for schema, table in tables:
            kinds = dict(
                published.execute(
                    "select column_name, data_type from duckdb_columns() "
                    "where schema_name = ? and table_name = ? order by column_index",
                    [schema, table],
                ).fetchall()
            )
            nested = [name for name, kind in kinds.items() if "[" in kind or "(" in kind[3:7]]
            nested = [name for name in nested if not kinds[name].startswith("DECIMAL")]
            flat = [f'"{name}"' for name in kinds if name not in nested]
            file = folder / "copied.csv"
            with file.open("wb") as out, connection.cursor() as cursor:
                query = f'select {", ".join(flat)} from "{schema}"."{table}"'
                options = "format csv, null '\\N', force_quote *"
                with cursor.copy(f"copy ({query}) to stdout ({options})") as rows:
                    for block in rows:
                        out.write(block)
            columns = ", ".join(
                f"'{name}': '{kind}'" for name, kind in kinds.items() if name not in nested
            )
            copied = (
                f"read_csv('{file}', header = false, nullstr = '\\N', columns = {{{columns}}}, "
                "quote = '\"', escape = '\"', delim = ',', auto_detect = false, "
                "allow_quoted_nulls = false, parallel = false)"
            )
            mine = f'select {", ".join(flat)} from "{schema}"."{table}"'
            row = published.execute(
                f"select (select count(*) from ({mine} except all from {copied})), "
                f"(select count(*) from (from {copied} except all {mine}))"
            ).fetchone()
            if row != (0, 0):
                found.append(f"{schema}.{table}: {row}")
            for name in nested:
                there = connection.execute(f'select "{name}" from "{schema}"."{table}"')
                here = published.execute(f'select "{name}"::json from "{schema}"."{table}"')
                copies = sorted(json.dumps(each[0], sort_keys=True) for each in there.fetchall())
                values = [json.loads(each[0]) if each[0] else None for each in here.fetchall()]
                if copies != sorted(json.dumps(each, sort_keys=True) for each in values):
                    found.append(f"{schema}.{table}.{name}")
    return found
