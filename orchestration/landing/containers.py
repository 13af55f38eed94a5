"""Opening what exports come in: plain files, gzip, zip, workbooks, Parquet.

What belongs here: getting at the bytes of each table, unpacked into a scratch folder where needed.
What does not: what the bytes mean.
"""

import codecs
import contextlib
import gzip
import itertools
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, cast

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.files import readable
from orchestration.formats.descriptions import Entity, Format
from orchestration.landing.beginnings import (
    HEAD_BYTES,
    HEAD_ROWS,
    UNREADABLE,
    as_text,
    decoded,
)
from orchestration.landing.bounds import (
    BeyondBoundError,
    bounded,
    check_rows,
)
from orchestration.landing.discovery import (
    FoundFile,
    Name,
    entity_called,
    file_kind,
    is_prose,
    read_name,
)
from orchestration.landing.evidence import CHUNK_BYTES, Evidence, foreign_kind, gather
from orchestration.landing.file_order import member_time
from orchestration.landing.members import (
    Member,
    ZipError,
    leaves_its_folder,
    members,
    open_member,
    open_zip,
    reading_member,
)
from orchestration.landing.recognition import headers_in, headers_in_text, reason_left_out
from orchestration.landing.report import FileReport
from orchestration.landing.tool_tables import recognise, recognise_entity
from orchestration.landing.twice_encoded import TWICE
from orchestration.landing.workbooks import Remarks, SheetError, Workbook, check_size
from orchestration.settings.declared import Source

_EMPTY = "the file is empty (zero bytes): export it again"
_PROTECTED = "the archive is protected by a password: unpack it"

_UTF8_SUPERSETS_OF_ASCII = (
    "utf-8",
    TWICE,
    "cp1252",
    "latin-1",
    "iso-8859-15",
    "macroman",
    "cp850",
    "cp437",
)


@dataclass(frozen=True)
class Table:
    """One table ready to be read: delimited text with its evidence, or Parquet without.

    `entity` is an entity of the generic format, or a table of a tool; of a tool's text the
    delimiter is known by its header, and `shape` is the table as the tool describes it, where it is
    landed as another; `doubt` says when its headers fit another table as well. `sheet` says of a
    workbook's sheet what its rows do not; `changed` is when a zip says that its member was last
    changed, in no time zone.
    """

    name: str
    entity: str
    path: Path
    sha256: str
    size: int
    evidence: Evidence | None
    is_temporary: bool
    delimiter: str | None = None
    sheet: "Sheet | None" = None
    shape: Entity | None = None
    doubt: str | None = None
    changed: datetime | None = None

    def report(self) -> FileReport:
        """Return what is known of the file so far; the outcome is yet to be filled in."""
        return FileReport(
            self.name, "landed", entity=self.entity, sha256=self.sha256, bytes=self.size
        )


@dataclass(frozen=True)
class Sheet:
    """What is known of a sheet besides its rows: remarks, and its merged areas by first row."""

    remarks: Remarks
    merged: Sequence[tuple[int, str]]

    def remarks_below(self, header_row: int) -> str:
        """Return what is to be told of the sheet; above the header cells may well be merged."""
        areas = [area for last, area in self.merged if last > header_row]
        return str(replace(self.remarks, merged=areas))


