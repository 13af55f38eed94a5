"""A mapping file becomes tables and makes, as those of the formats that are built in.

What belongs here: the file's blocks. What does not: values (see `expressions.py`), which files of
which source a mapping is about (see `sources.py`), and carrying a make out (see
`orchestration/landing/translation.py`).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from orchestration.formats.descriptions import (
    GENERIC,
    Column,
    Each,
    Entity,
    Format,
    Make,
    known_formats,
)
from orchestration.landing.headers import normalised
from orchestration.landing.mapping.cells import OwnCells, ToolCells, as_written
from orchestration.landing.mapping.expressions import (
    Forms,
    Value,
    Writer,
    check_keys,
    filled_cell,
    read_forms,
    words_of,
)
from orchestration.landing.mapping.nodes import Items, Problems, Table, Word, read_nodes
from orchestration.landing.mapping.vocabulary import MAKE, STATUSES, TABLE, TOP
from orchestration.quoting import quoted_text

MAPPED = "mapping"
"""The format of a source of which a mapping makes everything."""

SHEET = Entity("sheet", (), description="a table of one's own", is_of_tool=True)
"""As what all files of such a source are landed: every cell beside the columns, of which there are
none. So a mapping decides about nothing that is kept."""

ONE_PER_KEY = ("accounts", "prospects", "reps", "campaigns", "products")
"""What a table of something else names again in every row: of one key the first row counts."""

_DECIDED_OTHERWISE = ("updated_at", "valid_from")
"""Columns that say which of several rows with one key counts, or that all do."""


@dataclass(frozen=True)
class UsedTable:
    """The headers of a table that a mapping uses, for the comparison with the files.

    Attributes:
        table: the table.
        needed: the headers that its files need, of each group one.

    """

    table: Entity
    needed: tuple[tuple[Word, ...], ...]


@dataclass(frozen=True)
class Compiled:
    """What a mapping says.

    Attributes:
        format: the source's format by this mapping.
        stages: stage, as it is compared → open, won or lost.
        used: the headers of its own tables.
        added: the headers that adjustments use besides those of the tool's tables, of each group
            one of which a file needs.

    """

    format: Format
    stages: Mapping[str, str]
    used: tuple[UsedTable, ...] = ()
    added: tuple[tuple[Word, ...], ...] = ()


@dataclass(frozen=True)
class Source:
    """A mapping file as it was read.

    Attributes:
        name: the source.
        root: what stands in it.
        problems: what is wrong with it so far.
        is_readable: whether it is YAML.

    """

    name: str
    root: Table
    problems: Problems
    is_readable: bool

    @property
    def is_own(self) -> bool:
        """Whether it makes everything itself, rather than adjusting a tool's format."""
        return "make" in self.root.parts or "tables" in self.root.parts


def read_mapping(name: str, text: str, file: str) -> Source:
    """Read the text of a source's mapping; what is wrong with it is noted."""
    problems = Problems(file)
    root = read_nodes(text, problems)
    source = Source(name, root, problems, is_readable=not problems.found)
    if not source.is_readable:
        return source
    check_keys(root, TOP, "word of a mapping", problems)
    for word in ("adjust", "facts"):
        if source.is_own and word in root.parts:
            line = root.line_of(word)
            problems.add(line, f"`{word}` is for a tool that is read anyway: keep it, or `make`")
    if not set(root.parts) & {"make", "tables", "adjust", "stages", "facts"}:
        problems.add(root.line, "nothing is made: there is no `make`, `adjust` or `stages`")
    return source


def own_format(source: Source) -> Compiled:
    """Return the format that a mapping describes itself; what is wrong is noted."""
    return _Own(source).compiled()


def adjusted_format(source: Source, tool: Format) -> Compiled:
    """Return a tool's format as a mapping adjusts it; what is wrong is noted."""
    return _Adjusted(source, tool).compiled()


