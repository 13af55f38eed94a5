"""Files as they come, one source each, and what the export contract says must become of them.

What belongs here: the files and the expected outcome, as data. What does not: refreshing them and
comparing (see `test_dirty_files.py`).
"""

import gzip
import io
import unicodedata
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

Figures = tuple[int, int, int, int, int, int, int]
"""records, landed, structural rejects, current, superseded, duplicates, value rejects."""


@dataclass(frozen=True)
class Case:
    """One source.

    Attributes:
        source: its name, which says what is special about its files.
        files: path in the source's folder → content.
        settings: its entry in `sources.yml`.
        figures: file → its line of the reconciliation.
        refused: file → words of the reason for which it is refused.
        left_out: file → outcome and words of the reason.
        rejects: (row number, column, rule) of every rejected row, of all files.
        issues: (column, rule) → number of values that were dropped or flagged.
        values: query on the warehouse in which `{source}` stands for the source → its rows.

    """

    source: str
    files: Mapping[str, bytes | str]
    settings: str = ""
    figures: Mapping[str, Figures] = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)
    left_out: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    rejects: tuple[tuple[int, str | None, str], ...] = ()
    issues: Mapping[tuple[str, str], int] = field(default_factory=dict)
    values: Mapping[str, list[tuple[object, ...]]] = field(default_factory=dict)

    def write(self, exports: Path) -> None:
        """Write the files into the export folder."""
        for name, content in self.files.items():
            path = exports / self.source / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)


def all_current(records: int) -> Figures:
    """Return the figures of a file in which every record is a record of its own."""
    return (records, records, 0, records, 0, 0, 0)


