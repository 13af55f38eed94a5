"""The figures of `make proof` are reached by marts that find what is there, and by no others."""

from typing import Any

import pytest

from tests.benchmarks.concluding import find_planted, find_sound
from tests.benchmarks.findings import figures, find_funnel
from tests.benchmarks.proving import Finding

MEASURES = ("new_customers", "new_customer_revenue", "deals_won", "won_amount")


def forecasts(low: float, high: float, expected: float) -> list[tuple[Any, ...]]:
    """Ten months per measure that bring 1 to 10, after months that brought 0, 5 more or less."""
    return [
        (measure, 1, expected, low, high, actual, 0, 0, 5)
        for measure in MEASURES
        for actual in range(1, 11)
    ]


CONCLUDED = {
    "is_said_first": True,
    "is_bottleneck": True,
    "months_off": 1,
    "is_winner_said": True,
    "is_thin_margin_said": True,
    "others": [],
    "said": 5,
}
SOUND = {"false_alarms": [], "months": 20, "months_alarmed": ["2026-01-01"]}


def finding(**other: Any) -> Finding:
    """Return what a mart finds that finds everything, but for what is given."""
    return {
        "is_bottleneck_named": True,
        "sound_step_months": 20,
        "flagged_step_months": 1,
        "better_variant_wins": True,
        "false_winners": [],
        "ranks_lower_by_margin": True,
        "bands": [("0-19", 100, 1), ("20-39", 100, 5), ("40-59", 100, 20)],
        "forecasts": forecasts(1.5, 9.5, 5.5),
        "unstaged_forecasts": forecasts(1.5, 9.5, 5.5),
        "concluded": CONCLUDED,
        "sound": SOUND,
        **other,
    }


def missed(findings: list[Finding]) -> set[str]:
    """Return the names of the figures that are not reached, without the measure of a forecast."""
    names = {figure.name for figure in figures(findings) if not figure.is_reached}
    return {name.partition(", ")[2] if name.startswith(MEASURES) else name for name in names}


def test_what_is_found_is_reached() -> None:
    assert missed([finding()] * 20) == set()


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        ({"is_bottleneck_named": False}, "bottleneck named"),
        ({"better_variant_wins": False}, "better variant wins"),
        ({"false_winners": ["C1"]}, "no winner among equal variants"),
        ({"ranks_lower_by_margin": False}, "big buyers with thin margins rank lower by margin"),
        (
            {"concluded": {**CONCLUDED, "is_said_first": False}},
            "first sentence names the step that falls",
        ),
        (
            {"concluded": {**CONCLUDED, "is_bottleneck": False}},
            "bottleneck of the page is that step",
        ),
        ({"concluded": {**CONCLUDED, "months_off": None}}, "since when it falls, to a quarter"),
        ({"concluded": {**CONCLUDED, "months_off": 3}}, "since when it falls, to a quarter"),
        (
            {"concluded": {**CONCLUDED, "is_winner_said": False}},
            "page names the message that wins",
        ),
        ({"concluded": {**CONCLUDED, "is_thin_margin_said": False}}, "page names the thin margin"),
    ],
)
def test_two_seeds_of_twenty_may_be_wrong_and_three_not(wrong: Finding, name: str) -> None:
    assert missed([finding()] * 18 + [finding(**wrong)] * 2) == set()
    assert missed([finding()] * 17 + [finding(**wrong)] * 3) == {name}


def test_more_than_one_sound_step_month_of_twenty_is_too_many() -> None:
    flagged = [finding()] * 19 + [finding(flagged_step_months=2)]
    assert missed(flagged) == {"sound steps flagged as declining"}


def test_conversion_that_does_not_rise_is_missed() -> None:
    flat = [("0-19", 100, 5), ("20-39", 100, 5), ("40-59", 100, 20)]
    assert missed([finding(bands=flat)]) == {"conversion by band of the lead score"}
    # one seed falls for sure, the others rise by more
    falls = [("0-19", 100, 30), ("20-39", 100, 5), ("40-59", 100, 20)]
    assert missed([finding()] * 19 + [finding(bands=falls)]) == {
        "bands that convert less than the one below, at 1 %"
    }


@pytest.mark.parametrize(("low", "high"), [(2.5, 9.5), (1, 9.5)])
def test_intervals_that_hold_too_few_or_too_many_months_are_missed(low: float, high: float) -> None:
    names = missed([finding(forecasts=forecasts(low, high, 5.5))])
    assert names == {
        "next month: months in the 80 % interval",
        "one to six months ahead: months in the 80 % interval",
    }


