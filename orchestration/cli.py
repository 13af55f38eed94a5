"""The command `prospection`.

What belongs here: arguments, and which exit code an error leads to. What does not: any work.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from orchestration.demo.plants import PLANTS
from orchestration.demo.tools import LANGUAGES as LABEL_LANGUAGES
from orchestration.demo.tools import TOOLS as DEMO_TOOLS
from orchestration.environment import (
    POSTGRES_VARIABLE,
    Environment,
    read_environment,
    read_mirror_target,
)
from orchestration.errors import EXIT_CODES, ConfigurationError, ProspectionError
from orchestration.formats.descriptions import GENERIC
from orchestration.settings.engine import ENGINES

_CODES = "\n".join(f"  {code}  {meaning}" for code, meaning in EXIT_CODES.items())
_EPILOG = f"""\
exit codes (what to do about each: docs/operations.md):
{_CODES}

PROSPECTION_EXPORTS and PROSPECTION_DATA stand in for --exports and --data;
PROSPECTION_REFRESH_AT (06:00) is when `prospection dagster` refreshes on its own;
PROSPECTION_MEMORY_LIMIT (2GB, say) is the memory that DuckDB may take;
PROSPECTION_POSTGRES names a database that gets a copy of each version (docs/postgres.md).
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    options = _parser().parse_args(arguments)
    try:
        environment = read_environment(
            os.environ,
            getattr(options, "exports", None),
            getattr(options, "data", None),
            getattr(options, "engine", None),
        )
        if hasattr(options, "data"):
            _open_folder(options, environment)
        code: int = options.run(options, environment)
    except ProspectionError as error:
        print(f"prospection: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("\ninterrupted: the published version is unchanged", file=sys.stderr)
        return 1
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="prospection",
        description="From CRM and outreach exports to trusted prospecting KPIs.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    data = argparse.ArgumentParser(add_help=False)
    data.add_argument("--data", type=Path, metavar="DIR", help="the data folder (default: data)")
    both = argparse.ArgumentParser(add_help=False, parents=[data])
    both.add_argument(
        "--exports", type=Path, metavar="DIR", help="the folder of exports (default: exports)"
    )
    loading = argparse.ArgumentParser(add_help=False)
    loading.add_argument(
        "--loaded-at",
        type=_moment,
        metavar="T",
        help="time of the load, e.g. 2026-10-31T18:00 (default: the files' newest change)",
    )
    loading.add_argument(
        "--source",
        action="append",
        default=[],
        metavar="NAME",
        help="land only the new files of this source, e.g. to back-fill it (may be repeated)",
    )
    building = argparse.ArgumentParser(add_help=False)
    building.add_argument(
        "--full-refresh",
        action="store_true",
        help="rebuild the private warehouse from scratch, also when nothing is new; landing is "
        "never deleted",
    )
    building.add_argument(
        "--engine",
        choices=ENGINES,
        help="where the models run (default: what sources.yml says, else duckdb)",
    )

    run = commands.add_parser(
        "run", parents=[both, loading, building], help="the whole refresh, from load to publish"
    )
    run.set_defaults(run=_run, stages=None)
    for name, parents, text in (
        ("load", [both, loading], "land the exports that are new"),
        ("build", [both, building], "build the private warehouse and test it"),
        ("validate", [both], "check whether the marts may be published"),
        ("publish", [both], "publish the validated marts"),
    ):
        stage = commands.add_parser(name, parents=parents, help=f"one stage: {text}")
        stage.set_defaults(run=_run, stages=(name,))
        if name == "load":
            stage.add_argument(
                "--strict",
                action="store_true",
                help="end with exit code 5 when a file was refused or left out",
            )

    inspect = commands.add_parser(
        "inspect",
        help="what a folder of exports holds and supplies, in seconds; nothing is built or kept",
        description="What the files of a folder are, what becomes of each column, what somebody "
        "has to decide, and which KPIs all of it supplies. Nothing is built or kept. Ends with "
        "exit code 5 when something is to be decided.",
    )
    inspect.add_argument(
        "exports", nargs="?", type=Path, metavar="DIR", help="the folder (default: exports)"
    )
    inspect.add_argument(
        "--all", action="store_true", help="every file, column, stage, reference and KPI"
    )
    inspect.add_argument(
        "--write-mapping",
        action="store_true",
        help="write a mapping to start from beside the exports, for tables that nobody recognised",
    )
    inspect.add_argument("--json", action="store_true", help="as JSON, for programs")
    inspect.add_argument(
        "--language", choices=("en", "fr"), help="of the text (default: that of sources.yml)"
    )
    inspect.set_defaults(run=_inspect)

    status = commands.add_parser(
        "status",
        parents=[data],
        help="published versions, the last refresh, the state of the gates",
    )
    status.set_defaults(run=_status)
    rollback = commands.add_parser(
        "rollback", parents=[data], help="switch readers back to an older version"
    )
    rollback.add_argument(
        "version", nargs="?", help="its name (default: the one before the current one)"
    )
    rollback.set_defaults(run=_rollback)

    copy = commands.add_parser(
        "mirror",
        parents=[data],
        help="copy the version that readers see into PostgreSQL (see PROSPECTION_POSTGRES)",
    )
    copy.add_argument(
        "--anew", action="store_true", help="write every table whole, also unchanged ones"
    )
    copy.set_defaults(run=_mirror)

    held = commands.add_parser(
        "held", parents=[data], help="batches held back by gate 1: list, release or drop them"
    )
    held.add_argument("action", choices=("list", "release", "drop"), help="what to do")
    held.add_argument("load", nargs="?", help="the id of the load (for release and drop)")
    held.set_defaults(run=_held)

    storage = commands.add_parser(
        "storage",
        parents=[both],
        help="the storage that Spark reads: copy there what is new of what is landed",
    )
    storage.add_argument("action", choices=("push",), help="what to do")
    storage.set_defaults(run=_storage)

    report = commands.add_parser(
        "report", parents=[data], help="the overview of a period as a single HTML file, and as PDF"
    )
    report.add_argument(
        "--period",
        metavar="P",
        help="2026, 2026-Q3, 2026-09 or 2026-09-H2 (default: the last complete month)",
    )
    report.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        help="the file to write (default: prospection-<period>.html)",
    )
    report.set_defaults(run=_report)

    export = commands.add_parser(
        "export",
        parents=[data],
        help="the published KPIs as a workbook, or as CSV files",
        description="Headline figures, KPIs by month with their units and marks, a sheet for a "
        "pivot table, one sheet per subject mart, and the definitions. No cell is a formula.",
    )
    export.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        help="the .xlsx file, with --csv the folder (default: prospection-<as of>)",
    )
    export.add_argument("--csv", action="store_true", help="a folder of CSV files instead")
    export.add_argument(
        "--months",
        type=_months,
        default=25,
        metavar="N",
        help="how many months back the KPIs reach (default: 25: two years and this month)",
    )
    export.add_argument(
        "--language", choices=("en", "fr"), help="of the sheets (default: that of sources.yml)"
    )
    export.set_defaults(run=_export)

    explain = commands.add_parser(
        "explain",
        parents=[data],
        help="what a published number is made of, down to file and row of the exports",
        description="Value, terms and records of a KPI. Ids, files and what customers wrote are "
        "read from the private warehouse: this is for whoever may read the exports.",
    )
    explain.add_argument("kpi", metavar="KPI", help="its id, such as response_rate")
    explain.add_argument(
        "--period",
        metavar="P",
        help="2026, 2026-Q3, 2026-09 or 2026-09-H2 (default: the last complete, mature month)",
    )
    explain.add_argument("--dimension", metavar="D=V", help="such as rep=R01 (default: all)")
    explain.add_argument("--statistic", metavar="S", help="such as median (default: the first)")
    explain.add_argument(
        "--limit", type=int, default=20, metavar="N", help="records shown at most (default: 20)"
    )
    explain.add_argument("--csv", action="store_true", help="all the records, as CSV")
    explain.add_argument(
        "--language", choices=("en", "fr"), help="of the text (default: that of sources.yml)"
    )
    explain.set_defaults(run=_explain)

    assistant = commands.add_parser(
        "assistant",
        parents=[data],
        help="a server on the standard input and output for assistants that speak MCP",
        description="Questions about the published KPIs over the Model Context Protocol: list, "
        "value, compare, explain, funnel, signals, how far to trust. Aggregates only, no SQL.",
    )
    assistant.set_defaults(run=_assistant)

    keep = commands.add_parser(
        "backup", parents=[data], help="write everything that cannot be rebuilt into one file"
    )
    keep.add_argument("file", type=Path, help="the tar file to write")
    keep.set_defaults(run=_backup)
    put_back = commands.add_parser("restore", parents=[data], help="restore a backup")
    put_back.add_argument("file", type=Path, help="the tar file that `backup` wrote")
    put_back.add_argument(
        "--replace", action="store_true", help="discard what is already landed there"
    )
    put_back.set_defaults(run=_restore)

    demo = commands.add_parser("demo", help="write the exports of an invented company")
    demo.add_argument("--out", type=Path, required=True, metavar="DIR", help="the folder to write")
    demo.add_argument("--scale", type=float, default=1.0, help="size of the company (default: 1)")
    demo.add_argument("--seed", type=int, default=1, help="which company (default: 1)")
    demo.add_argument(
        "--compress",
        action="store_true",
        help="write the files that grow with the scale as .csv.gz",
    )
    demo.add_argument(
        "--format",
        default=GENERIC,
        choices=[GENERIC, *DEMO_TOOLS],
        help="write it as this tool exports it, without what the tool cannot carry",
    )
    demo.add_argument(
        "--labels",
        default="en",
        choices=LABEL_LANGUAGES,
        help="language of the tool's labels (default: en)",
    )
    demo.add_argument(
        "--without",
        action="append",
        default=[],
        choices=list(PLANTS),
        metavar="PLANT",
        help="leave out one of the planted findings (may be repeated): " + ", ".join(PLANTS),
    )
    demo.set_defaults(run=_demo)

    dagster = commands.add_parser(
        "dagster", parents=[both], help="the scheduler and its web pages, on 127.0.0.1"
    )
    dagster.add_argument(
        "--port", type=int, default=3000, help="port of the web pages (default: 3000)"
    )
    dagster.set_defaults(run=_dagster)

    dbt = commands.add_parser(
        "dbt", parents=[data], help="dbt on this project, from any folder: `prospection dbt build`"
    )
    dbt.add_argument("arguments", nargs=argparse.REMAINDER, metavar="…", help="as dbt knows them")
    dbt.set_defaults(run=_dbt)
    return parser


