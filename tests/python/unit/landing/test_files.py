"""What becomes of one file: landed, its rows rejected one by one, or refused with its reason."""

import gzip
import io
import shutil
import struct
import warnings
import zipfile
from typing import Any
from unittest.mock import Mock

import duckdb
import pytest

from orchestration.landing import reading, second_look
from orchestration.landing.beginnings import beginnings
from orchestration.landing.members import members
from orchestration.landing.python_reader import read_with_python

ACCOUNTS = "account_id,name,sector\n"


def gz(content: str) -> bytes:
    return gzip.compress(content.encode())


def zipped(**members: bytes | str) -> bytes:
    return zip_of(
        {name.replace("__", "/").replace("_csv", ".csv"): m for name, m in members.items()}
    )


def zip_of(members: dict[str, bytes | str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


# Headers -----------------------------------------------------------------------------------------


def test_headers_match_whatever_their_case_blanks_order_and_normal_form(desk: Any) -> None:
    file = desk.land_file("crm/accounts.csv", "\ufeff NAME , Account_ID\nAcme,1\n")
    assert file.outcome == "landed"
    assert desk.values("accounts", "account_id", "name") == [("1", "Acme")]


def test_an_unknown_column_that_looks_like_a_missing_one_is_asked_about(desk: Any) -> None:
    desk.put("crm/prospects.csv", "prospect_id,detected_at,e_mail,Lead_Sorce,email2\n1,,a,b,c\n")
    desk.put("crm/accounts.csv", "account_id,name,domain,domains\n1,Acme,a.example,b.example\n")
    assert desk.land().misspelt_columns == (
        ("crm/prospects.csv", "e_mail", "email"),
        ("crm/prospects.csv", "Lead_Sorce", "lead_source"),
        ("crm/prospects.csv", "email2", "email"),
    )
    assert desk.land().misspelt_columns == ()


def test_unknown_columns_are_kept_and_listed(desk: Any) -> None:
    file = desk.land_file(
        "crm/accounts.csv",
        'account_id,name,Couleur,note,note,\n1,Acme,"ble""u",,x,\n2,Bolt,,,,\n',
    )
    assert file.unknown_columns == ("Couleur", "note", "note (column 5)", "(column 6)")
    assert desk.values("accounts", "_extra") == [
        ('{"Couleur":"ble\\"u","note":null,"note (column 5)":"x","(column 6)":null}',),
        (None,),
    ]


def test_missing_optional_columns_are_null_and_listed(desk: Any) -> None:
    file = desk.land_file("crm/accounts.csv", ACCOUNTS + "1,Acme,\n")
    assert "domain" in file.missing_columns
    assert "sector" not in file.missing_columns
    assert desk.values("accounts", "domain", "sector", "_extra") == [(None, None, None)]


def test_a_file_may_be_without_a_column_that_is_required_only_where_it_is_present(
    desk: Any,
) -> None:
    people = "prospect_id,first_name\n1,Ana\n2,Bo\n"
    assert desk.land_file("crm/prospects.csv", people).outcome == "landed"
    mixed_ends = "prospect_id,first_name\r\n3,Chloé\n4,Dan\r\n"  # which Python reads
    assert desk.land_file("crm/prospects_more.csv", mixed_ends).outcome == "landed"
    typed = desk.exports / "crm" / "prospects_typed.parquet"
    duckdb.sql(f"copy (select 5 as prospect_id, 'Eve' as first_name) to '{typed}'")
    desk.put("crm/prospects_dated.csv", "prospect_id,detected_at\n6,\n7,2026-01-05\n")
    desk.land()
    found = desk.values("prospects", "prospect_id", "detected_at")
    assert set(found) == {
        *((str(number), "(no column)") for number in range(1, 6)),
        ("6", None),
        ("7", "2026-01-05"),
    }


@pytest.mark.parametrize(
    "header",
    ["detectd_at", "Detected", "detected_on", "date_detection", "Détecté le", "dtected_at"],
)
def test_a_misspelt_column_that_a_file_may_be_without_refuses_it(desk: Any, header: str) -> None:
    file = desk.land_file("crm/prospects.csv", f"prospect_id,{header}\n1,2026-01-05\n")
    assert file.outcome == "refused"
    assert file.reason == (
        "the column 'detected_at' is required where there is one, and "
        f"'{header}' looks like it: rename it to 'detected_at', or to something else if it is not "
        "that column"
    )


@pytest.mark.parametrize(
    "header", ["created_at", "deleted_at", "selected_at", "contacted_at", "first seen", "rejected"]
)
def test_another_column_is_no_misspelt_one(desk: Any, header: str) -> None:
    file = desk.land_file("crm/prospects.csv", f"prospect_id,{header}\n1,2026-01-05\n")
    assert file.outcome == "landed"
    assert file.unknown_columns == (header,)


def test_a_missing_required_column_refuses_the_file(desk: Any) -> None:
    file = desk.land_file("crm/accounts.csv", "account_id,nom,sector\n1,Acme,x\n")
    assert file.outcome == "refused"
    assert file.reason == (
        "the required column 'name' is missing; the nearest header is 'nom': "
        "rename it to 'name' if it is that column"
    )
    assert desk.rows("accounts") == []


def test_two_headers_for_one_column_refuse_the_file(desk: Any) -> None:
    file = desk.land_file("crm/accounts.csv", "account_id,name, NAME\n1,Acme,Acme\n")
    assert file.outcome == "refused"
    assert "two headers match the column 'name': 'name' (cell 2) and 'NAME' (cell 3)" in file.reason


def test_a_file_without_header_is_refused(desk: Any) -> None:
    file = desk.land_file("crm/accounts.csv", "1,Acme,x\n2,Bolt,y\n")
    assert file.outcome == "refused"
    assert file.reason.startswith("no header row: the first row (cells: 3) names no ")
    assert "required column of accounts; it must name at least 'account_id', 'name'" in file.reason


def test_a_file_of_blank_lines_is_refused(desk: Any) -> None:
    file = desk.land_file("crm/accounts.csv", "\n\r\n\n")
    assert file.outcome == "refused"
    assert "only blank lines" in file.reason


def test_a_header_without_rows_is_an_empty_file_and_no_error(desk: Any) -> None:
    file = desk.land_file("crm/accounts.csv", "account_id,name")
    assert (file.outcome, file.records, file.landed) == ("landed", 0, 0)


# Rows --------------------------------------------------------------------------------------------


def test_a_row_with_another_number_of_cells_is_rejected_with_its_number_and_text(desk: Any) -> None:
    file = desk.land_file(
        "crm/accounts.csv",
        ACCOUNTS + '1,"A\nB",x\n2,Bolt\n\n3,Cool,y,too many\n4,Dyn,z\n5,Eta,z,\n',
    )
    assert (file.records, file.landed, file.structural_rejects) == (5, 2, 3)
    assert desk.values("accounts", "account_id", "name") == [("1", "A\nB"), ("4", "Dyn")]
    assert [
        (row["file"], row["entity"], row["row_number"], row["rule"], row["raw"])
        for row in desk.rejects()
    ] == [
        ("crm/accounts.csv", "accounts", 2, "cell_count", "2,Bolt"),
        ("crm/accounts.csv", "accounts", 3, "cell_count", "3,Cool,y,too many"),
        ("crm/accounts.csv", "accounts", 5, "cell_count", "5,Eta,z,"),
    ]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", ["", "\n\n"])
def test_every_line_end_is_normal(desk: Any, line_end: str, last: str) -> None:
    lines = ["account_id,name,sector", '1,"A\r\nB",x', "2,Bolt,y"]
    file = desk.land_file("crm/accounts.csv", line_end.join(lines) + last)
    assert (file.records, file.landed) == (2, 2)
    assert desk.values("accounts", "name", "sector") == [("A\r\nB", "x"), ("Bolt", "y")]


def test_mixed_line_ends_and_blank_lines_are_normal(desk: Any) -> None:
    file = desk.land_file(
        "crm/accounts.csv", '\n\naccount_id,name\r\n1,"A\nB"\n\n\r\n2,Bolt\r3,Cool\r\n'
    )
    assert (file.records, file.landed) == (3, 3)
    assert desk.values("accounts", "account_id", "name") == [
        ("1", "A\nB"),
        ("2", "Bolt"),
        ("3", "Cool"),
    ]


def test_a_quote_inside_a_cell_is_text(desk: Any) -> None:
    file = desk.land_file("crm/accounts.csv", ACCOUNTS + '1,5" pipe,"say ""hi"""\n2,a""b,c"\n')
    assert (file.records, file.landed) == (2, 2)
    assert desk.values("accounts", "name", "sector") == [
        ('5" pipe', 'say "hi"'),
        ('a""b', 'c"'),
    ]


def test_text_beside_a_quoted_text_is_kept(desk: Any) -> None:
    desk.land_file("crm/accounts.csv", ACCOUNTS + '1,"Acme" Ltd, "x"\n')
    assert desk.values("accounts", "name", "sector") == [("Acme Ltd", ' "x"')]


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ('1,Acme,x\n2,"Bolt,y\n3,Cool,z\n', "row 2 (line 3 of the file, column 'name')"),
        ('1,"A",x\n2,"Bolt,y\n3,"Cool",z\n', "row 2 (line 3 of the file, column 'name')"),
        ('1,"A\nB","x\n', "row 1 (line 3 of the file, column 'sector')"),
    ],
)
def test_a_quote_that_never_closes_refuses_the_file(desk: Any, content: str, place: str) -> None:
    file = desk.land_file("crm/accounts.csv", ACCOUNTS + content)
    assert file.outcome == "refused"
    assert file.reason.startswith(f"a quote is opened but not closed in {place}")
    assert desk.rows("accounts") == []


