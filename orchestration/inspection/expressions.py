"""What a format's expressions refer to and what they can give, read off their syntax.

What belongs here: the columns behind a column of a make, and the words that an expression can come
to. What does not: carrying an expression out (see `landing/translation.py`).
"""

import functools
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import duckdb

from orchestration.formats.descriptions import GENERIC, Format, Make, known_formats
from orchestration.landing.translation import macros

_SAME_WORDS = ("lower", "trim", "nullif", "nfc_normalize", "regexp_replace")
"""Functions whose first argument's words are theirs, but for blanks and case."""

_GIVEN: Mapping[str, frozenset[str]] = {"outcome_of": frozenset({"won", "lost", "open"})}
"""What the macros give that know their words otherwise than by their text."""

_MACRO = re.compile(
    r"create or replace temp macro (\w+)\(([^)]*)\) as\s+(.*?)\s*;?\s*", re.DOTALL | re.IGNORECASE
)
_COMMENT_LINE = re.compile(r"^\s*--.*$", re.MULTILINE)

_EACH_COLUMNS = ("each_name", "each_value", "each_number")

Tree = Mapping[str, Any]


@dataclass(frozen=True)
class Words:
    """What an expression can come to.

    Attributes:
        words: the words that are written in it.
        is_open: whether it can come to anything else as well.

    """

    words: frozenset[str] = frozenset()
    is_open: bool = False

    def __or__(self, other: "Words") -> "Words":
        return Words(self.words | other.words, self.is_open or other.is_open)

    @property
    def is_nothing(self) -> bool:
        """Whether it is always empty."""
        return not self.words and not self.is_open


@dataclass(frozen=True)
class Use:
    """A column of a table that an expression refers to.

    Attributes:
        table: the table.
        column: its column; `*` followed by a pattern for all headers that match it.
        is_value: whether its value is taken; else it only decides about one.

    """

    table: str
    column: str
    is_value: bool


@cache
def parsed(expression: str) -> Tree:
    """Return the syntax of an expression.

    Raises: ValueError when it is none.
    """
    row = duckdb.execute("select json_serialize_sql(?)", [f"select ({expression})"]).fetchone()
    found = json.loads(row[0] if row else "{}")
    if found.get("error", True):
        raise ValueError(f"{expression}: {found.get('error_message')}")
    tree: Tree = found["statements"][0]["node"]["select_list"][0]
    return tree


@cache
def _macros() -> Mapping[str, tuple[tuple[str, ...], Tree]]:
    """Return the macros of `translation.sql`: name → its arguments, and its syntax."""
    found = {}
    for statement in duckdb.extract_statements(macros()):
        match = _MACRO.fullmatch(_COMMENT_LINE.sub("", statement.query).strip())
        if match is not None:
            names = tuple(each.strip() for each in match[2].split(","))
            found[match[1]] = names, parsed(match[3])
    return found


