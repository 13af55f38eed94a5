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

from orchestration.files import entries, is_outside, readable
from orchestration.formats.descriptions import Format
from orchestration.landing.report import FileReport, Outcome

KINDS = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".csv.gz": "gz",
    ".tsv.gz": "gz",
    ".txt.gz": "gz",
    ".gz": "gz",
    ".zip": "zip",
    ".parquet": "parquet",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
}
HOLDS_SEVERAL = ("zip", "xlsx")
"""The kinds of which each member or sheet is a table: their own name says nothing for sure."""

_OTHER_TABLES = {
    ".xls": "an old Excel workbook is not read; save it as .xlsx or CSV",
    ".xlsb": "a binary Excel workbook is not read; save it as .xlsx or CSV",
    ".ods": "a spreadsheet is not read; save it as .xlsx or CSV",
    ".json": "a JSON file is not read; export it as CSV",
}
_PROSE = ".txt"
"""Under this name lies a table now and then, and mostly none: what is none is not missed."""


_UNFINISHED = (".part", ".partial", ".tmp", ".temp", ".crdownload", ".download", ".filepart")
_HIDDEN_NAMES = {"thumbs.db", "desktop.ini"}
_DATED = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{4})?")


@dataclass(frozen=True)
class Name:
    """What a file name says: how to open the file, and whose rows it holds.

    Exactly one of `entity`, `problem` is set, but for a zip, which has neither: its members decide;
    and a workbook's sheets decide where its own name is no entity. Of a tool the entity is one of
    its tables.
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
    """The loads of one source in order, and what was left out, each with where it lies."""

    loads: tuple[FoundLoad, ...]
    left_out: tuple[tuple[Path, FileReport], ...]


Chooser = Callable[[Path, str], Name | None]
"""Tells what the file at a path, called so in reports, is; None when it is another source's."""


def by_name(export_format: Format) -> Chooser:
    """Return the chooser of a format whose files are told by their names."""
    return lambda _, name: read_name(name, export_format)


EXPORTS = "."
"""What a load that lies directly in the export folder has for its folder."""


def find_loads(folder: Path, name: str, choose: Chooser) -> FoundSource:
    """Look through a folder and its dated sub-folders.

    Args:
        folder: the folder.
        name: what reports call it: its place in the exports. `EXPORTS`, the export folder itself,
            has no sub-folders of its own: they are other sources.
        choose: tells what each file is.

    """
    left_out: list[tuple[Path, FileReport]] = []
    flat, problems = _find_files(folder, name, choose)
    left_out += problems
    loads = [FoundLoad(name, flat, None)] if flat else []
    sub_folders = [] if name == EXPORTS else [path for path in folder.iterdir() if path.is_dir()]
    for sub_folder in sorted(sub_folders):
        below = f"{name}/{readable(sub_folder.name)}"
        if sub_folder.name.startswith("."):
            continue
        dated = _folder_time(sub_folder.name)
        if dated is None:
            reason = "its name is not a date (YYYY-MM-DD or YYYY-MM-DDTHHMM)"
            left_out.append((sub_folder, _not_entered(sub_folder, below, reason)))
            continue
        files, problems = _find_files(sub_folder, below, choose)
        left_out += problems
        reason = "a folder inside a dated folder is not read"
        left_out += [
            (path, _not_entered(path, f"{below}/{readable(path.name)}", reason))
            for path in entries(sub_folder)
            if path.is_dir() and not path.name.startswith(".")
        ]
        if files:
            loads.append(FoundLoad(below, files, dated))
    loads.sort(key=lambda load: (load.dated is None, load.dated or datetime.min))
    return FoundSource(tuple(loads), tuple(left_out))


def _not_entered(folder: Path, name: str, reason: str) -> FileReport:
    """Report on a folder that is no load: it is refused where tables lie in it, however deep."""
    tables = 0
    for _, folders, files in os.walk(folder):
        folders[:] = [each for each in folders if not is_left_by_systems(each)]
        tables += sum(
            file_kind(each) is not None and not is_prose(each) and not is_left_by_systems(each)
            for each in files
        )
    if not tables:
        return _ignored(name, reason)
    return FileReport(
        name,
        "refused",
        f"{reason}; files in this sub-folder that are not read: {tables}, move them up",
    )


