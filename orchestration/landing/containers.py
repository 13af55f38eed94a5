"""Opening what exports come in: plain files, gzip, zip, Parquet.

What belongs here: getting at the bytes of each table, unpacked into a scratch folder where needed.
What does not: what the bytes mean.
"""

import codecs
import contextlib
import gzip
import itertools
import re
import shutil
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, cast

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.formats.descriptions import Format
from orchestration.landing.discovery import FoundFile, Name, file_kind, is_hidden, read_name
from orchestration.landing.evidence import CHUNK_BYTES, Evidence, gather
from orchestration.landing.recognition import headers_in_stream, reason_left_out
from orchestration.landing.report import FileReport
from orchestration.landing.tool_tables import parquet_head, recognise, text_head

_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError)
"""What reading a member of a zip raises when it is cut off or damaged."""

_UTF8_SUPERSETS_OF_ASCII = (
    "utf-8",
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
    delimiter is known by its header.
    """

    name: str
    entity: str
    path: Path
    sha256: str
    size: int
    evidence: Evidence | None
    is_temporary: bool
    delimiter: str | None = None

    def report(self) -> FileReport:
        """Return what is known of the file so far; the outcome is yet to be filled in."""
        return FileReport(
            self.name, "landed", entity=self.entity, sha256=self.sha256, bytes=self.size
        )


class Scratch:
    """Numbered temporary files in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count()

    def path(self, suffix: str) -> Path:
        """Return a path that nobody else uses."""
        self._folder.mkdir(parents=True, exist_ok=True)
        return self._folder / f"{next(self._numbers)}{suffix}"


class ContainerError(ValueError):
    """The file cannot be opened as what its name says; the message says why and what to do."""


def open_tables(
    found: FoundFile,
    sha256: str,
    evidence: Evidence | None,
    export_format: Format,
    scratch: Scratch,
) -> Iterator[Table | FileReport]:
    """Yield the tables in a file, and a report for what is none.

    Args:
        found: the file.
        sha256: the hash of its bytes.
        evidence: what is known of it from an earlier reading, for a plain file.
        export_format: what the names of zip members are compared with; of a tool, whose tables
            the headers are compared with.
        scratch: where to unpack to.

    """
    if found.kind == "zip":
        yield from _open_zip(found, sha256, export_format, scratch)
    else:
        whole = FileReport(found.name, "refused", entity=found.entity, sha256=sha256)
        opened = _open_one(found.path, found.kind, whole, evidence, scratch, is_temporary=False)
        yield _told_by_headers(opened, export_format, scratch)


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


def parquet_rows(path: Path) -> int:
    """Return the number of rows that the footer of a Parquet file states."""
    return int(pq.read_metadata(path).num_rows)


def _open_one(
    path: Path,
    kind: str,
    whole: FileReport,
    evidence: Evidence | None,
    scratch: Scratch,
    is_temporary: bool,
) -> Table | FileReport:
    size = path.stat().st_size
    whole = replace(whole, bytes=size)
    try:
        if size == 0:
            raise ContainerError("the file is empty (zero bytes): export it again")
        if kind == "parquet":
            _check_parquet(path)
            return Table(whole.file, _entity(whole), path, _sha256(whole), size, None, is_temporary)
        if kind == "gz":
            path, evidence = _unpack_gzip(path, scratch)
            is_temporary = True
        elif evidence is None:
            with path.open("rb") as stream:
                evidence = gather(stream)
        if evidence.foreign is not None:
            raise ContainerError(f"the file is not CSV but {evidence.foreign}")
    except ContainerError as error:
        return replace(whole, reason=str(error))
    return Table(whole.file, _entity(whole), path, _sha256(whole), size, evidence, is_temporary)


def _entity(whole: FileReport) -> str:
    return whole.entity or ""


def _sha256(whole: FileReport) -> str:
    return cast(str, whole.sha256)


def _check_parquet(path: Path) -> None:
    try:
        pq.read_metadata(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise ContainerError(
            f"the Parquet file cannot be read ({error}): export it again"
        ) from error


def _unpack_gzip(path: Path, scratch: Scratch) -> tuple[Path, Evidence]:
    target = scratch.path(".csv")
    try:
        with gzip.open(path, "rb") as stream, target.open("wb") as sink:
            evidence = gather(cast(BinaryIO, stream), sink.write)
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


def _open_zip(
    found: FoundFile, sha256: str, export_format: Format, scratch: Scratch
) -> Iterator[Table | FileReport]:
    whole = FileReport(found.name, "refused", sha256=sha256, bytes=found.path.stat().st_size)
    try:
        with zipfile.ZipFile(found.path) as archive:
            _check_members(archive)
            members = [member for member in archive.infolist() if not member.is_dir()]
            if not members:
                raise ContainerError("the zip holds no file: export it again")
            times: Counter[str] = Counter()
            for member in members:
                times[member.filename] += 1
                again = times[member.filename]
                name = f"{found.name}!{member.filename}" + (f" ({again})" if again > 1 else "")
                yield _open_member(archive, member, name, export_format, scratch)
    except zipfile.BadZipFile as error:
        yield replace(whole, reason=f"the zip cannot be opened ({error}): copy or export it again")
    except ContainerError as error:
        yield replace(whole, reason=str(error))


def _check_members(archive: zipfile.ZipFile) -> None:
    for member in archive.infolist():
        name = member.orig_filename
        parts = re.split(r"[\\/]", name)
        if ".." in parts or name.startswith(("/", "\\")) or re.match(r"[A-Za-z]:", name):
            raise ContainerError(
                f"the zip holds '{name}', which would leave its folder: do not trust this zip, "
                "ask for where it comes from and export again"
            )


def _left_out(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, report: FileReport, export_format: Format
) -> FileReport:
    """Say of a member that is no table, or of no entity, what it seems to be."""
    report = replace(report, bytes=member.file_size)
    if report.outcome != "unknown_entity":
        return report
    seen: tuple[str, ...] = ()
    if member.filename.lower().endswith(".csv"):
        unreadable = (RuntimeError, NotImplementedError, OSError, *_DAMAGED)
        with contextlib.suppress(*unreadable), archive.open(member) as stream:
            seen = headers_in_stream(cast(BinaryIO, stream))
    reason = reason_left_out(report.file, seen, export_format)
    return replace(report, reason=reason, unknown_columns=seen)


def _open_member(
    archive: zipfile.ZipFile,
    member: zipfile.ZipInfo,
    name: str,
    export_format: Format,
    scratch: Scratch,
) -> Table | FileReport:
    path = member.filename.replace("\\", "/")  # as some programs on Windows write it
    read = (
        read_name(path, export_format)
        if export_format.is_generic
        else Name(file_kind(path) or "other")
    )
    if is_hidden(path) or path.startswith("__MACOSX/"):
        return FileReport(
            name, "ignored", "a file that systems leave in zips", bytes=member.file_size
        )
    if read.problem is not None:
        return _left_out(archive, member, replace(read.problem, file=name), export_format)
    if read.kind == "other":
        return FileReport(name, "ignored", "no table", bytes=member.file_size)
    if read.kind == "zip":
        return FileReport(
            name, "refused", "a zip inside a zip is not read: unpack it", bytes=member.file_size
        )
    target = scratch.path(".member")
    refused = FileReport(name, "refused", entity=read.entity, bytes=member.file_size)
    try:
        with archive.open(member) as stream, target.open("wb") as sink:
            evidence = gather(cast(BinaryIO, stream), sink.write)
    except (RuntimeError, NotImplementedError) as error:
        return replace(refused, reason=f"the member cannot be opened ({error}): unpack the zip")
    except _DAMAGED as error:
        return replace(refused, reason=f"the member is damaged ({error}): copy or export it again")
    whole = replace(refused, sha256=evidence.sha256)
    of_text = evidence if read.kind == "csv" else None
    opened = _open_one(target, read.kind, whole, of_text, scratch, is_temporary=True)
    return _told_by_headers(opened, export_format, scratch)


def _told_by_headers(
    opened: Table | FileReport, export_format: Format, scratch: Scratch
) -> Table | FileReport:
    """Return a tool's table as its headers tell it, without what stands above them."""
    if export_format.is_generic or isinstance(opened, FileReport):
        return opened
    head = parquet_head(opened.path) if opened.evidence is None else text_head(opened.path)
    found = recognise(head.text, [export_format])
    if found is None:
        if opened.is_temporary:
            opened.path.unlink(missing_ok=True)
        return replace(
            opened.report(),
            outcome="unknown_entity",
            entity=None,
            reason=f"its headers are of no table of {export_format.name} that is read here",
        )
    landed_as = export_format.landed_as
    table = replace(opened, entity=found.table if landed_as is None else landed_as.name)
    if opened.evidence is None:
        return table
    if found.skipped:
        target = scratch.path(".csv")
        with opened.path.open("rb") as source, target.open("wb") as sink:
            source.seek(head.offset_of(found.skipped))
            shutil.copyfileobj(source, sink)
        if opened.is_temporary:
            opened.path.unlink()
        table = replace(table, path=target, is_temporary=True)
    return replace(table, delimiter=found.delimiter)
