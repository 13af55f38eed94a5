"""The report of a period, sent once it is complete to whoever wants to read it.

What belongs here: whether there is one to send, what is written in the message, and the record of
who has got it. What does not: the report itself (see `reporting.py`), sending (see `channels.py`).

A report is sent once by each way, also when the refresh found nothing new; where sending failed the
next refresh tries again. The record is written after a message has left: a process killed between
the two sends it twice, never not at all.
"""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from dashboard.report import period_name, print_pdf
from orchestration.environment import Recipients
from orchestration.files import read_json, write_json
from orchestration.paths import Paths
from orchestration.publication.writing import DATABASE_NAME
from orchestration.refresh.channels import Message, channels_of, send
from orchestration.refresh.new_signals import signal_lines
from orchestration.refresh.reporting import Snapshot, newest_snapshot
from orchestration.refresh.summary.figures import NOTHING, format_change, format_value
from orchestration.refresh.summary.headlines import Headline, read_headlines
from orchestration.refresh.summary.text import remark
from orchestration.refresh.summary.warnings import KpiNames, read_names
from orchestration.refresh.summary.wording import Language
from orchestration.refresh.told_values import Restatements, read_restated, told_period
from orchestration.warehouse.database import open_read_only

MOST_RESTATED = 10
"""Restated values that a message tells; the report tells more of them."""

_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "subject": "Prospection: report {period}",
        "headlines": "Key figures, as of {as_of}:",
        "figure": "- {name} ({month}): {value}",
        "change": ", {change} on the month before",
        "worse": "Significantly worse than in the periods before:",
        "restated": "Changed since the report {period} (as of {as_of}):",
        "restated_value": "- {name} ({period}): {before} → {now}",
        "restated_more": "- {n} more: see the report",
        "attached": "The whole report is attached; it opens in any browser, offline.",
        "kept": "The whole report is kept as {file} in the data folder.",
    },
    "fr": {
        "subject": "Prospection : rapport {period}",
        "headlines": "Chiffres clés, au {as_of} :",
        "figure": "- {name} ({month}) : {value}",
        "change": ", {change} par rapport au mois précédent",
        "worse": "Nettement moins bon qu'aux périodes précédentes :",
        "restated": "Ce qui a changé depuis le rapport {period} (au {as_of}) :",
        "restated_value": "- {name} ({period}) : {before} → {now}",
        "restated_more": "- {n} de plus : voir le rapport",
        "attached": "Le rapport complet est joint ; il s'ouvre dans tout navigateur, hors ligne.",
        "kept": "Le rapport complet est gardé sous {file} dans le dossier de données.",
    },
}


def send_report(paths: Paths, recipients: Recipients, say: Callable[[str], None]) -> None:
    """Send the report of the last complete period to those who have not got it.

    Args:
        paths: the data folder.
        recipients: who gets it.
        say: called with a line about what could not be done.

    """
    ways = channels_of(recipients)
    snapshot = newest_snapshot(paths) if ways else None
    if snapshot is None:
        return
    sent = _Sent.read(paths)
    due = [way for way in ways if sent.lacks(snapshot, way)]
    if not due:
        return
    with tempfile.TemporaryDirectory(prefix="prospection-") as folder:
        pdf = Path(folder) / snapshot.file.with_suffix(".pdf").name
        problem = print_pdf(snapshot.file, pdf)
        if problem and not sent.is_pdf_problem_told:
            say(f"the report is sent without a PDF: {problem}")
        files = [snapshot.file] if problem else [snapshot.file, pdf]
        sent = sent.about(snapshot, is_pdf_problem_told=problem is not None)
        sent.write(paths)
        message = make_message(snapshot, files, read_restated(paths))
        for way in due:
            if send(message, recipients, say, only=[way]):
                sent = sent.by(way)
                sent.write(paths)


