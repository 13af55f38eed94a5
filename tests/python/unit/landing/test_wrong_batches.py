"""The mistakes that exports come with, one at a time and only in the newest file: each is held.

What belongs here: a small company's history (40 activities a day, 60 deals), 26 wrong batches after
it and sound ones. What does not: one rule at a time (see `test_batch_gate.py`).
"""

import random
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from orchestration.landing.loading import land
from orchestration.paths import Paths
from orchestration.settings.declared import read_settings
from orchestration.validation.batches import BatchGate
from orchestration.validation.thresholds import read_thresholds

LAST = date(2026, 6, 26)
SOURCES = """
sources:
  crm: {mode: full}
  outreach: {refers_to: crm}
  finance: {refers_to: crm}
"""
Row = dict[str, str]
Change = Callable[[list[Row]], list[Row]]


class Case(NamedTuple):
    """A wrong batch: its source and entity, what is wrong, and what it is told by."""

    source: str
    entity: str
    change: Change
    told: str


def put(column: str, to: Callable[[str], str]) -> Change:
    return lambda rows: [{**row, column: to(row[column])} for row in rows]


def swapped(one: str, other: str) -> Change:
    return lambda rows: [{**row, one: row[other], other: row[one]} for row in rows]


def without(column: str) -> Change:
    return lambda rows: [{name: row[name] for name in row if name != column} for row in rows]


def later(hours: int) -> Callable[[str], str]:
    def shifted(text: str) -> str:
        return f"{datetime.fromisoformat(text) + timedelta(hours=hours):%Y-%m-%d %H:%M}"

    return shifted


def times(factor: float) -> Callable[[str], str]:
    return lambda text: f"{float(text) * factor:.2f}"


def again(rows: list[Row]) -> list[Row]:
    old = [row for day in range(1, 20) for row in activities(LAST - timedelta(day))]
    return [*rows, *({**row, "activity_id": f"N{row['activity_id']}"} for row in old)]


def won(rows: list[Row]) -> list[Row]:
    return [{**row, "status": "won", "closed_at": row["created_at"]} for row in rows]


CASES = {
    "amounts emptied": Case("crm", "deals", put("amount", lambda _: ""), "amount: 100%"),
    "currency column lost": Case("crm", "deals", without("currency"), "has no such column"),
    "amounts in cents": Case(
        "crm", "deals", put("amount", times(100)), "times as large, the usual"
    ),
    "orders x 10": Case("finance", "orders", put("amount", times(10)), "times as large, the usual"),
    "all won": Case("crm", "deals", won, "column status"),
    "most of the day gone": Case("outreach", "activities", lambda rows: rows[::4], "loads before"),
    "half of a whole": Case("finance", "targets", lambda rows: rows[::2], "vanish"),
    "three hours later": Case(
        "outreach", "activities", put("occurred_at", later(3)), "at hours at which"
    ),
    "again under new ids": Case("outreach", "activities", again, "under another key"),
    "swapped in a day": Case(
        "outreach", "activities", swapped("rep_id", "channel"), "outside the list"
    ),
    "swapped in a whole": Case("crm", "accounts", swapped("city", "region"), "column city"),
    "frozen": Case(
        "outreach",
        "activities",
        put("occurred_at", lambda text: later(-24 * 14)(text)),
        "14 days older",
    ),
    "half vanished": Case("crm", "prospects", lambda rows: rows[::2], "vanish"),
    "no row": Case("outreach", "activities", lambda _: [], "usual number of rows"),
    "ids of nobody": Case("outreach", "activities", put("prospect_id", "X{}".format), "no record"),
    "unknown words": Case("outreach", "activities", put("channel", "canal {}".format), "the list"),
    "day and month": Case(
        "outreach",
        "activities",
        put("occurred_at", lambda text: f"{text[:4]}-{text[8:10]}-{text[5:7]}{text[10:]}"),
        "lie after the day of the load",
    ),
    "one rep": Case("crm", "deals", put("rep_id", lambda _: "R1"), "column rep_id"),
    "other currency": Case("crm", "deals", put("currency", lambda _: "USD"), "column currency"),
    "e-mails masked": Case("crm", "prospects", put("email", lambda _: "x@y.example"), "email"),
    "all at midnight": Case(
        "outreach", "activities", put("occurred_at", lambda text: text[:10] + " 00:00"), "hours"
    ),
    "each row twice": Case(
        "outreach", "activities", lambda rows: [*rows, *rows], "the file has already"
    ),
    "all inbound": Case(
        "outreach", "activities", put("direction", lambda _: "inbound"), "column direction"
    ),
    "amounts 0": Case("finance", "orders", put("amount", lambda _: "0"), "one and the same value"),
    "amounts negative": Case("finance", "orders", put("amount", "-{}".format), "unlike any before"),
    "a century ago": Case(
        "outreach",
        "activities",
        put("occurred_at", lambda text: text.replace("2026", "1926")),
        "improbable year",
    ),
}


