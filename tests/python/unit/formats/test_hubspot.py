"""HubSpot beyond small samples: the layouts of real exports, and Parquet as connectors write it.

What belongs here: counts and sums that a person works out by hand from the shared shapes, and the
same rows from another container. What does not: what a row becomes (see `test_samples.py`).
"""

import csv
from collections import Counter
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from orchestration.landing.loading import land
from orchestration.paths import Paths
from orchestration.settings.declared import read_settings

SAMPLES = Path(__file__).parents[3] / "formats" / "hubspot"
Rows = list[dict[str, str]]


class Landed:
    """The generic rows that a folder of files becomes."""

    def __init__(self, folder: Path, files: list[Path]) -> None:
        exports = folder / "exports"
        (exports / "downloads").mkdir(parents=True)
        for file in files:
            (exports / "downloads" / file.name).write_bytes(file.read_bytes())
        self.paths = Paths(folder / "data")
        (self.load,) = land(exports, self.paths, read_settings(exports)).new_loads

    def rows(self, entity: str) -> Rows:
        files = sorted((self.paths.translated / entity).glob("[!_]*.parquet"))
        return [row for file in files for row in pq.read_table(file).to_pylist()]

    def amounts(self) -> dict[str, tuple[int, float]]:
        """Return how many deals there are of each status, and their amounts together."""
        deals = self.rows("deals")
        return {
            status: (
                sum(1 for deal in deals if deal["status"] == status),
                sum(float(deal["amount"] or 0) for deal in deals if deal["status"] == status),
            )
            for status in sorted({deal["status"] for deal in deals})
        }


def shape(shared_data: Path, name: str, folder: Path) -> Landed:
    files = sorted((shared_data / "shapes" / name).glob("*.csv"))
    if not files:
        pytest.skip(f"there is no {name} among the shared shapes")
    return Landed(folder, files)


def test_lists_with_all_properties_in_english(shared_data: Path, tmp_path: Path) -> None:
    found = shape(shared_data, "hubspot_ui_en", tmp_path)
    assert found.amounts() == {"lost": (4, 20000), "open": (8, 52500), "won": (2, 15000)}
    assert not [deal for deal in found.rows("deals") if deal["is_stage_unknown"]]
    assert len(found.rows("deal_contacts")) == 15
    assert len({row["deal_id"] for row in found.rows("deal_contacts")}) == 14
    assert Counter(row["stage"] for row in found.rows("prospect_stages")) == {
        "Lead": 10,
        "Opportunity": 6,
        "Customer": 3,
    }
    assert (len(found.rows("prospects")), len(found.rows("accounts"))) == (10, 10)
    assert {rep["name"] for rep in found.rows("reps")} == {
        "Camille Verdant",
        "Idris Okonjo",
        "Sten Mørk",
    }


def test_lists_in_french(shared_data: Path, tmp_path: Path) -> None:
    found = shape(shared_data, "hubspot_ui_fr", tmp_path)
    assert found.amounts() == {"lost": (2, 10800), "open": (6, 24300), "won": (2, 9000)}
    unknown = [deal["stage"] for deal in found.rows("deals") if deal["is_stage_unknown"]]
    assert Counter(unknown)["Réflexion"] == 3
    assert (len(found.rows("prospects")), len(found.rows("accounts"))) == (10, 10)


def test_objects_by_internal_names(shared_data: Path, tmp_path: Path) -> None:
    found = shape(shared_data, "hubspot_internal_names", tmp_path)
    assert found.amounts() == {"lost": (2, 10000), "open": (10, 250000), "won": (2, 20000)}
    unknown = Counter(deal["stage"] for deal in found.rows("deals") if deal["is_stage_unknown"])
    assert unknown == {"95180904": 2, "95211147": 2}
    assert [deal["closed_at"] for deal in found.rows("deals") if deal["status"] == "won"] == [
        None,
        "2026-05-15",
    ]


def test_a_view_of_two_objects_that_excel_saved_again(shared_data: Path, tmp_path: Path) -> None:
    found = shape(shared_data, "hubspot_excel_joined_view", tmp_path)
    people = {row["prospect_id"]: row for row in found.rows("prospects")}
    assert (len(found.rows("prospects")), len(people), len(found.rows("accounts"))) == (12, 9, 12)
    assert people["1415"]["detected_at"] == "2024-02-05 01:50:00"
    companies = {row["account_id"]: row["created_at"] for row in found.rows("accounts")}
    assert companies["21526623108"] == "2024-11-09 13:21:00"
    assert people["1415"]["account_id"] == "21526623100"


def test_the_tables_of_a_connector(shared_data: Path, tmp_path: Path) -> None:
    found = shape(shared_data, "hubspot_connector", tmp_path)
    counts = {
        entity: len(found.rows(entity))
        for entity in ("accounts", "prospects", "deals", "reps", "tickets", "activities", "links")
    }
    assert counts == {
        "accounts": 24,
        "prospects": 22,
        "deals": 44,
        "reps": 100,
        "tickets": 25,
        "activities": 103,
        "links": 21,
    }
    channels = Counter(row["channel"] for row in found.rows("activities"))
    assert channels == {"meeting": 100, "call": 1, "email": 1, "other": 1}
    assert (len(found.rows("deal_stages")), len(found.rows("deal_contacts"))) == (14, 11)


def test_typed_parquet_becomes_the_same_rows(tmp_path: Path) -> None:
    """Timestamps, numbers and booleans of a warehouse read as the texts of a CSV file do."""
    tables = tmp_path / "tables"
    tables.mkdir()
    connection = duckdb.connect()
    for file in sorted((SAMPLES / "fivetran").glob("*.csv")):
        connection.execute(
            f"copy (from read_csv('{file}', header = true)) to "
            f"'{tables / file.stem}.parquet' (format parquet)"
        )
    found = Landed(tmp_path / "typed", sorted(tables.glob("*.parquet")))
    assert {file.outcome for file in found.load.files} == {"landed"}
    for entity in ("deals", "prospects", "reps", "links", "activities", "deal_contacts"):
        with (SAMPLES / "fivetran" / "expected" / f"{entity}.csv").open(encoding="utf-8") as lines:
            expected = list(csv.DictReader(lines))
        columns = [name for name in expected[0] if name != "amount"]
        compared = [tuple(row[name] or "" for name in columns) for row in found.rows(entity)]
        wanted = [tuple(row[name] for name in columns) for row in expected]
        assert sorted(compared) == sorted(wanted), entity
