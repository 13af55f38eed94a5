"""What the marts find of what was planted, and how far forecasts can be trusted, over many seeds.

    python -m tests.benchmarks.findings --first-seed 1001 --seeds 20 --folder build/findings

For every seed it makes a demo company, loads and builds it with the commands that users have (the
data tests of the build included), and holds the marts against `truth.json` and against what came
later. It prints a line per seed and a table of the figures with what is asked of each, keeps both
in `findings.json`, and ends with 1 when a figure is not reached. A seed takes about a minute on two
cores and leaves nothing behind; seeds that are already in `findings.json` are not run again.
"""

import argparse
import json
import math
import os
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb

from orchestration.demo.plants import planted

Finding = dict[str, Any]

FIRST_FULL_YEAR = "2025-01-01"
COMMAND = [sys.executable, "-m", "orchestration.cli"]

FUNNEL = """
    select cast(period_start as varchar), stage, is_mature, is_declining, is_bottleneck
    from kpi.kpi_funnel
    where grain = 'month' and dimension = 'all'
    order by period_start, stage_order
"""
WINNERS = """
    select distinct campaign_id, message_variant
    from kpi.kpi_campaign_performance
    where is_variant_winner
    order by all
"""
RANKS = """
    select revenue_rank, margin_rank
    from kpi.kpi_segment_profitability
    where grain = 'year' and dimension = ? and dimension_value = ? and period_start >= ?
    order by period_start
"""
BANDS = """
    select band, prospects, customers
    from kpi.kpi_lead_score_calibration
    order by band
"""
# beside each forecast what the month before it brought, and the mean of the three before it; of a
# pipeline, what the last ones of which that month was over brought at the same distance
FORECASTS = """
    with months as (
        select * from kpi.kpi_periods where grain = 'month' and not is_partial
    ),

    came as (
        select kpi_id as measure, 0 as horizon, months.period_number, kpi_values.value
        from kpi.kpi_values
        inner join months using (grain, period_start)
        where kpi_id in ('new_customers', 'new_customer_revenue') and dimension = 'all'
        union all
        select
            unnest(['deals_won', 'won_amount']) as measure,
            months_to_win as horizon,
            month_end + months_to_win as period_number,
            unnest([sum(standing)::double, sum(won_amount)]) as value
        from kpi.kpi_forecast_standing
        where basis = 'pipeline' and months_to_win between 1 and 6
        group by months_to_win, month_end
    )

    select
        forecasts.measure,
        forecasts.months_ahead,
        forecasts.expected,
        forecasts.interval_low,
        forecasts.interval_high,
        forecasts.actual,
        coalesce(sum(came.value) filter (where came.period_number = months.period_number), 0)
            as last_month,
        coalesce(sum(came.value), 0) / 3 as mean_of_three,
        cast(forecasts.origin_month as varchar) as origin_month
    from kpi.kpi_forecast as forecasts
    inner join months on forecasts.origin_month = months.period_start
    left join came
        on forecasts.measure = came.measure
        and came.horizon
        = case forecasts.basis when 'pipeline' then forecasts.months_ahead else 0 end
        and came.period_number between months.period_number - 2 and months.period_number
    where forecasts.actual is not null
    group by all
    order by all
"""


@dataclass(frozen=True)
class Figure:
    """A figure over all seeds, what is asked of it, and whether it is reached."""

    name: str
    measured: str
    asked: str
    is_reached: bool


