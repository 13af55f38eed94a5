"""Of two files of one table the newer one counts, whatever they are called."""

import io
import os
import zipfile
from datetime import datetime, timedelta
from typing import Any

import pytest

from orchestration.landing.file_order import Dated, oldest_first

NOON = datetime(2026, 3, 1, 12)
ACCOUNTS = "account_id,name\n"


def ordered(*files: tuple[str, int]) -> list[str]:
    dated = [Dated(name, NOON + timedelta(seconds=seconds)) for name, seconds in files]
    found = oldest_first(dated)
    assert found == oldest_first(reversed(dated))
    return [each.name for each in found]


def test_the_newest_file_comes_last() -> None:
    assert ordered(("a.csv", 900), ("b.csv", 0), ("a (1).csv", 60)) == [
        "b.csv",
        "a (1).csv",
        "a.csv",
    ]


@pytest.mark.parametrize(
    "names",
    [
        ["a.csv", "a (1).csv", "a (2).csv", "a (10).csv"],
        ["x.zip!a.csv", "x (1).zip!a.csv"],
        ["2.csv", "10.csv", "b.csv"],
        ["crm/a-9.csv", "crm/a-10.csv"],
    ],
)
def test_files_written_together_follow_their_names(names: list[str]) -> None:
    times = range(len(names), 0, -1)  # copied in another order, each a second after the other
    assert ordered(*zip(names, times, strict=True)) == names


def put(desk: Any, name: str, content: str | bytes, at: datetime) -> None:
    os.utime(desk.put(name, content), (at.timestamp(), at.timestamp()))


def test_rows_are_landed_from_the_oldest_file_to_the_newest_and_keep_their_places(
    desk: Any,
) -> None:
    put(desk, "crm/accounts.csv", ACCOUNTS + "1,Old\n2,Bolt\n", NOON)
    put(desk, "crm/accounts_ (1).csv", ACCOUNTS + "1,New\n", NOON + timedelta(days=1))
    desk.land()
    assert desk.values("accounts", "name") == [("Old",), ("Bolt",), ("New",)]
    assert [(row["file"], row["first_row"]) for row in desk.loads()] == [
        ("crm/accounts.csv", 0),
        ("crm/accounts_ (1).csv", 2),
    ]
    os.utime(desk.exports / "crm/accounts.csv")
    assert desk.land().new_loads == ()


def test_a_zip_tells_when_its_members_were_changed(desk: Any) -> None:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr(zipfile.ZipInfo("accounts_a.csv", (2026, 3, 2, 0, 0, 0)), ACCOUNTS + "1,B")
        archive.writestr(zipfile.ZipInfo("accounts_b.csv", (2026, 2, 1, 0, 0, 0)), ACCOUNTS + "1,A")
    put(desk, "crm/export.zip", written.getvalue(), NOON + timedelta(days=9))
    put(desk, "crm/accounts.csv", ACCOUNTS + "1,C", NOON + timedelta(days=3))
    desk.land()
    assert desk.values("accounts", "name") == [("A",), ("B",), ("C",)]
