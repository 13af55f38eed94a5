"""Which files lie in a source's folder, which loads they form, and which entity each belongs to.

What belongs here: names, folders and times. What does not: opening a file.
"""

import os
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

from orchestration.formats.descriptions import Format
from orchestration.landing.report import FileReport

KINDS = {".csv": "csv", ".csv.gz": "gz", ".gz": "gz", ".zip": "zip", ".parquet": "parquet"}
_OTHER_TABLES = {
    ".xlsx": "an Excel workbook",
    ".xlsm": "an Excel workbook",
    ".xls": "an Excel workbook",
    ".ods": "a spreadsheet",
    ".tsv": "a .tsv file",
    ".txt": "a text file",
    ".json": "a JSON file",
}
_UNFINISHED = (".part", ".partial", ".tmp", ".temp", ".crdownload", ".download", ".filepart")
_HIDDEN_NAMES = {"thumbs.db", "desktop.ini"}
_DATED = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{4})?")


@dataclass(frozen=True)
class Name:
    """What a file name says: how to open the file, and whose rows it holds.

    Exactly one of `entity`, `problem` is set, but for a zip, which has neither: its members decide.
    Of a tool the entity is one of its tables.
    """

    kind: str
    entity: str | None = None
    problem: FileReport | None = None


@dataclass(frozen=True)
class FoundFile:
    """One file of a load; `name` is relative to the exports, with forward slashes."""

    path: Path
    name: str
    kind: str
    entity: str | None


@dataclass(frozen=True)
class FoundLoad:
    """The files that lie together; `dated` is the time in the folder's name, None when flat."""

    folder: str
    files: tuple[FoundFile, ...]
    dated: datetime | None


@dataclass(frozen=True)
class FoundSource:
    """The loads of one source in order, and what was left out."""

    loads: tuple[FoundLoad, ...]
    left_out: tuple[FileReport, ...]


Chooser = Callable[[Path, str], Name | None]
"""Tells what the file at a path, called so in reports, is; None when it is another source's."""


def by_name(export_format: Format) -> Chooser:
    """Return the chooser of a format whose files are told by their names."""
    return lambda _, name: read_name(name, export_format)


def find_loads(folder: Path, name: str, choose: Chooser) -> FoundSource:
    """Look through a folder, which reports call `name`, and its dated sub-folders."""
    left_out: list[FileReport] = []
    flat, problems = _find_files(folder, name, choose)
    left_out += problems
    loads = [FoundLoad(name, flat, None)] if flat else []
    for sub_folder in sorted(path for path in folder.iterdir() if path.is_dir()):
        below = f"{name}/{sub_folder.name}"
        if sub_folder.name.startswith("."):
            continue
        dated = _folder_time(sub_folder.name)
        if dated is None:
            left_out.append(
                _ignored(below, "its name is not a date (YYYY-MM-DD or YYYY-MM-DDTHHMM)")
            )
            continue
        files, problems = _find_files(sub_folder, below, choose)
        left_out += problems
        left_out += [
            _ignored(f"{below}/{path.name}", "a folder inside a dated folder is not read")
            for path in sorted(sub_folder.iterdir())
            if path.is_dir() and not path.name.startswith(".")
        ]
        if files:
            loads.append(FoundLoad(below, files, dated))
    loads.sort(key=lambda load: (load.dated is None, load.dated or datetime.min))
    return FoundSource(tuple(loads), tuple(left_out))


def read_name(name: str, export_format: Format) -> Name:
    """Tell what the file called `name` (a path of which only the last part counts) is."""
    base = unicodedata.normalize("NFC", PurePosixPath(name).name)
    stem, suffix = _split(base)
    kind = KINDS.get(suffix)
    if kind == "zip":
        return Name(kind)
    entity = _entity_of(stem, export_format)
    if kind is None:
        return Name("other", problem=_other_kind(name, suffix, entity))
    if entity is None:
        return Name(kind, problem=FileReport(name, "unknown_entity", "its name is no entity"))
    return Name(kind, entity=entity)


def is_hidden(name: str) -> bool:
    """Tell whether the last part of a path is a file that systems leave around."""
    base = PurePosixPath(name).name
    return base.startswith((".", "~$")) or base.casefold() in _HIDDEN_NAMES


def is_unfinished(name: str) -> bool:
    """Tell whether the name is one under which programs write a file that is not yet whole."""
    return name.lower().endswith(_UNFINISHED)


def _find_files(
    folder: Path, prefix: str, choose: Chooser
) -> tuple[tuple[FoundFile, ...], list[FileReport]]:
    files, problems = [], []
    for path in sorted(path for path in folder.iterdir() if not path.is_dir()):
        if is_hidden(path.name):
            continue
        name = f"{prefix}/{path.name}"
        read = choose(path, name)
        if read is None:
            continue
        if read.problem is not None:
            problems.append(read.problem)
        elif (reason := _unreadable(path)) is not None:
            problems.append(FileReport(name, "refused", reason, entity=read.entity))
        else:
            files.append(FoundFile(path, name, read.kind, read.entity))
    return tuple(files), problems


def _unreadable(path: Path) -> str | None:
    if not path.exists():
        return "the link leads to no file: copy the export itself into the folder"
    if not path.is_file():
        return "it is neither a file nor a folder: copy the export itself into the folder"
    if not os.access(path, os.R_OK):
        return "it may not be read: allow the user that runs the refresh to read it"
    return None


def _folder_time(name: str) -> datetime | None:
    if not _DATED.fullmatch(name):
        return None
    try:
        return datetime.strptime(name, "%Y-%m-%dT%H%M" if "T" in name else "%Y-%m-%d")
    except ValueError:
        return None


def file_kind(name: str) -> str | None:
    """Return how a file of that name is opened: csv, gz, zip or parquet; None when it is not."""
    return KINDS.get(_split(PurePosixPath(name).name)[1])


def _split(base: str) -> tuple[str, str]:
    lowered = base.lower()
    for suffix in sorted((*KINDS, *_OTHER_TABLES), key=len, reverse=True):
        if lowered.endswith(suffix):
            return base[: -len(suffix)], suffix
    return PurePosixPath(base).stem, PurePosixPath(lowered).suffix


def _entity_of(stem: str, export_format: Format) -> str | None:
    """Return the entity whose name, or name and underscore, the stem begins with: the longest."""
    folded = stem.strip().casefold()
    matches = [
        (len(file_name), entity.name)
        for entity in export_format.entities.values()
        for file_name in (entity.name, *entity.file_names)
        if folded == file_name.casefold() or folded.startswith(f"{file_name.casefold()}_")
    ]
    return max(matches)[1] if matches else None


def _other_kind(name: str, suffix: str, entity: str | None) -> FileReport:
    if entity is not None and suffix in _OTHER_TABLES:
        reason = f"{_OTHER_TABLES[suffix]} is not read; export it as CSV"
        return FileReport(name, "refused", reason, entity=entity)
    if suffix in _OTHER_TABLES and suffix != ".txt":
        return _ignored(name, f"{_OTHER_TABLES[suffix]} is not read; export it as CSV")
    if is_unfinished(name):
        return _ignored(name, f"still being written ({suffix}): it is read under its final name")
    return _ignored(name, "not a .csv, .csv.gz, .zip or .parquet file")


def _ignored(name: str, reason: str) -> FileReport:
    return FileReport(name, "ignored", reason)
