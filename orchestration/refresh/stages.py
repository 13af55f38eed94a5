"""The four stages of a refresh: load, build, validate, publish.

What belongs here: the steps inside a stage. What does not: Dagster (see `orchestration/dagster`),
how to land, what is plausible and how to write a version (see `landing/`, `validation/`,
`publication/`).
"""

import shutil
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.environment import Environment
from orchestration.erasure.forgetting import finish_erasures, finish_published, landing_eraser
from orchestration.erasure.requests import carry_out_requests
from orchestration.erasure.text import lines_on_erased
from orchestration.errors import (
    BlockedByGateError,
    ConfigurationError,
    DamagedFileError,
    ProspectionError,
    first_line,
)
from orchestration.files import read_json, write_json
from orchestration.formats.descriptions import GENERIC, known_formats
from orchestration.kpis.own import read_own_kpis, write_own_kpis
from orchestration.landing.addresses import numbers_forgotten
from orchestration.landing.hashes import Hashes
from orchestration.landing.loading import SETTLED_SECONDS, land
from orchestration.landing.reference_tables import read_reference, write_reference
from orchestration.landing.report import LandingReport
from orchestration.landing.told_names import (
    read_told_names,
    teller,
    told_names,
    told_report,
    without_addresses,
)
from orchestration.landing.translated import stage_outcomes
from orchestration.modes import open_version
from orchestration.paths import Paths
from orchestration.publication.own_tables import RefreshFacts
from orchestration.publication.rotation import finish_rotation, is_rotating
from orchestration.publication.versions import (
    current_name,
    list_versions,
    read_manifest,
    remove_leftovers,
)
from orchestration.publication.writing import publish
from orchestration.refresh.closed_periods import compare, hold, restatements_file
from orchestration.refresh.inputs import note_published, unchanged_version
from orchestration.refresh.left_out import (
    lines_on_doubts,
    lines_on_left_out,
    lines_on_misspelt,
    lines_on_nothing,
    lines_on_sources,
)
from orchestration.refresh.rejected import rejected_files
from orchestration.refresh.reporting import NO_REPORT, write_snapshot
from orchestration.refresh.summary.wording import Language
from orchestration.refresh.unknown_stages import sources_of_unknown_stages
from orchestration.settings.declared import read_settings
from orchestration.settings.written import write_settings
from orchestration.validation.batches import BatchGate
from orchestration.validation.held import finish_decisions
from orchestration.validation.held_versions import (
    finish_version_decisions,
    forget_open,
    what_to_do,
)
from orchestration.validation.marts import validate_marts
from orchestration.validation.origins import keep_origins, read_noted
from orchestration.validation.page import write_page
from orchestration.validation.results import (
    GateResult,
    SuiteResult,
    note_published_as,
    require_validated,
    write_gate_result,
)
from orchestration.validation.thresholds import read_thresholds
from orchestration.warehouse.database import (
    complete_build_id,
    finished_inputs,
    open_beside_warehouse,
    open_read_only,
)
from orchestration.warehouse.dbt_project import Manifest, target_folder

Progress = Callable[[str], None]

DATA_DOCS = "data_docs"
"""Great Expectations' pages about the last look at the marts, below the folder of state."""


class NothingReadError(ConfigurationError):
    """Not a single row was landed, now or before: there is nothing to build."""


class BuildError(ProspectionError):
    """dbt could not build a model or run a test."""