def test_an_interval_wider_than_that_of_the_mean_of_three_is_missed() -> None:
    narrow = [(*row[:-1], 3.9) for row in forecasts(1.5, 9.5, 5.5)]
    assert missed([finding(forecasts=narrow)]) == {
        "next month: median width of the interval",
        "one to six months ahead: median width of the interval",
    }


def test_forecasts_without_stage_history_are_held_against_the_same() -> None:
    names = {
        figure.name
        for figure in figures([finding(unstaged_forecasts=forecasts(2.5, 9.5, 5.5))])
        if not figure.is_reached
    }
    assert len(names) == 2 * len(MEASURES)
    assert all(" without stage history, " in name for name in names)


def test_a_forecast_no_better_than_the_month_before_is_missed() -> None:
    assert missed([finding(forecasts=forecasts(1.5, 9.5, 0))]) == {
        "next month: mean absolute error",
        "one to six months ahead: mean absolute error",
    }


def test_a_bottleneck_is_named_when_its_step_falls_and_stays_the_worst() -> None:
    def months(*named: bool) -> list[tuple[str, str, bool, bool | None, bool]]:
        return [
            (f"2026-0{number}-01", "engaged", True, is_named, is_named)
            for number, is_named in enumerate(named, start=3)
        ]

    planted = {"step": "engaged", "from_month": "2026-03-01"}
    sound = [("2026-02-01", "engaged", True, True, True), ("2026-03-01", "won", True, None, False)]
    found = find_funnel([*sound, *months(True, False, True)], planted)
    assert found == {
        "is_bottleneck_named": True,
        "sound_step_months": 1,
        "flagged_step_months": 1,
    }
    assert not find_funnel(months(True, False, False), planted)["is_bottleneck_named"]
    assert not find_funnel(months(False, True, True), planted)["is_bottleneck_named"]


def test_one_false_alarm_in_twenty_is_borne_and_two_are_not() -> None:
    alarmed = finding(sound={**SOUND, "false_alarms": ["kpi cac all all worse"]})
    assert missed([finding()] * 19 + [alarmed]) == set()
    assert missed([finding()] * 18 + [alarmed] * 2) == {
        "sound companies whose pages give a false alarm"
    }
    often = finding(sound={**SOUND, "months_alarmed": ["2026-01-01", "2026-02-01"]})
    assert missed([often]) == {"months of sound companies with a false alarm"}
    beside = finding(concluded={**CONCLUDED, "others": ["kpi cac all all worse"]})
    assert missed([beside]) == {"sentences about what is neither planted nor follows from it"}


TRUTH = {
    "bottleneck": {"step": "engaged", "from_month": "2026-04-01"},
    "variants": {"campaign_id": "C1", "better": {"message_variant": "A"}},
    "customer_type": {"dimension": "sector", "value": "BTP"},
}


def concluded(kind: str, subject: str, dimension: str = "all", value: str = "all") -> Finding:
    return {
        "kind": kind,
        "subject": subject,
        "dimension": dimension,
        "dimension_value": value,
        "since": "2026-05-01",
        "is_worse": kind != "variant",
    }


def shown(**pages: list[Finding]) -> dict[str, Finding]:
    """Return what pages show: the first sentence is about the first row, the rest says nothing."""
    names = ("overview", "funnel", "activity", "campaigns", "team", "pipeline", "customers")
    said = "Since May 2026, contacted prospects who engage fell from 34.0% to 19.8%."
    return {
        name: {
            "rows": pages.get(name, []),
            "sentences": [said],
            "bottleneck": ["Engaged"] if name == "funnel" else [],
        }
        for name in names
    }


def test_pages_are_held_against_what_was_planted() -> None:
    step = concluded("step", "engaged")
    pages = shown(
        overview=[step],
        funnel=[step, concluded("kpi", "prospect_response_rate")],
        activity=[concluded("kpi", "never_contacted_rate")],
        campaigns=[
            concluded("variant", "A", "campaign", "C1"),
            concluded("unallotted_cost", "prospecting_cost"),
        ],
        customers=[concluded("thin_margin", "revenue", "sector", "BTP")],
    )
    assert find_planted(pages, TRUTH) == {
        "is_said_first": True,
        "is_bottleneck": True,
        "months_off": 1,
        "is_winner_said": True,
        "is_thin_margin_said": True,
        "others": ["kpi never_contacted_rate all all worse"],
        "said": 5,
    }
    nothing = find_planted(shown(), TRUTH)
    assert (nothing["is_said_first"], nothing["months_off"]) == (False, None)
    assert find_sound(pages, [("2026-08-01", 0), ("2026-09-01", 2)])["months_alarmed"] == [
        "2026-09-01"
    ]
    assert len(find_sound(pages, [])["false_alarms"]) == 5
