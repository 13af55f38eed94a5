"""The independent counter agrees with Python's csv module on where records begin and end."""

import csv
import io
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.landing.counting import (
    Count,
    count_records,
    numbers_behind,
    record_numbers,
    wide_records,
)


def count(content: bytes, delimiter: str = ",", chunk_bytes: int = 1 << 19) -> Count:
    with TemporaryDirectory() as folder:
        path = Path(folder, "file.csv")
        path.write_bytes(content)
        return count_records(path, delimiter, chunk_bytes)


def rows_of(content: bytes, delimiter: str = ",") -> list[list[str]]:
    text = io.StringIO(content.decode(), newline="")
    return [row for row in csv.reader(text, delimiter=delimiter) if row]


@pytest.mark.parametrize(
    ("content", "records"),
    [
        (b"", 0),
        (b"a,b", 1),
        (b"a,b\n", 1),
        (b"a,b\r\n1,2\r\n", 2),
        (b"a,b\r1,2\r", 2),
        (b"a,b\n\n\r\n1,2\n\n", 2),
        (b'a,b\n"x\ny",2\n', 2),
        (b'a,b\n"x ""quoted""\r\ny",2', 2),
        (b'a,b\n5" pipe,2\n3,4\n', 3),
        (b'a,b\n5" pipe,2" pipe\n3,"4\n5"\n', 3),
        (b'a,b\n"",""\n,\n', 3),
        (b'"a","b"\n"1","2"\n', 2),
    ],
)
def test_records_by_hand(content: bytes, records: int) -> None:
    assert count(content).records == records


def test_the_line_ends_inside_quotes_do_not_count_as_line_ends() -> None:
    assert count(b'a,b\r\n"x\ny",2\r\n').line_ends == {"CRLF"}
    assert count(b"a,b\r\n1,2\n3,4\r").line_ends == {"CRLF", "LF", "CR"}


def test_a_quote_inside_a_cell_is_reported_as_stray_and_text_around_quotes_as_loose() -> None:
    assert count(b'a,b\n5" pipe,2\n').has_stray_quotes
    assert not count(b'a,b\n5" pipe,2\n').has_loose_quotes
    assert count(b'a,b\n"1"x,2\n').has_loose_quotes
    assert count(b'a,b\n1, "2"\n').has_loose_quotes
    plain = count(b'a,b\n"1","2 ""3"""\n')
    assert not plain.has_stray_quotes
    assert not plain.has_loose_quotes


@pytest.mark.parametrize("chunk_bytes", [1, 3, 1 << 19])
@pytest.mark.parametrize(
    ("content", "offset"),
    [
        (b'a,b\n1,"2\n3,4\n', 6),
        (b'a,b\n1,"Alpha\n2,"Beta"\n3,"Gamma"\n', 6),
        (b'a,b\n1,"Alpha"\n2,"Beta\n3,"Gamma"\n', 16),
    ],
)
def test_a_quote_that_never_closes_is_found(content: bytes, offset: int, chunk_bytes: int) -> None:
    assert count(content, chunk_bytes=chunk_bytes).broken_quote_at == offset


def test_text_after_a_quote_on_the_same_line_breaks_nothing() -> None:
    assert count(b'a,b\n"5" pipe",2\n3,4\n').broken_quote_at is None


def test_the_longest_record_is_measured_across_pieces() -> None:
    content = b"a,b\n" + b"x" * 5000 + b",1\n2,3\n"
    assert count(content, chunk_bytes=100).longest_record == 5003


PIECES = st.sampled_from([b'"', b'""', b",", b"\n", b"\r\n", b"\r", b"a", b" ", b"\xc3\xa9", b"42"])


@settings(max_examples=400, deadline=None)
@given(pieces=st.lists(PIECES, max_size=40), chunk_bytes=st.sampled_from([1, 2, 5, 1 << 19]))
def test_any_bytes_count_as_python_reads_them(pieces: list[bytes], chunk_bytes: int) -> None:
    content = b"".join(pieces)
    found = count(content, chunk_bytes=chunk_bytes)
    if found.broken_quote_at is None:
        rows = rows_of(content)
        assert found.records == len(rows)
        assert found.cells == sum(len(row) for row in rows)


