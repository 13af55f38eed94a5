"""The landing folder: what lies where, what was landed before, and how a load is added.

What belongs here: names inside `data/landing`, and the order of writing that makes a load appear
whole or not at all: its rows and rejects first, `_loads/<load_id>.parquet` last. What does not:
what the rows are.
"""

import glob
import json
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.errors import DamagedFileError
from orchestration.files import (
    Stamp,
    put_in_place,
    sha256,
    short_name,
    stamp_of,
    sync,
    write_table,
)
from orchestration.formats.descriptions import Format
from orchestration.landing.addresses import ADDRESSES_SCHEMA
from orchestration.landing.columns import COLUMNS_SCHEMA, ColumnEvidence
from orchestration.landing.headers import known_headers
from orchestration.landing.report import FileReport, Load, SourceReport
from orchestration.landing.rows import REJECTS_SCHEMA, landed_schema

EMPTY = "_empty"
_OUTSIDE = "_outside"
_HELD = "_held"
_SCRATCH = ".scratch"

LOADS_SCHEMA = pa.schema(
    [
        ("source", pa.string()),
        ("format", pa.string()),
        ("load_id", pa.string()),
        ("loaded_at", pa.timestamp("us")),
        ("loaded_on", pa.date32()),
        ("revision", pa.int32()),
        ("entity", pa.string()),
        ("file", pa.string()),
        ("sha256", pa.string()),
        ("bytes", pa.int64()),
        ("encoding", pa.string()),
        ("delimiter", pa.string()),
        ("decimal", pa.string()),
        ("outcome", pa.string()),
        ("reason", pa.string()),
        ("records", pa.int64()),
        ("landed", pa.int64()),
        ("structural_rejects", pa.int64()),
        ("left_out_lines", pa.int64()),
        ("left_out_rules", pa.string()),
        ("first_row", pa.int64()),
        ("unknown_columns", pa.list_(pa.string())),
        ("missing_columns", pa.list_(pa.string())),
        ("decimal_points", pa.int64()),
        ("decimal_commas", pa.int64()),
        ("folder", pa.string()),
        ("content_sha256", pa.string()),
    ]
)

_OF_LOAD = ("source", "format", "load_id", "loaded_at", "revision", "folder", "content_sha256")
_OF_FILE = tuple(name for name in LOADS_SCHEMA.names if name not in (*_OF_LOAD, "loaded_on"))


_HASHES = b"sha256"
"""The metadata of a load's report that tells the hash of each of its files, by place in landing."""


class DamagedLandingError(DamagedFileError):
    """A landed file is missing, cannot be read, or is not what was landed."""


@dataclass(frozen=True)
class LandedLoad:
    """A load that exists, with what became of its files.

    `hashes` tells the SHA-256 of the files of its rows and rejects, by their place in the landing
    folder; nothing where an older release has landed it.
    """

    load: Load
    files: tuple[FileReport, ...]
    hashes: Mapping[str, str] = field(default_factory=dict)


def load_order(landed: LandedLoad) -> tuple[datetime, int, str]:
    """Return what the loads of a source are sorted by."""
    return (landed.load.loaded_at, landed.load.revision, landed.load.load_id)


