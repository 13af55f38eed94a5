"""Which KPIs rows can give, as the warehouse decides whether a KPI is supplied.

What belongs here: which events there are in given rows of the entities, or in whatever a tool's
tables can become, and which KPIs have a value by them. What does not: what an event is (see
`kpis/events.yml`) and computing a value (see the models of the KPI layer).
"""

import itertools
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import duckdb

from orchestration.formats.descriptions import (
    GENERIC,
    NO_COLUMN,
    Entity,
    Format,
    Make,
    known_formats,
)
from orchestration.inspection.expressions import Reader
from orchestration.kpis.catalogue import Catalogue, read_catalogue
from orchestration.kpis.definitions import Kpi, KpiTerm
from orchestration.kpis.events import TARGET_CRITERIA
from orchestration.quoting import quoted_name, quoted_text

ANY = "any"
DISTINCT = "distinct"
_FILLED: Mapping[str, str] = {"moment": "2026-01-01 10:00", "day": "2026-01-01"}
"""What stands for a filled cell, by type; `x` for any other."""

Outcomes = Mapping[tuple[str, str, str], str]
"""Channel or any, direction or any, outcome → what it means."""


Need = tuple[str, str]
"""An entity, and a condition that a row of it must meet."""


@dataclass(frozen=True)
class Seen:
    """The events that there are.

    Attributes:
        events: their names.
        distinct: those of which also the measure `distinct` is known.

    """

    events: frozenset[str]
    distinct: frozenset[str]


@cache
def catalogue() -> Catalogue:
    """Return our KPIs, read once."""
    return read_catalogue()


def met_conditions(
    catalogue: Catalogue,
    rows: Mapping[str, str],
    outcomes: Outcomes,
    connection: duckdb.DuckDBPyConnection,
    has_target_criteria: bool = False,
) -> frozenset[Need]:
    """Return what of all that events need there is in rows.

    Args:
        catalogue: the events.
        rows: entity → the SQL of its rows, with all columns of the entity as text.
        outcomes: what an activity's outcome means.
        connection: what evaluates the conditions.
        has_target_criteria: whether the company says who is its target.

    """
    entities = known_formats()[GENERIC].entities
    needs = all_needs(catalogue)
    met: set[Need] = set()
    for name, read in rows.items():
        relation = _relation(entities[name], read, outcomes)
        conditions = sorted(condition for entity, condition in needs if entity == name)
        met |= {(name, condition) for condition in _met(relation, conditions, connection)}
    if has_target_criteria:
        met |= {need for need in needs if need[0] == TARGET_CRITERIA}
    return frozenset(met)


def all_needs(catalogue: Catalogue) -> frozenset[Need]:
    """Return everything that any event needs."""
    return frozenset(
        need
        for event in catalogue.events.values()
        for alternative in (*event.needs, *event.needs_distinct)
        for need in alternative.items()
    )


def seen_events(catalogue: Catalogue, met: Collection[Need]) -> Seen:
    """Return the events that there are where these needs are met."""

    def is_met(alternatives: Iterable[Mapping[str, str]]) -> bool:
        return any(all(each in met for each in needs.items()) for needs in alternatives)

    found = [event for event in catalogue.events.values() if is_met(event.needs)]
    return Seen(
        frozenset(event.name for event in found),
        frozenset(
            event.name
            for event in found
            if not event.needs_distinct or is_met(event.needs_distinct)
        ),
    )


def _met(
    relation: str, conditions: Sequence[str], connection: duckdb.DuckDBPyConnection
) -> list[str]:
    """Return the conditions that a row meets."""
    if not conditions:
        return []
    listed = ", ".join(f"bool_or({condition})" for condition in conditions)
    found = connection.execute(f"select {listed} from {relation} as given").fetchone() or ()
    return [each for each, is_met in zip(conditions, found, strict=True) if is_met]


def _relation(entity: Entity, rows: str, outcomes: Outcomes) -> str:
    """Return rows as conditions see them: empty cells as null, words in lower case."""
    cells = ", ".join(
        f"nullif({_cell(column.name, column.type)}, '') as {quoted_name(column.name)}"
        for column in entity.columns
    )
    read = f"(select {cells} from {rows} as given)"
    if entity.name != "activities":
        return read
    known = ", ".join(
        f"{quoted_text(chr(31).join(key))}: {quoted_text(meaning)}"
        for key, meaning in outcomes.items()
    )
    found = ", ".join(
        f"meanings[concat_ws(chr(31), {channel}, {direction}, coalesce(outcome, ''))]"
        for channel, direction in itertools.product(
            ("channel", f"'{ANY}'"), ("direction", f"'{ANY}'")
        )
    )
    return f"""(
        select * replace (
            case
                when direction = 'inbound' and meaning = 'sent' and channel = 'call' then 'answered'
                when direction = 'inbound' and meaning = 'sent' then 'reply'
                when meaning is not null then meaning
                when channel = 'meeting' then 'meeting_planned'
                when direction = 'outbound' then 'sent'
                else 'nothing'
            end as meaning
        )
        from (
            select
                known.*, coalesce({found}) as meaning,
                coalesce(prospect_id, email, linkedin_url, phone) as person
            from {read} as known cross join (select map {{{known}}} as meanings)
        )
    )"""


def _cell(name: str, kind: str) -> str:
    cell = f"trim(nullif({quoted_name(name)}, {quoted_text(NO_COLUMN)}))"
    return f"lower({cell})" if kind in ("word", "boolean") else cell


