"""Sheets as files: one workbook, or a folder of CSV files.

What belongs here: how cells are written so that a spreadsheet reads them as they are meant, text
that looks like a formula above all. What does not: what the sheets hold (see `sheets.py`).

`xlsxwriter` is an extra of its own, since no refresh needs it.
"""

import csv
import tempfile
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any

from orchestration.counts import Count
from orchestration.errors import ConfigurationError
from orchestration.refresh.summary.wording import Language
from orchestration.spreadsheet.sheets import (
    FEW_CASES,
    MOST_ROWS,
    NOT_FINAL,
    PERIOD_IN_PROGRESS,
    Cell,
    Column,
    Marked,
    Sheet,
)

Progress = Callable[[str], None]

LONGEST_TEXT = 32_767
"""Letters that a cell of a workbook holds."""

FORMULA_BEGINNINGS = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet that opens a CSV file takes for the beginning of a formula."""

_NUMBER_FORMATS: Mapping[str, str] = {
    "count": "#,##0",
    "rate": "0.0%",
    "percent": "0%",
    "months": "#,##0.0",
    "amount": "#,##0.00",
    "days": "#,##0.0",
    "hours": "#,##0.0",
    "score": "#,##0.0",
    "ratio": "#,##0.00##",
    "date": "yyyy-mm-dd",
}
_GREY, _BLUE, _PURPLE = "#8a8a8a", "#1f5fa8", "#7a3f9d"


def write_workbook(file: Path, sheets: Iterable[Sheet], progress: Progress) -> None:
    """Write an `.xlsx` file, in place of an older one only once it is whole.

    Raises:
        ConfigurationError: the extra is not installed, or a sheet has more rows than fit.

    """
    try:
        import xlsxwriter
    except ImportError:
        raise ConfigurationError(
            "writing a workbook needs the extra `spreadsheet`: run `make extras`, or write --csv"
        ) from None
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".export_", dir=file.parent) as folder:
        unfinished = Path(folder) / file.name
        options = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "tmpdir": folder,
        }
        book = xlsxwriter.Workbook(str(unfinished), options)
        formats = _Formats(book)
        names: set[str] = set()
        for sheet in sheets:
            name = sheet.name
            if name.casefold() in names:
                raise ConfigurationError(f"two sheets are called {name!r}")
            names.add(name.casefold())
            rows = _write_sheet(book.add_worksheet(name), sheet, formats)
            progress(f"{name}: {Count(rows, 'en'):row|rows}")
        book.close()
        unfinished.replace(file)


def write_csv_files(
    folder: Path, sheets: Iterable[Sheet], language: Language, progress: Progress
) -> None:
    """Write a CSV file a sheet, as a spreadsheet of that language opens it.

    French: `;` between cells and decimal commas; English: `,` and points; both UTF-8 with a mark.
    A text that a spreadsheet would take for a formula begins with an apostrophe.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for sheet in sheets:
        name = sheet.name.replace("/", "-") + ".csv"
        unfinished = folder / f".{name}.tmp"
        try:
            with unfinished.open("w", encoding="utf-8-sig", newline="") as stream:
                writer = csv.writer(stream, delimiter=";" if language == "fr" else ",")
                writer.writerow([_text(column.header, language) for column in sheet.columns])
                rows = 0
                for row in sheet.rows():
                    writer.writerow([_text(cell, language) for cell in row])
                    rows += 1
            unfinished.replace(folder / name)
        finally:
            with suppress(FileNotFoundError):
                unfinished.unlink()
        progress(f"{name}: {Count(rows, 'en'):row|rows}")


class _Formats:
    """The formats of a workbook, one for every unit and set of marks that is used."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._known: dict[tuple[str, frozenset[str]], Any] = {}
        self.header = book.add_format(
            {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}
        )
        self.title = book.add_format({"italic": True})

    def of(self, unit: str, marks: frozenset[str] = frozenset()) -> Any:
        if (unit, marks) not in self._known:
            described: dict[str, Any] = {}
            if unit in _NUMBER_FORMATS:
                described["num_format"] = _NUMBER_FORMATS[unit]
            if NOT_FINAL in marks:
                described |= {"italic": True, "font_color": _PURPLE}
            if PERIOD_IN_PROGRESS in marks:
                described |= {"italic": True, "font_color": _BLUE}
            if FEW_CASES in marks:
                described |= {"font_color": _GREY}
            self._known[unit, marks] = self._book.add_format(described)
        return self._known[unit, marks]


def _write_sheet(target: Any, sheet: Sheet, formats: _Formats) -> int:
    """Write one sheet; return how many rows it has."""
    for place, column in enumerate(sheet.columns):
        target.set_column(place, place, _width(column))
        target.write_string(0, place, column.header, formats.header)
        if column.note:
            target.write_comment(0, place, column.note[:LONGEST_TEXT])
    if sheet.title:
        target.write_comment(0, 0, sheet.title[:LONGEST_TEXT])
    target.freeze_panes(1, 0)
    number = 0
    for number, row in enumerate(sheet.rows(), start=1):
        if number > MOST_ROWS:
            raise ConfigurationError(
                f"{sheet.name} has more than {MOST_ROWS:,} rows, the most a sheet can hold: "
                "take fewer --months, or write --csv"
            )
        for place, (cell, column) in enumerate(zip(row, sheet.columns, strict=True)):
            _write_cell(target, number, place, cell, column, formats)
    if number and sheet.columns:
        target.autofilter(0, 0, number, len(sheet.columns) - 1)
    return number


def _write_cell(
    target: Any, row: int, place: int, cell: Cell | Marked, column: Column, formats: _Formats
) -> None:
    unit, marks = column.unit, frozenset[str]()
    if isinstance(cell, Marked):
        unit, marks, cell = cell.unit, cell.marks, cell.value
    if cell is None:
        return
    if isinstance(cell, bool):
        target.write_boolean(row, place, cell)
    elif isinstance(cell, int | float):
        target.write_number(row, place, cell, formats.of(unit, marks))
    elif isinstance(cell, date):
        target.write_datetime(row, place, _at_midnight(cell), formats.of("date"))
    else:
        text = cell if len(cell) <= LONGEST_TEXT else cell[: LONGEST_TEXT - 1] + "…"
        target.write_string(row, place, text)


def _at_midnight(day: date) -> datetime:
    return day if isinstance(day, datetime) else datetime(day.year, day.month, day.day)


def _width(column: Column) -> float:
    return {"text": 24.0, "date": 11.0}.get(column.unit, 13.0)


def _text(cell: Cell | Marked, language: Language) -> str:
    if isinstance(cell, Marked):
        cell = cell.value
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, int | float):
        text = str(cell) if isinstance(cell, int) else f"{cell:.15g}"
        return text.replace(".", ",") if language == "fr" else text
    if isinstance(cell, date):
        return cell.isoformat()
    return f"'{cell}" if cell.startswith(FORMULA_BEGINNINGS) else cell
