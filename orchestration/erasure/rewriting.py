"""Rewriting landed files without the forgotten: row by row, cell by cell, the rest as it was.

What belongs here: which cells of a landed row change, and writing its file anew. What does not:
what a cell becomes (see `eraser.py`), and which files there are (see `forgetting.py`).
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from orchestration.erasure.eraser import Eraser
from orchestration.files import write_table, written_whole
from orchestration.formats.descriptions import (
    CATEGORY,
    DIRECT,
    FREE_TEXT,
    MIXED,
    PERSON_ID,
    Entity,
)

EXTRA = "_extra"
_RAW = "raw"
_FILE = "_file"
_OWNING = (DIRECT, MIXED, PERSON_ID)
"""Columns by which a row is about somebody: an address or an id of theirs stands there."""

ADDRESS_ONLY = "address_only"
"""How an id is looked into that is of nobody: it may be an address all the same."""

_LOOKED_INTO = (DIRECT, MIXED, PERSON_ID, FREE_TEXT, CATEGORY, ADDRESS_ONLY)
_BATCH_ROWS = 50_000
_LONG_WORDS = 3
"""A cell of a column that no table knows with so many words is what somebody wrote."""


@dataclass(frozen=True)
class _Found:
    """What of a file of landed rows names somebody forgotten.

    `is_extra_read` says whether a mapping may read the cells of unknown columns; `kinds` are the
    columns that are looked into, `hits` the cells of each in which somebody is, `owning` the
    columns of `hits` by which a row is about somebody.
    """

    is_extra_read: bool
    kinds: Mapping[str, str]
    hits: Mapping[str, pa.Array]
    owning: tuple[str, ...]

    def touched(self, rows: pa.RecordBatch) -> pa.Array:
        """Return which rows name somebody."""
        return _rows_with(rows, self.hits, tuple(self.hits))

    def owned(self, rows: pa.RecordBatch) -> pa.Array:
        """Return which rows are about somebody."""
        return _rows_with(rows, self.hits, self.owning)


def erase_rows(path: Path, table: Entity, source: str, eraser: Eraser) -> Counter[str]:
    """Erase the forgotten from a file of landed rows; one that names none of them is left alone.

    Args:
        path: the Parquet file, all text.
        table: the table whose rows it holds.
        source: their source, which ids belong to.
        eraser: who is forgotten.

    Returns: file of the exports → rows of it that changed.

    """
    found = _look(path, table, source, eraser)
    changed: Counter[str] = Counter()
    if not found.hits:
        return changed
    with (
        written_whole(path) as temporary,
        pq.ParquetFile(path) as parquet,
        pq.ParquetWriter(temporary, parquet.schema_arrow, compression="zstd") as writer,
    ):
        for batch in parquet.iter_batches(_BATCH_ROWS):
            new, files = _erased_batch(batch, found, eraser)
            writer.write_batch(new)
            changed.update(files)
    return changed


def rows_about(
    path: Path, table: Entity, source: str, eraser: Eraser
) -> list[tuple[int, Mapping[str, Any]]]:
    """Return the rows of a file that name the people of an eraser, each with its place from 0."""
    found = _look(path, table, source, eraser)
    about: list[tuple[int, Mapping[str, Any]]] = []
    if not found.hits:
        return about
    start = 0
    with pq.ParquetFile(path) as parquet:
        for batch in parquet.iter_batches(_BATCH_ROWS):
            touched = found.touched(batch)
            places = pc.indices_nonzero(touched).to_pylist()
            rows = batch.filter(touched).to_pylist()
            about += [(start + place, row) for place, row in zip(places, rows, strict=True)]
            start += batch.num_rows
    return about


def erase_rejects(path: Path, eraser: Eraser) -> Counter[str]:
    """Erase the lines that name somebody from a file of rejects.

    Returns: file of the exports → lines of it that changed.
    """
    rows = pq.read_table(path)
    files, lines = (rows.column(name).to_pylist() for name in ("file", _RAW))
    new = [
        line if line is None or eraser.inside(line) == line else eraser.text(line) for line in lines
    ]
    changed = Counter(
        file for file, line, erased in zip(files, lines, new, strict=True) if line != erased
    )
    if changed:
        place = rows.column_names.index(_RAW)
        erased_lines = pa.array(new, pa.string())
        write_table(rows.set_column(place, rows.schema.field(_RAW), erased_lines), path)
    return changed


def rejects_about(path: Path, eraser: Eraser) -> list[Mapping[str, Any]]:
    """Return the rejected lines that name the people of an eraser."""
    rows: list[Mapping[str, Any]] = pq.read_table(path).to_pylist()
    return [row for row in rows if row[_RAW] and eraser.inside(row[_RAW]) != row[_RAW]]


def _look(path: Path, table: Entity, source: str, eraser: Eraser) -> _Found:
    kinds = {column.name: _kind(column.personal, column.type) for column in table.columns}
    is_mapped = not any(kind in _OWNING for kind in kinds.values())
    kinds = {name: kind for name, kind in kinds.items() if kind in _LOOKED_INTO}
    kinds[EXTRA] = MIXED if is_mapped else FREE_TEXT
    with pq.ParquetFile(path) as parquet:
        present = set(parquet.schema_arrow.names)
        hits = {
            name: pa.array(found, pa.string())
            for name, kind in kinds.items()
            if name in present
            if (found := _hits(parquet.read([name]).column(0), kind, source, eraser))
        }
    is_extra_read = table.is_of_tool or is_mapped
    return _Found(
        is_extra_read, kinds, hits, tuple(name for name in hits if kinds[name] in _OWNING)
    )


def _kind(personal: str, column_type: str) -> str:
    """Return how a column is looked into; an id of whatever may be somebody's address."""
    return ADDRESS_ONLY if column_type == "id" and personal not in _OWNING else personal