class Scratch:
    """Numbered temporary files in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count()

    def path(self, suffix: str) -> Path:
        """Return a path that nobody else uses."""
        self._folder.mkdir(parents=True, exist_ok=True)
        return self._folder / f"{next(self._numbers)}{suffix}"

    def in_reach(self, path: Path) -> Path:
        """Return a path of the file that any program can be told: a name may be no UTF-8."""
        if readable(str(path)) == str(path):
            return path
        link = self.path(path.suffix if path.suffix.isascii() else "")
        link.symlink_to(path.absolute())
        return link


class ContainerError(ValueError):
    """The file cannot be opened as what its name says; the message says why and what to do."""


def open_tables(
    found: FoundFile,
    sha256: str,
    evidence: Evidence | None,
    export_format: Format,
    source: Source,
    scratch: Scratch,
) -> Iterator[Table | FileReport]:
    """Yield the tables in a file, and a report for what is none.

    Args:
        found: the file.
        sha256: the hash of its bytes.
        evidence: what is known of it from an earlier reading, for a plain file.
        export_format: whose entities the names of members and sheets are compared with; of a tool,
            whose tables the headers are compared with.
        source: what is declared of how its text is written.
        scratch: where to unpack to.

    """
    opener = _Opener(export_format, source, scratch)
    if found.kind == "zip":
        yield from opener.zip(found, sha256)
    else:
        whole = FileReport(found.name, "refused", entity=found.entity, sha256=sha256)
        path = scratch.in_reach(found.path)
        yield from opener.file(path, found.kind, whole, evidence, is_temporary=False)


def to_utf8(path: Path, encoding: str, scratch: Scratch) -> Path:
    """Write the file anew as UTF-8 without NULs; what cannot be read becomes U+FFFD."""
    target = scratch.path(".csv")
    decoder = codecs.getincrementaldecoder("utf-8-sig" if encoding == "utf-8" else encoding)(
        "replace"
    )
    passes_ascii = encoding in _UTF8_SUPERSETS_OF_ASCII
    with path.open("rb") as source, target.open("wb") as sink:
        is_start = True
        while chunk := source.read(CHUNK_BYTES):
            between_characters = not is_start and decoder.getstate()[0] == b""
            if passes_ascii and between_characters and chunk.isascii() and b"\0" not in chunk:
                sink.write(chunk)
            else:
                sink.write(decoder.decode(chunk).replace("\0", "\ufffd").encode())
            is_start = False
        sink.write(decoder.decode(b"", final=True).encode())
    return target


def why_no_table(path: Path) -> str | None:
    """Return why a file can be no table, whatever its name; None when it may be one."""
    if path.stat().st_size == 0:
        return _EMPTY
    if file_kind(path.name) != "csv":
        return None
    with path.open("rb") as stream:
        foreign = foreign_kind(stream.read(HEAD_BYTES))
    return None if foreign is None else _foreign(foreign)


def parquet_rows(path: Path) -> int:
    """Return the number of rows that the footer of a Parquet file states."""
    return int(pq.read_metadata(path).num_rows)


@dataclass(frozen=True)
class _Opener:
    """Opens the files of one source."""

    export_format: Format
    source: Source
    scratch: Scratch

    def file(
        self,
        path: Path,
        kind: str,
        whole: FileReport,
        evidence: Evidence | None,
        is_temporary: bool,
    ) -> Iterator[Table | FileReport]:
        """Yield the tables in a file that is no zip."""
        whole = replace(whole, bytes=path.stat().st_size)
        try:
            if kind == "xlsx":
                yield from self._sheets(path, whole)
                if is_temporary:
                    path.unlink()
                return
            opened = _open_one(path, kind, whole, evidence, self.scratch, is_temporary)
        except (ContainerError, SheetError, BeyondBoundError) as error:
            yield replace(whole, reason=str(error))
            return
        yield self._told_by_headers(opened)

    def zip(self, found: FoundFile, sha256: str) -> Iterator[Table | FileReport]:
        """Yield the tables in a zip."""
        size = found.path.stat().st_size
        whole = FileReport(found.name, "refused", sha256=sha256, bytes=size)
        try:
            with open_zip(found.path) as archive:
                _check_members(archive)
                listed = list(members(archive))
                if not listed:
                    raise ContainerError("the zip holds no file: export it again")
                own = [member for member in listed if not member.is_left_by_systems]
                if own and all(member.is_protected for member in own):
                    raise ContainerError(_PROTECTED)
                for member in listed:
                    yield from self._member(archive, member, f"{found.name}!{member.name}")
        except (ContainerError, ZipError, BeyondBoundError) as error:
            yield replace(whole, reason=str(error))

    def _member(
        self, archive: zipfile.ZipFile, member: Member, name: str
    ) -> Iterator[Table | FileReport]:
        size = member.info.file_size
        if member.is_left_by_systems:
            yield FileReport(name, "ignored", "a file that systems leave in zips", bytes=size)
            return
        if member.is_protected and file_kind(member.path) is not None:
            yield FileReport(name, "refused", _PROTECTED, bytes=size)
            return
        read = self._name_of(member.path)
        if read.problem is not None:
            report = replace(read.problem, file=name, bytes=size)
            yield _left_out(archive, member, report, self.export_format)
            return
        if read.kind in ("other", "zip"):
            is_zip = read.kind == "zip"
            reason = "a zip inside a zip is not read: unpack it" if is_zip else "no table"
            yield FileReport(name, "refused" if is_zip else "ignored", reason, bytes=size)
            return
        target = self.scratch.path(".member")
        refused = FileReport(name, "refused", entity=read.entity, bytes=size)
        try:
            if read.kind == "xlsx":
                check_size(size)
            evidence = _unpack_member(archive, member, target)
        except (SheetError, ZipError, BeyondBoundError) as error:
            target.unlink(missing_ok=True)
            yield replace(refused, reason=str(error))
            return
        whole = replace(refused, sha256=evidence.sha256)
        of_text = evidence if read.kind == "csv" else None
        for each in self.file(target, read.kind, whole, of_text, is_temporary=True):
            if isinstance(each, Table):
                each = replace(each, changed=member_time(member.info))
            yield each

    def _name_of(self, path: str) -> Name:
        if self.export_format.is_generic:
            return read_name(path, self.export_format)
        return Name(file_kind(path) or "other")

    def _sheets(self, path: Path, whole: FileReport) -> Iterator[Table | FileReport]:
        """Yield the visible sheets of a workbook that are tables, and a report on the others."""
        with Workbook(path) as workbook:
            told: dict[str, str | None] = {}
            problems: list[FileReport] = []
            for sheet in workbook.visible:
                try:
                    told[sheet] = self._told(workbook, sheet, whole)
                except SheetError as error:
                    problem = FileReport(f"{whole.file}!{sheet}", "refused", str(error))
                    problems.append(replace(problem, entity=whole.entity))
            yield from problems
            if not any(told.values()) and not problems:
                yield self._no_table(workbook, whole)
                return
            for sheet, table in told.items():
                name = f"{whole.file}!{sheet}"
                if table is None:
                    seen = _headers_of(workbook, sheet)
                    reason = reason_left_out(name, seen, self.export_format)
                    yield FileReport(name, "unknown_entity", reason, unknown_columns=seen)
                else:
                    yield self._sheet(workbook, sheet, FileReport(name, "refused", entity=table))
            for sheet in workbook.hidden:
                reason = "a hidden sheet is not read: unhide it if it is meant"
                yield FileReport(f"{whole.file}!{sheet}", "ignored", reason)

    def _told(self, workbook: Workbook, sheet: str, whole: FileReport) -> str | None:
        """Return which table a sheet is: a tool's by its headers, else by its or the file's name.

        A name alone is enough where it is the sheet's own, or that of a workbook with one sheet.
        """
        text = as_text(workbook.rows(sheet, HEAD_ROWS))
        if not self.export_format.is_generic:
            found = recognise(text, [self.export_format])
            return found.table if found else None
        entity = entity_called(sheet, self.export_format)
        if entity is not None or whole.entity is None:
            return entity
        is_only = workbook.visible == [sheet]
        expected = self.export_format.entities[whole.entity]
        return whole.entity if is_only or recognise_entity(text, expected) else None

    def _no_table(self, workbook: Workbook, whole: FileReport) -> FileReport:
        named = ", ".join(f"'{sheet}'" for sheet in workbook.visible) or "none visible"
        seen = [_headers_of(workbook, sheet) for sheet in workbook.visible]
        reasons = [
            reason_left_out(f"{whole.file}!{sheet}", headers, self.export_format)
            for sheet, headers in zip(workbook.visible, seen, strict=True)
        ]
        alike = f": {reasons[0]}" if len(set(reasons)) == 1 else ""
        return replace(
            whole,
            outcome="unknown_entity",
            entity=None,
            reason=f"none of its sheets ({named}) is a table that is read{alike}",
            unknown_columns=max(seen, key=len, default=()),
        )

    def _sheet(self, workbook: Workbook, sheet: str, whole: FileReport) -> Table | FileReport:
        target = self.scratch.path(".csv")
        try:
            remarks = workbook.remarks(sheet)
            workbook.write(sheet, target, self.source.decimal or ".")
        except SheetError as error:
            return replace(whole, reason=str(error))
        with target.open("rb") as stream:
            evidence = replace(gather(stream), sure_encoding="utf-8", foreign=None)
        return Table(
            name=whole.file,
            path=target,
            sha256=evidence.sha256,
            size=evidence.size,
            evidence=evidence,
            is_temporary=True,
            delimiter=",",
            sheet=Sheet(remarks, workbook.merged(sheet)),
            **self._landed_as(_entity(whole)),
        )

    def _told_by_headers(self, opened: Table) -> Table | FileReport:
        """Return a tool's table as its headers tell it."""
        if self.export_format.is_generic:
            return opened
        if opened.evidence is None:
            text = as_text([pq.read_schema(opened.path).names])
        else:
            with opened.path.open("rb") as stream:
                text = decoded(stream.read(HEAD_BYTES), self.source.encoding)
        found = recognise(text, [self.export_format])
        if found is None:
            if opened.is_temporary:
                opened.path.unlink(missing_ok=True)
            if is_prose(opened.name):
                return replace(opened.report(), outcome="ignored", entity=None, reason="no table")
            return replace(
                opened.report(),
                outcome="unknown_entity",
                entity=None,
                reason=f"its headers are of no table of {self.export_format.title} that is read "
                "here",
            )
        delimiter = found.delimiter if opened.evidence is not None else None
        known = self._landed_as(found.table)
        return replace(opened, delimiter=delimiter, doubt=found.doubt, **known)

    def _landed_as(self, table: str) -> dict[str, Any]:
        """Return as what a tool's table is landed, and what it looks like."""
        landed_as = self.export_format.landed_as
        return {
            "entity": table if landed_as is None else landed_as.name,
            "shape": self.export_format.entities[table],
        }