def supplied_kpis(catalogue: Catalogue, seen: Seen) -> frozenset[str]:
    """Return the KPIs that have a value where these events are seen.

    An event is supplied when one of the same making is seen, or one that only its entity can be
    behind. A KPI is when all events of its numerator are, one of those that its denominator adds
    up, and what it requires has been seen; it has a value when there is something to divide by, or
    to count.
    """
    supplied = _supplied_events(catalogue, seen)
    found: set[str] = set()
    for kpi in catalogue.kpis.values():
        if kpi.computed_in is None and _has_value(kpi, supplied, seen):
            found.add(kpi.kpi_id)
    computed = [kpi for kpi in catalogue.kpis.values() if kpi.computed_in is not None]
    for _ in computed:  # one may be made of another
        found |= {kpi.kpi_id for kpi in computed if _is_computed(kpi, found, seen)}
    return frozenset(found)


def _supplied_events(catalogue: Catalogue, seen: Seen) -> frozenset[str]:
    events = catalogue.events.values()
    entities = {
        event.supplied_by[0]
        for event in events
        if event.name in seen.events
        and event.anchor is None
        and len(event.supplied_by) == 1
        and (event.supplied_by[0] != "activities" or event.attribution == "activity")
    }
    makings = {event.supplied_by for event in events if event.name in seen.events}
    return frozenset(
        event.name
        for event in events
        if entities & set(event.supplied_by) or event.supplied_by in makings
    )


def _has_value(kpi: Kpi, supplied: frozenset[str], seen: Seen) -> bool:
    return set(kpi.requires) <= seen.events and any(
        _has_statistic([term for term in kpi.terms if term.statistic == statistic], supplied, seen)
        for statistic in kpi.statistics
    )


def _has_statistic(terms: Sequence[KpiTerm], supplied: frozenset[str], seen: Seen) -> bool:
    above = [term for term in terms if term.side not in ("denominator", "sample")]
    below = [term for term in terms if term.side == "denominator"]
    is_supplied = all(term.event in supplied for term in above) and (
        not below or any(term.event in supplied for term in below)
    )
    return is_supplied and any(_is_seen(term, seen) for term in below or above)


def _is_seen(term: KpiTerm, seen: Seen) -> bool:
    return term.event in (seen.distinct if term.measure == DISTINCT else seen.events)


def _is_computed(kpi: Kpi, found: set[str], seen: Seen) -> bool:
    return set(kpi.made_of) <= found and set(kpi.requires) <= seen.events


def possible_kpis(
    export_format: Format,
    catalogue: Catalogue,
    outcomes: Outcomes,
    connection: duckdb.DuckDBPyConnection,
    tables: Iterable[str] | None = None,
) -> frozenset[str]:
    """Return the KPIs that a tool's files can give by themselves; by default all its tables."""
    rows = possible_rows(export_format, outcomes, tables)
    met = met_conditions(catalogue, rows, outcomes, connection)
    return supplied_kpis(catalogue, seen_events(catalogue, met))


def possible_rows(
    export_format: Format, outcomes: Outcomes, tables: Iterable[str] | None = None
) -> dict[str, str]:
    """Return, by entity, the SQL of rows such as a tool's tables can become.

    Of a closed list there is a row for every word that its expression names, or for every word of
    the list when it names none; any other column is filled wherever a make fills it.

    Args:
        export_format: the tool's format.
        outcomes: what an outcome may be.
        tables: the tables that count; by default all.

    """
    wanted = set(export_format.entities if tables is None else tables)
    entities = known_formats()[GENERIC].entities
    rows: dict[str, list[str]] = {}
    for make in export_format.makes:
        if make.table in wanted and "false" not in make.where.values():  # else it is looked up only
            entity = entities[make.entity]
            rows.setdefault(make.entity, []).append(
                _possible(export_format, make, entity, outcomes)
            )
    return {entity: f"({' union all '.join(parts)})" for entity, parts in rows.items()}


def any_rows(entity: Entity, outcomes: Outcomes) -> str:
    """Return the SQL of rows with every word of closed lists and outcomes, else filled."""
    words = {
        column.name: set(column.allowed) or {_FILLED.get(column.type, "x")}
        for column in entity.columns
    }
    if "outcome" in words:
        words["outcome"] = {outcome for _, _, outcome in outcomes}
    return f"({_crossed(words)})"


def _possible(export_format: Format, make: Make, entity: Entity, outcomes: Outcomes) -> str:
    reader = Reader(export_format, make)
    choices: dict[str, set[str]] = {}
    for column in entity.columns:
        expression = make.columns.get(column.name)
        found = reader.words(expression) if expression is not None else None
        words: set[str] = set()
        if found is not None and not found.is_nothing:
            words = set(found.words)
            if column.name != "outcome" and not column.allowed:
                words = {_FILLED.get(column.type, "x")}
            elif not words:  # what else passes where words are written is mostly to be rejected
                words = set(column.allowed) or {outcome for _, _, outcome in outcomes}
        choices[column.name] = words
    return _crossed(choices)


def _crossed(choices: Mapping[str, Collection[str]]) -> str:
    """Return the SQL of a row for every combination of the words of columns."""
    # unnesting in one list would pair the words: each column is crossed with the others
    cells = {
        quoted_name(name): f"unnest([{', '.join(map(quoted_text, sorted(words)))}])"
        if words
        else "null::varchar"
        for name, words in choices.items()
    }
    crossed = " cross join ".join(f"(select {cell} as {name})" for name, cell in cells.items())
    return f"select {', '.join(cells)} from {crossed}"