def _open_folder(options: argparse.Namespace, environment: Environment) -> None:
    """Look at the form of the data folder; a refresh brings it up once it knows its settings."""
    from orchestration.forms.migrations import bring_up
    from orchestration.forms.stamp import read_form

    if options.run is _run:
        read_form(environment.paths)
    else:
        bring_up(environment.paths, lambda line: print(line, file=sys.stderr))


def _months(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 1200:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of months: write 1 or more")
    return int(text)


def _moment(text: str) -> str:
    try:
        return datetime.fromisoformat(text).isoformat()
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a time: write it like 2026-10-31T18:00"
        ) from None


def _run(options: argparse.Namespace, environment: Environment) -> int:
    from orchestration.dagster.running import run_refresh

    return run_refresh(
        environment,
        stages=options.stages,
        full_refresh=getattr(options, "full_refresh", False),
        loaded_at=getattr(options, "loaded_at", None),
        sources=getattr(options, "source", ()),
        is_strict=getattr(options, "strict", False),
    )


def _inspect(options: argparse.Namespace, environment: Environment) -> int:
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


def _status(_: argparse.Namespace, environment: Environment) -> int:
    from orchestration.refresh.status import describe_status

    print(describe_status(environment.paths))
    return 0


def _rollback(options: argparse.Namespace, environment: Environment) -> int:
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