class _Own:
    """Compiling a mapping that makes everything itself."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.root = source.root
        self.problems = source.problems
        self.forms = read_forms(self.root, Forms(), self.problems)
        self.tables = self._tables()
        self.cells = {name: OwnCells() for name in self.tables}
        self.table_forms = {
            name: read_forms(node, self.forms, self.problems) for name, node in self.tables.items()
        }

    def compiled(self) -> Compiled:
        stages = _stages(self.root, self.problems)
        blocks = list(self._blocks())
        makes = tuple(make for make in map(self._make, blocks) if make is not None)
        used = tuple(self._used(name, node) for name, node in self.tables.items())
        made = {block.table for block in blocks}
        for name in self.tables:
            if name not in made and not self.problems.found:
                line = self.root.line_of("tables") if "tables" in self.root.parts else 1
                self.problems.add(line, f"nothing is made of the table '{name}'")
        own = Format(
            name=MAPPED,
            title=self.source.name,
            click_path="",
            entities={each.table.name: each.table for each in used},
            facts={},
            makes=_named(_mentions_last(makes)),
            landed_as=SHEET,
        )
        return Compiled(own, stages, used)

    def _tables(self) -> Mapping[str, Table]:
        if "tables" not in self.root.parts:
            return {self.source.name: Table({}, {}, self.root.line)}
        node = self.root.parts["tables"]
        if not isinstance(node, Table) or not node.parts:
            self.problems.add(node.line, f"`tables` is like {TOP['tables'].example}")
            return {}
        tables: dict[str, Table] = {}
        for name, table in node.items():
            if any(name.casefold() == other.casefold() for other in tables):
                self.problems.add(node.line_of(name), f"the table '{name}' comes twice")
            elif isinstance(table, Table):
                check_keys(table, TABLE, "word of a table", self.problems)
                tables[name] = table
            elif table == Word("", table.line):
                tables[name] = Table({}, {}, table.line)
            else:
                self.problems.add(table.line, f"a table is like {TOP['tables'].example}")
        return tables

    def _blocks(self) -> "Iterator[_Block]":
        node = self.root.parts.get("make")
        if not isinstance(node, Table) or not node.parts:
            line = node.line if node is not None else 1
            self.problems.add(line, f"`make` is like {TOP['make'].example}")
            return
        for entity, content in node.items():
            described = _entity(entity, node.line_of(entity), self.problems)
            if described is None:
                continue
            for block in content.parts if isinstance(content, Items) else (content,):
                if not isinstance(block, Table):
                    self.problems.add(block.line, f"`make` is like {TOP['make'].example}")
                    continue
                table = self._table_of(block)
                if table is not None:
                    line = node.line_of(entity) if block is content else block.line
                    yield _Block(described, table, block, line)

    def _table_of(self, block: Table) -> str | None:
        if "from" not in block.parts:
            if len(self.tables) == 1:
                return next(iter(self.tables))
            if self.tables:
                listed = ", ".join(self.tables)
                self.problems.add(block.line, f"of which table? add `from:` (there are: {listed})")
            return None
        word = block.parts["from"]
        if not isinstance(word, Word) or word.text not in self.tables:
            text = word.text if isinstance(word, Word) else ""
            self.problems.unknown(word.line, text, "table", self.tables)
            return None
        return word.text

    def _make(self, block: "_Block") -> Make | None:
        columns = {column.name: column for column in block.entity.columns}
        _check_columns(block.node, (*MAKE, *columns), block.entity, self.problems)
        cells = self.cells[block.table]
        each = self._each(block, cells, self.table_forms[block.table])
        writer = Writer(cells, self.table_forms[block.table], each is not None, self.problems)
        values: dict[str, Value] = {}
        for name, node in block.node.items():
            if name in columns and (value := writer.value(node, columns[name])) is not None:
                _check_words(value, columns[name], self.problems)
                values[name] = value
        self._check_required(block)
        of_rows = replace(writer, has_each=False)
        where = {
            **_where(self.root, replace(of_rows, is_optional=len(self.tables) > 1)),
            **_where(self.tables[block.table], of_rows),
            **_where(block.node, writer),
        }
        if each is not None:
            where = {"empty": f"{filled_cell('each_value', writer.forms)} is not null", **where}
        return Make(
            name=block.entity.name,
            entity=block.entity.name,
            table=_table_name(block.table),
            joins=(),
            let={},
            each=each,
            where=where,
            one_per=_one_per(block.entity, set(values)) if each is None else None,
            columns=_with_status(
                block.entity,
                {name: _kept(value) for name, value in values.items()},
                values.get("status"),
            ),
        )

    def _check_required(self, block: "_Block") -> None:
        """Note the columns that a record of the entity must have and that are not made."""
        derived = {"status"} if block.entity.name == "deals" else set()
        lacking = [
            column.name
            for column in block.entity.columns
            if column.is_required
            and not column.may_be_absent
            and column.name not in {*block.node.parts, *derived}
        ]
        if lacking:
            listed = ", ".join(f"'{name}'" for name in lacking)
            self.problems.add(block.line, f"{block.entity.name} need {listed}")

    def _each(self, block: "_Block", cells: OwnCells, forms: Forms) -> Each | None:
        node = block.node.parts.get("each")
        if node is None:
            return None
        words = [word for word in words_of(node, self.problems) if word.text]
        if not words:
            self.problems.add(node.line, f"`each` is like {MAKE['each'].example}")
            return None
        for word in words:
            if "*" not in word.text:
                cells.column(word, is_optional=False, is_day=not forms.dates)
        return Each(headers="|".join(_header_pattern(word.text) for word in words))

    def _used(self, name: str, node: Table) -> UsedTable:
        cells = self.cells[name]
        if "headers" in node.parts:
            told_by = {word.text: word for word in words_of(node.parts["headers"], self.problems)}
            for word in told_by.values():
                cells.column(word, is_optional=False)
            keys = {normalised(text) for text in told_by}
        else:
            keys = {key for key, used in cells.headers.items() if not used.is_optional}
        if not keys and not self.problems.found:
            self.problems.add(
                node.line, f"by which headers is the table '{name}' told? add `headers:` to it"
            )
        empty = [" ".join(word.split()).lower() for word in self.table_forms[name].empty]
        table = cells.table(_table_name(name), f"a table of {self.source.name}", keys, empty)
        return UsedTable(table, cells.needed())


class _Adjusted:
    """Compiling a mapping that adjusts a tool's format."""

    def __init__(self, source: Source, tool: Format) -> None:
        self.source = source
        self.root = source.root
        self.problems = source.problems
        self.tool = tool
        self.forms = read_forms(self.root, Forms(), self.problems)
        self.cells = {name: ToolCells(entity) for name, entity in tool.entities.items()}

    def compiled(self) -> Compiled:
        stages = _stages(self.root, self.problems)
        makes = list(self.tool.makes)
        for entity, node in self._blocks():
            places = [place for place, make in enumerate(makes) if make.entity == entity.name]
            if not places:
                made = dict.fromkeys(make.entity for make in self.tool.makes)
                what = f"entity that {self.tool.title} makes"
                line = self.root.line_of("adjust")
                self.problems.unknown(line, entity.name, what, made)
            for place in places:
                makes[place] = self._adjusted(makes[place], entity, node)
        entities = {name: cells.entity for name, cells in self.cells.items()}
        facts = {**self.tool.facts, **dict(self._facts())}
        adjusted = replace(self.tool, entities=entities, facts=facts, makes=tuple(makes))
        added = tuple(group for cells in self.cells.values() for group in cells.needed)
        return Compiled(adjusted, stages, added=added)

    def _facts(self) -> Iterator[tuple[str, tuple[tuple[str, str], ...]]]:
        """Yield the facts that are told, each as an expression of no table."""
        node = self.root.parts.get("facts")
        if node is None:
            return
        if not isinstance(node, Table) or not node.parts:
            self.problems.add(node.line, f"`facts` is like {TOP['facts'].example}")
            return
        for name, word in node.items():
            if name not in self.tool.told:
                what = f"fact of {self.tool.title}"
                self.problems.unknown(node.line_of(name), name, what, self.tool.told)
            elif not isinstance(word, Word) or not word.text.strip():
                self.problems.add(node.line_of(name), f"`facts` is like {TOP['facts'].example}")
            else:
                told = f"(select {quoted_text(word.text)} as told)"
                yield name, (("", f"(select {self.tool.told[name]} from {told})"),)

    def _blocks(self) -> Iterator[tuple[Entity, Table]]:
        if "leave_out" in self.root.parts:
            line = self.root.line_of("leave_out")
            self.problems.add(line, "of which rows? put `leave_out` into a block of `adjust`")
        node = self.root.parts.get("adjust")
        if node is None:
            return
        if not isinstance(node, Table) or not node.parts:
            self.problems.add(node.line, f"`adjust` is like {TOP['adjust'].example}")
            return
        for name, content in node.items():
            entity = _entity(name, node.line_of(name), self.problems)
            if entity is None:
                continue
            if isinstance(content, Table):
                yield entity, content
            else:
                self.problems.add(content.line, f"`adjust` is like {TOP['adjust'].example}")

    def _adjusted(self, make: Make, entity: Entity, node: Table) -> Make:
        columns = {column.name: column for column in entity.columns}
        _check_columns(node, ("leave_out", *columns), entity, self.problems)
        writer = Writer(self.cells[make.table], self.forms, make.each is not None, self.problems)
        let, made = dict(make.let), dict(make.columns)
        for name, part in node.items():
            if name not in columns or (value := writer.value(part, columns[name])) is None:
                continue
            _check_words(value, columns[name], self.problems)
            old = made.get(name)
            shared = _shared(old, let)
            if shared is not None:
                let[shared] = value.before(let[shared])
            else:
                made[name] = value.before(old)
            if entity.name == "deals" and name == "status" and _UNKNOWN_STAGE in made:
                known = f"({value.sql}) is null"
                made[_UNKNOWN_STAGE] = f"case when {known} then {made[_UNKNOWN_STAGE]} end"
        return replace(make, let=let, columns=made, where={**make.where, **_where(node, writer)})


