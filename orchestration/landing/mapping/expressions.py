"""The words of a mapping as SQL over the columns of a table.

What belongs here: a value, an option or a condition becomes an expression. What does not: which
columns there are (see `cells.py`) and where a value is used (see `compiling.py`).

Nothing that a user or a file writes becomes SQL: headers are only ever compared with headers, the
SQL knows columns by names of our own, and every word is a quoted text.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Protocol, TypeVar

from orchestration.formats.descriptions import Column
from orchestration.landing.mapping.nodes import Items, Node, Problems, Table, Word
from orchestration.landing.mapping.vocabulary import (
    CELL,
    CONDITIONS,
    DATE_EXAMPLES,
    FILE,
    HEADER,
    NUMBER_EXAMPLES,
    OPERATIONS,
    OPTIONS,
    OPTIONS_OF,
    SPECIAL,
    DateForm,
    NumberForm,
    date_form,
    number_form,
)
from orchestration.quoting import quoted_text

NOTHING = "null::varchar"
_DAYS = ("day", "moment")

_Form = TypeVar("_Form")


class Cells(Protocol):
    """Where the cells below a header are found.

    `is_clean` says that a cell that says nothing is null there.
    """

    is_clean: ClassVar[bool]

    def column(self, header: Word, is_optional: bool, is_day: bool = False) -> str:
        """Return the quoted name of the column below a header."""

    def one_of(self, headers: Sequence[Word]) -> None:
        """Note that a file needs one of these headers."""


@dataclass(frozen=True)
class Forms:
    """How the cells of a table are written."""

    empty: tuple[str, ...] = ()
    dates: tuple[DateForm, ...] = ()
    numbers: tuple[NumberForm, ...] = ()


@dataclass(frozen=True)
class Value:
    """A value as SQL.

    Attributes:
        sql: the expression.
        is_cell: whether it is what a cell holds, rather than a word of the mapping.
        words: every word of the mapping that it may become, with its line.
        word: of a translation of words without `otherwise`: the expression of the word itself.

    """

    sql: str
    is_cell: bool
    words: tuple[Word, ...] = ()
    word: str | None = None

    def before(self, other: str | None) -> str:
        """Return the value, another one where it says nothing, and nothing where it says `""`."""
        whole = self.sql if other is None else f"coalesce({self.sql}, ({other})::varchar)"
        return f"nullif({whole}, '')" if any(not word.text for word in self.words) else whole


@dataclass(frozen=True)
class Writer:
    """Writes the expressions of one block.

    Attributes:
        cells: the columns.
        forms: how the cells are written.
        has_each: whether `$header` and `$cell` mean something.
        problems: where mistakes are noted.
        is_optional: whether no file needs the headers.
        is_day: whether the cells are days in no declared form.

    """

    cells: Cells
    forms: Forms
    has_each: bool
    problems: Problems
    is_optional: bool = False
    is_day: bool = False

    def value(self, node: Node, column: Column) -> Value | None:
        """Return the value of a column of an entity; None when it is none, and why is noted."""
        own = self._own_forms(node)
        is_day = column.type in _DAYS and not own.dates
        found = replace(self, is_day=is_day)._value(node)
        if found is None or not found.is_cell:
            return found
        return replace(found, sql=in_forms(found.sql, column, own))

    def condition(self, node: Node) -> str | None:
        """Return the condition under which a row is left out."""
        if not isinstance(node, Table) or not node.parts:
            self.problems.add(node.line, f"a condition is like {CONDITIONS['empty'].example}")
            return None
        kind = next((key for key in node.parts if key in CONDITIONS), None)
        allowed = ("is", "is_not") if kind == "column" else ()
        self._check_keys(node, (*CONDITIONS, *(allowed if kind else ("is", "is_not"))), "condition")
        if kind is None or set(node.parts) - {kind, *allowed}:
            return None
        cells = self._cells(node.parts[kind])
        if kind == "empty":
            return f"coalesce({', '.join([*cells, NOTHING])}) is null"
        if kind == "filled":
            return f"coalesce({', '.join([*cells, NOTHING])}) is not null"
        asked = [key for key in allowed if key in node.parts]
        if len(asked) != 1:
            self.problems.add(node.line, "`column` needs one of `is` and `is_not`")
            return None
        words = ", ".join(
            f"folded({quoted_text(word.text)})" for word in self._words(node.parts[asked[0]])
        )
        is_one = f"coalesce(folded({first(cells)}) in ({words or NOTHING}), false)"
        return is_one if asked[0] == "is" else f"not {is_one}"

    def _value(self, node: Node) -> Value | None:
        if not isinstance(node, Table):
            return Value(first(self._alternatives(node)), is_cell=True)
        kinds = [key for key in node.parts if key in OPERATIONS]
        if not kinds and set(node.parts) - set(OPTIONS):
            self._check_keys(node, (*OPERATIONS, *OPTIONS), "operation")
            return None
        if len(kinds) != 1:
            listed = ", ".join(OPERATIONS)
            self.problems.add(
                node.line, f"a value is a header or one of: {listed} (here: {len(kinds)} of them)"
            )
            return None
        (kind,) = kinds
        self._check_keys(node, (kind, *OPTIONS_OF[kind]), f"option of `{kind}`")
        writer = replace(self, is_optional="optional" in node.parts and self._flag(node))
        return writer._operation(kind, node)

    def _operation(self, kind: str, node: Table) -> Value | None:
        asked = node.parts[kind]
        if kind == "constant":
            word = self._word(asked)
            return None if word is None else Value(quoted_text(word.text), False, (word,))
        if kind == "filled":
            return self._filled(asked, node)
        if kind == "column":
            return self._translated(first(self._alternatives(asked)), node, is_cell=True)
        cells = self._cells(asked)
        if kind == "id":
            made = f"id_of([{', '.join(cells)}])"
            if "needs" in node.parts:
                needed = ", ".join([*self._cells(node.parts["needs"]), NOTHING])
                made = f"case when coalesce({needed}) is not null then {made} end"
            return Value(made, is_cell=False)
        if kind == "joined":
            filled = f"list_filter([{', '.join(cells)}], lambda cell: cell is not null)"
            return Value(f"nullif(array_to_string({filled}, ' '), '')", is_cell=False)
        if kind.startswith("last"):
            cells = list(reversed(cells))
        if kind.endswith("_header"):
            headers = [word.text for word in self._words(asked)]
            named = headers if kind.startswith("first") else list(reversed(headers))
            cases = [
                f"when {cell} is not null then {quoted_text(header)}"
                for cell, header in zip(cells, named, strict=False)
            ]
            return self._translated(f"case {' '.join(cases)} end", node, is_cell=False)
        return self._translated(first(cells), node, is_cell=True)

    def _filled(self, asked: Node, node: Table) -> Value | None:
        if not isinstance(asked, Table) or not asked.parts:
            self.problems.add(asked.line, f"`filled` is like {OPERATIONS['filled'].example}")
            return None
        cases, words = [], []
        for header, result in asked.items():
            (cell,) = self._cells(Word(header, asked.line_of(header)))
            word = self._word(result)
            if word is not None:
                cases.append(f"when {cell} is not null then {quoted_text(word.text)}")
                words.append(word)
        otherwise = self._otherwise(node)
        if otherwise is not None:
            words.append(otherwise)
        rest = NOTHING if otherwise is None else quoted_text(otherwise.text)
        return Value(f"case {' '.join(cases)} else {rest} end", False, tuple(words))

    def _translated(self, word: str, node: Table, is_cell: bool) -> Value | None:
        """Return what the words of an expression become by `values` and `otherwise`."""
        values, otherwise = node.parts.get("values"), self._otherwise(node)
        if values is None and otherwise is None:
            return Value(word, is_cell)
        if values is not None and not isinstance(values, Table):
            self.problems.add(values.line, f"`values` is like {OPTIONS['values'].example}")
            return None
        cases, words = [], []
        for said, result in values.items() if values is not None else ():
            becomes = self._word(result)
            if becomes is None:
                continue
            condition = (
                f"folded({word}) = folded({quoted_text(said)})" if said else f"({word}) is null"
            )
            cases.append(f"when {condition} then {self._result(becomes, word)}")
            words += [] if becomes.text == CELL else [becomes]
        if otherwise is not None:
            words += [] if otherwise.text == CELL else [otherwise]
            rest = self._result(otherwise, word)
        else:
            rest = NOTHING
        sql = f"case {' '.join(cases)} else {rest} end" if cases else rest
        return Value(sql, False, tuple(words), word if otherwise is None else None)

    def _result(self, becomes: Word, word: str) -> str:
        return f"({word})" if becomes.text == CELL else quoted_text(becomes.text)

    def _otherwise(self, node: Table) -> Word | None:
        return self._word(node.parts["otherwise"]) if "otherwise" in node.parts else None

    def _own_forms(self, node: Node) -> Forms:
        forms = self.forms
        if isinstance(node, Table):
            forms = read_forms(node, forms, self.problems)
        return forms

    def _cells(self, node: Node) -> list[str]:
        """Return the expression of each of some headers' cells; a list within is one of them."""
        if isinstance(node, Word):
            return [self._cell(node)]
        if isinstance(node, Items) and node.parts:
            cells = []
            for part in node.parts:
                if isinstance(part, Items):
                    cells.append(first(self._alternatives(part)))
                else:
                    cells += self._cells(part)
            return cells
        self.problems.add(node.line, "here a header or a list of headers is wanted")
        return [NOTHING]

    def _alternatives(self, node: Node) -> list[str]:
        """Return the cells of headers of which a file needs one."""
        if not isinstance(node, Items) or len(node.parts) == 1:
            return self._cells(node)
        words = self._words(node)
        if not self.is_optional:
            self.cells.one_of(words)
        loose = replace(self, is_optional=True)
        return [loose._cell(word) for word in words] or [NOTHING]

    def _cell(self, header: Word) -> str:
        if not header.text:
            self.problems.add(header.line, "here a header is wanted")
            return NOTHING
        if header.text in (HEADER, CELL):
            if not self.has_each:
                self.problems.add(
                    header.line, f"`{header.text}` means something within `each` only"
                )
            return "each_name" if header.text == HEADER else filled_cell("each_value", self.forms)
        if header.text == FILE:
            return "file_name(_file)"
        if header.text.startswith("$"):
            self.problems.unknown(header.line, header.text, "word that stands for a cell", SPECIAL)
            return NOTHING
        column = self.cells.column(header, self.is_optional, self.is_day)
        return column if self.cells.is_clean else filled_cell(column, self.forms)

    def _word(self, node: Node) -> Word | None:
        if isinstance(node, Word):
            return node
        self.problems.add(node.line, "here a word is wanted")
        return None

    def _words(self, node: Node) -> list[Word]:
        return words_of(node, self.problems)

    def _flag(self, node: Table) -> bool:
        word = self._word(node.parts["optional"])
        if word is not None and word.text.casefold() not in ("yes", "no", "true", "false"):
            self.problems.unknown(word.line, word.text, "yes or no", ("yes", "no"))
        return word is not None and word.text.casefold() in ("yes", "true")

    def _check_keys(self, node: Table, allowed: Sequence[str], kind: str) -> None:
        check_keys(node, allowed, kind, self.problems)


