"""The answers: values with their sample, interval and maturity, from the version that readers see.

What belongs here: what is answered to a question. What does not: the protocol (see `server.py`),
and reading what was asked (see `questions.py`).

Every answer is of what is published, and there is no way to hand in SQL. All but `records`, which a
server has only when its operator says so, are aggregates.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import duckdb

from dashboard.building import texts
from dashboard.sentences import conclusion_remarks, conclusion_sentence, measure_of
from dashboard.wording import Language, Wording
from orchestration.assistant.asking import (
    VALUE_COLUMNS,
    Answer,
    Asked,
    plain_row,
    read_rows,
)
from orchestration.explanation.explaining import Explanation, explain
from orchestration.explanation.questions import UnknownError, find_period, find_value
from orchestration.paths import Paths
from orchestration.publication.opening import open_published
from orchestration.publication.versions import Version, current_version

MOST_ROWS = 200
"""Rows that one answer holds at most; `rows_left_out` says how many there were more."""

_CONCLUSION_COLUMNS = (
    "page",
    "kind",
    "subject",
    "dimension",
    "dimension_label",
    "since",
    "value",
    "expected_value",
    "sample_size",
    "confidence",
    "worth_customers",
    "worth_amount",
    "is_worse",
    "is_part_of_whole",
    "page_rank",
)


class PublishedAnswers:
    """Answers from whatever version is the current one when a question is asked."""

    def __init__(self, paths: Paths) -> None:
        self._paths = paths

    def list_kpis(self, family: str | None, search: str | None, language: str) -> Answer:
        """Return the KPIs of the catalogue: id, name, unit, definition, dimensions."""
        words = _language(language)
        with self._opened() as (version, connection):
            query = f"""
                select
                    kpi_id, name_{words} as name, family, unit, definition_{words} as definition,
                    statistics, grains, dimensions, is_headline
                from kpi.kpi_catalog
                where
                    ($family is null or family = $family)
                    and (
                        $search is null
                        or contains(
                            lower(concat_ws(' ', kpi_id, name_en, name_fr, definition_en)),
                            lower($search)
                        )
                    )
                order by rowid
            """
            rows = read_rows(connection, query, {"family": family, "search": search})
            if not rows and family is not None:
                families = read_rows(connection, "select distinct family from kpi.kpi_catalog", {})
                known = ", ".join(sorted(str(row["family"]) for row in families))
                raise UnknownError(f"no KPI of the family {family!r} fits; families: {known}")
            return _answer(version, kpis=rows)

    def value(
        self,
        kpi_id: str,
        period: str | None,
        dimension: str,
        dimension_value: str | None,
        statistic: str | None,
    ) -> Answer:
        """Return one value with everything that tells how far it holds."""
        with self._opened() as (version, connection):
            asked = Asked.read(connection, kpi_id, period, dimension, statistic)
            return _answer(version, **asked.facts(), **asked.value(connection, dimension_value))

    def compare(
        self,
        kpi_id: str,
        dimension: str,
        period: str | None,
        other_period: str | None,
        statistic: str | None,
    ) -> Answer:
        """Return the values of all of a dimension in a period, beside another period if named."""
        with self._opened() as (version, connection):
            asked = Asked.read(connection, kpi_id, period, dimension, statistic)
            rows = asked.values(connection, "order by value desc, dimension_value", {})
            other = None
            if other_period is not None:
                beside = Asked.read(connection, kpi_id, other_period, dimension, statistic)
                other = beside.facts() | _capped(
                    beside.values(connection, "order by value desc, dimension_value", {})
                )
            return _answer(version, **asked.facts(), **_capped(rows), other_period=other)

    def explain(
        self,
        kpi_id: str,
        period: str | None,
        dimension: str,
        dimension_value: str | None,
        statistic: str | None,
        language: str,
    ) -> Answer:
        """Return how a value was made: definition, the terms of both sides, and their quotient."""
        words = _language(language)
        with self._opened() as (version, connection):
            asked = Asked.read(connection, kpi_id, period, dimension, statistic)
            value = asked.value(connection, dimension_value)
            terms = read_rows(
                connection,
                f"""
                select
                    kpi_terms.side, kpi_terms.weight, kpi_terms.event, kpi_terms.measure,
                    kpi_event_types.name_{words} as counts, kpi_event_types.supplied_by,
                    kpi_event_types.is_supplied
                from kpi.kpi_terms
                left join kpi.kpi_event_types using (event)
                where kpi_terms.kpi_id = $kpi and kpi_terms.statistic = $statistic
                order by kpi_terms.side desc, kpi_terms.event
                """,
                {"kpi": asked.kpi.kpi_id, "statistic": asked.statistic},
            )
            catalogue = ("numerator", "denominator", "shape", "anchor", "window_days", "min_sample")
            return _answer(
                version,
                **asked.facts(),
                **value,
                definition=asked.kpi.facts[f"definition_{words}"],
                terms=terms,
                **{name: asked.kpi.facts[name] for name in catalogue},
            )

    def records(
        self,
        kpi_id: str,
        period: str | None,
        dimension: str,
        dimension_value: str | None,
        statistic: str | None,
        limit: int,
    ) -> Answer:
        """Return the records that a value counts, with the ids that are published of them."""
        if limit < 1:
            raise UnknownError(f"limit is {limit}: ask for one record or more")
        with self._opened() as (version, connection):
            asked = Asked.read(connection, kpi_id, period, dimension, statistic)
            word = find_value(connection, asked.kpi, dimension, dimension_value)
        told = explain(
            version,
            asked.kpi.kpi_id,
            asked.period.name,
            None if dimension == "all" else f"{dimension}={word}",
            asked.statistic,
            min(limit, MOST_ROWS),
        )
        return _answer(version, **asked.facts(), **_made_of_records(told))

    def funnel(self, period: str | None, dimension: str, dimension_value: str | None) -> Answer:
        """Return the stages that the prospects detected in a period reached."""
        with self._opened() as (version, connection):
            found = find_period(connection, period)
            rows = read_rows(
                connection,
                """
                select
                    dimension_value, dimension_label, stage, is_supplied, reached,
                    rate_from_previous, rate_from_first, is_mature, is_declining, benchmark_rate,
                    customers_if_improved, is_bottleneck
                from kpi.kpi_funnel
                where
                    grain = $grain and period_start = $start and dimension = $dimension
                    and ($value is null or $value in (dimension_value, dimension_label))
                order by dimension_value, stage_order
                """,
                {
                    "grain": found.grain,
                    "start": found.start,
                    "dimension": dimension,
                    "value": dimension_value,
                },
            )
            if not rows:
                raise UnknownError(
                    f"there is no funnel of {found.name} by {dimension} {dimension_value or ''}: "
                    "months, quarters and years are published; take dimension 'all'"
                )
            return _answer(version, period=found.name, dimension=dimension, **_capped(rows))

    def signals(self, only_current: bool, language: str) -> Answer:
        """Return what is significantly worse than before, the most certain first."""
        words = _language(language)
        with self._opened() as (version, connection):
            rows = read_rows(
                connection,
                f"""
                select
                    kpi_id, statistic, name_{words} as name, grain, period_start, dimension,
                    dimension_label, value, expected_value, change, sample_size, confidence,
                    is_current, advice_{words} as advice
                from kpi.kpi_signals
                where is_current or not $only_current
                order by confidence desc, kpi_id, period_start
                """,
                {"only_current": only_current},
            )
            return _answer(version, **_capped(rows))

    def conclusions(self, period: str | None, page: str | None, language: str) -> Answer:
        """Return what the pages say first, in their words, as of the end of a period."""
        words = _language(language)
        with self._opened() as (version, connection):
            month = _month_seen(connection, period)
            rows = read_rows(
                connection,
                """
                from kpi.kpi_conclusions
                where month = $month and ($page is null or page = $page)
                order by overall_rank
                """,
                {"month": month, "page": page},
            )
            catalogue = read_rows(connection, "from kpi.kpi_catalog", {})
            measures = {str(kpi["kpi_id"]): measure_of(kpi) for kpi in catalogue}
            settings = version.manifest["settings"]
            first_month = settings.get("fiscal_year_start_month") or 1
            say = Wording(texts(), words, settings["currency"], first_month)
            told = [
                {
                    "sentence": conclusion_sentence(row, measures, say),
                    "remarks": conclusion_remarks(row, say),
                    **{name: row[name] for name in _CONCLUSION_COLUMNS},
                }
                for row in rows
            ]
            note = None if told else say.text("nothing_moved")
            return _answer(version, as_of_month=month, note=note, **_capped(told))

    def outlook(self) -> Answer:
        """Return how the running and the next quarters stand against their targets."""
        with self._opened() as (version, connection):
            rows = read_rows(
                connection,
                """
                select *, period_start <= $as_of::date as is_running
                from kpi.kpi_quarter_outlook
                order by period_start, measure
                """,
                {"as_of": version.manifest["as_of"]},
            )
            note = None if rows else "nothing was ever won, and there is no target of a quarter"
            return _answer(version, note=note, **_capped(rows))

    def trust(self) -> Answer:
        """Return how far to trust the version: freshness, what it lacks, what checks found."""
        with self._opened() as (version, connection):
            sources = read_rows(connection, "from meta.source_freshness order by source", {})
            rejects = read_rows(
                connection,
                """
                select source, entity, count(*) as rejected from meta.rejects
                group by all order by all
                """,
                {},
            )
            findings = read_rows(
                connection,
                """
                select check_name, source, entity, column_name, rule, sum(issue_count) as issues
                from meta.data_quality group by all
                order by issues desc, check_name, source, entity, column_name, rule
                """,
                {},
            )
            changed = connection.execute("select count(*) from meta.restatements").fetchone()
            return _answer(
                version,
                published_at=version.manifest["created_at"],
                sources=sources,
                rejected_records=rejects,
                values_restated_since_the_version_before=changed[0] if changed else 0,
                **_capped(findings, "findings"),
            )

    @contextmanager
    def _opened(self) -> Iterator[tuple[Version, duckdb.DuckDBPyConnection]]:
        version = current_version(self._paths)
        connection = open_published(version)
        try:
            yield version, connection
        finally:
            connection.close()


def _month_seen(connection: duckdb.DuckDBPyConnection, period: str | None) -> str | None:
    """Return the month at whose end a period is seen; of the running one that of the data."""
    found = find_period(connection, period)
    row = connection.execute(
        """
        select max(months.period_start)
        from kpi.kpi_periods as months
        inner join kpi.kpi_periods as asked
            on asked.grain = $grain and asked.period_start = $start
        where
            months.grain = 'month'
            and (months.period_end <= asked.period_end or asked.is_partial)
        """,
        {"grain": found.grain, "start": found.start},
    ).fetchone()
    return row[0].isoformat() if row and row[0] else None


def _answer(version: Version, **facts: Any) -> Answer:
    """Return an answer with the version that it comes from."""
    settings = version.manifest["settings"]
    return {
        "version": version.name,
        "as_of": version.manifest["as_of"],
        "currency": settings["currency"],
        "held_back": list(version.manifest["held_back"]),
        **facts,
    }


def _capped(rows: Sequence[Answer], name: str = "rows") -> Answer:
    return {name: list(rows[:MOST_ROWS]), "rows_left_out": max(len(rows) - MOST_ROWS, 0)}


def _made_of_records(told: Explanation) -> Answer:
    """Return value, terms and records of an explanation, and how many records there are in all."""
    return {
        "value": plain_row({name: told.value[name] for name in VALUE_COLUMNS}),
        "terms": [plain_row(term) for term in told.terms],
        "made_of": [plain_row(part) for part in told.made_of],
        "records": [plain_row(member) for member in told.members],
        "record_count": told.member_count,
        "records_left_out": told.member_count - len(told.members),
    }


def _language(language: str) -> Language:
    if language not in ("en", "fr"):
        raise UnknownError(f"there is no language {language!r}: write en or fr")
    return "fr" if language == "fr" else "en"
