"""The command `export`: which version, which files.

What belongs here: choosing the version and where the files go. What does not: what the sheets hold
and how they are written (see `sheets.py`, `files.py`).
"""

from collections.abc import Callable
from pathlib import Path

from orchestration.errors import ConfigurationError
from orchestration.paths import Paths
from orchestration.publication.versions import current_version
from orchestration.refresh.summary.wording import Language
from orchestration.spreadsheet.files import write_csv_files, write_workbook
from orchestration.spreadsheet.sheets import PublishedNumbers, language_of, require_rows


def export(
    paths: Paths,
    out: Path | None,
    as_csv: bool,
    months: int,
    language: Language | None,
    progress: Callable[[str], None],
) -> Path:
    """Write the published KPIs for a spreadsheet; return the file, or the folder of CSV files.

    Args:
        paths: the data folder.
        out: the file (with `as_csv` the folder); by default `prospection-<as of>` here.
        as_csv: CSV files instead of a workbook.
        months: how many months back the sheets of KPIs reach.
        language: of the sheets; by default that of the company's settings.
        progress: told of every sheet.

    Raises:
        ConfigurationError: nothing is published, or the target cannot be what it is asked to be.

    """
    version = current_version(paths)
    require_rows(version)
    name = f"prospection-{version.manifest['as_of']}"
    target = out or Path(name if as_csv else f"{name}.xlsx")
    if as_csv and target.exists() and not target.is_dir():
        raise ConfigurationError(f"{target} is a file: --csv writes a folder of files")
    if not as_csv and (target.suffix.lower() != ".xlsx" or target.is_dir()):
        raise ConfigurationError(f"{target} is no .xlsx file: name one, or write --csv")
    words = language or language_of(version)
    with PublishedNumbers(version, words, months) as numbers:
        if as_csv:
            write_csv_files(target, numbers.sheets(), words, progress)
        else:
            write_workbook(target, numbers.sheets(), progress)
    return target
