"""What came in, and what of it could not be read.

What belongs here: reading the counts of a published version by source, and the lines about values
that could not be read. What does not: counting them (see the models of `meta`).
"""

from dataclasses import dataclass

import duckdb

from dashboard.building import texts
from orchestration.counts import counts
from orchestration.refresh.summary.figures import format_number
from orchestration.refresh.summary.wording import Language, words

_KEPT = {"point_zero", "rounded_id"}
"""Rules of which the value stays."""


@dataclass(frozen=True)
class SourceCount:
    """What became of the records of one source: each is unreadable or landed.

    Attributes:
        source: its name.
        records: records counted in its files, independently of the loader.
        unreadable: records that are no row of their file.
        landed: rows landed.
        rejected: those of them whose required values are missing or cannot be read.

    """

    source: str
    records: int
    unreadable: int
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
        file: the file of the first of them; None when it is not known.
        row: its number in that file, the header not counted; None when it is not known.

    """

    source: str
    entity: str
    column: str | None
    rule: str
    rows: int
    landed: int
    is_rejected: bool
    file: str | None = None
    row: int | None = None

    @property
    def fate(self) -> str:
        """What became of a value whose row was not rejected: which of the words says it."""
        return "kept" if self.rule in _KEPT else "left_empty"


def read_source_counts(connection: duckdb.DuckDBPyConnection) -> list[SourceCount]:
    """Return what became of all records so far, by source."""
    rows = connection.execute(
        """
        with landed as (
            select
                source,
                sum(records)::bigint as records,
                sum(structural_rejects)::bigint as unreadable,
                sum(landed)::bigint as landed
            from meta.loads
            where outcome = 'landed'
            group by all
        ),

        rejected as (
            select source, sum(value_rejects)::bigint as value_rejects
            from meta.load_reconciliation
            group by all
        )

        select
            landed.source,
            landed.records,
            landed.unreadable,
            landed.landed,
            coalesce(rejected.value_rejects, 0)
        from landed
        left join rejected using (source)
        order by landed.source
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
                true as is_rejected,
                min_by(file, (file, row_number)) as file,
                min_by(row_number, (file, row_number)) as row_number
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
                false as is_rejected,
                file,
                row_number
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
            is_rejected,
            file,
            row_number
        from found
        inner join received using (source, entity)
        where unread >= landed * 0.05
        order by unread desc, source, entity, column_name, rule
        """
    ).fetchall()
    return [Unread(*row) for row in rows]


def first_case(file: str | None, row: int | None, language: Language) -> str:
    """Return where the first case of something lies."""
    number = format_number(row or 0, 0, language)
    return words(language)["first_case"].format(file=file, row=number)


def format_unread(unread: Unread, language: Language) -> str:
    """Return a line on values that could not be read, and what to do about it."""
    said = words(language)
    column = f".{unread.column}" if unread.column else ""
    rows = said["unread_rows"].format(
        **counts(language, rows=unread.rows, landed=unread.landed),
    )
    reason = texts().get(f"rule_{unread.rule}", {}).get(language, unread.rule)
    hint = said.get(f"hint_{unread.rule}")
    fate = said["rejected_rows" if unread.is_rejected else unread.fate]
    parts = [rows, f"{reason} ({hint})" if hint else reason, fate]
    parts += [first_case(unread.file, unread.row, language)] if unread.row else []
    mark = "\N{NO-BREAK SPACE}: " if language == "fr" else ": "
    return f"  {unread.source}/{unread.entity}{column}{mark}{', '.join(parts)}"
