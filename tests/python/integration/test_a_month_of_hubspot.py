"""A month of daily HubSpot lists tells what HubSpot's own files do not: how deals moved.

What belongs here: the history of deals that only successive loads show, against what was played.
What does not: how one file is read (see `tests/formats`), and thirty loads one by one against one
refresh (see `test_a_month_of_loads.py`).

One company is played day by day; every evening it is exported twice. `lists` holds no dates of
stages and is full: what it lacks has vanished. `dates` has HubSpot's `Date entered` columns, which
hold the last entry into a stage only, and adds and updates. People and companies are exported on
two days. What must come out is worked out from what was played, not from the files.

Beside it lies a sheet with deals of which nothing tells what their stage means.
"""

import csv
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest

from orchestration.paths import Paths
from tests.python.conftest import refresh

pytestmark = pytest.mark.refreshes

FIRST = date(2026, 3, 1)
DAYS = 28
DEALS = 40
STAGES = ("Qualified To Buy", "Presentation Scheduled", "Contract Sent")
WON, LOST = "Closed Won", "Closed Lost"
OWNERS = ("Ada", "Bo", "Cy")
WITH_PEOPLE = (0, 14)
"""The days on which people and companies are exported, too."""

GONE_ON = 14
"""The day on which one company and one person are no longer in their lists."""

SOURCES = """
reporting: {currency: EUR, timezone: UTC, as_of: 2026-03-28, language: en}
sources:
  lists: {mode: full}
"""


@dataclass(frozen=True)
class Deal:
    """One deal as HubSpot has it at some moment."""

    number: int
    created: datetime
    stage: str
    amount: int
    owner: str
    modified: datetime
    closed: datetime | None = None
    has_close_date: bool = True
    entered: dict[str, datetime] = field(default_factory=dict)

    @property
    def status(self) -> str:
        return {WON: "won", LOST: "lost"}.get(self.stage, "open")

    def moved(self, stage: str, at: datetime) -> "Deal":
        """Return the deal in another stage; HubSpot forgets when it was in it before."""
        is_closed = stage in (WON, LOST)
        entered = {**self.entered, stage: at}
        return replace(
            self, stage=stage, closed=at if is_closed else None, entered=entered, modified=at
        )


Evening = dict[int, Deal]
"""What there is at the end of a day, by number."""


def play() -> list[Evening]:
    """Return what there is at the end of each day."""
    drawn = random.Random(7)
    deals: Evening = {}
    gone: Evening = {}
    evenings = []
    for day in range(DAYS):
        for number in range(DEALS):
            if number not in deals and number not in gone and number <= 20 + day:
                born = _at(day - (drawn.randrange(1, 40) if day == 0 else 0), 6)
                deal = Deal(number, born, STAGES[0], 100 * (number + 1), OWNERS[number % 3], born)
                deals[number] = replace(
                    deal, has_close_date=number % 4 != 0, entered={STAGES[0]: born}
                )
        for number, deal in list(deals.items()):
            if number >= 10:
                deals[number] = _changed(deal, day, drawn)
        _scripted(day, deals, gone)
        evenings.append(dict(deals))
    return evenings


def _changed(deal: Deal, day: int, drawn: random.Random) -> Deal:
    at = _at(day, 8 + drawn.randrange(10))
    chance = drawn.random()
    if deal.status == "open":
        if chance < 0.14:
            others = [stage for stage in (*STAGES, WON, LOST) if stage != deal.stage]
            return deal.moved(drawn.choice(others), at)
        if chance < 0.22:
            return replace(deal, amount=deal.amount + 10 * drawn.randrange(1, 9), modified=at)
        if chance < 0.28:
            return replace(deal, owner=drawn.choice(OWNERS), modified=at)
    elif deal.status == "lost" and chance < 0.1:
        return deal.moved(STAGES[1], at)
    return replace(deal, modified=at) if chance > 0.9 else deal  # any edit


def _scripted(day: int, deals: Evening, gone: Evening) -> None:
    """Play what must happen: lost, reopened and won; re-entered; merged; deleted; away and back."""
    at = _at(day, 9)
    moves = {
        (1, 3): STAGES[1], (1, 6): LOST, (1, 10): STAGES[1], (1, 15): WON,  # reopened
        (2, 4): WON, (2, 8): STAGES[2], (2, 20): WON,  # won twice
        (3, 2): STAGES[1], (3, 5): STAGES[0], (3, 9): STAGES[1], (3, 12): STAGES[0],  # re-entered
        (4, 7): WON, (8, 11): LOST,  # without a close date
        (9, 5): STAGES[1], (9, 6): STAGES[2],
    }  # fmt: skip
    for (number, on), stage in moves.items():
        if on == day:
            deals[number] = deals[number].moved(stage, at)
    if day == 12:  # 6 is merged into 5
        gone[6] = deals.pop(6)
        deals[5] = replace(deals[5], amount=deals[5].amount + gone[6].amount, modified=at)
    if day == 13:  # deleted
        gone[7] = deals.pop(7)
    if day == 8:  # away for three days
        gone[9] = deals.pop(9)
    if day == 11:
        deals[9] = replace(gone.pop(9), amount=5_000, modified=at)
    if day == 16:
        deals[5] = replace(deals[5], owner=OWNERS[2], modified=at)


