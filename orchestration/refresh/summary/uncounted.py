"""What of the input was left out or could not be believed, as lines to look at.

What belongs here: reading the findings of a published version that a person should act on, wording
them, and putting them in order with the values that could not be read (see `intake.py`). What does
not: finding them (see the models of `meta`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import duckdb

from dashboard.building import texts
from orchestration.counts import counts
from orchestration.refresh.summary.figures import format_number
from orchestration.refresh.summary.intake import Unread, first_case, format_unread
from orchestration.refresh.summary.wording import Language, words

_ALWAYS = (
    "same_key_in_one_load",
    "no_exchange_rate",
    "amount_too_large",
    "outside_calendar",
    "decided_after_its_load",
    "decided_after_as_of",
    "unknown_stage",
    "closed_without_a_day",
)
"""Checks of which a single case may move a figure: each is told, however few."""

_OFTEN = ("orphan_reference", "nobody_found", "same_activity_twice", "undated_detection")
"""Checks of which some cases are normal: told when they concern more than a few rows."""

_OF_KINDS = ("unknown_stage", "closed_without_a_day")
"""Checks of which each rule is a kind of cases, told with its count."""

_FEW_SHARE = 0.05
"""Share of an entity's rows up to which such cases are few."""

_MOST_KINDS = 20
"""Kinds of cases that a line names."""

_MOST_LINES = 12
"""Lines that people read; the rest is in `meta.data_quality`."""


@dataclass(frozen=True)
class Uncounted:
    """Cases of one check in one entity of a source.

    Attributes:
        check: the check, as `meta.data_quality` names it; `cell_count` and the like for records
            that are no row of their file.
        source: the source.
        entity: the entity.
        columns: the columns concerned; empty when it is about whole rows.
        rule: the currency that `amount` is in, or how the cases are treated; None when the check
            says it all.
        cases: how many.
        amount: the money concerned; None when it is not about money.
        file: the file of the first case; None when it is not known.
        row: its number in that file, the header not counted; None when it is not known.
        kinds: the kinds of cases, each with how many; none when all are of one kind.

    """

    check: str
    source: str
    entity: str
    columns: str
    rule: str | None
    cases: int
    amount: Decimal | None = None
    file: str | None = None
    row: int | None = None
    kinds: Sequence[tuple[str, int]] = ()


def read_uncounted(connection: duckdb.DuckDBPyConnection) -> list[Uncounted]:
    """Return what was left out, that which always matters first, then the most cases first."""
    rows = connection.execute(
        """
        with received as (
            select source, entity, sum(landed)::bigint as landed, sum(records)::bigint as records
            from meta.load_reconciliation
            group by all
        ),

        found as (
            select
                data_quality.check_name,
                data_quality.source,
                data_quality.entity,
                coalesce(string_agg(distinct data_quality.column_name, ', '
                    order by data_quality.column_name), '') as columns,
                case
                    when not list_contains($of_kinds::varchar[], data_quality.check_name)
                        then any_value(data_quality.rule)
                end as rule,
                list((data_quality.rule, data_quality.issue_count)
                    order by data_quality.issue_count desc, data_quality.rule)
                    filter (where list_contains($of_kinds::varchar[], data_quality.check_name))
                    as kinds,
                sum(data_quality.issue_count)::bigint as cases,
                sum(data_quality.amount) as amount,
                min_by(data_quality.file, (data_quality.file, data_quality.row_number)) as file,
                min_by(data_quality.row_number, (data_quality.file, data_quality.row_number))
                    as row_number,
                list_contains($always::varchar[], data_quality.check_name) as is_always,
                max(data_quality.issue_count) > $few * any_value(received.landed) as is_often
            from meta.data_quality
            inner join received using (source, entity)
            where
                list_contains($always::varchar[] || $often::varchar[], data_quality.check_name)
                -- an id that finds nobody is an orphan reference as well, and told as that
                and not (
                    data_quality.check_name = 'nobody_found'
                    and data_quality.column_name in ('prospect_id', 'account_id', 'account_name')
                )
            group by
                data_quality.check_name,
                data_quality.source,
                data_quality.entity,
                case when data_quality.amount is not null then data_quality.rule end
            union all
            select
                rejects.rule as check_name,
                rejects.source,
                rejects.entity,
                '' as columns,
                null as rule,
                null as kinds,
                count(*) as cases,
                null as amount,
                min_by(rejects.file, (rejects.file, rejects.row_number)) as file,
                min_by(rejects.row_number, (rejects.file, rejects.row_number)) as row_number,
                false as is_always,
                count(*) > $few * any_value(received.records) as is_often
            from meta.rejects
            inner join received using (source, entity)
            where rejects.stage = 'landing'
            group by rejects.rule, rejects.source, rejects.entity
        )

        select check_name, source, entity, columns, rule, cases, amount, file, row_number,
            coalesce(kinds, [])
        from found
        where is_always or is_often
        order by is_always desc, cases desc, source, entity, check_name, rule
        """,
        {
            "always": list(_ALWAYS),
            "often": list(_OFTEN),
            "of_kinds": list(_OF_KINDS),
            "few": _FEW_SHARE,
        },
    ).fetchall()
    return [Uncounted(*row) for row in rows]


def format_uncounted(found: Uncounted, language: Language) -> str:
    """Return a line on what was left out: where, how many, why, and the first case."""
    said = words(language)
    column = f".{found.columns}" if found.columns and ", " not in found.columns else ""
    reason = _text(f"check_{found.check}", language) or _text(f"rule_{found.check}", language)
    parts = [f"{format_number(found.cases, 0, language)} × {reason or found.check}"]
    if found.amount is not None:
        parts.append(f"{format_number(float(found.amount), 2, language)} {found.rule}")
    elif found.rule:
        parts.append(_text(f"rule_{found.rule}", language) or found.rule)
    if found.kinds:
        parts.append(_kinds(found.kinds, language))
    if not column and found.columns:
        parts.append(found.columns)
    if found.file is not None and found.row is not None:
        parts.append(first_case(found.file, found.row, language))
    hint = said.get(f"hint_{found.check}")
    parts += [hint] if hint else []
    mark = "\N{NO-BREAK SPACE}: " if language == "fr" else ": "
    return f"  {found.source}/{found.entity}{column}{mark}{', '.join(parts)}"


def lines_to_check(
    uncounted: Sequence[Uncounted], unread: Sequence[Unread], language: Language
) -> list[str]:
    """Return what to check, the most important first, and how many more there are.

    What a single case of may move a figure comes before what many rows lack, and that before what
    is normal in some cases.
    """
    lines = [
        *(format_uncounted(each, language) for each in uncounted if each.check in _ALWAYS),
        *(format_unread(each, language) for each in unread),
        *(format_uncounted(each, language) for each in uncounted if each.check not in _ALWAYS),
    ]
    more = len(lines) - _MOST_LINES
    if more <= 0:
        return lines
    return [
        *lines[:_MOST_LINES],
        f"  {words(language)['more_to_check'].format(**counts(language, n=more))}",
    ]


def _kinds(kinds: Sequence[tuple[str, int]], language: Language) -> str:
    """Return what the cases are, the most frequent first, and how many more kinds there are."""
    named = [
        f"{_text(f'rule_{kind}', language) or kind} ({format_number(cases, 0, language)})"
        for kind, cases in kinds[:_MOST_KINDS]
    ]
    more = len(kinds) - len(named)
    named += [words(language)["more_kinds"].format(**counts(language, n=more))] if more else []
    return ", ".join(named)


def _text(key: str, language: Language) -> str | None:
    return texts().get(key, {}).get(language)