def check_keys(node: Table, allowed: Iterable[str], kind: str, problems: Problems) -> None:
    """Note every key of a block that is none of those allowed."""
    known = tuple(allowed)
    for key in node.parts:
        if key not in known:
            problems.unknown(node.line_of(key), key, kind, known)


def words_of(node: Node, problems: Problems) -> list[Word]:
    """Return the words of a list; a single word is a list of one."""
    if isinstance(node, Word):
        return [node]
    if isinstance(node, Items):
        words = [part for part in node.parts if isinstance(part, Word)]
        for part in node.parts:
            if not isinstance(part, Word):
                problems.add(part.line, "here a word is wanted")
        return words
    problems.add(node.line, "here a word or a list of words is wanted")
    return []


def read_forms(node: Table, outer: Forms, problems: Problems) -> Forms:
    """Return how cells are written by a block's words, by those around it where it says nothing."""
    forms = outer
    if "empty" in node.parts:
        listed = words_of(node.parts["empty"], problems)
        forms = replace(forms, empty=tuple(word.text for word in listed if word.text))
    if "dates" in node.parts:
        days = _known(node.parts["dates"], date_form, "form of a day", DATE_EXAMPLES, problems)
        forms = replace(forms, dates=days)
    if "numbers" in node.parts:
        numbers = _known(
            node.parts["numbers"], number_form, "form of 1234.56", NUMBER_EXAMPLES, problems
        )
        forms = replace(forms, numbers=numbers)
    return forms


