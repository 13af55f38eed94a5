"""What each command of `prospection` does, and the exit code it ends with when nothing is wrong.

What belongs here: a function per command, which calls whoever does the work and prints what came of
it; what it needs is imported in it, so that no command waits for what others need. What does not:
arguments (see `cli.py`), and the work.
"""

import argparse
import os

from orchestration.counts import Count
from orchestration.demo.plants import PLANTS
from orchestration.environment import POSTGRES_VARIABLE, Environment, read_mirror_target
from orchestration.errors import ConfigurationError
from orchestration.formats.descriptions import GENERIC


def run(options: argparse.Namespace, environment: Environment) -> int:
    """Run the refresh, or some of its stages."""
    from orchestration.dagster.running import run_refresh

    return run_refresh(
        environment,
        stages=options.stages,
        full_refresh=getattr(options, "full_refresh", False),
        loaded_at=getattr(options, "loaded_at", None),
        sources=getattr(options, "source", ()),
        is_strict=getattr(options, "strict", False),
    )


def inspect(options: argparse.Namespace, environment: Environment) -> int:
    """Say what a folder of exports holds; nothing is built or kept."""
    import json
    from dataclasses import asdict

    from orchestration.inspection.decisions import needs_somebody
    from orchestration.inspection.looking import inspect
    from orchestration.inspection.text import inspection_text

    found = inspect(environment.exports, options.write_mapping, options.language)
    if options.json:
        print(json.dumps(asdict(found), ensure_ascii=False, indent=1, default=str))
    else:
        print(inspection_text(found, options.language or found.language, options.all))
    return 5 if needs_somebody(found) else 0


def status(_: argparse.Namespace, environment: Environment) -> int:
    """Say which versions are published, and how the last refresh ended."""
    from orchestration.refresh.status import describe_status

    print(describe_status(environment.paths))
    return 0


def rollback(options: argparse.Namespace, environment: Environment) -> int:
    """Let readers see an older version again."""
    from orchestration.lock import refresh_lock
    from orchestration.publication.versions import rollback

    if not environment.paths.published.is_dir():
        raise ConfigurationError(f"nothing is published in {environment.paths.data}")
    with refresh_lock(environment.paths):
        version = rollback(environment.paths, options.version)
    print(f"readers now see version {version}, until the next refresh publishes a new one")
    if read_mirror_target(os.environ) is not None:
        print("the copy in PostgreSQL is as it was: `prospection mirror` brings it there, too")
    return 0


def mirror(options: argparse.Namespace, environment: Environment) -> int:
    """Copy the version that readers see into PostgreSQL."""
    from orchestration.lock import refresh_lock
    from orchestration.mirror.mirroring import mirror

    target = read_mirror_target(os.environ)
    if target is None:
        raise ConfigurationError(
            f"{POSTGRES_VARIABLE} names no database: set it to postgresql://user@host:5432/name"
        )
    with refresh_lock(environment.paths):
        state = mirror(environment.paths, target, print, environment.memory_limit, options.anew)
    for line in state.left_out:
        print(f"  {line}")
    return 0


def held(options: argparse.Namespace, environment: Environment) -> int:
    """List, release or drop what the gates hold back: batches, and a version."""
    from orchestration.lock import refresh_lock
    from orchestration.validation.held import describe_held, drop, release
    from orchestration.validation.held_versions import (
        describe_held_versions,
        drop_version,
        has_version,
        release_version,
    )

    paths = environment.paths
    if options.action == "list":
        versions = describe_held_versions(paths)
        print("\n".join([*versions, *([""] if versions else []), describe_held(paths)]))
        return 0
    if options.load is None:
        raise ConfigurationError(f"name the batch: prospection held {options.action} LOAD")
    is_release = options.action == "release"
    with refresh_lock(paths):
        if has_version(paths, options.load):
            version = (release_version if is_release else drop_version)(paths, options.load)
            left_out = ", ".join(version.loads) or "nothing, no load has come in"
            what = "publishes it" if is_release else f"leaves out {left_out}"
            print(f"version {version.version_id} is {version.decision}: the next refresh {what}")
            return 0
        batch = (release if is_release else drop)(paths, options.load)
    what = "builds it" if batch.decision == "released" else "leaves it out"
    print(f"{batch.load_id} is {batch.decision}: the next refresh {what}")
    return 0


def storage(_: argparse.Namespace, environment: Environment) -> int:
    """Copy what is new of what is landed to the storage that Spark reads."""
    from orchestration.engines.storage import Storage
    from orchestration.lock import refresh_lock
    from orchestration.settings.declared import read_engine

    engine = read_engine(environment.exports, environment.engine)
    with refresh_lock(environment.paths):
        count = Storage(engine).push(environment.paths)
    print(f"{count} new files copied to {engine.storage}")
    return 0


def report(options: argparse.Namespace, environment: Environment) -> int:
    """Write the report of a period."""
    from orchestration.refresh.reporting import write_report

    for file in write_report(environment.paths, options.period, options.out, print, options.rep):
        print(f"written: {file}")
    return 0


def export(options: argparse.Namespace, environment: Environment) -> int:
    """Write the published KPIs as a workbook or as CSV files."""
    from orchestration.spreadsheet.exporting import export

    written = export(
        environment.paths, options.out, options.csv, options.months, options.language, print
    )
    print(f"written: {written}")
    return 0


