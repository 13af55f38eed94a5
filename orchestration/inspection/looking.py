"""Looking at a folder of exports as a refresh would, without a data folder.

What belongs here: landing and translating into a scratch folder that is thrown away, and putting
together what is found there. Every count is landing's own; nothing here reads an export itself.
"""

import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pyarrow.parquet as pq

from orchestration.formats.descriptions import GENERIC, Entity, Format, known_formats
from orchestration.inspection.advice import supply
from orchestration.inspection.cells import unread_cells
from orchestration.inspection.columns import TableFiles, column_findings, unused_headers
from orchestration.inspection.findings import FileFinding, Inspection, MadeFinding
from orchestration.inspection.links import links
from orchestration.inspection.recognised import file_finding
from orchestration.inspection.rows import open_rows
from orchestration.inspection.samples import write_mappings
from orchestration.inspection.supply import catalogue
from orchestration.inspection.words import (
    currencies_without_rate,
    outcome_meanings,
    stages,
    unknown_outcomes,
)
from orchestration.landing.duckdb_reader import connect
from orchestration.landing.hashes import MAPPINGS
from orchestration.landing.headers import column_names, normalised
from orchestration.landing.loading import MEMORY_LIMIT, MOST_THREADS, land
from orchestration.landing.mapping.sources import MappingFiles
from orchestration.landing.reference_tables import Row, read_reference
from orchestration.landing.report import FileReport, LandingReport
from orchestration.landing.store import Store
from orchestration.landing.translated import LEDGER, Translated, stage_outcomes
from orchestration.landing.translation import landed_relations
from orchestration.paths import Paths
from orchestration.refresh.summary.wording import Language
from orchestration.settings.declared import Settings, Source, read_settings
from orchestration.settings.written import write_settings


def inspect(
    exports: Path, writes_mappings: bool = False, language: Language | None = None
) -> Inspection:
    """Look at a folder of exports; nothing is written but to a scratch folder.

    Args:
        exports: the folder.
        writes_mappings: whether a mapping to start from is written beside the exports for tables
            that nobody recognised; what is found is then with it.
        language: of the comments in a mapping; by default that of the reports.

    Raises:
        ConfigurationError: there are no exports, or what is declared beside them cannot be right.

    """
    started = time.monotonic()
    settings, reference = read_settings(exports), read_reference(exports)
    outcomes = stage_outcomes(reference.get("funnel_stages", ()))
    found = _look(exports, settings, reference, outcomes)
    if writes_mappings and found.mappable:
        written = write_mappings(exports, found, settings, outcomes, language or found.language)
        if written:
            found = replace(_look(exports, settings, reference, outcomes), mappings=written)
    return replace(found, seconds=time.monotonic() - started)


def _look(
    exports: Path,
    settings: Settings,
    reference: Mapping[str, Iterable[Row]],
    outcomes: Mapping[str, str],
) -> Inspection:
    with tempfile.TemporaryDirectory(prefix="prospection-inspect-") as scratch:
        paths = Paths(Path(scratch))
        report = land(exports, paths, settings, outcomes=outcomes)
        today = datetime.now(ZoneInfo(settings.reporting.timezone)).date()
        write_settings(settings, paths, today, with_clocks=False)
        with connect(paths.landing / "inspection", MEMORY_LIMIT, MOST_THREADS) as connection:
            return _found(exports, settings, report, reference, paths, connection)


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
    outcomes = outcome_meanings(reference.get("activity_outcomes", ()))
    store = Store(paths.landing)
    of_source = _formats(report, exports, paths, store)
    files = tuple(
        file_finding(source.source, file, of_source[source.source], formats)
        for source in report.sources
        for file in (
            *(file for load in (*source.loads, *source.held) for file in load.files),
            *source.left_out,
        )
    )
    tables = list(_tables(files, of_source, store, connection))
    declared = {name: _declared(settings, name) for name in of_source}
    commas = _comma_columns(paths)
    relations = {name: rows.relation(name) for name in entities if name in rows}
    return Inspection(
        exports=str(exports),
        language="fr" if settings.reporting.language == "fr" else "en",
        currency=settings.reporting.currency,
        seconds=0.0,
        files=files,
        formats={name: each.name for name, each in of_source.items()},
        titles={name: each.title for name, each in of_source.items()},
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
        unread=tuple(unread_cells(rows, connection)),
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
            catalogue(),
            relations,
            {(each.format, each.table) for each in files if each.table is not None},
            formats,
            outcomes,
            bool(reference.get("target_criteria")),
            connection,
        ),
    )


def _formats(report: LandingReport, exports: Path, paths: Paths, store: Store) -> dict[str, Format]:
    """Return the format of each source, as its mapping says; of no landed load it is generic."""
    names = {source.source: GENERIC for source in report.sources} | store.formats()
    files = MappingFiles.read(exports, paths.state / MAPPINGS, names)
    mappings = files.compare(names, store.formats_with_rows(), {})
    return {
        source.source: mappings.format_of(source.source, names[source.source])
        for source in report.sources
    }


def _declared(settings: Settings, name: str) -> Source:
    """Return what is declared of a source, or of the folder that it is a part of."""
    try:
        return settings.source(name)
    except KeyError:
        folder = settings.source(name.rpartition(".")[0])
        return replace(folder, name=name, refers_to=())


def _tables(
    files: Iterable[FileFinding],
    of_source: Mapping[str, Format],
    store: Store,
    connection: duckdb.DuckDBPyConnection,
) -> Iterator[TableFiles]:
    """Yield the tables of each source that have landed rows."""
    headers: dict[tuple[str, str], dict[str, None]] = {}
    for each in files:
        if each.table is not None:
            table = of_source[each.source].entities[each.table]
            shown = headers.setdefault((each.source, each.table), {})
            shown.update(dict.fromkeys(_shown_headers(each.report, table)))
    relations: dict[tuple[str, str], list[str]] = {}
    for landed in store.all_loads():
        export_format = of_source[landed.load.source]
        paths = {name: store.entity_rows(landed.load, name) for name in export_format.landed_tables}
        there = {name: path for name, path in paths.items() if path.exists()}
        for name, relation in landed_relations(export_format, there, connection).items():
            relations.setdefault((landed.load.source, name), []).append(relation)
    for (source, name), shown in headers.items():
        yield TableFiles(
            source=source,
            export_format=of_source[source],
            table=of_source[source].entities[name],
            relations=relations.get((source, name), ()),
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
