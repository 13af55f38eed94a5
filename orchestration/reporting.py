"""What `prospection report` does: the overview of one period as a file that can be mailed.

What belongs here: finding the published version and the period that is meant. What does not: making
the page (see `dashboard/report.py`).
"""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from dashboard.building import Facts
from dashboard.report import ReportPeriod, print_pdf, report_html
from orchestration.errors import ConfigurationError
from orchestration.paths import Paths
from orchestration.publication.versions import list_versions
from orchestration.publication.writing import DATABASE_NAME


def write_report(
    paths: Paths, period: str | None, out: Path | None, progress: Callable[[str], None]
) -> list[Path]:
    """Write the report of a period of the current version; return the files written.

    Args:
        paths: the data folder.
        period: `2026`, `2026-Q3` or `2026-09`; None for the last complete month.
        out: the HTML file; the PDF lies beside it.
        progress: told when there can be no PDF, and why.

    Raises:
        ConfigurationError: nothing is published, or not that period.

    """
    version = next((each for each in list_versions(paths) if each.is_current), None)
    if version is None:
        raise ConfigurationError(
            f"nothing is published in {paths.data}: run `prospection run` first"
        )
    manifest = version.manifest
    as_of = manifest["as_of"]
    facts = Facts(
        version=version.name,
        as_of=date.fromisoformat(as_of) if as_of else None,
        published_at=datetime.fromisoformat(manifest["created_at"]),
        settings=manifest["settings"],
        held_back=manifest["held_back"],
    )
    try:
        wanted = ReportPeriod.read(period) if period else None
        shown, html = report_html(paths.current / DATABASE_NAME, facts, wanted)
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
