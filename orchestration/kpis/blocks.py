"""Files of YAML blocks, read so that every mistake is told with its file and line.

What belongs here: keys, words, texts and numbers as they are written. What does not: what a key
means (see `events.py`, `definitions.py`).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from orchestration.errors import ConfigurationError
from orchestration.formats.descriptions import YAML_LOADER, nearest
from orchestration.yaml_bounds import check_bounds


@dataclass(frozen=True)
class Place:
    """Where something is written: the file as messages name it, and the line."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}"

    def error(self, message: str) -> ConfigurationError:
        """Return the error that says `message` of this place."""
        return ConfigurationError(f"{self}: {message}")


def known(word: str, candidates: Iterable[str], kind: str, place: Place) -> str:
    """Return the word if it is one of the candidates.

    Raises: ConfigurationError with the nearest one, else all of them.
    """
    candidates = list(candidates)
    if word in candidates:
        return word
    near = nearest(word, candidates)
    hint = f"did you mean '{near}'?" if near else f"known: {', '.join(candidates) or 'none'}."
    raise place.error(f"unknown {kind} '{word}'; {hint}")


class Block:
    """One mapping of a file: its keys with what is written under each."""

    def __init__(self, node: yaml.Node, place: Place, name: str) -> None:
        """Read the keys of a mapping.

        Args:
            node: what was read.
            place: where its name is written.
            name: how messages call it.

        Raises:
            ConfigurationError: it is no mapping, or a key comes twice.

        """
        self.name = name
        self.place = place
        self._nodes: dict[str, yaml.Node] = {}
        self._places: dict[str, Place] = {}
        if not isinstance(node, yaml.MappingNode):
            raise self.place.error(f"{name} must hold keys with values")
        for key_node, value in node.value:
            key, place = str(key_node.value), _place(key_node, self.place.file)
            if key in self._nodes:
                raise place.error(
                    f"'{key}' comes twice in {name}, first in line {self._places[key].line}; "
                    "keep one of them"
                )
            self._nodes[key], self._places[key] = value, place

    def __contains__(self, key: str) -> bool:
        return key in self._nodes

    def __iter__(self) -> Iterator[str]:
        return iter(self._nodes)

    def where(self, key: str) -> Place:
        """Return where a key is written; the block itself where it is not."""
        return self._places.get(key, self.place)

    def check_keys(self, allowed: Iterable[str]) -> None:
        """Refuse a key that is none of the allowed ones."""
        allowed = list(allowed)
        for key in self:
            known(key, allowed, f"key in {self.name}:", self.where(key))

    def text(self, key: str) -> str:
        """Return the text under a key that must be there."""
        value = self.optional_text(key)
        if value is None:
            raise self.place.error(f"{self.name} lacks '{key}'")
        return value

    def optional_text(self, key: str) -> str | None:
        """Return the text under a key, or None without the key; it is written and not empty."""
        node = self._nodes.get(key)
        if node is None:
            return None
        if not isinstance(node, yaml.ScalarNode):
            raise self.where(key).error(f"{key} of {self.name} must be a text")
        text = " ".join(str(node.value).split())
        if not text or node.tag.endswith(":null"):
            raise self.where(key).error(f"{key} of {self.name} is empty")
        return text

    def word(self, key: str, allowed: Iterable[str], default: str | None = None) -> str:
        """Return the word under a key, one of the allowed ones; without the key the default."""
        if default is not None and key not in self:
            return default
        return known(self.text(key), allowed, f"{key} of {self.name}:", self.where(key))

    def words(self, key: str) -> tuple[str, ...]:
        """Return the words under a key: a list, or one word; none without the key."""
        node = self._nodes.get(key)
        if node is None:
            return ()
        if not isinstance(node, yaml.SequenceNode):
            return (self.text(key),)
        if not node.value or not all(isinstance(item, yaml.ScalarNode) for item in node.value):
            raise self.where(key).error(f"{key} of {self.name} must be a list of words")
        return tuple(str(item.value) for item in node.value)

    def flag(self, key: str) -> bool:
        """Return whether a key says true; without the key false."""
        return self.word(key, ("true", "false"), "false") == "true"

    def whole_number(self, key: str, default: int) -> int:
        """Return the number from 0 under a key; without the key the default."""
        text = self.optional_text(key)
        if text is None:
            return default
        if not re.fullmatch(r"\d{1,9}", text):
            raise self.where(key).error(
                f"{key} of {self.name} is {text!r}; it must be a whole number from 0"
            )
        return int(text)

    def block(self, key: str) -> "Block":
        """Return the mapping under a key that must be there."""
        if key not in self:
            raise self.place.error(f"{self.name} lacks '{key}'")
        return Block(self._nodes[key], self.where(key), key)

    def blocks(self, key: str) -> tuple["Block", ...]:
        """Return the mappings under a key: a list of them, or one; none without the key."""
        node = self._nodes.get(key)
        if node is None:
            return ()
        listed = node.value if isinstance(node, yaml.SequenceNode) else [node]
        return tuple(Block(each, _place(each, self.place.file), key) for each in listed)

    def is_text(self, key: str) -> bool:
        """Return whether a plain text is written under a key."""
        return isinstance(self._nodes.get(key), yaml.ScalarNode)


def read_blocks(path: Path, file: str) -> Block | None:
    """Return what a file holds, or None when it holds nothing.

    Args:
        path: the file.
        file: its name in messages.

    Raises:
        ConfigurationError: it is no YAML, or no mapping.

    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        check_bounds(text)
        node = yaml.compose(text, YAML_LOADER)
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{file} is not UTF-8 text: save it as UTF-8") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise Place(file, line).error(f"this is not valid YAML: {error.problem}") from error
    except yaml.YAMLError as error:
        raise ConfigurationError(f"{file} is not valid YAML: {error}") from error
    if node is None or (isinstance(node, yaml.ScalarNode) and not node.value):
        return None
    return Block(node, Place(file, 1), "the file")


def _place(node: yaml.Node, file: str) -> Place:
    return Place(file, node.start_mark.line + 1)
