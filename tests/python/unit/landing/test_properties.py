"""Whatever a file holds: every record is landed or rejected, and every cell is landed as it is."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from orchestration.formats.descriptions import known_formats
from orchestration.landing.containers import Scratch, to_utf8
from orchestration.landing.duckdb_reader import connect
from orchestration.landing.reading import RefusedError, read_delimited
from orchestration.landing.rows import BLANK_RULE, Origin

LINKS = known_formats()["generic"].entities["links"]
HEADER = list(LINKS.column_names)
RELAXED = settings(
    deadline=None,
    max_examples=120,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@dataclass(frozen=True)
class Landed:
    """What became of a file: rows, rejects and blank records; or the reason of the refusal."""

    rows: list[list[str | None]]
    rejects: list[tuple[int, str]]
    blanks: list[int]
    records: int
    refused: str | None = None


@dataclass(frozen=True)
class Reader:
    """Reads files the way landing does, in a folder of its own."""

    folder: Path
    connection: duckdb.DuckDBPyConnection

    def read(self, content: bytes, delimiter: str = ",", encoding: str = "utf-8") -> Landed:
        path = self.folder / "links.csv"
        path.write_bytes(content)
        scratch = Scratch(self.folder / "scratch")
        if encoding != "utf-8" or b"\0" in content:
            path = to_utf8(path, encoding, scratch)
        origin = Origin("crm", "crm@1", LINKS, "crm/links.csv")
        try:
            read = read_delimited(path, delimiter, origin, self.connection, scratch)
        except RefusedError as error:
            return Landed([], [], [], 0, str(error))
        table = pq.read_table(read.rows).select(HEADER)
        kept = [line for part in read.rejects for line in pq.read_table(part).to_pylist()]
        rejects = [line for line in kept if line["rule"] != BLANK_RULE]
        blanks = [line["row_number"] for line in kept if line["rule"] == BLANK_RULE]
        assert read.landed == table.num_rows
        assert read.structural_rejects == len(rejects)
        assert read.left_out == ({BLANK_RULE: len(blanks)} if blanks else {})
        return Landed(
            [list(row.values()) for row in table.to_pylist()],
            [(reject["row_number"], reject["raw"]) for reject in rejects],
            sorted(blanks),
            read.records,
        )


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    folder = tmp_path_factory.mktemp("reader")
    connection = connect(folder / "scratch", "256MB", threads=2)
    yield Reader(folder, connection)
    connection.close()


def check(landed: Landed, text: str, delimiter: str = ",") -> None:
    """Compare with what Python's csv module reads: rows, records of another width, blank ones."""
    records = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if row]
    filled = [row for row in records[1:] if any(row)]
    assert landed.rows == [
        [cell or None for cell in row] for row in filled if len(row) == len(HEADER)
    ]
    numbered = list(enumerate(records[1:], start=1))
    assert [number for number, _ in landed.rejects] == [
        number for number, row in numbered if any(row) and len(row) != len(HEADER)
    ]
    assert landed.blanks == [number for number, row in numbered if not any(row)]
    assert landed.records == len(landed.rows) + len(landed.rejects) == len(filled)


def encoded(row: list[str], delimiter: str, quote: bool) -> str:
    """Write one row; the csv module of Python 3.11 leaves a lone CR unquoted."""
    needs_quotes = set('"\r\n') | {delimiter}
    return delimiter.join(
        '"' + cell.replace('"', '""') + '"' if quote or needs_quotes & set(cell) else cell
        for cell in row
    )


CELLS = st.one_of(
    st.text(alphabet='ab1 ,;\t"\n\ré€', max_size=8),
    st.sampled_from(["", '5" pipe', "a\r\nb", '""', "'", "\\", "null", "NULL", " x ", "\u2028"]),
)
GOOD_ROWS = st.lists(CELLS, min_size=len(HEADER), max_size=len(HEADER))
ANY_ROWS = st.one_of(GOOD_ROWS, st.lists(CELLS, min_size=2, max_size=len(HEADER) + 3))


@RELAXED
@given(
    rows=st.lists(ANY_ROWS, max_size=25),
    delimiter=st.sampled_from([",", ";", "\t"]),
    line_ends=st.lists(st.sampled_from(["\n", "\r\n", "\r", "\n\n"]), min_size=1, max_size=2),
    quote_all=st.booleans(),
    encoding=st.sampled_from(["utf-8", "utf-16", "cp1252"]),
    final_line_end=st.booleans(),
)
@example(
    rows=[["1", "2", "3", "4", "5", ""], ["1", "2", "3", "4", "5"]],
    delimiter=",",
    line_ends=["\n"],
    quote_all=False,
    encoding="utf-8",
    final_line_end=True,
)
def test_a_well_formed_file_is_landed_cell_by_cell(
    reader: Reader,
    rows: list[list[str]],
    delimiter: str,
    line_ends: list[str],
    quote_all: bool,
    encoding: str,
    final_line_end: bool,
) -> None:
    lines = [encoded(row, delimiter, quote_all) for row in [HEADER, *rows]]
    text = "".join(line + line_ends[n % len(line_ends)] for n, line in enumerate(lines))
    text = text if final_line_end else text.rstrip("\r\n")
    text = text.encode(encoding, "replace").decode(encoding)
    landed = reader.read(text.encode(encoding, "replace"), delimiter, encoding)
    assert landed.refused is None
    check(landed, text, delimiter)


