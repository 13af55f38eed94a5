"""Everything that files hold, as texts: also inside Parquet, DuckDB, SQLite, gzip and zip.

What belongs here: opening what is packed, and the bytes as they lie, free pages included. What does
not: what is looked for (see the tests of people).
"""

import gzip
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import duckdb


def texts_of(file: Path) -> Iterator[str]:
    """Yield everything that a file holds, its bytes as they are first."""
    yield from _texts(file.name, file.read_bytes())
    if file.suffix == ".parquet":
        with duckdb.connect() as connection:
            query = "select * from read_parquet(?)"
            yield str(connection.execute(query, [str(file)]).fetchall())
            query = "select key, value from parquet_kv_metadata(?)"
            yield str(connection.execute(query, [str(file)]).fetchall())
    if file.suffix == ".duckdb":
        with duckdb.connect() as connection:
            connection.execute(f"attach '{file}' as base (read_only)")
            tables = connection.execute(
                "select schema_name, table_name from duckdb_tables() where database_name = 'base'"
            ).fetchall()
            for schema, table in tables:
                yield str(connection.execute(f'from base."{schema}"."{table}"').fetchall())


def _texts(name: str, content: bytes) -> Iterator[str]:
    """Yield the names and the bytes in something packed, however deep."""
    yield content.decode("utf-8", "replace")
    if content.startswith(b"\x1f\x8b"):
        yield from _texts(name, gzip.decompress(content))
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as several:
            for member in several.namelist():
                yield member
                yield from _texts(member, several.read(member))
