"""The report of one period as one self-contained file: HTML, and PDF where a browser is there.

What belongs here: choosing the data that go into the file, and printing it. What does not: the page
itself, which is the dashboard's (see `assets/`).
"""

import re
import shutil
import subprocess
import tempfile
from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from dashboard.building import (
    CONCLUSIONS,
    Facts,
    conclusions,
    first_grain,
    in_words,
    own_name,
    page,
    start_data,
    text_files,
)
from dashboard.encoding import columnar, script, script_of_json
from dashboard.reading import PublishedVersion

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
HALF_STARTS = (1, 16)
"""The days on which the halves of a month begin."""

PERIODS = {"half_month": 25}
MOST_PERIODS = 13
"""So many periods back a report reaches: a year and its own."""

DIMENSIONS = ("channel", "campaign", "rep", "team")
"""What a report tells by, besides everything."""

MOST_VALUES = 60
"""Values of a dimension that a report holds, the largest first: it has to fit into a letter."""

TABLES = (
    "kpi.kpi_conclusions",
    "kpi.kpi_signals",
    "kpi.kpi_targets",
    "kpi.kpi_forecast",
    "kpi.kpi_campaign_performance",
    "kpi.kpi_rep_profiles",
    "meta.data_quality",
)
OF_TODAY = ("kpi.kpi_quarter_outlook",)
"""Those that say what is ahead now: a report of a period long over does not tell it."""

SEGMENT_TABLES = ("kpi.kpi_pipeline_movement", "kpi.kpi_loss_reasons")
"""The tables that a report tells from, besides the values and the funnel."""

OF_A_REP = ("kpi.kpi_conclusions", "kpi.kpi_signals", "kpi.kpi_targets", "kpi.kpi_rep_profiles")
"""Those that the report of a rep holds, and of them that rep's rows only."""

NO_ROWS: Mapping[str, Any] = {"columns": {}, "shown": 0, "count": 0}
"""A table of nothing: what there is nothing to say about is known."""

PRINT_SECONDS = 60
"""A browser that has not printed by then never will."""


@dataclass(frozen=True)
class ReportPeriod:
    """A period of a report.

    Attributes:
        grain: half_month, month, quarter or year.
        year: the calendar year it starts in.
        month: the month it starts in; the first one a quarter may start in.
        day: the day it starts on, of a half month.

    """

    grain: str
    year: int
    month: int
    day: int = 1

    @classmethod
    def read(cls, text: str) -> "ReportPeriod":
        """Read `2026`, `2026-Q3`, `2026-T3`, `2026-09` or `2026-09-H2`.

        Raises:
            ValueError: it is none of these.

        """
        if match := re.fullmatch(r"(\d{4})", text):
            return cls("year", int(match[1]), 1)
        if match := re.fullmatch(r"(\d{4})-[QqTt]([1-4])", text):
            return cls("quarter", int(match[1]), 3 * int(match[2]) - 2)
        if match := re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", text):
            return cls("month", int(match[1]), int(match[2]))
        if match := re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])-[Hh]([12])", text):
            return cls("half_month", int(match[1]), int(match[2]), HALF_STARTS[int(match[3]) - 1])
        raise ValueError(
            f"{text!r} is not a period: write a year (2026), quarter (2026-Q3), month (2026-09) or "
            "half of a month (2026-09-H2)"
        )

    @property
    def start(self) -> date:
        """The first day; that of a quarter or a fiscal year may be later."""
        return date(self.year, self.month, self.day)

    def holds(self, start: date) -> bool:
        """Whether the period that starts on this day is the one meant.

        A fiscal year is named by the calendar year that it starts in, and a quarter by the calendar
        quarter.
        """
        first, length = {"year": (1, 12), "quarter": (self.month, 3)}.get(
            self.grain, (self.month, 1)
        )
        is_half = self.grain != "half_month" or start.day == self.day
        return start.year == self.year and first <= start.month < first + length and is_half


