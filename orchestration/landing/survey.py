"""Which tools' files lie in a folder, and which source each tool's files belong to.

What belongs here: looking at the beginnings of the files and dividing a folder among sources. What
does not: reading the files.

A folder that holds the files of one tool is that tool's source, under the folder's own name. Where
several tools' files lie together, and directly in the export folder, each tool is a source of its
own, `<folder>.<tool>`, and what is generic has the folder's name. A name once given stays: the tool
that was landed first under the folder's own name keeps it when others come, and a tool that was
landed as `<folder>.<tool>` keeps that when the others are gone. What a mapping
(`<source>.mapping.yml`) recognises is its source's, whatever else it may look like.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from orchestration.files import entries, readable
from orchestration.formats.descriptions import GENERIC, Format
from orchestration.landing.beginnings import Beginning, beginnings
from orchestration.landing.dialect import DELIMITERS, first_rows
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
from orchestration.landing.tool_tables import Recognised, beside, recognise, recognise_entity
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
                yield from (each for each in entries(path) if each.is_file())
            elif path.is_file():
                yield path

    def name_of(self, path: Path) -> str:
        """Return what reports call a file of it."""
        whole = path.relative_to(self.path if self.is_exports else self.path.parent)
        return "/".join(map(readable, whole.parts))


def divide(
    source: Source,
    folder: Folder,
    formats: Mapping[str, Format],
    landed: Mapping[str, str],
    declared: Mapping[str, Source],
    owned: Mapping[str, Format] | None = None,
) -> list[Portion]:
    """Divide a folder among the tools that wrote into it.

    Args:
        source: what is declared about the folder.
        folder: the folder.
        formats: the known formats by name.
        landed: source → format, of what was landed before.
        declared: source → what is declared, also of one of several tools (`<folder>.<tool>`).
        owned: source → the format of its mapping, of the mappings about files of the folder.

    """
    if source.is_format_declared:
        formats = {source.format: formats[source.format]}
    claims = _claims(folder, owned or {}, source.encoding)
    all_told, formats = _told(folder, formats, source.encoding)
    told = {
        path: each
        for path, each in all_told.items()
        if all(path not in claimed for claimed in claims.values())
    }
    portions = []
    for name, own in (owned or {}).items():
        others = {path for other in claims if other != name for path in claims[other]} | set(told)
        is_its = _none_of(others) if name == source.name else _one_of(claims[name])
        choose = _of(is_its, _by_headers(claims[name]))
        portions.append(Portion(source.mapped(name, own.name), own, choose))
    rest = _none_of({path for claimed in claims.values() for path in claimed})
    own_name = source.name if source.name not in claims else None
    for portion in _divided(source, own_name, folder, formats, told, landed, declared):
        portions.append(replace(portion, choose=_of(rest, portion.choose)))
    return portions


def rows_at_the_start(folder: Folder, choose: Chooser) -> dict[str, tuple[tuple[str, ...], ...]]:
    """Return the first rows of each file that is chosen, as cells by every delimiter."""
    return {
        folder.name_of(path): tuple(
            tuple(row)
            for each in beginnings(path)
            for delimiter in DELIMITERS
            for _, row in first_rows(each.text, delimiter)
        )
        for path in folder.files()
        if choose(path, readable(path.name)) is not None
    }


def is_recognised(
    path: Path, parts: Collection[str], tool: Format, encoding: str | None = None
) -> bool:
    """Tell whether a file, or one of its members or sheets of these names, is a tool's table.

    The name of what is a whole file is empty; then any of its tables counts.
    """
    return any(
        recognise(each.text, [tool]) is not None
        for each in beginnings(path, encoding)
        if "" in parts or each.part in parts
    )


def _claims(
    folder: Folder, owned: Mapping[str, Format], encoding: str | None
) -> dict[str, dict[Path, Recognised]]:
    """Return the files that each mapping recognises, by its source: the first mapping has them."""
    claims: dict[str, dict[Path, Recognised]] = {name: {} for name in owned}
    if owned:
        for path in folder.files():
            seen = list(beginnings(path, encoding))
            for name, own in owned.items():
                found = [known for each in seen if (known := recognise(each.text, [own]))]
                if found:
                    claims[name][path] = found[0]
                    break
    return claims


def _divided(
    source: Source,
    own_name: str | None,
    folder: Folder,
    formats: Mapping[str, Format],
    told: Mapping[Path, Recognised],
    landed: Mapping[str, str],
    declared: Mapping[str, Source],
) -> Iterator[Portion]:
    """Yield the sources of the files that no mapping claims.

    Args:
        source: what is declared about the folder.
        own_name: the name that a source may have instead of `<folder>.<tool>`; None when a mapping
            has it.
        folder: the folder.
        formats: the formats that are considered.
        told: what is known of the files.
        landed: source → format, of what was landed before.
        declared: source → what is declared.

    """
    tools = {path: each.format for path, each in told.items()}
    found = set(tools.values())
    owner = None
    if own_name is not None:
        owner = _owner(own_name, folder, formats, found, landed)
    if owner is not None and found <= {owner}:
        yield Portion(source, formats[owner], _all(formats[owner], told))
        return
    for tool in sorted(found | ({owner} if owner == GENERIC else set())):
        shared = source.of_tool(tool)
        own = source if tool == owner else declared.get(shared.name, shared)
        files = {path for path, of in tools.items() if of == tool}
        is_rest = tool == GENERIC and owner is not None
        is_its = _none_of(set(tools) - files) if is_rest else _one_of(files)
        yield Portion(own, formats[tool], _of(is_its, _all(formats[tool], told)))


def _owner(
    name: str,
    folder: Folder,
    formats: Mapping[str, Format],
    found: Collection[str],
    landed: Mapping[str, str],
) -> str:
    """Return which format the source of the folder's own name is of."""
    if len(formats) == 1:
        return next(iter(formats))
    if landed.get(name) in formats:
        return landed[name]
    was_divided = any(each == f"{name}.{tool}" for each, tool in landed.items())
    if folder.is_exports or was_divided or len(found) != 1:
        return GENERIC
    return next(iter(found))


