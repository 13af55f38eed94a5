"""What the marts find of what was planted, and how far forecasts can be trusted, over many seeds.

    python -m tests.benchmarks.findings --first-seed 1001 --seeds 20 --folder build/findings

For every seed it makes a demo company, loads and builds it with the commands that users have (the
data tests of the build included), and holds the marts against `truth.json` and against what came
later, and its pages against what was planted (`concluding.py`). The forecasts are then made once
more of the same company without its stage history (`deal_stages`), of which only what they need is
built, and the pages once more of its sound twin, in which nothing is planted. It prints a line per
seed and a table of the figures with what is asked of each, keeps both in `findings.json`, and ends
with 1 when a figure is not reached. A seed takes two minutes on two cores and leaves nothing
behind; seeds that are already in `findings.json` are not run again. `--forecasts` looks at the
forecasts alone, `--conclusions` at what the pages conclude, each in half the time.
"""

import argparse
import json
import math
import shutil
import statistics
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb

from orchestration.demo.plants import PLANTS, planted
from tests.benchmarks import concluding
from tests.benchmarks.proving import Figure, Finding, build_models, run_command

FIRST_FULL_YEAR = "2025-01-01"

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
# beside each forecast what costs nothing: what the last month brought, and the mean of the last
# three, which has an 80 % interval by its own errors known at the origin, made as ours is
FORECASTS = """
    with months as (
        select * from kpi.kpi_periods where grain = 'month' and not is_partial
    ),

    naive as (
        select
            *,
            1.2815515655446004
            * (1 + 0.66 / nullif(count(actual) over known_by_then, 0))
            * sqrt(avg(power(actual - naive_expected, 2)) over known_by_then) as margin
        from kpi.kpi_forecast_made
        window known_by_then as (
            partition by basis, measure, horizon
            order by origin
            range between unbounded preceding and horizon preceding
        )
    )

    select
        forecasts.measure,
        forecasts.months_ahead,
        forecasts.expected,
        forecasts.interval_low,
        forecasts.interval_high,
        forecasts.actual,
        case
            when forecasts.measure in ('new_customers', 'deals_won') then outcomes.won
            else outcomes.amount
        end as last_month,
        forecasts.naive_expected,
        naive.margin
    from kpi.kpi_forecast as forecasts
    inner join months on forecasts.origin_month = months.period_start
    inner join kpi.kpi_forecast_outcomes as outcomes
        on forecasts.basis = outcomes.basis and months.period_number = outcomes.period_number
    inner join naive
        on forecasts.basis = naive.basis
        and forecasts.measure = naive.measure
        and forecasts.months_ahead = naive.horizon
        and months.period_number = naive.origin
    where forecasts.actual is not null
    order by all
"""
UNSTAGED = "deal_stages.csv"
FORECAST_MODELS = ("kpi_forecast", "kpi_weighted_pipeline")
PARTS = ("findings", "forecasts", "conclusions")
"""What is looked at: everything, or one of the others alone."""


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
        *(_plants(findings) if "bands" in findings[0] else ()),
        *(_lead_scores(findings) if "bands" in findings[0] else ()),
        *(
            concluding.figures(
                [each["concluded"] for each in findings], [each["sound"] for each in findings]
            )
            if "concluded" in findings[0]
            else ()
        ),
        *_forecasts([row for finding in findings for row in finding.get("forecasts", ())], ""),
        *_forecasts(
            [row for finding in findings for row in finding.get("unstaged_forecasts", ())],
            " without stage history",
        ),
    ]


