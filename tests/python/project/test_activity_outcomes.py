"""The shipped reference table reads the words of the export contract as the contract means them."""

import csv
from collections.abc import Mapping
from pathlib import Path

import pytest

Meanings = Mapping[tuple[str, str, str], str]
"""What (channel, direction, outcome) means, as the table says it."""

MEANINGS = {
    "call": {
        "answered": "answered",
        "no_answer": "unanswered",
        "voicemail": "unanswered",
        "gatekeeper": "unanswered",
        "busy": "unanswered",
        "failed": "not_sent",
    },
    "linkedin": {
        "sent": "sent",
        "accepted": "accepted",
        "reply": "reply",
        "auto_reply": "passive",
        "failed": "not_sent",
    },
    "meeting": {
        "booked": "booked",
        "held": "held",
        "no_show": "no_show",
        "cancelled": "meeting_cancelled",
        "": "meeting_planned",
    },
} | {
    channel: {
        "sent": "sent",
        "delivered": "sent",
        "opened": "passive",
        "clicked": "passive",
        "auto_reply": "passive",
        "unsubscribed": "passive",
        "reply": "reply",
        "bounced": "not_sent",
        "cancelled": "not_sent",
        "failed": "not_sent",
    }
    for channel in ("email", "mail", "sms")
}
"""The closed lists of the export contract, by channel, with what each word counts as."""

ANY_CHANNEL = {
    "sent": "sent",
    "reply": "reply",
    "meeting_booked": "meeting_booked",
    "other": "other",
}

EMPTY = [
    ("email", "outbound", "sent"),
    ("call", "outbound", "sent"),
    ("email", "inbound", "reply"),
    ("sms", "inbound", "reply"),
    ("call", "inbound", "answered"),
]


@pytest.fixture(scope="module")
def meanings(repo_root: Path) -> Meanings:
    """Read the shipped table."""
    with (repo_root / "seeds" / "activity_outcomes.csv").open(encoding="utf-8", newline="") as file:
        return {
            (row["channel"], row["direction"], row["outcome"]): row["meaning"]
            for row in csv.DictReader(file)
        }


def meaning(meanings: Meanings, channel: str, direction: str, outcome: str) -> str | None:
    """Return the most specific row's: a channel of its own before a direction of its own."""
    for key in (
        (channel, direction, outcome),
        (channel, "any", outcome),
        ("any", direction, outcome),
        ("any", "any", outcome),
    ):
        if key in meanings:
            return meanings[key]
    return None


@pytest.mark.parametrize(
    ("channel", "outcome", "expected"),
    [
        (channel, outcome, expected)
        for channel, words in MEANINGS.items()
        for outcome, expected in words.items()
    ],
)
def test_a_word_of_the_contract_means_what_it_says(
    meanings: Meanings, channel: str, outcome: str, expected: str
) -> None:
    assert meaning(meanings, channel, "outbound", outcome) == expected


@pytest.mark.parametrize("channel", ["call", "email", "linkedin", "mail", "sms", "other"])
@pytest.mark.parametrize(("outcome", "expected"), ANY_CHANNEL.items())
def test_a_word_of_any_channel_is_known_on_each(
    meanings: Meanings, channel: str, outcome: str, expected: str
) -> None:
    assert meaning(meanings, channel, "outbound", outcome) == expected


@pytest.mark.parametrize(("channel", "direction", "expected"), EMPTY)
def test_an_empty_outcome_is_a_message_sent_or_a_person_who_answered(
    meanings: Meanings, channel: str, direction: str, expected: str
) -> None:
    assert meaning(meanings, channel, direction, "") == expected


def test_french_words_mean_what_their_english_ones_do(meanings: Meanings) -> None:
    for channel, french, english in (
        ("call", "répondeur", "voicemail"),
        ("call", "barrage", "gatekeeper"),
        ("email", "rebond", "bounced"),
        ("email", "réponse automatique", "auto_reply"),
        ("linkedin", "invitation acceptée", "accepted"),
        ("meeting", "effectué", "held"),
        ("meeting", "lapin", "no_show"),
    ):
        assert meaning(meanings, channel, "outbound", french) == meaning(
            meanings, channel, "outbound", english
        ), french
