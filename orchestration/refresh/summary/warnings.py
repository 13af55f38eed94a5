"""What gate 2 found unusual, in sentences for people.

What belongs here: wording the warnings about the marts, in the reader's language. What does not:
what is unusual (see `validation/marts.py`).
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import duckdb

from orchestration.counts import counts
from orchestration.refresh.summary.figures import format_number, format_value
from orchestration.refresh.summary.headlines import reading_unit
from orchestration.refresh.summary.wording import Language, words
from orchestration.validation.marts import HAS_VALUES

KpiNames = Mapping[str, tuple[str, str]]
"""Name and unit of each KPI."""


def read_names(connection: duckdb.DuckDBPyConnection, language: Language) -> KpiNames:
    """Return name and reading unit of each KPI of a published version."""
    rows = connection.execute(
        f"select kpi_id, name_{language}, {reading_unit(connection)} from kpi.kpi_catalog"
    ).fetchall()
    return {kpi_id: (name, unit) for kpi_id, name, unit in rows}


def warning_lines(
    results: Iterable[Mapping[str, Any]], names: KpiNames, currency: str, language: Language
) -> list[str]:
    """Return a sentence per thing that the last look at the marts found unusual.

    Args:
        results: the gates' results as they are kept, oldest first.
        names: of the KPIs.
        currency: of amounts.
        language: of the sentences.

    """
    marts = [result for result in results if "build_id" in result]
    lines: list[str] = []
    told_days: set[str] = set()
    suites = list(marts[-1]["suites"]) if marts else []
    # a single source that is silent says all that the newest event of all of them would
    for suite in sorted(suites, key=lambda suite: suite["name"] == "events_are_fresh"):
        for expectation in suite["expectations"]:
            if expectation["success"] or suite["is_blocking"]:
                continue
            sentences = list(_sentences(expectation, names, currency, language, told_days))
            if suite["name"] == HAS_VALUES:
                sentences = [words(language)["nothing_counted"]]
            if not sentences and not expectation["examples"]:
                observed = expectation["observed"]
                sentences = [f"{suite['name']}: {expectation['rule']}: observed {observed}"]
            lines += sentences
    return lines


def _sentences(
    expectation: Mapping[str, Any],
    names: KpiNames,
    currency: str,
    language: Language,
    told_days: set[str],
) -> Iterator[str]:
    said = words(language)
    examples = expectation["examples"] or ()
    yield from _unusual_kpis(
        [row for row in examples if "spreads" in row], names, currency, language
    )
    for row in examples:
        if "days_old" in row and row["newest_event_on"] not in told_days:
            told_days.add(row["newest_event_on"])
            yield said["silent_source" if "source" in row else "silent"].format(
                source=row.get("source"),
                day=row["newest_event_on"],
                days=format_number(row["days_old"], 0, language),
            )
        elif "rows_then" in row:
            yield said["shrunk_table"].format(
                name=row["name"],
                **counts(language, now=row["rows_now"], then=row["rows_then"]),
            )
    more = (expectation["unexpected"] or 0) - len(examples)
    if more > 0:
        yield said["more_unusual"].format(**counts(language, count=more))


def _unusual_kpis(
    rows: Iterable[Mapping[str, Any]], names: KpiNames, currency: str, language: Language
) -> Iterator[str]:
    """Yield a sentence per fact: KPIs that moved alike because they measure the same are one."""
    facts: dict[tuple[str, str, str], list[str]] = {}
    for row in rows:
        name, unit = names.get(row["kpi_id"], (row["kpi_id"], "score"))
        value = format_value(row["value_now"], unit, currency, language)
        usual = format_value(row["usual_value"], unit, currency, language)
        facts.setdefault((row["month"][:7], value, usual), []).append(name)
    for (month, value, usual), alike in facts.items():
        yield words(language)["unusual_kpi"].format(
            name=", ".join(alike), month=month, value=value, usual=usual
        )
