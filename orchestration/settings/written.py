"""The settings as the small Parquet files that dbt reads: its source `settings`.

What belongs here: their tables. What does not: what may be declared (see `declared.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.files import write_table
from orchestration.formats.descriptions import known_formats
from orchestration.paths import Paths
from orchestration.settings.declared import Reporting, Settings, Source
from orchestration.settings.timezones import TimezoneDay, timezone_days

MIXED_SHARE = 0.05
"""From this share of the amounts on, those with the rarer decimal mark are no slips of the pen."""


def write_settings(settings: Settings, paths: Paths, today: date) -> None:
    """Write the settings as the Parquet files that dbt reads.

    Call it after landing: a decimal mark that was not declared is the one that landing found. A
    source that was landed once keeps its row when its folder is gone.

    Args:
        settings: what was declared.
        paths: the data folder.
        today: the day of the refresh in the reporting time zone.

    """
    landed = _landed_sources(paths)
    sources = [*settings.sources, *_sources_without_folder(settings, landed)]
    write_table(_reporting_table(settings.reporting, today), paths.settings / "reporting.parquet")
    write_table(_sources_table(sources, landed), paths.settings / "sources.parquet")
    write_table(_entities_table(sources), paths.settings / "source_entities.parquet")
    write_table(_references_table(sources), paths.settings / "source_references.parquet")
    timezones = {"UTC", settings.reporting.timezone, *(source.timezone for source in sources)}
    _write_timezone_days(sorted(timezones), paths.settings / "timezone_days.parquet")


@dataclass(frozen=True)
class _LandedSource:
    """What the loads on disk say about a source."""

    format: str
    decimal: str
    doubtful_marks: str


def _landed_sources(paths: Paths) -> dict[str, _LandedSource]:
    loads = sorted((paths.landing / "_loads").glob("[!_.]*.parquet"))
    columns = ["source", "format", "decimal_points", "decimal_commas"]
    rows = [row for path in loads for row in pq.read_table(path, columns=columns).to_pylist()]
    landed = {}
    for source in sorted({row["source"] for row in rows}):
        own = [row for row in rows if row["source"] == source]
        commas = sum(row["decimal_commas"] or 0 for row in own)
        points = sum(row["decimal_points"] or 0 for row in own)
        decimal = "," if commas > points else "."
        landed[source] = _LandedSource(own[-1]["format"], decimal, _doubtful(points, commas))
    return landed


def _doubtful(points: int, commas: int) -> str:
    """Return the marks that may mean thousands or decimals when three digits follow.

    Without any amount that tells, a comma may; a point is how programs write decimals. Where both
    marks are there for decimals, either may.
    """
    if not points and not commas:
        return ","
    return ".," if min(points, commas) >= MIXED_SHARE * max(points, commas) else ""


def _sources_without_folder(
    settings: Settings, landed: Mapping[str, _LandedSource]
) -> list[Source]:
    named = {source.name for source in settings.sources}
    missing = [name for name in landed if name not in named]
    return [
        Source(name, len(named) + position, landed[name].format, settings.reporting.timezone)
        for position, name in enumerate(missing, start=1)
    ]


def _reporting_table(reporting: Reporting, today: date) -> pa.Table:
    schema = pa.schema(
        [
            ("currency", pa.string()),
            ("timezone", pa.string()),
            ("as_of", pa.date32()),
            ("today", pa.date32()),
            ("fiscal_year_start_month", pa.int32()),
            ("language", pa.string()),
            ("revenue_from", pa.string()),
            ("report_rhythm", pa.string()),
            ("headline_kpis", pa.list_(pa.string())),
            ("internal_domains", pa.list_(pa.string())),
            ("publish_crm_ids", pa.bool_()),
        ]
    )
    return pa.Table.from_pylist([{**vars(reporting), "today": today}], schema=schema)


def _sources_table(sources: list[Source], landed: Mapping[str, _LandedSource]) -> pa.Table:
    schema = pa.schema(
        [
            ("source", pa.string()),
            ("source_order", pa.int32()),
            ("format", pa.string()),
            ("timezone", pa.string()),
            ("date_order", pa.string()),
            ("decimal", pa.string()),
            ("doubtful_marks", pa.string()),
        ]
    )
    unseen = _LandedSource("", ".", "")
    rows = [
        {
            "source": source.name,
            "source_order": source.order,
            "format": source.format,
            "timezone": source.timezone,
            "date_order": source.date_order,
            "decimal": source.decimal or landed.get(source.name, unseen).decimal,
            "doubtful_marks": (
                "" if source.decimal else landed.get(source.name, unseen).doubtful_marks
            ),
        }
        for source in sources
    ]
    return pa.Table.from_pylist(rows, schema=schema)


def _entities_table(sources: list[Source]) -> pa.Table:
    schema = pa.schema([("source", pa.string()), ("entity", pa.string()), ("mode", pa.string())])
    formats = known_formats()
    rows = [
        {"source": source.name, "entity": entity, "mode": source.mode(entity)}
        for source in sources
        for entity in formats[source.format].entities
    ]
    return pa.Table.from_pylist(rows, schema=schema)


def _references_table(sources: list[Source]) -> pa.Table:
    schema = pa.schema(
        [
            ("source", pa.string()),
            ("refers_to_source", pa.string()),
            ("reference_order", pa.int32()),
        ]
    )
    rows = [
        {"source": source.name, "refers_to_source": other, "reference_order": order}
        for source in sources
        for order, other in enumerate((source.name, *source.refers_to))
    ]
    return pa.Table.from_pylist(rows, schema=schema)


def _write_timezone_days(timezones: list[str], target: Path) -> None:
    """Write the clock changes, unless the file there was made from the same zones and data."""
    made_from = f"{version('tzdata')} {' '.join(timezones)}".encode()
    if target.exists() and (pq.read_schema(target).metadata or {}).get(b"made_from") == made_from:
        return
    timestamp = pa.timestamp("us")
    types = {
        "timezone": pa.string(),
        "day": pa.date32(),
        "local_offset_before_seconds": pa.int32(),
        "local_offset_after_seconds": pa.int32(),
        "local_change_at": timestamp,
        "local_gap_start": timestamp,
        "local_gap_end": timestamp,
        "utc_offset_before_seconds": pa.int32(),
        "utc_offset_after_seconds": pa.int32(),
        "utc_change_at": timestamp,
    }
    rows = [row for timezone in timezones for row in timezone_days(timezone)]
    columns = zip(*rows, strict=True)
    arrays = [
        pa.array(values, types[name])
        for name, values in zip(TimezoneDay._fields, columns, strict=True)
    ]
    table = pa.Table.from_arrays(arrays, names=list(TimezoneDay._fields))
    write_table(table.replace_schema_metadata({b"made_from": made_from}), target, is_durable=False)