def test_cells_of_megabytes_are_normal(desk: Any) -> None:
    large = "x" * 3_000_000
    file = desk.land_file("crm/accounts.csv", ACCOUNTS + f"1,{large},a\n2,Bolt,b\n")
    assert (file.records, file.landed) == (2, 2)
    assert desk.values("accounts", "name") == [(large,), ("Bolt",)]


def test_empty_cells_are_null_and_blanks_are_kept(desk: Any) -> None:
    desk.land_file("crm/accounts.csv", ACCOUNTS + '1,"",\n2, , x \n')
    assert desk.values("accounts", "name", "sector") == [(None, None), (" ", " x ")]


def test_rows_keep_the_order_of_the_file(desk: Any) -> None:
    lines = "".join(f"{number},n{number},s\n" for number in range(200_000))
    desk.land_file("crm/accounts.csv", ACCOUNTS + lines)
    assert desk.values("accounts", "account_id") == [(str(number),) for number in range(200_000)]


# Encodings and delimiters ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "reported"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16"),
        ("cp1252", "cp1252"),
        ("latin-1", "cp1252"),
    ],
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encoding_and_delimiter_are_detected(
    desk: Any, encoding: str, reported: str, delimiter: str
) -> None:
    content = 'account_id,name,sector\n1,Société Générale,"a\nb"\n2,Crème & Cie,é\n'
    file = desk.land_file("crm/accounts.csv", content.replace(",", delimiter).encode(encoding))
    assert (file.encoding, file.delimiter) == (reported, delimiter)
    assert desk.values("accounts", "name", "sector") == [
        ("Société Générale", "a\nb"),
        ("Crème & Cie", "é"),
    ]


