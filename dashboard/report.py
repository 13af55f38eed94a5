"""The overview of one period as one self-contained file: HTML, and PDF where a browser is there.

What belongs here: choosing the data that go into the file, and printing it. What does not: the page
itself, which is the dashboard's (see `assets/`).
"""

import re
import shutil
import subprocess
import tempfile
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from dashboard.building import Facts, conclusions, first_grain, page, start_data
from dashboard.encoding import script, script_of_json
from dashboard.reading import PublishedVersion

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
HALF_STARTS = (1, 16)
"""The days on which the halves of a month begin."""

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
    database: Path, facts: Facts, wanted: ReportPeriod | None = None
) -> tuple[str, str]:
    """Return the name of the period shown and the file's content.

    Args:
        database: the published `prospection.duckdb`.
        facts: what is known of the version.
        wanted: the period; None for the last complete month.

    Raises:
        ValueError: the version has no such period, or no values at all.

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
        start["grains"] = [grain]
        start["dimensions"] = []
        start["first_grain"] = grain
        start["files"] = []
        start["report"] = {"page": "overview", "grain": grain, "period": shown.isoformat()}
        content = [script("start", start)]
        for _, _, text in version.series({grain: start["periods"][grain]}, {"all": ["all"]}):
            content.append(script_of_json(f"all/{grain}", text))
        if said := conclusions(version, facts):
            content.append(script("subjects/kpi_conclusions", said))
        for name in ("kpi_signals", "kpi_targets"):
            if table := version.subject(f"kpi.{name}"):
                content.append(script(f"subjects/{name}", table))
    return period_name(grain, shown), page(facts, inline="".join(content))


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
    over = [start for start in starts if _end(grain, start) <= facts.as_of]
    if not over:
        return None
    return ReportPeriod(grain, over[-1].year, over[-1].month, over[-1].day)


def _complete(starts: list[date], as_of: date | None) -> list[date]:
    """Return the months that are over by `as_of`; all of them when none is."""
    if as_of is None:
        return starts
    return [start for start in starts if _end("month", start) <= as_of] or starts


def _end(grain: str, start: date) -> date:
    """Return the last day of a month, or of a half of one."""
    if grain == "half_month" and start.day == 1:
        return start.replace(day=HALF_STARTS[1] - 1)
    return start.replace(day=monthrange(start.year, start.month)[1])


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
