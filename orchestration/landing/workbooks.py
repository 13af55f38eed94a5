"""Excel workbooks: the rows of each sheet as text, and what of them the file does not say.

What belongs here: cells, and what of a sheet its own XML tells: formulas that were never calculated
and cells that hold an error, which the reader of workbooks gives as empty. What does not: which
table a sheet is.
"""

import contextlib
import csv
import io
import itertools
import math
import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO
from xml.etree import ElementTree

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from orchestration.landing.members import DAMAGED, ZipError, open_member, open_zip

MOST_CELLS = 30_000_000
"""How many cells a sheet may span: the reader holds them all in memory."""

MOST_BYTES = 1 << 30
"""How large a workbook may be: the reader holds its file in memory."""

_MOST_UNPACKED_BYTES = 1 << 32
"""How large the parts of a workbook may say they are: the reader holds all texts in memory."""

_EXAMPLES = 3
_CHUNK_BYTES = 1 << 20
_OLD_FILE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_MOST_EXACT = 10**15
"""From here on a number has more digits than Excel keeps."""

# Some programs put a prefix before every tag. A cell may be written without its place.
_CELL = re.compile(rb"<(?:\w+:)?c(?:\s([^>]*[^/>]))?>(.*?)</(?:\w+:)?c>", re.DOTALL)
_FILLED = re.compile(rb"[<:]c\s[^>]*?\br\s*=\s*[\"']([A-Za-z]+)(\d+)[\"'][^>]*(?<!/)>")
_ROW = re.compile(rb"<(?:\w+:)?row(?:\s[^>]*?\br\s*=\s*[\"'](\d+))?[^>]*>")
_UNPLACED = re.compile(rb"[<:]c(?:\s(?![^>]*\br\s*=)[^>]*)?/?>")
_PLACE = re.compile(rb"\br\s*=\s*[\"']([A-Za-z]+\d+)[\"']")
_IS_ERROR = re.compile(rb"\bt\s*=\s*[\"']e[\"']")
_IS_TEXT = re.compile(rb"\bt\s*=\s*[\"'](?:str|s|inlineStr)[\"']")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?(?:/>|>([^<]*)<)")

_DAMAGED = (ZipError, *DAMAGED, CalamineError, ElementTree.ParseError)
"""What the readers of zips, XML and sheets raise of a workbook that is damaged."""

_TOO_LARGE = "the workbook is larger than is read: delete what is no table, or save it as CSV"

Value = str | float | bool | int | date | datetime | time | timedelta | None


class SheetError(ValueError):
    """A workbook cannot be read; the message says why and what to do."""


@dataclass(frozen=True)
class Remarks:
    """What a sheet does not tell; places are cells as Excel calls them (`D12`).

    Attributes:
        errors: place and word of the cells that hold an error such as `#N/A`.
        uncalculated: places of formulas without a stored value.
        merged: areas of merged cells, of which only the first cell has a value.

    """

    errors: Sequence[str] = ()
    uncalculated: Sequence[str] = ()
    merged: Sequence[str] = ()

    def __str__(self) -> str:
        """Return a sentence; nothing when all is well."""
        said = []
        if self.errors:
            said.append(f"cells that hold an error: {len(self.errors)} ({_first(self.errors)})")
        if self.uncalculated:
            said.append(
                f"formulas without a stored value: {len(self.uncalculated)} "
                f"({_first(self.uncalculated)}), open the workbook in Excel and save it"
            )
        if self.merged:
            said.append(
                f"merged areas: {len(self.merged)} ({_first(self.merged)}), only the first cell of "
                "each has a value"
            )
        return "; ".join(said)


