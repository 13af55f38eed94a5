"""The company's own KPIs that have no value: which they are, and what they lack.

What belongs here: reading that from a published version, and wording it. What does not: what may
be defined (see `orchestration/kpis/own.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from orchestration.refresh.summary.wording import Language, words


@dataclass(frozen=True)
class WithoutValue:
    """A KPI of `kpis.yml` without a value.

    Attributes:
        kpi_id: its id.
        name: its name in the reader's language.
        not_supplied: for each event that no export supplies, the entities of which one would.
        not_seen: the events that never happened, though an export supplies them, in words.

    """

    kpi_id: str
    name: str
    not_supplied: Sequence[str]
    not_seen: Sequence[str]


def read_without_value(
    connection: duckdb.DuckDBPyConnection, language: Language
) -> list[WithoutValue]:
    """Return the company's own KPIs without a value, in the order of the catalogue."""
    rows = connection.execute(
        f"""
        with own as (
            select kpi_id, name_{language} as name, requires, rowid as position
            from kpi.kpi_catalog
            where
                is_own
                and kpi_id not in (select kpi_id from kpi.kpi_values where value is not null)
        ),

        asked as (
            select kpi_id, event, side = 'denominator' as is_below from kpi.kpi_terms
            where side != 'sample'
            union
            select kpi_id, unnest(string_split(requires, '|')), false from own
        ),

        -- of what a denominator adds up one may be missing
        judged as (
            select
                asked.kpi_id,
                event_types.supplied_by,
                event_types.name_{language} as words,
                event_types.is_seen,
                event_types.is_supplied,
                asked.is_below and bool_or(event_types.is_supplied) over (
                    partition by asked.kpi_id, asked.is_below
                ) as is_enough
            from asked
            inner join kpi.kpi_event_types as event_types using (event)
        )

        select
            own.kpi_id,
            own.name,
            list(distinct judged.supplied_by order by judged.supplied_by)
                filter (where not judged.is_supplied and not judged.is_enough),
            list(distinct judged.words order by judged.words)
                filter (where judged.is_supplied and not judged.is_seen)
        from own
        left join judged using (kpi_id)
        group by own.kpi_id, own.name, own.position
        order by own.position
        """
    ).fetchall()
    return [WithoutValue(kpi_id, name, lacks or (), no or ()) for kpi_id, name, lacks, no in rows]


def format_without_value(kpi: WithoutValue, language: Language) -> str:
    """Return a line on a KPI without a value, and which export would give it one."""
    said = words(language)
    reasons = [
        said["own_not_supplied"].format(
            files=said["or"].join(f"{entity}.csv" for entity in entities.split("|"))
        )
        for entities in kpi.not_supplied
    ] + [said["own_not_seen"].format(event=event) for event in kpi.not_seen]
    mark = "\N{NO-BREAK SPACE}: " if language == "fr" else ": "
    return f"  {kpi.kpi_id} ({kpi.name}){mark}{'; '.join(reasons) or said['own_no_value']}"