def unread(name: str) -> Name:
    """Return what the file called `name` is, when it is of no kind that is opened."""
    suffix = _split(PurePosixPath(name).name)[1]
    return Name("other", problem=_other_kind(name, suffix, None))


def read_name(name: str, export_format: Format) -> Name:
    """Tell what the file called `name` (a path of which only the last part counts) is."""
    base = unicodedata.normalize("NFC", PurePosixPath(name).name)
    stem, suffix = _split(base)
    kind = KINDS.get(suffix)
    if kind == "zip":
        return Name(kind)
    entity = entity_called(stem, export_format)
    if kind is None:
        return Name("other", problem=_other_kind(name, suffix, entity))
    if entity is None and suffix == _PROSE:
        return Name(kind, problem=no_table(name))
    if entity is None and kind not in HOLDS_SEVERAL:
        return Name(kind, problem=FileReport(name, "unknown_entity", "its name is no entity"))
    return Name(kind, entity=entity)


def entity_of(name: str, sheet: str | None, export_format: Format) -> str | None:
    """Return the entity that a table is called like: its sheet, else its file."""
    by_sheet = entity_called(unicodedata.normalize("NFC", sheet), export_format) if sheet else None
    return by_sheet or read_name(name, export_format).entity


def is_prose(name: str) -> bool:
    """Tell whether a file of that name, when it is no table, is not missed."""
    return name.lower().endswith(_PROSE)


def no_table(name: str) -> FileReport:
    """Return the report on a file that is of a kind of which none is read."""
    return _ignored(name, "not a .csv, .tsv, .xlsx, .parquet, .gz or .zip file")


def is_left_by_systems(name: str) -> bool:
    """Tell whether the last part of a path is a file that systems leave around."""
    base = PurePosixPath(name).name
    return base.startswith((".", "~$")) or base.casefold() in _HIDDEN_NAMES


def is_unfinished(name: str) -> bool:
    """Tell whether the name is one under which programs write a file that is not yet whole."""
    return name.lower().endswith(_UNFINISHED)


def _find_files(
    folder: Path, prefix: str, choose: Chooser
) -> tuple[tuple[FoundFile, ...], list[tuple[Path, FileReport]]]:
    files: list[FoundFile] = []
    problems: list[tuple[Path, FileReport]] = []
    for path in (path for path in entries(folder) if not path.is_dir()):
        if is_left_by_systems(path.name):
            continue
        name = readable(path.name) if prefix == EXPORTS else f"{prefix}/{readable(path.name)}"
        if prefix == EXPORTS and _split(path.name)[1] not in (*KINDS, *_OTHER_TABLES):
            continue  # settings and the like lie there too
        read = choose(path, name)
        if read is None:
            continue
        if read.problem is not None:
            problems.append((path, read.problem))
        elif (why := _unreadable(path, _root(folder, prefix))) is not None:
            problems.append((path, FileReport(name, "refused", why, entity=read.entity)))
        else:
            files.append(FoundFile(path, name, read.kind, read.entity))
    return tuple(files), problems


def _root(folder: Path, prefix: str) -> Path:
    """Return the folder of exports, of which `folder` is at the place `prefix`."""
    for _ in PurePosixPath(prefix).parts:
        folder = folder.parent
    return folder


def _unreadable(path: Path, exports: Path) -> str | None:
    if is_outside(path, exports):
        return "it is a link that leads out of the exports: copy the export itself into the folder"
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
    """Return how a file of that name is opened: as one of `KINDS`; None when it is not."""
    return KINDS.get(_split(PurePosixPath(name).name)[1])


def _split(base: str) -> tuple[str, str]:
    lowered = base.lower()
    for suffix in sorted((*KINDS, *_OTHER_TABLES), key=len, reverse=True):
        if lowered.endswith(suffix):
            return base[: -len(suffix)], suffix
    return PurePosixPath(base).stem, PurePosixPath(lowered).suffix


def entity_called(stem: str, export_format: Format) -> str | None:
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
    if suffix in _OTHER_TABLES:
        is_spreadsheet = suffix != ".json"
        outcome: Outcome = "refused" if entity is not None or is_spreadsheet else "ignored"
        return FileReport(name, outcome, _OTHER_TABLES[suffix], entity=entity)
    if is_unfinished(name):
        return _ignored(name, f"still being written ({suffix}): it is read under its final name")
    return no_table(name)


def _ignored(name: str, reason: str) -> FileReport:
    return FileReport(name, "ignored", reason)
