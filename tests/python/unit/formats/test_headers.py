"""Whatever is done to the headers of a tool's table, it is nobody else's, and no row is lost.

What belongs here: headers in any order, language and spelling, without some columns and with some
more. What does not: which row is the header, and how text is written (see `unit/landing`).
"""

import csv
import io
import tempfile
import unicodedata
from itertools import product
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from orchestration.formats.descriptions import Entity, Format, known_formats
from orchestration.landing.headers import column_names, needed_columns, normalised
from orchestration.landing.loading import land
from orchestration.landing.tool_tables import columns_named, recognise
from orchestration.paths import Paths
from orchestration.settings.declared import read_settings
from tests.python.unit.formats.test_samples import SAMPLES, translated_rows

TOOLS = [each for each in known_formats().values() if not each.is_generic]
TABLES = [
    (tool, table)
    for tool in TOOLS
    for table in tool.entities.values()
    if table.beside is None and not table.is_whole
]
FOREIGN = [f"Own column {number}" for number in range(6)]
FILES = sorted(
    path
    for path in SAMPLES.glob("*/*/*.csv")
    if path.read_bytes()[:1].isalnum() and path.stat().st_size < 5000
)

spoilt = st.sampled_from(
    [
        str,
        str.upper,
        lambda header: f"  {header} ",
        lambda header: f"{header}*",
        lambda header: header.replace(" ", "\u00a0"),
        lambda header: header.replace("'", "’"),
        lambda header: unicodedata.normalize("NFD", header),
    ]
)


def spellings(table: Entity) -> dict[str, list[str]]:
    """Return the headers of each column."""
    return {column.name: list(column.aliases) for column in table.columns if column.aliases}


def told(headers: list[str]) -> tuple[str, str] | None:
    text = io.StringIO()
    csv.writer(text).writerow(headers)
    found = recognise(text.getvalue(), TOOLS)
    return None if found is None else (found.format, found.table)


@pytest.mark.parametrize("tool", TOOLS, ids=lambda each: each.name)
def test_the_headers_of_one_tool_are_never_enough_for_another(tool: Format) -> None:
    for table, (other, theirs) in product(tool.entities.values(), TABLES):
        if other.name == tool.name:
            continue
        own = set(column_names(table))
        by_column: dict[str, set[str]] = {}
        for header, column in column_names(theirs).items():
            by_column.setdefault(column, set()).add(header)
        needed = [by_column[name] for name in needed_columns(theirs)]
        needed += [set(map(normalised, group)) for group in theirs.told_by]
        if theirs.one_of:
            needed.append(set().union(*(by_column.get(name, set()) for name in theirs.one_of)))
        assert not all(each & own for each in needed), (table.name, other.name, theirs.name)


@settings(max_examples=150, deadline=None)
@given(which=st.sampled_from(TABLES), data=st.data())
def test_a_table_is_told_whatever_is_done_to_its_headers(
    which: tuple[Format, Entity], data: st.DataObject
) -> None:
    tool, table = which
    aliases = spellings(table)
    needed = set(needed_columns(table))
    kept = data.draw(st.sets(st.sampled_from(sorted(aliases)))) | needed
    headers = [data.draw(st.sampled_from(aliases[name])) for name in sorted(kept)]
    headers += data.draw(st.lists(st.sampled_from(FOREIGN), unique=True))
    headers = [data.draw(spoilt)(each) for each in data.draw(st.permutations(headers))]
    compared = frozenset(map(normalised, headers))
    named = columns_named(compared, table)
    assume(named >= 3)
    found = told(headers)
    assert found is not None
    assert found[0] == tool.name
    winner = tool.entities[found[1]]
    # another table of the tool is taken only where the headers are its own as much
    assert (
        winner == table
        or winner.name in table.gives_way_to
        or (columns_named(compared, winner) >= named)
    )


@settings(max_examples=8, deadline=None)
@given(path=st.sampled_from(FILES), data=st.data())
def test_no_row_is_lost_whatever_is_done_to_the_headers(path: Path, data: st.DataObject) -> None:
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("cp1252")
    delimiter = ";" if text.splitlines()[0].count(";") > text.splitlines()[0].count(",") else ","
    rows = [row for row in csv.reader(io.StringIO(text), delimiter=delimiter) if any(row)]
    found = told(rows[0])
    assume(found is not None and all(len(row) == len(rows[0]) for row in rows))
    assert found is not None
    tool, table = found
    # one that is told by having no other column is foreign with one, and told so
    assume(not known_formats()[tool].entities[table].is_whole)
    order = data.draw(st.permutations(range(len(rows[0]) + 1)))
    header = [data.draw(spoilt)(each) for each in rows[0]] + ["Own column"]
    changed = [[[*row, "x"][place] for place in order] for row in [header, *rows[1:]]]
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "exports" / "downloads"
        source.mkdir(parents=True)
        with (source / path.name).open("w", encoding="utf-8", newline="") as target:
            csv.writer(target).writerows(changed)
        paths = Paths(Path(folder) / "data")
        report = land(source.parent, paths, read_settings(source.parent))
        (load,) = report.new_loads
        assert load.load.format == path.parents[1].name
        ledger = translated_rows(paths, "_made")
        for row in ledger:
            assert row["rows_in"] == row["made"] + row["merged"] + row["left_out"]
            if row["is_main"]:
                assert row["rows_in"] == len(rows) - 1