@dataclass(frozen=True)
class _Block:
    """What is made of a table's rows: an entity, and its columns as they are written."""

    entity: Entity
    table: str
    node: Table
    line: int


_UNKNOWN_STAGE = "is_stage_unknown"


def _entity(name: str, line: int, problems: Problems) -> Entity | None:
    entities = known_formats()[GENERIC].entities
    if name not in entities:
        problems.unknown(line, name, "entity", entities)
        return None
    return entities[name]


def _check_columns(node: Table, known: Iterable[str], entity: Entity, problems: Problems) -> None:
    check_keys(node, known, f"column of {entity.name}", problems)


def _check_words(value: Value, column: Column, problems: Problems) -> None:
    """Note every word that is not one of the closed list of a column."""
    if not column.allowed or column.other_word is not None:
        return
    for word in value.words:
        if word.text and word.text.casefold() not in column.allowed:
            what = f"word of {column.name}"
            problems.unknown(word.line, word.text, what, column.allowed)


def _kept(value: Value) -> str:
    """Return a value; a word that `values` does not name stays as it is."""
    return value.before(value.word)


def _with_status(
    entity: Entity, columns: Mapping[str, str], status: Value | None
) -> Mapping[str, str]:
    """Return the columns of deals with a status: that of the stage where none else is said.

    A deal in a stage that nothing classifies is open, and says so.
    """
    if entity.name != "deals" or "stage" not in columns:
        return columns
    if status is None:
        said = [f"outcome_of({columns['stage']})"]
    elif status.word is not None:
        said = [status.sql, f"outcome_of({status.word})"]
    elif status.is_cell:
        return columns
    else:
        said = [status.sql]
    known = f"coalesce({', '.join([*said, 'null::varchar'])})"
    return {
        **columns,
        "status": f"coalesce({known}, 'open')",
        _UNKNOWN_STAGE: columns.get(_UNKNOWN_STAGE, f"case when {known} is null then 'true' end"),
    }


