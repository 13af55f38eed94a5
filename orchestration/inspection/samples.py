"""The beginnings of tables that nobody recognised, and the mappings that are written of them.

What belongs here: which tables of a folder are alike, and where a mapping is written. What does
not: what it says (see `starting_mapping.py`).
"""

import re
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path, PurePosixPath

from orchestration.files import write_text
from orchestration.inspection.findings import Inspection
from orchestration.inspection.guesses import Sample, folded_header
from orchestration.inspection.starting_mapping import starting_mapping
from orchestration.landing.beginnings import beginnings
from orchestration.landing.mapping.sources import ENDING
from orchestration.landing.recognition import table_in_text
from orchestration.landing.survey import Folder
from orchestration.refresh.summary.wording import Language
from orchestration.settings.declared import Settings, source_folders

MOST_ROWS = 500
LEAST_COLUMNS = 2


def write_mappings(
    exports: Path,
    found: Inspection,
    settings: Settings,
    outcomes: Mapping[str, str],
    language: Language,
) -> dict[str, tuple[str, ...]]:
    """Write a mapping for the tables of each folder that nobody recognised; never over another.

    Returns: the name of each file that was written → the files that it is for.
    """
    unknown = {each.report.file for each in found.mappable}
    written: dict[str, tuple[str, ...]] = {}
    for name, path in source_folders(exports).items():
        folder = Folder(path, is_exports=path == exports)
        samples = _samples(folder, unknown, _encoding(settings, name))
        if not samples:
            continue
        has_others = any(
            each.source == name or each.source.startswith(f"{name}.") for each in found.landed
        )
        source = f"{name}.{_plain(samples[0].name)}" if has_others else name
        target = exports / f"{source}{ENDING}"
        text = None if target.exists() else starting_mapping(source, samples, outcomes, language)
        if text is not None:
            write_text(target, text)
            written[target.name] = tuple(file for sample in samples for file in sample.files)
    return written


def _samples(folder: Folder, wanted: Collection[str], encoding: str | None) -> list[Sample]:
    """Return the beginning of each kind of table among the wanted files of a folder."""
    files: dict[tuple[str, ...], list[str]] = {}
    rows: dict[tuple[str, ...], tuple[tuple[str, ...], ...]] = {}
    for path in folder.files():
        name = folder.name_of(path)
        for beginning in beginnings(path, encoding):
            whole = f"{name}!{beginning.part}" if beginning.part else name
            if whole not in wanted and name not in wanted:
                continue
            headers, below = table_in_text(beginning.text, MOST_ROWS)
            if len(headers) >= LEAST_COLUMNS:
                files.setdefault(headers, []).append(whole)
                rows.setdefault(headers, tuple(map(tuple, below)))
    names = _distinct(_title(of[0]) for of in files.values())
    return [
        Sample(name, tuple(of), headers, rows[headers])
        for name, (headers, of) in zip(names, files.items(), strict=True)
    ]


def _title(file: str) -> str:
    """Return what a table may be called: the name of its sheet, else of its file."""
    return re.sub(r"(\.[a-z]{2,7})+$", "", PurePosixPath(file.rpartition("!")[2]).name.lower())


def _distinct(names: Iterable[str]) -> list[str]:
    found: list[str] = []
    for name in names:
        plain, number = name, 2
        while plain in found:
            plain, number = f"{name} {number}", number + 1
        found.append(plain)
    return found


def _plain(name: str) -> str:
    return folded_header(name).replace(" ", "_") or "table"


def _encoding(settings: Settings, name: str) -> str | None:
    return next((each.encoding for each in settings.sources if each.name == name), None)
