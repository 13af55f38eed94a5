"""Looking at a folder of exports as a refresh would, without a data folder.

What belongs here: landing and translating into a scratch folder that is thrown away, and putting
together what is found there. Every count is landing's own; nothing here reads an export itself.
"""

import csv
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pyarrow.parquet as pq

from orchestration.environment import PROJECT_DIR
from orchestration.formats.descriptions import GENERIC, Entity, known_formats
from orchestration.inspection.advice import supply
from orchestration.inspection.cells import unread_cells
from orchestration.inspection.columns import TableFiles, column_findings, unused_headers
from orchestration.inspection.findings import (
    FileFinding,
    Inspection,
    MadeFinding,
    UnreadFinding,
)
from orchestration.inspection.links import links
from orchestration.inspection.recognised import file_finding
from orchestration.inspection.rows import Rows, open_rows
from orchestration.inspection.supply import Outcomes
from orchestration.inspection.words import currencies_without_rate, stages, unknown_outcomes
from orchestration.kpis.catalogue import read_catalogue
from orchestration.landing.duckdb_reader import connect
from orchestration.landing.headers import column_names, normalised
from orchestration.landing.loading import MEMORY_LIMIT, MOST_THREADS, land
from orchestration.landing.reference_tables import Row, read_reference
from orchestration.landing.report import FileReport, LandingReport
from orchestration.landing.store import Store
from orchestration.landing.translated import LEDGER, Translated, stage_outcomes
from orchestration.paths import Paths
from orchestration.settings.declared import Settings, Source, read_settings
from orchestration.settings.written import write_settings


def inspect(exports: Path, progress: Callable[[str], None] = lambda _: None) -> Inspection:
    """Look at a folder of exports; nothing is written but to a scratch folder.

    Raises:
        ConfigurationError: there are no exports, or what is declared beside them cannot be right.

    """
    started = time.monotonic()
    settings = read_settings(exports)
    reference = read_reference(exports)
    with tempfile.TemporaryDirectory(prefix="prospection-inspect-") as scratch:
        paths = Paths(Path(scratch))
        report = land(
            exports,
            paths,
            settings,
            progress=progress,
            outcomes=stage_outcomes(reference.get("funnel_stages", ())),
        )
        today = datetime.now(ZoneInfo(settings.reporting.timezone)).date()
        write_settings(settings, paths, today)
        with connect(paths.landing / "inspection", MEMORY_LIMIT, MOST_THREADS) as connection:
            found = _found(exports, settings, report, reference, paths, connection)
    return replace(found, seconds=time.monotonic() - started)


def _found(
    exports: Path,
    settings: Settings,
    report: LandingReport,
    reference: Mapping[str, Iterable[Row]],
    paths: Paths,
    connection: duckdb.DuckDBPyConnection,
) -> Inspection:
    formats = known_formats()
    entities = formats[GENERIC].entities
    rows = open_rows(paths, connection)
    outcomes = _outcomes(reference.get("activity_outcomes", ()))
    of_source = _formats(report)
    files = tuple(
        file_finding(source.source, file, of_source[source.source], formats)
        for source in report.sources
        for file in (
            *(file for load in (*source.loads, *source.held) for file in load.files),
            *source.left_out,
        )
    )
    tables = list(_tables(files, Store(paths.landing)))
    declared = {name: _declared(settings, name, of_source[name]) for name in of_source}
    commas = _comma_columns(paths)
    relations = {name: rows.relation(name) for name in entities if name in rows}
    return Inspection(
        exports=str(exports),
        language="fr" if settings.reporting.language == "fr" else "en",
        currency=settings.reporting.currency,
        seconds=0.0,
        files=files,
        formats=of_source,
        declared={name: source.date_order for name, source in declared.items()},
        columns=tuple(
            finding
            for of in tables
            for finding in column_findings(
                of,
                commas.get(of.source, frozenset()),
                declared[of.source].date_order,
                connection,
            )
        ),
        unused={f"{of.source} {of.table.name}": unused_headers(of) for of in tables},
        made=tuple(_made(paths)),
        entities={name: _by_source(relations[name], connection) for name in relations},
        unread=tuple(_unread(rows, entities.values(), connection)),
        stages=tuple(stages(rows, connection)),
        outcomes=tuple(unknown_outcomes(rows, outcomes, connection)),
        currencies=tuple(currencies_without_rate(rows, settings.reporting.currency, connection)),
        links=tuple(
            links(
                rows,
                {name: source.refers_to for name, source in declared.items()},
                sorted((paths.landing / "_addresses").glob("[!_.]*.parquet")),
                connection,
            )
        ),
        supply=supply(
            read_catalogue(),
            relations,
            {
                (each.format, each.report.entity or "")
                for each in files
                if each.report.outcome == "landed"
            },
            formats,
            outcomes,
            bool(reference.get("target_criteria")),
            connection,
        ),
    )