def test_utf_16_with_the_high_byte_first_is_read(desk: Any) -> None:
    content = b"\xfe\xff" + (ACCOUNTS + "1,Société,日本\n").encode("utf-16-be")
    desk.land_file("crm/accounts.csv", content)
    assert desk.values("accounts", "name", "sector") == [("Société", "日本")]


def test_the_euro_sign_of_excel_survives(desk: Any) -> None:
    desk.land_file("crm/accounts.csv", (ACCOUNTS + "1,Œuvre à 5 €…,é\n").encode("cp1252"))
    assert desk.values("accounts", "name") == [("Œuvre à 5 €…",)]


def test_the_files_of_a_source_decide_its_encoding_together(desk: Any) -> None:
    desk.put("crm/accounts.csv", "account_id,name\n1,Société\n2,Crème\n")
    desk.put("crm/products.csv", b"product_id,name\n1,caf\xe9\n")
    desk.land()
    assert desk.values("products", "name") == [("caf\ufffd",)]
    desk.put("crm/accounts.csv", "account_id,name\n1,Société Crème\n".encode("cp1252"))
    desk.put("crm/products.csv", b"product_id,name\n1,caf\xe9\n2,plain\n")
    desk.put("crm/reps.csv", "rep_id,name\n1,Zoé\n")
    desk.land(loaded_at=None)
    assert desk.values("products", "name")[1:] == [("café",), ("plain",)]
    assert desk.values("reps", "name") == [("Zoé",)]


