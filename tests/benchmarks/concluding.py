"""What the pages say first, held against what was planted: of a company, and of its sound twin.

What belongs here: opening the pages of a built company in a browser, reading which conclusions and
which bottleneck they show, and the figures of that. What does not: what the marts find besides
(`findings.py`). A page is opened as its readers open it: on the newest period that is over.

A conclusion may follow from the plant: when fewer people engage, fewer are qualified, and a
customer costs more. `FOLLOWS` says which measures a step carries with it. On the sound twin, in
which nothing is planted, every movement, every message that wins and every margin that is thin is
a false alarm; what is counted and not tested (costs, targets, deals put off) is a fact of any
company.
"""

import shutil
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
from playwright.sync_api import Page, sync_playwright

from dashboard.building import Facts, build_site, texts
from dashboard.report import BROWSERS
from tests.benchmarks.proving import Figure, Finding

PAGES = ("overview", "funnel", "activity", "campaigns", "team", "pipeline", "customers")
MOVEMENTS = ("kpi", "step")
ALARMS = (*MOVEMENTS, "variant", "thin_margin")
"""Kinds that a company in which nothing is planted should not be told."""

QUARTER = 2
"""Months that a beginning may be off: a fall that shows by quarter begins with its quarter."""

FOLLOWS = {
    "engaged": (
        "prospect_response_rate",
        "call_answer_rate",
        "contact_to_qualified_rate",
        "cohort_qualification_rate",
        "cohort_conversion_rate",
        "cost_per_prospect",
        "cac",
    ),
    "qualified": (
        "contact_to_qualified_rate",
        "cohort_qualification_rate",
        "cohort_conversion_rate",
        "cac",
    ),
}
"""By the step that falls, the KPIs that fall with it: those that count who got over it."""

SHOWN = """(page) => {
    const chosen = new URLSearchParams(document.body.dataset.ready.slice(1));
    const [grain, period] = [chosen.get("grain"), chosen.get("period")];
    const texts = (place) => [...document.querySelectorAll(place)].map((each) => each.innerText);
    return {
        rows: prospection.blocks.conclusionsOf(page, {grain, period, dimension: "all"}),
        sentences: texts(".conclusions li > p:first-child"),
        bottleneck: texts(".funnel .bottleneck .stage"),
    };
}"""
MONTHS = """
    select
        cast(month as varchar),
        count(*) filter (where kind in ('kpi', 'step', 'variant', 'thin_margin'))
    from (
        select periods.period_start as month, conclusions.kind
        from kpi.kpi_periods as periods
        left join kpi.kpi_conclusions as conclusions on periods.period_start = conclusions.month
        where periods.grain = 'month' and not periods.is_partial
    )
    group by month
    order by month
"""


def read_pages(warehouse: Path, as_of: date, folder: Path) -> dict[str, dict[str, Any]]:
    """Return what each page of a built company shows first: conclusions, sentences, bottleneck."""
    facts = Facts("proof", as_of, datetime(as_of.year, as_of.month, as_of.day), {"language": "en"})
    if not build_site(warehouse, facts, folder):
        raise SystemExit(f"{warehouse} has no KPI values")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_browser(), args=["--no-sandbox"])
        page = browser.new_page(locale="en-GB")
        shown = {name: _read_page(page, folder, name) for name in PAGES}
        browser.close()
    return shown


def _browser() -> str | None:
    """Return the machine's own browser; None for Playwright's."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def _read_page(page: Page, folder: Path, name: str) -> dict[str, Any]:
    page.goto("about:blank")
    page.goto(f"{(folder / 'index.html').as_uri()}#page={name}")
    page.wait_for_function("document.body.dataset.ready !== undefined")
    shown: dict[str, Any] = page.evaluate(SHOWN, name)
    if len(shown["rows"]) != len(shown["sentences"]):
        raise SystemExit(f"{name} shows {shown['sentences']}, of which it chose {shown['rows']}")
    return shown


def months_alarmed(warehouse: Path) -> list[tuple[str, int]]:
    """Return each complete month with how many alarms were given as of its end."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.execute(MONTHS).fetchall()