class Reader:
    """Follows the names of one make to the columns of the tables behind them."""

    def __init__(self, export_format: Format, make: Make) -> None:
        """Know what each name of the make stands for."""
        self._format = export_format
        self._make = make
        self._taken = {
            name: (join.table, expression)
            for join in make.joins
            for name, expression in join.take.items()
        }

    def uses(self, expression: str) -> frozenset[Use]:
        """Return the columns that an expression refers to."""
        return frozenset(self._uses(parsed(expression), self._make.table, True, frozenset()))

    def uses_of(self, table: str, expression: str) -> frozenset[Use]:
        """Return the columns that an expression over another table refers to."""
        return frozenset(self._uses(parsed(expression), table, True, frozenset()))

    def words(self, expression: str) -> Words:
        """Return what an expression can come to."""
        return self._words(parsed(expression), self._make.table, frozenset())

    def _named(self, name: str, table: str) -> Iterator[tuple[str, str]]:
        """Yield the tables and expressions that a name stands for; none for a column."""
        if table == self._make.table and name in self._make.let:
            yield table, self._make.let[name]
        elif table == self._make.table and name in self._taken:
            yield self._taken[name]
        elif name not in self._format.entities[table].column_names:
            yield from self._format.facts.get(name, ())

    def _uses(self, tree: Any, table: str, is_value: bool, seen: frozenset[str]) -> Iterator[Use]:
        if isinstance(tree, list):
            for each in tree:
                yield from self._uses(each, table, is_value, seen)
        if not isinstance(tree, dict):
            return
        if tree.get("class") == "COLUMN_REF":
            yield from self._uses_of_name(tree["column_names"][-1], table, is_value, seen)
            return
        for key, each in tree.items():
            yield from self._uses(each, table, is_value and key != "when_expr", seen)

    def _uses_of_name(
        self, name: str, table: str, is_value: bool, seen: frozenset[str]
    ) -> Iterator[Use]:
        if name in self._format.entities[table].column_names and name not in self._make.let:
            yield Use(table, name, is_value)
            return
        if name in _EACH_COLUMNS and self._make.each is not None:
            each = self._make.each
            if each.split is not None and name != "each_name":
                yield from self._uses(parsed(each.split), table, is_value, seen)
            elif each.headers is not None:
                yield Use(table, f"*{each.headers}", is_value)
            return
        if name in seen:
            if name in self._format.entities[table].column_names:
                yield Use(table, name, is_value)
            return
        for of_table, expression in self._named(name, table):
            yield from self._uses(parsed(expression), of_table, is_value, seen | {name})

    def _words(
        self,
        tree: Tree,
        table: str,
        seen: frozenset[str],
        bound: Mapping[str, Words] | None = None,
    ) -> Words:
        """Return what a part of an expression can come to; `bound` are a macro's arguments."""

        def any_of(trees: Iterable[Tree]) -> Words:
            return functools.reduce(
                Words.__or__, (self._words(each, table, seen, bound) for each in trees), Words()
            )

        kind = tree.get("class")
        if kind == "CONSTANT":
            value = tree["value"]
            is_empty = value["is_null"] or value["value"] == ""
            return Words() if is_empty else Words(frozenset({str(value["value"])}))
        if kind == "CASE":
            ends = [check["then_expr"] for check in tree["case_checks"]]
            return any_of([*ends, tree["else_expr"]])
        if kind == "CAST":
            return any_of([tree["child"]])
        if tree.get("type") == "OPERATOR_COALESCE":
            return any_of(tree["children"])
        if kind == "FUNCTION":
            return self._words_of_function(tree["function_name"], tree["children"], any_of)
        if kind == "COLUMN_REF":
            return self._words_of_name(tree["column_names"][-1], table, seen, bound or {})
        return Words(is_open=True)

    def _words_of_function(
        self, name: str, arguments: Sequence[Tree], any_of: Callable[[Iterable[Tree]], Words]
    ) -> Words:
        if name in _GIVEN:
            return Words(_GIVEN[name])
        if name == "if":
            return any_of(arguments[1:])
        if name in _SAME_WORDS:
            return any_of(arguments[:1])
        if name in _macros():
            names, body = _macros()[name]
            given = {each: any_of([tree]) for each, tree in zip(names, arguments, strict=False)}
            return self._words(body, self._make.table, frozenset(), given)
        return Words(is_open=True)

    def _words_of_name(
        self, name: str, table: str, seen: frozenset[str], bound: Mapping[str, Words]
    ) -> Words:
        if name in bound:
            return bound[name]
        named = [] if name in seen else list(self._named(name, table))
        found = Words(is_open=not named)
        for of_table, expression in named:
            found |= self._words(parsed(expression), of_table, seen | {name})
        return found


def targets(export_format: Format) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return what each column of a tool's tables becomes: (table, column) → `entity.column`s.

    Besides what its value is taken for, the words of closed lists that it decides about; where it
    is taken nowhere, all that it decides about. A pattern of headers is `*pattern`.
    """
    closed = _closed_columns()
    taken: dict[tuple[str, str], dict[str, None]] = {}
    decided: dict[tuple[str, str], dict[str, None]] = {}
    for make in export_format.makes:
        reader = Reader(export_format, make)
        for name, expression in make.columns.items():
            target = f"{make.entity}.{name}"
            uses = sorted(reader.uses(expression), key=lambda use: (use.table, use.column))
            for use in uses:
                into = taken if use.is_value or target in closed else decided
                into.setdefault((use.table, use.column), {})[target] = None
        conditions = [(make.table, each) for each in make.where.values()]
        conditions += [(make.table, join.to) for join in make.joins]
        conditions += [(join.table, join.key) for join in make.joins]
        for table, expression in conditions:
            for use in reader.uses_of(table, expression):
                decided.setdefault((use.table, use.column), {})[make.entity] = None
    return {key: tuple(taken.get(key) or decided[key]) for key in {**decided, **taken}}


def _closed_columns() -> frozenset[str]:
    """Return the columns of the entities that hold words of a closed list."""
    return frozenset(
        f"{entity.name}.{column.name}"
        for entity in known_formats()[GENERIC].entities.values()
        for column in entity.columns
        if column.allowed
    )