def test_bytes_of_another_encoding_cost_only_their_cells(desk: Any) -> None:
    desk.put("sources.yml", "sources: {crm: {encoding: utf-8}}")
    file = desk.land_file("crm/accounts.csv", ACCOUNTS.encode() + b"1,Ren\xe9,x\n2,Ren\xe9,y\n")
    assert (file.records, file.landed) == (2, 2)
    assert desk.values("accounts", "account_id", "name", "sector") == [
        ("1", "Ren\ufffd", "x"),
        ("2", "Ren\ufffd", "y"),
    ]


def test_nul_bytes_cost_only_their_cells(desk: Any) -> None:
    file = desk.land_file("crm/accounts.csv", ACCOUNTS + "1,A\0B,x\n2,Bolt,y\n")
    assert (file.records, file.landed) == (2, 2)
    assert desk.values("accounts", "name") == [("A\ufffdB",), ("Bolt",)]


def test_declared_values_win(desk: Any) -> None:
    desk.put("sources.yml", "sources: {crm: {encoding: latin-1, delimiter: ';', decimal: ','}}")
    file = desk.land_file("crm/products.csv", b"product_id;name;unit_cost\n1;caf\xe9;1.50\n")
    assert (file.encoding, file.delimiter, file.decimal) == ("latin-1", ";", ",")
    assert desk.values("products", "name", "unit_cost") == [("café", "1.50")]


def test_a_delimiter_that_only_one_file_has_is_seen_in_its_headers(desk: Any) -> None:
    desk.put("crm/accounts.csv", "account_id,name,sector\n1,A;B,x\n")
    file = desk.land_file("crm/products.csv", "product_id;name\n1;x,y\n")
    assert file.delimiter == ";"
    assert desk.values("accounts", "name") == [("A;B",)]
    assert desk.values("products", "name") == [("x,y",)]


@pytest.mark.parametrize(
    ("amounts", "decimal"),
    [
        (["12,50", "1 020,50 €", "3"], ","),
        (["12.50", "1,020.50", "3"], "."),
        (["1.234.567,8"], ","),
        (["0,125"], ","),
        (["1,234", "1.234", "7", ""], None),
        (["1234,500"], ","),
        (["1.234.567"], ","),
        (["1,234,567"], "."),
        (["12.5", "12.5", "12,5"], "."),
    ],
)
def test_the_decimal_mark_is_detected(desk: Any, amounts: list[str], decimal: str | None) -> None:
    lines = "".join(f"{number};p;{amount}\n" for number, amount in enumerate(amounts))
    file = desk.land_file("crm/products.csv", "product_id;name;unit_cost\n" + lines)
    assert file.decimal == decimal


# Containers --------------------------------------------------------------------------------------


def test_gzip_is_unpacked(desk: Any) -> None:
    file = desk.land_file("crm/accounts_2026.csv.gz", gz(ACCOUNTS + "1,Acme,x\n2,Bolt\n"))
    assert (file.outcome, file.records, file.structural_rejects) == ("landed", 2, 1)
    assert desk.values("accounts", "name", "_file") == [("Acme", "crm/accounts_2026.csv.gz")]