def zip_of(members: Mapping[str, bytes | str]) -> bytes:
    """Return a zip."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def parquet_of(rows: str | Mapping[str, list[str]]) -> bytes:
    """Return what a query gives, or columns, as a Parquet file."""
    sink = io.BytesIO()
    with duckdb.connect() as connection:
        table = connection.sql(rows).to_arrow_table() if isinstance(rows, str) else pa.table(rows)
        pq.write_table(table, sink)
    return sink.getvalue()


NAMES = "select account_id, name from staging.stg_generic__accounts where source = '{source}' order by load_row"
ACCOUNTS = "account_id,name,city\n"
ACCENTS = (
    "account_id;name;city\nA1;Société Générale;Orléans\nA2;Crème & Cie;Évry\nA3;Œuvre à 5 €;Nîmes\n"
)
LATIN = (
    "account_id;name;city\nA1;Société Générale;Orléans\nA2;Crème & Cie;Évry\nA3;Façade à 5;Nîmes\n"
)
ACCENTED = [("A1", "Société Générale"), ("A2", "Crème & Cie"), ("A3", "Œuvre à 5 €")]
LATIN_NAMES = [("A1", "Société Générale"), ("A2", "Crème & Cie"), ("A3", "Façade à 5")]
TWO = [("A1", "One"), ("A2", "Two")]


def refusal(source: str, name: str, content: bytes | str, words: str) -> Case:
    """Return a case of one file that is refused whole beside one that is not."""
    good = "reps.csv" if not name.startswith("reps") else "accounts.csv"
    content_of_good = "rep_id,name\nR1,Zoé\n" if good == "reps.csv" else ACCOUNTS + "A1,One,\n"
    return Case(
        source,
        {name: content, good: content_of_good},
        figures={good: all_current(1)},
        refused={name: words},
    )


ENCODINGS = [
    Case(
        f"written_in_{label}",
        {"accounts.csv": text.encode(encoding) if not prefix else prefix + text.encode(encoding)},
        settings,
        figures={"accounts.csv": all_current(3)},
        values={NAMES: expected},
    )
    for label, encoding, prefix, text, settings, expected in [
        ("utf_8", "utf-8", b"", ACCENTS, "", ACCENTED),
        ("utf_8_with_mark", "utf-8-sig", b"", ACCENTS, "", ACCENTED),
        ("utf_8_with_two_marks", "utf-8-sig", b"\xef\xbb\xbf", ACCENTS, "", ACCENTED),
        ("utf_16_le_with_mark", "utf-16-le", b"\xff\xfe", ACCENTS, "", ACCENTED),
        ("utf_16_be_with_mark", "utf-16-be", b"\xfe\xff", ACCENTS, "", ACCENTED),
        ("utf_16_le", "utf-16-le", b"", ACCENTS, "", ACCENTED),
        ("utf_16_be", "utf-16-be", b"", ACCENTS, "", ACCENTED),
        ("utf_16_declared", "utf-16-le", b"", ACCENTS, "encoding: utf-16-le", ACCENTED),
        ("cp1252", "cp1252", b"", ACCENTS, "", ACCENTED),
        ("cp1252_declared", "cp1252", b"", ACCENTS, "encoding: cp1252", ACCENTED),
        ("latin_1", "latin-1", b"", LATIN, "", LATIN_NAMES),
        ("latin_1_declared", "latin-1", b"", LATIN, "encoding: latin-1", LATIN_NAMES),
        ("latin_9_declared", "iso-8859-15", b"", ACCENTS, "encoding: iso-8859-15", ACCENTED),
    ]
]

REFUSED = [
    refusal("no_bytes", "accounts.csv", b"", "empty"),
    refusal("mark_only", "accounts.csv", b"\xef\xbb\xbf", "header"),
    refusal("blank_lines_only", "accounts.csv", "\n\r\n\r", "header"),
    refusal("no_header", "accounts.csv", "A1,One,Paris\nA2,Two,Lyon\n", "no header row"),
    refusal(
        "no_header_but_a_word_of_it",
        "activities.csv",
        "T1,2026-01-07 09:00,email,outbound,sent\nT2,2026-01-08 09:00,email,outbound,sent\n",
        "no header row",
    ),
    refusal("missing_column", "accounts.csv", "account_id,nom\nA1,One\n", "nom"),
    refusal("missing_columns", "accounts.csv", "Account ID,Nom\nA1,One\n", "Account ID"),
    refusal("header_in_small_print", "deals.csv", "deal_id,stage\nD1,won\n", "status"),
    refusal(
        "twice_one_header", "accounts.csv", "account_id,name,Name \nA1,One,Uno\n", "two headers"
    ),
    refusal(
        "twice_one_header_by_its_mark",
        "accounts.csv",
        "\ufeffaccount_id,name,\ufeffACCOUNT_ID\nA1,One,A1\n",
        "two headers",
    ),
    refusal("open_quote", "accounts.csv", ACCOUNTS + 'A1,"One,Paris\nA2,Two,Lyon\n', "quote"),
    refusal("open_quote_last", "accounts.csv", ACCOUNTS + 'A1,One,Paris\nA2,Two,"Lyon', "quote"),
    refusal(
        "open_quote_in_header", "accounts.csv", 'account_id,"name,city\nA1,One,Paris\n', "quote"
    ),
    refusal(
        "open_quote_before_others",
        "accounts.csv",
        ACCOUNTS + 'A1,"One,Paris\nA2,"Two",Lyon\nA3,"Three",Nice\n',
        "quote",
    ),
    refusal(
        "truncated_gzip",
        "accounts.csv.gz",
        gzip.compress((ACCOUNTS + "A,B,C\n" * 999).encode())[:-12],
        "cut off",
    ),
    refusal("empty_gzip", "accounts.csv.gz", b"", "empty"),
    refusal("gzip_of_nothing", "accounts.csv.gz", gzip.compress(b""), "nothing"),
    refusal("text_named_gzip", "accounts.csv.gz", ACCOUNTS + "A1,One,\n", "not gzip"),
    refusal("gzip_named_csv", "accounts.csv", gzip.compress(b"account_id,name\n"), "gzip"),
    refusal("workbook_named_csv", "accounts.csv", zip_of({"xl/workbook.xml": "<x/>"}), "Excel"),
    refusal(
        "old_workbook_named_csv",
        "accounts.csv",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99,
        "Excel",
    ),
    refusal(
        "workbook_in_gzip", "accounts.csv.gz", gzip.compress(zip_of({"xl.xml": "<x/>"})), "Excel"
    ),
    refusal(
        "web_page_named_csv",
        "accounts.csv",
        "<!DOCTYPE html>\n<html><body>Sign in</body>",
        "web page",
    ),
    refusal(
        "web_page_with_comment",
        "accounts.csv",
        "<!-- saved -->\n<html>\n<body>x</body></html>",
        "web page",
    ),
    refusal(
        "web_page_in_utf_16",
        "accounts.csv",
        b"\xff\xfe" + "<html><table><tr><td>account_id</td></tr>".encode("utf-16-le"),
        "web page",
    ),
    refusal("text_named_zip", "accounts.zip", ACCOUNTS + "A1,One,\n", "zip"),
    refusal(
        "truncated_zip",
        "accounts.zip",
        zip_of({"accounts.csv": ACCOUNTS + "A1,One,\n"})[:-30],
        "zip",
    ),
    refusal(
        "zip_that_leaves_its_folder",
        "all.zip",
        zip_of({"accounts.csv": ACCOUNTS + "A1,One,\n", "../deals.csv": "x"}),
        "leave its folder",
    ),
    refusal(
        "parquet_with_one_column_twice",
        "accounts.parquet",
        parquet_of({"account_id": ["A1"], "name": ["One"], "Name": ["Uno"]}),
        "two headers",
    ),
    refusal("text_named_parquet", "accounts.parquet", ACCOUNTS + "A1,One,\n", "Parquet"),
]

NAMES_OF_FILES = [
    Case(
        "names",
        {
            "acounts.csv": ACCOUNTS + "A1,One,\n",
            "prospect.csv.gz": gzip.compress(b"x"),
            "deals-2026.csv": "deal_id,stage,status\nD1,a,won\n",
            "Accounts_2026-10 (1).CSV": ACCOUNTS + "A1,One,\n",
            "accounts_b.csv.gz": gzip.compress((ACCOUNTS + "A2,Two,\n").encode()),
            "deal_stages_2026.csv": "deal_id,stage,entered_at\nD1,a,2026-01-01\n",
            "reps.xlsx": b"PK\x03\x04",
            "notes.txt": "hello",
            "deals.csv.part": "deal_id,stage,status\nD2,a,won\n",
            ".DS_Store": b"\0",
            "archive/accounts.csv": ACCOUNTS + "A9,Nine,\n",
        },
        figures={
            "Accounts_2026-10 (1).CSV": all_current(1),
            "accounts_b.csv.gz": all_current(1),
            "deal_stages_2026.csv": all_current(1),
        },
        refused={"reps.xlsx": "Excel"},
        left_out={
            "acounts.csv": ("unknown_entity", "'accounts'"),
            "prospect.csv.gz": ("unknown_entity", "'prospects'"),
            "deals-2026.csv": ("unknown_entity", "'deals'"),
            "notes.txt": ("ignored", ".csv"),
            "deals.csv.part": ("ignored", "still being written"),
            "archive": ("refused", "not read: 1, move them up"),
        },
        values={NAMES: TWO},
    ),
    Case(
        "zip_with_foreign_members",
        {
            "all.zip": zip_of(
                {
                    "accounts.csv": ACCOUNTS + "A1,One,\n",
                    "export/accounts_b.csv": ACCOUNTS + "A2,Two,\n",
                    "readme.txt": "hello",
                    "pictures/logo.png": b"\x89PNG",
                    "acounts.csv": ACCOUNTS,
                    "deals.csv": "deal_id,stage\nD1,a\n",
                    "__MACOSX/._accounts.csv": b"\0",
                }
            ),
        },
        figures={
            "all.zip!accounts.csv": all_current(1),
            "all.zip!export/accounts_b.csv": all_current(1),
        },
        refused={"all.zip!deals.csv": "status"},
        left_out={
            "all.zip!readme.txt": ("ignored", ""),
            "all.zip!pictures/logo.png": ("ignored", ""),
            "all.zip!acounts.csv": ("unknown_entity", "'accounts'"),
        },
        values={NAMES: TWO},
    ),
    Case(
        "the_same_file_twice",
        {
            "accounts.csv": ACCOUNTS + "A1,One,Paris\nA2,Two,Lyon\n",
            "accounts_copy.csv": ACCOUNTS + "A1,One,Paris\nA2,Two,Lyon\n",
        },
        figures={"accounts.csv": all_current(2), "accounts_copy.csv": (2, 2, 0, 0, 0, 2, 0)},
    ),
    Case(
        "parts_of_one_export",
        {
            "accounts_1.csv": ACCOUNTS + "A1,One,Paris\n",
            "accounts_2.csv": "name,account_id\nTwo,A2\n",
            "accounts_3.csv": "account_id,name,city,sector\n",
        },
        figures={
            "accounts_1.csv": all_current(1),
            "accounts_2.csv": all_current(1),
            "accounts_3.csv": all_current(0),
        },
        values={NAMES: TWO},
    ),
]

HEADERS = [
    Case(
        "headers_in_other_forms",
        {
            "accounts.csv": "\ufeff CITY ,\tNAME\t, Account_ID\u00a0,Secteur\nParis,One,A1,x\n",
            "deals.csv": '"Stage","deal_id" ,"STATUS"\noffer,D1,open\n',
        },
        figures={"accounts.csv": all_current(1), "deals.csv": all_current(1)},
        values={
            NAMES: [("A1", "One")],
            "select unknown_columns from meta.loads where file = '{source}/accounts.csv'": [
                ("Secteur",)
            ],
        },
    ),
    Case(
        "unknown_columns_that_differ_in_form_only",
        {
            "accounts.csv": "account_id,name,"
            + unicodedata.normalize("NFD", "Région")
            + ",Région,note,note\nA1,One,a,b,c,d\n"
        },
        figures={"accounts.csv": all_current(1)},
        values={NAMES: [("A1", "One")]},
    ),
    Case(
        "header_only",
        {"accounts.csv": "account_id,name", "deals.csv": "deal_id;stage;status\r\n\r\n"},
        figures={"accounts.csv": all_current(0), "deals.csv": all_current(0)},
    ),
    Case(
        "same_typed_columns_swapped",
        {
            "accounts_1.csv": "account_id,name,city,region\nA1,One,Lyon,Rhône\n",
            "accounts_2.csv": "account_id,region,name,city\nA2,Nord,Two,Lille\n",
        },
        figures={"accounts_1.csv": all_current(1), "accounts_2.csv": all_current(1)},
        values={
            "select account_id, name, city, region from staging.stg_generic__accounts"
            " where source = '{source}' order by all": [
                ("A1", "One", "Lyon", "Rhône"),
                ("A2", "Two", "Lille", "Nord"),
            ]
        },
    ),
]

LINES = [
    Case(
        "mixed_line_ends",
        {
            "accounts.csv": ACCOUNTS.strip()
            + '\r\nA1,One,"a\nb"\nA2,Two,\r\n\r\n\nA3,Three,\rA4,"F\r\nour",x'
        },
        figures={"accounts.csv": all_current(4)},
        values={NAMES: [("A1", "One"), ("A2", "Two"), ("A3", "Three"), ("A4", "F\r\nour")]},
    ),
    Case(
        "old_line_ends",
        {"accounts.csv": (ACCOUNTS + "A1,One,\nA2,Two,\n").replace("\n", "\r")},
        figures={"accounts.csv": all_current(2)},
        values={NAMES: TWO},
    ),
    Case(
        "large_cells",
        {
            "accounts.csv": ACCOUNTS
            + f'A1,One,"{"x" * 2_500_000}"\nA2,Two,"a\n{"y," * 1_200_000}"\r\nA3,Three,\n'
        },
        figures={"accounts.csv": all_current(3)},
        values={
            "select account_id, length(city) from staging.stg_generic__accounts"
            " where source = '{source}' order by all": [
                ("A1", 2_500_000),
                ("A2", 2_400_002),
                ("A3", None),
            ]
        },
    ),
    Case(
        "ragged_rows",
        {
            "accounts.csv": ACCOUNTS
            + 'A1,One,Paris\nA2,Two\nA3,Three,Lyon,\nA4,Four,a,b\nA5\n,,\n,\n \nA6,Six,"a,b"\n'
            + "Grand Totals,6\nCopyright 2026\n"
        },
        figures={"accounts.csv": (7, 2, 5, 2, 0, 0, 0)},
        rejects=(
            (2, None, "cell_count"),
            (3, None, "cell_count"),
            (4, None, "cell_count"),
            (5, None, "cell_count"),
            (8, None, "cell_count"),
        ),
    ),
    Case(
        "delimiter_at_every_end",
        {"accounts.csv": "account_id,name,city,\nA1,One,Paris,\nA2,Two,,\n"},
        figures={"accounts.csv": all_current(2)},
        values={NAMES: TWO},
    ),
    Case(
        "quotes_in_a_cell",
        {
            "accounts.csv": ACCOUNTS
            + 'A1,5" pipe,"say ""hi"", twice"\nA2,"a\n""b""\n",Lyon\nA3,"",""\nA4,a""b,c"\n'
        },
        figures={"accounts.csv": (4, 4, 0, 3, 0, 0, 1)},
        rejects=((3, "name", "missing"),),
        values={NAMES: [("A1", '5" pipe'), ("A2", 'a\n"b"'), ("A3", None), ("A4", 'a""b')]},
    ),
    Case(
        "single_column_delimiters",
        {"accounts.csv": "account_id|name|city\nA1|One|a;b,c\nA2|Two|\t\n"},
        figures={"accounts.csv": all_current(2)},
        values={NAMES: TWO},
    ),
    Case(
        "tabs",
        {"accounts.csv": "account_id\tname\tcity\nA1\tOne\ta, b; c\nA2\tTwo\t\n"},
        figures={"accounts.csv": all_current(2)},
        values={NAMES: TWO},
    ),
    Case(
        "names_with_commas_between_semicolons",
        {"accounts.csv": "account_id;name;city\nA1;One, Inc;a,b\nA2;Two, Ltd;c,d\n"},
        figures={"accounts.csv": all_current(2)},
        values={NAMES: [("A1", "One, Inc"), ("A2", "Two, Ltd")]},
    ),
]

BYTES = [
    Case(
        "foreign_bytes_in_few_cells",
        {
            "accounts.csv": "account_id,name,city\nA1,Société,Orléans\nA2,Crème,Évry\n".encode()
            + b"A3,Caf\xe9,Tours\nA4,Four,Orl\xe9ans\nA\x81,Five,x\n"
        },
        figures={"accounts.csv": (5, 5, 0, 3, 0, 0, 2)},
        rejects=((3, "name", "encoding"), (5, "account_id", "encoding")),
        issues={("city", "encoding"): 1},
    ),
    Case(
        "more_foreign_bytes_than_accents",
        {
            "accounts.csv": "account_id,name,city\nA1,Société,Paris\n".encode()
            + b"A2,Two,Orl\xe9ans\nA3,Three,Orl\xe9ans\nA4,Four,Orl\xe9ans\n"
        },
        figures={"accounts.csv": all_current(4)},
        issues={("city", "encoding"): 3},
        values={NAMES: [("A1", "Société"), ("A2", "Two"), ("A3", "Three"), ("A4", "Four")]},
    ),
    Case(
        "nul_bytes",
        {"accounts.csv": ACCOUNTS + "A1,One,Pa\0ris\nA\0,Two,x\nA3,Th\0ree,x\nA4,Four,Lyon\n"},
        figures={"accounts.csv": (4, 4, 0, 2, 0, 0, 2)},
        rejects=((2, "account_id", "encoding"), (3, "name", "encoding")),
        issues={("city", "encoding"): 1},
    ),
    Case(
        "bytes_that_no_encoding_has",
        {
            "accounts.csv": ACCOUNTS.encode()
            + b"A1,One,\x81\x8d\nA2,Soci\xe9t\xe9,\xc9vry\nA3,Cr\xe8me,\x90x\n"
        },
        figures={"accounts.csv": all_current(3)},
        issues={("city", "encoding"): 2},
        values={NAMES: [("A1", "One"), ("A2", "Société"), ("A3", "Crème")]},
    ),
]


AMOUNTS = "deal_id;stage;status;amount\n"
AMOUNTS_READ = (
    "select deal_id, amount::double from staging.stg_generic__deals"
    " where source = '{source}' order by load_row"
)


def amounts(source: str, settings: str, dropped: int, **cells: tuple[str, float | None]) -> Case:
    """Return a case of one column of amounts: cell → what it reads as."""
    lines = [f'{name};a;open;"{cell}"' for name, (cell, _) in cells.items()]
    return Case(
        source,
        {"deals.csv": "\n".join([AMOUNTS.strip(), *lines, ""])},
        settings,
        figures={"deals.csv": all_current(len(cells))},
        issues={("amount", "decimal"): dropped} if dropped else {},
        values={AMOUNTS_READ: [(name, value) for name, (_, value) in cells.items()]},
    )


VALUES = [
    amounts(
        "decimal_comma_declared",
        'decimal: ","',
        1,
        A=("12 500,50", 12500.5),
        B=("12\u00a0500,50", 12500.5),
        C=("12\u202f500,50", 12500.5),
        D=("1.234", 1234),
        E=("1.234,5", 1234.5),
        F=("1,234", 1.234),
        G=("12.50", None),
        H=("-7,5", -7.5),
        I=("1.234.567", 1234567),
        J=("42", 42),
        K=("", None),
    ),
    amounts(
        "decimal_point_declared",
        'decimal: "."',
        1,
        A=("12,500.50", 12500.5),
        B=("12 500.50", 12500.5),
        C=("1.234", 1.234),
        D=("1,234", 1234),
        E=("12,50", None),
        F=("1,234,567", 1234567),
        G=("-0.5", -0.5),
    ),
    amounts("decimal_comma_seen", "", 0, A=("12,50", 12.5), B=("1.234,50", 1234.5), C=("7", 7)),
    amounts(
        "decimal_point_seen", "", 0, A=("12.50", 12.5), B=("1,234.50", 1234.5), C=("2,000", 2000)
    ),
    amounts(
        "decimal_mark_unknown",
        "",
        2,
        A=("1,234", None),
        B=("7", 7),
        C=("1.234", None),
        D=("12 000", 12000),
    ),
    amounts(
        "decimal_marks_mixed",
        "",
        3,
        A=("12,50", 12.5),
        B=("99,95", 99.95),
        C=("10.75", None),
        D=("1.234", None),
        E=("1,234", None),
        F=("7", 7),
    ),
    amounts(
        "amounts_that_are_not_plainly_numbers",
        'decimal: "."',
        17,
        A=("(100)", None),
        B=("100 €", None),
        C=("€100", None),
        D=("$1", None),
        E=("12%", None),
        F=("+5", None),
        G=("5-", None),
        H=("inf", None),
        I=("-Infinity", None),
        J=("nan", None),
        K=("1e5", None),
        L=("1E+05", None),
        M=("0x10", None),
        N=("1..2", None),
        O=("12,34,56", None),
        P=("100 EUR", None),
        Q=("--5", None),
        R=("-5", -5),
        S=(" 5 ", 5),
        T=("1 020.50", 1020.5),
    ),
    Case(
        "amounts_in_required_columns",
        {
            "order_lines.csv": "order_id,line_number,quantity,unit_price,discount_amount\n"
            "O1,1,1,10,\nO1,2,1,10 €,\nO1,3,nan,10,\nO1,4,1e3,1,\nO1,5.5,1,1,\nO1,6,1,1,5%\n",
            "orders.csv": "order_id,ordered_at,status\nO1,2026-01-05,placed\n",
        },
        figures={"order_lines.csv": (6, 6, 0, 2, 0, 0, 4), "orders.csv": all_current(1)},
        rejects=(
            (2, "unit_price", "decimal"),
            (3, "quantity", "decimal"),
            (4, "quantity", "decimal"),
            (5, "line_number", "integer"),
        ),
        issues={("discount_amount", "decimal"): 1},
    ),
    Case(
        "ids",
        {
            "accounts.csv": "account_id,name\n00042,One\n42,Two\n 00042\u00a0,Three\nab,Four\nAB,Five\n"
            '1.23457E+17,Six\n"1,23457E+17",Seven\n042.0,Eight\n\u202f ,Nine\nnull,Ten\n=1+1,Eleven\n'
            "1.91431e+18,Twelve\n1914310000000000000,Thirteen\n1.9143E18,Fourteen\n",
        },
        figures={"accounts.csv": (14, 14, 0, 7, 1, 0, 6)},
        rejects=(
            (6, "account_id", "rounded_id"),
            (7, "account_id", "rounded_id"),
            (9, "account_id", "missing"),
            (12, "account_id", "rounded_id"),
            (13, "account_id", "rounded_id"),
            (14, "account_id", "rounded_id"),
        ),
        issues={("account_id", "point_zero"): 1},
        values={
            "select account_id, name from staging.stg_generic__accounts anti join ("
            "select load_id, load_row from intermediate.int_record_versions where status <> 'current'"
            ") using (load_id, load_row) where source = '{source}' and reject_rule is null order by load_row": [
                ("42", "Two"),
                ("00042", "Three"),
                ("ab", "Four"),
                ("AB", "Five"),
                ("042.0", "Eight"),
                ("null", "Ten"),
                ("=1+1", "Eleven"),
            ]
        },
    ),
    Case(
        "closed_lists",
        {
            "deals.csv": "deal_id,stage,status\nD1,a, WON \nD2,a,Lost\u00a0\nD3,a,gagné\nD4,a,\nD5,a,OPEN\nD6,a,won.\n",
            "costs.csv": "cost_id,incurred_on,cost_type,nature,amount\n"
            "C1,2026-01-01,Tools, HUMAN ,1\nC2,2026-01-01,ads,humain,1\nC3,2026-01-01,,media,1\n",
            "activities.csv": "activity_id,occurred_at,channel,direction,outcome\n"
            "T1,2026-01-07, EMAIL ,Outbound,SENT\nT2,2026-01-07,fax,outbound,sent\n"
            "T3,2026-01-07,call,sortant,answered\nT4,2026-01-07,,inbound,\nT5,2026-01-07,call,outbound,Répondu\n"
            "T6,2026-01-07,call,outbound,gibberish\n",
        },
        figures={
            "deals.csv": (6, 6, 0, 1, 0, 0, 5),
            "costs.csv": (3, 3, 0, 2, 0, 0, 1),
            "activities.csv": (6, 6, 0, 4, 0, 0, 2),
        },
        rejects=(
            (1, "closed_at", "closed_without_a_date"),
            (2, "closed_at", "closed_without_a_date"),
            (3, "status", "closed_list"),
            (4, "status", "missing"),
            (6, "status", "closed_list"),
            (3, "cost_type", "missing"),
            (3, "direction", "closed_list"),
            (4, "channel", "missing"),
        ),
        issues={
            ("nature", "closed_list"): 1,
            ("channel", "closed_list"): 1,
            ("outcome", "call outbound (other)"): 1,  # one person bears it
        },
    ),
    Case(
        "scores_and_rates",
        {
            "survey_responses.csv": "response_id,survey,responded_at,score,scale_max\n"
            "R0,nps,2026-01-05,0,\nR1,nps,2026-01-05,10,\nR2,nps,2026-01-05,11,\nR3,nps,2026-01-05,-1,\n"
            "R4,csat,2026-01-05,0,\nR5,csat,2026-01-05,5,\nR6,csat,2026-01-05,6,\nR7,csat,2026-01-05,9,10\n"
            "R8,ces,2026-01-05,7,\nR9,ces,2026-01-05,8,\nR10,nps,2026-01-05,nan,\nR11,csat,2026-01-05,4,x\n"
            "R12,nps,2026-01-05,10,5\nR13,NPS,2026-01-05,8,\nR14,smiley,2026-01-05,8,\n",
            "reviews.csv": "review_id,posted_at,rating\nV1,2026-01-05,0\nV2,2026-01-05,1\nV3,2026-01-05,5.5\nV4,2026-01-05,4.5\n",
            "fx_rates.csv": "rate_on,currency,rate\n2026-01-01,SEK,0.9\n2026-01-01,GBP,0\n2026-01-01,CHF,-1\n",
            "rep_time.csv": "rep_id,month,days,loaded_monthly_cost,working_days\nR1,2026-10,-1,100,\nR1,2026-11,3,100,0\n"
            "R1,2026-12-01,3,100,\nR1,octobre,3,100,\n",
        },
        figures={
            "survey_responses.csv": (15, 15, 0, 8, 0, 0, 7),
            "reviews.csv": (4, 4, 0, 2, 0, 0, 2),
            "fx_rates.csv": (3, 3, 0, 1, 0, 0, 2),
            "rep_time.csv": (4, 4, 0, 2, 0, 0, 2),
        },
        rejects=(
            (3, "score", "range"),
            (4, "score", "range"),
            (5, "score", "range"),
            (7, "score", "range"),
            (10, "score", "range"),
            (11, "score", "decimal"),
            (15, "survey", "closed_list"),
            (1, "rating", "range"),
            (3, "rating", "range"),
            (2, "rate", "range"),
            (3, "rate", "range"),
            (1, "days", "range"),
            (4, "month", "no_date"),
        ),
        issues={("scale_max", "integer"): 1, ("working_days", "range"): 1},
    ),
    Case(
        "booleans",
        {
            "accounts.csv": "account_id,name,is_test\n"
            + "".join(
                f"A{number},n,{word}\n"
                for number, word in enumerate(
                    [
                        "true",
                        "TRUE",
                        "1",
                        "Yes",
                        " oui ",
                        "OUI",
                        "false",
                        "0",
                        "no",
                        "Non",
                        "",
                        " ",
                        "maybe",
                        "vrai",
                        "2",
                    ]
                )
            )
        },
        figures={"accounts.csv": all_current(15)},
        issues={("is_test", "boolean"): 3},
        values={
            "select is_test, count(*) from staging.stg_generic__accounts where source = '{source}'"
            " group by all order by is_test nulls last": [(False, 4), (True, 6), (None, 5)]
        },
    ),
]

DAYS = (
    "select prospect_id, detected_at::varchar, detected_on::varchar, reject_rule"
    " from staging.stg_generic__prospects where source = '{source}' order by load_row"
)
DATES = [
    Case(
        "dates_of_the_standard",
        {
            "prospects.csv": "prospect_id,detected_at,qualified_at\n"
            "P1,2026-03-31,\nP2,2026-03-31 22:30:00,\nP3,2026-03-31T22:30:00Z,\nP4,2026-03-31 00:00:00,\n"
            "P5,2026-03-31T22:30:00.123+02:00,\nP6,2026-03-31 22:30 +0200,\nP7,2026-02-30,\nP8,2026-13-01,\n"
            "P9,31/03/2026,\nP10,03/31/2026,\nP11,45992,\nP12,########,\nP13,2026-3-5,\nP14,today,\n"
            "P15,2026-03-31 25:00,\nP16,2026-01-05,31/12/2026\nP17,2026-01-05,infinity\nP18, 2026-01-05 ,\nP19,,\n"
        },
        figures={"prospects.csv": (19, 19, 0, 10, 0, 0, 9)},
        rejects=(
            *((row, "detected_at", "no_date") for row in (7, 8, 12, 14, 15)),
            (9, "detected_at", "date_order"),
            (10, "detected_at", "date_order"),
            (11, "detected_at", "excel_date"),
            (19, "detected_at", "missing"),
        ),
        issues={("qualified_at", "date_order"): 1, ("qualified_at", "no_date"): 1},
        values={
            DAYS.replace("where", "where reject_rule is null and"): [
                ("P1", "2026-03-30 22:00:00", "2026-03-31", None),
                ("P2", "2026-03-31 20:30:00", "2026-03-31", None),
                ("P3", "2026-03-31 22:30:00", "2026-04-01", None),
                ("P4", "2026-03-30 22:00:00", "2026-03-31", None),
                ("P5", "2026-03-31 20:30:00.123", "2026-03-31", None),
                ("P6", "2026-03-31 20:30:00", "2026-03-31", None),
                ("P13", "2026-03-04 23:00:00", "2026-03-05", None),
                ("P16", "2026-01-04 23:00:00", "2026-01-05", None),
                ("P17", "2026-01-04 23:00:00", "2026-01-05", None),
                ("P18", "2026-01-04 23:00:00", "2026-01-05", None),
            ]
        },
    ),
    Case(
        "days_first",
        {
            "prospects.csv": "prospect_id,detected_at\nP1,05/03/2026\nP2,13/02/2026 9:05\nP3,02/13/2026\n"
            "P4,2026-02-13\nP5,5.3.2026\nP6,31/02/2026\nP7,05/03/26\nP8,5-3-2026 23:59:59\n"
        },
        "date_order: dmy",
        figures={"prospects.csv": (8, 8, 0, 5, 0, 0, 3)},
        rejects=(
            (3, "detected_at", "date_order"),
            (6, "detected_at", "date_order"),
            (7, "detected_at", "two_digit_year"),
        ),
        values={
            "select prospect_id, detected_on::varchar from staging.stg_generic__prospects"
            " where reject_rule is null and source = '{source}' order by load_row": [
                ("P1", "2026-03-05"),
                ("P2", "2026-02-13"),
                ("P4", "2026-02-13"),
                ("P5", "2026-03-05"),
                ("P8", "2026-03-05"),
            ]
        },
    ),
    Case(
        "months_first",
        {"prospects.csv": "prospect_id,detected_at\nP1,05/03/2026\nP2,02/13/2026\nP3,13/02/2026\n"},
        "date_order: mdy",
        figures={"prospects.csv": (3, 3, 0, 2, 0, 0, 1)},
        rejects=((3, "detected_at", "date_order"),),
        values={
            "select prospect_id, detected_on::varchar from staging.stg_generic__prospects"
            " where reject_rule is null and source = '{source}' order by load_row": [
                ("P1", "2026-05-03"),
                ("P2", "2026-02-13"),
            ]
        },
    ),
    Case(
        "improbable_years",
        {
            "accounts.csv": "account_id,name,created_at\nA1,n,1989-12-31\nA2,n,1990-01-01\nA3,n,0026-10-01\n"
            "A4,n,2099-01-01\nA5,n,9999-12-31\nA6,n,0000-00-00\n",
            "contracts.csv": "contract_id,started_on,ends_on\nC1,1970-01-01,2099-12-31\n",
        },
        figures={"accounts.csv": all_current(6), "contracts.csv": all_current(1)},
        issues={
            ("created_at", "improbable_year"): 4,
            ("created_at", "no_date"): 1,
            ("started_on", "improbable_year"): 1,
            ("ends_on", "improbable_year"): 1,
        },
    ),
    Case(
        "clock_changes",
        {
            "prospects.csv": "prospect_id,detected_at\nP1,2025-10-26 02:30:00\nP2,2025-10-26 01:30:00\n"
            "P3,2026-03-29 02:30:00\nP4,2025-10-26 03:30\nP5,2025-10-26T02:30:00+01:00\nP6,2025-10-26\n"
        },
        figures={"prospects.csv": all_current(6)},
        issues={("detected_at", "clock_change"): 2},
        values={
            DAYS: [
                ("P1", "2025-10-26 00:30:00", "2025-10-26", None),
                ("P2", "2025-10-25 23:30:00", "2025-10-26", None),
                ("P3", "2026-03-29 01:30:00", "2026-03-29", None),
                ("P4", "2025-10-26 02:30:00", "2025-10-26", None),
                ("P5", "2025-10-26 01:30:00", "2025-10-26", None),
                ("P6", "2025-10-25 22:00:00", "2025-10-26", None),
            ]
        },
    ),
    Case(
        "a_zone_of_its_own",
        {
            "prospects.csv": "prospect_id,detected_at\nP1,2026-03-31 22:30:00\nP2,2025-10-26 00:30:00\n"
            "P3,2025-10-26 01:30:00\nP4,2026-03-31\n",
            "contracts.csv": "contract_id,started_on\nC1,2026-03-31 23:30:00\nC2,2026-03-31 00:00:00\n",
        },
        "timezone: UTC",
        figures={"prospects.csv": all_current(4), "contracts.csv": all_current(2)},
        issues={("started_on", "time_of_day"): 1},
        values={
            DAYS: [
                ("P1", "2026-03-31 22:30:00", "2026-04-01", None),
                ("P2", "2025-10-26 00:30:00", "2025-10-26", None),
                ("P3", "2025-10-26 01:30:00", "2025-10-26", None),
                ("P4", "2026-03-30 22:00:00", "2026-03-31", None),
            ],
            "select started_on::varchar from staging.stg_generic__contracts where source = '{source}'": [
                ("2026-03-31",),
                ("2026-03-31",),
            ],
        },
    ),
]

RECORDS = [
    Case(
        "one_id_several_times_in_a_load",
        {
            "accounts.csv": "account_id,name,updated_at\nA1,new,2026-03-01\nA1,old,2026-01-01\nA2,first,\nA2,last,\n"
            "A3,dated,2026-01-01\nA3,undated,\nA4,same,2026-01-01\nA4,same,2026-01-01\nA5,bad date,soon\nA5,good,2026-01-01\n"
        },
        figures={"accounts.csv": (10, 10, 0, 5, 4, 1, 0)},
        issues={("updated_at", "no_date"): 1},
        values={
            "select account_id, name from staging.stg_generic__accounts anti join ("
            "select load_id, load_row from intermediate.int_record_versions where status <> 'current'"
            ") using (load_id, load_row) where source = '{source}' order by all": [
                ("A1", "new"),
                ("A2", "last"),
                ("A3", "dated"),
                ("A4", "same"),
                ("A5", "good"),
            ]
        },
    ),
    Case(
        "one_record_in_several_loads",
        {
            "2026-01-01/accounts.csv": "account_id,name,updated_at\nA1,first,2026-05-01\nA2,same,\nA3,gone,\n",
            "2026-01-02T0930/accounts.csv": "account_id,name,updated_at\nA1,newest load,2026-01-01\nA2,same,\n",
            "2026-01-03/accounts.csv": "account_id,name,updated_at\nA2,same,\nA1,x\n",
            "2026-13-01/accounts.csv": "account_id,name\nA9,Nine\n",
            "2026-01-01/deeper/accounts.csv": "account_id,name\nA9,Nine\n",
        },
        figures={
            "2026-01-01/accounts.csv": (3, 3, 0, 2, 1, 0, 0),
            "2026-01-02T0930/accounts.csv": (2, 2, 0, 1, 0, 1, 0),
            "2026-01-03/accounts.csv": (2, 1, 1, 0, 0, 1, 0),
        },
        left_out={
            "2026-13-01": ("refused", "not a date"),
            "2026-01-01/deeper": ("refused", "not read"),
        },
        rejects=((2, None, "cell_count"),),
        values={
            "select account_id, name from intermediate.int_accounts where source = '{source}' order by all": [
                ("A1", "newest load"),
                ("A2", "same"),
                ("A3", "gone"),
            ]
        },
    ),
    Case(
        "columns_with_types",
        {
            "deals.parquet": parquet_of(
                "select 42::bigint as Deal_ID, 'a' as stage, 'WON' as status, 1234.5::double as amount,"
                " timestamptz '2026-03-31 22:30:00+00' as closed_at, timestamp '2026-03-01 10:00:00.5' as created_at,"
                " date '2026-04-01' as expected_close_on, true as is_test, [1, 2] as tags"
                " union all select 43, 'a', 'lost', 1e10, timestamptz '2026-01-31 23:30:00+00', null, null, null, null"
                " union all select 44, 'a', 'open', 'nan'::double, null, null, null, false, null"
            )
        },
        'decimal: ","',
        figures={"deals.parquet": all_current(3)},
        issues={("amount", "decimal"): 1},
        values={
            "select deal_id, status, amount::double, closed_at::varchar, closed_on::varchar, created_at::varchar, is_test"
            " from staging.stg_generic__deals where source = '{source}' order by load_row": [
                (
                    "42",
                    "won",
                    1234.5,
                    "2026-03-31 22:30:00",
                    "2026-04-01",
                    "2026-03-01 09:00:00.5",
                    True,
                ),
                ("43", "lost", 1e10, "2026-01-31 23:30:00", "2026-02-01", None, None),
                ("44", "open", None, None, None, None, False),
            ]
        },
    ),
]

WHO = (
    "select activities.activity_id, prospects.source, prospects.prospect_id"
    " from core.fct_activities as activities left join core.dim_prospects as prospects"
    " on activities.prospect_key = prospects.prospect_key"
    " where activities.source = '{source}' order by 1"
)
ACTIVITIES = "activity_id,occurred_at,channel,direction,prospect_id,email,linkedin_url,phone\n"
PERSONS = [
    Case(
        "people",
        {
            "prospects.csv": "prospect_id,detected_at,email,phone,linkedin_url\n"
            "P1,2026-01-01, Ana.Silva@Ocean.example ,06 12 34 56 78,https://www.linkedin.com/in/ana/\n"
            "P2,2026-01-01,info@ocean.example,0147200001,\n"
            "P3,2026-01-01,,0147200001,\n"
            "p1,2026-01-01,other@ocean.example,,\n"
            "P5,2026-01-01,ana.silva@ocean.example,,\n"
        },
        figures={"prospects.csv": all_current(5)},
        values={
            "select prospect_id from core.dim_prospects where source = '{source}' order by all": [
                ("P1",),
                ("P2",),
                ("P3",),
                ("P5",),
                ("p1",),
            ]
        },
    ),
    Case(
        "people_of_a_tool",
        {
            "prospects.csv": "prospect_id,detected_at,email,linkedin_url\n"
            "P1,2026-02-01,,\nX2,2026-02-01,INFO@ocean.example,\nX3,2026-02-01,,fr.linkedin.com/in/Ana?trk=x\n",
            "activities.csv": ACTIVITIES
            + "T1,2026-03-01,email,outbound,P1,,,\nT2,2026-03-01,email,outbound, P3 ,,,\n"
            "T3,2026-03-01,email,outbound,p9,,,\nT4,2026-03-01,email,outbound,,OTHER@ocean.example,,\n"
            "T5,2026-03-01,call,outbound,,,,+33 (0)6 12 34 56 78\nT6,2026-03-01,call,outbound,,,,01 47 20 00 01\n"
            "T7,2026-03-01,email,outbound,,info@ocean.example,,\nT8,2026-03-01,call,outbound,,,,0033612345678\n",
        },
        "refers_to: people",
        figures={"prospects.csv": all_current(3), "activities.csv": all_current(8)},
        values={
            WHO: [
                ("T1", "people_of_a_tool", "P1"),
                ("T2", "people", "P3"),
                ("T3", None, None),
                ("T4", "people", "p1"),
                ("T5", "people", "P1"),
                ("T6", None, None),
                ("T7", None, None),
                ("T8", "people", "P1"),
            ],
            # X3 is Ana by her profile; X2 shares a role address with P2 and is nobody else
            "select prospect_id from core.dim_prospects where source = '{source}' order by all": [
                ("P1",),
                ("X2",),
            ],
            "select column_name, issue_count from meta.data_quality where source = '{source}'"
            " and check_name = 'orphan_reference'": [("prospect_id", 1)],
        },
    ),
    Case(
        "phones_that_a_spreadsheet_rounded",
        {
            "prospects.csv": "prospect_id,detected_at,phone\nP1,2026-01-01,3.361234567E+10\nP2,2026-01-01,0611111111\n",
            "activities.csv": ACTIVITIES
            + 'T1,2026-03-01,call,outbound,,,,"3,361234567E+10"\nT2,2026-03-01,call,outbound,,,,+33611111111\n',
        },
        figures={"prospects.csv": all_current(2), "activities.csv": all_current(2)},
        issues={("phone", "rounded_id"): 2},
        values={WHO: [("T1", None, None), ("T2", "phones_that_a_spreadsheet_rounded", "P2")]},
    ),
    Case(
        "currencies",
        {
            "deals.csv": "deal_id,stage,status,amount,currency,closed_at\nD1,a,won,100,usd,2026-01-01\n"
            "D2,a,won,100, USD ,2026-02-01\nD3,a,won,100,USD,2025-12-31\nD4,a,won,100,,2026-02-01\n"
            "D5,a,won,100,ZZZ,2026-02-01\nD6,a,won,100,eur,2026-02-01\n",
            "fx_rates.csv": "rate_on,currency,rate\n2026-01-01,USD,0.5\n2026-02-01,usd,0.25\n2026-01-15,ZZZ,-1\n",
        },
        figures={"deals.csv": all_current(6), "fx_rates.csv": (3, 3, 0, 2, 0, 0, 1)},
        rejects=((3, "rate", "range"),),
        values={
            "select deal_id, converted_amount::double from core.fct_deals where source = '{source}' order by all": [
                ("D1", 50.0),
                ("D2", 25.0),
                ("D3", None),
                ("D4", 100.0),
                ("D5", None),
                ("D6", 100.0),
            ],
            "select rule, issue_count from meta.data_quality where source = '{source}'"
            " and check_name = 'no_exchange_rate' order by all": [("USD", 1), ("ZZZ", 1)],
        },
    ),
    Case(
        "text_that_is_a_formula",
        {
            "accounts.csv": 'account_id,name,city\nA1,"=HYPERLINK(""http://x"",""y"")",+33 6\nA2,@cmd,-1+2\n'
        },
        figures={"accounts.csv": all_current(2)},
        values={NAMES: [("A1", '=HYPERLINK("http://x","y")'), ("A2", "@cmd")]},
    ),
]


def costs(*amounts: str, delimiter: str = ";", currency: str = "") -> str:
    """Return a file of costs with these amounts."""
    header = ["cost_id", "incurred_on", "cost_type", "amount", "currency"]
    rows = [
        [f"C{number}", "2026-01-05", "ads", amount, currency]
        for number, amount in enumerate(amounts, start=1)
    ]
    return "".join(f"{delimiter.join(row)}\n" for row in [header, *rows])


SPENT = "select cost_id, sum(spent_amount)::double from core.fct_costs where source = '{source}' group by all order by 1"
FRENCH = "account_id;name;sector\nA1;Société Générale;Santé\nA2;Étoile;Santé\nA3;Hôtel;Éducation\n"
SECTORS = "select name, sector from staging.stg_generic__accounts where source = '{source}' order by load_row"
READ_AS = (
    "select encoding, coalesce(reason, '') like '%doubt%' from meta.loads where source = '{source}'"
)
FRENCH_READ = [("Société Générale", "Santé"), ("Étoile", "Santé"), ("Hôtel", "Éducation")]
WON_ON = (
    "select deal_id, closed_on::varchar from core.fct_deals where source = '{source}' order by 1"
)
SIGNS = "select cost_id, currency, converted_amount::double from core.fct_costs where source = '{source}' order by 1"

FIELD = [
    Case(
        "thousands_by_points",
        {"costs.csv": costs("1.500", "2.250", "950")},
        figures={"costs.csv": all_current(3)},
        values={SPENT: [("C1", 1500.0), ("C2", 2250.0), ("C3", 950.0)]},
    ),
    Case(
        "points_before_three_digits",
        {
            "costs.csv": costs("1.500", "2.250", "950", delimiter=","),
            "order_lines.csv": "order_id,line_number,quantity,unit_price,discount_amount\nO1,1,1.500,12.50,-1.000\n",
            "survey_responses.csv": "response_id,survey,responded_at,score\nR1,nps,2026-01-05,1.000\n",
            "rep_time.csv": "rep_id,month,days,loaded_monthly_cost\nR1,2026-01,2.5,4.500\n",
        },
        figures={
            "costs.csv": (3, 3, 0, 1, 0, 0, 2),
            "order_lines.csv": (1, 1, 0, 0, 0, 0, 1),
            "survey_responses.csv": (1, 1, 0, 0, 0, 0, 1),
            "rep_time.csv": (1, 1, 0, 0, 0, 0, 1),
        },
        rejects=(
            (1, "amount", "decimal"),
            (2, "amount", "decimal"),
            (1, "quantity", "decimal"),
            (1, "score", "decimal"),
            (1, "loaded_monthly_cost", "decimal"),
        ),
        values={SPENT: [("C3", 950.0)]},
    ),
    Case(
        "points_before_three_digits_declared",
        {"costs.csv": costs("1.500", "-2.250", "950", delimiter="|")},
        'decimal: ","',
        figures={"costs.csv": all_current(3)},
        values={SPENT: [("C1", 1500.0), ("C2", -2250.0), ("C3", 950.0)]},
    ),
    Case(
        "signs_of_currencies",
        {
            "costs.csv": "cost_id,incurred_on,cost_type,amount,currency\nC1,2026-03-05,ads,300.00,€\n"
            "C2,2026-03-05,ads,10.00,Euro\nC3,2026-03-05,ads,5.00,eur\nC4,2026-03-05,ads,7.00,$\n",
        },
        figures={"costs.csv": all_current(4)},
        values={
            SIGNS: [
                ("C1", "EUR", 300.0),
                ("C2", "EUR", 10.0),
                ("C3", "EUR", 5.0),
                ("C4", "$", None),
            ]
        },
    ),
    Case(
        "ids_that_come_back_as_decimals",
        {
            "2026-01-31/deals.csv": "deal_id,stage,status\n1,a,open\n2,a,open\n",
            "2026-02-28/deals.csv": "deal_id,stage,status,account_id\n1.0,a,open,\n2.0,a,open,7.0\n3,a,open,\n",
        },
        figures={"2026-01-31/deals.csv": all_current(2), "2026-02-28/deals.csv": all_current(3)},
        issues={("deal_id", "point_zero"): 2, ("account_id", "point_zero"): 1},
    ),
    Case(
        "midnight_in_another_zone",
        {
            "deals.csv": "deal_id,stage,status,created_at,closed_at,updated_at\n"
            "T1,a,won,2026-03-20 00:00:00,2026-04-01 00:00:00,2026-04-01 00:00:00\n"
            "T2,a,won,,2026-04-01T00:00:00.000+0000,2026-04-01 08:00:00\n"
        },
        "timezone: Asia/Tokyo",
        figures={"deals.csv": all_current(2)},
        values={
            WON_ON: [("T1", "2026-04-01"), ("T2", "2026-04-01")],
            # one time of day in the column, and midnight is an instant
            "select deal_id, updated_on::varchar from staging.stg_generic__deals"
            " where source = '{source}' order by 1": [("T1", "2026-03-31"), ("T2", "2026-04-01")],
        },
    ),
    Case(
        "headers_in_the_middle",
        {
            "accounts.csv": "account_id,name\nA1,One\naccount_id,name\nA2,Two\n",
            "reps.csv.gz": gzip.compress(
                'rep_id;name\r\nR1;One\r\n\ufeff"rep_id"; Name \r\nR2;Two\r\nrep_id;name'.encode()
            ),
            "products.parquet": parquet_of(
                {"product_id": ["P1", "product_id", "P2"], "name": ["One", "name", "name"]}
            ),
        },
        figures={
            "accounts.csv": (3, 2, 1, 2, 0, 0, 0),
            "reps.csv.gz": (4, 2, 2, 2, 0, 0, 0),
            "products.parquet": (3, 2, 1, 2, 0, 0, 0),
        },
        rejects=(
            (2, None, "repeated_header"),
            (2, None, "repeated_header"),
            (4, None, "repeated_header"),
            (2, None, "repeated_header"),
        ),
        values={NAMES: TWO},
    ),
    *(
        Case(
            f"french_in_{label}",
            {"accounts.csv": FRENCH.encode(encoding)},
            settings,
            figures={"accounts.csv": all_current(3)},
            values={SECTORS: FRENCH_READ, READ_AS: [(read_as, False)]},
        )
        for label, encoding, settings, read_as in [
            ("mac_roman", "mac-roman", "", "macroman"),
            ("cp850", "cp850", "", "cp850"),
            ("cp437", "cp437", "", "cp850"),
            ("mac_roman_declared", "mac-roman", "encoding: mac_roman", "macroman"),
            ("cp437_declared", "cp437", "encoding: CP437", "cp437"),
        ]
    ),
    Case(
        "letters_that_no_encoding_explains",
        {"accounts.csv": b"account_id,name\nA1," + b"Caf\x8e\nA2,H\x93tel\n"},
        figures={"accounts.csv": all_current(2)},
        values={
            "select coalesce(reason, '') like '%encoding: cp1252, macroman%' from meta.loads where source = '{source}'": [
                (True,)
            ]
        },
    ),
    Case(
        "dates_of_all_kinds",
        {
            "costs.csv": "cost_id;incurred_on;cost_type;amount\nC1;2026/03/05;ads;7,50\nC2;05/03/26;ads;7,50\n"
            "C3;46086;ads;7,50\nC4;05/03/2026;ads;7,50\nC5;5 mars 2026;ads;7,50\nC6;soon;ads;7,50\n"
        },
        "date_order: dmy",
        figures={"costs.csv": (6, 6, 0, 3, 0, 0, 3)},
        rejects=(
            (2, "incurred_on", "two_digit_year"),
            (3, "incurred_on", "excel_date"),
            (6, "incurred_on", "no_date"),
        ),
    ),
    Case(
        "dates_of_all_kinds_declared",
        {
            "costs.csv": "cost_id;incurred_on;cost_type;amount\nC1;2026/03/05;ads;7,50\nC2;05/03/26;ads;7,50\n"
            "C3;46086;ads;7,50\nC4;05/03/2026;ads;7,50\nC5;Mar 5, 2026;ads;7,50\n"
        },
        "date_order: dmy, two_digit_years: true, excel_dates: true",
        figures={"costs.csv": all_current(5)},
        values={
            "select distinct incurred_on::varchar from staging.stg_generic__costs where source = '{source}'": [
                ("2026-03-05",)
            ]
        },
    ),
    Case(
        "addresses_in_a_crm",
        {
            "prospects.csv": "prospect_id,detected_at,email,phone,linkedin_url\n"
            "P1,2026-01-01,,,https://www.linkedin.com/in/ma%C3%ABlle-k/\n"
            "P2,2026-01-01,Zoé Roy <Zoe.Roy@lac.example>,,\nP3,2026-01-01,,07 55 44 33 22,\n"
            "P4,2026-01-01,,+44 20 7946 0958,\n"
        },
        figures={"prospects.csv": all_current(4)},
    ),
    Case(
        "addresses_in_a_tool",
        {
            "activities.csv": ACTIVITIES
            + f"T1,2026-03-01,linkedin,outbound,,,linkedin.com/in/{unicodedata.normalize('NFD', 'Maëlle-K')},\n"
            + "T2,2026-03-01,email,outbound,,mailto:zoe.roy@lac.example?subject=Hello,,\n"
            "T3,2026-03-01,call,outbound,,,,755443322\nT4,2026-03-01,call,outbound,,,,33755443322\n"
            "T5,2026-03-01,call,outbound,,,,00442079460958\nT6,2026-03-01,email,outbound,,zoe.roy@lac.example; x@y.example,,\n",
        },
        figures={"activities.csv": all_current(6)},
        values={
            WHO: [
                ("T1", "addresses_in_a_crm", "P1"),
                ("T2", "addresses_in_a_crm", "P2"),
                ("T3", "addresses_in_a_crm", "P3"),
                ("T4", "addresses_in_a_crm", "P3"),
                ("T5", "addresses_in_a_crm", "P4"),
                ("T6", None, None),
            ]
        },
    ),
]

CASES = [
    *ENCODINGS,
    *REFUSED,
    *NAMES_OF_FILES,
    *HEADERS,
    *LINES,
    *BYTES,
    *VALUES,
    *DATES,
    *RECORDS,
    *PERSONS,
    *FIELD,
]
