"""What a refresh tells people at its end: what came in, the headline figures, where they are.

What belongs here: reading the few rows of a published version that are shown, and formatting them
in the reader's language. What does not: computing any of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

import duckdb

from dashboard.building import texts
from orchestration.publication.writing import DASHBOARD_FOLDER, DATABASE_NAME
from orchestration.warehouse.database import open_read_only

Language = Literal["fr", "en"]

NOTHING = "\N{EN DASH}"
_NARROW_SPACE = "\u202f"
_STATISTICS = ("value", "in_window", "mean", "median", "to_date", "p90")
"""Which statistic of a KPI is shown: the first of these that it has."""

_WORDS: dict[str, dict[Language, str]] = {
    "source": {"fr": "Source", "en": "Source"},
    "records": {"fr": "enregistrements", "en": "records"},
    "landed": {"fr": "chargés", "en": "landed"},
    "rejected": {"fr": "rejetés", "en": "rejected"},
    "kpi": {"fr": "Indicateur", "en": "KPI"},
    "month": {"fr": "mois", "en": "month"},
    "value": {"fr": "valeur", "en": "value"},
    "change": {"fr": "évolution", "en": "change"},
    "days": {"fr": "j", "en": "days"},
    "hours": {"fr": "h", "en": "h"},
    "points": {"fr": "pt", "en": "pt"},
    "input": {"fr": "Données reçues", "en": "What came in"},
    "headlines": {"fr": "Chiffres clés (au {as_of})", "en": "Headline figures (as of {as_of})"},
    "no_figures": {
        "fr": "Aucun mois complet : pas encore de chiffres clés.",
        "en": "No complete month: no headline figures yet.",
    },
    "unread": {"fr": "À vérifier : valeurs non lues", "en": "To check: values not read"},
    "unread_rows": {"fr": "{rows} sur {landed} lignes", "en": "{rows} of {landed} rows"},
    "rejected_rows": {"fr": "lignes rejetées", "en": "rows rejected"},
    "left_empty": {"fr": "laissées vides", "en": "left empty"},
    "hint_date_order": {
        "fr": "indiquez date_order pour la source dans sources.yml : iso, dmy ou mdy",
        "en": "set the source's date_order in sources.yml: iso, dmy or mdy",
    },
    "hint_decimal": {
        "fr": "montants sans devise ; sinon, indiquez decimal pour la source dans sources.yml",
        "en": "amounts carry no currency; else set the source's decimal in sources.yml",
    },
    "published": {"fr": "Publié dans", "en": "Published in"},
    "held_back": {
        "fr": "Publié sans une partie des données :",
        "en": "Published without part of the input:",
    },
}


@dataclass(frozen=True)
class SourceCount:
    """What became of the records of one source.

    Attributes:
        source: its name.
        records: records counted in its files, independently of the loader.
        landed: rows landed.
        rejected: structural and value rejects.

    """

    source: str
    records: int
    landed: int
    rejected: int


@dataclass(frozen=True)
class Unread:
    """Values of one column that could not be read, in so many rows that it is no slip of the pen.

    Attributes:
        source: the source.
        entity: the entity.
        column: the column; None when it is about whole rows.
        rule: why, as `meta.rejects` and `meta.data_quality` name it.
        rows: how many rows.
        landed: of how many.
        is_rejected: whether the rows were rejected; else the cells were left empty.

    """

    source: str
    entity: str
    column: str | None
    rule: str
    rows: int
    landed: int
    is_rejected: bool


@dataclass(frozen=True)
class Headline:
    """A headline KPI in its last complete month.

    Attributes:
        name: its name in the reader's language.
        unit: count, rate, ratio, amount, days, hours or score.
        month: the month's first day.
        value: its value; never null here.
        previous_value: that of the month before, or None when the two do not compare.

    """

    name: str
    unit: str
    month: date
    value: float
    previous_value: float | None


def format_number(value: float, decimals: int, language: Language) -> str:
    """Return a number with its thousands and its decimals marked as the language does."""
    text = f"{value:,.{decimals}f}"
    if language == "fr":
        text = text.replace(",", _NARROW_SPACE).replace(".", ",")
    return text.replace("-", "\N{MINUS SIGN}")


def format_value(value: float, unit: str, currency: str, language: Language) -> str:
    """Return a KPI's value with its unit."""
    if unit == "rate":
        percent = format_number(100 * value, 1, language)
        return f"{percent} %" if language == "fr" else f"{percent}%"
    if unit == "count":
        return format_number(value, 0, language)
    if unit == "amount":
        return f"{format_number(value, 0 if abs(value) >= 1000 else 2, language)} {currency}"
    if unit in {"days", "hours"}:
        return f"{format_number(value, 1, language)} {_WORDS[unit][language]}"
    return format_number(value, 2 if unit == "ratio" else 1, language)


LEAST_COUNT_IN_PER_CENT = 20


def format_change(value: float, previous: float | None, unit: str, language: Language) -> str:
    """Return the change against the month before: points for rates and scores, else per cent.

    Of a count that was small the difference says more: 11 customers after 1 are 10 more.
    """
    if previous is None:
        return NOTHING
    digits = 1
    if unit == "rate":
        difference, suffix = 100 * (value - previous), f" {_WORDS['points'][language]}"
    elif unit == "count" and abs(previous) < LEAST_COUNT_IN_PER_CENT:
        difference, suffix, digits = value - previous, "", 0
    elif unit == "score":
        difference, suffix = value - previous, f" {_WORDS['points'][language]}"
    elif previous == 0:
        return NOTHING
    else:
        difference = 100 * (value - previous) / abs(previous)
        suffix = " %" if language == "fr" else "%"
    sign = "+" if difference > 0 else ""
    return f"{sign}{format_number(difference, digits, language)}{suffix}"


