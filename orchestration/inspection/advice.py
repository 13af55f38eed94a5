"""Which KPIs and pages the exports supply, and which further export would supply more.

What belongs here: trying what each table of a tool, or a file of an entity, would add. What does
not: when a KPI is supplied (see `supply.py`).
"""

from collections.abc import Collection, Iterator, Mapping

import duckdb

from orchestration.formats.descriptions import GENERIC, Entity, Format
from orchestration.inspection.findings import Advice, Supply
from orchestration.inspection.supply import (
    Need,
    Outcomes,
    all_needs,
    met_conditions,
    possible_rows,
    seen_events,
    supplied_kpis,
)
from orchestration.kpis.catalogue import Catalogue

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
    advice = sorted(
        _advice(catalogue, met, kpis, landed_tables, formats, outcomes, connection),
        key=lambda each: (each.tool is None, -len(each.kpis)),
    )
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


def _advice(
    catalogue: Catalogue,
    met: frozenset[Need],
    kpis: frozenset[str],
    landed_tables: Collection[tuple[str, str]],
    formats: Mapping[str, Format],
    outcomes: Outcomes,
    connection: duckdb.DuckDBPyConnection,
) -> Iterator[Advice]:
    """Yield the tables that the tools seen here could still export, then entities of any origin."""

    def gained(more: Collection[Need]) -> tuple[str, ...]:
        found = supplied_kpis(catalogue, seen_events(catalogue, met | set(more)))
        return tuple(kpi for kpi in catalogue.kpis if kpi in found - kpis)

    covered: set[str] = set()
    tools = {name for name, _ in landed_tables} & set(formats) - {GENERIC}
    for name in sorted(tools):
        tool = formats[name]
        for table in _exported(tool):
            if (name, table.name) in landed_tables:
                continue
            possible = possible_rows(tool, outcomes, [table.name])
            more = gained(met_conditions(catalogue, possible, outcomes, connection))
            if set(more) - covered:
                covered |= set(more)
                yield Advice(", ".join(possible), tool.title, table.name, table.click_path, more)
    needs = all_needs(catalogue)
    by_entity = {
        entity: gained([need for need in needs if need[0] == entity])
        for entity in formats[GENERIC].entities
    }
    for entity, more in sorted(by_entity.items(), key=lambda item: -len(item[1])):
        if set(more) - covered:
            covered |= set(more)
            makers = tuple(
                tool.title
                for tool in formats.values()
                if any(make.entity == entity for make in tool.makes)
            )
            yield Advice(entity, None, None, "", more, makers)


def _exported(tool: Format) -> list[Entity]:
    """Return the tables that people export: where some have a way of their own, those alone."""
    tables = list(tool.entities.values())
    own = [table for table in tables if table.click_path != tool.click_path]
    return own or tables
