"""What is concluded of a rep is said in both languages, with what it is worth."""

from datetime import date
from typing import Any

import pytest

from dashboard.building import texts
from dashboard.sentences import conclusion_remarks, conclusion_sentence
from dashboard.wording import Language, Wording

BEHIND: dict[str, Any] = {
    "kind": "rep_worse",
    "subject": "meeting",
    "grain": None,
    "period_start": None,
    "since": None,
    "dimension": "rep",
    "dimension_value": "R03",
    "dimension_label": "Ann Lee",
    "value": 0.125,
    "expected_value": 0.25,
    "sample_size": 80.0,
    "is_worse": True,
    "standard_errors": 4.0,
    "confidence": 0.9999,
    "worth_customers": -6.2,
    "worth_amount": None,
    "worth_cases": -10.0,
    "name_en": None,
    "name_fr": None,
    "advice_en": None,
    "advice_fr": None,
}


@pytest.mark.parametrize(
    ("changed", "language", "sentence", "remark"),
    [
        (
            {},
            "en",
            "Ann Lee gets fewer prospects to a meeting: 12.5%, against 25.0% for the other reps in"
            " the same months \N{EN DASH} 6 fewer customers.",
            "Look at what follows an answer",
        ),
        (
            {"kind": "rep_better", "value": 0.5, "is_worse": False, "worth_customers": None},
            "fr",
            "Ann Lee amène plus de prospects jusqu'au rendez-vous : 50,0 %, contre 25,0 % pour les"
            " autres commerciaux aux mêmes mois.",
            "À regarder : la manière de faire",
        ),
    ],
)
def test_a_rep_who_differs_is_said_in_words(
    changed: dict[str, Any], language: Language, sentence: str, remark: str
) -> None:
    say = Wording(texts(), language, "EUR", 1)
    row = {**BEHIND, "month": date(2026, 9, 1), **changed}
    assert _plain(conclusion_sentence(row, {}, say)) == sentence
    assert remark in _plain(conclusion_remarks(row, say))


def _plain(said: str) -> str:
    """Return a text with plain spaces."""
    return said.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")
