"""What is planted in the demo can be found in its files, and nothing is found where nothing was.

What the files say is counted here with plain Python; the truth comes from `truth.json`.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.cli import main
from orchestration.demo.exports import SQL
from orchestration.demo.generate import generate
from orchestration.demo.plants import PLANTS, planted
from orchestration.errors import ConfigurationError

from .test_demo import Rows, amount, answered_prospects, reader, touches

Counted = tuple[int, int]
"""How many of how many."""

# Detected later than this, a prospect had less than three months to get anywhere.
LAST_MATURE_MONTH = "2026-06"


@pytest.fixture(scope="module", params=[2, 4, 6])
def company(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[dict[str, Any], Rows]:
    """Make a company with every plant: between them, the seeds have each kind of plant."""
    report = generate(tmp_path_factory.mktemp("planted"), seed=request.param)
    return planted(report.out), reader(report)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Rows]:
    """Make a company without any plant."""
    report = generate(tmp_path_factory.mktemp("sound"), seed=2, plants=())
    return planted(report.out), reader(report)


def z_score(one: Counted, other: Counted) -> float:
    """How many standard errors the one rate lies above the other."""
    (some, all_of_one), (others, all_of_other) = one, other
    pooled = (some + others) / (all_of_one + all_of_other)
    error = math.sqrt(pooled * (1 - pooled) * (1 / all_of_one + 1 / all_of_other))
    return (some / all_of_one - others / all_of_other) / error


def added(counts: list[Counted]) -> Counted:
    return sum(some for some, _ in counts), sum(all_of for _, all_of in counts)


def steps_by_month(rows: Rows) -> dict[str, dict[str, Counted]]:
    """By step and month of detection: who got over it, of whom had come so far."""
    contacted = {row["activity_id"][1:8] for row in touches(rows)}
    engaged = answered_prospects(rows)
    counted: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    for row in rows("prospects"):
        number, month = row["prospect_id"][1:], row["detected_at"][:7]
        for step, had_come, gets_over in (
            ("engaged", number in contacted, number in engaged),
            ("qualified", number in engaged, bool(row["qualified_at"])),
        ):
            if had_come and month <= LAST_MATURE_MONTH:
                counted[step][month][0] += gets_over
                counted[step][month][1] += 1
    return {
        step: {month: (some, all_of) for month, (some, all_of) in sorted(months.items())}
        for step, months in counted.items()
    }


def falls(months: dict[str, Counted]) -> Iterator[tuple[str, float]]:
    """By month, from the seventh on: the z score of its rate against the six before."""
    names = list(months)
    for place in range(6, len(names)):
        before = added([months[name] for name in names[place - 6 : place]])
        yield names[place], z_score(months[names[place]], before)


def replies_by_variant(rows: Rows, campaign_id: str) -> dict[str, Counted]:
    """By message variant: prospects that replied to it, of those it was sent to."""
    sent: dict[str, str] = {}
    for row in rows("activities"):
        if (
            row["campaign_id"] == campaign_id
            and row["message_variant"]
            and row["outcome"] != "bounced"
        ):
            sent[row["activity_id"]] = row["message_variant"]
    replied = {
        row["in_reply_to"][:8]
        for row in rows("activities")
        if row["outcome"] == "reply" and row["in_reply_to"] in sent
    }
    reached = {(activity[:8], variant) for activity, variant in sent.items()}
    counts = Counter(variant for _, variant in reached)
    answered = Counter(variant for prospect, variant in reached if prospect in replied)
    return {variant: (answered[variant], count) for variant, count in counts.items()}


def revenue_and_margin(rows: Rows, dimension: str) -> dict[str, tuple[float, float]]:
    """By sector or size of the customer: net revenue and gross margin of its orders."""

    def type_of(account: dict[str, str]) -> str:
        if dimension == "sector":
            return account["sector"]
        employees = int(account["employee_count"] or 0)
        bands = (("unknown", 0), ("1-9", 9), ("10-49", 49), ("50-249", 249))
        return next((name for name, most in bands if employees <= most), "250+")

    types = {row["account_id"]: type_of(row) for row in rows("accounts")}
    customers = {
        row["order_id"]: row["account_id"] for row in rows("orders") if row["status"] == "placed"
    }
    costs = {row["product_id"]: row["unit_cost"] for row in rows("products")}
    found: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for line in rows("order_lines"):
        if line["order_id"] not in customers:
            continue
        quantity = int(line["quantity"])
        revenue = quantity * amount(line["unit_price"]) - amount(line["discount_amount"])
        cost = quantity * amount(line["unit_cost"] or costs[line["product_id"]])
        sums = found[types.get(customers[line["order_id"]], "unknown")]
        sums[0] += float(revenue)
        sums[1] += float(revenue - cost)
    return {name: (revenue, margin) for name, (revenue, margin) in found.items()}


def rank(values: dict[str, float], name: str) -> int:
    return 1 + sum(value > values[name] for value in values.values())


def test_seeds_have_different_plants() -> None:
    chosen = []
    for seed in range(1, 9):
        with duckdb.connect() as connection:
            connection.execute(f"set variable seed = {seed}")
            for name in PLANTS:
                connection.execute(f"set variable plants_{name} = true")
            for step in ("01_macros", "03_plants"):
                connection.execute((SQL / "steps" / f"{step}.sql").read_text("utf-8"))
            chosen += connection.execute(
                "select step, from_day, is_a_better, customer_type.value from plants"
            ).fetchall()
    assert [len(set(values)) for values in zip(*chosen, strict=True)] == [2, 3, 2, 3]


def test_the_planted_step_falls_and_the_other_does_not(
    company: tuple[dict[str, Any], Rows],
) -> None:
    truth, rows = company
    bottleneck = truth["bottleneck"]
    steps = steps_by_month(rows)
    first = bottleneck["from_month"][:7]
    for step, months in steps.items():
        before = added([count for month, count in months.items() if month < first][-6:])
        after = added([count for month, count in months.items() if month >= first])
        if step == bottleneck["step"]:
            assert z_score(after, before) < -4
            assert after[0] / after[1] < 0.7 * before[0] / before[1]
            assert dict(falls(months))[first] < -2.4
            assert after[0] / after[1] == pytest.approx(bottleneck["rate_after"], abs=0.02)
        else:
            assert z_score(after, before) > -2.5


def test_the_planted_message_is_better(company: tuple[dict[str, Any], Rows]) -> None:
    truth, rows = company
    variants = truth["variants"]
    replies = replies_by_variant(rows, variants["campaign_id"])
    better, worse = variants["better"], variants["worse"]
    assert better["true_rate"] > 3 * worse["true_rate"]
    assert {better["message_variant"], worse["message_variant"]} == set(replies)
    for variant in (better, worse):
        assert replies[variant["message_variant"]][1] == variant["prospects"]
    one, other = replies[better["message_variant"]], replies[worse["message_variant"]]
    assert z_score(one, other) > 3


def test_equal_messages_have_one_rate(company: tuple[dict[str, Any], Rows]) -> None:
    truth, rows = company
    scores = []
    for campaign in truth["equal_variants"]:
        assert len({variant["true_rate"] for variant in campaign["variants"]}) == 1
        if min(variant["prospects"] for variant in campaign["variants"]) > 50:
            replies = replies_by_variant(rows, campaign["campaign_id"])
            if sum(some for some, _ in replies.values()):
                one, other = (replies[name] for name in sorted(replies))
                scores.append(z_score(one, other))
    assert len(scores) >= 3
    # the scores of equal pairs are standard normal: the sum of their squares is their number
    assert sum(score**2 for score in scores) < 4 * len(scores)


def test_the_planted_customers_buy_much_and_leave_little(
    company: tuple[dict[str, Any], Rows],
) -> None:
    truth, rows = company
    customer_type = truth["customer_type"]
    found = revenue_and_margin(rows, customer_type["dimension"])
    revenue = {name: amounts[0] for name, amounts in found.items()}
    margin = {name: amounts[1] for name, amounts in found.items()}
    name = customer_type["value"]
    assert rank(revenue, name) <= 3
    assert rank(margin, name) > rank(revenue, name)
    assert margin[name] < 0.12 * revenue[name]
    others = sum(revenue.values()) - revenue[name]
    assert sum(margin.values()) - margin[name] > 0.4 * others


def test_nothing_is_found_where_nothing_was_planted(sound: tuple[dict[str, Any], Rows]) -> None:
    truth, rows = sound
    assert truth["bottleneck"] is truth["variants"] is truth["customer_type"] is None
    for months in steps_by_month(rows).values():
        assert all(score > -3 for _, score in falls(months))
        late = added([count for month, count in months.items() if month >= "2026-02"])
        early = added([count for month, count in months.items() if "2025-07" < month < "2026-02"])
        assert z_score(late, early) > -2
    campaigns = {campaign["campaign_id"] for campaign in truth["equal_variants"]}
    assert "EML-2526-IND" in campaigns
    one, other = replies_by_variant(rows, "EML-2526-IND").values()
    assert abs(z_score(one, other)) < 2.5
    found = revenue_and_margin(rows, "sector")
    assert all(margin > 0.25 * revenue for revenue, margin in found.values())


def test_plants_are_left_out_one_by_one(tmp_path: Path) -> None:
    report = generate(tmp_path / "demo", scale=0.05, plants=["bottleneck"])
    truth = planted(report.out)
    assert truth["variants"] is truth["customer_type"] is None
    assert truth["bottleneck"]["step"] == report.truth["bottleneck"]["step"]
    note = (report.out / "README.md").read_text("utf-8")
    assert "--without variants --without thin_margin" in note
    assert "--without bottleneck" not in note


def test_an_unknown_plant_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no plant is named 'oak'"):
        generate(tmp_path, plants=["oak"])


def test_the_command_writes_compressed_files_and_says_what_it_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "demo"
    arguments = ["demo", "--out", str(out), "--scale", "0.05", "--compress"]
    assert main([*arguments, "--without", "bottleneck", "--without", "variants"]) == 0
    assert (out / "outreach" / "activities.csv.gz").is_file()
    truth = planted(out)
    assert truth["bottleneck"] is truth["variants"] is None
    assert truth["customer_type"]
    assert f"Next: prospection run --exports {out}" in capsys.readouterr().out