def _one_per(entity: Entity, made: set[str]) -> str | None:
    if entity.name not in ONE_PER_KEY or made & set(_DECIDED_OTHERWISE):
        return None
    return next(column.name for column in entity.columns if column.is_key)


def _where(node: Table, writer: Writer) -> dict[str, str]:
    """Return rule → condition of the rows that are not left out by it."""
    rules = node.parts.get("leave_out")
    if rules is None:
        return {}
    if not isinstance(rules, Table) or not rules.parts:
        writer.problems.add(rules.line, f"`leave_out` is like {MAKE['leave_out'].example}")
        return {}
    found = {name: writer.condition(part) for name, part in rules.items()}
    return {
        name: f"not ({condition})" for name, condition in found.items() if condition is not None
    }


def _stages(root: Table, problems: Problems) -> Mapping[str, str]:
    node = root.parts.get("stages")
    if node is None:
        return {}
    if not isinstance(node, Table) or not node.parts:
        problems.add(node.line, f"`stages` is like {TOP['stages'].example}")
        return {}
    stages: dict[str, str] = {}
    for stage, word in node.items():
        text = word.text.casefold() if isinstance(word, Word) else ""
        if text not in STATUSES:
            problems.unknown(word.line, text, "word for a stage", STATUSES)
            continue
        stages[" ".join(stage.split()).casefold()] = text
    return stages


