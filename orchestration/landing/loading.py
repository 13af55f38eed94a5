"""Landing every new load of an export folder: the way in.

What belongs here: the order of events. Each step is a module of its own. What does not: settings
(see `orchestration.settings.declared`) and what happens to a report.
"""

import hashlib
import os
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

import duckdb

from orchestration.errors import ConfigurationError
from orchestration.files import short_name
from orchestration.formats.descriptions import GENERIC, Entity, Format, known_formats
from orchestration.landing.addresses import are_current, write_addresses
from orchestration.landing.columns import ColumnEvidence, column_evidence
from orchestration.landing.containers import (
    Scratch,
    Table,
    open_tables,
    to_utf8,
    why_no_table,
)
from orchestration.landing.dialect import (
    Encoding,
    all_letters,
    decimal_mark,
    file_delimiter,
    file_encoding,
    header_matches,
    is_legacy,
    source_delimiter,
)
from orchestration.landing.discovery import EXPORTS, FoundLoad, file_kind, find_loads
from orchestration.landing.duckdb_reader import concatenate, connect
from orchestration.landing.evidence import Evidence, Place
from orchestration.landing.file_order import Dated, oldest_first
from orchestration.landing.fingerprints import FINGERPRINTS, Fingerprints
from orchestration.landing.gate import Batch, Gate, OpenGate
from orchestration.landing.hashes import MAPPINGS, Hashes
from orchestration.landing.mapping.sources import MappingFiles
from orchestration.landing.reading import (
    ReadTable,
    RefusedError,
    head_of,
    read_columnar,
    read_delimited,
)
from orchestration.landing.recognition import headers_in_file, is_stranger, reason_left_out
from orchestration.landing.report import (
    CELLS,
    FileReport,
    LandingReport,
    Load,
    LoadReport,
    SourceReport,
)
from orchestration.landing.rows import Origin
from orchestration.landing.store import LandedLoad, Store, load_order
from orchestration.landing.survey import (
    Folder,
    Portion,
    divide,
    is_recognised,
    rows_at_the_start,
)
from orchestration.landing.translated import Translated, stage_outcomes
from orchestration.landing.writers import being_written
from orchestration.paths import Paths
from orchestration.settings.declared import Settings, Source, source_folders

MEMORY_LIMIT = "1GB"
MOST_THREADS = 4


SETTLED_SECONDS = 2.0
"""How long a file must have been left alone before a refresh trusts that it is whole."""


class Erase(Protocol):
    """Takes the people who are forgotten out of what comes."""

    def erase_load(
        self,
        rows: Mapping[str, Path],
        rejects: Iterable[Path],
        tables: Mapping[str, Entity],
        source: str,
    ) -> None:
        """Rewrite files of rows (by table) and of rejects, given the tables and the source."""

    def label(self, name: str, source: str = "") -> str:
        """Return what stands for the name of a file or a header of a source."""

    def text(self, text: str, source: str = "") -> str:
        """Return what stands for a text about files of a source."""


class _FileChangedError(Exception):
    """A file was written to, renamed or removed while its load was being read."""


class _FileOpenError(Exception):
    """A program has files of the load open for writing; the arguments are their names."""