@numbers_forgotten()
def load(
    environment: Environment,
    loaded_at: datetime | None,
    progress: Progress,
    run_id: str,
    only: Collection[str] = (),
) -> tuple[LandingReport, dict[str, SuiteResult]]:
    """Read what the company declares, and land every new load that gate 1 lets through.

    With `only`, new loads of these sources alone.

    Returns: what was landed, and what gate 1 found by load.

    Raises:
        NothingReadError: no row was landed, now or by an earlier load.

    """
    settings = read_settings(environment.exports)
    reference = read_reference(environment.exports)
    own_kpis = read_own_kpis(environment.exports)
    finish_decisions(environment.paths)
    finish_version_decisions(environment.paths)
    if finish_rotation(environment.paths):
        progress("the old key of the pseudonyms and the versions of before it are removed")
    finish_erasures(environment.paths, settings.phone_countries, progress)
    gate = BatchGate(environment.paths, read_thresholds(environment.exports), run_id)
    landing = partial(
        land,
        environment.exports,
        environment.paths,
        settings,
        gate=gate,
        settled_seconds=SETTLED_SECONDS,
        only=only,
        outcomes=stage_outcomes(
            reference.get("funnel_stages", ()), reference.get("stage_probabilities", ())
        ),
        memory_limit=environment.memory_limit,
    )
    countries = settings.phone_countries
    erase = landing_eraser(environment.paths, countries)
    report = landing(loaded_at, progress, erase=erase)
    erased = carry_out_requests(environment.paths, countries, progress)
    erase = landing_eraser(environment.paths, countries)
    if erased is not None and erase is not None:
        landing(erase=erase)  # makes anew what was made of the rows as they were
        report = report.named(erase.label, erase.text)
        language = settings.reporting.language
        for line in lines_on_erased(erased, environment.exports, language, erase.label):
            progress(line)
    told = told_names(report, environment.paths, settings.reporting.rep_names)
    report = told_report(report, told)
    today = datetime.now(ZoneInfo(settings.reporting.timezone)).date()
    write_settings(settings, environment.paths, today)
    write_reference(reference, environment.paths)
    write_own_kpis(own_kpis, environment.paths)
    Hashes.load(environment.paths).take(environment.paths.settings)
    language = settings.reporting.language
    if not report.has_rows:
        exports = str(environment.exports)
        generic = known_formats()[GENERIC]
        raise NothingReadError("\n".join(lines_on_nothing(report, exports, generic, language)))
    for line in [
        *lines_on_sources(report, language),
        *lines_on_misspelt(report, language),
        *lines_on_doubts(report, language),
    ]:
        progress(line)
    write_json(_held_back_file(environment.paths), lines_on_left_out(report, language))
    write_page(environment.paths)
    return report, gate.results


def held_back(paths: Paths) -> list[str]:
    """Return what of the exports is lacking from the last load, a line per source and reason."""
    lines: list[str] = read_json(_held_back_file(paths)) or []
    return lines


def _held_back_file(paths: Paths) -> Path:
    return paths.state / "held_back.json"


def prepare_target(paths: Paths) -> Path:
    """Return dbt's target folder, empty."""
    target = target_folder(paths)
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    return target


MOST_EXAMPLES = 3
"""Rows that are shown of what a data test found."""


def check_build(target: Path, warehouse: Path) -> None:
    """Do nothing when dbt has built every model and every data test has passed.

    Raises:
        BlockedByGateError: data tests failed; each is named, with the first rows that it found.
        BuildError: something else went wrong; what dbt said is in the message.

    """
    results = read_json(target / "run_results.json")
    if results is None:
        free = shutil.disk_usage(target).free
        why = "" if free > 1_000_000 else " (the disk is full)"
        raise BuildError(f"dbt ended without a result{why}: see {target / 'dbt.log'}")
    errors = list(_problems(results["results"], {"error"}))
    if errors:
        raise BuildError("\n".join(["dbt could not build:", *errors, f"see {target / 'dbt.log'}"]))
    failures = []
    for result in results["results"]:
        failures += [*_problems([result], {"fail"}), *_examples(result, warehouse)]
    if failures:
        raise BlockedByGateError("\n".join(["data tests failed:", *failures]))


def _problems(results: Iterable[Mapping[str, Any]], statuses: set[str]) -> Iterable[str]:
    for result in results:
        if result["status"] in statuses:
            kind, _, name = result["unique_id"].split(".")[:3]
            message = " ".join((result["message"] or "").split())
            yield f"  {kind} {name}: {message}"


def _examples(result: Mapping[str, Any], warehouse: Path) -> Iterable[str]:
    """Yield the first rows that a failed data test selects, without the addresses in them."""
    if result["status"] != "fail" or not result.get("compiled_code"):
        return
    with open_read_only(warehouse) as connection:
        try:
            found = connection.execute(
                f"select columns(*)::varchar from ({result['compiled_code']})"
            )
            names = [column[0] for column in found.description or ()]
            rows = found.fetchmany(MOST_EXAMPLES)
        except duckdb.Error:  # the test is told all the same
            return
    for row in rows:
        cells = zip(names, row, strict=True)
        yield "    " + ", ".join(
            f"{name} {without_addresses(value)}" for name, value in cells if value is not None
        )