def _hits(cells: pa.ChunkedArray, kind: str, source: str, eraser: Eraser) -> list[str]:
    """Return the distinct cells of a column in which somebody forgotten is."""
    distinct = pc.unique(cells).drop_null()
    if kind == ADDRESS_ONLY:  # hardly ever one, and of many rows each another
        distinct = distinct.filter(pc.match_substring_regex(distinct, "@|linkedin"))
    ids = distinct.to_pylist() if kind == PERSON_ID else ()
    of_people = [cell for cell in ids if eraser.knows_id(source, cell)]
    named = [cell for cell in eraser.suspects(distinct) if eraser.inside(cell) != cell]
    return [*{cell: None for cell in (*of_people, *named) if cell}]


def _rows_with(
    rows: pa.RecordBatch, hits: Mapping[str, pa.Array], names: Sequence[str]
) -> pa.Array:
    found = pa.array(np.zeros(rows.num_rows, bool))
    for name in names:
        found = pc.or_(found, pc.is_in(rows.column(name), hits[name]))
    return found


def _erased_batch(
    batch: pa.RecordBatch, found: _Found, eraser: Eraser
) -> tuple[pa.RecordBatch, list[str]]:
    """Return a batch without the forgotten, and the file of each row that changed."""
    touched = found.touched(batch)
    old = batch.filter(touched).to_pylist()
    owned = found.owned(batch).filter(touched).to_pylist()
    new = [_erased(row, is_owned, found, eraser) for row, is_owned in zip(old, owned, strict=True)]
    if new == old:
        return batch, []
    columns = [
        pc.replace_with_mask(
            batch.column(name), touched, pa.array([row[name] for row in new], pa.string())
        )
        for name in batch.schema.names
    ]
    files = [row[_FILE] for row, before in zip(new, old, strict=True) if row != before]
    return pa.RecordBatch.from_arrays(columns, schema=batch.schema), files


def _erased(
    row: Mapping[str, Any], is_owned: bool, found: _Found, eraser: Eraser
) -> dict[str, Any]:
    erased = dict(row)
    for name, kind in found.kinds.items():
        cell = row.get(name)
        if cell is None:
            continue
        if name == EXTRA:
            is_whole = is_owned and not found.is_extra_read
            least = 1 if is_whole else _LONG_WORDS
            erased[name] = _extra(cell, eraser, least) if is_owned else eraser.inside(cell)
        elif is_owned and kind == DIRECT:
            erased[name] = eraser.whole(cell)
        elif is_owned and kind == FREE_TEXT:
            erased[name] = eraser.text(cell)
        else:
            erased[name] = eraser.inside(cell)
    return erased


def _extra(cells: str, eraser: Eraser, least_words: int) -> str:
    """Return the cells of unknown columns of a row about somebody forgotten.

    What has so many words is taken for what somebody wrote.
    """
    read: dict[str, str | None] = json.loads(cells)
    erased = {
        header: cell
        if cell is None
        else eraser.text(cell)
        if len(cell.split()) >= least_words
        else eraser.word(cell)
        for header, cell in read.items()
    }
    return json.dumps(erased, ensure_ascii=False)
