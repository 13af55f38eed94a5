"""Which mapping is about which source, and the copies that are kept of them.

What belongs here: finding the files `<source>.mapping.yml` beside the exports, comparing them with
the sources and with the files' headers, and keeping a copy, so that a load can be translated anew
when its exports are gone. What does not: what a mapping means (see `compiling.py`).

Everything that is wrong with any of them is said at once, before anything is landed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from orchestration.errors import ConfigurationError
from orchestration.files import short_name, write_text
from orchestration.formats.descriptions import Format, known_formats, nearest
from orchestration.landing.mapping.checking import SeenFiles, check_added, check_headers
from orchestration.landing.mapping.compiling import (
    MAPPED,
    Compiled,
    Source,
    adjusted_format,
    own_format,
    read_mapping,
)
from orchestration.landing.mapping.nodes import raise_problems

ENDING = ".mapping.yml"
_OTHER_ENDINGS = (".mapping.yaml", ".mappings.yml", ".mapping.txt")


@dataclass(frozen=True)
class Mappings:
    """What is said of the sources by mapping files.

    Attributes:
        by_source: source → what its mapping says.

    """

    by_source: Mapping[str, Compiled] = field(default_factory=dict)

    def format_of(self, source: str, name: str) -> Format:
        """Return the format of a source's loads, of which they say no more than its name."""
        compiled = self.by_source.get(source)
        if compiled is not None and compiled.format.name == name:
            return compiled.format
        return known_formats()[name]

    def outcomes_of(self, source: str, outcomes: Mapping[str, str]) -> Mapping[str, str]:
        """Return what a source's stages mean: as its mapping says, else as everywhere."""
        compiled = self.by_source.get(source)
        return outcomes if compiled is None else {**outcomes, **compiled.stages}


@dataclass
class MappingFiles:
    """The mapping files, read and not yet compared with anything.

    Attributes:
        kept: the folder of the copies.
        texts: source → text, as it is to be kept.
        sources: source → what was read.
        own: source → the format that its mapping describes itself.

    """

    kept: Path
    texts: dict[str, str]
    sources: dict[str, Source]
    own: dict[str, Compiled]

    @classmethod
    def read(cls, exports: Path, kept: Path, landed: Mapping[str, str]) -> "MappingFiles":
        """Read the mappings beside the exports.

        A mapping that makes everything itself and is gone counts on as long as its loads are kept.

        Args:
            exports: the exports.
            kept: the folder of the copies.
            landed: source → format, of what was landed before.

        Raises: ConfigurationError when a file has a wrong name or is no text.

        """
        texts: dict[str, str] = {}
        files: dict[str, str] = {}
        for path in sorted(exports.iterdir()):
            if path.name.endswith(_OTHER_ENDINGS) and path.is_file():
                raise ConfigurationError(
                    f"Rename {path} to {path.name.split('.mapping')[0]}{ENDING}: it is not read."
                )
            if path.name.endswith(ENDING) and path.is_file():
                source = path.name.removesuffix(ENDING)
                texts[source], files[source] = _text(path), path.name
        for source in (name for name, of in landed.items() if of == MAPPED):
            copy = kept / f"{short_name(source)}{ENDING}"
            if source not in texts and copy.exists():
                texts[source], files[source] = _text(copy), str(copy)
        sources = {name: read_mapping(name, text, files[name]) for name, text in texts.items()}
        own = {
            name: own_format(source)
            for name, source in sources.items()
            if source.is_own and source.is_readable
        }
        return cls(kept, texts, sources, own)

    def owned_in(self, folder: str) -> dict[str, Format]:
        """Return the formats of the mappings about files of a folder: `<folder>[.<name>]`."""
        return {
            name: compiled.format
            for name, compiled in self.own.items()
            if name == folder or name.rpartition(".")[0] == folder
        }

    def compare(
        self,
        formats: Mapping[str, str],
        with_rows: Mapping[str, set[str]],
        seen: Mapping[str, SeenFiles],
    ) -> Mappings:
        """Return what the mappings say, when nothing is wrong with any.

        Args:
            formats: source → format, of all sources that there are or that were landed.
            with_rows: source → the formats of which rows were landed.
            seen: source → the files that lie in its folder and are no other source's.

        Raises: ConfigurationError saying everything that is wrong.

        """
        compiled: dict[str, Compiled] = {}
        for name, source in self.sources.items():
            if not source.is_readable:
                continue
            if name not in formats:
                self._no_source(source, formats)
            elif source.is_own:
                self._check_own(source, self.own[name], with_rows.get(name, set()))
                for used in self.own[name].used:
                    check_headers(source, used, seen.get(name, {}))
                compiled[name] = self.own[name]
            elif formats[name] == MAPPED:
                line = source.root.line
                source.problems.add(
                    line, f"the files of '{name}' are landed by it: keep its `make`"
                )
            elif known_formats()[formats[name]].is_generic:
                source.problems.add(
                    source.root.line,
                    f"the files of '{name}' are generic, there is nothing to adjust: name their "
                    "columns by the words of the generic format, or say by `make` what they hold",
                )
            else:
                tool = known_formats()[formats[name]]
                compiled[name] = adjusted_format(source, tool)
                check_added(source, tool, compiled[name].added, seen.get(name, {}))
        raise_problems(source.problems for source in self.sources.values())
        return Mappings(compiled)

    def keep(self) -> None:
        """Keep a copy of each mapping, and of no other."""
        for name, text in self.texts.items():
            target = self.kept / f"{short_name(name)}{ENDING}"
            if not target.exists() or target.read_text(encoding="utf-8") != text:
                self.kept.mkdir(parents=True, exist_ok=True)
                write_text(target, text)
        kept = {short_name(name) for name in self.texts}
        for path in self.kept.glob(f"*{ENDING}"):
            if path.name.removesuffix(ENDING) not in kept:
                path.unlink()

    def _no_source(self, source: Source, formats: Iterable[str]) -> None:
        listed = sorted(formats)
        near = nearest(source.name, listed)
        hint = f"did you mean '{near}'?" if near else f"there are: {', '.join(listed)}"
        source.problems.add(
            source.root.line,
            f"there is no source '{source.name}'; {hint} (a mapping is called <source>{ENDING})",
        )

    def _check_own(self, source: Source, own: Compiled, landed: set[str]) -> None:
        others = sorted(landed - {own.format.name})
        if others:
            source.problems.add(
                source.root.line,
                f"rows of '{source.name}' were landed as {' and '.join(others)} before, and would "
                "count twice: put the files of this mapping into a folder of their own"
                + ("" if others == ["generic"] else ", or `adjust` that format"),
            )


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{path} is not UTF-8 text: save it as UTF-8.") from error
