"""The page about the tools' own files: which are read and what they become.

What belongs here: `docs/formats.md`, written from the descriptions of the formats. What does not:
how a file is told or translated (see `orchestration/landing`).
"""

from collections.abc import Iterable, Iterator, Sequence

import duckdb

from orchestration.formats.descriptions import GENERIC, Entity, Format, Make, known_formats
from orchestration.inspection.supply import catalogue, possible_kpis
from orchestration.inspection.words import outcome_meanings

_PREAMBLE = """\
# Tools' own files

Written by `make docs` from [`orchestration/formats`](../orchestration/formats); do not edit it by
hand.

Put the files as the tool wrote them into the exports or a sub-folder of them, under any name: a
table is told by its headers, in English, in French or by the tool's internal names, in any order,
below titles and notes, as text, in a workbook or in zips. A column that is not listed here is kept
with the landed row and not used. The text stays as it was landed; what it becomes is made from it
anew when a format changes. A folder with the files of one tool is one source of the folder's name;
where several tools' files lie together, and directly in the exports, each is a source of its own,
`<folder>.<tool>`.

Stages of your own, a property of your own, another tool or a sheet: see [mapping.md](mapping.md).

Ids are the tool's own. Where a tool gives only a name (an owner, a company) the id is a hash of the
name, so that no name is published as an id. Every row is accounted for in
`meta.load_reconciliation`: made, merged with one before it, or left out by one of the rules named
here.
"""


_SUPPLY = """\
## Which KPIs each tool supplies

By all of its files together, when they hold what they can hold: a KPI of calls needs calls among
them, and `prospection inspect` says what yours do. Under a tool's name stands what people download
in it (of HubSpot e-mails and LinkedIn messages that is its done tasks of such a type); under “by
connector or API” what the tables of a copy of the tool hold that look otherwise than its downloads.
Several tools together supply more than each (a rate of LinkedIn's touches that became HubSpot's
deals). What none of them holds ({absent}) comes from [generic files](generic_files.md)
or [a mapping](mapping.md).
"""


def formats_page() -> str:
    """Return the page."""
    tools = [each for each in known_formats().values() if not each.is_generic]
    made = {make.entity for tool in tools for make in tool.makes}
    absent = [name for name in known_formats()[GENERIC].entities if name not in made]
    supply = _SUPPLY.format(absent=", ".join(f"`{name}`" for name in absent))
    return "\n".join([_PREAMBLE, *map(_section, tools), supply, *_kpi_table(tools), ""])


def _kpi_table(tools: Sequence[Format]) -> Iterator[str]:
    """Yield the lines of a table: a row per KPI that any tool supplies, a column per tool."""
    outcomes = outcome_meanings()
    with duckdb.connect() as connection:
        kpis = {
            title: possible_kpis(tool, catalogue(), outcomes, connection, tables)
            for tool in tools
            for title, tables in _ways(tool).items()
        }
    yield f"| KPI | {' | '.join(kpis)} |"
    yield f"| --- | {' | '.join(':-:' for _ in kpis)} |"
    for kpi_id, kpi in catalogue().kpis.items():
        marks = ["•" if kpi_id in supplied else "" for supplied in kpis.values()]
        if any(marks):
            yield f"| {kpi.name_en} | {' | '.join(marks)} |"
    counts = " | ".join(f"**{len(supplied)}**" for supplied in kpis.values())
    yield f"| **of {len(catalogue().kpis)}** | {counts} |"


def _ways(tool: Format) -> dict[str, list[str]]:
    """Return the tables by the way in which they come: as downloads, and otherwise."""
    downloads = [table.name for table in tool.entities.values() if table.click_path]
    others = [name for name in tool.entities if name not in downloads]
    ways = {tool.title: downloads, f"{tool.title} by connector or API": others}
    return {title: tables for title, tables in ways.items() if tables}


def _section(tool: Format) -> str:
    lines = [f"## {tool.title}", "", f"Download: {tool.click_path}.", ""]
    for table in tool.entities.values():
        makes = [make for make in tool.makes if make.table == table.name]
        lines += [
            f"**{table.name}**: {table.description}. Told by {_signs(table)}. "
            f"{_entities(makes)}{_rules(makes)}{_download(table, tool)}",
            "",
        ]
    return "\n".join(lines).rstrip() + "\n"


def _download(table: Entity, tool: Format) -> str:
    """Return where a table is downloaded, where that is not said of the whole tool."""
    if table.is_of_connector:
        return " Only by a connector."
    if not table.click_path:
        return " Not a download of the tool: by a connector or its API."
    return "" if table.click_path == tool.click_path else f" Download: {table.click_path}."


def _signs(table: Entity) -> str:
    """Return the headers that a file must have, each in its first spelling."""
    signs = {column.name: f"`{column.aliases[0]}`" for column in table.columns if column.aliases}
    required = ", ".join(signs[column.name] for column in table.columns if column.is_required)
    groups = [[signs[name] for name in table.one_of if name in signs]]
    groups += [_shortened(group) for group in table.told_by]
    return " and ".join([required, *(f"one of {', '.join(group)}" for group in groups if group)])


def _shortened(headers: Sequence[str], most: int = 3) -> list[str]:
    """Return the first headers of a group, those in small letters with `_` left aside."""
    shown = [f"`{header}`" for header in headers if "_" not in header]
    return [*shown[:most], *(["…"] if len(shown) > most else [])]


def _entities(makes: Iterable[Make]) -> str:
    """Return what rows of a table become; those of some are only looked up by others."""
    entities = ", ".join(f"`{name}`" for name in dict.fromkeys(make.entity for make in makes))
    if entities:
        return f"Becomes {entities}."
    return "What others refer to is looked up in it (`looked_up_only`)."


def _rules(makes: Iterable[Make]) -> str:
    rules = dict.fromkeys(rule for make in makes for rule in make.where)
    return (
        f" Rules that leave rows out: {', '.join(f'`{rule}`' for rule in rules)}." if rules else ""
    )
