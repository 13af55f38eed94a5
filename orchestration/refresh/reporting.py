"""Reports as files: what `prospection report` writes, and the snapshots that are kept.

What belongs here: finding the published version and the period that is meant, and where the file
goes. What does not: making the page (see `dashboard/report.py`).
"""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from dashboard.building import Facts
from dashboard.report import ReportPeriod, complete_period, period_name, print_pdf, report_html
from orchestration.errors import ConfigurationError
from orchestration.files import write_text
from orchestration.paths import Paths
from orchestration.publication.refused import refused_files
from orchestration.publication.versions import Version, current_version, list_versions
from orchestration.publication.writing import DATABASE_NAME


def write_report(
    paths: Paths, period: str | None, out: Path | None, progress: Callable[[str], None]
) -> list[Path]:
    """Write the report of a period of the current version; return the files written.

    Args:
        paths: the data folder.
        period: `2026`, `2026-Q3`, `2026-09` or `2026-09-H2`; None for the last complete month.
        out: the HTML file; the PDF lies beside it.
        progress: told when there can be no PDF, and why.

    Raises:
        ConfigurationError: nothing is published, or not that period.

    """
    version = current_version(paths)
    try:
        wanted = ReportPeriod.read(period) if period else None
        shown, html = report_html(version.folder / DATABASE_NAME, _facts(version), wanted)
    except ValueError as error:
        raise ConfigurationError(str(error)) from error
    file = out or Path(f"prospection-{shown}.html")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(html, encoding="utf-8", newline="\n")
    pdf = file.with_suffix(".pdf")
    problem = print_pdf(file, pdf)
    if problem:
        progress(f"no PDF: {problem}")
        return [file]
    return [file, pdf]


def write_snapshot(paths: Paths) -> Path | None:
    """Keep the report of the last complete period of the report rhythm, as it was first published.

    `reports/<period>_as_of_<day>.html` is written once and never again, whatever is published of
    the period later: it is what people have been told.

    Returns: the new file, or None when the period has one, or none is complete.
    """
    version = next((each for each in list_versions(paths) if each.is_current), None)
    if version is None:
        return None
    database, facts = version.folder / DATABASE_NAME, _facts(version)
    period = complete_period(database, facts)
    if period is None:
        return None
    name = period_name(period.grain, date(period.year, period.month, period.day))
    if any(paths.reports.glob(f"{name}_*.html")):
        return None
    _, html = report_html(database, facts, period)
    file = paths.reports / f"{name}_as_of_{facts.as_of}.html"
    write_text(file, html)
    file.chmod(0o444)
    return file


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