def _mirror(options: argparse.Namespace, environment: Environment) -> int:
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


def _held(options: argparse.Namespace, environment: Environment) -> int:
    from orchestration.lock import refresh_lock
    from orchestration.validation.held import describe_held, drop, release

    if options.action == "list":
        print(describe_held(environment.paths))
        return 0
    if options.load is None:
        raise ConfigurationError(f"name the batch: prospection held {options.action} LOAD")
    decide = release if options.action == "release" else drop
    with refresh_lock(environment.paths):
        batch = decide(environment.paths, options.load)
    what = "builds it" if batch.decision == "released" else "leaves it out"
    print(f"{batch.load_id} is {batch.decision}: the next refresh {what}")
    return 0


def _storage(_: argparse.Namespace, environment: Environment) -> int:
    from orchestration.engines.storage import Storage
    from orchestration.lock import refresh_lock
    from orchestration.settings.declared import read_engine

    engine = read_engine(environment.exports, environment.engine)
    with refresh_lock(environment.paths):
        count = Storage(engine).push(environment.paths)
    print(f"{count} new files copied to {engine.storage}")
    return 0


def _report(options: argparse.Namespace, environment: Environment) -> int:
    from orchestration.refresh.reporting import write_report

    for file in write_report(environment.paths, options.period, options.out, print):
        print(f"written: {file}")
    return 0