def _open_one(
    path: Path,
    kind: str,
    whole: FileReport,
    evidence: Evidence | None,
    scratch: Scratch,
    is_temporary: bool,
) -> Table:
    """Return the one table in a file.

    Raises: ContainerError when it cannot be opened.
    """
    size = path.stat().st_size
    if size == 0:
        raise ContainerError(_EMPTY)
    if kind == "parquet":
        _check_parquet(path)
        return Table(whole.file, _entity(whole), path, _sha256(whole), size, None, is_temporary)
    if kind == "gz":
        packed, is_packed_temporary = path, is_temporary
        path, evidence = _unpack_gzip(packed, scratch)
        is_temporary = True
        if is_packed_temporary:
            packed.unlink()
    elif evidence is None:
        with path.open("rb") as stream:
            evidence = gather(stream)
    if evidence.foreign is not None:
        raise ContainerError(_foreign(evidence.foreign))
    return Table(whole.file, _entity(whole), path, _sha256(whole), size, evidence, is_temporary)


def _foreign(kind: str) -> str:
    return f"the file is not CSV but {kind}"


def _headers_of(workbook: Workbook, sheet: str) -> tuple[str, ...]:
    return headers_in_text(as_text(workbook.rows(sheet, HEAD_ROWS)))


def _entity(whole: FileReport) -> str:
    return whole.entity or ""


