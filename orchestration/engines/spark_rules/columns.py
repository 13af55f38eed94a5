"""Which kind of value every expression of a query is: each column is followed to its table.

What belongs here: the scopes of a query. What does not: the kinds themselves (see `kinds.py`).
"""

from collections.abc import Iterator, Mapping

from sqlglot import exp
from sqlglot.optimizer.scope import Scope, traverse_scope

from orchestration.engines.spark_rules.kinds import (
    READ_FROM_TEXTS,
    TEXT,
    UNKNOWN,
    Kind,
    computed,
    kind_of,
    of_type,
    set_kind,
    united,
)
from orchestration.engines.untranslatable import UntranslatableError

Columns = Mapping[str, Kind]


class Tables:
    """The columns of the tables that a query reads, by the names under which it reads them."""

    def __init__(self, types: Mapping[str, str]) -> None:
        self._of_table: dict[str, dict[str, Kind]] = {}
        for name, kind in types.items():
            table, _, column = name.lower().rpartition(".")
            self._of_table.setdefault(table, {})[column] = of_type(kind)

    def columns(self, table: exp.Table) -> Columns:
        """Return the columns of a table, none of one that is not known."""
        name = f"{table.db}.{table.name}" if table.db else table.name
        return self._of_table.get(name.lower(), {})

    def everywhere(self, column: str) -> Kind:
        """Return the kind of a column that has one wherever it is."""
        return self._of_table.get("", {}).get(column.lower(), UNKNOWN)


def note_kinds(tree: exp.Expr, types: Mapping[str, str]) -> None:
    """Note the kind of every expression of a query, as far as it is known."""
    tables, results = Tables(types), dict[int, Columns]()
    for scope in traverse_scope(tree):
        _Scope(scope, tables, results).note()


class _Scope:
    """One select, or one union of several, and what it can read."""

    def __init__(self, scope: Scope, tables: Tables, results: dict[int, Columns]) -> None:
        self._scope, self._tables, self._results = scope, tables, results
        self._names: dict[str, Kind] = {}

    def note(self) -> None:
        """Note the kinds of its expressions, and those of its columns for who reads it."""
        expression = self._scope.expression
        if isinstance(expression, exp.SetOperation):
            columns = self._of_union(expression)
        elif isinstance(expression, exp.Select):
            columns = self._of_select(expression)
        elif isinstance(expression, exp.Lateral):
            columns = self._results.get(id(_query(expression.this)), {})
        else:
            columns = self._of_values(expression)
        self._results[id(expression)] = columns
        set_kind(expression, next(iter(columns.values()), UNKNOWN))

    def _of_union(self, union: exp.SetOperation) -> Columns:
        sides = [self._results.get(id(_query(side)), {}) for side in (union.left, union.right)]
        if len(sides[0]) != len(sides[1]):
            return dict.fromkeys(sides[0], UNKNOWN)
        columns = {}
        for name, *pair in zip(sides[0], sides[0].values(), sides[1].values(), strict=True):
            if TEXT in pair and READ_FROM_TEXTS.intersection(pair):
                raise UntranslatableError(
                    f"a union of {pair[0]} and {pair[1]}, the column {name},",
                    "cast both to one type: DuckDB makes a text of them, Spark reads the texts",
                )
            columns[name] = united(pair)
        return columns

    def _of_select(self, select: exp.Select) -> Columns:
        columns: dict[str, Kind] = {}
        for projection in select.expressions:
            for node in self._own_nodes(projection):
                set_kind(node, self._of(node))
            if projection.is_star:
                columns |= self._of_star(projection)
            else:
                columns[projection.alias_or_name.lower()] = kind_of(projection)
                self._names[projection.alias_or_name.lower()] = kind_of(projection)
        for name, part in select.args.items():
            if name not in ("expressions", "with_"):
                for each in part if isinstance(part, list) else [part]:
                    if isinstance(each, exp.Expr):
                        for node in self._own_nodes(each):
                            set_kind(node, self._of(node))
        return columns

    def _own_nodes(self, root: exp.Expr) -> Iterator[exp.Expr]:
        """Yield what is in an expression, the innermost first, without the insides of queries."""
        for child in root.iter_expressions():
            if isinstance(child, (exp.Select, exp.SetOperation, exp.With)):
                continue
            yield from self._own_nodes(child)
        yield root

    def _of(self, node: exp.Expr) -> Kind:
        if isinstance(node, exp.Column):
            return self._of_column(node)
        if isinstance(node, exp.Alias):
            return kind_of(node.this)
        if isinstance(node, exp.Subquery):
            return kind_of(_query(node))
        return computed(node)

    def _of_star(self, star: exp.Expr) -> Columns:
        table = star.table if isinstance(star, exp.Column) else ""
        stars = star.find(exp.Star)
        left_out = {each.name.lower() for each in (stars and stars.args.get("except_")) or ()}
        return {
            name: kind
            for alias, columns in self._sources(self._scope)
            if not table or alias == table.lower()
            for name, kind in columns.items()
            if name not in left_out
        }

    def _of_values(self, values: exp.Expr) -> Columns:
        for node in self._own_nodes(values):
            set_kind(node, self._of(node))
        rows = [each.expressions or [each] for each in values.expressions]
        kinds = [united(kind_of(cell) for cell in cells) for cells in zip(*rows, strict=True)]
        names = values.alias_column_names if isinstance(values, exp.Values) else []
        return dict(zip((name.lower() for name in names), kinds, strict=False))

    def _of_column(self, column: exp.Column) -> Kind:
        name, table = column.name.lower(), column.table.lower()
        scope: Scope | None = self._scope
        while scope is not None:
            kinds = {
                columns[name]
                for alias, columns in self._sources(scope)
                if name in columns and table in ("", alias)
            }
            if kinds:
                return kinds.pop() if len(kinds) == 1 else UNKNOWN
            if scope is self._scope and not table and name in self._names:
                return self._names[name]
            scope = scope.parent
        return self._tables.everywhere(name)

    def _sources(self, scope: Scope) -> Iterator[tuple[str, Columns]]:
        """Yield what a query reads under which name."""
        for alias, (reference, source) in scope.selected_sources.items():
            if isinstance(source, Scope):
                columns = self._results.get(id(source.expression), {})
            else:
                columns = self._tables.columns(source)
            names = [each.lower() for each in reference.alias_column_names]
            if len(names) == len(columns):
                columns = dict(zip(names, columns.values(), strict=True))
            yield alias.lower(), columns


def _query(node: exp.Expr) -> exp.Expr:
    return node.unnest() if isinstance(node, (exp.Subquery, exp.Paren)) else node
