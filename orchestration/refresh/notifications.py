"""Telling people that a refresh needs them.

What belongs here: which outcomes are told, and the words. What does not: where to (see
`environment.py`, the only reader of the environment) and sending (see `channels.py`). A message
that cannot be sent never changes what became of the refresh.
"""

from collections.abc import Callable, Mapping

from orchestration.environment import Recipients
from orchestration.refresh.channels import Message, send
from orchestration.refresh.record import RefreshRecord

_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "failed": "the refresh failed in stage {stage}",
        "blocked": "a gate stopped the refresh in stage {stage}",
        "held back": "published without part of the input",
        "undelivered": "published, but the copy in PostgreSQL is an older one",
        "new": "Readers see the new version {version}.",
        "old": "Readers still see the previous version.",
        "times": "Started {started_at}, ended {finished_at}, exit code {exit_code}, run {run_id}.",
        "help": "What to do: see this exit code in docs/operations.md.",
    },
    "fr": {
        "failed": "l'actualisation a échoué à l'étape {stage}",
        "blocked": "un contrôle a arrêté l'actualisation à l'étape {stage}",
        "held back": "publié sans une partie des données",
        "undelivered": "publié, mais la copie dans PostgreSQL est plus ancienne",
        "new": "Les lecteurs voient la nouvelle version {version}.",
        "old": "Les lecteurs voient toujours la version précédente.",
        "times": (
            "Début {started_at}, fin {finished_at}, code de sortie {exit_code}, exécution {run_id}."
        ),
        "help": "Que faire : voir ce code de sortie dans docs/operations.md.",
    },
}
"""What is said, by language. The messages of the refresh come as they are: they name files, tests
and settings, and are what a search in the documentation finds."""

TOLD = ("failed", "blocked", "held back")
"""The outcomes that are told."""

UNDELIVERED = "undelivered"
"""What is told of any other outcome when a copy of the version could not be delivered."""


def notify(
    record: RefreshRecord, recipients: Recipients, say: Callable[[str], None], language: str
) -> None:
    """Tell the recipients what became of a refresh, if it needs them.

    Args:
        record: the refresh, ended.
        recipients: who is told.
        say: called with a line when a message could not be sent.
        language: that of the report, `fr` or `en`.

    """
    if record.outcome not in TOLD and not record.undelivered:
        return
    subject, text = describe(record, language)
    facts = {
        "outcome": record.outcome,
        "exit_code": record.exit_code,
        "stage": record.stage,
        "run_id": record.run_id,
        "version": record.version,
        "messages": [*record.messages, *record.undelivered],
    }
    send(Message(subject, text, facts), recipients, say)


def describe(record: RefreshRecord, language: str) -> tuple[str, str]:
    """Return subject and text of a message about a refresh."""
    facts = vars(record)
    words = {key: text.format(**facts) for key, text in _WORDS[language].items()}
    readers = words["new"] if record.version else words["old"]
    said = [*record.messages, *record.undelivered]
    lines = [*said, "", readers, words["times"], words["help"]]
    what = record.outcome if record.outcome in TOLD else UNDELIVERED
    return f"Prospection: {words[what]}", "\n".join(lines)
