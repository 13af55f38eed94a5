"""Which tools' files lie in a folder, and which source each tool's files belong to.

What belongs here: looking at the beginnings of the files and dividing a folder among sources. What
does not: reading the files.

A folder that holds the files of one tool is that tool's source, under the folder's own name. Where
several tools' files lie together each tool is a source of its own, `<folder>.<tool>`; the one that
was landed first under the folder's own name keeps it, so that names stay from refresh to refresh.
What a mapping (`<source>.mapping.yml`) recognises is its source's, whatever else it may look like.
"""

import gzip
import zipfile
import zlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from orchestration.formats.descriptions import GENERIC, Format
from orchestration.landing.discovery import (
    Chooser,
    Name,
    by_name,
    file_kind,
    is_hidden,
    read_name,
)
from orchestration.landing.tool_tables import (
    HEAD_BYTES,
    Head,
    Recognised,
    begins_with_header,
    decoded,
    first_rows,
    parquet_head,
    recognise,
    text_head,
)
from orchestration.settings.declared import Source


@dataclass(frozen=True)
class Portion:
    """What one tool wrote into a folder: a source, and which of the files are its own."""

    source: Source
    export_format: Format
    choose: Chooser


def divide(
    source: Source,
    folder: Path,
    formats: Mapping[str, Format],
    landed: Mapping[str, str],
    owned: Mapping[str, Format] | None = None,
) -> list[Portion]:
    """Divide a folder among the tools that wrote into it.

    Args:
        source: what is declared about the folder.
        folder: the folder.
        formats: the known formats by name.
        landed: source → format, of what was landed before.
        owned: source → the format of its mapping, of the mappings about files of the folder.

    """
    if not owned:
        return _divided(source, folder, formats, landed)
    claims = {path: name for path in _files(folder) if (name := _claimed_by(path, owned))}
    others = {name: each for name, each in formats.items() if not each.is_generic}
    tools = {
        path: tool for path, tool in _tools(folder, formats[GENERIC], others) if path not in claims
    }
    portions = []
    for name, own in owned.items():
        not_its = {path for path, other in claims.items() if other != name}
        if name == source.name:
            choose = _but(not_its | set(tools), _by_headers(own, None))
        else:
            choose = _by_headers(own, {path for path, other in claims.items() if other == name})
        portions.append(Portion(source.mapped(name, own.name), own, choose))
    if source.name not in owned:
        rest = _divided(source, folder, formats, landed, frozenset(claims))
        return [*portions, *rest]
    for tool in sorted(set(tools.values())):
        files = {path for path, other in tools.items() if other == tool}
        choose = by_name(formats[tool]) if tool == GENERIC else _by_headers(formats[tool], files)
        not_its = {path for path in _files(folder) if path not in files}
        portions.append(Portion(source.of_tool(tool), formats[tool], _but(not_its, choose)))
    return portions


def _claimed_by(path: Path, owned: Mapping[str, Format]) -> str | None:
    """Return the source whose mapping recognises a file."""
    for name, own in owned.items():
        if _recognised(path, {own.name: own}) is not None:
            return name
    return None


def _but(others: Collection[Path], choose: Chooser) -> Chooser:
    """Choose none of the given files."""
    return lambda path, name: None if path in others else choose(path, name)


def _divided(
    source: Source,
    folder: Path,
    formats: Mapping[str, Format],
    landed: Mapping[str, str],
    claimed: Collection[Path] = frozenset(),
) -> list[Portion]:
    """Divide the files that no mapping claims."""
    generic = formats[GENERIC]
    if source.is_format_declared:
        declared = formats[source.format]
        chosen = by_name(declared) if declared.is_generic else _by_headers(declared, None)
        return [Portion(source, declared, _but(claimed, chosen))]
    others = {name: each for name, each in formats.items() if not each.is_generic}
    tools = {path: tool for path, tool in _tools(folder, generic, others) if path not in claimed}
    names = sorted({tool for tool in tools.values() if tool != GENERIC})
    if not names:
        return [Portion(source, generic, _but(claimed, by_name(generic)))]
    owner = landed.get(source.name)
    if owner is None:
        is_shared = len(names) > 1 or GENERIC in tools.values()
        owner = GENERIC if is_shared else names[0]
    portions = []
    if owner == GENERIC or GENERIC in tools.values():
        own = source if owner == GENERIC else source.of_tool(GENERIC)
        portions.append(Portion(own, generic, _but(claimed, _others(generic, tools))))
    for tool in names:
        own = source if tool == owner else source.of_tool(tool)
        rest = tool == owner and not portions
        files = (
            None if rest and len(names) == 1 else {path for path, of in tools.items() if of == tool}
        )
        choose = _but(claimed, _by_headers(formats[tool], files))
        portions.append(Portion(own, formats[tool], choose))
    return portions