def _at(day: int, hour: int) -> datetime:
    return datetime.combine(FIRST + timedelta(day), datetime.min.time()) + timedelta(hours=hour)


def _day(day: int) -> date:
    return FIRST + timedelta(day)


def _text(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment:%Y-%m-%d %H:%M}"


def _write(path: Path, rows: Iterable[dict[str, object]]) -> None:
    rows = list(rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _rows(evening: Evening, source: str) -> Iterator[dict[str, object]]:
    """Yield the rows of a list of deals as HubSpot's page exports it."""
    for deal in evening.values():
        shown = deal.closed if deal.status != "open" else _at(90, 0)
        has_date = deal.status == "open" or deal.has_close_date
        dates = {
            f'Date entered "{stage} (Sales Pipeline)"': _text(deal.entered.get(stage))
            for stage in (*STAGES, WON, LOST)
        }
        yield {
            "Record ID": 9_000 + deal.number,
            "Deal Name": f"Deal {deal.number}",
            "Deal Stage": deal.stage,
            "Pipeline": "Sales Pipeline",
            "Amount": f"{deal.amount}.0",
            "Close Date": _text(shown) if has_date else "",
            "Create Date": _text(deal.created),
            "Last Modified Date": _text(deal.modified),
            "Deal owner": f"{deal.owner} {source}",
            "Is Closed Won": str(deal.stage == WON).lower(),
            "Is closed lost": str(deal.stage == LOST).lower(),
            "Associated Company IDs (Primary)": 700 + deal.number % 12,
            "Associated Company (Primary)": f"Company {deal.number % 12}",
            "Associated Contact IDs": 800 + deal.number % 30,
            **(dates if source == "dates" else {}),
        }


def _people(folder: Path, day: int) -> None:
    """Write the lists of people and companies; of each one is gone the second time."""
    _write(
        folder / "all-companies.csv",
        (
            {
                "Record ID": 700 + number,
                "Company name": f"Company {number}",
                "Company Domain Name": f"company{number}.example",
                "Industry": "RETAIL",
            }
            for number in range(20)
            if not (number == 19 and day >= GONE_ON)
        ),
    )
    _write(
        folder / "all-contacts.csv",
        (
            {
                "Record ID": 800 + number,
                "First Name": f"Person {number}",
                "Last Name": "Example",
                "Email": f"p{number}@company{number % 12}.example",
                "Create Date": _text(_at(-20, 9)),
            }
            for number in range(40)
            if not (number == 39 and day >= GONE_ON)
        ),
    )


SHEET = {
    "deals.csv": "deal_id,rep_id,stage,status,is_stage_unknown,amount,created_at\n"
    + "".join(f"K{number},Z,offer,open,,100,2026-03-28\n" for number in range(9))
    + "".join(f"X{number},Z,limbo,open,yes,1000,2026-03-28\n" for number in range(2))
    + "X2,Z,95180904,open,yes,1000,2026-03-28\n",
    "reps.csv": "rep_id,name\nZ,Zoe\n",
}
"""Nine deals in a stage that is known, three in two of which nothing tells what they mean; all are
opened on the last day."""


@dataclass(frozen=True)
class Month:
    """What was played, and the warehouse that came of its exports."""

    evenings: list[Evening]
    warehouse: Path
    output: str
    exit_code: int
    exit_code_again: int

    def rows(self, query: str) -> list[tuple[object, ...]]:
        with duckdb.connect(self.warehouse, read_only=True) as connection:
            return connection.execute(query).fetchall()

    def shown(self, number: int) -> list[tuple[int, Deal]]:
        """Return the days on which a deal was exported, with what was shown of it."""
        return [
            (day, evening[number]) for day, evening in enumerate(self.evenings) if number in evening
        ]


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Month:
    folder = tmp_path_factory.mktemp("hubspot")
    exports, evenings = folder / "exports", play()
    for day, evening in enumerate(evenings):
        for source in ("lists", "dates"):
            load = exports / source / _day(day).isoformat()
            _write(load / "all-deals.csv", _rows(evening, source))
            if day in WITH_PEOPLE:
                _people(load, day)
    (exports / "sheet").mkdir()
    for name, text in SHEET.items():
        (exports / "sheet" / name).write_text(text, encoding="utf-8")
    (exports / "sources.yml").write_text(SOURCES, encoding="utf-8")
    result = refresh(exports, folder / "data")
    again = refresh(exports, folder / "data", "publish")
    warehouse = Paths(folder / "data").warehouse
    return Month(evenings, warehouse, result.stdout, result.returncode, again.returncode)


def numbered(source: str) -> str:
    return (
        f"(select *, deal_id::int - 9000 as number from core.fct_deals where source = '{source}')"
    )


def test_the_month_is_read_and_nothing_is_held_back(month: Month) -> None:
    assert "is held back" not in month.output, month.output
    assert month.rows("select distinct format, outcome from meta.loads order by all") == [
        ("generic", "landed"),
        ("hubspot", "landed"),
    ]
    assert month.rows(
        """
        select count(*) from meta.load_reconciliation
        where records != landed + structural_rejects + merged + left_out or value_rejects > 0
        """
    ) == [(0,)]


def test_without_dates_a_stage_is_entered_with_the_load_that_first_showed_it(month: Month) -> None:
    expected = set()
    for number in range(DEALS):
        shown = month.shown(number)
        for (_, before), (day, deal) in pairwise(shown):
            if deal.stage != before.stage:
                expected.add((number, deal.stage, _day(day)))
    found = month.rows(
        f"""
        select number, stages.stage, entered_on
        from core.fct_deal_stages as stages inner join {numbered("lists")} using (deal_key)
        """
    )
    assert sorted(found) == sorted(expected)
    assert (3, STAGES[0], _day(12)) in expected
    assert len(expected) > 60


def test_entries_that_hubspot_has_overwritten_are_still_known(month: Month) -> None:
    expected = {
        (number, stage, entered)
        for number in range(DEALS)
        for _, deal in month.shown(number)
        for stage, entered in deal.entered.items()
    }
    found = month.rows(
        f"""
        select number, stages.stage, entered_at
        from core.fct_deal_stages as stages inner join {numbered("dates")} using (deal_key)
        """
    )
    assert sorted(found) == sorted(expected)
    assert {(3, STAGES[1], _at(2, 9)), (3, STAGES[1], _at(9, 9))} <= expected


def closings(month: Month, source: str, number: int) -> tuple[date | None, date | None]:
    """Return when a deal was closed and first won, as far as the exports of a source can tell."""
    shown = month.shown(number)
    last = shown[-1][1]
    if last.closed is None:
        return None, None
    entries = []
    for (_, before), (day, deal) in pairwise(shown):
        if deal.stage != before.stage:
            entries.append((deal.stage, _day(day)))
    if source == "dates":
        entered = {each for _, deal in shown for each in deal.entered.items()}
        entries = [(stage, at.date()) for stage, at in sorted(entered, key=lambda each: each[1])]
    if last.has_close_date:
        closed_on = last.closed.date()
    else:
        closed_on = entries[-1][1] if entries else last.modified.date()
    if last.stage != WON:
        return closed_on, None
    wins = [on for stage, on in entries if stage == WON] + [closed_on]
    wins += [
        deal.closed.date()
        for _, deal in shown
        if deal.stage == WON and deal.closed and deal.has_close_date
    ]
    return closed_on, min(wins)


@pytest.mark.parametrize("source", ["lists", "dates"])
def test_a_deal_is_what_its_last_list_says_closed_and_won_when_it_can_be_known(
    month: Month, source: str
) -> None:
    expected = []
    for number in range(DEALS):
        day, deal = month.shown(number)[-1]
        vanished = _day(day + 1) if day < DAYS - 1 and source == "lists" else None
        whole = (number, deal.status, deal.stage, deal.amount, f"{deal.owner} {source}", vanished)
        expected.append((*whole, *closings(month, source, number)))
    found = month.rows(
        f"""
        select number, status, stage, amount::int, reps.name, vanished_on, closed_on, first_won_on
        from {numbered(source)} left join core.dim_reps as reps using (rep_key)
        order by number
        """
    )
    assert found == expected
    by_number = {row[0]: row for row in expected}
    assert by_number[1][6:] == (_day(15), _day(15))
    assert by_number[2][6:] == (_day(20), _day(4))
    assert by_number[4][6:] == by_number[4][7:] * 2 == (_day(7), _day(7))
    assert by_number[8][6:] == (_day(11), None)
    assert [by_number[number][5] for number in (6, 7, 9)] == (
        [_day(12), _day(13), None] if source == "lists" else [None] * 3
    )


def open_amounts(month: Month, source: str, day: int) -> dict[str, int]:
    """Return the open amounts by owner at the end of a day, as its load told them.

    A deal that is away for some days is taken to be as it was; one that has gone for good is out
    when the export is full.
    """
    amounts: dict[str, int] = defaultdict(int)
    for number in range(DEALS):
        shown = month.shown(number)
        last_day = shown[-1][0]
        before = [deal for on, deal in shown if on <= day]
        is_gone = last_day < DAYS - 1 and day > last_day and source == "lists"
        if before and before[-1].status == "open" and not is_gone:
            amounts[f"{before[-1].owner} {source}"] += before[-1].amount
    return amounts


def test_the_pipeline_of_a_day_is_what_its_load_told(month: Month) -> None:
    expected = [
        (
            _day(day),
            sum(sum(open_amounts(month, each, day).values()) for each in ("lists", "dates")),
        )
        for day in range(DAYS - 1)
    ]
    found = month.rows(
        f"""
        select period_start, value::int from kpi.kpi_values
        where kpi_id = 'open_pipeline' and grain = 'day' and dimension = 'all'
            and period_start >= date '{FIRST}' and period_start < date '{_day(DAYS - 1)}'
        order by period_start
        """
    )
    assert found == expected


def test_the_pipeline_of_a_rep_is_that_of_the_deals_owned_then(month: Month) -> None:
    for sunday in (0, 7, 14, 21):
        expected = open_amounts(month, "lists", sunday) | open_amounts(month, "dates", sunday)
        found = month.rows(
            f"""
            select dimension_label, value::int from kpi.kpi_values
            where kpi_id = 'open_pipeline' and grain = 'week' and dimension = 'rep'
                and period_start = date '{_day(sunday) - timedelta(6)}' and value > 0
            """
        )
        assert dict(found) == {name: amount for name, amount in expected.items() if amount}


def test_only_a_list_of_people_or_companies_tells_that_one_has_vanished(month: Month) -> None:
    vanished = month.rows(
        """
        select 'accounts', source, record_id, vanished_on from intermediate.int_records_vanished
        where entity = 'accounts'
        union all
        select 'prospects', source, record_id, vanished_on from intermediate.int_records_vanished
        where entity = 'prospects'
        order by all
        """
    )
    assert vanished == [
        ("accounts", "lists", "719", _day(GONE_ON)),
        ("prospects", "lists", "839", _day(GONE_ON)),
    ]


def test_companies_that_every_list_of_deals_names_stay_as_their_own_list_described_them(
    month: Month,
) -> None:
    assert month.rows("select sector, count(*) from core.dim_accounts group by all") == [
        ("RETAIL", 20)
    ]


def test_closings_without_a_date_are_told_with_what_dates_them(month: Month) -> None:
    counted = month.rows(
        """
        select source, sum(issue_count)::int from meta.data_quality
        where check_name = 'closed_without_a_day' group by all order by all
        """
    )
    undated = sum(month.shown(number)[-1][1].closed is not None for number in range(0, DEALS, 4))
    assert counted == [("dates", undated), ("lists", undated)]
    assert "Closed without a closing date, " in month.output
    assert "won, dated by the last stage it entered" in month.output


def test_deals_in_a_stage_that_nothing_tells_are_open_and_weigh_nothing(month: Month) -> None:
    assert month.rows(
        """
        select kpi_id, value::double from kpi.kpi_values
        where kpi_id in ('open_pipeline', 'weighted_pipeline') and grain = 'month'
            and dimension = 'rep' and dimension_label = 'Zoe'
        order by kpi_id
        """
    ) == [("open_pipeline", 3900), ("weighted_pipeline", pytest.approx(9 * 100 * 0.4))]
    assert month.rows(
        "select count(*) from kpi.kpi_stage_probabilities where stage in ('limbo', '95180904')"
    ) == [(0,)]
    assert month.rows("select count(*) from core.fct_deals where is_stage_unknown") == [(3,)]


def test_stages_that_nothing_tells_are_named_and_too_many_are_an_exit_code(month: Month) -> None:
    assert month.rows(
        """
        select source, rule, issue_count, row_number from meta.data_quality
        where check_name = 'unknown_stage' order by all
        """
    ) == [("sheet", "95180904", 1, 12), ("sheet", "limbo", 2, 10)]
    assert "sheet/deals.stage: 3 × " in month.output
    assert "limbo (2), 95180904 (1)" in month.output
    assert "sheet: of 3 of 12 deals nothing tells whether their stage is open" in month.output
    assert (month.exit_code, month.exit_code_again) == (5, 5)