def make_message(
    snapshot: Snapshot, files: Sequence[Path], restated: Restatements | None
) -> Message:
    """Return what is written about a report; its files go with it."""
    settings = snapshot.version.manifest["settings"]
    language: Language = "en" if settings["language"] == "en" else "fr"
    words, currency = _WORDS[language], settings["currency"]
    as_of = snapshot.version.manifest["as_of"]
    with open_read_only(snapshot.version.folder / DATABASE_NAME) as connection:
        headlines = read_headlines(connection, language, settings["headline_kpis"] or ())
        worse = signal_lines(connection, language, currency)
        names = read_names(connection, language)
    lines = [words["headlines"].format(as_of=as_of)]
    lines += [_figure(headline, words, currency, language) for headline in headlines]
    if worse:
        lines += ["", words["worse"], *worse]
    if restated is not None and restated.rows:
        lines += ["", *_restated(restated, names, words, currency, language)]
    lines += ["", words["attached"], words["kept"].format(file=f"reports/{snapshot.file.name}")]
    facts = {
        "kind": "report",
        "period": snapshot.name,
        "as_of": as_of,
        "version": snapshot.version.name,
    }
    subject = words["subject"].format(period=snapshot.name)
    return Message(subject, "\n".join(lines), facts, files)


def _figure(headline: Headline, words: Mapping[str, str], currency: str, language: Language) -> str:
    unit = headline.reading_unit
    value = format_value(headline.value, unit, currency, language)
    line = words["figure"].format(name=headline.name, month=f"{headline.month:%Y-%m}", value=value)
    change = format_change(headline.value, headline.previous_value, unit, language)
    if change != NOTHING:
        line += words["change"].format(change=change)
    said = remark(headline, language)
    return f"{line} ({said})" if said else line


def _restated(
    restated: Restatements,
    names: KpiNames,
    words: Mapping[str, str],
    currency: str,
    language: Language,
) -> list[str]:
    lines = [words["restated"].format(period=told_period(restated), as_of=restated.as_of)]
    for row in restated.rows[:MOST_RESTATED]:
        name, unit = names.get(row.kpi_id, (row.kpi_id, "ratio"))
        before, now = (
            NOTHING if value is None else format_value(value, unit, currency, language)
            for value in (row.value_before, row.value_now)
        )
        period = period_name(row.grain, row.period_start)
        lines.append(
            words["restated_value"].format(name=name, period=period, before=before, now=now)
        )
    if len(restated.rows) > MOST_RESTATED:
        lines.append(words["restated_more"].format(n=len(restated.rows) - MOST_RESTATED))
    return lines


class _Sent:
    """Which report was sent last, by which ways, and whether it was said that there is no PDF."""

    def __init__(self, facts: Mapping[str, Any]) -> None:
        self._facts = {
            "period": None,
            "end": None,
            "ways": [],
            "is_pdf_problem_told": False,
            **facts,
        }

    @classmethod
    def read(cls, paths: Paths) -> "_Sent":
        return cls(read_json(cls._file(paths)) or {})

    @property
    def is_pdf_problem_told(self) -> bool:
        return bool(self._facts["is_pdf_problem_told"])

    def lacks(self, snapshot: Snapshot, way: str) -> bool:
        """Whether a report is still to be sent by a way: it is, unless it or a later one was."""
        if self._facts["period"] == snapshot.name:
            return way not in self._facts["ways"]
        return self._facts["end"] is None or date.fromisoformat(self._facts["end"]) < snapshot.end

    def about(self, snapshot: Snapshot, is_pdf_problem_told: bool) -> "_Sent":
        is_same = self._facts["period"] == snapshot.name
        return _Sent(
            {
                "period": snapshot.name,
                "end": snapshot.end.isoformat(),
                "ways": self._facts["ways"] if is_same else [],
                "is_pdf_problem_told": is_pdf_problem_told,
            }
        )

    def by(self, way: str) -> "_Sent":
        return _Sent({**self._facts, "ways": [*self._facts["ways"], way]})

    def write(self, paths: Paths) -> None:
        write_json(self._file(paths), self._facts)

    @staticmethod
    def _file(paths: Paths) -> Path:
        return paths.state / "report_sent.json"