def land(
    exports: Path,
    paths: Paths,
    settings: Settings,
    loaded_at: datetime | None = None,
    progress: Callable[[str], None] = lambda _: None,
    gate: Gate | None = None,
    settled_seconds: float = 0.0,
    only: Collection[str] = (),
    outcomes: Mapping[str, str] | None = None,
    memory_limit: str | None = None,
    erase: Erase | None = None,
) -> LandingReport:
    """Land every load of the exports that is new.

    One process at a time: the caller holds the lock of the data folder. A load appears whole or not
    at all, whenever the process ends. A load of which a file changes meanwhile, or is open for
    writing, is left for the next time, and reported.

    Args:
        exports: the export folder; nothing in it is changed.
        paths: the data folder.
        settings: what `sources.yml` says.
        loaded_at: the time of the loads that lie flat in a source's folder, instead of the newest
            modification time; without a zone it is a wall time of the reporting zone.
        progress: called with a line of text before each load.
        gate: decides which loads may be built; by default all.
        settled_seconds: a load is added only when its files have not changed for so long; it is
            waited for.
        only: the sources whose new loads are landed; by default all.
        outcomes: stage → won, lost or open, for tools that do not tell; by default as shipped.
        memory_limit: the memory that DuckDB may take, such as `2GB`; by default `MEMORY_LIMIT`.
        erase: takes the people who are forgotten out of the rows of a load before it is added.

    Raises:
        ConfigurationError: there are no exports, or not that source.

    """
    folders = source_folders(exports)
    for name in only:
        if name not in folders:
            raise ConfigurationError(
                f"there is no source '{name}' in {exports}; there are: {', '.join(folders)}"
            )
    zone = ZoneInfo(settings.reporting.timezone)
    store = Store(paths.landing)
    hashes = Hashes.load(paths)
    hashes.mend(exports, progress)
    leftovers = store.prepare(known_formats()[GENERIC])
    fingerprints = Fingerprints.load(paths.state / FINGERPRINTS)
    formats = known_formats()
    landed_formats = {**store.held.formats(), **store.formats()}
    declared = {source.name: source for source in settings.sources}
    surveyed = {name: Folder(path, is_exports=path == exports) for name, path in folders.items()}
    mapping_files = MappingFiles.read(exports, paths.state / MAPPINGS, landed_formats)
    portions = [
        (source, portion)
        for source in settings.sources
        if source.name in folders
        for portion in divide(
            source,
            surveyed[source.name],
            formats,
            landed_formats,
            declared,
            mapping_files.owned_in(source.name),
        )
    ]
    mappings = mapping_files.compare(
        {
            **{portion.source.name: portion.export_format.name for _, portion in portions},
            **landed_formats,
        },
        store.formats_with_rows(),
        {
            portion.source.name: rows_at_the_start(surveyed[source.name], portion.choose)
            for source, portion in portions
            if portion.source.name in mapping_files.sources
        },
    )
    mapping_files.keep()
    outcomes = stage_outcomes() if outcomes is None else outcomes
    translated = Translated(paths.translated, store, mappings, settings.reporting.currency)
    translated.prepare()
    scratch = Scratch(store.scratch)
    first_portions = {source.name: portion for source, portion in reversed(portions)}
    connection = connect(
        store.scratch, memory_limit or MEMORY_LIMIT, min(os.cpu_count() or 1, MOST_THREADS)
    )
    try:
        reports = tuple(
            _Landing(
                source=portion.source,
                portion=portion,
                folder=folders[source.name],
                erase=erase,
                folder_name=EXPORTS if folders[source.name] == exports else source.name,
                zone=zone,
                override=_wall_time(loaded_at, zone) if loaded_at else None,
                store=store,
                scratch=scratch,
                translated=translated,
                stage_outcomes=outcomes,
                fingerprints=fingerprints,
                connection=connection,
                progress=progress,
                gate=gate or OpenGate(),
                settled_seconds=settled_seconds,
                lands=not only or source.name in only,
                tells_folders=portion is first_portions[source.name],
                is_beside_folders=folders[source.name] == exports and len(folders) > 1,
            ).run()
            for source, portion in portions
        )
        translated.renew(outcomes, connection)
        _complete(store, translated, settings, connection)
    finally:
        connection.close()
        store.remove_scratch()
    fingerprints.save()
    report = LandingReport(reports, leftovers, store.has_rows())
    store.write_outside(
        report.sources,
        {portion.source.name: portion.export_format.name for _, portion in portions},
    )
    hashes.take(paths.landing, paths.translated, paths.state / MAPPINGS)
    return report


@dataclass
class _Opened:
    """A new load with its tables ready to be read, and reports for what is no table."""

    load: Load
    found: FoundLoad
    tables: list[Table] = field(default_factory=list)
    others: list[FileReport] = field(default_factory=list)