PIECES = st.sampled_from(
    ['"', '""', ",", ",,", "\n", "\r\n", "\r", "a", " ", "é", "42", "1,2,3,4,5\n"]
)


@RELAXED
@given(pieces=st.lists(PIECES, max_size=60))
@example(pieces=['1,2,3,"4" ,5', "\n"])
@example(pieces=['1,2,3, "4",5', "\n"])
@example(pieces=['1,2,3,"4"x,5', "\n"])
@example(pieces=["1,2,3,4,5,\n"])
@example(pieces=['1,2,3,4,5,""\n'])
@example(pieces=["\x1a"])
def test_any_text_is_read_like_python_or_refused_for_a_broken_quote(
    reader: Reader, pieces: list[str]
) -> None:
    # a full row at the end: what lacks values there may be a note below the table
    text = ",".join(HEADER) + "\n" + "".join(pieces) + "\n1,2,3,4,5"
    landed = reader.read(text.encode())
    if landed.refused is not None:
        assert "a quote is opened but not closed in row" in landed.refused
        assert '"' in text
        return
    check(landed, text)


@RELAXED
@given(rows=st.lists(st.one_of(GOOD_ROWS, st.just(["x"] * 4)), max_size=20))
def test_the_text_of_a_reject_is_the_line_of_the_file(
    reader: Reader, rows: list[list[str]]
) -> None:
    lines = [encoded(row, ",", quote=False) for row in rows]
    content = "\n".join([",".join(HEADER), *lines])
    landed = reader.read(content.encode())
    assert landed.rejects == [
        (number, line)
        for number, (row, line) in enumerate(zip(rows, lines, strict=True), start=1)
        if len(row) == 4
    ]


@RELAXED
@given(
    cells=st.lists(st.binary(max_size=6), min_size=1, max_size=8),
    bad=st.sampled_from([b"\xe9", b"\x80", b"\xff\xfe", b"\0", b"\xe2\x82", b"\xed\xa0\x80"]),
)
def test_bytes_of_another_encoding_never_move_a_cell(
    reader: Reader, cells: list[bytes], bad: bytes
) -> None:
    clean = [bytes(b for b in cell if b not in b'",\r\n') for cell in cells]
    lines = [b"kind,crm,%d,%s,%s" % (n, cell, bad) for n, cell in enumerate(clean)]
    content = ",".join(HEADER).encode() + b"\n" + b"\n".join(lines) + b"\n"
    scratch = Scratch(reader.folder / "scratch")
    path = reader.folder / "foreign.csv"
    path.write_bytes(content)
    landed = reader.read(to_utf8(path, "utf-8", scratch).read_bytes())
    assert [row[:3] for row in landed.rows] == [["kind", "crm", str(n)] for n in range(len(clean))]
    for cell, row in zip(clean, landed.rows, strict=True):
        assert row[3] == (cell.decode("utf-8", "replace").replace("\0", "\ufffd") or None)
        assert "\ufffd" in (row[4] or "")


def test_files_larger_than_one_piece_are_read_alike(reader: Reader) -> None:
    """Large enough for DuckDB to read with several threads, with line breaks inside quotes."""
    lines = []
    for number in range(120_000):
        text = f'"a\n{number},""x"",\r\n{"y" * (number % 300)}"' if number % 3 else '5" pipe'
        lines.append(f"kind,crm,{number},{text},z" if number % 1000 else f"kind,crm,{number}")
    text = "\n".join([",".join(HEADER), *lines]) + "\n"
    check(reader.read(text.encode()), text)


@RELAXED
@given(
    rows=st.lists(
        st.one_of(
            st.lists(
                st.text(alphabet='ab ,"\n\r', max_size=5),
                min_size=len(HEADER),
                max_size=len(HEADER),
            ),
            st.lists(st.sampled_from(["", "a", "b,"]), min_size=2, max_size=len(HEADER) + 2),
        ),
        max_size=20,
    ),
    line_ends=st.lists(st.sampled_from(["\n", "\r\n", "\r\n\n"]), min_size=2, max_size=5),
)
def test_mixed_line_ends_move_no_cell(
    reader: Reader, rows: list[list[str]], line_ends: list[str]
) -> None:
    lines = [encoded(row, ",", quote=False) for row in [HEADER, *rows]]
    text = "".join(line + line_ends[n % len(line_ends)] for n, line in enumerate(lines))
    landed = reader.read(text.encode())
    assert landed.refused is None
    check(landed, text)