def _known(
    node: Node,
    form_of: Callable[[str], _Form | None],
    kind: str,
    examples: Sequence[str],
    problems: Problems,
) -> tuple[_Form, ...]:
    """Return the forms that words mean; a word that means none is noted."""
    forms = []
    for word in words_of(node, problems):
        form = form_of(word.text)
        if form is None:
            problems.unknown(word.line, word.text, kind, examples)
        else:
            forms.append(form)
    return tuple(forms)


def first(cells: Sequence[str]) -> str:
    """Return the first filled of some cells."""
    return cells[0] if len(cells) == 1 else f"coalesce({', '.join([*cells, NOTHING])})"


def filled_cell(column: str, forms: Forms) -> str:
    """Return what a cell holds; null when it is blank or one of the words for nothing."""
    empty = ", ".join(f"folded({quoted_text(word)})" for word in forms.empty)
    return f"filled_cell({column}, [{empty}]::varchar[])"


def in_forms(cell: str, column: Column, forms: Forms) -> str:
    """Return a cell as days and numbers are written everywhere, when it has one of the forms."""
    written = []
    if column.type in _DAYS:
        written = [_day(cell, form) for form in forms.dates]
        if not written:
            return f"iso_time({cell}, _day_order)"
    elif column.type in ("decimal", "integer"):
        written = [_number(cell, form) for form in forms.numbers]
        written = [f"typed_number({cell}, _file)", *written] if written else []
    return f"coalesce({', '.join([*written, cell])})" if written else cell


def _day(cell: str, form: DateForm) -> str:
    if form.kind != "day":
        return f"day_in_{form.kind}({cell})"
    return f"day_in_form({cell}, {quoted_text(form.pattern)}, {quoted_text(form.strptime)})"


def _number(cell: str, form: NumberForm) -> str:
    marks = (form.before, form.after, form.pattern, form.thousands, form.decimal)
    listed = ", ".join(quoted_text(mark) for mark in marks)
    return f"number_in_form({cell}, {listed}, {str(form.is_percent).lower()})"
