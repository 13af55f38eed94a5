"""The companies of the benchmark and their next day."""

import csv
import shutil
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from orchestration.demo.company import AS_OF
from tests.benchmarks.company import Size, counted, make_company, size_named
from tests.benchmarks.next_day import DaySize, advance, as_of

DAY = DaySize(touches=200)
NEXT = AS_OF + timedelta(days=1)
KEYS = {"activities": "activity_id", "tickets": "ticket_id"}


@pytest.mark.parametrize(
    ("name", "activities", "repeats"),
    [("20500", 20_500, 1), ("100k", 100_000, 1), ("1.5m", 1_500_000, 1), ("10mx5", 10_000_000, 5)],
)
def test_a_size_is_spelled_as_one_says_it(name: str, activities: int, repeats: int) -> None:
    assert size_named(name) == Size(name, activities, repeats)


@pytest.mark.parametrize("name", ["", "m", "10g", "10mx0", "-1m", "10 m"])
def test_another_spelling_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="is no size"):
        size_named(name)


def test_repeated_touches_need_fewer_people() -> None:
    assert size_named("10mx5").scale == size_named("2m").scale


def rows(file: Path) -> list[dict[str, str]]:
    """Read an export of the demo as its source writes it."""
    encoding = "cp1252" if "outreach" in file.parts else "utf-8"
    delimiter = ";" if {"outreach", "finance"} & set(file.parts) else ","
    with file.open(encoding=encoding, newline="") as source:
        return list(csv.DictReader(source, delimiter=delimiter))


def happened(row: dict[str, str]) -> datetime | None:
    """Return when an activity happened; None for the planted ones on no day that exists."""
    try:
        return datetime.strptime(row["occurred_at"], "%d/%m/%Y %H:%M")
    except ValueError:
        return None


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a company of some thousand activities, each of them twice."""
    folder = tmp_path_factory.mktemp("company") / "exports"
    make_company(size_named("4000x2"), folder)
    return folder


@pytest.fixture(scope="module")
def two_days(company: Path) -> Path:
    """Return the company two days later; its files are links to those of the company."""
    folder = company.with_name("later")
    shutil.copytree(
        company, folder, copy_function=lambda source, target: Path(target).hardlink_to(source)
    )
    advance(folder, DAY)
    advance(folder, DAY)
    return folder


def test_a_copy_of_a_touch_is_another_touch_of_the_same_person_days_later(company: Path) -> None:
    touches = {row["activity_id"]: row for row in rows(company / "outreach" / "activities.csv")}
    copies = [name for name in touches if name.endswith(".1")]
    assert len(copies) > 0.45 * len(touches)
    for name in copies:
        first, copy = touches[name.removesuffix(".1")], touches[name]
        assert copy["prospect_id"] == first["prospect_id"]
        one, other = happened(first), happened(copy)
        assert one
        assert other
        assert other - one == timedelta(days=1, minutes=7)
        assert other.date() <= AS_OF
        assert copy["in_reply_to"] == (first["in_reply_to"] and first["in_reply_to"] + ".1")


def test_a_company_is_made_once(company: Path) -> None:
    activities, prospects = counted(company)
    assert activities == len(rows(company / "outreach" / "activities.csv"))
    assert prospects > 100
    file = company / "crm" / "deals.csv"
    before = file.stat()
    make_company(size_named("4000x2"), company)
    assert file.stat() == before


def test_each_day_moves_as_of_and_adds_a_folder_to_each_incremental_source(two_days: Path) -> None:
    assert as_of(two_days) == NEXT + timedelta(days=1)
    for source in ("outreach", "support"):
        dated = sorted(path.name for path in (two_days / source).iterdir() if path.is_dir())
        assert dated == ["2026-10-01T2000", "2026-10-02T2000"]
    assert not any(path.is_dir() for path in (two_days / "crm").iterdir())


@pytest.mark.parametrize("entity", KEYS)
def test_no_id_comes_twice_in_incremental_files(two_days: Path, entity: str) -> None:
    files = list(two_days.glob(f"*/{entity}.csv")) + list(two_days.glob(f"*/*/{entity}.csv"))
    assert len(files) > 1
    ids = [{row[KEYS[entity]] for row in rows(file)} for file in files]
    assert len(set.union(*ids)) == sum(map(len, ids))


def test_of_a_days_activities_some_are_late_and_some_of_last_year(two_days: Path) -> None:
    found = rows(two_days / "outreach" / "2026-10-01T2000" / "activities.csv")
    days = Counter(moment.date() for row in found if (moment := happened(row)))
    late = [day for day in days.elements() if day != NEXT]
    assert len(late) == DAY.counts["late_count"] == 10
    assert all(date(2024, 10, 1) <= day < NEXT for day in late)
    assert any(day.year < NEXT.year for day in late)
    assert days[NEXT] >= DAY.touches - len(late)
    assert any(row["in_reply_to"] for row in found)


@pytest.mark.parametrize("entity", ["accounts", "prospects", "deals"])
def test_a_full_export_keeps_every_record_changes_some_and_has_new_ones(
    company: Path, two_days: Path, entity: str
) -> None:
    before = (company / "crm" / f"{entity}.csv").read_text("utf-8").splitlines()
    after = (two_days / "crm" / f"{entity}.csv").read_text("utf-8").splitlines()
    assert before[0] == after[0]
    ids = [line.split(",")[0] for line in before]
    assert ids == [line.split(",")[0] for line in after[: len(before)]]
    changed = [two for one, two in zip(before, after, strict=False) if one != two]
    assert changed
    assert all("2026-10-0" in line for line in changed)
    new = [line.split(",")[0] for line in after[len(before) :]]
    assert new
    assert len(set(new)) == len(new)
    assert not set(new) & set(ids)


def test_a_moved_deal_enters_the_stage_that_it_is_in(company: Path, two_days: Path) -> None:
    before = (company / "crm" / "deal_stages.csv").read_text("utf-8").splitlines()
    after = (two_days / "crm" / "deal_stages.csv").read_text("utf-8").splitlines()
    assert after[: len(before)] == before
    stages = {row["deal_id"]: row["stage"] for row in rows(two_days / "crm" / "deals.csv")}
    entered = dict(line.split(",")[:2] for line in after[len(before) :])
    assert entered
    assert all(stages[deal] == stage for deal, stage in entered.items())


def test_the_same_folder_and_seed_give_the_same_day(company: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        shutil.copytree(company, tmp_path / name)
        advance(tmp_path / name, DAY)
    contents = [
        {
            file.relative_to(tmp_path / name): file.read_bytes()
            for file in (tmp_path / name).rglob("*")
            if file.is_file()
        }
        for name in ("one", "two")
    ]
    assert contents[0] == contents[1]


def test_what_the_files_were_linked_to_stays_as_it_was(company: Path, two_days: Path) -> None:
    assert as_of(company) == AS_OF
    for file in (company / "crm").iterdir():
        assert datetime.fromtimestamp(file.stat().st_mtime, UTC).date() == AS_OF
        assert file.stat().st_ino != (two_days / "crm" / file.name).stat().st_ino
    flat = company / "outreach" / "activities.csv"
    assert flat.stat().st_ino == (two_days / "outreach" / "activities.csv").stat().st_ino