def format_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the lines of a table: the first column to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]

    def line(cells: Sequence[str]) -> str:
        first, *others = zip(cells, widths, strict=True)
        padded = [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]
        return "  " + "  ".join(padded).rstrip()

    return [line(header), "  " + "  ".join("─" * width for width in widths), *map(line, rows)]


def format_unread(unread: Unread, language: Language) -> str:
    """Return a line on values that could not be read, and what to do about it."""
    words = {key: by_language[language] for key, by_language in _WORDS.items()}
    column = f".{unread.column}" if unread.column else ""
    counts = words["unread_rows"].format(
        rows=format_number(unread.rows, 0, language),
        landed=format_number(unread.landed, 0, language),
    )
    reason = texts().get(f"rule_{unread.rule}", {}).get(language, unread.rule)
    hint = words.get(f"hint_{unread.rule}")
    fate = words["rejected_rows" if unread.is_rejected else "left_empty"]
    parts = [counts, f"{reason} ({hint})" if hint else reason, fate]
    mark = "\N{NO-BREAK SPACE}: " if language == "fr" else ": "
    return f"  {unread.source}/{unread.entity}{column}{mark}{', '.join(parts)}"


def format_summary(
    sources: Sequence[SourceCount],
    unread: Sequence[Unread],
    headlines: Sequence[Headline],
    as_of: date | None,
    currency: str,
    held_back: Sequence[str],
    folder: Path,
    language: Language,
) -> str:
    """Return the text that ends a refresh."""
    words = {key: texts[language] for key, texts in _WORDS.items()}
    lines = ["", words["input"]]
    lines += format_table(
        [words["source"], words["records"], words["landed"], words["rejected"]],
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
        lines += ["", words["unread"], *(format_unread(each, language) for each in unread)]
    lines += ["", words["headlines"].format(as_of=as_of)]
    if headlines:
        lines += format_table(
            [words["kpi"], words["month"], words["value"], words["change"]],
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
        lines.append(f"  {words['no_figures']}")
    if held_back:
        lines += ["", words["held_back"], *(f"  {line}" for line in held_back)]
    lines += ["", f"{words['published']} {folder}", f"  {folder / DATABASE_NAME}"]
    lines += [f"  {folder / DASHBOARD_FOLDER / 'index.html'}", ""]
    return "\n".join(lines)


def read_source_counts(connection: duckdb.DuckDBPyConnection) -> list[SourceCount]:
    """Return what became of all records so far, by source."""
    rows = connection.execute(
        """
        select
            source,
            coalesce(sum(records), 0)::bigint,
            coalesce(sum(landed), 0)::bigint,
            coalesce(sum(structural_rejects), 0)::bigint + coalesce(sum(value_rejects), 0)::bigint
        from meta.load_reconciliation
        group by all
        order by source
        """
    ).fetchall()
    return [SourceCount(*row) for row in rows]


def read_unread(connection: duckdb.DuckDBPyConnection) -> list[Unread]:
    """Return what could not be read in one row of twenty or more, the most rows first."""
    rows = connection.execute(
        """
        with received as (
            select
                source,
                entity,
                sum(landed)::bigint as landed
            from meta.load_reconciliation
            group by all
        ),

        found as (
            select
                source,
                entity,
                column_name,
                rule,
                count(*) as unread,
                true as is_rejected
            from meta.rejects
            where stage = 'staging'
            group by all
            union all
            select
                source,
                entity,
                column_name,
                rule,
                issue_count as unread,
                false as is_rejected
            from meta.data_quality
            where
                check_name = 'value_issue'
                and rule not in ('improbable_year', 'clock_change', 'time_of_day')
        )

        select
            source,
            entity,
            column_name,
            rule,
            unread,
            landed,
            is_rejected
        from found
        inner join received using (source, entity)
        where unread >= landed * 0.05
        order by unread desc, source, entity, column_name, rule
        """
    ).fetchall()
    return [Unread(*row) for row in rows]


def read_headlines(
    connection: duckdb.DuckDBPyConnection, language: Language, kpi_ids: Sequence[str] = ()
) -> list[Headline]:
    """Return the headline KPIs, each in its last complete (and, for cohorts, mature) month.

    Args:
        connection: a published version, open.
        language: of the names.
        kpi_ids: the KPIs to show, in this order; by default those that the catalogue marks.

    """
    rows = connection.execute(
        f"""
        select
            kpi_catalog.name_{language},
            kpi_catalog.unit,
            kpi_values.period_start::date,
            kpi_values.value::double,
            kpi_values.previous_value::double
        from kpi.kpi_values
        inner join kpi.kpi_catalog using (kpi_id)
        where
            kpi_values.grain = 'month'
            and kpi_values.dimension = 'all'
            and kpi_values.value is not null
            and not kpi_values.is_partial
            and kpi_values.is_mature is distinct from false
            and case
                when len($kpi_ids::varchar[]) = 0 then kpi_catalog.is_headline
                else list_contains($kpi_ids::varchar[], kpi_id)
            end
        qualify row_number() over (
            partition by kpi_id
            order by
                list_position($statistics::varchar[], kpi_values.statistic),
                kpi_values.period_start desc
        ) = 1
        order by list_position($kpi_ids::varchar[], kpi_id), kpi_catalog.family, kpi_id
        """,
        {"kpi_ids": list(kpi_ids), "statistics": list(_STATISTICS)},
    ).fetchall()
    return [Headline(*row) for row in rows]


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
        )
