"""Words, days and numbers of a mapping: what a cell becomes, and that no text ever becomes SQL."""

import itertools
import json
import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from orchestration.formats.descriptions import GENERIC, Column, Format, known_formats
from orchestration.landing.headers import normalised
from orchestration.landing.mapping.compiling import SHEET, adjusted_format, own_format, read_mapping
from orchestration.landing.mapping.expressions import Forms, in_forms
from orchestration.landing.mapping.vocabulary import MAKE, date_form, number_form
from orchestration.landing.rows import landed_schema
from orchestration.landing.translation import bind, macros, translate

CONNECTION = duckdb.connect()
NUMBERS = itertools.count()
TOOLS = [each for each in known_formats().values() if not each.is_generic]


def in_form(cell: str, kind: str, *forms: str, file: str = "team/a.csv") -> str:
    """Return what a cell of a file becomes in a column of a type."""
    written = Forms(
        dates=tuple(form for each in forms if (form := date_form(each))),
        numbers=tuple(form for each in forms if (form := number_form(each))),
    )
    connection = duckdb.connect()
    connection.execute(macros())
    column = Column("any", kind)
    sql = in_forms("cell", column, written)
    found = connection.execute(
        f"select {sql} from (select ? as cell, ? as _file, null as _day_order)", [cell, file]
    )
    row = found.fetchone()
    assert row is not None
    return str(row[0])


@pytest.mark.parametrize(
    ("cell", "forms", "becomes"),
    [
        ("07/01/26", ["dd/mm/yy"], "2026-01-07"),
        ("07/01/2026", ["dd/mm/yy"], "07/01/2026"),
        ("07/01/26", ["dd/mm/yyyy"], "07/01/26"),
        ("7/1/26", ["dd/mm/yyyy", "dd/mm/yy"], "2026-01-07"),
        ("7/1/26", ["mm/dd/yy"], "2026-07-01"),
        ("7.1.2026", ["dd.mm.yyyy"], "2026-01-07"),
        ("7/1/2026", ["dd.mm.yyyy"], "7/1/2026"),
        ("7 1 2026", ["dd mm yyyy"], "2026-01-07"),
        ("31/02/2026", ["dd/mm/yyyy"], "31/02/2026"),
        ("07/01/2026", ["jj/mm/aaaa"], "2026-01-07"),
        ("07/01/2026 14:05", ["dd/mm/yyyy"], "2026-01-07 14:05:00"),
        ("07/01/2026 14h05", ["dd/mm/yyyy"], "2026-01-07 14:05:00"),
        ("07/01/2026 à 14:05:06", ["dd/mm/yyyy"], "2026-01-07 14:05:06"),
        ("1/7/26, 2:05 PM", ["mm/dd/yy"], "2026-01-07 14:05:00"),
        ("07/01/2026 soon", ["dd/mm/yyyy"], "07/01/2026 soon"),
        ("2026-01-07T14:05:06+01:00", ["dd/mm/yyyy"], "2026-01-07T14:05:06+01:00"),
        ("20260107", ["yyyymmdd"], "2026-01-07"),
        ("01/2026", ["mm/yyyy"], "2026-01-01"),
        ("46029", ["serial"], "2026-01-07"),
        ("46029.0", ["serial"], "2026-01-07"),
        ("46029.5", ["serial"], "2026-01-07 12:00:00"),
        ("4602", ["serial"], "4602"),
        ("1767744000", ["unix"], "2026-01-07 00:00:00+00:00"),
        ("1767744000000", ["unix"], "2026-01-07 00:00:00+00:00"),
        (" 07/01/26\u00a0", ["dd/mm/yy"], "2026-01-07"),
    ],
)
def test_a_day_is_read_in_the_forms_that_are_given(
    cell: str, forms: list[str], becomes: str
) -> None:
    assert in_form(cell, "moment", *forms) == becomes


