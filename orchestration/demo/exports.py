"""Which files the demo consists of, and how one is written.

What belongs here: the list of exports and the way from a query to the bytes of a file. What does
not: what the rows say (`sql/`), nor which of them are wrong on purpose (`flaws.py`). A new entity
is one query in `sql/exports/` and one line in `EXPORTS`.
"""

import codecs
import gzip
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

import duckdb

from orchestration.demo.flaws import Flaw
from orchestration.quoting import quoted_text

SQL = Path(__file__).parent / "sql"
CHUNK_BYTES = 1 << 20


@dataclass(frozen=True)
class Export:
    """One file of the demo: its source, its entity and the dialect that source writes."""

    source: str
    entity: str
    delimiter: str = ","
    encoding: str = "utf-8"
    is_large: bool = False

    @property
    def name(self) -> str:
        """The file's path below the demo's folder, without `.gz`."""
        return f"{self.source}/{self.entity}.csv"

    @property
    def query(self) -> str:
        """The query that gives the file's rows, in the file's order."""
        return (SQL / "exports" / f"{self.source}_{self.entity}.sql").read_text("utf-8")


@dataclass(frozen=True)
class WrittenFile:
    """A file as written: `rows` well-formed ones by query, `flawed_rows` planted ones."""

    path: Path
    rows: int
    flawed_rows: int
    size_bytes: int


EXPORTS = (
    Export("crm", "reps"),
    Export("crm", "products"),
    Export("crm", "accounts", is_large=True),
    Export("crm", "prospects", is_large=True),
    Export("crm", "deals", is_large=True),
    Export("crm", "deal_stages", is_large=True),
    Export("crm", "quotes", is_large=True),
    Export("crm", "referrals"),
    Export("crm", "suppressions"),
    Export("crm", "links"),
    Export("outreach", "campaigns", ";", "cp1252"),
    Export("outreach", "activities", ";", "cp1252", is_large=True),
    Export("finance", "orders", ";", is_large=True),
    Export("finance", "order_lines", ";", is_large=True),
    Export("finance", "contracts", ";", is_large=True),
    Export("finance", "costs", ";"),
    Export("finance", "rep_time", ";"),
    Export("finance", "fx_rates", ";"),
    Export("finance", "targets", ";"),
    Export("support", "tickets", is_large=True),
    Export("support", "survey_responses", is_large=True),
    Export("support", "reviews"),
)


def write_export(
    connection: duckdb.DuckDBPyConnection,
    export: Export,
    folder: Path,
    flaws: Sequence[Flaw],
    *,
    compress: bool,
) -> WrittenFile:
    """Write one export below `folder`: the query's rows, then the flawed lines.

    DuckDB writes UTF-8; the bytes are streamed from there into the source's own encoding, so
    memory does not grow with the file. Compressed files carry no time, so they repeat too.
    Errors: a `UnicodeEncodeError` means that a query uses a character that the encoding lacks.
    """
    target = folder / (export.name + (".gz" if compress else ""))
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(target.name + ".utf8")
    copied = connection.execute(
        f"copy ({export.query}) to {quoted_text(draft)}"
        f" (format csv, header true, delimiter '{export.delimiter}')"
    ).fetchone()
    repeated = {flaw.repeats: b"" for flaw in flaws if flaw.repeats is not None}
    with draft.open("rb") as source, _opened(target, compress=compress) as sink:
        for row_number, line in enumerate(_first_lines(source, repeated)):
            if row_number in repeated:
                repeated[row_number] = line
        source.seek(0)
        decode = codecs.getincrementaldecoder("utf-8")().decode
        while chunk := source.read(CHUNK_BYTES):
            sink.write(decode(chunk).encode(export.encoding))
        for flaw in flaws:
            line = (flaw.line + "\n").encode() if flaw.repeats is None else repeated[flaw.repeats]
            sink.write(line.decode().encode(export.encoding))
    draft.unlink()
    return WrittenFile(
        path=target,
        rows=int(copied[0]) if copied else 0,
        flawed_rows=len(flaws),
        size_bytes=target.stat().st_size,
    )


def _first_lines(source: BinaryIO, wanted: dict[int, bytes]) -> Iterator[bytes]:
    """Yield the header (number 0) and the rows up to the last one wanted.

    No row of the demo holds a line break.
    """
    for _ in range(max(wanted, default=-1) + 1):
        yield source.readline()


@contextmanager
def _opened(target: Path, *, compress: bool) -> Iterator[BinaryIO]:
    """Open the file to write to: plain, or compressed without a name or a time in its header."""
    with target.open("wb") as plain:
        if not compress:
            yield plain
            return
        packed = gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=plain, mtime=0)
        with packed:
            yield cast("BinaryIO", packed)