@dataclass(frozen=True)
class _Landing:
    """Landing one source."""

    source: Source
    portion: Portion
    folder: Path
    folder_name: str
    zone: ZoneInfo
    override: datetime | None
    erase: Erase | None
    store: Store
    scratch: Scratch
    translated: Translated
    stage_outcomes: Mapping[str, str]
    fingerprints: Fingerprints
    connection: duckdb.DuckDBPyConnection
    progress: Callable[[str], None]
    gate: Gate
    settled_seconds: float
    lands: bool
    tells_folders: bool
    is_beside_folders: bool

    @property
    def export_format(self) -> Format:
        """The format of the source's files."""
        return self.portion.export_format

    def run(self) -> SourceReport:
        """Land what is new of the source and report on all of it."""
        found = find_loads(self.folder, self.folder_name, self.portion.choose)
        left_out = [
            self._looked_at(path, file)
            for path, file in found.left_out
            if self.tells_folders or not path.is_dir()
        ]
        built = self.store.loads(self.source.name)
        self.store.check(built)
        held = self.store.held.loads(self.source.name)
        known = sorted([*built, *held], key=load_order)
        reports: list[LoadReport] = []
        postponed: list[FileReport] = []
        new: list[_Opened] = []
        for each in found.loads:
            with self._postponing(each, postponed):
                load, existing = self._identify(each, [*known, *(_promised(item) for item in new)])
                if existing is None:
                    if self.lands:
                        self._check_closed(each)
                        new.append(self._open(load, each))
                elif existing not in held:
                    reports.append(LoadReport(existing.load, existing.files, is_new=False))
        if new:
            self.gate.prepare()
            self.store.check_hashes(built)  # the gate compares with what was landed before
        dialect = self._decide(new)
        for opened in new:
            if not self.export_format.is_generic:  # one export is written in one way
                dialect = self._decide([opened])
            self.progress(f"landing {opened.load.load_id} from {opened.load.folder}")
            with self._postponing(opened.found, postponed):
                landed, is_held = self._land(opened, dialect, built)
                (held if is_held else built).append(landed)
                if not is_held:
                    reports.append(LoadReport(landed.load, landed.files, is_new=True))
        return SourceReport(
            self.source.name,
            tuple(reports),
            tuple(map(self._without_forgotten, (*left_out, *postponed))),
            tuple(self._held_report(each) for each in held),
        )

    def _looked_at(self, path: Path, file: FileReport) -> FileReport:
        """Say of a file of no entity what it seems to be."""
        if file.outcome == "unknown_entity":
            why = why_no_table(path)
            if why is not None:
                return replace(file, outcome="refused", reason=why)
            seen = headers_in_file(path, self.source.encoding)
            reason = reason_left_out(file.file, seen, known_formats()[GENERIC])
            file = replace(file, reason=reason, unknown_columns=seen)
        return self._not_missed(path, file)

    def _not_missed(self, path: Path, file: FileReport) -> FileReport:
        """Ignore what lies beside the sources' folders and seems to be no table of ours."""
        is_unread = file.outcome == "unknown_entity" or (
            file.outcome == "refused" and file_kind(path.name) is None
        )
        if not self.is_beside_folders or not is_unread:
            return file
        is_ignored = is_stranger(path, known_formats()[GENERIC], self.source.encoding)
        return replace(file, outcome="ignored") if is_ignored else file

    def _label(self, name: str) -> str:
        return self.erase.label(name, self.source.name) if self.erase else name

    def _without_forgotten(self, file: FileReport) -> FileReport:
        """Return a report in which neither file nor header nor reason names who is forgotten."""
        erase = self.erase
        if erase is None:
            return file
        return file.named(self._label, lambda reason: erase.text(reason, self.source.name))

    def _held_report(self, held: LandedLoad) -> LoadReport:
        verdict = self.gate.verdict(held.load.load_id)
        files = tuple(
            replace(file, outcome=verdict.outcome, reason=verdict.reason)
            if file.outcome == "landed"
            else file
            for file in held.files
        )
        return LoadReport(held.load, files, is_new=False)

    @contextmanager
    def _postponing(self, found: FoundLoad, postponed: list[FileReport]) -> Iterator[None]:
        """Leave a load for the next time when one of its files is written to."""
        try:
            yield
        except _FileOpenError as error:
            names, what = ", ".join(error.args), "is still being written"
        except (_FileChangedError, OSError) as error:
            changed = [file for file in found.files if not self.fingerprints.is_current(file)]
            if isinstance(error, OSError) and not changed:
                raise
            names = ", ".join(file.name for file in changed)
            what = "changed while it was being read"
        else:
            return
        reason = (
            f"{names} {what}: nothing of its load was kept, the next refresh reads it once the "
            "export is complete"
        )
        postponed += [
            FileReport(file.name, "postponed", reason, entity=file.entity) for file in found.files
        ]

    def _identify(
        self, found: FoundLoad, known: list[LandedLoad]
    ) -> tuple[Load, LandedLoad | None]:
        """Return the load that the files form, and the same load if it exists."""
        content = self._content(found)
        of_folder = [each for each in known if each.load.folder == found.folder]
        newest = of_folder[-1] if of_folder else None
        at = found.dated or self.override or self._newest_change(found, newest)
        for each in of_folder:
            is_same_time = each is newest or each.load.loaded_at == self.override
            is_same = is_same_time and each.load.content_sha256 == content
            if is_same and not self._reads_more(found, each):
                return each.load, each
        revision = 1 + max(
            (each.load.revision for each in known if each.load.loaded_at == at), default=0
        )
        taken = {each.load.load_id for each in known}
        load_id = f"{short_name(self.source.name)}@{at:%Y%m%dT%H%M%S}-{content[:8]}"
        if load_id in taken:
            again = hashlib.sha256(f"{content} {revision}".encode()).hexdigest()
            load_id = f"{short_name(self.source.name)}@{at:%Y%m%dT%H%M%S}-{again[:8]}"
        load = Load(
            source=self.source.name,
            format=self.export_format.name,
            load_id=load_id,
            loaded_at=at,
            revision=revision,
            folder=found.folder,
            content_sha256=content,
        )
        return load, None

    def _reads_more(self, found: FoundLoad, landed: LandedLoad) -> bool:
        """Tell whether a file that was left out when a load was landed would be read today."""
        if landed.load.format != self.export_format.name:
            return not any(file.landed for file in landed.files)
        if self.export_format.is_generic:
            return False
        unread = {file.file for file in landed.files if file.outcome == "unknown_entity"}
        return any(
            is_recognised(file.path, parts, self.export_format, self.source.encoding)
            for file in found.files
            if (
                parts := {
                    name.removeprefix(file.name).removeprefix("!")
                    for name in unread
                    if name == file.name or name.startswith(f"{file.name}!")
                }
            )
        )

    def _newest_change(self, found: FoundLoad, newest: LandedLoad | None) -> datetime:
        """Return the newest modification time, but never one before the load it follows."""
        at = self._changed(max(file.path.stat().st_mtime for file in found.files))
        return at if newest is None else max(at, newest.load.loaded_at)

    def _changed(self, time_of_change: float) -> datetime:
        return datetime.fromtimestamp(int(time_of_change), self.zone).replace(tzinfo=None)

    def _content(self, found: FoundLoad) -> str:
        """Return the hash that tells one content from another.

        A declared encoding or delimiter is part of it, because with another one the same bytes
        would be landed otherwise: correcting `sources.yml` lands them again.
        """
        digest = hashlib.sha256()
        for file in found.files:
            sha256 = self.fingerprints.sha256(file)
            digest.update(f"{file.name.removeprefix(found.folder)}\0{sha256}\n".encode())
        if self.source.encoding or self.source.delimiter:
            digest.update(f"{self.source.encoding} {self.source.delimiter}".encode())
        return digest.hexdigest()

    def _open(self, load: Load, found: FoundLoad) -> _Opened:
        opened = _Opened(load, found)
        for file in found.files:
            sha256 = self.fingerprints.sha256(file)
            evidence = self.fingerprints.evidence(file)
            for each in open_tables(
                file, sha256, evidence, self.export_format, self.source, self.scratch
            ):
                if isinstance(each, Table):
                    changed = each.changed or self._changed(file.path.stat().st_mtime)
                    self._take(replace(each, changed=changed), opened)
                else:
                    opened.others.append(self._not_missed(file.path, each))
        return opened

    def _take(self, table: Table, opened: _Opened) -> None:
        """Take a table into a load; one that a tool's export holds twice is read once."""
        same = [each for each in opened.tables if each.sha256 == table.sha256]
        if self.export_format.is_generic or not same:
            opened.tables.append(table)
            return
        _remove_temporary(table, None)
        times = [each.changed for each in (same[0], table) if each.changed is not None]
        place = opened.tables.index(same[0])
        opened.tables[place] = replace(same[0], changed=max(times, default=None))
        reason = f"the same as {same[0].name}: read once"
        opened.others.append(replace(table.report(), outcome="ignored", reason=reason))

    def _decide(self, new: Iterable[_Opened]) -> "_Dialect":
        """Let all new files of the source decide together how its text is written."""
        tables = [(table, evidence) for item in new for table, evidence in _texts(item.tables)]
        evidences = [evidence for _, evidence in tables]
        letters = all_letters(evidences) if is_legacy(evidences) else None
        dialect = _Dialect(letters, {}, "")
        matches = {}
        for table, evidence in tables:
            if table.delimiter is not None:
                continue
            try:
                text = _head(table.path, self._encoding(evidence, dialect).name)
            except FileNotFoundError:  # its load is postponed when it is to be landed
                text = ""
            matches[table.path] = header_matches(
                text, self.export_format.landed_tables[table.entity]
            )
        return _Dialect(letters, matches, source_delimiter(matches.values()))

    def _encoding(self, evidence: Evidence, dialect: "_Dialect") -> Encoding:
        is_export = not self.export_format.is_generic
        return file_encoding(evidence, self.source.encoding, dialect.letters, is_export)

    def _land(
        self, opened: _Opened, dialect: "_Dialect", built: list[LandedLoad]
    ) -> tuple[LandedLoad, bool]:
        """Read a load and add it, or hold it back; return it, and whether it is held back."""
        reports = list(opened.others)
        parts: dict[str, list[ReadTable]] = {}
        rejects: list[Path] = []
        columns: dict[str, list[ColumnEvidence]] = {}
        for table in _in_order(opened.tables):
            report, read, evidence = self._land_table(table, opened.load, dialect)
            if read is not None:
                columns.setdefault(table.entity, []).extend(evidence)
                before = parts.setdefault(table.entity, [])
                report = replace(report, first_row=sum(each.landed for each in before))
                before.append(read)
                rejects += read.rejects
            reports.append(report)
        rows = {entity: self._join(reads) for entity, reads in parts.items()}
        if self.erase is not None:
            self.erase.erase_load(rows, rejects, self.export_format.landed_tables, self.source.name)
            reports = [self._without_forgotten(each) for each in reports]
            columns = {
                entity: [replace(each, file=self._label(each.file)) for each in evidence]
                for entity, evidence in columns.items()
            }
        files = self._with_decimal(sorted(reports, key=lambda each: each.file))
        self._check_unchanged(opened.found)
        landed = LandedLoad(opened.load, files)
        earlier = sorted(
            (each for each in built if load_order(each) < load_order(landed)), key=load_order
        )
        batch = Batch(opened.load, self.source, files, rows, earlier, self.store, self.connection)
        made = self.translated.make(opened.load, rows, self.stage_outcomes, self.connection)
        reasons = self.gate.reasons(self.translated.batch(batch, made))
        (self.store.held if reasons else self.store).add(opened.load, files, rows, rejects, columns)
        if made is not None and not reasons:
            self.translated.keep(landed, made, self.stage_outcomes, self.connection)
        return landed, bool(reasons)

    def _land_table(
        self, table: Table, load: Load, dialect: "_Dialect"
    ) -> tuple[FileReport, ReadTable | None, list[ColumnEvidence]]:
        report = table.report()
        entity = self.export_format.landed_tables[table.entity]
        origin = Origin(self.source.name, load.load_id, entity, table.name)
        text: Path | None = None
        try:
            if table.evidence is None:
                decimal = self.source.decimal or "."
                read = read_columnar(table.path, origin, decimal, self.connection, self.scratch)
            else:
                encoding = self._encoding(table.evidence, dialect)
                delimiter = table.delimiter or file_delimiter(
                    dialect.matches[table.path], self.source.delimiter, dialect.delimiter
                )
                report = _written(report, table, encoding, delimiter)
                text = _as_utf8(table, encoding.name, self.scratch)
                read = read_delimited(
                    text,
                    delimiter,
                    origin,
                    self.connection,
                    self.scratch,
                    is_sheet=table.sheet is not None,
                    shape=table.shape,
                    has_wide_lines=table.evidence.has_wide_lines,
                )
        except RefusedError as error:
            reason, seen = str(error), error.headers
            return replace(report, outcome="refused", reason=reason, unknown_columns=seen), None, []
        finally:
            _remove_temporary(table, text)
        evidence = column_evidence(
            read.rows,
            entity,
            read.match.positions,
            self.connection,
            has_spellings=table.evidence is not None,
        )
        report = replace(
            report,
            records=read.records,
            landed=read.landed,
            structural_rejects=read.structural_rejects,
            left_out_lines=sum(read.left_out.values()),
            left_out_rules=", ".join(f"{rule} {lines}" for rule, lines in read.left_out.items()),
            reason=_doubts(report, table, read),
            headers=read.match.headers,
            header_row=read.header_row,
            unknown_columns=tuple(read.match.unknown),
            missing_columns=read.match.missing,
            decimal_points=sum(each.points for each in evidence),
            decimal_commas=sum(each.commas for each in evidence),
        )
        return report, read, evidence

    def _join(self, reads: list[ReadTable]) -> Path:
        if len(reads) == 1:
            return reads[0].rows
        joined = self.scratch.path(".parquet")
        concatenate([read.rows for read in reads], joined, self.connection)
        for read in reads:
            read.rows.unlink()
        return joined

    def _with_decimal(self, files: list[FileReport]) -> tuple[FileReport, ...]:
        decimal = self.source.decimal or decimal_mark(
            sum(file.decimal_points for file in files), sum(file.decimal_commas for file in files)
        )
        typed = self.source.decimal or "."  # as the numbers of a Parquet file were written
        return tuple(
            replace(file, decimal=decimal if file.delimiter else typed)
            if file.outcome == "landed"
            else file
            for file in files
        )

    def _check_closed(self, found: FoundLoad) -> None:
        written = being_written(file.path for file in found.files)
        if written:
            raise _FileOpenError(*(file.name for file in found.files if file.path in written))

    def _check_unchanged(self, found: FoundLoad) -> None:
        if self.settled_seconds:
            # the kernel's own time of the change: a modification time may be copied or made up
            changed = max(file.path.stat().st_ctime for file in found.files)
            wait = changed + self.settled_seconds - time.time()
            time.sleep(min(max(0.0, wait), self.settled_seconds))
        if not all(self.fingerprints.is_current(file) for file in found.files):
            raise _FileChangedError


