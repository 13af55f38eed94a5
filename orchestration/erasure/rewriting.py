"""Rewriting landed files without the forgotten: row by row, cell by cell, the rest as it was.

What belongs here: which cells of a landed row change, and writing its file anew. What does not:
what a cell becomes (see `eraser.py`), and which files there are (see `forgetting.py`).
"""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
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
_OF_FILE = "file"
_OWNING = (DIRECT, MIXED, PERSON_ID)
"""Columns by which a row is about somebody: an address or an id of theirs stands there."""

ADDRESS_ONLY = "address_only"
"""How an id is looked into that is of nobody: it may be an address all the same."""

NAME_OF_FILE = "name_of_file"
"""How the name of the file that a row comes from is looked into: it makes the row no one's."""

_LOOKED_INTO = (DIRECT, MIXED, PERSON_ID, FREE_TEXT, CATEGORY, ADDRESS_ONLY)
_BATCH_ROWS = 50_000
_ROW_GROUPS = 16
"""Groups of some 120,000 rows of which one column is in memory at a time."""

_LONG_WORDS = 3
"""A cell of a column that no table knows with so many words is what somebody wrote."""


@dataclass(frozen=True)
class _Found:
    """What of a file of landed rows names somebody forgotten.

    `is_extra_read` says whether a mapping may read the cells of unknown columns; `kinds` are the
    columns that are looked into, `hits` the cells of each in which somebody is, `owning` those of
    `hits` by which a row is about somebody.
    """

    is_extra_read: bool
    kinds: Mapping[str, str]
    hits: Mapping[str, pa.Array]
    owning: Mapping[str, pa.Array]

    def touched(self, rows: pa.RecordBatch) -> pa.Array:
        """Return which rows name somebody."""
        return _rows_with(rows, self.hits)

    def owned(self, rows: pa.RecordBatch) -> pa.Array:
        """Return which rows are about somebody."""
        return _rows_with(rows, self.owning)


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
    """Return the rows of a file that name the people of an eraser, each with its place from 0.

    A row is not about somebody because its file or a column is called like them.
    """
    found = _look(path, table, source, eraser, in_names=False)
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
    files, lines = (rows.column(name).to_pylist() for name in (_OF_FILE, _RAW))
    new = [
        line if line is None or eraser.inside(line) == line else eraser.text(line) for line in lines
    ]
    labels = {file: eraser.label(file) for file in set(files)}
    changed = Counter(
        file
        for file, line, erased in zip(files, lines, new, strict=True)
        if line != erased or labels[file] != file
    )
    if changed:
        rows = _with_column(rows, _RAW, new)
        rows = _with_column(rows, _OF_FILE, [labels[file] for file in files])
        write_table(rows, path)
    return changed


def erase_names(path: Path, eraser: Eraser) -> list[str]:
    """Erase the forgotten from a list of files: from the names of files and headers, and reasons.

    Returns: the names of the files that named somebody there, as they were.
    """
    rows = pq.read_table(path)
    files: list[str] = rows.column(_OF_FILE).to_pylist()
    named: dict[str, None] = {}
    for name, replacement in _NAMES.items():
        if name not in rows.column_names:
            continue
        old = rows.column(name).to_pylist()
        new = [replacement(eraser, cell) if cell else cell for cell in old]
        named |= dict.fromkeys(
            file for file, cell, erased in zip(files, old, new, strict=True) if cell != erased
        )
        rows = _with_column(rows, name, new)
    if named:
        write_table(rows, path)
    return list(named)


def _with_column(rows: pa.Table, name: str, cells: Sequence[Any]) -> pa.Table:
    place = rows.column_names.index(name)
    field = rows.schema.field(place)
    return rows.set_column(place, field, pa.array(cells, field.type))


_NAMES: Mapping[str, Callable[[Eraser, Any], Any]] = {
    "file": lambda eraser, name: eraser.label(name),
    "unknown_columns": lambda eraser, headers: [eraser.label(header) for header in headers],
    "reason": lambda eraser, reason: eraser.inside(reason),
}
"""Column of a list of files → what stands for a cell of it."""


def rejects_about(path: Path, eraser: Eraser) -> list[Mapping[str, Any]]:
    """Return the rejected lines that name the people of an eraser."""
    rows: list[Mapping[str, Any]] = pq.read_table(path).to_pylist()
    return [row for row in rows if row[_RAW] and eraser.inside(row[_RAW]) != row[_RAW]]


