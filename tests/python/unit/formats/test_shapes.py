"""Small files in layouts that were seen become the rows that a person works out from them.

What belongs here: the folders of `shared/data/shapes` beside the project, which not every machine
has, and what each comes to. What does not: the samples of our own (see `test_samples.py`).
"""

from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from orchestration.landing.loading import land
from orchestration.paths import Paths
from orchestration.settings.declared import read_settings
from tests.python.unit.formats.test_samples import translated_rows

Landed = Callable[..., Callable[[str], list[dict[str, Any]]]]


@pytest.fixture
def landed(repo_root: Path, tmp_path: Path) -> Landed:
    """Return what lands the files of a folder and returns the rows of an entity."""
    shapes = repo_root.parent / "shared" / "data" / "shapes"
    if not shapes.is_dir():
        pytest.skip("there are no shapes beside the project")

    def run(name: str, *files: str) -> Callable[[str], list[dict[str, Any]]]:
        folder = tmp_path / "exports" / "downloads"
        folder.mkdir(parents=True)
        for file in sorted((shapes / name).glob("*.csv")):
            if not files or file.name in files:
                (folder / file.name).write_bytes(file.read_bytes())
        paths = Paths(tmp_path / "data")
        report = land(folder.parent, paths, read_settings(folder.parent))
        outcomes = {file.outcome for load in report.new_loads for file in load.files}
        assert outcomes == {"landed"}
        return lambda entity: translated_rows(paths, entity)

    return run


def counted(rows: list[dict[str, Any]], *columns: str) -> dict[Any, int]:
    single = len(columns) == 1
    return dict(
        Counter(row[columns[0]] if single else tuple(map(row.get, columns)) for row in rows)
    )


def test_linkedin(landed: Landed) -> None:
    rows = landed("linkedin_own_export")
    # 10 sent invitations and 6 messages; 6 of the 8 connections came after an invitation
    assert counted(rows("activities"), "direction", "outcome") == {
        ("outbound", "sent"): 16,
        ("inbound", "invited"): 1,
        ("inbound", "accepted"): 6,
        ("inbound", "reply"): 3,
    }
    assert len(rows("prospects")) == 10
    assert [row["name"] for row in rows("reps")] == ["Camille Verdant"]


def test_linkedin_without_profiles(landed: Landed) -> None:
    rows = landed("linkedin_own_export/2018")
    assert counted(rows("activities"), "direction", "outcome") == {
        ("outbound", "sent"): 4,
        ("inbound", "reply"): 1,
    }
    assert len(rows("prospects")) == 3


def test_pipedrive_change_log(landed: Landed) -> None:
    rows = landed("pipedrive_change_log")
    assert counted(rows("deals"), "status") == {"open": 3, "lost": 3}
    # the reason 4 of one deal is none of the options
    reasons = {None: 3, "No answer": 1, "Price": 1, "4": 1}
    assert counted(rows("deals"), "lost_reason") == reasons
    assert len(rows("deal_stages")) == 13
    assert counted(rows("activities"), "channel") == {"call": 6}
    assert len(rows("reps")) == 6


@pytest.mark.parametrize("name", ["pipedrive_ui_en", "pipedrive_ui_fr"])
def test_pipedrive_lists(name: str, landed: Landed) -> None:
    rows = landed(name)
    assert counted(rows("deals"), "status") == {"open": 3, "won": 3, "lost": 3}
    amounts = [Decimal(str(row["amount"]).replace(",", ".")) for row in rows("deals")]
    assert sum(amounts) == Decimal("56254.5")


def test_aircall(landed: Landed) -> None:
    rows = landed("aircall_calls")
    assert len(rows("activities")) == 10
    answered = counted(rows("activities"), "direction", "outcome")
    assert answered[("outbound", "answered")] + answered.get(("outbound", "no_answer"), 0) == 5
    assert sorted(row["name"] for row in rows("reps")) == [
        "Camille Verdant",
        "Idris Okonjo",
        "Sten Mørk",
    ]


@pytest.mark.parametrize("year", [2025, 2026])
def test_apollo(year: int, landed: Landed) -> None:
    rows = landed("apollo", f"apollo-contacts-export_{year}.csv")
    assert len(rows("prospects")) == 8
    assert {row["detected_at"] for row in rows("prospects")} == {"(no column)"}
    assert rows("activities") == []


def test_odoo(landed: Landed) -> None:
    rows = landed("odoo_technical_names")
    assert counted(rows("deals"), "status") == {"open": 2, "lost": 1}
    assert sum(Decimal(row["amount"]) for row in rows("deals")) == 36000
    assert len(rows("prospects")) == 10


def test_mailchimp(landed: Landed) -> None:
    rows = landed("mailchimp_campaigns")
    assert len(rows("campaigns")) == 6
    assert min(row["day"] for row in rows("campaign_totals")) == "2026-06-09"
    assert sum(int(row["sent"]) for row in rows("campaign_totals")) == 675