def test_the_entities_of_a_zip_are_landed_and_other_members_named(desk: Any) -> None:
    desk.put(
        "crm/export.zip",
        zip_of(
            {
                "accounts.csv": ACCOUNTS + "1,Acme,x\n",
                "tables/products_a.csv": "product_id,name\n1,café\n",
                "reps.csv.gz": gz("rep_id,name\n1,Zoe\n"),
                "readme.txt": "hello",
                "acounts.csv": "x",
                "__MACOSX/._accounts.csv": b"\0\0",
            }
        ),
    )
    report = desk.land()
    assert {file.file.removeprefix("crm/export.zip!"): file.outcome for file in report.files} == {
        "accounts.csv": "landed",
        "tables/products_a.csv": "landed",
        "reps.csv.gz": "landed",
        "readme.txt": "ignored",
        "acounts.csv": "unknown_entity",
        "__MACOSX/._accounts.csv": "ignored",
    }
    assert desk.values("accounts", "name", "_file") == [("Acme", "crm/export.zip!accounts.csv")]
    assert desk.values("products", "name") == [("café",)]
    assert desk.values("reps", "name") == [("Zoe",)]


def test_parquet_is_landed_as_text(desk: Any) -> None:
    desk.exports.joinpath("crm").mkdir(parents=True)
    target = desk.exports / "crm" / "deals.parquet"
    duckdb.sql(f"""
        copy (
            select 7 as Deal_ID, 'x' || chr(0) as stage, 'won' as status,
                12.50::decimal(9, 2) as amount, timestamp '2026-10-01 10:30:00' as created_at,
                date '2026-10-02' as expected_close_on, true as is_test, '' as currency,
                1.5 as colour
        ) to '{target}'
    """)
    (file,) = desk.land().files
    assert (file.outcome, file.records, file.landed) == ("landed", 1, 1)
    assert file.unknown_columns == ("colour",)
    assert desk.values(
        "deals",
        "deal_id",
        "stage",
        "amount",
        "created_at",
        "expected_close_on",
        "is_test",
        "currency",
    ) == [("7", "x\ufffd", "12.50", "2026-10-01 10:30:00", "2026-10-02", "true", None)]


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("accounts.csv", b"", "empty (zero bytes)"),
        ("accounts.csv.gz", b"", "empty (zero bytes)"),
        ("accounts.csv.gz", gzip.compress(b""), "holds nothing"),
        ("accounts.csv.gz", b"account_id,name\n1,Acme\n", "named .gz but is not gzip"),
        ("accounts.csv.gz", gzip.compress(b"account_id,name\n" * 900)[:-9], "cut off or damaged"),
        ("accounts.csv", zipped(xl__workbook=b"x"), "an Excel workbook"),
        ("accounts.csv", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....", "an old Excel workbook"),
        ("accounts.csv", b"\n <!DOCTYPE html><html>", "a web page"),
        ("accounts.csv", b"\xef\xbb\xbf<html lang='fr'>", "a web page"),
        ("accounts.csv", gzip.compress(b"account_id,name\n"), "name it .csv.gz"),
        ("accounts.xlsx", b"PK\x03\x04", "the workbook cannot be opened"),
        ("accounts.xls", b"x", "an old Excel workbook is not read; save it as .xlsx or CSV"),
        ("accounts.ods", b"PK\x03\x04", "a spreadsheet is not read; save it as .xlsx or CSV"),
        ("accounts.zip", zipped(accounts_csv=b"account_id,name\n1,A\n")[:-40], "cannot be opened"),
        ("accounts.zip", b"account_id,name\n", "cannot be opened"),
        ("accounts.parquet", b"account_id,name\n", "the Parquet file cannot be read"),
        ("export.zip", zip_of({"../accounts.csv": "account_id,name\n"}), "leave its folder"),
        ("export.zip", zip_of({"a/..\\..\\accounts.csv": "x"}), "leave its folder"),
        ("export.zip", zip_of({"/accounts.csv": "account_id,name\n"}), "leave its folder"),
    ],
    ids=lambda value: value if isinstance(value, str) else "content",  # gzip writes the time
)
def test_a_file_that_cannot_be_opened_is_refused_with_its_reason(
    desk: Any, name: str, content: bytes, expected: str
) -> None:
    file = desk.land_file(f"crm/{name}", content)
    assert file.outcome == "refused"
    assert expected in file.reason
    assert desk.rows("accounts") == []


