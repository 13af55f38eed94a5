"""Reports as files: what `prospection report` writes, and the snapshots that are kept.

What belongs here: finding the published version and the period that is meant, and where the file
goes. What does not: making the page (see `dashboard/report.py`).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb

from dashboard.building import Facts
from dashboard.report import (
    ReportPeriod,
    complete_period,
    last_day,
    period_name,
    print_pdf,
    report_html,
)
from orchestration.errors import ConfigurationError, ProspectionError
from orchestration.files import write_text
from orchestration.paths import Paths
from orchestration.publication.opening import open_published
from orchestration.publication.refused import refused_files
from orchestration.publication.rotation import KEY_MARK
from orchestration.publication.versions import Version, current_version, list_versions
from orchestration.publication.writing import DATABASE_NAME
from orchestration.refresh.told_values import find_restated, keep_told
from orchestration.settings.keys import key_of_version, rep_pseudonym


@dataclass(frozen=True)
class Snapshot:
    """The kept report of the last complete period.

    Attributes:
        version: the version that readers see; a later one may have been published since.
        file: the report.
        name: of its period, as in the name of the file.
        end: the last day of the period.

    """

    version: Version
    file: Path
    name: str
    end: date


def write_report(
    paths: Paths,
    period: str | None,
    out: Path | None,
    progress: Callable[[str], None],
    rep: str | None = None,
) -> list[Path]:
    """Write the report of a period of the current version; return the files written.

    Args:
        paths: the data folder.
        period: `2026`, `2026-Q3`, `2026-09` or `2026-09-H2`; None for the last complete month.
        out: the HTML file; the PDF lies beside it.
        progress: told when there can be no PDF, and why.
        rep: the id of a rep, for that one's own page; where reps are not named, also the pseudonym.

    Raises:
        ConfigurationError: nothing is published, or not that period, or there is no such rep.

    """
    version = current_version(paths)
    rep = _published_rep(paths, version, rep)
    try:
        wanted = ReportPeriod.read(period) if period else None
        database = version.folder / DATABASE_NAME
        shown, html = report_html(database, _facts(version), wanted, rep)
    except ValueError as error:
        raise ConfigurationError(str(error)) from error
    own = "" if rep is None else "-" + re.sub(r"[^\w.-]", "_", rep)
    file = out or Path(f"prospection-{shown}{own}.html")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(html, encoding="utf-8", newline="\n")
    pdf = file.with_suffix(".pdf")
    problem = print_pdf(file, pdf)
    if problem:
        progress(f"no PDF: {problem}")
        return [file]
    return [file, pdf]


def _published_rep(paths: Paths, version: Version, rep: str | None) -> str | None:
    """Return the id under which a version has a rep: the pseudonym where it names nobody."""
    if rep is None or version.manifest["settings"].get("rep_names") is not False:
        return rep
    pseudonym = rep_pseudonym(key_of_version(paths, version.manifest.get(KEY_MARK)), rep)
    with open_published(version) as connection:
        found = connection.execute(
            "select count(*) from core.dim_reps where rep_id = ?", [pseudonym]
        ).fetchone()
    return pseudonym if found and found[0] else rep


NO_REPORT = (OSError, ValueError, duckdb.Error, ProspectionError)
"""What may keep a report from being written, and no version from being published."""


def write_snapshot(paths: Paths) -> Path | None:
    """Keep the report of the last complete period of the report rhythm, as it was first published.

    `reports/<period>_as_of_<day>.html` is written once and never again, whatever is published of
    the period later: it is what people have been told.

    Returns: the new file, or None when the period has one, or none is complete.
    """
    found = _last_complete(paths)
    if found is None:
        return None
    version, facts, period = found
    name = period_name(period.grain, period.start)
    if facts.as_of is None or _kept(paths, name) is not None:
        return None
    database = version.folder / DATABASE_NAME
    restated = find_restated(paths, database)
    _, html = report_html(database, facts, period, restated=restated.facts() if restated else None)
    file = paths.reports / f"{name}_as_of_{facts.as_of}.html"
    write_text(file, html)
    file.chmod(0o400)
    keep_told(paths, database, period, facts.as_of, restated)
    return file


def newest_snapshot(paths: Paths) -> Snapshot | None:
    """Return the kept report of the last complete period; None where there is none."""
    found = _last_complete(paths)
    if found is None:
        return None
    version, _, period = found
    name = period_name(period.grain, period.start)
    file = _kept(paths, name)
    if file is None:
        return None
    return Snapshot(version, file, name, last_day(period.grain, period.start))


def _last_complete(paths: Paths) -> tuple[Version, Facts, ReportPeriod] | None:
    version = next((each for each in list_versions(paths) if each.is_current), None)
    if version is None:
        return None
    facts = _facts(version)
    period = complete_period(version.folder / DATABASE_NAME, facts)
    return None if period is None else (version, facts, period)


def _kept(paths: Paths, name: str) -> Path | None:
    return min(paths.reports.glob(f"{name}_*.html"), default=None)


def _facts(version: Version) -> Facts:
    manifest = version.manifest
    as_of = manifest["as_of"]
    return Facts(
        version=version.name,
        as_of=date.fromisoformat(as_of) if as_of else None,
        published_at=datetime.fromisoformat(manifest["created_at"]),
        settings=manifest["settings"],
        held_back=manifest["held_back"],
        refused=refused_files(version.folder / DATABASE_NAME),
    )