def _formats(report: LandingReport) -> dict[str, str]:
    """Return the format of each source; one of which nothing was landed is generic."""
    found = {source.source: GENERIC for source in report.sources}
    for source in report.sources:
        for load in (*source.loads, *source.held):
            found[source.source] = load.load.format
    return found


def _declared(settings: Settings, name: str, format_name: str) -> Source:
    """Return what is declared of a source, or of the folder that a tool's source lies in."""
    try:
        return settings.source(name)
    except KeyError:
        return settings.source(name.removesuffix(f".{format_name}")).of_tool(format_name)


def _tables(files: Iterable[FileFinding], store: Store) -> Iterator[TableFiles]:
    """Yield the tables of each source that have landed rows."""
    loads: dict[str, list[Path]] = {}
    headers: dict[tuple[str, str, str], dict[str, None]] = {}
    for each in files:
        report = each.report
        if report.outcome != "landed" or report.entity is None:
            continue
        table = known_formats()[each.format].entities[report.entity]
        key = (each.source, each.format, report.entity)
        headers.setdefault(key, {}).update(dict.fromkeys(_shown_headers(report, table)))
    for landed in store.all_loads():
        for entity in known_formats()[landed.load.format].entities:
            path = store.entity_rows(landed.load, entity)
            if path.exists():
                loads.setdefault(f"{landed.load.source} {entity}", []).append(path)
    for (source, format_name, entity), shown in headers.items():
        export_format = known_formats()[format_name]
        yield TableFiles(
            source=source,
            export_format=export_format,
            table=export_format.entities[entity],
            paths=loads.get(f"{source} {entity}", ()),
            headers=tuple(shown),
        )


def _shown_headers(report: FileReport, table: Entity) -> Iterator[str]:
    """Yield the headers of a file as they are written, as far as landing tells."""
    names = column_names(table)
    spelt: dict[str, str] = {}
    for column in table.columns:
        for name in (*column.aliases, column.name):
            spelt.setdefault(normalised(name), name)
    for header in report.headers:
        if normalised(header) in names:
            yield spelt.get(normalised(header), header)
    yield from report.unknown_columns


def _comma_columns(paths: Paths) -> dict[str, frozenset[str]]:
    """Return, by source, the columns that a refresh reads with a decimal comma."""
    found: dict[str, set[str]] = {}
    for row in pq.read_table(paths.settings / "file_rules.parquet").to_pylist():
        commas = {column for column in row["comma_columns"].split(",") if column}
        found.setdefault(row["source"], set()).update(commas)
    return {source: frozenset(columns) for source, columns in found.items()}


def _made(paths: Paths) -> Iterator[MadeFinding]:
    """Yield the ledger of the translation, summed up by source and make."""
    folder = Translated(paths.translated, Store(paths.landing)).root / LEDGER
    found: dict[tuple[str, str, str, str], list[int]] = {}
    rules: dict[tuple[str, str, str, str], dict[str, int]] = {}
    for path in sorted(folder.glob("[!_.]*.parquet")):
        for row in pq.read_table(path).to_pylist():
            key = (row["source"], row["source_table"], row["make"], row["entity"])
            counts = found.setdefault(key, [0, 0, 0])
            for place, name in enumerate(("rows_in", "made", "merged")):
                counts[place] += row[name]
            of_key = rules.setdefault(key, {})
            for rule, number in row["rules"] or ():
                of_key[rule] = of_key.get(rule, 0) + number
    for key, (rows_in, made, merged) in found.items():
        yield MadeFinding(*key, rows_in, made, merged, rules[key])


def _by_source(relation: str, connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    return dict(
        connection.execute(
            f"select _source, count(*) from {relation} as given group by all order by all"
        ).fetchall()
    )


def _unread(
    rows: Rows, entities: Iterable[Entity], connection: duckdb.DuckDBPyConnection
) -> Iterator[UnreadFinding]:
    for entity in entities:
        if entity.name in rows:
            yield from unread_cells(rows, entity, connection)


def _outcomes(own: Iterable[Row]) -> Outcomes:
    """Return what outcomes mean: as shipped, and as the company says instead."""
    with (PROJECT_DIR / "seeds" / "activity_outcomes.csv").open(encoding="utf-8") as lines:
        rows: list[Row] = [*csv.DictReader(lines), *own]
    return {
        (str(row["channel"]), str(row["direction"]), str(row["outcome"] or "")): str(row["meaning"])
        for row in rows
    }
