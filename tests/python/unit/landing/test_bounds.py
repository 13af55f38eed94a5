"""Beyond a bound a file is refused, in seconds and little memory, and the rest is landed.

What belongs here: bounds of files in the exports and of YAML beside them, and names. What does not:
the bounds of workbooks (see `test_workbooks.py`).
"""

import gzip
import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from orchestration.errors import ConfigurationError
from orchestration.files import MOST_NAME_BYTES, readable, short_name
from orchestration.kpis.own import read_own_kpis
from orchestration.landing.bounds import MOST_HEADERS, MOST_RECORD_BYTES
from orchestration.landing.hashes import check_before_build
from orchestration.settings.declared import read_settings
from orchestration.validation.thresholds import read_thresholds
from orchestration.yaml_bounds import check_bounds

HEADER = b"prospect_id,detected_at,last_name\n"
ROW = b"1,2026-01-01,x\n"
LINE = b"x" * 1023 + b"\n"


def zipped(**members: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.csv", content)
    return packed.getvalue()


def parquet() -> bytes:
    table = pa.table({name: ["1"] * 1_500_000 for name in ("prospect_id", "detected_at")})
    written = io.BytesIO()
    pq.write_table(table, written, compression="zstd", data_page_size=1 << 28)
    return written.getvalue()


BOMB = HEADER + ROW * 6_000_000


BEYOND: dict[str, tuple[str, str, Callable[[], bytes]]] = {
    "a gzip bomb": ("prospects.csv.gz", "unpack to more than", lambda: gzip.compress(BOMB, 9)),
    "a bomb in a zip": ("a.zip", "unpack to more than", lambda: zipped(prospects=BOMB)),
    "members": (
        "a.zip",
        "the zip holds 10001 files, more than are read (10000)",
        lambda: zipped(**{f"n{number}": b"" for number in range(10_001)}),
    ),
    "columns": (
        "prospects.csv",
        f"the header names {MOST_HEADERS + 3} columns, more than are read ({MOST_HEADERS})",
        lambda: HEADER[:-1] + b"".join(b",c%d" % each for each in range(MOST_HEADERS)) + b"\n",
    ),
    "a header without end": (
        "prospects.csv",
        "its first row has more bytes than are looked at",
        lambda: HEADER[:-1] + b"," + b"z" * 2_000_000 + b"\n" + ROW,
    ),
    "a row": (
        "prospects.csv",
        "a row of it has 16777",
        lambda: (
            HEADER
            + ROW
            + b'2,2026-01-01,"'
            + (b"x" * 1023 + b"\n") * (MOST_RECORD_BYTES >> 10)
            + b'"\n'
        ),
    ),
    "rows of a Parquet file": ("prospects.parquet", "say they hold 1500000 rows", parquet),
}


@pytest.mark.parametrize("what", BEYOND)
def test_what_is_beyond_a_bound_is_refused_and_the_rest_is_landed(desk: Any, what: str) -> None:
    name, reason, content = BEYOND[what]
    desk.put(f"crm/{name}", content())
    desk.put("crm/accounts.csv", "account_id,name\n1,Acme\n")
    outcomes = {each.file: each for each in desk.land().files}
    assert outcomes["crm/accounts.csv"].landed == 1
    (refused,) = [each for each in outcomes.values() if each.file != "crm/accounts.csv"]
    assert (refused.outcome, refused.landed) == ("refused", None)
    assert reason in (refused.reason or "")
    assert not (desk.paths.landing / ".scratch").exists()


def test_a_large_cell_and_a_row_of_many_cells_are_read(desk: Any) -> None:
    """The second row has 200,000 cells: it is none of the table, and costs no minute."""
    large = b'1,2026-01-01,"' + b"x" * 3_000_000 + b'"\n'
    wide = b"2,2026-01-01,y" + b",z" * 200_000 + b"\n"
    report = desk.land_file("crm/prospects.csv", HEADER + large + wide + ROW)
    assert (report.records, report.landed, report.structural_rejects) == (3, 2, 1)
    assert [len(row["last_name"]) for row in desk.rows("prospects")] == [3_000_000, 1]


LONG = "é" * 120


@pytest.mark.parametrize("name", [LONG, "x" * 255, "crm"])
def test_a_long_name_of_a_source_is_shortened_in_our_folders_only(desk: Any, name: str) -> None:
    desk.put(f"{name}/prospects.csv", HEADER + ROW)
    (report,) = desk.land().sources
    assert (report.source, report.loads[0].is_new) == (name, True)
    (report,) = desk.land().sources
    assert (report.source, report.loads[0].is_new) == (name, False)
    assert [row["source"] for row in desk.loads()] == [name]
    assert [each["source"] for each in desk.addresses()] == []
    check_before_build(desk.paths)
    written = [path.name for path in desk.paths.landing.rglob("*.parquet")]
    assert max(len(os.fsencode(each)) for each in written) <= MOST_NAME_BYTES + 35


def test_two_long_names_that_begin_alike_stay_two() -> None:
    one, two = LONG + "a", LONG + "b"
    assert short_name(one) != short_name(two)
    assert len(short_name(one).encode()) <= MOST_NAME_BYTES
    assert short_name("x" * 200) == "x" * 200


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("deals été (2).csv", "deals été (2).csv"),
        ("a\nb\r\tc.csv", "a\\nb\\r\\tc.csv"),
        ("\x1b[31mred\x07.csv", "\\x1b[31mred\\x07.csv"),
        ("deals_\u202evsc.exe", "deals_\\u202evsc.exe"),
        ("f\udce9vrier.csv", "f\\xe9vrier.csv"),
        ("c1\x9b31m.csv", "c1\\x9b31m.csv"),
    ],
)
def test_what_a_name_does_to_a_terminal_is_escaped(name: str, told: str) -> None:
    assert readable(name) == told
    assert readable(told) == told