@pytest.mark.parametrize(
    ("cell", "forms", "becomes"),
    [
        ("12 500,50", ["1 234,56"], "12500.50"),
        ("12\u202f500,5 €", ["1 234,56 €"], "12500.5"),
        ("12 500,50 €", ["1 234,56"], "12 500,50 €"),
        ("1.234", ["1.234,56"], "1234"),
        ("1.234", ["1,234.56"], "1.2340"),
        ("1,234", ["1.234,56"], "1.2340"),
        ("1'234.50", ["1'234.56"], "1234.50"),
        ("$1,234.56", ["$1,234.56"], "1234.56"),
        ("USD 1,234.56", ["USD 1,234.56"], "1234.56"),
        ("12 %", ["12,5 %"], "0.1200000000"),
        ("12,5 %", ["1 234,56", "12,5 %"], "0.1250000000"),
        ("-1 234,5", ["1 234,56"], "-1234.5"),
        ("+7", ["1 234,56"], "7"),
        ("12 34,5", ["1 234,56"], "12 34,5"),
        ("(7)", ["1 234,56"], "(7)"),
        ("1e5", ["1 234,56"], "1e5"),
    ],
)
def test_a_number_is_read_in_the_forms_that_are_given(
    cell: str, forms: list[str], becomes: str
) -> None:
    assert in_form(cell, "decimal", *forms) == becomes


@pytest.mark.parametrize("form", ["", "dd", "dd/mm", "dd/mm.yyyy", "dd/dd/yyyy", "hh:mm", "d/m/y"])
def test_what_is_no_form_of_a_day_is_none(form: str) -> None:
    assert date_form(form) is None


@pytest.mark.parametrize("form", ["", "1234", "1.234.56", "12", "1 234,567", "-1 234,56", "x"])
def test_what_is_no_form_of_a_number_is_none(form: str) -> None:
    assert number_form(form) is None


def test_a_number_of_a_workbook_is_no_spelling() -> None:
    assert in_form("1.234", "decimal", "1.234,56", file="team/a.xlsx!Sheet 1") == "1.2340"
    assert in_form("1.234", "decimal", "1.234,56", file="team/a.xlsx.csv") == "1234"
    assert in_form("1.234,5", "decimal", "1.234,56", file="team/a.xlsx!Sheet 1") == "1234.5"


def test_a_text_is_not_taken_for_a_day_or_a_number() -> None:
    assert in_form("07/01/26", "text", "dd/mm/yy", "1 234,56") == "07/01/26"


@pytest.mark.parametrize("tool", TOOLS, ids=lambda each: each.name)
def test_every_column_that_a_tool_fills_can_be_adjusted(tool: Format, tmp_path: Path) -> None:
    entities = known_formats()[GENERIC].entities
    own = {"column": "Own property", "optional": True}
    adjust = {
        make.entity: {
            column.name: {**own, "values": {"yes": next(iter(column.allowed), "won")}}
            for column in entities[make.entity].columns
        }
        for make in tool.makes
    }
    text = json.dumps({"stages": {"Own stage": "won"}, "adjust": adjust})
    source = read_mapping("team", text, "a file")
    adjusted = adjusted_format(source, tool).format
    assert source.problems.messages() == []
    assert {make.name for make in adjusted.makes} == {make.name for make in tool.makes}
    bind(adjusted, CONNECTION, tmp_path)


@pytest.mark.parametrize("name", ["hubspot", "salesforce"])
def test_what_hangs_on_the_status_of_a_deal_follows_its_adjustment(name: str) -> None:
    tool = known_formats()[name]
    text = "adjust: {deals: {status: {column: Own property, values: {dead: lost}}}}"
    adjusted = adjusted_format(read_mapping("team", text, "a file"), tool).format
    for before, after in zip(tool.makes, adjusted.makes, strict=True):
        if before.entity == "deals":
            assert [key for key in before.let if before.let[key] != after.let[key]], before.name


def test_no_column_of_an_entity_is_called_like_a_word_of_a_block() -> None:
    entities = known_formats()[GENERIC].entities.values()
    assert not {name for entity in entities for name in entity.column_names} & set(MAKE)