def crm(day: date) -> dict[str, list[Row]]:
    """Return the CRM on a day: a deal more each day, and one in thirty changes."""
    drawn = random.Random(0)
    count = 60 + (day - LAST).days
    cities = [("Lyon", "Rhône"), ("Lille", "Nord"), ("Nantes", "Loire"), ("Nice", "Var")]
    accounts, prospects, deals = [], [], []
    for n in range(100):
        city, region = drawn.choice(cities)
        accounts.append(
            {"account_id": f"A{n}", "name": f"Company {n}", "city": city, "region": region}
        )
        prospects.append(
            {"prospect_id": f"P{n}", "account_id": f"A{n}", "email": f"p{n}@c{n}.example"}
            | {"detected_at": f"{LAST - timedelta(40 + n)}"}
        )
    for n in range(count):
        status = drawn.choice(["open", "open", "lost", "won"])
        created = f"{LAST - timedelta(400 - n)}"
        deals.append(
            {"deal_id": f"D{n}", "prospect_id": f"P{n}", "rep_id": f"R{drawn.randrange(5)}"}
            | {"stage": status, "status": status, "currency": "EUR", "created_at": created}
            | {"amount": f"{drawn.lognormvariate(8, 0.8):.2f}"}
            | {"closed_at": "" if status == "open" else created}
        )
    return {"accounts": accounts, "prospects": prospects, "deals": deals}


def activities(day: date) -> list[Row]:
    """Return a day's activities: some forty, from nine to six."""
    drawn = random.Random(day.toordinal())
    found = []
    for n in range(round(drawn.gauss(40, 3))):
        channel = drawn.choice(["call", "email", "linkedin"])
        direction = "inbound" if drawn.random() < 0.1 else "outbound"
        at = f"{day} {drawn.randrange(9, 18):02}:{drawn.randrange(60):02}"
        found.append(
            {"activity_id": f"T{day:%m%d}{n}", "occurred_at": at, "channel": channel}
            | {"direction": direction, "rep_id": f"R{drawn.randrange(5)}"}
            | {"prospect_id": f"P{drawn.randrange(100)}"}
        )
    return found


def finance(day: date) -> dict[str, list[Row]]:
    """Return a day's orders, and the targets, of which every file holds all."""
    drawn = random.Random(day.toordinal())
    orders = [
        {"order_id": f"O{day:%m%d}{n}", "account_id": f"A{drawn.randrange(100)}"}
        | {"ordered_at": f"{day}", "amount": f"{drawn.lognormvariate(7, 0.8):.2f}"}
        | {"currency": "EUR", "status": "placed"}
        for n in range(8)
    ]
    targets = [
        {"kpi_id": "revenue", "grain": "month", "period_start": f"2026-{month:02}-01"}
        | {"dimension": "rep", "dimension_value": f"R{rep}", "target": f"{1000 * month}"}
        for month in range(1, 13)
        for rep in range(5)
    ]
    return {"orders": orders, "targets": targets}


def write(folder: Path, tables: Mapping[str, Sequence[Row]], headers: Mapping[str, Row]) -> None:
    """Write the tables of a load."""
    folder.mkdir(parents=True)
    for entity, rows in tables.items():
        header = list(rows[0] if rows else headers[entity])
        lines = [",".join(header), *(",".join(row[name] for name in header) for row in rows), ""]
        (folder / f"{entity}.csv").write_text("\n".join(lines), encoding="utf-8")


def of_day(day: date) -> dict[str, dict[str, list[Row]]]:
    return {"crm": crm(day), "outreach": {"activities": activities(day)}, "finance": finance(day)}


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """Land four weeks, then the last day in all its forms; return why a form is held, by name."""
    folder = tmp_path_factory.mktemp("wrong")
    exports, paths = folder / "exports", Paths(folder / "data")
    exports.mkdir()
    (exports / "sources.yml").write_text(SOURCES, encoding="utf-8")
    for back in range(1, 36):
        day = LAST - timedelta(back)
        for source, tables in of_day(day).items():
            if day.weekday() < 5:
                write(exports / source / f"{day}", tables, {})
    land(exports, paths, read_settings(exports))
    forms: dict[str, str] = {}
    sound = {f"sound {source}": Case(source, "", list, "") for source in of_day(LAST)}
    for number, (name, case) in enumerate({**CASES, **sound}.items()):
        tables = of_day(LAST)[case.source]
        headers = {entity: rows[0] for entity, rows in tables.items()}
        if case.entity:
            tables[case.entity] = case.change(tables[case.entity])
        form = (
            f"{case.source}/{LAST}T{number:02}00"
            if number < 24
            else (f"{case.source}/{LAST}T{number - 24:02}30")
        )
        forms[form] = name
        write(exports / form, tables, headers)
    gate = BatchGate(paths, read_thresholds(exports), "run")
    report = land(exports, paths, read_settings(exports), gate=gate)
    return {
        forms[load.load.folder]: next(file.reason for file in load.files if file.reason) or ""
        for load in report.held_back
    }


@pytest.mark.parametrize("name", CASES)
def test_a_wrong_batch_is_held_and_says_where_what_was_seen_and_expected(
    held: Mapping[str, str], name: str
) -> None:
    assert name in held
    assert f"{CASES[name].entity}.csv" in held[name]
    assert CASES[name].told in held[name]


def test_a_sound_day_is_not_held(held: Mapping[str, str]) -> None:
    assert [name for name in held if name.startswith("sound")] == []


def test_no_cell_is_quoted(held: Mapping[str, str]) -> None:
    said = " ".join(held.values())
    assert not any(word in said for word in ("x@y.example", "USD", "Lyon", "canal", "X"))