class Workbook:
    """An open workbook.

    Raises: SheetError when it cannot be opened.
    """

    def __init__(self, file: Path | BinaryIO) -> None:
        self._file = file.open("rb") if isinstance(file, Path) else file
        _check(self._file)
        with _explained("workbook cannot be opened"):
            self._archive = _Archive(self._file)
            self._parts = _parts(self._archive)
            self._file.seek(0)
            self._book = CalamineWorkbook.from_filelike(self._file)
        self._held: tuple[str, CalamineSheet] | None = None
        self._within_reach: set[str] = set()
        sheets = [
            each for each in self._book.sheets_metadata if each.typ == SheetTypeEnum.WorkSheet
        ]
        self.visible = [each.name for each in sheets if each.visible == SheetVisibleEnum.Visible]
        self.hidden = [each.name for each in sheets if each.visible != SheetVisibleEnum.Visible]

    def __enter__(self) -> "Workbook":
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self._book.close()
        self._archive.close()
        self._file.close()

    def rows(self, sheet: str, most: int | None = None, decimal: str = ".") -> Iterator[list[str]]:
        """Yield the rows of a sheet from the first on, blank ones too, as text.

        Numbers are written with all their digits and the given decimal mark, and never so that
        this may be taken for one of thousands; days and moments as ISO; durations as H:MM:SS.

        Raises: SheetError when the sheet cannot be read.
        """
        for row in itertools.islice(self._sheet(sheet).iter_rows(), most):
            yield [_text(value, decimal) for value in row]

    def write(self, sheet: str, target: Path, decimal: str) -> None:
        """Write a sheet as comma-separated UTF-8 text; a row of the file is a row of the sheet.

        Raises: SheetError when the sheet cannot be read.
        """
        with target.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows(self.rows(sheet, decimal=decimal))

    def remarks(self, sheet: str) -> Remarks:
        """Return what a sheet does not tell, from its XML, which is never held as a whole.

        Raises: SheetError when the sheet spans more cells than are read.
        """
        self._check_extent(sheet)
        errors: list[str] = []
        uncalculated: list[str] = []
        for rows in self._xml(sheet):
            if _IS_ERROR.search(rows):
                errors += _errors(rows)
            if _FORMULA.search(rows):
                uncalculated += _uncalculated(rows)
        return Remarks(errors, uncalculated)

    def merged(self, sheet: str) -> Sequence[tuple[int, str]]:
        """Return the last row of each merged area, the first row being 1, and the area."""
        ranges = self._sheet(sheet).merged_cell_ranges or []
        return [(end[0] + 1, f"{_place(*start)}:{_place(*end)}") for start, end in ranges]

    def _sheet(self, sheet: str) -> CalamineSheet:
        """Return a sheet with all its cells in memory; of one at a time.

        Raises: SheetError when it cannot be read, or spans more cells than are read.
        """
        if self._held is None or self._held[0] != sheet:
            self._held = None
            self._check_extent(sheet)
            with _explained("sheet cannot be read"):
                self._held = sheet, self._book.get_sheet_by_name(sheet)
        return self._held[1]

    def _check_extent(self, sheet: str) -> None:
        """Refuse a sheet that spans too much, before any reader makes room for every cell in it.

        The extent that a sheet declares counts cells without a value too; so each is looked at.
        """
        if sheet in self._within_reach:
            return
        height, width = 0, 0
        for rows in self._xml(sheet):
            places = _FILLED.findall(rows)
            height = max(height, *map(int, {row for _, row in places}), 0)
            width = max(width, *map(_column_number, {column for column, _ in places}), 0)
            if not places:  # then each cell lies beside the one before it
                _, *parts = _ROW.split(rows)
                for number, row in zip(parts[::2], parts[1::2], strict=True):
                    if beside := len(_UNPLACED.findall(row)):
                        height = int(number or height + 1)
                        width = max(width, beside)
        if height * width > MOST_CELLS:
            raise SheetError(
                f"the sheet spans {height} rows and {width} columns, more than are read: delete "
                "what lies far from the table, or save the sheet as CSV"
            )
        self._within_reach.add(sheet)

    def _xml(self, sheet: str) -> Iterator[bytes]:
        """Yield the XML of a sheet in pieces of whole rows."""
        with (
            _explained("sheet cannot be read"),
            self._archive.open(self._parts.get(sheet, "")) as stream,
        ):
            held = b""
            while chunk := stream.read(_CHUNK_BYTES):
                held += chunk
                end = held.rfind(b"row>") + 1
                if end:
                    yield held[:end]
                    held = held[end:]
            yield held


class _Archive:
    """The parts of a workbook, which are called alike whatever the case of their letters."""

    def __init__(self, file: BinaryIO) -> None:
        self._zip = open_zip(file)
        infos = self._zip.infolist()
        if sum(each.file_size for each in infos) > _MOST_UNPACKED_BYTES:
            raise SheetError(_TOO_LARGE)
        self._infos = {_key(each.filename): each for each in infos}

    def open(self, part: str) -> BinaryIO:
        """Open a part.

        Raises: SheetError when there is none of this name, ZipError when it cannot be opened.
        """
        info = self._infos.get(_key(part))
        if info is None:
            raise SheetError(
                f"the workbook lacks its part '{part}': open it in Excel and save it again"
            )
        return open_member(self._zip, info)

    def xml(self, part: str) -> ElementTree.Element:
        """Return what a part holds, which is small."""
        with self.open(part) as stream:
            return ElementTree.parse(stream).getroot()

    def close(self) -> None:
        """Close the zip, and not the file that it was given."""
        self._zip.close()


