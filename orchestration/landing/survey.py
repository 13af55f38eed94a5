"""Which tools' files lie in a folder, and which source each tool's files belong to.

What belongs here: looking at the beginnings of the files and dividing a folder among sources. What
does not: reading the files.

A folder that holds the files of one tool is that tool's source, under the folder's own name. Where
several tools' files lie together, and directly in the export folder, each tool is a source of its
own, `<folder>.<tool>`, and what is generic has the folder's name. A name once given stays: the tool
that was landed first under the folder's own name keeps it when others come, and a tool that was
landed as `<folder>.<tool>` keeps that when the others are gone.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from orchestration.formats.descriptions import GENERIC, Format
from orchestration.landing.beginnings import Beginning, beginnings
from orchestration.landing.discovery import (
    HOLDS_SEVERAL,
    Chooser,
    Name,
    by_name,
    entity_of,
    file_kind,
    is_left_by_systems,
    is_prose,
    no_table,
    unread,
)
from orchestration.landing.tool_tables import Recognised, recognise, recognise_entity
from orchestration.settings.declared import Source


@dataclass(frozen=True)
class Portion:
    """What one tool wrote into a folder: a source, and which of the files are its own."""

    source: Source
    export_format: Format
    choose: Chooser


@dataclass(frozen=True)
class Folder:
    """A folder whose files are divided.

    Attributes:
        path: where it is.
        is_exports: whether it is the export folder itself, whose sub-folders are other sources.

    """

    path: Path
    is_exports: bool = False

    def files(self) -> Iterator[Path]:
        """Yield its files, and those of its dated sub-folders."""
        for path in sorted(self.path.iterdir()):
            if is_left_by_systems(path.name):
                continue
            if path.is_dir() and not self.is_exports:
                yield from (each for each in sorted(path.iterdir()) if each.is_file())
            elif path.is_file():
                yield path


def divide(
    source: Source,
    folder: Folder,
    formats: Mapping[str, Format],
    landed: Mapping[str, str],
    declared: Mapping[str, Source],
) -> list[Portion]:
    """Divide a folder among the tools that wrote into it.

    Args:
        source: what is declared about the folder.
        folder: the folder.
        formats: the known formats by name.
        landed: source → format, of what was landed before.
        declared: source → what is declared, also of one of several tools (`<folder>.<tool>`).

    """
    generic = formats[GENERIC]
    if source.is_format_declared:
        own = formats[source.format]
        told = dict(_told(folder, {own.name: own}, source.encoding))
        return [Portion(source, own, _all(own, told))]
    told = dict(_told(folder, formats, source.encoding))
    tools = {path: each.format for path, each in told.items()}
    names = sorted({tool for tool in tools.values() if tool != GENERIC})
    owner = _owner(source.name, folder, set(tools.values()), landed)

    def of_tool(tool: str) -> Source:
        shared = source.of_tool(tool)
        return source if tool == owner else declared.get(shared.name, shared)

    if set(tools.values()) <= {owner}:
        return [Portion(source, formats[owner], _all(formats[owner], told))]
    portions = []
    if owner == GENERIC or GENERIC in tools.values():
        named = by_name(generic)
        rest = _of(lambda path: tools.get(path, GENERIC) == GENERIC, named)
        portions.append(Portion(of_tool(GENERIC), generic, rest))
    for tool in names:
        files = {path for path, of in tools.items() if of == tool}
        own_files = _of(files.__contains__, _by_headers(told))
        portions.append(Portion(of_tool(tool), formats[tool], own_files))
    return portions


def _owner(name: str, folder: Folder, tools: set[str], landed: Mapping[str, str]) -> str:
    """Return which format the source of the folder's own name is of."""
    if name in landed:
        return landed[name]
    was_divided = any(each == f"{name}.{tool}" for each, tool in landed.items())
    if folder.is_exports or was_divided or len(tools) != 1:
        return GENERIC
    return next(iter(tools))


def _of(is_own: Callable[[Path], bool], choose: Chooser) -> Chooser:
    """Choose only among the files of one source."""
    return lambda path, name: choose(path, name) if is_own(path) else None


def _all(export_format: Format, told: Mapping[Path, Recognised]) -> Chooser:
    """Choose every file that may be a table, of a folder that is one source."""
    return by_name(export_format) if export_format.is_generic else _by_headers(told)


def _by_headers(told: Mapping[Path, Recognised]) -> Chooser:
    """Choose by what the headers have told; a file of which they tell nothing is looked into."""

    def choose(path: Path, name: str) -> Name | None:
        kind = file_kind(path.name)
        if kind is None:
            return unread(name)
        found = told.get(path)
        if found is None and is_prose(path.name):
            return Name(kind, problem=no_table(name))
        return Name(kind, entity=found.table if found and kind not in HOLDS_SEVERAL else None)

    return choose


def _told(
    folder: Folder, formats: Mapping[str, Format], encoding: str | None
) -> Iterator[tuple[Path, Recognised]]:
    """Yield each file of which it is known what it is; of several tables in it the first counts.

    What is called like an entity and has its columns is generic, whatever else it may look like.
    """
    generic = formats.get(GENERIC)
    tools = [each for each in formats.values() if not each.is_generic]
    for path in folder.files():
        seen = list(beginnings(path, encoding))
        found = [_generic(each, generic) for each in seen] if generic else []
        found += [recognise(each.text, tools) for each in seen]
        known = next((each for each in found if each is not None), None)
        if known is not None:
            yield path, known


def _generic(beginning: Beginning, generic: Format) -> Recognised | None:
    name = entity_of(beginning.name, beginning.sheet, generic)
    if name is None:
        return None
    return recognise_entity(beginning.text, generic.entities[name])