HOSTILE = [
    "'",
    '"',
    "\\",
    "--",
    ";",
    "$",
    "*",
    "%",
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    ":",
    ",",
    "/*",
    "é",
    "é",
    "\u00a0",
    "|",
]
texts = st.lists(
    st.sampled_from([*"abAB1", " ", "null", "select", "$header", *HOSTILE]), min_size=1, max_size=5
).map("".join)


def folded(cell: str) -> str:
    blanks = re.sub(r"[\s\u00a0]+", " ", cell).strip()
    return unicodedata.normalize("NFC", blanks.lower())


def carried_out(mapping: Mapping[str, Any], cells: Mapping[str, str], folder: Path) -> Any:
    """Return the rows that a mapping makes of one row."""
    source = read_mapping("team", yaml.safe_dump(dict(mapping), allow_unicode=True), "a file")
    compiled = own_format(source)
    assert source.problems.messages() == []
    landed = {"_extra": json.dumps(cells), "_source": "t", "_load_id": "l", "_file": "a.csv"}
    path = folder / f"{next(NUMBERS)}.parquet"
    pq.write_table(pa.Table.from_pylist([landed], landed_schema(SHEET)), path)
    made = translate(
        compiled.format,
        {SHEET.name: path},
        "t",
        "l",
        compiled.stages,
        folder / f"made {next(NUMBERS)}",
        CONNECTION,
    )
    return {entity: pq.read_table(path).to_pylist() for entity, path in made.rows.items()}


def is_header(text: str) -> bool:
    return bool(text.strip()) and not text.strip().startswith("$")


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    headers=st.lists(texts, min_size=3, max_size=3),
    cells=st.lists(texts, min_size=3, max_size=3),
    words=st.lists(texts, min_size=4, max_size=4),
    is_same=st.booleans(),
)
def test_no_header_and_no_word_becomes_sql(
    headers: list[str], cells: list[str], words: list[str], is_same: bool, tmp_path: Path
) -> None:
    assume(len({normalised(header) for header in headers}) == 3)
    assume(all(is_header(header) and "*" not in header for header in headers))
    assume(all(word.strip() != "$cell" and word.strip() for word in words) and folded(cells[1]))
    first, second, third = (header.strip() for header in headers)
    said, becomes, otherwise, empty = (word.strip() for word in words)
    cells = [cells[0], said if is_same else cells[1], cells[2]]
    assume(folded(cells[1]) != folded(empty))
    mapping = {
        "empty": [empty],
        "make": {
            "deals": {
                "leave_out": {said: {"column": third, "is": [becomes]}},
                "deal_id": {"id": [first, third]},
                "stage": {"column": second, "values": {said: becomes}, "otherwise": otherwise},
                "status": {"filled": {second: "won"}, "otherwise": "open"},
                "lost_reason": {"constant": becomes},
                "pipeline": {"last_filled_header": [second]},
            },
            "deal_stages": {
                "each": [first, third],
                "deal_id": {"id": [first]},
                "stage": "$header",
                "entered_at": "$cell",
            },
        },
    }
    labels = {
        unicodedata.normalize("NFC", header).strip(): cell
        for header, cell in zip(headers, cells, strict=True)
    }
    rows = carried_out(mapping, labels, tmp_path)
    is_left_out = folded(cells[2]) == folded(becomes) != folded(empty)
    expected = becomes if folded(cells[1]) == folded(said) else otherwise
    found = [
        (row["stage"], row["status"], row["lost_reason"], row["pipeline"]) for row in rows["deals"]
    ]
    assert found == ([] if is_left_out else [(expected, "won", becomes, second)])
    nothing = ("", folded(empty))
    filled = [cell for cell in (cells[0], cells[2]) if folded(cell) not in nothing]
    entries = [] if folded(cells[0]) in nothing else filled
    assert sorted(row["entered_at"] for row in rows["deal_stages"]) == sorted(entries)
