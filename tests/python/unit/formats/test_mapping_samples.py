"""Sheets with a mapping become the generic rows that they should, from file to translated text.

What belongs here: the samples below `tests/mappings/<source>/`, each with its `mapping.yml`, small
files with invented rows, and in `expected/<entity>.csv` the rows that a person works out by hand,
of the columns that matter. A new sample is a new folder.
"""

import csv
from pathlib import Path

import pytest

from orchestration.landing.loading import land
from orchestration.landing.mapping.compiling import MAPPED
from orchestration.paths import Paths
from orchestration.settings.declared import read_settings
from tests.python.unit.formats.test_samples import translated_rows

SAMPLES = Path(__file__).parents[3] / "mappings"
MOST_LINES = 40

samples = pytest.mark.parametrize("sample", sorted(SAMPLES.iterdir()), ids=lambda path: path.name)


def landed(sample: Path, exports: Path, paths: Paths) -> None:
    source = exports / sample.name
    source.mkdir(parents=True)
    for file in sample.glob("*.csv"):
        (source / file.name).write_bytes(file.read_bytes())
    text = (sample / "mapping.yml").read_bytes()
    (exports / f"{sample.name}.mapping.yml").write_bytes(text)
    report = land(exports, paths, read_settings(exports))
    (load,) = report.new_loads
    assert {file.outcome for file in load.files} == {"landed"}
    assert load.load.format == MAPPED


@samples
def test_a_sheet_becomes_the_rows_that_are_expected(sample: Path, tmp_path: Path) -> None:
    paths = Paths(tmp_path / "data")
    landed(sample, tmp_path / "exports", paths)
    for file in sorted((sample / "expected").glob("*.csv")):
        with file.open(encoding="utf-8", newline="") as lines:
            expected = [tuple(row.items()) for row in csv.DictReader(lines)]
        columns = [name for name, _ in expected[0]]
        found = [
            tuple((column, row[column] or "") for column in columns)
            for row in translated_rows(paths, file.stem)
        ]
        assert sorted(found) == sorted(expected), file.stem


@samples
def test_every_reference_of_a_sheet_finds_its_row(sample: Path, tmp_path: Path) -> None:
    paths = Paths(tmp_path / "data")
    landed(sample, tmp_path / "exports", paths)
    ids = {
        "account_id": {row["account_id"] for row in translated_rows(paths, "accounts")},
        "prospect_id": {row["prospect_id"] for row in translated_rows(paths, "prospects")},
        "rep_id": {row["rep_id"] for row in translated_rows(paths, "reps")},
    }
    for row in translated_rows(paths, "deals"):
        for column, known in ids.items():
            assert row[column] is None or row[column] in known, (column, row)


@samples
def test_every_row_of_a_sheet_is_accounted_for(sample: Path, tmp_path: Path) -> None:
    paths = Paths(tmp_path / "data")
    landed(sample, tmp_path / "exports", paths)
    ledger = translated_rows(paths, "_made")
    assert ledger
    for row in ledger:
        assert row["rows_in"] == row["made"] + row["merged"] + row["left_out"]
        assert row["left_out"] == sum(rows for _, rows in row["rules"])


@samples
def test_a_mapping_is_short(sample: Path) -> None:
    lines = (sample / "mapping.yml").read_text(encoding="utf-8").splitlines()
    assert len([line for line in lines if not line.startswith("#")]) <= MOST_LINES