def explain(options: argparse.Namespace, environment: Environment) -> int:
    """Say what a published number is made of."""
    from orchestration.explanation.explaining import explain
    from orchestration.explanation.rows import find_places, reason_not_to_look
    from orchestration.explanation.text import explanation_csv, explanation_text, record_of
    from orchestration.publication.versions import current_version
    from orchestration.spreadsheet.sheets import language_of

    limit = None if options.csv else options.limit
    version = current_version(environment.paths)
    told = explain(
        version, options.kpi, options.period, options.dimension, options.statistic, limit
    )
    reason = reason_not_to_look(environment.paths, told.version)
    places = (
        {} if reason else find_places(environment.paths, told.version, map(record_of, told.members))
    )
    if options.csv:
        print(explanation_csv(told, places), end="")
    else:
        language = options.language or language_of(told.version)
        print(explanation_text(told, places, language, reason))
    return 0


def assistant(options: argparse.Namespace, environment: Environment) -> int:
    """Serve assistants on the standard input and output."""
    from orchestration.assistant.server import serve

    serve(environment.paths, tells_records=options.records)
    return 0


def forget(options: argparse.Namespace, environment: Environment) -> int:
    """Erase somebody from all that is held, and build and publish without them."""
    from orchestration.dagster.running import run_refresh
    from orchestration.erasure.asking import wanted_by
    from orchestration.erasure.forgetting import forget
    from orchestration.erasure.text import lines_on_erased
    from orchestration.lock import refresh_lock
    from orchestration.settings.declared import read_settings

    paths = environment.paths
    settings = read_settings(environment.exports)
    countries = settings.phone_countries
    with refresh_lock(paths):
        wanted = wanted_by(paths, options)
        erased = forget(
            paths, wanted, "retention" if options.past_retention else "command", countries, print
        )
    for line in lines_on_erased(erased, environment.exports, settings.reporting.language):
        print(line)
    return run_refresh(environment) if erased.files else 0


def person(options: argparse.Namespace, environment: Environment) -> int:
    """Print everything that is held about somebody."""
    from orchestration.erasure.asking import wanted_by
    from orchestration.erasure.holding import rows_held
    from orchestration.erasure.text import lines_on_held
    from orchestration.settings.declared import read_settings

    paths = environment.paths
    settings = read_settings(environment.exports)
    people, rows = rows_held(paths, wanted_by(paths, options), settings.phone_countries)
    print("\n".join(lines_on_held(rows, people, settings.reporting.language)))
    return 0


def rotate_key(_: argparse.Namespace, environment: Environment) -> int:
    """Give everybody another pseudonym: publish with another secret, and remove the old one."""
    from orchestration.dagster.running import run_refresh
    from orchestration.lock import refresh_lock
    from orchestration.publication.rotation import begin_rotation, is_rotating

    paths = environment.paths
    if not paths.published.is_dir():
        raise ConfigurationError(f"nothing is published in {paths.data}: there are no pseudonyms")
    with refresh_lock(paths):
        begin_rotation(paths)
    code = run_refresh(environment)
    if is_rotating(paths):
        print("the pseudonyms are still the old ones: the next version has new ones")
    else:
        print("everybody has another pseudonym; the old key and the versions of before are gone")
    return code


def backup(options: argparse.Namespace, environment: Environment) -> int:
    """Write everything that cannot be rebuilt into one file."""
    from orchestration.backup import backup
    from orchestration.lock import refresh_lock

    if not environment.paths.landing.is_dir():
        raise ConfigurationError(f"nothing is landed in {environment.paths.data}")
    with refresh_lock(environment.paths):
        count = backup(environment.paths, options.file)
    print(f"{Count(count, 'en'):file|files} in {options.file}")
    return 0


def restore(options: argparse.Namespace, environment: Environment) -> int:
    """Put a backup back."""
    from orchestration.backup import restore
    from orchestration.forms.migrations import bring_up
    from orchestration.lock import refresh_lock

    if not options.file.is_file():
        raise ConfigurationError(f"there is no file {options.file}")
    with refresh_lock(environment.paths):
        count = restore(environment.paths, options.file, options.replace)
        bring_up(environment.paths, print)
    print(
        f"{Count(count, 'en'):file|files} restored: the next refresh builds the warehouse from them"
    )
    return 0


def demo(options: argparse.Namespace, _: Environment) -> int:
    """Write the exports of an invented company."""
    from orchestration.demo.generate import generate
    from orchestration.demo.tool_files import generate_for_tool

    plants = [name for name in PLANTS if name not in options.without]
    out, scale, seed = options.out, options.scale, options.seed
    if options.format == GENERIC:
        made = generate(out, scale, seed, print, compress=options.compress, plants=plants)
        print(made.text())
        return 0
    if options.compress:
        raise ConfigurationError(f"--compress: {options.format} does not write compressed files")
    written = generate_for_tool(
        out, options.format, options.labels, scale, seed, print, plants=plants
    )
    print(written.text())
    return 0


def dagster(options: argparse.Namespace, environment: Environment) -> int:
    """Serve the scheduler and its web pages."""
    from orchestration.dagster.service import serve

    serve(environment, options.port)


def dbt(options: argparse.Namespace, environment: Environment) -> int:
    """Run dbt on this project."""
    from orchestration.warehouse.dbt_process import run_by_hand

    return run_by_hand(options.arguments, environment)
