"""The rows that dbt reads of the definitions: `kpi_catalog`, `kpi_terms`, `kpi_event_types`.

What belongs here: their columns, and the seeds of ours. What does not: what they mean.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from orchestration.kpis.catalogue import Catalogue
from orchestration.kpis.definitions import Kpi
from orchestration.kpis.events import Event

CATALOG_COLUMNS = (
    "kpi_id",
    "family",
    "name_en",
    "name_fr",
    "definition_en",
    "definition_fr",
    "unit",
    "shown_as",
    "shape",
    "statistics",
    "anchor",
    "window_days",
    "is_proportion",
    "interval",
    "better",
    "min_sample",
    "is_headline",
    "is_zero_filled",
    "grains",
    "dimensions",
    "requires",
    "numerator",
    "denominator",
)
TERM_COLUMNS = ("kpi_id", "statistic", "side", "weight", "event", "measure")

Cell = str | int | float | bool | None
Row = Mapping[str, Cell]


def catalog_rows(kpis: Iterable[Kpi]) -> list[Row]:
    """Return a row per KPI; lists are separated by `|`."""
    return [{column: _catalog_cell(kpi, column) for column in CATALOG_COLUMNS} for kpi in kpis]


def _catalog_cell(kpi: Kpi, column: str) -> Cell:
    if column in ("anchor", "window_days"):
        return getattr(kpi.cohort, column, None)
    if column in ("numerator", "denominator"):
        return kpi.texts.get(column)
    value = getattr(kpi, column)
    return "|".join(value) or None if isinstance(value, tuple) else value


def term_rows(kpis: Iterable[Kpi]) -> list[Row]:
    """Return a row per term of a KPI."""
    return [
        {"kpi_id": kpi.kpi_id, **{column: getattr(term, column) for column in TERM_COLUMNS[1:]}}
        for kpi in kpis
        for term in kpi.terms
    ]


def event_rows(events: Iterable[Event]) -> list[Row]:
    """Return a row per event."""
    return [
        {
            "event": event.name,
            "name_en": event.words_en,
            "name_fr": event.words_fr,
            "supplied_by": "|".join(event.supplied_by),
            "attribution": event.attribution,
            "dimensions": "|".join(event.dimensions),
        }
        for event in events
    ]


def as_text(rows: Iterable[Row]) -> list[dict[str, str]]:
    """Return rows with their cells as a seed has them."""
    return [{column: _written(cell) for column, cell in row.items()} for row in rows]


def csv_text(rows: Sequence[Row]) -> str:
    """Return rows as the text of a seed."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(as_text(rows))
    return text.getvalue()


def _written(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).lower()
    return f"{cell:g}" if isinstance(cell, float) else str(cell)


def seed_texts(catalogue: Catalogue) -> dict[str, str]:
    """Return the text that each seed should have, by the seed's name."""
    kpis = list(catalogue.kpis.values())
    return {
        "kpi_catalog": csv_text(catalog_rows(kpis)),
        "kpi_terms": csv_text(term_rows(kpis)),
        "kpi_event_types": csv_text(event_rows(catalogue.events.values())),
    }
