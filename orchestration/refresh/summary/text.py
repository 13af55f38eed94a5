"""What a refresh tells people at its end: what came in, the headline figures, where they are.

What belongs here: putting the parts together, in the reader's language. What does not: reading or
wording any of them.
"""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import duckdb

from orchestration.publication.writing import DASHBOARD_FOLDER, DATABASE_NAME
from orchestration.refresh.summary.figures import (
    format_change,
    format_number,
    format_table,
    format_value,
)
from orchestration.refresh.summary.headlines import Headline, read_headlines
from orchestration.refresh.summary.intake import (
    SourceCount,
    Unread,
    format_unread,
    read_source_counts,
    read_unread,
)
from orchestration.refresh.summary.own_kpis import (
    WithoutValue,
    format_without_value,
    read_without_value,
)
from orchestration.refresh.summary.wording import Language, words
from orchestration.warehouse.database import open_read_only


def format_summary(
    sources: Sequence[SourceCount],
    unread: Sequence[Unread],
    headlines: Sequence[Headline],
    as_of: date | None,
    currency: str,
    held_back: Sequence[str],
    folder: Path,
    language: Language,
    without_value: Sequence[WithoutValue] = (),
) -> str:
    """Return the text that ends a refresh."""
    said = words(language)
    lines = ["", said["input"]]
    lines += format_table(
        [said["source"], said["records"], said["landed"], said["rejected"]],
        [
            [
                count.source,
                format_number(count.records, 0, language),
                format_number(count.landed, 0, language),
                format_number(count.rejected, 0, language),
            ]
            for count in sources
        ],
    )
    if unread:
        lines += ["", said["unread"], *(format_unread(each, language) for each in unread)]
    lines += ["", said["headlines"].format(as_of=as_of)]
    if headlines:
        lines += format_table(
            [said["kpi"], said["month"], said["value"], said["change"]],
            [
                [
                    headline.name,
                    f"{headline.month:%Y-%m}",
                    format_value(headline.value, headline.unit, currency, language),
                    format_change(headline.value, headline.previous_value, headline.unit, language),
                ]
                for headline in headlines
            ],
        )
    else:
        lines.append(f"  {said['no_figures']}")
    if without_value:
        lines += ["", said["own_without_value"]]
        lines += [format_without_value(each, language) for each in without_value]
    if held_back:
        lines += ["", said["held_back"], *(f"  {line}" for line in held_back)]
    lines += ["", f"{said['published']} {folder}", f"  {folder / DATABASE_NAME}"]
    lines += [f"  {folder / DASHBOARD_FOLDER / 'index.html'}", ""]
    return "\n".join(lines)


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
) -> str:
    """Return the text that ends a refresh, read from the version it has published."""
    with open_read_only(folder / DATABASE_NAME) as connection:
        return format_summary(
            sources=read_source_counts(connection),
            unread=read_unread(connection),
            headlines=read_headlines(connection, language, headline_kpis),
            as_of=read_as_of(connection),
            currency=currency,
            held_back=held_back,
            folder=folder,
            language=language,
            without_value=read_without_value(connection, language),
        )
