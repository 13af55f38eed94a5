"""The queries of docs/bi.md give what the exports say, computed another way.

What belongs here: that each query is short, and that its rows on the demo are those that follow
from the export files alone (cross_check/), worked out in Python or by the definitions there. What
does not: the definitions of the KPIs (test_cross_check), and the keys (test_published_keys).
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median, quantiles
from typing import Any

import pytest

from tests.python.conftest import REPO_ROOT

from .conftest import Sides
from .cross_check.comparing import Row, computed
from .cross_check.kpis import KPIS

PAGE = (REPO_ROOT / "docs" / "bi.md").read_text(encoding="utf-8")
QUERIES = {
    title: re.findall(r"```sql\n(.*?)\n```", section, flags=re.S)
    for title, section in re.findall(r"^##+ ([^\n]+)\n(.*?)(?=^##|\Z)", PAGE, flags=re.M | re.S)
}
NUMBERS = {title.partition(".")[0]: title for title in QUERIES}
FIRST = {kpi.kpi_id: kpi for kpi in reversed(KPIS)}
"""Each KPI that the cross-check computes, with its first statistic."""


@dataclass(frozen=True)
class Demo(Sides):
    """Both sides of the demo, and what is asked of each."""

    def answer(self, number: str, nth: int = 0) -> list[tuple[Any, ...]]:
        """Return the rows of a query of the page."""
        return self.published.execute(QUERIES[NUMBERS[number]][nth]).fetchall()

    def values(self, kpi_id: str, grain: str, dimension: str) -> Mapping[tuple[date, str], Row]:
        """Return what the exports say of a KPI, by period and value of the dimension."""
        return {
            (key.period_start, key.dimension_value): row
            for key, row in computed(self.facts, FIRST[kpi_id], grain, self.as_of)
            if key.dimension == dimension
        }

    def reps(self) -> Mapping[str, str]:
        """Return the name of each rep by id."""
        rows = self.facts.execute("select rep_id, any_value(name) from reps group by all")
        return dict(rows.fetchall())


@pytest.fixture(scope="module")
def demo(sides: Sides) -> Demo:
    return Demo(sides.facts, sides.published, sides.as_of)


def near(rows: Sequence[Sequence[Any]]) -> list[tuple[Any, ...]]:
    """Return rows with the first eight digits of their numbers: sums differ in the last."""
    return [
        tuple(
            cell if cell is None or isinstance(cell, str | date | bool) else f"{float(cell):.8g}"
            for cell in row
        )
        for row in rows
    ]


def months_before(day: date, count: int) -> date:
    """Return the first day of the month so many months before that of a day."""
    months = day.year * 12 + day.month - 1 - count
    return date(months // 12, months % 12 + 1, 1)


def test_the_ten_questions_are_there_and_short() -> None:
    assert {str(number) for number in range(1, 11)} <= NUMBERS.keys()
    lengths = {title: [len(query.splitlines()) for query in QUERIES[title]] for title in QUERIES}
    assert all(lengths[NUMBERS[str(number)]] for number in range(1, 11))
    assert max(length for of_one in lengths.values() for length in of_one) <= 10


def test_win_rates_by_rep_over_six_months_and_a_year_before(demo: Demo) -> None:
    """The same follow from the counts of the months that `kpi_values` publishes."""
    closed: dict[tuple[str, int], list[bool]] = defaultdict(list)
    for rep, day, status in demo.facts.execute(
        "select rep, day, status from closed_deals"
    ).fetchall():
        for window, first in enumerate((5, 17)):
            if months_before(demo.as_of, first) <= day < months_before(demo.as_of, first - 6):
                closed[rep, window].append(status == "won")
        closed[rep, 2].append(status == "won")
    names = demo.reps()
    expected = sorted(
        (
            names[rep],
            *(
                sum(of_window) / len(of_window)
                if (of_window := closed.get((rep, window)))
                else None
                for window in (0, 1)
            ),
        )
        for rep in {rep for rep, _ in closed}
    )
    answer = sorted(demo.answer("1"))
    assert near(answer) == near(expected)
    assert sum(row[2] is not None for row in answer) > 3
    summed = demo.published.execute(
        """
        select
            dimension_label,
            sum(case when months_ago <= 5 then numerator end)
            / sum(case when months_ago <= 5 then denominator end),
            sum(case when months_ago >= 12 then numerator end)
            / sum(case when months_ago >= 12 then denominator end)
        from kpi.kpi_values
        inner join bi.dates on period_start = day
        where
            kpi_id = 'deal_win_rate' and grain = 'month' and dimension = 'rep'
            and (months_ago between 0 and 5 or months_ago between 12 and 17)
        group by all
        """
    ).fetchall()
    assert near(sorted(summed)) == near([row for row in answer if row[1:] != (None, None)])


def stays(
    demo: Demo,
) -> tuple[dict[str, list[int]], dict[str, tuple[str, date | None]], dict[str, float | None]]:
    """Return the days of won deals by stage, each open deal's stage and day, and its amount.

    An open deal without a history is in the stage of its record, since nobody knows when.
    """
    deals = {
        deal: (state, final, amount)
        for deal, state, final, amount in demo.facts.execute(
            "select deal_id, state, final_day, amount from opportunities"
        ).fetchall()
    }
    entries: dict[str, dict[date, tuple[Any, str]]] = defaultdict(dict)
    for deal, stage, day, at in demo.facts.execute(
        "select deal_id, stage, entered_day, entered_at from deal_stages order by entered_at, stage"
    ).fetchall():
        if deal in deals and day <= demo.as_of:
            entries[deal][day] = (at, stage)
    won: dict[str, list[int]] = defaultdict(list)
    standing: dict[str, tuple[str, date | None]] = {
        deal: (stage, None)
        for deal, stage in demo.facts.execute("select deal_id, stage from deals").fetchall()
        if deal in deals and deals[deal][0] == "open"
    }
    for deal, by_day in entries.items():
        state, final, _ = deals[deal]
        days = sorted(by_day)
        if state == "won":
            for day, left in zip(days, [*days[1:], final], strict=True):
                if day < final:
                    won[by_day[day][1]].append((min(left, final) - day).days)
        elif state == "open":
            standing[deal] = (by_day[days[-1]][1], days[-1])
    return won, standing, {deal: deals[deal][2] for deal in standing}


def test_the_pipeline_by_stage_and_its_stuck_deals(demo: Demo) -> None:
    won, standing, amounts = stays(demo)
    longest = {stage: quantiles(days, n=10, method="inclusive")[8] for stage, days in won.items()}
    stuck = {
        deal: (stage, (demo.as_of - entered).days, median(won[stage]))
        for deal, (stage, entered) in standing.items()
        if entered is not None and (demo.as_of - entered).days > longest[stage]
    }
    assert 5 < len(stuck) < len(standing)
    by_stage: dict[str, list[float]] = defaultdict(lambda: [0, 0, 0])
    for deal, (stage, _) in standing.items():
        for place, more in enumerate((1, amounts[deal] or 0, deal in stuck)):
            by_stage[stage][place] += more
    expected = [(stage, *figures) for stage, figures in by_stage.items()]
    assert near(demo.answer("2")) == near(sorted(expected, key=lambda row: -row[2]))
    shown = [(row[0], *row[3:6], row[9]) for row in demo.answer("5")]
    listed = [(deal, *facts, amounts[deal]) for deal, facts in stuck.items()]
    assert near(shown) == near(sorted(listed, key=lambda row: (-row[2], row[0])))


def test_the_cost_of_a_customer_by_channel(demo: Demo) -> None:
    year = date(demo.as_of.year, 1, 1)
    expected = [
        (channel, row.numerator, row.denominator, row.value)
        for (start, channel), row in demo.values("cac", "year", "channel").items()
        if start == year
    ]
    assert len(expected) > 2
    assert near(demo.answer("3")) == near(sorted(expected))


def test_the_cohorts_of_those_contacted(demo: Demo) -> None:
    cohorts: dict[date, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for contacted, won in demo.facts.execute(
        "select contacted.d, won.d from persons where contacted.d is not null"
    ).fetchall():
        of_month = cohorts[contacted.replace(day=1)]
        of_month[0] += 1
        for place, days in enumerate((30, 90, 180), start=1):
            of_month[place] += won is not None and won - contacted <= timedelta(days)
    assert demo.answer("4") == [(month, *counts) for month, counts in sorted(cohorts.items())]


def test_revenue_by_sector_and_quarter(demo: Demo) -> None:
    values = demo.values("revenue", "quarter", "sector")
    expected = [(sector, quarter, row.value) for (quarter, sector), row in values.items()]
    assert len(expected) > 30
    assert near(sorted(demo.answer("6"))) == near(sorted(expected))


def test_win_rates_by_rep_and_channel(demo: Demo) -> None:
    names = demo.reps()
    rows = demo.facts.execute(
        """
        select rep, channel, count(*), count(*) filter (where status = 'won') / count(*)
        from closed_deals group by all
        """
    ).fetchall()
    expected = sorted((names[rep], *others) for rep, *others in rows)
    assert len(expected) > 15
    answer = demo.answer("7")
    assert near(sorted(answer)) == near(expected)
    by_channel: dict[str, list[float]] = defaultdict(lambda: [0, 0])
    for _, channel, closed, rate in answer:
        by_channel[channel][0] += closed
        by_channel[channel][1] += closed * rate
    published = demo.published.execute(
        """
        select dimension_value, sum(denominator), sum(numerator) from kpi.kpi_values
        where kpi_id = 'deal_win_rate' and grain = 'month' and dimension = 'channel'
        group by all
        """
    ).fetchall()
    assert near(sorted(published)) == near(sorted((name, *of) for name, of in by_channel.items()))


def test_five_kpis_per_rep_and_month(demo: Demo) -> None:
    kpis = ("touches", "meetings_booked", "new_customers", "deal_win_rate", "revenue")
    expected = {
        (demo.reps().get(rep, rep), month, place): row.value
        for place, kpi_id in enumerate(kpis, start=2)
        for (month, rep), row in demo.values(kpi_id, "month", "rep").items()
    }
    answer = {
        (row[0], row[1], place): row[place]
        for row in demo.answer("8")
        for place in range(2, 7)
        if row[place] is not None
    }
    assert len(expected) > 300
    assert {(*key, round(value, 6)) for key, value in answer.items()} == {
        (*key, round(value or 0, 6)) for key, value in expected.items()
    }


def test_missed_meetings_by_day_of_the_week_and_hours_to_answer(demo: Demo) -> None:
    by_weekday: dict[int, list[bool]] = defaultdict(list)
    for day, outcome in demo.facts.execute(
        """
        select day, outcome from happened
        where channel = 'meeting' and outcome in ('held', 'no_show')
        """
    ).fetchall():
        by_weekday[day.weekday()].append(outcome == "no_show")
    names = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    assert near(demo.answer("9")) == near(
        [(names[day], len(of), sum(of) / len(of)) for day, of in sorted(by_weekday.items())]
    )
    sent = {
        (source, activity): at
        for source, activity, at in demo.facts.execute(
            "select from_source, activity_id, occurred_at from acts where occurred_timed"
        ).fetchall()
    }
    hours: dict[str, list[float]] = defaultdict(list)
    for source, channel, to, at in demo.facts.execute(
        """
        select from_source, channel, in_reply_to, occurred_at from happened
        where is_reply and occurred_timed and in_reply_to is not null
        """
    ).fetchall():
        if (source, to) in sent:
            waited = at.replace(second=0) - sent[source, to].replace(second=0)
            hours[channel].append(waited.total_seconds() / 3600)
    assert near(demo.answer("9", 1)) == near(
        [(channel, len(of), median(of)) for channel, of in sorted(hours.items())]
    )


def test_headline_kpis_with_the_month_before(demo: Demo) -> None:
    answer = {row[0]: row for row in demo.answer("10")}
    names = dict(
        demo.published.execute(
            "select kpi_id, name_en from kpi.kpi_catalog where is_headline"
        ).fetchall()
    )
    month, before = demo.as_of.replace(day=1), months_before(demo.as_of, 1)
    compared = 0
    for kpi_id, name in names.items():
        values = demo.values(kpi_id, "month", "all")
        row = values[month, "all"]
        _, unit, value, percent, month_before, _, _ = answer[name]
        assert near([(value,)]) == near([(row.value,)]), kpi_id
        assert percent == (100 * value if unit == "rate" else None), kpi_id
        if row.is_mature is None and (before, "all") in values:
            assert near([(month_before,)]) == near([(values[before, "all"].value,)]), kpi_id
            compared += 1
    assert len(answer) == len(names)
    assert compared > 8


def test_a_rolling_window_agrees_with_the_months(demo: Demo) -> None:
    (query,) = QUERIES["Rolling windows"]
    months = {
        month: row.value or 0 for (month, _), row in demo.values("revenue", "month", "all").items()
    }
    expected = [
        (month, sum(months.get(months_before(month, back), 0) for back in range(3)))
        for month in sorted(months)
    ]
    assert len(expected) > 20
    assert near(demo.published.execute(query).fetchall()) == near(expected)
