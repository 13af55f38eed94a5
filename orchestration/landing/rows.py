"""The form of what is landed: rows and structural rejects.

What belongs here: schemas, and how a reject is written. What does not: reading.
"""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.formats.descriptions import Entity

CELL_COUNT_RULE = "cell_count"
REPEATED_HEADER_RULE = "repeated_header"

TITLE_RULE = "title"
HEADER_RULE = "header"
BLANK_RULE = "blank"
TOTAL_RULE = "total"
NOTE_RULE = "note"
"""By these a line is no row of its table, and nobody would have thought it one: what stands above
the header, the header itself where a file numbers all of its rows, lines without a value, sums and
notes below the table. Such lines are kept beside the rejects, and are none."""

_BATCH = 20_000

ORIGIN_COLUMNS = ("_extra", "_source", "_load_id", "_file")
"""What every landed row says besides the columns of its table: other cells, and whence it is."""

REJECTS_SCHEMA = pa.schema(
    [
        ("source", pa.string()),
        ("load_id", pa.string()),
        ("entity", pa.string()),
        ("file", pa.string()),
        ("row_number", pa.int64()),
        ("rule", pa.string()),
        ("raw", pa.string()),
    ]
)


@dataclass(frozen=True)
class Origin:
    """What every landed row says about where it comes from.

    `rows_before` is by how much the numbers of its records are shifted: in a sheet, which numbers
    its rows itself, the rows up to and with the header; else 0.
    """

    source: str
    load_id: str
    entity: Entity
    file: str
    rows_before: int = 0


@dataclass(frozen=True)
class Reject:
    """A record that is no row of its table; the header is row 0."""

    row_number: int
    raw: str
    rule: str = CELL_COUNT_RULE


def landed_schema(entity: Entity) -> pa.Schema:
    """Return the columns of a landed file: those of the entity, then where the row comes from."""
    names = [*entity.column_names, *ORIGIN_COLUMNS]
    return pa.schema([(name, pa.string()) for name in names])


def rejects_table(rejects: Iterable[Reject], origin: Origin) -> pa.Table:
    """Return rejects in the form in which they are kept."""
    rows = [
        {
            "source": origin.source,
            "load_id": origin.load_id,
            "entity": origin.entity.name,
            "file": origin.file,
            "row_number": reject.row_number + origin.rows_before,
            "rule": reject.rule,
            "raw": reject.raw.strip("\r\n"),
        }
        for reject in rejects
    ]
    return pa.Table.from_pylist(rows, schema=REJECTS_SCHEMA)


def write_rejects(rejects: Iterable[Reject], origin: Origin, target: Path) -> None:
    """Write rejects to a scratch file."""
    listed = iter(rejects)
    with pq.ParquetWriter(target, REJECTS_SCHEMA, compression="zstd") as writer:
        while batch := list(itertools.islice(listed, _BATCH)):
            writer.write_table(rejects_table(batch, origin))
