"""The settings as the small Parquet files that dbt reads: its source `settings`.

What belongs here: their tables. What does not: what may be declared (see `declared.py`).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.files import write_table
from orchestration.formats.descriptions import GENERIC, Column, Entity, known_formats
from orchestration.landing.columns import ColumnEvidence
from orchestration.paths import Paths
from orchestration.settings.declared import Reporting, Settings, Source
from orchestration.settings.keys import read_or_make_key, secret_of_reps
from orchestration.settings.reading import LandedFile, as_row, file_rules
from orchestration.settings.timezones import TimezoneDay, timezone_days


def write_settings(settings: Settings, paths: Paths, today: date, with_clocks: bool = True) -> None:
    """Write the settings as the Parquet files that dbt reads.

    Call it after landing: how a file is read depends on what its columns show. A source that was
    landed once keeps its row when its folder is gone.

    Args:
        settings: what was declared.
        paths: the data folder.
        today: the day of the refresh in the reporting time zone.
        with_clocks: whether the days of the time zones are written, too.

    """
    files = _landed(
        paths, "_loads", [*_OF_FILE, "format", "entity", "delimiter", "decimal", "landed"]
    )
    formats = {row["source"]: row["format"] for row in files}
    sources = sorted(
        [*settings.sources, *_sources_without_folder(settings, formats)],
        key=lambda source: (source.order, source.name),
    )
    write_table(_reporting_table(settings.reporting, today), paths.settings / "reporting.parquet")
    write_table(_rep_names_table(settings.reporting, paths), paths.settings / "rep_names.parquet")
    write_table(_sources_table(sources, formats), paths.settings / "sources.parquet")
    write_table(_links_table(sources), paths.settings / LINKS_FILE)
    write_table(_rules_table(sources, files, paths), paths.settings / "file_rules.parquet")
    write_table(_entities_table(sources), paths.settings / "source_entities.parquet")
    write_table(_references_table(sources), paths.settings / "source_references.parquet")
    if not with_clocks:
        return
    timezones = {"UTC", settings.reporting.timezone, *(source.timezone for source in sources)}
    _write_timezone_days(sorted(timezones), paths.settings / "timezone_days.parquet")


def complete_settings(paths: Paths) -> None:
    """Write what a release that named every rep did not write: no load has to come before a build.

    A folder of a release that knew of it and lost it is damaged: then nothing is made up.
    """
    reporting, rep_names = (
        paths.settings / f"{name}.parquet" for name in ("reporting", "rep_names")
    )
    if rep_names.exists() or not reporting.exists():
        return
    if "rep_names" not in pq.read_schema(reporting).names:
        write_table(_secret_table(None), rep_names)


LINKS_FILE = "source_links.parquet"
"""Where the publication finds the links to records; no model reads it."""

_OF_FILE = ["source", "load_id", "file"]
_Row = Mapping[str, Any]


def _landed(paths: Paths, folder: str, columns: list[str]) -> list[_Row]:
    """Return the rows of a folder of the landing area, load by load."""
    files = sorted((paths.landing / folder).glob("[!_.]*.parquet"))
    return [row for path in files for row in pq.read_table(path, columns=columns).to_pylist()]


def _sources_without_folder(settings: Settings, formats: Mapping[str, str]) -> list[Source]:
    """Return the landed sources that are not declared: those of tools, and of folders now gone."""
    named = {source.name: source for source in settings.sources}
    found = []
    for position, name in enumerate(sorted(set(formats) - set(named)), start=1):
        folder = named.get(name.rpartition(".")[0])
        found.append(
            folder.mapped(name, formats[name])
            if folder
            else Source(
                name,
                len(named) + position,
                formats[name],
                settings.reporting.timezone,
                country=settings.reporting.country,
            )
        )
    return found


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
            ("dashboard_records", pa.bool_()),
            ("retention_months", pa.int32()),
            ("rep_names", pa.bool_()),
        ]
    )
    return pa.Table.from_pylist([{**vars(reporting), "today": today}], schema=schema)


def _rep_names_table(reporting: Reporting, paths: Paths) -> pa.Table:
    secret = None if reporting.rep_names else secret_of_reps(read_or_make_key(paths))
    return _secret_table(secret)


def _secret_table(secret: str | None) -> pa.Table:
    return pa.table({"secret": pa.array([secret], pa.string())})


def _sources_table(sources: Iterable[Source], formats: Mapping[str, str]) -> pa.Table:
    schema = pa.schema(
        [
            ("source", pa.string()),
            ("source_order", pa.int32()),
            ("format", pa.string()),
            ("timezone", pa.string()),
            ("date_order", pa.string()),
            ("two_digit_years", pa.bool_()),
            ("excel_day_zero", pa.date32()),
        ]
    )
    rows = [
        {
            "source": source.name,
            "source_order": order,
            "format": formats.get(source.name, source.format),
            "timezone": source.timezone,
            "date_order": source.date_order,
            "two_digit_years": source.two_digit_years,
            "excel_day_zero": _EXCEL_DAY_ZERO.get(source.excel_dates),
        }
        for order, source in enumerate(sources, start=1)
    ]
    return pa.Table.from_pylist(rows, schema=schema)


def _links_table(sources: Iterable[Source]) -> pa.Table:
    schema = pa.schema([("source", pa.string()), ("entity", pa.string()), ("link", pa.string())])
    rows = [
        {"source": source.name, "entity": entity, "link": link}
        for source in sources
        for entity, link in source.links.items()
    ]
    return pa.Table.from_pylist(rows, schema=schema)


_EXCEL_DAY_ZERO: Mapping[int | None, date] = {
    1900: date(1899, 12, 30),  # Excel counts a 29 February 1900 that there was not
    1904: date(1904, 1, 1),
}


def _rules_table(sources: Iterable[Source], files: Iterable[_Row], paths: Paths) -> pa.Table:
    schema = pa.schema(
        [
            ("source", pa.string()),
            ("load_id", pa.string()),
            ("file", pa.string()),
            ("comma_columns", pa.string()),
            ("doubtful_columns", pa.string()),
            ("midnight_columns", pa.string()),
        ]
    )
    declared = {source.name: source.decimal for source in sources if source.decimal is not None}
    by_format: dict[str, list[LandedFile]] = defaultdict(list)
    for row in files:
        if row["landed"] is not None:
            facts = {name: row[name] for name in ("entity", "delimiter", "decimal")}
            own = LandedFile(row["source"], row["load_id"], file=row["file"], **facts)
            by_format[row["format"]].append(own)
    shown = _shown(paths)
    rows = [
        as_row(file, rules)
        for name, own_files in by_format.items()
        for file, rules in file_rules(own_files, shown, declared, _entities(name))
    ]
    return pa.Table.from_pylist(rows, schema=schema)


def _entities(export_format: str) -> Mapping[str, Entity]:
    """Return whose columns the evidence about the tables of a format is of.

    Of a tool's tables it is of what they become, which may be several entities.
    """
    entities = known_formats()[GENERIC].entities
    if export_format == GENERIC:
        return entities
    columns: dict[str, Column] = {}
    for entity in entities.values():
        columns.update((column.name, column) for column in entity.columns)
    whole = Entity("all", tuple(columns.values()))
    return defaultdict(lambda: whole)


def _shown(paths: Paths) -> dict[tuple[str, str], list[ColumnEvidence]]:
    names = list(ColumnEvidence.__dataclass_fields__)
    found: dict[tuple[str, str], list[ColumnEvidence]] = defaultdict(list)
    for row in _landed(paths, "_columns", ["load_id", *names]):
        evidence = ColumnEvidence(**{name: row[name] for name in names})
        found[row["load_id"], row["file"]].append(evidence)
    return found


def _entities_table(sources: list[Source]) -> pa.Table:
    schema = pa.schema([("source", pa.string()), ("entity", pa.string()), ("mode", pa.string())])
    rows = [
        {"source": source.name, "entity": entity, "mode": source.mode(entity)}
        for source in sources
        for entity in known_formats()[GENERIC].entities
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