def report_html(
    database: Path,
    facts: Facts,
    wanted: ReportPeriod | None = None,
    rep: str | None = None,
    restated: Mapping[str, Any] | None = None,
) -> tuple[str, str]:
    """Return the name of the period shown and the file's content.

    Args:
        database: the published `prospection.duckdb`.
        facts: what is known of the version.
        wanted: the period; None for the last complete month.
        rep: the id of the rep whose own page it is: it holds nothing of anybody else.
        restated: what is another value now than the last report told; None where nothing is said.

    Raises:
        ValueError: the version has no such period or rep, or no values at all.

    """
    with PublishedVersion.open(database) as version:
        if not version.has_values:
            raise ValueError("the published version has no KPI values")
        start = start_data(version, facts)
        grain = wanted.grain if wanted else "month"
        starts = [date.fromisoformat(period) for period in start["periods"].get(grain, ())]
        if wanted:
            found = [period for period in starts if wanted.holds(period)]
        else:
            found = _complete(starts, facts.as_of)
        if not found:
            known = f"{starts[0]} to {starts[-1]}" if starts else "none"
            raise ValueError(f"no such {grain} is published; those that are start on: {known}")
        shown = found[-1]
        most = PERIODS.get(grain, MOST_PERIODS)
        until = start["periods"][grain].index(shown.isoformat()) + 1
        start["periods"][grain] = start["periods"][grain][max(until - most, 0) : until]
        start["dimensions"] = _dimensions(start["dimensions"], rep)
        grains = [grain] if rep or grain != "half_month" else [grain, "month"]
        start["grains"] = grains
        start["first_grain"] = grain
        start["files"] = []
        start["restated"] = restated
        start["report"] = {"page": "report", "grain": grain, "period": shown.isoformat()}
        if rep:
            start["report"] |= {"dimension": "rep", "value": rep}
            start |= {"held_back": [], "freshness": [], "restated": None}
        values = {} if rep else {"all": ["all"]}
        for dimension in start["dimensions"]:
            values[dimension["name"]] = [value for value, _ in dimension["values"]]
        content = [script("start", start)]
        content += [script(key, words) for key, words in text_files(version)]
        content += _series(version, {each: start["periods"][each] for each in grains}, values)
        later = (each for each in starts if each > shown)
        is_newest = not any(facts.as_of and last_day(grain, each) <= facts.as_of for each in later)
        content += _tables(version, facts, rep, is_newest)
    return period_name(grain, shown), page(facts, inline="".join(content))


def _dimensions(dimensions: Sequence[Mapping[str, Any]], rep: str | None) -> list[dict[str, Any]]:
    """Return the dimensions that a report tells by; of a rep's only that one.

    Raises:
        ValueError: there is no such rep.

    """
    if rep is None:
        told = (each for each in dimensions if each["name"] in DIMENSIONS)
        return [{**each, "values": each["values"][:MOST_VALUES]} for each in told]
    reps = [each for each in dimensions if each["name"] == "rep"]
    values = [tuple(value) for each in reps for value in each["values"]]
    known = {value: label for value, label in values if not value.startswith("(")}
    if rep not in known:
        raise ValueError(
            f"there is no rep {rep!r}; there are: {', '.join(sorted(known)) or 'none'}"
        )
    return [{**each, "values": [[rep, known[rep]]], "count": 1} for each in reps]


def _series(
    version: PublishedVersion,
    periods: Mapping[str, Sequence[str]],
    values: Mapping[str, Sequence[str]],
) -> Iterator[str]:
    for name, grain, text in version.series(periods, values):
        yield script_of_json(f"{name}/{grain}", text)