def _shared(expression: str | None, let: Mapping[str, str]) -> str | None:
    """Return the name that a column is, or is where it says something: others may use it, too."""
    found = re.fullmatch(r"(\w+)|coalesce\((\w+), '\w+'\)", expression or "")
    name = (found.group(1) or found.group(2)) if found else None
    return name if name in let else None


def _table_name(name: str) -> str:
    """Return what the engine calls a table: no name that it uses itself has a blank."""
    return f"sheet {name}"


def _mentions_last(makes: tuple[Make, ...]) -> tuple[Make, ...]:
    """Return the makes, those last that tell nothing of an entity but part of what another does.

    They only mention what the other describes, in the same load or in another one.
    """
    marked = [
        replace(
            make,
            is_mention=make.entity in ONE_PER_KEY
            and any(
                make.entity == other.entity and set(make.columns) < set(other.columns)
                for other in makes
            ),
        )
        for make in makes
    ]
    return tuple(sorted(marked, key=lambda make: make.is_mention))


def _named(makes: tuple[Make, ...]) -> tuple[Make, ...]:
    """Return the makes, each with a name of its own."""
    named: dict[str, Make] = {}
    for make in makes:
        name, number = make.name, 1
        while name in named:
            number += 1
            name = f"{make.name} {number}"
        named[name] = replace(make, name=name)
    return tuple(named.values())


def _header_pattern(written: str) -> str:
    """Return the pattern of the labels that a header, or a form of it with `*`, means."""
    parts = [_pattern_of(part) for part in as_written(written).split("*")]
    if len(parts) == 1:
        return f"(?i:({parts[0]}))"
    return "(?i:" + "(.+?)".join(parts[:2]) + "".join(f".*?{part}" for part in parts[2:]) + ")"


def _pattern_of(text: str) -> str:
    return "".join(
        "['’]" if character in "'’" else r"\s+" if character.isspace() else re.escape(character)
        for character in text
    )
