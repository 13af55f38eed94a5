"""Salesforce's four layouts as others wrote them: what a person counts and adds up by hand.

What belongs here: counts and sums over the shared shapes. What does not: what a row becomes (see
the samples below `tests/formats/salesforce`).
"""

from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from orchestration.landing.loading import land
from orchestration.paths import Paths
from orchestration.settings.declared import read_settings
from tests.python.unit.formats.test_samples import translated_rows

Rows = list[dict[str, str | None]]


class Landed:
    """The generic rows that the files of a shape become."""

    def __init__(self, shape: Path, folder: Path) -> None:
        if not shape.is_dir():
            pytest.skip(f"there is no {shape.name} among the shared shapes")
        source = folder / "exports" / "crm"
        source.mkdir(parents=True)
        for file in sorted(shape.glob("*.csv")):
            (source / file.name).write_bytes(file.read_bytes())
        self.paths = Paths(folder / "data")
        land(folder / "exports", self.paths, read_settings(folder / "exports"))

    def rows(self, entity: str) -> Rows:
        return translated_rows(self.paths, entity)

    def amounts(self) -> dict[str, tuple[int, Decimal]]:
        """Return how many deals there are of each status, and what they amount to together."""
        totals: dict[str, tuple[int, Decimal]] = {}
        for deal in self.rows("deals"):
            number, total = totals.get(str(deal["status"]), (0, Decimal(0)))
            amount = Decimal((deal["amount"] or "0").replace(",", "."))
            totals[str(deal["status"])] = (number + 1, total + amount)
        return totals


def test_the_data_export(shared_data: Path, tmp_path: Path) -> None:
    found = Landed(shared_data / "shapes" / "salesforce_data_export", tmp_path)
    deals = found.rows("deals")
    by_currency = Counter((deal["status"], deal["currency"]) for deal in deals)
    assert by_currency == {
        ("won", "MXN"): 1, ("won", "PEN"): 2, ("lost", "COP"): 1, ("lost", "USD"): 1,
        ("open", "USD"): 1, ("open", "MXN"): 1, ("open", "COP"): 1,
    }  # fmt: skip
    assert found.amounts() == {"won": (3, 130000), "lost": (2, 20000), "open": (3, 140000)}
    lost = sorted(str(deal["closed_at"]) for deal in deals if deal["status"] == "lost")
    assert lost == ["2026-01-22 22:30:00Z", "2026-01-27 22:30:00Z"]
    assert len(found.rows("deal_stages")) == 21  # of 28 entries seven change no stage
    assert len(found.rows("prospects")) == 9  # six contacts and four leads, one of them converted
    assert Counter(each["channel"] for each in found.rows("activities")) == {"email": 5, "call": 2}
    assert Counter(each["status"] for each in found.rows("quotes")) == {
        "sent": 1, "accepted": 1, "rejected": 1,
    }  # fmt: skip
    assert [each["name"] for each in found.rows("reps")] == [
        "Camille Verdant", "Idris Okonjo", "Sten Mørk",
    ]  # fmt: skip


def test_data_loader(shared_data: Path, tmp_path: Path) -> None:
    found = Landed(shared_data / "shapes" / "salesforce_data_loader", tmp_path)
    assert found.amounts() == {
        "won": (12, Decimal("10542562.98")),
        "lost": (3, Decimal("3058912.50")),
        "open": (35, Decimal("30002070.50")),
    }
    assert not any(deal["is_stage_unknown"] for deal in found.rows("deals"))
    assert len(found.rows("prospects")) == 102 + 60
    assert len(found.rows("accounts")) == 22
    assert len(found.rows("tickets")) == 40
    # no task is completed; nineteen members were in an e-mail campaign that ran
    assert Counter(each["channel"] for each in found.rows("activities")) == {"email": 19}


def test_the_stock_organisation(shared_data: Path, tmp_path: Path) -> None:
    found = Landed(shared_data / "shapes" / "salesforce_stock_org", tmp_path)
    assert found.amounts() == {
        "won": (12, 2815000), "lost": (8, 830000), "open": (16, 2115000),
    }  # fmt: skip
    lost = Counter(
        str(deal["closed_at"])[:10] for deal in found.rows("deals") if deal["status"] == "lost"
    )
    assert lost == {"2026-03-07": 7, "2026-02-24": 1}
    assert len(found.rows("deal_stages")) == 48
    people = found.rows("prospects")
    assert len(people) == 25 + 22 - 5  # five leads were converted
    assert sum(1 for person in people if person["qualified_at"] == "2026-02-24") == 5
    assert {person["detected_at"] for person in people} == {"(no column)"}


def test_a_connectors_tables(shared_data: Path, tmp_path: Path) -> None:
    found = Landed(shared_data / "shapes" / "salesforce_connector", tmp_path)
    deals = {deal["deal_id"]: deal for deal in found.rows("deals")}
    assert len(deals) == 8  # of ten two are no present version
    assert {deal["is_test"] for deal in deals.values()} == {"true"}  # all are deleted
    accounts = {each["account_id"]: each["is_test"] for each in found.rows("accounts")}
    assert Counter(accounts.values()) == {"true": 6, None: 1}
    meetings = Counter(each["channel"] for each in found.rows("activities"))
    assert meetings == {"call": 6, "meeting": 4}
    assert sum(Decimal(str(order["amount"])) for order in found.rows("orders")) == Decimal(
        "54800.6"
    )
    (converted,) = [each for each in found.rows("prospects") if each["qualified_at"]]
    assert converted["prospect_id"] == "0031G00001QtDPlQAN"


def test_a_report(shared_data: Path, tmp_path: Path) -> None:
    found = Landed(shared_data / "shapes" / "salesforce_report", tmp_path)
    assert found.amounts() == {"won": (3, 120000), "lost": (2, 90000), "open": (3, 150000)}
    assert len(found.rows("accounts")) == 8
    assert len(found.rows("reps")) == 3