def find(connection: duckdb.DuckDBPyConnection, truth: Mapping[str, Any]) -> Finding:
    """Read from a warehouse what its marts say about what `truth.json` planted."""
    winners: list[tuple[str, str]] = connection.execute(WINNERS).fetchall()
    variants, customer_type = truth["variants"], truth["customer_type"]
    equal = {each["campaign_id"] for each in truth["equal_variants"]}
    ranks = connection.execute(
        RANKS, [customer_type["dimension"], customer_type["value"], FIRST_FULL_YEAR]
    ).fetchall()
    return {
        **find_funnel(connection.execute(FUNNEL).fetchall(), truth["bottleneck"]),
        "better_variant_wins": [
            variant for campaign, variant in winners if campaign == variants["campaign_id"]
        ]
        == [variants["better"]["message_variant"]],
        "false_winners": [campaign for campaign, _ in winners if campaign in equal],
        "ranks_lower_by_margin": len(ranks) > 0
        and all(by_margin > by_revenue for by_revenue, by_margin in ranks),
        "bands": connection.execute(BANDS).fetchall(),
        "forecasts": connection.execute(FORECASTS).fetchall(),
    }


def find_funnel(rows: Iterable[Sequence[Any]], bottleneck: Mapping[str, Any]) -> Finding:
    """Say whether the planted step is named, and how many verdicts on sound steps are false."""
    planted_months: dict[str, tuple[bool, bool]] = {}
    sound, flagged = 0, 0
    for month, stage, is_mature, is_declining, is_bottleneck in rows:
        if stage == bottleneck["step"] and month >= bottleneck["from_month"]:
            if is_mature:
                planted_months[month] = (is_declining is True, is_bottleneck)
        elif is_declining is not None:
            sound += 1
            flagged += is_declining
    named = [is_named for _, is_named in planted_months.values()]
    return {
        "is_bottleneck_named": planted_months[bottleneck["from_month"]] == (True, True)
        and sum(named) > len(named) / 2,
        "sound_step_months": sound,
        "flagged_step_months": flagged,
    }


def figures(findings: Sequence[Finding]) -> list[Figure]:
    """Sum the findings of all seeds up."""
    return [
        *_plants(findings),
        *_lead_scores(findings),
        *_forecasts([row for finding in findings for row in finding["forecasts"]]),
    ]


def _plants(findings: Sequence[Finding]) -> Iterable[Figure]:
    count, least = len(findings), math.ceil(0.9 * len(findings))
    for name, seeds in (
        ("bottleneck named", sum(each["is_bottleneck_named"] for each in findings)),
        ("better variant wins", sum(each["better_variant_wins"] for each in findings)),
        ("no winner among equal variants", sum(not each["false_winners"] for each in findings)),
        (
            "dear customers rank lower by margin",
            sum(each["ranks_lower_by_margin"] for each in findings),
        ),
    ):
        yield Figure(name, f"{seeds} of {count} seeds", f"{least} or more", seeds >= least)
    sound = sum(each["sound_step_months"] for each in findings)
    flagged = sum(each["flagged_step_months"] for each in findings)
    yield Figure(
        "sound steps flagged as declining",
        f"{flagged} of {sound} step-months ({flagged / sound:.1%})",
        "5 % or less",
        flagged <= 0.05 * sound,
    )


def _lead_scores(findings: Sequence[Finding]) -> Iterable[Figure]:
    """Conversion rises from band to band: over all seeds, and in no seed does it surely fall."""
    prospects: dict[str, int] = defaultdict(int)
    customers: dict[str, int] = defaultdict(int)
    falls = 0
    for finding in findings:
        bands = finding["bands"]
        for (_, count, won), (_, count_above, won_above) in pairwise(bands):
            pooled = (won + won_above) / (count + count_above)
            error = math.sqrt(pooled * (1 - pooled) * (1 / count + 1 / count_above))
            falls += won / count - won_above / count_above > 2.33 * error > 0
        for band, count, won in bands:
            prospects[band] += count
            customers[band] += won
    rates = [customers[band] / prospects[band] for band in sorted(prospects)]
    yield Figure(
        "conversion by band of the lead score",
        " < ".join(f"{rate:.2%}" for rate in rates),
        "rises from each band to the next",
        all(rate < above for rate, above in pairwise(rates)),
    )
    yield Figure("bands that convert less than the one below, at 1 %", str(falls), "0", falls == 0)