def _export(options: argparse.Namespace, environment: Environment) -> int:
    from orchestration.spreadsheet.exporting import export

    written = export(
        environment.paths, options.out, options.csv, options.months, options.language, print
    )
    print(f"written: {written}")
    return 0


def _explain(options: argparse.Namespace, environment: Environment) -> int:
    from orchestration.explanation.explaining import explain
    from orchestration.explanation.rows import find_places, reason_not_to_look
    from orchestration.explanation.text import explanation_csv, explanation_text, record_of
    from orchestration.spreadsheet.sheets import language_of

    limit = None if options.csv else options.limit
    told = explain(
        environment.paths, options.kpi, options.period, options.dimension, options.statistic, limit
    )
    reason = reason_not_to_look(environment.paths, told.version)
    places = {} if reason else find_places(environment.paths, map(record_of, told.members))
    if options.csv:
        print(explanation_csv(told, places), end="")
    else:
        language = options.language or language_of(told.version)
        print(explanation_text(told, places, language, reason))
    return 0


def _assistant(_: argparse.Namespace, environment: Environment) -> int:
    from orchestration.assistant.server import serve

    serve(environment.paths)
    return 0


def _backup(options: argparse.Namespace, environment: Environment) -> int:
    from orchestration.backup import backup
    from orchestration.lock import refresh_lock

    if not environment.paths.landing.is_dir():
        raise ConfigurationError(f"nothing is landed in {environment.paths.data}")
    with refresh_lock(environment.paths):
        count = backup(environment.paths, options.file)
    print(f"{count} files in {options.file}")
    return 0


def _restore(options: argparse.Namespace, environment: Environment) -> int:
    from orchestration.backup import restore
    from orchestration.forms.migrations import bring_up
    from orchestration.lock import refresh_lock

    if not options.file.is_file():
        raise ConfigurationError(f"there is no file {options.file}")
    with refresh_lock(environment.paths):
        count = restore(environment.paths, options.file, options.replace)
        bring_up(environment.paths, print)
    print(f"{count} files restored: the next refresh builds the warehouse from them")
    return 0


def _demo(options: argparse.Namespace, _: Environment) -> int:
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


def _dagster(options: argparse.Namespace, environment: Environment) -> int:
    from orchestration.dagster.service import serve

    serve(environment, options.port)


def _dbt(options: argparse.Namespace, environment: Environment) -> int:
    from orchestration.warehouse.dbt_process import run_by_hand

    return run_by_hand(options.arguments, environment)


if __name__ == "__main__":
    sys.exit(main())