def _tables(
    version: PublishedVersion, facts: Facts, rep: str | None, is_newest: bool
) -> Iterator[str]:
    """Yield the tables that a report tells from; of a rep's only that one's rows."""
    if rep is not None:
        for name in OF_A_REP:
            own = version.of_rep(name, rep)
            if own and name == CONCLUSIONS:
                own = in_words(own, version, facts)
            yield script(f"subjects/{own_name(name)}", columnar(own) if own else NO_ROWS)
    else:
        names = (*TABLES, *OF_TODAY) if is_newest else TABLES
        whole = {name: version.subject(name) for name in names if name != CONCLUSIONS}
        whole[CONCLUSIONS] = conclusions(version, facts)
        of_all = {f"{name}/all": version.subject(name, "all") for name in SEGMENT_TABLES}
        for name, table in (whole | of_all).items():
            if table:
                yield script(f"subjects/{own_name(name)}", table)
        if rejects := version.rejects():
            yield script("subjects/rejects", columnar(rejects))
    segment = ("all", "all") if rep is None else ("rep", rep)
    if funnel := version.funnel(segment[0], [segment[1]]):
        yield script(f"funnel/{segment[0]}", columnar(funnel))


def period_name(grain: str, start: date) -> str:
    """Return how a period is written, as `ReportPeriod.read` reads it."""
    names = {
        "year": f"{start:%Y}",
        "quarter": f"{start:%Y}-Q{(start.month + 2) // 3}",
        "half_month": f"{start:%Y-%m}-H{1 + HALF_STARTS.index(start.day)}",
    }
    return names.get(grain) or f"{start:%Y-%m}"


def complete_period(database: Path, facts: Facts) -> ReportPeriod | None:
    """Return the last period of the report rhythm that is over by `as_of`, if there is one."""
    with PublishedVersion.open(database) as version:
        if not version.has_values or facts.as_of is None:
            return None
        periods = version.periods()
        grain = first_grain(version, facts, list(periods))
        if grain not in ("half_month", "month"):
            return None
        starts = [date.fromisoformat(start) for start in periods[grain]]
    over = [start for start in starts if last_day(grain, start) <= facts.as_of]
    if not over:
        return None
    return ReportPeriod(grain, over[-1].year, over[-1].month, over[-1].day)


def _complete(starts: list[date], as_of: date | None) -> list[date]:
    """Return the months that are over by `as_of`; all of them when none is."""
    if as_of is None:
        return starts
    return [start for start in starts if last_day("month", start) <= as_of] or starts


def last_day(grain: str, start: date) -> date:
    """Return the last day of a half of a month, a month, a quarter or a year."""
    if grain == "half_month" and start.day == 1:
        return start.replace(day=HALF_STARTS[1] - 1)
    later = start.month - 1 + {"quarter": 2, "year": 11}.get(grain, 0)
    year, month = start.year + later // 12, later % 12 + 1
    return date(year, month, monthrange(year, month)[1])


def print_pdf(html: Path, pdf: Path) -> str | None:
    """Print a page with the browser of this machine; return why not when it could not be."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        return f"no browser is installed ({', '.join(BROWSERS)})"
    with tempfile.TemporaryDirectory(prefix="prospection-") as profile:
        command = [
            browser,
            "--headless",
            "--disable-gpu",
            "--no-sandbox",  # the page is ours and has no network; containers often have no sandbox
            "--no-first-run",
            f"--user-data-dir={profile}",
            "--no-pdf-header-footer",
            "--virtual-time-budget=5000",
            f"--print-to-pdf={pdf.resolve()}",
            html.resolve().as_uri(),
        ]
        try:
            result = subprocess.run(
                command, capture_output=True, text=True, check=False, timeout=PRINT_SECONDS
            )
        except subprocess.TimeoutExpired:
            return f"{browser} did not end within {PRINT_SECONDS} seconds"
    if result.returncode != 0 or not pdf.exists():
        last = (result.stderr.strip().splitlines() or ["it said nothing"])[-1]
        return f"{browser} ended with {result.returncode}: {last}"
    return None