def _look(path: Path, table: Entity, source: str, eraser: Eraser, in_names: bool = True) -> _Found:
    kinds = {column.name: _kind(column.personal, column.type) for column in table.columns}
    is_mapped = not any(kind in _OWNING for kind in kinds.values())
    kinds = {name: kind for name, kind in kinds.items() if kind in _LOOKED_INTO}
    kinds[EXTRA] = MIXED if is_mapped else FREE_TEXT
    if in_names:
        kinds[_FILE] = NAME_OF_FILE
    with pq.ParquetFile(path) as parquet:
        present = set(parquet.schema_arrow.names)
        hits = {
            name: pa.array(found, pa.string())
            for name, kind in kinds.items()
            if name in present
            if (found := _hits(_distinct(parquet, name, kind), kind, source, eraser))
        }
    of_cells = dict(hits)
    if EXTRA in hits:
        in_cells = [cell for cell in hits[EXTRA].to_pylist() if _is_in_cells(cell, eraser)]
        of_cells[EXTRA] = pa.array(in_cells, pa.string())
    owning = {name: cells for name, cells in of_cells.items() if kinds[name] in _OWNING}
    is_extra_read = table.is_of_tool or is_mapped
    return _Found(is_extra_read, kinds, hits if in_names else of_cells, owning)


def _is_in_cells(extra: str, eraser: Eraser) -> bool:
    """Tell whether cells of unknown columns name somebody, not their headers alone."""
    cells = [cell for cell in json.loads(extra).values() if cell]
    return any(eraser.inside(cell) != cell for cell in cells)


def _kind(personal: str, column_type: str) -> str:
    """Return how a column is looked into; an id of whatever may be somebody's address."""
    return ADDRESS_ONLY if column_type == "id" and personal not in _OWNING else personal


def _distinct(parquet: pq.ParquetFile, name: str, kind: str) -> pa.Array:
    """Return the distinct cells of a column that are to be looked into, read part by part."""
    found = pa.array([], pa.string())
    for start in range(0, parquet.num_row_groups, _ROW_GROUPS):
        groups = range(start, min(start + _ROW_GROUPS, parquet.num_row_groups))
        cells = parquet.read_row_groups([*groups], [name]).column(0)
        if kind == ADDRESS_ONLY:  # hardly ever one, and of many rows each another
            cells = cells.filter(pc.match_substring_regex(cells, "@|linkedin"))
        found = pc.unique(pa.chunked_array([found, *cells.chunks]))
    return found.drop_null()


def _hits(distinct: pa.Array, kind: str, source: str, eraser: Eraser) -> list[str]:
    """Return the cells of a column in which somebody forgotten is."""
    ids = distinct.to_pylist() if kind == PERSON_ID else ()
    of_people = [cell for cell in ids if eraser.knows_id(source, cell)]
    named = [cell for cell in eraser.suspects(distinct) if eraser.inside(cell) != cell]
    return [*{cell: None for cell in (*of_people, *named) if cell}]


def _rows_with(rows: pa.RecordBatch, hits: Mapping[str, pa.Array]) -> pa.Array:
    found = pa.array(np.zeros(rows.num_rows, bool))
    for name, cells in hits.items():
        found = pc.or_(found, pc.is_in(rows.column(name), cells))
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
    files = [before[_FILE] for row, before in zip(new, old, strict=True) if row != before]
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
            erased[name] = _extra(cell, eraser, least if is_owned else None)
        elif kind == NAME_OF_FILE:
            erased[name] = eraser.label(cell)
        elif is_owned and kind == DIRECT:
            erased[name] = eraser.whole(cell)
        elif is_owned and kind == FREE_TEXT:
            erased[name] = eraser.text(cell)
        else:
            erased[name] = eraser.inside(cell)
    return erased


def _extra(cells: str, eraser: Eraser, least_words: int | None) -> str:
    """Return the cells of unknown columns of a row, under headers that name nobody either.

    Of a row about somebody forgotten what has so many words is taken for what somebody wrote; None:
    the row is about nobody of them.
    """

    def of_cell(cell: str | None) -> str | None:
        if cell is None:
            return None
        if least_words is None:
            return eraser.inside(cell)
        return eraser.text(cell) if len(cell.split()) >= least_words else eraser.word(cell)

    read: dict[str, str | None] = json.loads(cells)
    erased = {eraser.label(header): of_cell(cell) for header, cell in read.items()}
    return json.dumps(erased, ensure_ascii=False)