def _complete(
    store: Store,
    translated: Translated,
    settings: Settings,
    connection: duckdb.DuckDBPyConnection,
) -> None:
    """Make what is kept beside the rows of each load, where it is missing or was made otherwise.

    A load that an earlier version has landed has none of it; a country in the settings may be new.
    """
    countries = {short_name(source.name): source.country for source in settings.sources}
    known: dict[str, Path] = {}
    for source, load_id in store.load_ids():
        country = countries.get(source, settings.reporting.country)
        target, last = store.addresses_file(load_id), known.get(source)
        has_columns, has_addresses = store.has_columns(load_id), are_current(target, country)
        known[source] = target
        if has_columns and has_addresses:
            continue
        landed = store.landed(load_id)
        entities = known_formats()[GENERIC].entities
        files = [file for file in landed.files if file.outcome == "landed"]
        paths = {name: translated.entity_rows(landed.load, name) for name in entities}
        rows = {name: path for name, path in paths.items() if path.exists()}
        if not has_columns:
            store.add_columns(landed.load, _evidence_again(files, rows, entities, connection))
        if not has_addresses:
            write_addresses(rows, entities, landed.load.source, country, target, connection, last)


def _evidence_again(
    files: Iterable[FileReport],
    rows: Mapping[str, Path],
    entities: Mapping[str, Entity],
    connection: duckdb.DuckDBPyConnection,
) -> dict[str, list[ColumnEvidence]]:
    """Return what the columns of a load show, from its landed rows."""
    typed = {file.file for file in files if file.delimiter is None}
    found = {
        name: column_evidence(
            path, entities[name], entities[name].column_names, connection, is_one_file=False
        )
        for name, path in rows.items()
    }
    return {
        name: [
            each
            if each.file not in typed
            else ColumnEvidence(each.file, each.column, is_midnight=each.is_midnight)
            for each in evidence
        ]
        for name, evidence in found.items()
    }


