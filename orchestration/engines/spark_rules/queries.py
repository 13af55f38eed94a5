"""Whole queries: tables, generators, `qualify`, rows as a value, and the shapes that are refused.

What belongs here: rules on selects and what they read. What does not: rules on single values.
"""

from sqlglot import exp

from orchestration.engines.spark_rules.building import call, shown
from orchestration.engines.spark_rules.kinds import kind_of, set_kind
from orchestration.engines.spark_rules.times import days, numbers
from orchestration.engines.untranslatable import UntranslatableError

_TUPLES = (
    exp.ArgMax,
    exp.ArgMin,
    exp.Distinct,
    exp.Group,
    exp.GroupingSets,
    exp.In,
    exp.Values,
)
"""Where a list of values in brackets means the same on both engines, or a rule makes it so."""

QUALIFIES = "row_qualifies"
"""The column that says whether a row stays, while there is one."""


def without_catalogs(tree: exp.Expr) -> None:
    """Leave out the name of DuckDB's file: Spark has schemas alone."""
    for table in tree.find_all(exp.Table):
        table.set("catalog", None)


def refuse_shapes(tree: exp.Expr) -> None:
    """Refuse what Spark reads otherwise, or not at all, and no rule can put right."""
    for with_ in tree.find_all(exp.With):
        if with_.args.get("recursive"):
            raise UntranslatableError(
                "a recursive query",
                "follow links as `int_links_followed` does, which is built by steps",
            )
    for join in tree.find_all(exp.Join):
        if join.args.get("method"):
            raise UntranslatableError(
                f"the join {join.args['method'].lower()}, which Spark reads as an alias,",
                "fill the last known value by a window over both relations' rows",
            )
    for union in tree.find_all(exp.SetOperation):
        if union.args.get("by_name"):
            raise UntranslatableError("a union by name", "name the columns in one order")
    for values in tree.find_all(exp.Tuple):
        if not isinstance(values.parent, _TUPLES):
            raise UntranslatableError(
                f"a row as a value, {shown(values)}",
                "compare the columns one by one: a null in a row is the largest on DuckDB alone",
            )
    for frame in tree.find_all(exp.WindowSpec):
        for bound in (frame.args.get("start"), frame.args.get("end")):
            if isinstance(bound, exp.Expr) and not isinstance(bound, exp.Literal):
                raise UntranslatableError(
                    f"a frame bounded by a column, {shown(frame)}", "join the rows and aggregate"
                )
    for distinct in tree.find_all(exp.Distinct):
        if distinct.args.get("on"):
            raise UntranslatableError("distinct on", "rank the rows and qualify the first")
    for star in tree.find_all(exp.Star):
        if star.args.get("replace") or star.args.get("rename"):
            raise UntranslatableError("a star that replaces columns", "name the columns")
    for select in tree.find_all(exp.Select):
        _refuse_generators(select)


def _refuse_generators(select: exp.Select) -> None:
    generators = [
        each
        for projection in select.expressions
        for each in projection.find_all(exp.Explode, exp.Unnest)
        if each.find_ancestor(exp.Select) is select
    ]
    if len(generators) > 1:
        raise UntranslatableError(
            f"{len(generators)} `unnest` in one select, which Spark multiplies,",
            "cross join the rows of one list and choose the other value by a case",
        )
    if generators and (select.args.get("group") or select.args.get("having")):
        raise UntranslatableError(
            f"an `unnest` in a grouped select, {shown(generators[0])}", "group in a CTE before"
        )
    for each in generators:
        outer = each.parent
        if isinstance(outer, exp.Cast) and isinstance(each.this, exp.GenerateSeries):
            outer = outer.parent
        if not isinstance(outer, (exp.Alias, exp.Select)):
            raise UntranslatableError(
                f"an `unnest` within an expression, {shown(outer or each)}",
                "give it a name in a CTE of its own",
            )
    for table in select.find_all(exp.Unnest):
        if isinstance(table.parent, (exp.From, exp.Join)):
            raise UntranslatableError(
                f"an `unnest` that is read as a table, {shown(table)}", "select it in a subquery"
            )


def series(tree: exp.Expr) -> None:
    """Write series of days and of numbers as lists that are taken apart."""
    for node in list(tree.find_all(exp.GenerateSeries)):
        generator = node.parent
        if not isinstance(generator, (exp.Explode, exp.Unnest)):
            raise UntranslatableError(
                f"a series that is not taken apart, {shown(node)}", "select its `unnest`"
            )
        outer = generator.parent
        replaced = outer if isinstance(outer, exp.Cast) else generator
        values = days(node) if replaced.is_type("date") else numbers(node, replaced)
        if values is None:
            raise UntranslatableError(
                f"a series of something else than days or whole numbers, {shown(node)}",
                "use the macro `date_series`, or whole numbers",
            )
        rows = exp.Explode(this=values)
        set_kind(rows, kind_of(replaced))
        replaced.replace(rows)


def rows_as_values(tree: exp.Expr) -> None:
    """Write the name of a table that stands for its whole row as a struct of its columns."""
    for select in tree.find_all(exp.Select):
        tables = {
            each.alias_or_name
            for each in select.find_all(exp.Table, exp.Subquery, exp.Values)
            if each.find_ancestor(exp.Select) is select and each.alias_or_name
        }
        for projection in select.expressions:
            value = projection.unalias()
            if isinstance(value, exp.Column) and not value.table and value.name in tables:
                star = exp.Column(this=exp.Star(), table=exp.to_identifier(value.name))
                value.replace(call("struct", star))


def qualified_rows(tree: exp.Expr) -> None:
    """Make the condition of `qualify` a column that a query around it filters by."""
    for select in list(tree.find_all(exp.Select)):
        qualify = select.args.get("qualify")
        if qualify is None:
            continue
        if select.args.get("distinct") or select.args.get("order") or select.args.get("limit"):
            raise UntranslatableError(
                f"`qualify` beside distinct, order or limit, {shown(qualify)}",
                "qualify in a CTE before",
            )
        inner = select.copy()
        inner.set("qualify", None)
        inner.set("with_", None)
        inner.select(exp.alias_(qualify.this.copy(), QUALIFIES), copy=False)
        if any(each.is_star for each in select.expressions):
            left_out = exp.Star(except_=[exp.to_identifier(QUALIFIES)])
            projections: list[exp.Expr] = [left_out]
        else:
            projections = [exp.column(each.alias_or_name) for each in select.expressions]
        outer = exp.select(*projections).from_(exp.Subquery(this=inner, alias="qualified"))
        outer = outer.where(exp.column(QUALIFIES))
        if select.args.get("with_") is not None:
            outer.set("with_", select.args["with_"].copy())
        select.replace(outer) if select.parent is not None else _become(select, outer)


def _become(select: exp.Select, other: exp.Select) -> None:
    """Make the outermost select of a tree another one, in its place."""
    for name in list(select.args):
        select.set(name, None)
    for name, part in other.args.items():
        select.set(name, part)
