"""Sheets as files: what is written is what is read back, and no cell is a formula."""

import csv
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from orchestration.errors import ConfigurationError
from orchestration.spreadsheet import files
from orchestration.spreadsheet.files import write_csv_files, write_workbook
from orchestration.spreadsheet.sheets import Column, Marked, Row, Sheet


def sheet(
    *rows: Row, columns: Sequence[Column] = (Column("Name"), Column("Value", "count"))
) -> Sheet:
    return Sheet("Figures", columns, lambda: iter(rows))


def told(_: str) -> None:
    """Say nothing."""


def read_back(file: Path, name: str = "Figures") -> list[list[object]]:
    return CalamineWorkbook.from_path(str(file)).get_sheet_by_name(name).to_python()


def test_numbers_days_and_words_come_back_as_they_were(tmp_path: Path) -> None:
    pytest.importorskip("xlsxwriter", reason="writing workbooks is an extra: make extras")
    columns = (Column("Day", "date"), Column("Rate"), Column("Final"), Column("Rep"))
    rows = [
        (date(2026, 9, 1), Marked(0.25, "rate", frozenset({"partial"})), True, "Zoé"),
        (date(2026, 10, 1), Marked(None, "rate"), False, None),
    ]
    write_workbook(tmp_path / "a.xlsx", [sheet(*rows, columns=columns)], told)
    assert read_back(tmp_path / "a.xlsx") == [
        ["Day", "Rate", "Final", "Rep"],
        [date(2026, 9, 1), 0.25, True, "Zoé"],
        [date(2026, 10, 1), "", False, ""],
    ]


@pytest.mark.parametrize("text", ["=1+1", "+33 1 23", "-5", "@SUM(A1)", "http://x.example", "007"])
def test_no_text_becomes_a_formula_a_link_or_a_number(tmp_path: Path, text: str) -> None:
    pytest.importorskip("xlsxwriter", reason="writing workbooks is an extra: make extras")
    file = tmp_path / "a.xlsx"
    write_workbook(file, [sheet((text, 1))], told)
    assert read_back(file)[1] == [text, 1]
    with zipfile.ZipFile(file) as parts:
        inside = parts.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in inside
    assert "<hyperlink" not in inside


def test_a_failed_export_leaves_the_older_file(tmp_path: Path) -> None:
    pytest.importorskip("xlsxwriter", reason="writing workbooks is an extra: make extras")
    file = tmp_path / "a.xlsx"
    file.write_bytes(b"older")

    def broken() -> Iterator[Row]:
        yield ("a", 1)
        raise ConfigurationError("cut off")

    with pytest.raises(ConfigurationError, match="cut off"):
        write_workbook(file, [Sheet("Figures", (Column("a"), Column("b")), broken)], told)
    assert file.read_bytes() == b"older"
    assert list(tmp_path.iterdir()) == [file]


def test_more_rows_than_a_sheet_holds_are_refused_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("xlsxwriter", reason="writing workbooks is an extra: make extras")
    monkeypatch.setattr(files, "MOST_ROWS", 2)
    with pytest.raises(ConfigurationError, match="--months, or write --csv"):
        write_workbook(tmp_path / "a.xlsx", [sheet(*[("a", 1)] * 3)], told)


def test_french_csv_has_semicolons_and_decimal_commas(tmp_path: Path) -> None:
    write_csv_files(tmp_path, [sheet(("=A1", 0.5), ("Zoé; Ann", 1200.0))], "fr", told)
    content = (tmp_path / "Figures.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.decode("utf-8-sig").splitlines() == [
        "Name;Value",
        "'=A1;0,5",
        '"Zoé; Ann";1200',
    ]


@given(st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=20))
def test_no_csv_cell_begins_like_a_formula_and_every_other_is_unchanged(text: str) -> None:
    cell = files._text(text, "en")
    assert not cell.startswith(files.FORMULA_BEGINNINGS)
    assert cell == text or cell == f"'{text}"


def test_numbers_in_csv_are_exact_enough_to_come_back(tmp_path: Path) -> None:
    write_csv_files(tmp_path, [sheet(("a", 1 / 3), ("b", 12345678.9))], "en", told)
    with (tmp_path / "Figures.csv").open(encoding="utf-8-sig") as stream:
        values = [float(row["Value"]) for row in csv.DictReader(stream)]
    assert values == pytest.approx([1 / 3, 12345678.9], rel=1e-14)