@dataclass(frozen=True)
class _Dialect:
    """What the files of a source decided together."""

    letters: Mapping[tuple[Place, int], int] | None
    matches: Mapping[Path, Mapping[str, int]]
    delimiter: str


def _in_order(tables: Iterable[Table]) -> Iterator[Table]:
    """Yield tables by their names, and the files of one table from the oldest to the newest."""
    by_table: dict[str, list[Table]] = {}
    for each in sorted(tables, key=lambda each: each.name):
        by_table.setdefault(each.entity, []).append(each)
    for files in by_table.values():
        named = {each.name: each for each in files}
        dated = [Dated(each.name, each.changed or datetime.min) for each in files]
        yield from (named[each.name] for each in oldest_first(dated))


def _promised(opened: _Opened) -> LandedLoad:
    return LandedLoad(opened.load, ())


def _texts(tables: Iterable[Table]) -> Iterable[tuple[Table, Evidence]]:
    return [(table, table.evidence) for table in tables if table.evidence is not None]


def _head(path: Path, encoding: str) -> str:
    if encoding in ("utf-8", "utf-8-sig"):
        return head_of(path)
    with path.open("rb") as stream:
        return stream.read(1 << 20).decode(encoding, "replace").removeprefix("\ufeff")


def _as_utf8(table: Table, encoding: str, scratch: Scratch) -> Path:
    """Return the table as UTF-8: the file itself when it already is."""
    evidence = table.evidence
    if evidence is None:
        raise ValueError(f"{table.name} is not text")
    is_text = not evidence.nul_bytes and not encoding.startswith("utf-16")
    is_utf8 = encoding == "utf-8" and not evidence.invalid_sequences
    if is_text and (is_utf8 or evidence.is_ascii):
        return table.path
    return to_utf8(table.path, encoding, scratch)


def _written(report: FileReport, table: Table, encoding: Encoding, delimiter: str) -> FileReport:
    """Return the report with how a text is written; a sheet says itself what its cells are."""
    if table.sheet is not None:
        return replace(report, delimiter=CELLS)
    return replace(report, encoding=encoding.name, delimiter=delimiter, reason=encoding.doubt)


def _doubts(report: FileReport, table: Table, read: ReadTable) -> str | None:
    of_cells = table.sheet.remarks_below(read.header_row) if table.sheet else report.reason
    return "; ".join(filter(None, (table.doubt, of_cells))) or None


def _remove_temporary(table: Table, text: Path | None) -> None:
    if text is not None and text != table.path:
        text.unlink(missing_ok=True)
    if table.is_temporary:
        table.path.unlink(missing_ok=True)


def _wall_time(moment: datetime, zone: ZoneInfo) -> datetime:
    local = moment if moment.tzinfo is None else moment.astimezone(zone)
    return local.replace(tzinfo=None, microsecond=0)