@dataclass(frozen=True)
class Store:
    """The landing folder at `root`."""

    root: Path

    @property
    def scratch(self) -> Path:
        """Temporary files, on the same disk so that they can be renamed into place."""
        return self.root / _SCRATCH

    @property
    def held(self) -> "Store":
        """The loads that are kept but not built: a landing folder that no model reads."""
        return Store(self.root / _HELD)

    def prepare(self, generic: Format) -> tuple[str, ...]:
        """Remove what an interrupted run left, and make sure that every pattern finds a file.

        Returns: the names of the removed files.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        self.remove_scratch()
        self._write_empty(self._load_file(EMPTY), LOADS_SCHEMA)
        self._write_empty(self.rejects_file(EMPTY), REJECTS_SCHEMA)
        self._write_empty(self._outside_file(EMPTY), LOADS_SCHEMA)
        self._write_empty(self._columns_file(EMPTY), COLUMNS_SCHEMA)
        self._write_empty(self.addresses_file(EMPTY), ADDRESSES_SCHEMA)
        for entity in generic.entities.values():
            path = self._rows_file(generic.name, entity.name, EMPTY)
            self._write_empty(path, landed_schema(entity))
        return (*self._remove_leftovers(), *self.held._remove_leftovers())

    def remove_scratch(self) -> None:
        """Remove all temporary files."""
        shutil.rmtree(self.scratch, ignore_errors=True)

    def loads(self, source: str) -> list[LandedLoad]:
        """Return the loads of a source, oldest first.

        Raises: DamagedLandingError when the record of one cannot be read.
        """
        paths = self.root.glob("_loads/[!_.]*.parquet")
        name = short_name(source)
        found = [self._landed(path) for path in paths if path.stem.rpartition("@")[0] == name]
        return sorted(found, key=load_order)

    def all_loads(self) -> list[LandedLoad]:
        """Return the loads of all sources, each source's oldest first.

        Raises: DamagedLandingError when the record of one cannot be read.
        """
        paths = self.root.glob("_loads/[!_.]*.parquet")
        return sorted((self._landed(path) for path in paths), key=load_order)

    def formats(self) -> dict[str, str]:
        """Return the format of every source of which a load was landed: that of its newest."""
        return {each.load.source: each.load.format for each in self.all_loads()}

    def formats_with_rows(self) -> dict[str, set[str]]:
        """Return the formats in which rows of a source were landed."""
        formats: dict[str, set[str]] = {}
        for each in self.all_loads():
            if any(file.landed for file in each.files):
                formats.setdefault(each.load.source, set()).add(each.load.format)
        return formats

    def load_ids(self) -> list[tuple[str, str]]:
        """Return source and id of every load; a source's name as it is in the id."""
        stems = sorted(path.stem for path in self.root.glob("_loads/[!_.]*.parquet"))
        return [(stem.rpartition("@")[0], stem) for stem in stems]

    def landed(self, load_id: str) -> LandedLoad:
        """Return the load of that id.

        Raises: DamagedLandingError when its record cannot be read.
        """
        return self._landed(self._load_file(load_id))

    def has_rows(self) -> bool:
        """Tell whether any load of any source holds a row."""
        reports = self.root.glob("_loads/[!_.]*.parquet")
        return any(file.landed for report in reports for file in self._landed(report).files)

    def check_hashes(self, loads: Iterable[LandedLoad]) -> None:
        """Do nothing when every file of these loads is byte for byte what was landed.

        Raises: DamagedLandingError naming the file and what to do.
        """
        for each in loads:
            for name, expected in each.hashes.items():
                path = self.root / name
                try:
                    found = sha256(path)
                except OSError as error:
                    raise self.damaged(path, error) from error
                if found != expected:
                    raise self.damaged(path, "it is not what was landed, by its SHA-256")

    def damaged(self, path: Path, problem: object) -> DamagedLandingError:
        """Return the error that names a damaged file of a load, and what to do about it."""
        return DamagedLandingError(
            path,
            problem,
            "restore it from a backup; or, while its export still lies there, delete "
            f"{self._load_file(path.stem)}, and the load is landed anew",
        )

    def check(self, loads: Iterable[LandedLoad]) -> None:
        """Do nothing when every row that these loads landed is still there, by the files' footers.

        Raises: DamagedLandingError naming the file and what to do.
        """
        for each in loads:
            landed: dict[str, int] = {}
            for file in each.files:
                if file.outcome == "landed" and file.entity is not None:
                    landed[file.entity] = landed.get(file.entity, 0) + (file.landed or 0)
            for entity, rows in landed.items():
                path = self.entity_rows(each.load, entity)
                try:
                    found = pq.read_metadata(path).num_rows
                except (OSError, pa.ArrowInvalid) as error:
                    raise self.damaged(path, error) from error
                if found != rows:
                    raise self.damaged(path, f"it holds {found} rows where {rows} were landed")

    def add(
        self,
        load: Load,
        files: Iterable[FileReport],
        rows: Mapping[str, Path],
        rejects: Iterable[Path],
        columns: Mapping[str, Iterable[ColumnEvidence]],
    ) -> None:
        """Add a load.

        Args:
            load: the load.
            files: every file of it, also those that were refused.
            rows: entity → Parquet file of its rows, in the scratch folder.
            rejects: Parquet files of structural rejects, in the scratch folder.
            columns: entity → what the columns of its files show.

        """
        hashes: dict[str, str] = {}
        for entity, path in rows.items():
            target = self._rows_file(load.format, entity, load.load_id)
            hashes |= self._add_file(path, target)
        hashes |= self._add_rejects(load, list(rejects))
        self.add_columns(load, columns)
        table = pa.Table.from_pylist([_as_row(load, file) for file in files], schema=LOADS_SCHEMA)
        metadata = {_HASHES: json.dumps(hashes, sort_keys=True)}
        write_table(table.replace_schema_metadata(metadata), self._load_file(load.load_id))

    def _add_file(self, path: Path, target: Path) -> dict[str, str]:
        """Put a file in place; return its hash by its place in landing."""
        found = sha256(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        put_in_place(path, target)
        return {target.relative_to(self.root).as_posix(): found}

    def has_columns(self, load_id: str) -> bool:
        """Tell whether it is known what the columns of a load show."""
        return _has_schema(self._columns_file(load_id), COLUMNS_SCHEMA)

    def add_columns(self, load: Load, columns: Mapping[str, Iterable[ColumnEvidence]]) -> None:
        """Keep what the columns of a load show, by entity."""
        of_load = {"source": load.source, "load_id": load.load_id}
        rows = [
            {**of_load, "entity": entity, **vars(each)}
            for entity, evidence in columns.items()
            for each in evidence
        ]
        table = pa.Table.from_pylist(rows, schema=COLUMNS_SCHEMA)
        write_table(table, self._columns_file(load.load_id))

    def addresses_file(self, load_id: str) -> Path:
        """Return the file of the distinct addresses in a load, in the form to compare."""
        return self.root / "_addresses" / f"{load_id}.parquet"

    def release(self, load_id: str) -> None:
        """Let a held load be built: it becomes a load like the others. Once more does no harm.

        Each file is linked into place before it leaves the held ones, the load's own file last, so
        that nothing is lost whenever the process ends.
        """
        record = self.held._load_file(load_id)
        if not record.exists():
            return
        others = sorted(set(self.held.root.glob(f"**/{glob.escape(load_id)}.parquet")) - {record})
        for path in (*others, record):
            target = self.root / path.relative_to(self.held.root)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.unlink(missing_ok=True)
            target.hardlink_to(path)
            sync(target.parent)
        for path in (record, *others):
            path.unlink()

    def hold_back(self, load_id: str) -> None:
        """Take a load out of what is built: the way back of `release`. Once more does no harm.

        Each file is linked among the held ones, the load's own file last, before any leaves.
        """
        record = self._load_file(load_id)
        if not record.exists():
            return
        found = self.root.glob(f"**/{glob.escape(load_id)}.parquet")
        outside = {_HELD, _OUTSIDE}
        files = {path for path in found if path.relative_to(self.root).parts[0] not in outside}
        others = sorted(files - {record})
        for path in (*others, record):
            target = self.held.root / path.relative_to(self.root)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.unlink(missing_ok=True)
            target.hardlink_to(path)
            sync(target.parent)
        for path in (record, *others):
            path.unlink()

    def rows_files(self, load: Load) -> list[Path]:
        """Return the files of a load's rows, of all its tables."""
        return sorted(self.root.glob(f"{load.format}/*/{glob.escape(load.load_id)}.parquet"))

    def lists_of_files(self, load_id: str) -> list[Path]:
        """Return what tells of a load's files by their names: its report, what its columns show."""
        listed = (self._load_file(load_id), self._columns_file(load_id))
        return [path for path in listed if path.exists()]

    def renew_hashes(self, load_id: str) -> None:
        """Say anew what the files of a load are, after an erasure has rewritten them."""
        report = self._load_file(load_id)
        known = self.landed(load_id).hashes
        hashes = {name: sha256(self.root / name) for name in known}
        metadata = {_HASHES: json.dumps(hashes, sort_keys=True)}
        write_table(pq.read_table(report).replace_schema_metadata(metadata), report)

    def entity_rows(self, load: Load, entity: str) -> Path:
        """Return the file of a load's rows of an entity; it exists when it has any."""
        return self._rows_file(load.format, entity, load.load_id)

    def write_outside(self, sources: Iterable[SourceReport], formats: Mapping[str, str]) -> None:
        """Replace the list of the files that lie in the exports and belong to no load.

        Args:
            sources: what landing found, source by source.
            formats: source → its export format.

        """
        stale = set(self.root.glob(f"{_OUTSIDE}/[!_.]*.parquet"))
        for source in sources:
            of_source = {"source": source.source, "format": formats[source.source]}
            rows = [{**of_source, **_kept(file)} for file in source.left_out]
            rows += [_as_row(held.load, file) for held in source.held for file in held.files]
            if not rows:
                continue
            path = self._outside_file(source.source)
            write_table(pa.Table.from_pylist(rows, schema=LOADS_SCHEMA), path)
            stale.discard(path)
        for path in stale:
            path.unlink()

    def _add_rejects(self, load: Load, files: list[Path]) -> dict[str, str]:
        if not files:
            return {}
        joined = self.scratch / "rejects.parquet"
        joined.parent.mkdir(parents=True, exist_ok=True)
        with pq.ParquetWriter(joined, REJECTS_SCHEMA, compression="zstd") as writer:
            for path in files:
                with pq.ParquetFile(path) as parquet:
                    for batch in parquet.iter_batches(batch_size=10_000):
                        writer.write_batch(batch)
        return self._add_file(joined, self.rejects_file(load.load_id))

    def _landed(self, report: Path) -> LandedLoad:
        try:
            stamp = stamp_of(report)
            known = _REPORTS.get(report)
            if known is None or known[0] != stamp:
                _REPORTS[report] = known = (stamp, _landed_load(report))
            return known[1]
        except (OSError, pa.ArrowException, ValueError, TypeError, LookupError) as error:
            raise self.damaged(report, error) from error

    def _write_empty(self, path: Path, schema: pa.Schema) -> None:
        if not _has_schema(path, schema):
            write_table(schema.empty_table(), path, is_durable=False)

    def _remove_leftovers(self) -> Iterable[str]:
        complete = {path.stem for path in self.root.glob("_loads/*.parquet")}
        for path in sorted(self.root.glob("**/*")):
            outside = path.relative_to(self.root).parts[0] in {_OUTSIDE, _HELD}
            if path.is_dir() or outside:
                continue
            is_part = path.name.startswith(".") and path.name.endswith(".part")
            if is_part or (path.suffix == ".parquet" and path.stem not in complete):
                path.unlink()
                yield path.relative_to(self.root).as_posix()

    def _load_file(self, load_id: str) -> Path:
        return self.root / "_loads" / f"{load_id}.parquet"

    def rejects_file(self, load_id: str) -> Path:
        """Return the file of a load's rejects; it exists when it has any."""
        return self.root / "_rejects" / f"{load_id}.parquet"

    def _columns_file(self, load_id: str) -> Path:
        return self.root / "_columns" / f"{load_id}.parquet"

    def _outside_file(self, source: str) -> Path:
        return self.root / _OUTSIDE / f"{short_name(source)}.parquet"

    def _rows_file(self, export_format: str, entity: str, load_id: str) -> Path:
        return self.root / export_format / entity / f"{load_id}.parquet"


def _has_schema(path: Path, schema: pa.Schema) -> bool:
    try:
        return bool(pq.read_schema(path).equals(schema))
    except (OSError, pa.ArrowInvalid):
        return False


def _as_row(load: Load, file: FileReport) -> dict[str, Any]:
    of_load = {name: getattr(load, name) for name in _OF_LOAD}
    return {**of_load, "loaded_on": load.loaded_on, **_kept(file)}


def _kept(file: FileReport) -> dict[str, Any]:
    """Return what is kept of a file: of one that was not read no cell that may be no header."""
    seen = file.unknown_columns if file.landed is not None else known_headers(file.unknown_columns)
    return {**file.as_dict(), "unknown_columns": seen}


_REPORTS: dict[Path, tuple[Stamp, LandedLoad]] = {}
"""What reports of loads say, as they were then: a report is asked several times in a refresh."""


def _landed_load(report: Path) -> LandedLoad:
    """Return what the report of a load says; a column that its release did not know is null."""
    table = pq.read_table(report)
    rows = [dict.fromkeys(LOADS_SCHEMA.names) | row for row in table.to_pylist()]
    load = Load(**{name: rows[0][name] for name in _OF_LOAD})
    files = []
    for row in rows:
        values = {name: row[name] for name in _OF_FILE}
        for name in ("unknown_columns", "missing_columns"):
            values[name] = tuple(values[name] or ())
        files.append(FileReport(**values))
    hashes = json.loads((table.schema.metadata or {}).get(_HASHES, b"{}"))
    return LandedLoad(load, tuple(files), hashes)
