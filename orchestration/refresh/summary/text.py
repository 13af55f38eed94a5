"""What a refresh tells people at its end: what came in, the headline figures, where they are.

What belongs here: putting the parts together, in the reader's language. What does not: reading or
wording any of them.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from dashboard.building import texts
from orchestration.publication.writing import DASHBOARD_FOLDER, DATABASE_NAME
from orchestration.refresh.summary.figures import (
    format_change,
    format_number,
    format_table,
    format_value,
    with_remarks,
)
from orchestration.refresh.summary.headlines import Headline, read_headlines
from orchestration.refresh.summary.intake import (
    SourceCount,
    Unread,
    read_source_counts,
    read_unread,
)
from orchestration.refresh.summary.own_kpis import (
    WithoutValue,
    format_without_value,
    read_without_value,
)
from orchestration.refresh.summary.restated import restated_lines
from orchestration.refresh.summary.uncounted import Uncounted, lines_to_check, read_uncounted
from orchestration.refresh.summary.warnings import read_names, warning_lines
from orchestration.refresh.summary.wording import Language, words
from orchestration.warehouse.database import open_read_only


def format_summary(
    sources: Sequence[SourceCount],
    unread: Sequence[Unread],
    uncounted: Sequence[Uncounted],
    headlines: Sequence[Headline],
    as_of: date | None,
    currency: str,
    warnings: Sequence[str],
    held_back: Sequence[str],
    folder: Path,
    language: Language,
    without_value: Sequence[WithoutValue] = (),
    is_new: bool = True,
    restated: Sequence[str] = (),
) -> str:
    """Return the text that ends a refresh."""
    said = words(language)
    lines = ["", said["input"]] if is_new else ["", said["unchanged"], "", said["input"]]
    lines += format_table(
        [said[head] for head in ("source", "records", "unreadable", "landed", "rejected")],
        [
            [
                count.source,
                *(
                    format_number(number, 0, language)
                    for number in (count.records, count.unreadable, count.landed, count.rejected)
                ),
            ]
            for count in sources
        ],
    )
    to_check = lines_to_check(uncounted, unread, language)
    lines += ["", said["to_check"], *to_check] if to_check else []
    lines += ["", said["headlines"].format(as_of=as_of)]
    lines += format_headlines(headlines, currency, language)
    if warnings:
        lines += ["", said["unusual"], *(f"  {line}" for line in warnings)]
    if is_new and restated:
        lines += ["", *restated]
    if without_value:
        lines += ["", said["own_without_value"]]
        lines += [format_without_value(each, language) for each in without_value]
    if held_back:
        lines += ["", said["held_back"], *(f"  {line}" for line in held_back)]
    lines += ["", said["published"], f"  {folder / DATABASE_NAME}"]
    page = folder / DASHBOARD_FOLDER / "index.html"
    lines += [f"  {page}", ""] if page.exists() else [""]
    return "\n".join(lines)


def format_headlines(headlines: Sequence[Headline], currency: str, language: Language) -> list[str]:
    """Return the table of the headline figures, with what is to be known of each."""
    said = words(language)
    if not headlines:
        return [f"  {said['no_figures']}"]
    table = format_table(
        [said["kpi"], said["month"], said["value"], said["change"]],
        [
            [
                headline.name,
                f"{headline.month:%Y-%m}",
                format_value(headline.value, headline.reading_unit, currency, language),
                format_change(
                    headline.value, headline.previous_value, headline.reading_unit, language
                ),
            ]
            for headline in headlines
        ],
    )
    return with_remarks(table, said["remark"], [remark(each, language) for each in headlines])


def remark(headline: Headline, language: Language) -> str:
    """Return what the pages say beside such a value."""
    marks = {key: text[language] for key, text in texts().items() if key.startswith("mark_")}
    sample = format_number(headline.sample_size or 0, 0, language)
    remarks = [
        marks["mark_partial"] if headline.is_partial else "",
        marks["mark_immature"] if headline.is_mature is False else "",
        marks["mark_small"].format(n=sample) if headline.is_by_chance else "",
        marks[f"mark_over_{headline.exceeds}"] if headline.exceeds else "",
    ]
    return ", ".join(remark for remark in remarks if remark)


def read_as_of(connection: duckdb.DuckDBPyConnection) -> date | None:
    """Return the day at which a published version sees everything."""
    row = connection.execute("select as_of from meta.refresh").fetchone()
    return row[0] if row else None


def describe_version(
    folder: Path,
    language: Language,
    currency: str,
    headline_kpis: Sequence[str],
    held_back: Sequence[str],
    results: Sequence[Mapping[str, Any]],
    is_new: bool = True,
) -> str:
    """Return the text that ends a refresh, read from the version it has published.

    Args:
        folder: of the version.
        language: of the text.
        currency: of amounts.
        headline_kpis: the KPIs to show; none for those of the catalogue.
        held_back: what the version lacks, a line each.
        results: of the gates, as they are kept.
        is_new: whether the refresh has published it; else it is the one that stays.

    """
    with open_read_only(folder / DATABASE_NAME) as connection:
        return format_summary(
            sources=read_source_counts(connection),
            unread=read_unread(connection),
            uncounted=read_uncounted(connection),
            headlines=read_headlines(connection, language, headline_kpis),
            as_of=read_as_of(connection),
            currency=currency,
            warnings=warning_lines(results, read_names(connection, language), currency, language),
            held_back=held_back,
            folder=folder,
            language=language,
            without_value=read_without_value(connection, language),
            is_new=is_new,
            restated=restated_lines(results, language),
        )
