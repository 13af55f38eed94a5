"""How surely a file is the table that it is taken for.

What belongs here: what its headers match, and which other tables they would match. What does not:
deciding about it (see `landing/tool_tables.py` and `landing/survey.py`).
"""

from collections.abc import Iterator, Mapping

from orchestration.formats.descriptions import GENERIC, Entity, Format
from orchestration.inspection.findings import FileFinding
from orchestration.landing.headers import matched_columns, normalised
from orchestration.landing.report import FileReport
from orchestration.landing.tool_tables import LEAST_COLUMNS, columns_named, table_named

NEAR_COLUMNS = 5
"""How many columns of a table a file must name to be told to be near it."""


def file_finding(
    source: str, report: FileReport, export_format: Format, formats: Mapping[str, Format]
) -> FileFinding:
    """Return a file with what its headers say.

    Args:
        source: its source.
        report: what landing says of it.
        export_format: the format of the source.
        formats: all formats.

    """
    headers = report.headers or report.unknown_columns
    table = table_of(report, export_format)
    if table is None:
        nearest = _nearest(headers, formats) if headers and report.outcome != "landed" else None
        return FileFinding(source, report, export_format.name, nearest=nearest)
    matched = len(matched_columns(headers, table))
    competing = {
        name: columns
        for name, other in _tables(formats)
        if other is not table and 3 * (columns := _matching(headers, other)) > 2 * matched
    }
    return FileFinding(
        source=source,
        report=report,
        format=export_format.name,
        table=table.name,
        required=_required(table),
        matched=matched,
        columns=len(table.columns),
        competing=competing,
    )


def table_of(report: FileReport, export_format: Format) -> Entity | None:
    """Return the table that a file was landed as; of those landed alike its headers tell."""
    if report.outcome != "landed" or report.entity is None:
        return None
    if export_format.landed_as is None:
        return export_format.entities.get(report.entity)
    name = table_named(frozenset(map(normalised, report.headers)), export_format)
    return None if name is None else export_format.entities[name]


def _tables(formats: Mapping[str, Format]) -> Iterator[tuple[str, Entity]]:
    for each in formats.values():
        for entity in each.entities.values():
            yield (entity.name if each.name == GENERIC else f"{each.name}.{entity.name}"), entity


def _required(table: Entity) -> tuple[str, ...]:
    return tuple(column.name for column in table.columns if column.is_required)


def _matching(headers: tuple[str, ...], table: Entity) -> int:
    """Return how many columns of a table the headers name; 0 when it is not told by them."""
    columns = columns_named(frozenset(map(normalised, headers)), table)
    return columns if columns >= LEAST_COLUMNS and table.beside is None else 0


def _nearest(
    headers: tuple[str, ...], formats: Mapping[str, Format]
) -> tuple[str, tuple[str, ...]] | None:
    """Return the table most of whose required columns are here, and which of them are lacking."""
    best: tuple[float, str, tuple[str, ...]] | None = None
    for name, table in _tables(formats):
        required = _required(table)
        matched = matched_columns(headers, table)
        if not required or len(matched) < NEAR_COLUMNS:
            continue
        lacking = tuple(column for column in required if column not in matched)
        share = len(matched) / len(table.columns) - len(lacking)
        if 2 * len(lacking) <= len(required) and (best is None or share > best[0]):
            best = (share, name, lacking)
    return None if best is None else (best[1], best[2])