def _plants(findings: Sequence[Finding]) -> Iterable[Figure]:
    count, least = len(findings), math.ceil(0.9 * len(findings))
    for name, seeds in (
        ("bottleneck named", sum(each["is_bottleneck_named"] for each in findings)),
        ("better variant wins", sum(each["better_variant_wins"] for each in findings)),
        ("no winner among equal variants", sum(not each["false_winners"] for each in findings)),
        (
            "big buyers with thin margins rank lower by margin",
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


def _forecasts(rows: Sequence[Sequence[Any]], variant: str) -> Iterable[Figure]:
    """Intervals hold four months of five; neither they nor the errors are larger than for free."""
    for measure in ("new_customers", "new_customer_revenue", "deals_won", "won_amount"):
        for label, most in (("next month", 1), ("one to six months ahead", 6)):
            chosen = [row[2:] for row in rows if row[0] == measure and row[1] <= most]
            if not chosen:
                continue
            name = f"{measure}{variant}, {label}"
            inside = sum(low <= actual <= high for _, low, high, actual, *_ in chosen)
            coverage = inside / len(chosen)
            yield Figure(
                f"{name}: months in the 80 % interval",
                f"{coverage:.1%} of {len(chosen)}",
                "72 to 88 %",
                0.72 <= coverage <= 0.88,
            )
            judged = [row for row in chosen if row[6] is not None]
            width = statistics.median(row[2] - row[1] for row in judged)
            naive_width = statistics.median(2 * row[6] for row in judged)
            yield Figure(
                f"{name}: median width of the interval",
                f"{_number(width)}; mean of three {_number(naive_width)}",
                "no more",
                width <= naive_width,
            )
            error, error_last, error_mean = (
                sum(abs(row[column] - row[3]) for row in chosen) / len(chosen)
                for column in (0, 4, 5)
            )
            yield Figure(
                f"{name}: mean absolute error",
                f"{_number(error)}; last month {_number(error_last)}"
                f" ({error / error_last - 1:+.0%}), mean of three {_number(error_mean)}"
                f" ({error / error_mean - 1:+.0%})",
                "less than both",
                error < min(error_last, error_mean),
            )


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}"


def run_seed(seed: int, scale: float, folder: Path, part: str) -> Finding:
    """Make, load and build the company of a seed and its variants; look at them."""
    finding: Finding = {}
    company = _Company(seed, scale, folder)
    company.make()
    if part == "findings":
        run_command(["build", *company.places])
    elif part == "forecasts":
        build_forecasts(company.exports, company.data)
    else:
        build_models(company.exports, company.data)
    with duckdb.connect(str(company.warehouse), read_only=True) as connection:
        if part == "findings":
            finding |= find(connection, company.truth)
        elif part == "forecasts":
            finding["forecasts"] = connection.execute(FORECASTS).fetchall()
    if part != "forecasts":
        finding["concluded"] = concluding.find_planted(company.pages(), company.truth)
    if part != "conclusions":
        company.forget_stages()
        build_forecasts(company.exports, company.data)
        with duckdb.connect(str(company.warehouse), read_only=True) as connection:
            finding["unstaged_forecasts"] = connection.execute(FORECASTS).fetchall()
    if part != "forecasts":
        company.make(without=PLANTS)
        build_models(company.exports, company.data)
        months = concluding.months_alarmed(company.warehouse)
        finding["sound"] = concluding.find_sound(company.pages(), months)
    company.remove()
    return finding


class _Company:
    """The exports of a seed and what is built of them, below a folder."""

    def __init__(self, seed: int, scale: float, folder: Path) -> None:
        self.exports, self.data, self.site = (folder / name for name in ("exports", "data", "site"))
        self.warehouse = self.data / "warehouse.duckdb"
        self.places = ["--exports", str(self.exports), "--data", str(self.data)]
        self._kind = ["--seed", str(seed), "--scale", f"{scale:g}"]

    def make(self, without: Iterable[str] = ()) -> None:
        """Write the exports, without these plants, and load them."""
        self.remove()
        left_out = [word for name in without for word in ("--without", name)]
        run_command(["demo", "--out", str(self.exports), *self._kind, *left_out])
        run_command(["load", *self.places])

    @property
    def truth(self) -> dict[str, Any]:
        return planted(self.exports)

    def pages(self) -> dict[str, dict[str, Any]]:
        """Read what the pages of what is built show first."""
        as_of = date.fromisoformat(self.truth["as_of"])
        return concluding.read_pages(self.warehouse, as_of, self.site)

    def forget_stages(self) -> None:
        """Load the same exports into an empty folder, without the history of stages."""
        shutil.rmtree(self.data)
        (stages,) = self.exports.rglob(UNSTAGED)
        stages.unlink()
        run_command(["load", *self.places])

    def remove(self) -> None:
        for path in (self.exports, self.data, self.site):
            shutil.rmtree(path, ignore_errors=True)


def build_forecasts(exports: Path, data: Path) -> None:
    """Build what the forecasts need and nothing else, without tests."""
    build_models(exports, data, FORECAST_MODELS)


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
    for part in PARTS[1:]:
        parser.add_argument(
            f"--{part}", dest="part", action="store_const", const=part, help=f"look at {part} alone"
        )
    parser.set_defaults(part=PARTS[0])
    arguments = parser.parse_args()
    folder = arguments.folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{arguments.part}-{arguments.scale:g}.json"
    known = json.loads(file.read_text("utf-8")) if file.exists() else {}
    findings = []
    for seed in range(arguments.first_seed, arguments.first_seed + arguments.seeds):
        if str(seed) not in known:
            known[str(seed)] = run_seed(seed, arguments.scale, folder, arguments.part)
            file.write_text(json.dumps(known), "utf-8")
        finding = known[str(seed)]
        findings.append(finding)
        shown = {
            key: value
            for key, value in finding.items()
            if key != "bands" and not key.endswith("forecasts")
        }
        print(f"seed {seed}: {shown}", flush=True)
    table, reached = report(findings)
    print(f"\n{arguments.seeds} seeds of scale {arguments.scale:g}:\n\n{table}")
    return 0 if reached else 1


if __name__ == "__main__":
    sys.exit(main())