def validate(environment: Environment, run_id: str) -> tuple[GateResult, list[str]]:
    """Look at the marts and keep what was found in `state/validations/`.

    Returns: what was found, and what people can do when the past is why it may not be published.
    """
    paths = environment.paths
    build_id = complete_build_id(paths)
    limits = read_thresholds(environment.exports).history
    headlines = list(read_reporting(paths).get("headline_kpis") or ())
    with open_beside_warehouse(paths, environment.memory_limit) as connection:
        restated = compare(connection, paths, build_id, limits, headlines)
        suites = validate_marts(connection, _published_rows(paths), paths.state / DATA_DOCS)
        result = GateResult(run_id, build_id, tuple(suites), current_name(paths), restated)
        held = hold(paths, connection, result)
    write_gate_result(paths, result)
    write_page(paths)
    return result, [*held.table, *what_to_do(held.version_id)] if held else []


def _published_rows(paths: Paths) -> dict[str, int]:
    current = current_name(paths)
    for version in list_versions(paths):
        if version.name == current:
            return {name: table["rows"] for name, table in version.manifest["tables"].items()}
    return {}


def publish_marts(
    paths: Paths,
    manifest: Manifest,
    run_id: str,
    started_at: datetime,
    memory_limit: str | None = None,
    progress: Progress = lambda _: None,
    publish_mode: str = "group",
) -> tuple[str, list[str]]:
    """Publish the validated marts; return the version's name and what was held back."""
    build_id, before = complete_build_id(paths), current_name(paths)
    require_validated(paths, build_id, before)
    settings = read_reporting(paths)
    lacking = [*held_back(paths), *_not_counted(paths, settings["language"])]
    as_of, newest = _clock(paths)
    facts = RefreshFacts(
        run_id=run_id,
        started_at=started_at,
        as_of=as_of,
        newest_events=newest,
        held_back=lacking,
        settings=settings,
    )
    publish_crm_ids = bool(settings.get("publish_crm_ids", True))
    version = publish(
        paths,
        manifest,
        facts,
        publish_crm_ids,
        memory_limit,
        restatements_file(paths),
        publish_mode,
    )
    note_published(paths, version, finished_inputs(paths))
    note_published_as(paths, version)
    kept = [each.name for each in list_versions(paths)]
    keep_origins(paths, version, read_noted(paths, build_id), kept)
    forget_open(paths)
    finish_published(paths, progress)
    return version, lacking


def unchanged(paths: Paths, inputs: str) -> str | None:
    """Return the version that readers see when `inputs` would make it again, else None.

    A build that was begun since and did not end is unfinished work: then nothing is unchanged, nor
    while another secret waits for a version whose pseudonyms are made with it.
    """
    if is_rotating(paths):
        return None
    return unchanged_version(paths, inputs) if finished_inputs(paths) == inputs else None


def keep_version(
    paths: Paths, name: str, progress: Progress, publish_mode: str = "group"
) -> list[str]:
    """Do what is due when nothing is new, and return what of the input the version lacks.

    That is: remove what a killed publication left, the versions of before an erasure among it, keep
    the report of a period that is complete, let those read that are to.
    """
    remove_leftovers(paths)
    finish_published(paths, progress)
    open_version(paths.published, publish_mode)
    try:
        write_snapshot(paths)
    except NO_REPORT as error:
        progress(f"the report could not be kept: {error}")
    progress(f"nothing is new: version {name} stays")
    manifest = read_manifest(paths.published / name) or {}
    still = held_back(paths)
    return [*still, *(line for line in manifest.get("held_back", ()) if line not in still)]


def _not_counted(paths: Paths, language: Language) -> Sequence[str]:
    with open_read_only(paths.warehouse) as connection:
        lines = [
            *rejected_files(connection, language),
            *sources_of_unknown_stages(connection, language),
        ]
    return list(map(teller(read_told_names(paths)), lines))


def read_reporting(paths: Paths) -> dict[str, Any]:
    """Return the reporting settings of the last load.

    Raises: DamagedFileError when their file cannot be read.
    """
    file = paths.settings / "reporting.parquet"
    try:
        rows: list[dict[str, Any]] = pq.read_table(file).to_pylist()
    except (OSError, pa.ArrowException) as error:
        remedy = "run `prospection load` again, which writes it anew"
        raise DamagedFileError(file, first_line(error), remedy) from error
    return rows[0] if rows else {}


def _clock(paths: Paths) -> tuple[date | None, dict[str, date]]:
    with open_read_only(paths.warehouse) as connection:
        row = connection.execute("select as_of from core.dim_clock").fetchone()
        query = "select 1 from duckdb_columns() where table_name = 'source_freshness'"
        newest: dict[str, date] = {}
        if connection.execute(query).fetchone():
            newest = dict(
                connection.execute(
                    """
                    select source, newest_event_on from meta.source_freshness
                    where newest_event_on is not null order by source
                    """
                ).fetchall()
            )
    return (row[0] if row else None), newest