def _sha256(whole: FileReport) -> str:
    return cast(str, whole.sha256)


def _unpack_member(archive: zipfile.ZipFile, member: Member, target: Path) -> Evidence:
    """Write a member to a file.

    Raises: ZipError when it cannot be read.
    """
    with (
        open_member(archive, member.info) as stream,
        target.open("wb") as sink,
        reading_member(),
    ):
        return gather(stream, bounded(sink.write, member.info.compress_size))


def _check_parquet(path: Path) -> None:
    try:
        check_rows(path, parquet_rows(path))
    except (pa.ArrowException, OSError) as error:
        raise ContainerError(
            f"the Parquet file cannot be read ({error}): export it again"
        ) from error


def _unpack_gzip(path: Path, scratch: Scratch) -> tuple[Path, Evidence]:
    target = scratch.path(".csv")
    try:
        with gzip.open(path, "rb") as stream, target.open("wb") as sink:
            write = bounded(sink.write, path.stat().st_size)
            evidence = gather(cast(BinaryIO, stream), write)
    except BeyondBoundError:
        target.unlink()
        raise
    except gzip.BadGzipFile as error:
        raise ContainerError(
            f"the file is named .gz but is not gzip ({error}): export it again, or rename it"
        ) from error
    except (EOFError, zlib.error) as error:
        raise ContainerError(
            f"the gzip file is cut off or damaged ({error}): copy or export it again"
        ) from error
    if not evidence.size:
        raise ContainerError("the gzip file holds nothing (zero bytes): export it again")
    return target, evidence


def _check_members(archive: zipfile.ZipFile) -> None:
    for member in archive.infolist():
        if leaves_its_folder(member):
            raise ContainerError(
                f"the zip holds '{member.orig_filename}', which would leave its folder: do not "
                "trust this zip, ask for where it comes from and export again"
            )


def _left_out(
    archive: zipfile.ZipFile, member: Member, report: FileReport, export_format: Format
) -> FileReport:
    """Say of a member that is no table, or of no entity, what it seems to be."""
    if report.outcome != "unknown_entity":
        return report
    seen: tuple[str, ...] = ()
    if file_kind(member.path) == "csv":
        with contextlib.suppress(*UNREADABLE), open_member(archive, member.info) as stream:
            seen = headers_in(stream.read(HEAD_BYTES))
    reason = reason_left_out(report.file, seen, export_format)
    return replace(report, reason=reason, unknown_columns=seen)
