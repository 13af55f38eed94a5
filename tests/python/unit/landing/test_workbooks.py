"""Workbooks: every visible sheet is a table, its cells are told without loss, its rows numbered."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from orchestration.landing import workbooks
from orchestration.landing.beginnings import beginnings
from orchestration.landing.report import FileReport
from orchestration.landing.workbooks import SheetError, Workbook

Cells = Sequence[Sequence[Any]]
DEALS = ["deal_id", "stage", "status", "amount", "created_at"]


def workbook(sheets: Mapping[str, Cells], hidden: Sequence[str] = (), merged: str = "") -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        sheet.sheet_state = "hidden" if name in hidden else "visible"
        if merged:
            sheet.merge_cells(merged)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def land_sheet(desk: Any, content: bytes) -> FileReport:
    """Land the sheet `S` of a workbook that is called like an entity."""
    desk.put("crm/deals.xlsx", content)
    (file,) = [each for each in desk.land().files if each.file == "crm/deals.xlsx!S"]
    return file


def changed(content: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """Return a workbook in whose part bytes are replaced, as other programs write them."""
    changed_content = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as before,
        zipfile.ZipFile(changed_content, "w") as after,
    ):
        for name in before.namelist():
            data = before.read(name)
            after.writestr(name, data.replace(old, new) if name == part else data)
    return changed_content.getvalue()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (468, "468"),
        (468.0, "468"),
        (-0.5, "-0.5"),
        (1.234, "1.2340"),
        (12.0625, "12.0625"),
        (1e-7, "0.0000001"),
        (123456789012345, "123456789012345"),
        (1.23457e17, "1.23457e+17"),
        (True, "true"),
        (date(2026, 1, 2), "2026-01-02"),
        (datetime(2026, 1, 2, 3, 4, 5), "2026-01-02 03:04:05"),
        (time(1, 2, 3), "01:02:03"),
        (timedelta(hours=30, minutes=2), "30:02:00"),
        ("00042", "00042"),
        ("a\nb", "a\nb"),
        ("12 500,50 €", "12 500,50 €"),
    ],
)
def test_a_cell_is_told_without_loss(tmp_path: Path, value: Any, text: str) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(workbook({"S": [["x", value]]}))
    with Workbook(path) as opened:
        assert list(opened.rows("S")) == [["x", text]]


def test_a_serial_number_is_a_day_where_its_cell_says_so(tmp_path: Path) -> None:
    content = workbook({"S": [[date(2026, 3, 2), 46083]]})
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    with Workbook(path) as opened:
        assert list(opened.rows("S")) == [["2026-03-02", "46083"]]


def test_numbers_have_the_mark_that_the_source_declares(desk: Any) -> None:
    desk.put("sources.yml", "sources: {crm: {decimal: ','}}")
    desk.put("crm/deals.xlsx", workbook({"S": [DEALS, ["1", "x", "won", 12.5, None]]}))
    desk.land()
    assert desk.values("deals", "amount") == [("12,5",)]


def test_every_visible_sheet_that_is_a_table_is_read(desk: Any) -> None:
    sheets = {
        "deals": [["Our deals"], [], DEALS, ["1", "x", "won", 10, date(2026, 1, 2)]],
        "accounts": [["account_id", "name"], ["7", "Acme"]],
        "Notes": [["call them back"]],
        "reps": [["rep_id", "name"], ["1", "Ann"]],
    }
    desk.put("crm/book.xlsx", workbook(sheets, hidden=["reps"]))
    report = desk.land()
    assert desk.values("deals", "deal_id", "amount", "created_at") == [("1", "10", "2026-01-02")]
    assert desk.values("accounts", "name") == [("Acme",)]
    assert {file.file: file.outcome for file in report.files} == {
        "crm/book.xlsx!deals": "landed",
        "crm/book.xlsx!accounts": "landed",
        "crm/book.xlsx!Notes": "unknown_entity",
        "crm/book.xlsx!reps": "ignored",
    }
    (deals,) = [file for file in report.files if file.file.endswith("!deals")]
    assert (deals.delimiter, deals.encoding, deals.records) == ("cells", None, 1)
    assert desk.land().new_loads == ()


def test_a_sheet_of_any_name_is_what_its_file_is_called_or_a_tools_by_its_headers(
    desk: Any,
) -> None:
    desk.put("a/deals.xlsx", workbook({"Notes": [["x"]], "Sheet1": [DEALS, ["1", "x", "won"]]}))
    header = ["Record ID", "Deal Name", "Deal Stage", "Amount"]
    desk.put("b/anything.xlsx", workbook({"Feuil1": [header, [5, "Big", "x", 7.5]]}))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("in/book.xlsx", workbook({"S": [header, [6, "Small", "x", 1]]}))
    desk.put("c/export.zip", packed.getvalue())
    desk.land()
    assert {(row["format"], row["file"]) for row in desk.loads() if row["outcome"] == "landed"} == {
        ("generic", "a/deals.xlsx!Sheet1"),
        ("hubspot", "b/anything.xlsx!Feuil1"),
        ("hubspot", "c/export.zip!in/book.xlsx!S"),
    }


def test_a_workbook_without_a_table_is_named_with_its_sheets(desk: Any) -> None:
    file = desk.land_file("crm/budget.xlsx", workbook({"A": [["x", 1]], "B": [["y"]]}))
    assert file.outcome == "unknown_entity"
    assert "none of its sheets ('A', 'B') is a table that is read" in file.reason
    file = land_sheet(desk, workbook({"S": [["deal_id", "stage"], ["1", "x"]]}))
    assert "the required column 'status' is missing" in str(file.reason)


def test_rows_have_the_numbers_that_excel_shows(desk: Any) -> None:
    rows = [["Deals"], [], DEALS, ["1", "x", "won"], [], DEALS, ["2", "y", "won"], [], ["Total"]]
    file = land_sheet(desk, workbook({"S": rows}))
    assert {(row["row_number"], row["rule"]) for row in desk.rejects()} == {
        (1, "title"),
        (2, "blank"),
        (3, "header"),
        (5, "blank"),
        (6, "repeated_header"),
        (8, "blank"),
        (9, "total"),
    }
    assert (file.landed, file.structural_rejects, file.left_out_lines) == (2, 1, 5)
    assert file.landed + file.structural_rejects + file.left_out_lines + 1 == len(rows)


def test_what_a_sheet_does_not_tell_is_told_with_its_cells(desk: Any) -> None:
    rows = [
        ["Quarter", None, None, None, None],
        DEALS,
        ["1", "x", "won", "=SUM(1,2)", "#N/A"],
        ["2", "x", "won", "#REF!", None],
        ["3", "x", "won", 5, None],
    ]
    content = workbook({"S": rows}, merged="A5:B5")
    file = land_sheet(desk, content)
    assert file.outcome == "landed"
    assert file.reason == (
        "cells that hold an error: 2 (#N/A in E3, #REF! in D4); formulas without a stored value: "
        "1 (D3), open the workbook in Excel and save it; merged areas: 1 (A5:B5), only the first "
        "cell of each has a value"
    )
    part = "xl/worksheets/sheet1.xml"
    stored = changed(content, part, b"<v />", b"<v>3</v>")
    assert "formulas" not in str(land_sheet(desk, stored).reason)
    other_writer = changed(content, part, b"<c r=", b"<c\n  r=")
    assert "without a stored value: 1 (D3)" in str(land_sheet(desk, other_writer).reason)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "an old Excel file"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "protected by a password: open it in Excel, remove the password",
        ),
        (b"a,b\n1,2\n", "named like a workbook but is none"),
        (b"", "empty (zero bytes)"),
        (workbook({"S": [["a"]]})[:-300], "cannot be opened"),
    ],
)
def test_a_workbook_that_cannot_be_read_says_what_to_do(
    desk: Any, content: bytes, reason: str
) -> None:
    file = desk.land_file("crm/deals.xlsx", content)
    assert file.outcome == "refused"
    assert reason in file.reason


@pytest.mark.parametrize("place", ["XFD1048576", "BH1000000"])
def test_a_cell_far_away_is_refused_before_a_reader_makes_room(desk: Any, place: str) -> None:
    book = openpyxl.Workbook()
    for name in ("far", "deals"):
        sheet = book.create_sheet(name)
        for row in (DEALS, ["1", "x", "won"]):
            sheet.append(row)
    book["far"][place] = "x"
    content = io.BytesIO()
    book.save(content)
    desk.put("crm/book.xlsx", content.getvalue())
    found = {file.file: file for file in desk.land().files}
    assert found["crm/book.xlsx!deals"].outcome == "landed"
    assert found["crm/book.xlsx!far"].outcome == "refused"
    assert "delete what lies far from the table" in str(found["crm/book.xlsx!far"].reason)


PART = "xl/worksheets/sheet1.xml"
FAR = b'<row r="1048576"><c r="XFD1048576" t="n"><v>1</v></c></row></sheetData>'


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"</sheetData>", FAR),
        (b"</sheetData>", FAR.replace(b'"', b"'")),
        (b"</sheetData>", FAR.replace(b"r=", b"r = ").replace(b"XFD", b"xfd")),
        (b"</sheetData>", b'<row r="9999999">' + b"<c><v>1</v></c>" * 4 + b"</row></sheetData>"),
    ],
)
def test_a_cell_far_away_is_seen_however_it_is_written(
    tmp_path: Path, old: bytes, new: bytes
) -> None:
    content = changed(workbook({"S": [["a"]]}), PART, old, new)
    if b"<c><v>" in new:
        content = changed(content, PART, b'<c r="A1" ', b"<c ")
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    with Workbook(path) as opened, pytest.raises(SheetError, match="delete what lies far"):
        next(opened.rows("S"))


def test_cells_without_a_value_lie_nowhere(tmp_path: Path) -> None:
    empty = FAR.replace(b"><v>1</v></c>", b"/>")
    path = tmp_path / "a.xlsx"
    path.write_bytes(changed(workbook({"S": [["a"]]}), PART, b"</sheetData>", empty))
    with Workbook(path) as opened:
        assert list(opened.rows("S")) == [["a"]]


@pytest.mark.parametrize(("written", "text"), [("NaN", "nan"), ("1E999", "inf")])
def test_a_number_that_is_none_is_text(tmp_path: Path, written: str, text: str) -> None:
    content = changed(workbook({"S": [["a", 5]]}), PART, b"<v>5<", f"<v>{written}<".encode())
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    with Workbook(path) as opened:
        assert list(opened.rows("S")) == [["a", text]]


def renamed(content: bytes, part: str, name: str | None) -> bytes:
    """Return a workbook of which a part is called otherwise, or is not there."""
    after = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(after, "w") as archive:
        for each in before.namelist():
            if each != part or name is not None:
                archive.writestr((name or "") if each == part else each, before.read(each))
    return after.getvalue()


def test_the_names_of_parts_ignore_case(desk: Any) -> None:
    content = renamed(workbook({"S": [DEALS, ["1", "x", "won"]]}), PART, PART.title())
    assert land_sheet(desk, content).outcome == "landed"


@pytest.mark.parametrize(
    "part", [PART, "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"]
)
def test_a_workbook_without_one_of_its_parts_is_refused(desk: Any, part: str) -> None:
    content = renamed(workbook({"S": [DEALS, ["1", "x", "won"]]}), part, None)
    desk.put("crm/deals.xlsx", content)
    (file,) = desk.land().files
    assert file.outcome == "refused"
    assert "open it in Excel and save it again" in str(file.reason)


def test_a_workbook_that_no_memory_holds_is_refused_in_a_zip_too(
    desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = workbook({"S": [DEALS, ["1", "x", "won"]]})
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("deals.xlsx", content)
    desk.put("a/deals.xlsx", content)
    desk.put("b/export.zip", packed.getvalue())
    monkeypatch.setattr(workbooks, "MOST_BYTES", len(content) - 1)
    assert [(file.file, file.outcome) for file in desk.land().files] == [
        ("a/deals.xlsx", "refused"),
        ("b/export.zip!deals.xlsx", "refused"),
    ]
    assert list(beginnings(desk.exports / "b/export.zip")) == []
    monkeypatch.setattr(workbooks, "MOST_BYTES", len(content))
    assert [each.part for each in beginnings(desk.exports / "b/export.zip")] == ["deals.xlsx!S"]