def test_a_member_that_is_larger_than_it_says_is_refused(desk: Any) -> None:
    content = b"account_id,name\n" + b"1,Acme\n" * 1000
    for name in ("accounts.csv", "accounts.xlsx", "accounts.parquet"):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, content)
        said = struct.pack("<I", 100)
        data = packed.getvalue().replace(struct.pack("<I", len(content)), said)
        assert data.count(said) == 2
        desk.put(f"{name.replace('.', '_')}/export.zip", data)
        assert list(beginnings(desk.exports / f"{name.replace('.', '_')}/export.zip")) == []
    report = desk.land()
    assert [file.outcome for file in report.files] == ["refused"] * 3
    assert all("the member is damaged (Bad CRC" in str(file.reason) for file in report.files)


@pytest.mark.parametrize(("place", "value"), [(8, 99), (8, 14)])
def test_a_member_that_cannot_be_unpacked_is_refused(desk: Any, place: int, value: int) -> None:
    """It is packed in a way that nobody knows, or says that it is LZMA and is not."""
    data = bytearray(zip_of({"accounts.csv": "account_id,name\n1,A\n" * 9}))
    directory = data.rindex(b"PK\x01\x02")
    data[place] = data[directory + place + 2] = value
    desk.put("crm/export.zip", bytes(data))
    (file,) = desk.land().files
    assert (file.file, file.outcome) == ("crm/export.zip!accounts.csv", "refused")
    assert str(file.reason).startswith("the member ")


def test_a_name_that_was_told_beside_the_name_is_kept() -> None:
    archive = zipfile.ZipFile(io.BytesIO(zip_of({"a.csv": "x"})))
    archive.infolist()[0].filename = "客户.csv"
    assert [member.path for member in members(archive)] == ["客户.csv"]


def test_a_zip_whose_places_are_wrong_is_refused(desk: Any) -> None:
    data = bytearray(zip_of({"accounts.csv": "account_id,name\n1,A\n"}))
    place = data.rindex(b"PK\x05\x06") + 16
    data[place : place + 4] = struct.pack("<I", 9999)
    desk.put("crm/export.zip", bytes(data))
    (file,) = desk.land().files
    assert file.outcome == "refused"
    assert "copy or export it again" in str(file.reason)


def test_a_zip_with_a_bad_member_keeps_its_other_members_out(desk: Any) -> None:
    desk.put(
        "crm/export.zip",
        zip_of({"accounts.csv": "account_id,name\n1,A\n", "../products.csv": "product_id,name\n"}),
    )
    report = desk.land()
    assert [(file.file, file.outcome) for file in report.files] == [("crm/export.zip", "refused")]
    assert desk.rows("accounts") == []


def test_a_refused_file_keeps_no_other_file_out(desk: Any) -> None:
    desk.put("crm/deals.csv", "")
    desk.put("crm/accounts.csv", ACCOUNTS + "1,Acme,x\n")
    report = desk.land()
    assert [file.file for file in report.refused] == ["crm/deals.csv"]
    assert desk.values("accounts", "name") == [("Acme",)]


# Names -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "entity"),
    [
        ("accounts.csv", "accounts"),
        ("Accounts.CSV", "accounts"),
        ("accounts_2026-10.csv", "accounts"),
        ("deal_stages_old.csv", "deal_stages"),
        ("deals_old.csv", "deals"),
        (" accounts .csv", "accounts"),
        ("accounts_[final] 'v2'*.csv", "accounts"),
    ],
)
def test_the_name_of_a_file_names_its_entity(desk: Any, name: str, entity: str) -> None:
    columns = {
        "accounts": "account_id,name\n1,x\n",
        "deals": "deal_id,stage,status\n1,x,won\n",
        "deal_stages": "deal_id,stage,entered_at\n1,x,2026-01-01\n",
    }
    file = desk.land_file(f"crm/{name}", columns[entity])
    assert (file.outcome, file.entity, file.landed) == ("landed", entity, 1)
    assert desk.values(entity, "_file") == [(f"crm/{name}",)]


