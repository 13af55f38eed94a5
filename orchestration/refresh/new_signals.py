"""What has become significantly worse, told once, on the day that it is found.

What belongs here: which signals are new, the words, and the record of what was told. What does
not: what a signal is (see the mart `kpi_signals`) and sending (see `channels.py`).

A finding about a part (a rep, a channel) is not told beside the one about the whole, which is the
same finding. What was told is forgotten once it has not been current for a month: then it is news
again.
"""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

import duckdb

from dashboard.building import texts
from dashboard.report import period_name
from orchestration.environment import Recipients
from orchestration.files import read_json, write_json
from orchestration.paths import Paths
from orchestration.publication.versions import Version, list_versions
from orchestration.publication.writing import DASHBOARD_FOLDER, DATABASE_NAME
from orchestration.refresh.channels import Message, channels_of, send
from orchestration.refresh.summary.figures import format_value
from orchestration.refresh.summary.headlines import reading_unit
from orchestration.refresh.summary.wording import Language
from orchestration.warehouse.database import open_read_only

FORGOTTEN_AFTER = timedelta(days=31)
MOST_TOLD = 10
"""Signals that one message tells, the surest first."""

PAGES = {
    "targeting": "funnel",
    "message": "funnel",
    "timing": "activity",
    "follow_up": "activity",
    "reminders": "activity",
    "channel": "campaigns",
    "pitch": "pipeline",
    "pricing": "pipeline",
    "loyalty": "customers",
    "satisfaction": "customers",
}
"""The page by the lever that a signal names, as `kpi_conclusions` places it."""

_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "subject_one": "Prospection: {name} has become worse",
        "subject_more": "Prospection: {n} figures have become worse",
        "signal": "- {name}{segment}, {period}: {value} instead of {expected}. {advice}",
        "segment": " ({segment})",
        "page": "  Page {page}: {address}",
        "more": "- {n} more: see the overview",
        "once": "Each is told once. `tell_signals: false` below `reporting:` turns this off.",
    },
    "fr": {
        "subject_one": "Prospection : {name} s'est dégradé",
        "subject_more": "Prospection : {n} indicateurs se sont dégradés",
        "signal": "- {name}{segment}, {period} : {value} au lieu de {expected}. {advice}",
        "segment": " ({segment})",
        "page": "  Page {page} : {address}",
        "more": "- {n} de plus : voir la vue d'ensemble",
        "once": "Signalé une seule fois ; `tell_signals: false` sous `reporting:` l'arrête.",
    },
}


class Signal(NamedTuple):
    """A current signal: the surest of a KPI for a segment."""

    kpi_id: str
    statistic: str
    dimension: str
    dimension_value: str
    dimension_label: str
    grain: str
    period_start: date
    name: str
    value: float
    expected_value: float
    advice: str
    unit: str
    lever: str | None

    @property
    def key(self) -> str:
        """What it is told by: later periods of the same finding are no news."""
        return "\t".join((self.kpi_id, self.statistic, self.dimension, self.dimension_value))

    @property
    def page(self) -> str:
        """The page that tells most about it."""
        if self.dimension in ("rep", "team"):
            return "team"
        return PAGES.get(self.lever or "", "overview")


def read_signals(connection: duckdb.DuckDBPyConnection, language: Language) -> list[Signal]:
    """Return the current signals of a version, the surest first; none without such a table."""
    query = "select 1 from duckdb_tables() where schema_name = 'kpi' and table_name = 'kpi_signals'"
    if not connection.execute(query).fetchone():
        return []
    rows = connection.execute(
        f"""
        with wholes as (
            select distinct kpi_id, statistic from kpi.kpi_signals
            where is_current and dimension = 'all'
        )

        select
            signals.kpi_id, signals.statistic, signals.dimension, signals.dimension_value,
            signals.dimension_label, signals.grain, signals.period_start,
            signals.name_{language}, signals.value, signals.expected_value,
            coalesce(signals.advice_{language}, ''), {reading_unit(connection)}, signals.lever
        from kpi.kpi_signals as signals
        inner join kpi.kpi_catalog using (kpi_id)
        left join wholes using (kpi_id, statistic)
        where
            signals.is_current
            and (signals.dimension = 'all' or wholes.kpi_id is null)
            and not starts_with(signals.dimension_value, '(')
        qualify
            row_number() over (
                partition by
                    signals.kpi_id, signals.statistic, signals.dimension, signals.dimension_value
                order by signals.confidence desc, signals.grain, signals.period_start desc
            ) = 1
        order by signals.confidence desc, signals.kpi_id, signals.dimension, signals.dimension_value
        """
    ).fetchall()
    return [Signal(*row) for row in rows]


