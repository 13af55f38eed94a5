"""The beginning of each table in a file, as text: by it a table is told before it is read.

What belongs here: opening a file of any kind just far enough, and decoding its first bytes. What
does not: whose table it is (see `tool_tables.py`), and reading rows.
"""

import contextlib
import csv
import gzip
import io
import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.files import readable
from orchestration.landing.dialect import all_letters, file_encoding, is_legacy
from orchestration.landing.discovery import file_kind
from orchestration.landing.evidence import foreign_kind, gather
from orchestration.landing.members import DAMAGED, Member, ZipError, members, open_member, open_zip
from orchestration.landing.workbooks import SheetError, Workbook, check_size

HEAD_BYTES = 1 << 18
HEAD_ROWS = 40
"""How many rows of a sheet are looked at."""

UNREADABLE = (OSError, *DAMAGED, ZipError, SheetError, pa.ArrowException)
"""What opening a damaged file raises; landing refuses such a file, and says why."""


@dataclass(frozen=True)
class Beginning:
    """The beginning of one table.

    Attributes:
        name: of the file, or of a zip's member.
        part: what stands behind the file's name and `!` in reports: the member of a zip, the sheet
            of a workbook, or both; empty for a file that is one table.
        text: what it begins with, without a byte order mark; empty when it is no text at all.
        sheet: which sheet of a workbook it is.

    """

    name: str
    text: str
    part: str = ""
    sheet: str | None = None


def beginnings(path: Path, encoding: str | None = None) -> Iterator[Beginning]:
    """Yield the beginning of each table in a file; nothing of what cannot be opened.

    Args:
        path: the file.
        encoding: that of its text, where it is declared.

    """
    try:
        with path.open("rb") as stream:
            yield from _of_stream(stream, readable(path.name), "", encoding)
    except UNREADABLE:
        return


def decoded(start: bytes, encoding: str | None = None) -> str:
    """Return the first bytes of a file as text, as the whole file would be read.

    A line that the bytes cut in two is left away: its last character may be cut too.
    """
    if len(start) >= HEAD_BYTES:
        start = start[: start.rfind(b"\n") + 1] or start
    evidence = gather(io.BytesIO(start))
    letters = all_letters([evidence]) if is_legacy([evidence]) else None
    name = file_encoding(evidence, encoding, letters).name
    return start.decode(name, "replace").removeprefix("\ufeff")


def as_text(rows: Iterable[Sequence[str]]) -> str:
    """Return rows as delimited text."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


def _of_stream(stream: BinaryIO, name: str, part: str, encoding: str | None) -> Iterator[Beginning]:
    kind = file_kind(name)
    if kind == "csv":
        yield Beginning(name, _text(stream, encoding), part)
    elif kind == "gz":
        with gzip.open(stream, "rb") as unpacked:
            yield Beginning(name, _text(cast(BinaryIO, unpacked), encoding), part)
    elif kind == "parquet":
        yield Beginning(name, as_text([pq.read_schema(stream).names]), part)
    elif kind == "xlsx":
        with Workbook(stream) as workbook:
            for sheet in workbook.visible:
                with contextlib.suppress(SheetError):
                    text = as_text(workbook.rows(sheet, HEAD_ROWS))
                    yield Beginning(name, text, f"{part}!{sheet}" if part else sheet, sheet)
    elif kind == "zip":
        with open_zip(stream) as archive:
            for member in members(archive):
                yield from _of_member(archive, member, encoding)


def _of_member(
    archive: zipfile.ZipFile, member: Member, encoding: str | None
) -> Iterator[Beginning]:
    kind = file_kind(member.path)
    if member.is_left_by_systems or kind in (None, "zip"):
        return
    try:
        with open_member(archive, member.info) as opened:
            if kind not in ("xlsx", "parquet"):
                yield from _of_stream(opened, member.path, member.name, encoding)
                return
            if kind == "xlsx":
                check_size(member.info.file_size)
            with tempfile.TemporaryFile() as unpacked:  # they are read from their end
                shutil.copyfileobj(opened, unpacked)
                unpacked.seek(0)
                yield from _of_stream(unpacked, member.path, member.name, encoding)
    except UNREADABLE:
        return


def _text(stream: BinaryIO, encoding: str | None) -> str:
    start = stream.read(HEAD_BYTES)
    return "" if foreign_kind(start) is not None else decoded(start, encoding)