def find_planted(pages: Mapping[str, Mapping[str, Any]], truth: Mapping[str, Any]) -> Finding:
    """Say which of the planted findings the pages conclude, and what else they say."""
    planted, variants = truth["bottleneck"], truth["variants"]
    customers = truth["customer_type"]
    step = planted["step"]
    first = next(iter(pages["overview"]["rows"]), None)
    said = [row for name in PAGES for row in pages[name]["rows"] if name != "overview"]
    told = next(iter(row for row in said if _is_step(row, step)), None)
    return {
        "is_said_first": first is not None
        and _is_step(first, step)
        and texts()[f"step_of_{step}"]["en"] in pages["overview"]["sentences"][0],
        "is_bottleneck": set(pages["funnel"]["bottleneck"]) == {texts()[f"stage_{step}"]["en"]},
        "months_off": _months_between(planted["from_month"], told["since"]) if told else None,
        "is_winner_said": any(
            (row["kind"], row["dimension_value"], row["subject"])
            == ("variant", variants["campaign_id"], variants["better"]["message_variant"])
            for row in said
        ),
        "is_thin_margin_said": any(
            (row["kind"], row["dimension"], row["dimension_value"])
            == ("thin_margin", customers["dimension"], customers["value"])
            for row in said
        ),
        "others": sorted(
            {_name(row) for row in said if row["kind"] in ALARMS and not _is_due(row, truth)}
        ),
        "said": sum(row["kind"] in ALARMS for row in said),
    }


def find_sound(
    pages: Mapping[str, Mapping[str, Any]], months: Sequence[tuple[str, int]]
) -> Finding:
    """Say which false alarms the pages of a sound company give, and in how many of its months."""
    said = [row for name in PAGES for row in pages[name]["rows"]]
    return {
        "false_alarms": sorted({_name(row) for row in said if row["kind"] in ALARMS}),
        "months": len(months),
        "months_alarmed": [month for month, alarms in months if alarms],
    }


def _is_step(row: Mapping[str, Any], step: str) -> bool:
    return bool(row["kind"] == "step" and row["subject"] == step and row["is_worse"])


def _is_due(row: Mapping[str, Any], truth: Mapping[str, Any]) -> bool:
    """Whether a conclusion is one of the plants, or follows from the step that falls."""
    step = truth["bottleneck"]["step"]
    if row["kind"] in MOVEMENTS:
        follows = row["kind"] == "kpi" and row["subject"] in FOLLOWS[step]
        return bool(row["is_worse"]) and (_is_step(row, step) or follows)
    if row["kind"] == "variant":
        return bool(row["dimension_value"] == truth["variants"]["campaign_id"])
    planted = truth["customer_type"]
    return bool(
        (row["dimension"], row["dimension_value"]) == (planted["dimension"], planted["value"])
    )


def _name(row: Mapping[str, Any]) -> str:
    way = {True: "worse", False: "better"}[bool(row["is_worse"])]
    return f"{row['kind']} {row['subject']} {row['dimension']} {row['dimension_value']} {way}"


def _months_between(one: str, other: str) -> int:
    return (int(other[:4]) - int(one[:4])) * 12 + int(other[5:7]) - int(one[5:7])


def figures(planted: Sequence[Finding], sound: Sequence[Finding]) -> Iterable[Figure]:
    """Sum up what the pages of all companies conclude."""
    count = len(planted)
    least = count - count // 10
    for name, seeds in (
        ("first sentence names the step that falls", sum(one["is_said_first"] for one in planted)),
        (
            "bottleneck of the page is that step",
            sum(one["is_bottleneck"] for one in planted),
        ),
        (
            "since when it falls, to a quarter",
            sum(
                one["months_off"] is not None and abs(one["months_off"]) <= QUARTER
                for one in planted
            ),
        ),
        ("page names the message that wins", sum(one["is_winner_said"] for one in planted)),
        ("page names the thin margin", sum(one["is_thin_margin_said"] for one in planted)),
    ):
        yield Figure(name, f"{seeds} of {count} seeds", f"{least} or more", seeds >= least)
    others = sum(len(one["others"]) for one in planted)
    said = sum(one["said"] for one in planted)
    yield Figure(
        "sentences about what is neither planted nor follows from it",
        f"{others} of {said} ({others / said if said else 0:.1%})",
        "5 % or less",
        others <= 0.05 * said,
    )
    alarmed = sum(bool(one["false_alarms"]) for one in sound)
    yield Figure(
        "sound companies whose pages give a false alarm",
        f"{alarmed} of {len(sound)} seeds",
        "1 of 20 or less",
        alarmed <= len(sound) / 20,
    )
    months = sum(one["months"] for one in sound)
    wrong = sum(len(one["months_alarmed"]) for one in sound)
    yield Figure(
        "months of sound companies with a false alarm",
        f"{wrong} of {months} ({wrong / months:.1%})",
        "5 % or less",
        wrong <= 0.05 * months,
    )
