"""Which KPIs and pages the exports supply, and which further export would supply more.

What belongs here: trying what each table of a tool, or a file of an entity, would add. What does
not: when a KPI is supplied (see `supply.py`).

Each piece of advice counts what it adds beyond those before it, the largest first.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

import duckdb

from orchestration.formats.descriptions import GENERIC, Entity, Format
from orchestration.inspection.findings import Advice, Supply
from orchestration.inspection.supply import (
    Need,
    Outcomes,
    all_needs,
    any_rows,
    met_conditions,
    possible_rows,
    seen_events,
    supplied_kpis,
)
from orchestration.kpis.catalogue import Catalogue
from orchestration.quoting import quoted_text

KINDS: Mapping[str, tuple[str, ...]] = {
    "prospects": ("new_prospects",),
    "activities": ("touches",),
    "deals": ("deals_won", "deals_lost", "open_pipeline"),
    "quotes": ("quotes_sent",),
    "orders": ("orders_count",),
    "contracts": ("contracts_signed", "renewal_rate"),
    "costs": ("prospecting_cost",),
    "surveys": ("nps", "csat", "ces"),
    "tickets": (
        "complaints",
        "compliments",
        "refund_requests",
        "dissatisfactions",
        "customer_questions",
    ),
    "reviews": ("average_rating",),
}
"""What the dashboard asks for by name when a page lacks it: one of these KPIs shows it."""

PAGES: Mapping[str, tuple[str, ...]] = {
    "overview": ("prospects", "activities", "deals", "orders", "costs", "surveys"),
    "funnel": ("prospects", "activities"),
    "activity": ("activities",),
    "campaigns": ("costs", "activities"),
    "team": (),
    "pipeline": ("deals", "quotes"),
    "customers": ("orders", "contracts", "surveys", "tickets", "reviews"),
}
"""The pages of the dashboard, and the kinds of exports that each is made of."""

MOST_ADVICE = 8
ACTIVITIES = "activities"


def supply(
    catalogue: Catalogue,
    rows: Mapping[str, str],
    landed_tables: Collection[tuple[str, str]],
    formats: Mapping[str, Format],
    outcomes: Outcomes,
    has_target_criteria: bool,
    connection: duckdb.DuckDBPyConnection,
) -> Supply:
    """Return what the rows supply.

    Args:
        catalogue: the KPIs.
        rows: entity → the SQL of its rows.
        landed_tables: format and table of what was landed.
        formats: the known formats.
        outcomes: what an activity's outcome means.
        has_target_criteria: whether the company says who is its target.
        connection: what evaluates conditions.

    """
    met = met_conditions(catalogue, rows, outcomes, connection, has_target_criteria)
    kpis = supplied_kpis(catalogue, seen_events(catalogue, met))
    trial = _Trial(catalogue, formats, outcomes, connection, rows, set(met))
    advice = [*trial.tables(landed_tables), *trial.entities(landed_tables)]
    return Supply(
        kpis=tuple(kpi for kpi in catalogue.kpis if kpi in kpis),
        lacking=tuple(kpi for kpi in catalogue.kpis if kpi not in kpis),
        pages={
            page: tuple(kind for kind in kinds if not kpis & set(KINDS[kind]))
            for page, kinds in PAGES.items()
            if kpis and _has_page(page, kpis, rows)
        },
        advice=tuple(advice[:MOST_ADVICE]),
    )


def _has_page(page: str, kpis: Collection[str], rows: Mapping[str, str]) -> bool:
    if page == "overview":
        return True
    if page == "team":
        return "reps" in rows
    return any(kpi in kpis for kind in PAGES[page] for kpi in KINDS[kind])


@dataclass
class _Trial:
    """What would be supplied if more came, on top of `met`.

    Attributes:
        catalogue: the KPIs.
        formats: the known formats.
        outcomes: what an activity's outcome means.
        connection: what evaluates conditions.
        rows: entity → the SQL of the rows that are there.
        met: what events need and is there, or would be by what was advised so far.

    """

    catalogue: Catalogue
    formats: Mapping[str, Format]
    outcomes: Outcomes
    connection: duckdb.DuckDBPyConnection
    rows: Mapping[str, str]
    met: set[Need] = field(default_factory=set)

    def tables(self, landed: Collection[tuple[str, str]]) -> Iterator[Advice]:
        """Yield the tables that the tools seen here could still export."""
        candidates: dict[Advice, frozenset[Need]] = {}
        for name in _seen_tools(landed, self.formats):
            tool = self.formats[name]
            own = {table for of, table in landed if of == name}
            for table in _exported(tool, own):
                possible = possible_rows(tool, self.outcomes, [table.name])
                advice = Advice(", ".join(possible), tool.title, table.name, table.click_path, ())
                candidates[advice] = self._met(possible)
        yield from self._best_first(candidates)

    def entities(self, landed: Collection[tuple[str, str]]) -> Iterator[Advice]:
        """Yield the entities, and channels of activities, that are to come from elsewhere.

        Of an entity that has rows, those lack what the remaining KPIs need: more of them from
        another tool would not tell.
        """
        others = set(self.formats) - {GENERIC, *_seen_tools(landed, self.formats)}
        candidates: dict[Advice, frozenset[Need]] = {}
        for entity, description in self.formats[GENERIC].entities.items():
            channels: tuple[str, ...] = ()
            if entity == ACTIVITIES:
                channels = self._absent_channels(description)
                wanted = self._met({entity: _of(channels, any_rows(description, self.outcomes))})
                channels = channels if entity in self.rows else ()
            elif entity in self.rows:
                continue
            else:
                wanted = frozenset(need for need in all_needs(self.catalogue) if need[0] == entity)
            makers = tuple(
                self.formats[name].title
                for name in sorted(others, key=lambda each: self.formats[each].title.lower())
                if self._gains(name, entity, channels)
            )
            candidates[Advice(entity, None, None, "", (), makers, channels)] = wanted
        yield from self._best_first(candidates)

    def _best_first(self, candidates: Mapping[Advice, frozenset[Need]]) -> Iterator[Advice]:
        left = dict(candidates)
        while left:
            gains = {advice: self._gained(needs) for advice, needs in left.items()}
            best = max(gains, key=lambda advice: len(gains[advice]))
            if not gains[best]:
                return
            self.met |= left.pop(best)
            yield replace(best, kpis=gains[best])

    def _gained(self, more: Iterable[Need]) -> tuple[str, ...]:
        before = supplied_kpis(self.catalogue, seen_events(self.catalogue, self.met))
        after = supplied_kpis(self.catalogue, seen_events(self.catalogue, self.met | set(more)))
        return tuple(kpi for kpi in self.catalogue.kpis if kpi in after - before)

    def _met(self, rows: Mapping[str, str]) -> frozenset[Need]:
        return met_conditions(self.catalogue, rows, self.outcomes, self.connection)

    def _gains(self, tool: str, entity: str, channels: Collection[str]) -> bool:
        """Tell whether some table of a tool becomes the entity, in one of the channels."""
        possible = possible_rows(self.formats[tool], self.outcomes)
        if entity not in possible:
            return False
        return not channels or bool(
            self.connection.execute(f"select 1 from {_of(channels, possible[entity])}").fetchone()
        )

    def _absent_channels(self, activities: Entity) -> tuple[str, ...]:
        (channel,) = (column for column in activities.columns if column.name == "channel")
        there: set[str] = set()
        if ACTIVITIES in self.rows:
            read = f"select distinct lower(trim(channel)) from {self.rows[ACTIVITIES]} as given"
            there = {name for (name,) in self.connection.execute(read).fetchall()}
        return tuple(
            name for name in channel.allowed if name not in there and name != channel.other_word
        )


def _of(channels: Collection[str], rows: str) -> str:
    """Return the SQL of those rows of activities that are of these channels."""
    listed = ", ".join(map(quoted_text, channels)) or "null"
    return f"(select * from {rows} as given where channel in ({listed}))"


def _seen_tools(
    landed: Collection[tuple[str, str]], formats: Mapping[str, Format]
) -> tuple[str, ...]:
    return tuple(sorted({name for name, _ in landed} & set(formats) - {GENERIC}))


def _exported(tool: Format, landed: Collection[str]) -> list[Entity]:
    """Return the tables that could be exported besides those that are there.

    Who has a connector's tables gets more by the connector; who has lists, in the tool.
    """
    tables = tool.entities
    has_connector = any(tables[name].is_of_connector for name in landed if name in tables)
    return [
        table
        for table in tables.values()
        if table.name not in landed
        and table.is_of_connector == has_connector
        and (has_connector or table.click_path)
    ]
