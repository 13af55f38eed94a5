"""A tool's files become the generic rows that they should, from file to translated text.

What belongs here: the samples below `tests/formats/<format>/<sample>/`, small files in the tools'
own layouts with invented rows; `expected/<entity>.csv` holds the rows that a person works out by
hand, of the columns that matter. A new sample is a new folder.
"""

import csv
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from orchestration.formats.descriptions import GENERIC, known_formats
from orchestration.landing.loading import land
from orchestration.paths import Paths
from orchestration.settings.declared import read_settings

SAMPLES = Path(__file__).parents[3] / "formats"


def samples() -> list[Path]:
    return sorted(SAMPLES.glob("*/*"))


def named(sample: Path) -> str:
    return f"{sample.parent.name}-{sample.name}"


@pytest.fixture(scope="module", params=samples(), ids=named)
def landed(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Paths, str]:
    """Land a sample's files as a source of their own; return it, its data and its load's format."""
    sample, folder = Path(request.param), tmp_path_factory.mktemp("sample")
    exports, paths = folder / "exports", Paths(folder / "data")
    source = exports / "downloads"
    source.mkdir(parents=True)
    for file in sample.iterdir():
        if file.is_file():
            (source / file.name).write_bytes(file.read_bytes())
    report = land(exports, paths, read_settings(exports))
    (load,) = report.new_loads
    assert [file.outcome for file in load.files] == ["landed"] * len(load.files)
    assert load.load.source == "downloads"
    return sample, paths, load.load.format


def translated_rows(paths: Paths, entity: str) -> list[dict[str, Any]]:
    return [
        row
        for path in sorted((paths.translated / entity).glob("[!_]*.parquet"))
        for row in pq.read_table(path).to_pylist()
    ]


def test_a_sample_becomes_the_rows_that_are_expected(landed: tuple[Path, Paths, str]) -> None:
    sample, paths, format_of_load = landed
    assert format_of_load == sample.parent.name
    for file in sorted((sample / "expected").glob("*.csv")):
        with file.open(encoding="utf-8", newline="") as lines:
            expected = list(csv.DictReader(lines))
        columns = list(expected[0])
        found = [
            {column: row[column] or "" for column in columns}
            for row in translated_rows(paths, file.stem)
        ]
        in_order = lambda row: tuple(row.values())  # noqa: E731
        assert sorted(found, key=in_order) == sorted(expected, key=in_order), file.stem


def test_every_row_of_a_sample_is_accounted_for(landed: tuple[Path, Paths, str]) -> None:
    _, paths, _ = landed
    ledger = translated_rows(paths, "_made")
    loads = pq.read_table(sorted((paths.landing / "_loads").glob("*.parquet"))).to_pylist()
    files = {row["file"] for row in loads if row["landed"]}
    assert files
    assert {row["file"] for row in ledger if row["is_main"]} == files
    for row in ledger:
        assert row["rows_in"] == row["made"] + row["merged"] + row["left_out"]
        assert row["left_out"] == sum(rows for _, rows in row["rules"])
    made = {(row["entity"], row["file"]): 0 for row in ledger}
    for row in ledger:
        made[row["entity"], row["file"]] += row["made"]
    for (entity, file), rows in made.items():
        found = [row for row in translated_rows(paths, str(entity)) if row["_file"] == file]
        assert len(found) == rows
        assert len({row["_row"] for row in found}) == rows


def test_every_format_has_a_sample() -> None:
    assert set(known_formats()) - {GENERIC} == {sample.parent.name for sample in samples()}