def _forecasts(rows: Sequence[Sequence[Any]]) -> Iterable[Figure]:
    for measure in ("new_customers", "new_customer_revenue", "deals_won", "won_amount"):
        for label, most in (("next month", 1), ("one to six months ahead", 6)):
            chosen = [row[2:] for row in rows if row[0] == measure and row[1] <= most]
            inside = sum(low <= actual <= high for _, low, high, actual, *_ in chosen)
            coverage = inside / len(chosen)
            yield Figure(
                f"{measure}, {label}: months in the 80 % interval",
                f"{coverage:.1%} of {len(chosen)}",
                "72 to 88 %",
                0.72 <= coverage <= 0.88,
            )
            error, error_last, error_mean = (
                sum(abs(row[column] - row[3]) for row in chosen) / len(chosen)
                for column in (0, 4, 5)
            )
            yield Figure(
                f"{measure}, {label}: mean absolute error",
                f"{_number(error)}; last month {_number(error_last)}"
                f" ({error / error_last - 1:+.0%}), mean of three {_number(error_mean)}"
                f" ({error / error_mean - 1:+.0%})",
                "less than both",
                error < min(error_last, error_mean),
            )


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}"


def run_seed(seed: int, scale: float, folder: Path) -> Finding:
    """Make, load and build the company of a seed, and look at its marts."""
    exports, data = folder / "exports", folder / "data"
    for path in (exports, data):
        shutil.rmtree(path, ignore_errors=True)
    places = ["--exports", str(exports), "--data", str(data)]
    variables = {
        name: value for name, value in os.environ.items() if not name.startswith("PROSPECTION_")
    }
    for arguments in (
        ["demo", "--out", str(exports), "--seed", str(seed), "--scale", f"{scale:g}"],
        ["load", *places],
        ["build", *places],
    ):
        result = subprocess.run(
            [*COMMAND, *arguments], env=variables, capture_output=True, text=True, check=False
        )
        if result.returncode != 0:
            raise SystemExit(f"seed {seed}: {arguments[0]} failed\n{result.stdout}{result.stderr}")
    with duckdb.connect(str(data / "warehouse.duckdb"), read_only=True) as connection:
        finding = find(connection, planted(exports))
    for path in (exports, data):
        shutil.rmtree(path)
    return finding


def report(findings: Sequence[Finding]) -> tuple[str, bool]:
    """Return the figures as a Markdown table, and whether all are reached."""
    table = ["| figure | measured | asked |  |", "| --- | --- | --- | --- |"]
    reached = True
    for figure in figures(findings):
        reached = reached and figure.is_reached
        mark = "reached" if figure.is_reached else "NOT REACHED"
        table.append(f"| {figure.name} | {figure.measured} | {figure.asked} | {mark} |")
    return "\n".join(table), reached


def main() -> int:
    """Run the seeds and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--first-seed", type=int, default=1001)
    parser.add_argument("--seeds", type=int, default=20, help="how many")
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--folder", type=Path, required=True, help="for the companies, one by one")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    file = arguments.folder / f"findings-{arguments.scale:g}.json"
    known = json.loads(file.read_text("utf-8")) if file.exists() else {}
    findings = []
    for seed in range(arguments.first_seed, arguments.first_seed + arguments.seeds):
        if str(seed) not in known:
            known[str(seed)] = run_seed(seed, arguments.scale, arguments.folder)
            file.write_text(json.dumps(known), "utf-8")
        finding = known[str(seed)]
        findings.append(finding)
        shown = {key: value for key, value in finding.items() if key not in ("bands", "forecasts")}
        print(f"seed {seed}: {shown}", flush=True)
    table, reached = report(findings)
    print(f"\n{arguments.seeds} seeds of scale {arguments.scale:g}:\n\n{table}")
    return 0 if reached else 1


if __name__ == "__main__":
    sys.exit(main())
