"""The command `prospection`.

What belongs here: arguments, and which exit code an error leads to. What does not: what a command
does (see `commands.py`).
"""

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path

from orchestration import commands
from orchestration.demo.plants import PLANTS
from orchestration.demo.tools import LANGUAGES as LABEL_LANGUAGES
from orchestration.demo.tools import TOOLS as DEMO_TOOLS
from orchestration.environment import Environment, read_environment
from orchestration.errors import EXIT_CODES, ProspectionError, refused_by_system
from orchestration.formats.descriptions import GENERIC
from orchestration.modes import private_files
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


_FOR_OTHERS = {commands.report, commands.export, commands.demo, commands.inspect}
"""What writes files where somebody wants to have them: their modes are those of the shell."""


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
        with nullcontext() if options.run in _FOR_OTHERS else private_files():
            if hasattr(options, "data"):
                _open_folder(options, environment)
            code: int = options.run(options, environment)
    except ProspectionError as error:
        print(f"prospection: {error}", file=sys.stderr)
        return error.exit_code
    except Exception as error:
        told = refused_by_system(error)
        if told is None:
            raise
        print(f"prospection: {told}", file=sys.stderr)
        return 1
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
    verbs = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

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

    run = verbs.add_parser(
        "run", parents=[both, loading, building], help="the whole refresh, from load to publish"
    )
    run.set_defaults(run=commands.run, stages=None)
    for name, parents, text in (
        ("load", [both, loading], "land the exports that are new"),
        ("build", [both, building], "build the private warehouse and test it"),
        ("validate", [both], "check whether the marts may be published"),
        ("publish", [both], "publish the validated marts"),
    ):
        stage = verbs.add_parser(name, parents=parents, help=f"one stage: {text}")
        stage.set_defaults(run=commands.run, stages=(name,))
        if name == "load":
            stage.add_argument(
                "--strict",
                action="store_true",
                help="end with exit code 5 when a file was refused or left out",
            )

    inspect = verbs.add_parser(
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
    inspect.set_defaults(run=commands.inspect)

    status = verbs.add_parser(
        "status",
        parents=[data],
        help="published versions, the last refresh, the state of the gates",
    )
    status.set_defaults(run=commands.status)
    rollback = verbs.add_parser(
        "rollback", parents=[data], help="switch readers back to an older version"
    )
    rollback.add_argument(
        "version", nargs="?", help="its name (default: the one before the current one)"
    )
    rollback.set_defaults(run=commands.rollback)

    copy = verbs.add_parser(
        "mirror",
        parents=[data],
        help="copy the version that readers see into PostgreSQL (see PROSPECTION_POSTGRES)",
    )
    copy.add_argument(
        "--anew", action="store_true", help="write every table whole, also unchanged ones"
    )
    copy.set_defaults(run=commands.mirror)

    held = verbs.add_parser(
        "held",
        parents=[data],
        help="batches and a version that the gates hold back: list, release or drop them",
    )
    held.add_argument("action", choices=("list", "release", "drop"), help="what to do")
    held.add_argument("load", nargs="?", help="the load or the version (for release and drop)")
    held.set_defaults(run=commands.held)

    storage = verbs.add_parser(
        "storage",
        parents=[both],
        help="the storage that Spark reads: copy there what is new of what is landed",
    )
    storage.add_argument("action", choices=("push",), help="what to do")
    storage.set_defaults(run=commands.storage)

    report = verbs.add_parser(
        "report",
        parents=[data],
        help="the report of a period as a single HTML file, and as PDF",
        description="What moved, key figures, targets, funnel, campaigns, team, pipeline and "
        "forecast, data quality: one file, and a PDF where a browser is installed.",
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
    report.add_argument(
        "--rep",
        metavar="ID",
        help="the own page of this rep, by id or pseudonym, without anybody else's figures",
    )
    report.set_defaults(run=commands.report)

    export = verbs.add_parser(
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
    export.set_defaults(run=commands.export)

    explain = verbs.add_parser(
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
    explain.set_defaults(run=commands.explain)

    assistant = verbs.add_parser(
        "assistant",
        parents=[data],
        help="a server on the standard input and output for assistants that speak MCP",
        description="Questions about the published KPIs over the Model Context Protocol: list, "
        "value, compare, explain, funnel, signals, how far to trust. No SQL, and aggregates only "
        "unless --records allows the ids of records.",
    )
    assistant.add_argument(
        "--records",
        action="store_true",
        help="also tell which records a value counts, by the ids that are published (see "
        "publish_crm_ids): no file, no row, nothing that a customer wrote",
    )
    assistant.set_defaults(run=commands.assistant)

    whom = argparse.ArgumentParser(add_help=False)
    whom.add_argument(
        "--email", action="append", default=[], metavar="E", help="an e-mail address of theirs"
    )
    whom.add_argument(
        "--id",
        action="append",
        default=[],
        metavar="SOURCE:ID",
        help="the id of a record of theirs, such as crm:P0000042",
    )
    whom.add_argument(
        "--profile", action="append", default=[], metavar="URL", help="their LinkedIn profile"
    )
    forget = verbs.add_parser(
        "forget",
        parents=[both, whom],
        help="erase somebody from all that is held, and publish without them",
        description="Names, addresses and what they wrote become keyed fingerprints wherever data "
        "lie; KPI values stay. All their records are found, in every source. The exports are not "
        "changed: files that name them are listed, and what is landed again is landed erased.",
    )
    forget.add_argument(
        "--past-retention",
        action="store_true",
        help="everybody whose last contact lies too far back (kpi.kpi_retention_due)",
    )
    forget.set_defaults(run=commands.forget)
    person = verbs.add_parser(
        "person",
        parents=[both, whom],
        help="everything that is held about somebody, with file and row",
    )
    person.set_defaults(run=commands.person, past_retention=False)

    rotate = verbs.add_parser(
        "rotate-key",
        parents=[both],
        help="give everybody another pseudonym: publish anew, remove key and versions of before",
    )
    rotate.set_defaults(run=commands.rotate_key)

    keep = verbs.add_parser(
        "backup", parents=[data], help="write everything that cannot be rebuilt into one file"
    )
    keep.add_argument("file", type=Path, help="the tar file to write")
    keep.set_defaults(run=commands.backup)
    put_back = verbs.add_parser("restore", parents=[data], help="restore a backup")
    put_back.add_argument("file", type=Path, help="the tar file that `backup` wrote")
    put_back.add_argument(
        "--replace", action="store_true", help="discard what is already landed there"
    )
    put_back.set_defaults(run=commands.restore)

    demo = verbs.add_parser("demo", help="write the exports of an invented company")
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
    demo.set_defaults(run=commands.demo)

    dagster = verbs.add_parser(
        "dagster", parents=[both], help="the scheduler and its web pages, on 127.0.0.1"
    )
    dagster.add_argument(
        "--port", type=int, default=3000, help="port of the web pages (default: 3000)"
    )
    dagster.set_defaults(run=commands.dagster)

    dbt = verbs.add_parser(
        "dbt", parents=[data], help="dbt on this project, from any folder: `prospection dbt build`"
    )
    dbt.add_argument("arguments", nargs=argparse.REMAINDER, metavar="…", help="as dbt knows them")
    dbt.set_defaults(run=commands.dbt)
    return parser


def _open_folder(options: argparse.Namespace, environment: Environment) -> None:
    """Look at the form of the data folder; a refresh brings it up once it knows its settings."""
    from orchestration.forms.migrations import bring_up
    from orchestration.forms.stamp import read_form

    if options.run is commands.run:
        read_form(environment.paths)
    else:
        from orchestration.publication.versions import find_current

        bring_up(environment.paths, _say)
        find_current(environment.paths, _say)


def _say(line: str) -> None:
    print(line, file=sys.stderr)


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


if __name__ == "__main__":
    sys.exit(main())