def signal_lines(
    connection: duckdb.DuckDBPyConnection, language: Language, currency: str
) -> list[str]:
    """Return a line for each of the surest current signals of a version."""
    signals = read_signals(connection, language)[:MOST_TOLD]
    return [_line(signal, language, currency) for signal in signals]


def tell_new_signals(paths: Paths, recipients: Recipients, say: Callable[[str], None]) -> None:
    """Tell the current signals of the version that readers see which were not told before.

    Args:
        paths: the data folder.
        recipients: who is told.
        say: called with a line when a message could not be sent.

    """
    ways = channels_of(recipients)
    version = next((each for each in list_versions(paths) if each.is_current), None)
    if not ways or version is None or not version.manifest["as_of"]:
        return
    settings = version.manifest["settings"]
    language: Language = "en" if settings["language"] == "en" else "fr"
    with open_read_only(version.folder / DATABASE_NAME) as connection:
        signals = read_signals(connection, language)
    as_of = date.fromisoformat(version.manifest["as_of"])
    told: dict[str, dict[str, str]] = read_json(_file(paths)) or {}
    for way in ways:
        before = told.get(way, {})
        new = [signal for signal in signals if signal.key not in before]
        if new and not send(make_message(new, version, paths), recipients, say, only=[way]):
            signals_told = [signal for signal in signals if signal.key in before]
        else:
            signals_told = signals
        kept = {key: day for key, day in before.items() if _is_remembered(day, as_of)}
        after = kept | {signal.key: as_of.isoformat() for signal in signals_told}
        if after != before:
            told = {**told, way: after}
            write_json(_file(paths), told)


def make_message(signals: list[Signal], version: Version, paths: Paths) -> Message:
    """Return what is written about new signals, each with its page."""
    settings = version.manifest["settings"]
    language: Language = "en" if settings["language"] == "en" else "fr"
    words = _WORDS[language]
    index = paths.current / DASHBOARD_FOLDER / "index.html"
    lines = []
    for signal in signals[:MOST_TOLD]:
        lines += [
            _line(signal, language, settings["currency"]),
            words["page"].format(
                page=texts()[f"page_{signal.page}"][language], address=f"{index}#{_address(signal)}"
            ),
        ]
    if len(signals) > MOST_TOLD:
        lines.append(words["more"].format(n=len(signals) - MOST_TOLD))
    subject = words["subject_one" if len(signals) == 1 else "subject_more"]
    facts: dict[str, Any] = {
        "kind": "signals",
        "version": version.name,
        "as_of": version.manifest["as_of"],
        "signals": [
            {
                "kpi_id": signal.kpi_id,
                "dimension": signal.dimension,
                "dimension_value": signal.dimension_value,
                "grain": signal.grain,
                "period_start": signal.period_start.isoformat(),
                "value": signal.value,
                "expected_value": signal.expected_value,
            }
            for signal in signals[:MOST_TOLD]
        ],
    }
    text = "\n".join([*lines, "", words["once"]])
    return Message(subject.format(name=signals[0].name, n=len(signals)), text, facts)


def _line(signal: Signal, language: Language, currency: str) -> str:
    words, said = _WORDS[language], texts()
    segment = ""
    if signal.dimension != "all":
        colon = " : " if language == "fr" else ": "
        title = said[f"dimension_{signal.dimension}"][language]
        segment = words["segment"].format(segment=f"{title}{colon}{signal.dimension_label}")
    value, expected = (
        format_value(number, signal.unit, currency, language)
        for number in (signal.value, signal.expected_value)
    )
    is_named = signal.grain in ("half_month", "month", "quarter", "year")
    start = signal.period_start
    period = period_name(signal.grain, start) if is_named else start.isoformat()
    if language == "fr":
        period = period.replace("-Q", "-T")
    line = words["signal"].format(
        name=signal.name,
        segment=segment,
        period=period,
        value=value,
        expected=expected,
        advice=f"{signal.advice}." if signal.advice else "",
    )
    return line.strip()


def _address(signal: Signal) -> str:
    """Return where the dashboard shows a signal, as it writes its own addresses."""
    chosen = {"page": signal.page, "grain": signal.grain, "period": signal.period_start.isoformat()}
    if signal.dimension != "all":
        chosen |= {"dimension": signal.dimension, "value": signal.dimension_value}
    return urlencode(chosen)


def _is_remembered(day: str, as_of: date) -> bool:
    return as_of - date.fromisoformat(day) <= FORGOTTEN_AFTER


def _file(paths: Paths) -> Path:
    return paths.state / "signals_told.json"