def rows_at_the_start(folder: Path, choose: Chooser) -> dict[str, tuple[tuple[str, ...], ...]]:
    """Return the first rows of each file that is chosen, as cells by every delimiter."""
    return {
        path.relative_to(folder.parent).as_posix(): tuple(
            row for head in _heads(path) for row in first_rows(head.text)
        )
        for path in _files(folder)
        if choose(path, path.name) is not None
    }


def is_recognised(path: Path, name: str, tool: Format) -> bool:
    """Tell whether a file, or the member of a zip that is called `<file>!<member>`, is a table."""
    member = name.partition("!")[2]
    return any(
        recognise(head.text, [tool]) is not None
        for head in (_member_heads(path, member) if member else _heads(path))
    )


def _others(generic: Format, tools: Mapping[Path, str]) -> Chooser:
    """Choose by name, but for the files that are a tool's."""
    named = by_name(generic)
    return lambda path, name: named(path, name) if tools.get(path, GENERIC) == GENERIC else None


def _by_headers(tool: Format, files: set[Path] | None) -> Chooser:
    """Choose the given files, or all that may be a table when none are given."""

    def choose(path: Path, name: str) -> Name | None:
        if files is not None and path not in files:
            return None
        kind = file_kind(path.name)
        if kind is None:
            return read_name(name, tool)
        found = _recognised(path, {tool.name: tool})
        return Name(kind, entity=found.table if found and kind != "zip" else None)

    return choose


def _tools(
    folder: Path, generic: Format, others: Mapping[str, Format]
) -> Iterator[tuple[Path, str]]:
    """Yield each file of which it is known whose it is, with the format.

    What is called like an entity and has its columns is generic, whatever else it may look like.
    """
    for path in _files(folder):
        entity = read_name(path.name, generic).entity
        if entity is not None and any(
            begins_with_header(head.text, generic.entities[entity]) for head in _heads(path)
        ):
            yield path, GENERIC
        elif (found := _recognised(path, others)) is not None:
            yield path, found.format


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        if path.is_dir():
            yield from (each for each in sorted(path.iterdir()) if each.is_file())
        elif path.is_file():
            yield path


def _recognised(path: Path, formats: Mapping[str, Format]) -> Recognised | None:
    """Return whose table a file is; of a zip, whose first recognised member is."""
    for head in _heads(path):
        found = recognise(head.text, formats.values())
        if found is not None:
            return found
    return None


def _heads(path: Path) -> Iterator[Head]:
    """Yield the beginning of a file, or of each member of a zip; of what is no table nothing."""
    kind = file_kind(path.name)
    try:
        if kind == "csv":
            yield text_head(path)
        elif kind == "gz":
            with gzip.open(path, "rb") as stream:
                yield decoded(stream.read(HEAD_BYTES))
        elif kind == "parquet":
            yield parquet_head(path)
        elif kind == "zip":
            yield from _member_heads(path)
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile, pa.ArrowInvalid, RuntimeError):
        return  # landing refuses it, and says why


def _member_heads(path: Path, name: str | None = None) -> Iterator[Head]:
    """Yield the beginnings of the tables in a zip, or of the one of that name."""
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            if name not in (None, member.filename) or is_hidden(member.filename):
                continue
            if file_kind(member.filename) == "csv":
                with archive.open(member) as stream:
                    yield decoded(stream.read(HEAD_BYTES))