def _one_of(own: Collection[Path]) -> Callable[[Path], bool]:
    return lambda path: path in own


def _none_of(others: Collection[Path]) -> Callable[[Path], bool]:
    return lambda path: path not in others


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
) -> tuple[dict[Path, Recognised], Mapping[str, Format]]:
    """Return what each file is of which it is known; of several tables in it the first counts.

    What is called like an entity and has its columns is generic, whatever else it may look like.
    Returns the formats, too, as they are where these tables lie beside each other.
    """
    generic = formats.get(GENERIC)
    tools = [each for each in formats.values() if not each.is_generic]
    told: dict[Path, Recognised] = {}
    open_paths = []
    tables: dict[str, set[str]] = {name: set() for name in formats}
    for path in folder.files():
        seen = list(beginnings(path, encoding))
        found = [_generic(each, generic) for each in seen] if generic else []
        found += [recognise(each.text, tools) for each in seen]
        known = [each for each in found if each is not None]
        for each in known:
            tables[each.format].add(each.table)
        if known:
            told[path] = known[0]
        else:
            open_paths.append(path)
    here = {name: beside(each, tables[name]) for name, each in formats.items()}
    more = [each for name, each in here.items() if each != formats[name]]
    for path in open_paths if more else ():
        for start in beginnings(path, encoding):
            if (companion := recognise(start.text, more)) is not None:
                told.setdefault(path, companion)
    return told, here


def _generic(beginning: Beginning, generic: Format) -> Recognised | None:
    name = entity_of(beginning.name, beginning.sheet, generic)
    if name is None:
        return None
    return recognise_entity(beginning.text, generic.entities[name])