@pytest.mark.parametrize(
    ("name", "nearest"),
    [("acount.csv", "accounts"), ("deals-2026.csv", "deals"), ("prospect.csv.gz", "prospects")],
)
def test_a_file_of_no_entity_is_left_out_and_named_with_the_nearest(
    desk: Any, name: str, nearest: str
) -> None:
    file = desk.land_file(f"crm/{name}", b"x")
    assert file.outcome == "unknown_entity"
    assert f"the nearest is '{nearest}'" in file.reason
    assert desk.loads() == []


def test_a_zip_may_hold_a_name_twice_and_paths_as_windows_writes_them(desk: Any) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # zipfile warns of what this test is about
        archive.writestr("accounts.csv", "account_id,name\n1,Acme\n")
        archive.writestr("accounts.csv", "account_id,name\n2,Bolt\n")
        archive.writestr("export\\accounts_old.csv", "account_id,name\n3,Cold\n")
    desk.put("crm/all.zip", content.getvalue())
    report = desk.land()
    assert [(file.file, file.landed) for file in report.files] == [
        ("crm/all.zip!accounts.csv", 1),
        ("crm/all.zip!accounts.csv (2)", 1),
        ("crm/all.zip!export/accounts_old.csv", 1),
    ]


def test_a_zip_without_a_file_is_refused(desk: Any) -> None:
    content = io.BytesIO()
    zipfile.ZipFile(content, "w").close()
    file = desk.land_file("crm/all.zip", content.getvalue())
    assert (file.outcome, file.reason) == (
        "refused",
        "the zip holds no file: export it again",
    )


IRREGULAR = [
    ("joined exports", "a,b\n1,2\na,b\n\n3,4\na,b\n", True),
    ("joined exports of Windows", "\ufeffa,b\r\n1,2\r\na,b\r\n3,4\r\n", True),
    ("quoted headers", '"a","b"\n1,2\n"a","b"\n3,4\n', True),
    ("a header in a text", 'a,b\n1,"2\na,b\n"\na,b\n', False),
    ("a header in another writing", "a,b\n1,2\n a , B\n3,4\n", False),
    ("a surplus empty cell", "a,b\n1,2\n3,4,\n5,6\n", True),
    ("surplus cells of Windows", "\ufeffa,b\r\n1,2,\r\nyy\r\n3,4,5\r\n6,7\r\n,,\r\n", True),
    ("surplus cells and a header", 'a,b\n"1,\n",2\na,b\n3,"4,\n",', True),
    ("a masked word in a cell of its own", "a,b\n1,2,\nxxx\n3,4\n", False),
]


@pytest.mark.parametrize(
    ("content", "is_quick"), [each[1:] for each in IRREGULAR], ids=[each[0] for each in IRREGULAR]
)
def test_an_irregular_record_is_the_same_reject_however_the_file_is_read(
    desk: Any, monkeypatch: pytest.MonkeyPatch, content: str, is_quick: bool
) -> None:
    """Common irregularities need no slow reading; where it is in doubt they are read slowly."""
    for short, long in (("a", "rep_id"), ("b", "name"), ("B", "NAME")):
        content = content.replace(short, long)
    desk.put("crm/reps.csv", content)
    found = []
    for most in (second_look.MOST_IRREGULAR, 0):
        monkeypatch.setattr(second_look, "MOST_IRREGULAR", most)
        read_slowly = Mock(side_effect=read_with_python)
        monkeypatch.setattr(reading, "read_with_python", read_slowly)
        desk.land()
        rejects = sorted(
            (row["row_number"], row["rule"], row["raw"].strip(",")) for row in desk.rejects()
        )
        found.append((desk.values("reps", "rep_id", "name"), rejects))
        assert read_slowly.called is not (is_quick and most > 0)
        shutil.rmtree(desk.paths.landing)
    assert found[0] == found[1]
    assert {"repeated_header", "cell_count"} & {rule for _, rule, _ in found[0][1]}