def _key(part: str) -> str:
    return posixpath.normpath(part.replace("\\", "/")).lstrip("/").lower()


@contextlib.contextmanager
def _explained(what: str) -> Iterator[None]:
    """Say as a SheetError what the readers of zips, XML and sheets complain of."""
    try:
        yield
    except _DAMAGED as error:
        raise SheetError(f"the {what} ({error}): open it in Excel and save it again") from error


def check_size(size: int) -> None:
    """Refuse a workbook of more bytes than the reader may hold in memory."""
    if size > MOST_BYTES:
        raise SheetError(_TOO_LARGE)


def _check(stream: BinaryIO) -> None:
    """Refuse what is no workbook of today, by its first bytes, and what is too large."""
    check_size(stream.seek(0, io.SEEK_END))
    stream.seek(0)
    start = stream.read(8)
    stream.seek(0)
    if not start:
        raise SheetError("the file is empty (zero bytes): export it again")
    if start.startswith(_OLD_FILE):
        is_locked = any(_ENCRYPTED in chunk for chunk in iter(lambda: stream.read(1 << 24), b""))
        stream.seek(0)
        raise SheetError(
            "the workbook is protected by a password: open it in Excel, remove the password and "
            "save it again"
            if is_locked
            else "the file is named like a workbook but is an old Excel file: open it in Excel and "
            "save it as .xlsx"
        )
    if not start.startswith(b"PK"):
        raise SheetError(
            "the file is named like a workbook but is none: if it is text, name it .csv; else "
            "export it again"
        )


def _parts(archive: _Archive) -> dict[str, str]:
    """Return the part of the archive in which each sheet lies, for those of which it is said."""
    book = next(
        (
            each.get("Target", "").lstrip("/")
            for each in archive.xml("_rels/.rels")
            if each.get("Type", "").endswith("/officeDocument")
        ),
        "xl/workbook.xml",
    )
    folder, name = posixpath.split(book)
    relations = archive.xml(f"{folder}/_rels/{name}.rels")
    targets = {each.get("Id"): each.get("Target", "") for each in relations}
    found = {}
    for sheet in archive.xml(book).iterfind(".//{*}sheets/{*}sheet"):
        relation = next((value for key, value in sheet.items() if key.endswith("}id")), None)
        if relation in targets:
            found[sheet.get("name", "")] = posixpath.join("/", folder, targets[relation])
    return found


def _errors(rows: bytes) -> Iterator[str]:
    """Yield word and place of each cell that holds an error."""
    for attributes, content in _CELL.findall(rows):
        if _IS_ERROR.search(attributes):
            value = _VALUE.search(content)
            word = (value.group(1) or b"").decode() if value else ""
            yield f"{word} in {_place_in(attributes)}"


def _uncalculated(rows: bytes) -> Iterator[str]:
    """Yield the place of each formula that has no value; an empty text is one."""
    for attributes, content in _CELL.findall(rows):
        if _FORMULA.search(content):
            value = _VALUE.search(content)
            if value is None or (not value.group(1) and not _IS_TEXT.search(attributes)):
                yield _place_in(attributes)


def _place_in(attributes: bytes) -> str:
    found = _PLACE.search(attributes)
    return found.group(1).decode() if found else "?"


def _text(value: Value, decimal: str) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _number(value, decimal)
    if isinstance(value, timedelta):
        return _duration(value)
    if isinstance(value, datetime):
        return value.isoformat(" ")
    return value.isoformat()


def _number(value: float, decimal: str) -> str:
    if not math.isfinite(value):
        return str(value)  # what a program wrote that divided by zero is a text, and no number
    if abs(value) >= _MOST_EXACT:
        return repr(float(value))
    if value == int(value):
        return str(int(value))
    text = f"{Decimal(repr(value)):f}"
    if len(text.rpartition(".")[2]) == 3:
        text += "0"  # 1.234 may be a thousand, 1.2340 is not
    return text.replace(".", decimal)


def _duration(value: timedelta) -> str:
    sign = "-" if value < timedelta(0) else ""
    value = abs(value)
    minutes, seconds = divmod(value.days * 86_400 + value.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    fraction = f".{value.microseconds:06d}" if value.microseconds else ""
    return f"{sign}{hours}:{minutes:02d}:{seconds:02d}{fraction}"


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = 26 * number + letter - ord("A") + 1
    return number


def _place(row: int, column: int) -> str:
    """Return a cell as Excel calls it, from its numbers, which begin at 0."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row + 1}"


def _first(places: Sequence[str]) -> str:
    more = len(places) - _EXAMPLES
    named = ", ".join(places[:_EXAMPLES])
    return f"{named} and {more} more" if more > 0 else named
