"""A YAML file as it is written: every word as text, every part with its line.

What belongs here: reading YAML so that a message can name the line, and gathering messages. What
does not: what the words mean.

Words are never typed: `no`, `1` and `2026-01-01` are the text that stands there.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import yaml

from orchestration.errors import ConfigurationError
from orchestration.formats.descriptions import nearest
from orchestration.yaml_bounds import check_bounds

MOST_LISTED = 12
"""How many of the known words a message lists when none is near."""


@dataclass(frozen=True)
class Word:
    """A text."""

    text: str
    line: int


@dataclass(frozen=True)
class Items:
    """A list."""

    parts: tuple["Node", ...]
    line: int


@dataclass(frozen=True)
class Table:
    """Keys with values; `lines` holds the line of each key."""

    parts: Mapping[str, "Node"]
    lines: Mapping[str, int]
    line: int

    def items(self) -> Iterator[tuple[str, "Node"]]:
        """Yield each key with its value, in the order of the file."""
        yield from self.parts.items()

    def line_of(self, key: str) -> int:
        """Return the line of a key."""
        return self.lines[key]


Node = Word | Items | Table


@dataclass
class Problems:
    """What is wrong with a file: all of it, each with its line."""

    file: str
    found: list[tuple[int, str]] = field(default_factory=list)

    def add(self, line: int, what: str) -> None:
        """Note what is wrong in a line."""
        self.found.append((line, what))

    def unknown(self, line: int, word: str, kind: str, known: Iterable[str]) -> None:
        """Note a word that is none of those known, with the nearest one."""
        words = list(dict.fromkeys(known))
        near = nearest(word, words)
        listed = ", ".join(words[:MOST_LISTED]) + (", …" if len(words) > MOST_LISTED else "")
        hint = f"did you mean '{near}'?" if near else f"there are: {listed or 'none'}"
        self.add(line, f"'{word}' is no {kind}; {hint}")

    def messages(self) -> list[str]:
        """Return a line of text for each, in the order of the file."""
        return [
            f"{self.file}, line {line}: {what}" for line, what in sorted(dict.fromkeys(self.found))
        ]

    def raise_any(self) -> None:
        """Raise ConfigurationError when there are any."""
        raise_problems([self])


def raise_problems(all_problems: Iterable[Problems]) -> None:
    """Raise ConfigurationError with every message of every file; return when there is none."""
    messages = [message for problems in all_problems for message in problems.messages()]
    if messages:
        raise ConfigurationError("\n".join(messages))


def read_nodes(text: str, problems: Problems) -> Table:
    """Read the text of a file; what is wrong is noted in `problems`."""
    empty = Table({}, {}, 1)
    try:
        check_bounds(text)
        root = yaml.compose(text, yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or str(error).splitlines()[0]
        problems.add(mark.line + 1 if mark else 1, f"it is not valid YAML: {reason}")
        return empty
    if root is None:
        problems.add(1, "the file is empty")
        return empty
    node = _node(root, problems, set())
    if not isinstance(node, Table):
        problems.add(1, "the file must hold keys with values, such as `make:`")
        return empty
    return node


def _node(node: yaml.Node, problems: Problems, seen: set[int]) -> Node:
    line = node.start_mark.line + 1
    if id(node) in seen:
        problems.add(line, "`&` and `*` are not read here: write the words out")
        return Word("", line)
    seen.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        return Items(tuple(_node(part, problems, seen) for part in node.value), line)
    if isinstance(node, yaml.MappingNode):
        parts: dict[str, Node] = {}
        lines: dict[str, int] = {}
        for key_node, value_node in node.value:
            key = _text(key_node, problems)
            if key in parts:
                problems.add(
                    key_node.start_mark.line + 1, f"the key '{key}' comes twice; keep one of them"
                )
                continue
            lines[key] = key_node.start_mark.line + 1
            parts[key] = _node(value_node, problems, seen)
        return Table(parts, lines, line)
    return Word(_text(node, problems), line)


def _text(node: yaml.Node, problems: Problems) -> str:
    if not isinstance(node, yaml.ScalarNode):
        problems.add(node.start_mark.line + 1, "a key must be a word")
        return ""
    is_nothing = node.style is None and node.value in ("~", "null")
    text = "" if is_nothing else str(node.value).strip()
    if any(ord(character) < 32 and character not in "\t\n\r" for character in text):
        problems.add(node.start_mark.line + 1, "there is a character in it that no text has")
        return ""
    return text