def test_names_of_members_and_files_are_told_in_one_line(desk: Any) -> None:
    desk.put("crm/accounts_a\x1b[31m\nb.csv", "account_id,name\n1,Acme\n")
    with zipfile.ZipFile(desk.exports / "crm" / "more.zip", "w") as more:
        more.writestr("accounts_\u202ex\n.csv", "account_id,name\n2,Other\n")
    told = {file.file for load in desk.land().new_loads for file in load.files}
    assert told == {
        "crm/accounts_a\\x1b[31m\\nb.csv",
        "crm/more.zip!accounts_\\u202ex\\n.csv",
    }


DEEP = "[" * 2000 + "]" * 2000
LAUGHS = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 9)
)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (f"reporting: {DEEP}", "levels deep"),
        (LAUGHS, "more than 200000 parts"),
        (f"# {'x' * 5_000_000}", "longer than 5,000,000 characters"),
    ],
)
@pytest.mark.parametrize(
    ("file", "read"),
    [
        ("sources.yml", read_settings),
        ("gates.yml", read_thresholds),
        ("kpis.yml", read_own_kpis),
    ],
)
def test_yaml_without_bounds_is_refused(
    tmp_path: Path, file: str, read: Callable[[Path], object], text: str, reason: str
) -> None:
    (tmp_path / "crm").mkdir()
    (tmp_path / file).write_text(text)
    with pytest.raises(ConfigurationError, match=reason):
        read(tmp_path)


@pytest.mark.parametrize("text", ["a: [1, 2]\nb: {c: 2026-02-30}\n", f"a: 1\nb: [{'9' * 5000}]\n"])
def test_a_value_on_which_the_reader_fails_is_told_with_its_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "crm").mkdir()
    for file, read in (("sources.yml", read_settings), ("gates.yml", read_thresholds)):
        (tmp_path / file).write_text(text)
        with pytest.raises(ConfigurationError, match="line 2"):
            read(tmp_path)
        (tmp_path / file).unlink()


def test_a_folder_called_like_settings_is_no_file_of_them(tmp_path: Path) -> None:
    (tmp_path / "crm").mkdir()
    (tmp_path / "kpis.yml").mkdir()
    with pytest.raises(ConfigurationError, match="is no file, and settings are read from one"):
        read_settings(tmp_path)


def test_a_mapping_without_bounds_is_refused(desk: Any) -> None:
    desk.put("crm/accounts.csv", "account_id,name\n1,Acme\n")
    desk.put("crm.mapping.yml", f"make: {DEEP}")
    with pytest.raises(ConfigurationError, match="levels deep"):
        desk.land()


def test_yaml_as_people_write_it_is_within_the_bounds(repo_root: Path) -> None:
    files = [
        path
        for folder in ("kpis", "examples", "orchestration", "tests/mappings")
        for path in (repo_root / folder).rglob("*.yml")
    ]
    assert len(files) > 20
    for path in files:
        check_bounds(path.read_text(encoding="utf-8"))
    check_bounds("a: &a [1, 2]\nb: [*a, *a]\n")
    check_bounds("no: [yaml")  # whoever reads it says what is wrong
    with pytest.raises(yaml.YAMLError):
        check_bounds(DEEP)