def encoded(row: list[str], delimiter: str, line_end: str, quote_all: bool = False) -> bytes:
    """Write one row; the csv module of Python 3.11 leaves a lone CR unquoted."""
    needs_quotes = set('"\r\n') | {delimiter}
    cells = [
        '"' + cell.replace('"', '""') + '"' if quote_all or needs_quotes & set(cell) else cell
        for cell in row
    ]
    return (delimiter.join(cells) + line_end).encode()


CELLS = st.text(alphabet='ab,;"\n\r é', max_size=6)


@settings(max_examples=200, deadline=None)
@given(
    rows=st.lists(st.lists(CELLS, min_size=2, max_size=4), max_size=80),
    line_end=st.sampled_from(["\n", "\r\n", "\r"]),
    delimiter=st.sampled_from([",", ";", "\t"]),
    quote_all=st.booleans(),
    chunk_bytes=st.sampled_from([1, 7, 64, 1 << 19]),
)
def test_written_files_count_to_their_rows(
    rows: list[list[str]], line_end: str, delimiter: str, quote_all: bool, chunk_bytes: int
) -> None:
    content = b"".join(encoded(row, delimiter, line_end, quote_all) for row in rows)
    found = count(content, delimiter, chunk_bytes)
    assert found.records == len(rows)
    assert found.cells == sum(len(row) for row in rows)
    assert found.broken_quote_at is None


@settings(max_examples=200, deadline=None)
@given(
    rows=st.lists(st.lists(CELLS, min_size=2, max_size=3), min_size=1, max_size=30),
    chunk_bytes=st.sampled_from([1, 7, 64, 1 << 19]),
    blank_lines=st.booleans(),
)
def test_the_record_at_an_offset_has_the_number_of_its_row(
    rows: list[list[str]], chunk_bytes: int, blank_lines: bool
) -> None:
    content = b""
    offsets = []
    for row in rows:
        offsets.append(len(content))
        content += (b"\r\n" if blank_lines else b"") + encoded(row, ",", "\n")
    with TemporaryDirectory() as folder:
        path = Path(folder, "file.csv")
        path.write_bytes(content)
        assert record_numbers(path, ",", offsets, chunk_bytes) == list(range(len(rows)))


@pytest.mark.parametrize("chunk_bytes", [3, 1 << 19])
@pytest.mark.parametrize(
    ("content", "breaks", "numbers"),
    [
        (b"a\n1\na\n2", [1, 3, 5], [1, 2, 3]),
        (b"a\r\n1\r\na\r\n", [1, 4], [1, 2]),
        (b'a\n"1\na"\n2', [4, 7], [None, 2]),
        (b"a\n1\n\na", [4], [None]),  # behind a blank line
    ],
)
def test_the_record_behind_a_line_break_has_its_number(
    content: bytes, breaks: list[int], numbers: list[int | None], chunk_bytes: int, tmp_path: Path
) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    assert numbers_behind(path, ",", breaks, chunk_bytes) == numbers


@pytest.mark.parametrize("chunk_bytes", [4, 1 << 19])
@pytest.mark.parametrize(
    ("content", "wide"),
    [
        (b"a,b\n1,2,\n3,4\n5,6,7", [b"1,2,", b"5,6,7"]),
        (b'a,b\r\n"1,\n,",2\r\n"3",",",\r\n', [b'"3",",",']),
        (b"a,b\n1\n\n,,,\n", [b",,,"]),
    ],
)
def test_records_with_too_many_cells_are_found_by_their_bytes(
    content: bytes, wide: list[bytes], chunk_bytes: int, tmp_path: Path
) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    found = wide_records(path, ",", 2, chunk_bytes)
    assert [content[begin:end] for begin, end in found] == wide
