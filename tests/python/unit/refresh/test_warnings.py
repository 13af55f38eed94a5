"""What is unusual, as people say it, in both languages."""

from typing import Any

from orchestration.refresh.summary.warnings import warning_lines

NAMES = {
    "cycle": ("Cycle de vente", "days"),
    "lead": ("Durée lead → client", "days"),
    "lost": ("Contrats perdus", "count"),
}


def suite(name: str, *examples: dict[str, Any], unexpected: int | None = None) -> dict[str, Any]:
    """Return a suite of one broken expectation, as it is kept."""
    count = len(examples) if unexpected is None else unexpected
    broken = {"success": False, "examples": list(examples), "unexpected": count}
    return {"name": name, "is_blocking": False, "expectations": [broken]}


def lines(*suites: dict[str, Any], language: str = "fr") -> list[str]:
    results = [{"load_id": "crm@1"}, {"build_id": "b", "suites": list(suites)}]
    return warning_lines(results, NAMES, "EUR", language)  # type: ignore[arg-type]


def moved(kpi_id: str, usual: float, now: float) -> dict[str, Any]:
    return {
        "spreads": 46.67,
        "kpi_id": kpi_id,
        "statistic": "value",
        "month": "2026-09-01",
        "usual_value": usual,
        "value_now": now,
    }


def test_an_unusual_kpi_is_told_with_what_is_usual() -> None:
    found = suite("kpis_move_as_usual", moved("lost", 93.48, 581.0))
    assert lines(found) == ["Contrats perdus : 581 en 2026-09, contre 93 d'habitude"]
    assert lines(found, language="en") == ["Contrats perdus: 581 in 2026-09, usually about 93"]


def test_kpis_that_measure_the_same_are_one_sentence_and_the_total_is_true() -> None:
    found = suite(
        "kpis_move_as_usual", moved("cycle", 27.7, 241.3), moved("lead", 27.7, 241.3), unexpected=9
    )
    assert lines(found) == [
        "Cycle de vente, Durée lead → client : 241,3 j en 2026-09, contre 27,7 j d'habitude",
        "et 7 autres : voir « Qualité des données » dans le tableau de bord",
    ]


def test_a_silent_source_is_told_once() -> None:
    newest = suite("events_are_fresh", {"days_old": 69, "newest_event_on": "2018-09-06"})
    source = suite(
        "sources_are_fresh", {"days_old": 69, "newest_event_on": "2018-09-06", "source": "shop"}
    )
    assert lines(newest, source, language="en") == [
        "Source shop: its latest event is of 2018-09-06, 69 days ago; is it still exported?"
    ]
    assert lines(newest, language="en") == [
        "No source has an event since 2018-09-06, 69 days ago; are they still exported?"
    ]


def test_a_table_that_shrank_is_told_with_its_rows() -> None:
    row = {"share": 0.1, "name": "core.fct_orders", "rows_then": 12000, "rows_now": 1200}
    assert lines(suite("volumes_are_stable", row), language="en") == [
        "Table core.fct_orders: 1,200 rows, where the previous version had 12,000"
    ]


def test_nothing_is_told_of_what_holds_or_was_never_looked_at() -> None:
    holds = {"name": "x", "is_blocking": False, "expectations": [{"success": True}]}
    assert lines(holds) == []
    assert warning_lines([], NAMES, "EUR", "fr") == []
