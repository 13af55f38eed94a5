"""The descriptions of the macros, written from the comments above them.

What belongs here: how a macro's comment becomes its part of `_<room>__macros.yml`. What does not:
the descriptions of models (see `descriptions.py`).

The comment stands right above its macro: sentences, then a line per argument, in their order,
`- name (type): meaning`, with a type that dbt knows.
"""

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, nodes

from orchestration.environment import PROJECT_DIR
from orchestration.errors import ConfigurationError

_WIDTH = 112
_MACRO = re.compile(
    r"(?:\{#-?(?P<comment>(?:(?!#\}).)*?)-?#\}\n)?"
    r"\{%-? *(?P<kind>macro|materialization) (?P<head>(?:(?!%\}).)*?)-?%\}",
    flags=re.DOTALL,
)
_ARGUMENT = re.compile(r"- (?P<name>\w+) \((?P<type>[^()]+)\): (?P<meaning>.+)")
_SIMPLE = "(string|boolean|integer|float|any|relation|column)"
_TYPE = re.compile(rf"{_SIMPLE}|(list|optional)\[{_SIMPLE}\]|dict\[{_SIMPLE}, {_SIMPLE}\]")
_HEADER = """\
# Written by `make docs` from the comments above the macros; do not edit it by hand.
version: 2

macros:
"""


@dataclass(frozen=True)
class Argument:
    """An argument of a macro.

    Attributes:
        name: as the macro names it.
        type: as dbt writes types.
        meaning: what it is.

    """

    name: str
    type: str
    meaning: str


@dataclass(frozen=True)
class Macro:
    """A macro as its comment describes it."""

    name: str
    description: str
    arguments: tuple[Argument, ...]


def described_macros(sql: str) -> list[Macro]:
    """Return the macros of a file in the order of their names.

    Raises:
        ConfigurationError: a macro has no comment right above it, or one that does not tell exactly
            its arguments, in their order.

    """
    return sorted((_described(match) for match in _MACRO.finditer(sql)), key=lambda each: each.name)


def _described(match: re.Match[str]) -> Macro:
    name, arguments = _declared(match["kind"], match["head"])
    if match["comment"] is None:
        raise ConfigurationError(f"say in a comment right above {name} what it is")
    lines = [line.strip() for line in match["comment"].strip().splitlines()]
    told = [_ARGUMENT.fullmatch(line) for line in lines]
    described = tuple(
        Argument(each["name"], each["type"], each["meaning"]) for each in told if each is not None
    )
    names = [each.name for each in described]
    if names != arguments:
        raise ConfigurationError(
            f"{name} has the arguments {arguments}, its comment tells {names}: write a line "
            "`- name (type): meaning` for each, in their order"
        )
    for each in described:
        if not _TYPE.fullmatch(each.type):
            raise ConfigurationError(f"{name}: {each.type!r} of {each.name} is no type of dbt's")
    words = (line for line, argument in zip(lines, told, strict=True) if argument is None)
    return Macro(name, " ".join(word for word in words if word), described)


def _declared(kind: str, head: str) -> tuple[str, list[str]]:
    """Return name and arguments of a macro; dbt gives a materialization a name with its adapter."""
    if kind == "materialization":
        name, _, adapter = head.strip().partition(", adapter=")
        return f"materialization_{name}_{adapter.strip(chr(39))}", []
    macro = Environment().parse(f"{{% macro {head} %}}{{% endmacro %}}").find(nodes.Macro)
    assert macro is not None
    return macro.name, [argument.name for argument in macro.args]


def macros_file(macros: list[Macro]) -> str:
    """Return the text of a `_<room>__macros.yml`."""
    return _HEADER + "\n".join("".join(f"{line}\n" for line in _lines(each)) for each in macros)


def _lines(macro: Macro) -> Iterator[str]:
    yield f"  - name: {macro.name}"
    yield from _description(macro.description, "    ")
    if macro.arguments:
        yield "    arguments:"
    for argument in macro.arguments:
        yield f"      - name: {argument.name}"
        yield f"        type: {argument.type}"
        meaning = argument.meaning[0].upper() + argument.meaning[1:]
        yield from _description(meaning, "        ")


def _description(text: str, indent: str) -> Iterator[str]:
    quoted = text.replace("'", "''")
    line = f"{indent}description: '{quoted}'"
    if len(line) <= _WIDTH:
        yield line
        return
    yield f"{indent}description: >"
    yield from textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=f"{indent}  ",
        subsequent_indent=f"{indent}  ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def described_rooms(project_dir: Path = PROJECT_DIR) -> dict[Path, str]:
    """Return the text that the property file of each room of macros should have, by its file.

    Raises:
        ConfigurationError: a macro is not described as it is; names its file.

    """
    pages = {}
    for room in sorted(each for each in (project_dir / "macros").iterdir() if each.is_dir()):
        macros: list[Macro] = []
        for file in sorted(room.glob("*.sql")):
            try:
                macros += described_macros(file.read_text(encoding="utf-8"))
            except ConfigurationError as error:
                raise ConfigurationError(f"{file.relative_to(project_dir)}: {error}") from error
        pages[room / f"_{room.name}__macros.yml"] = macros_file(macros)
    return pages
