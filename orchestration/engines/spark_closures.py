"""A recursive query as Spark can run it: rows to begin with, and a step until nothing is added.

What belongs here: taking apart a model that follows links from record to record, however far they
lead. Spark's own recursion keeps every row that comes again, so that links that lead both ways
never end. What does not: the loop over the steps (see `spark_worker.py`), and the translation of
the pieces (see `spark_sql.py`).
"""

from dataclasses import dataclass

import sqlglot
from sqlglot import exp


class UnknownRecursionError(ValueError):
    """A recursive query has a form that is not known to mean the same step by step."""


@dataclass(frozen=True)
class Closure:
    """The pieces of a recursive query, in DuckDB's SQL.

    Attributes:
        begin: the rows to begin with.
        step: the rows that the rows so far, which it reads from the view, lead to. It goes as many
            links further as all steps before it together: a chain of 200 takes eight.
        rest: the query, reading the view.

    """

    begin: str
    step: str
    rest: str


def closure_of(sql: str, view: str) -> Closure | None:
    """Return the pieces of a query that read the recursive rows from `view`.

    It knows `links union (so_far inner join links on …)`: what is asked of the links of a link
    holds of the rows so far too, since these are links and chains of links.

    Returns:
        None when the query is not recursive.

    Raises:
        UnknownRecursionError: it is recursive in another way.

    """
    tree = sqlglot.parse_one(sql, read="duckdb")
    withs = tree.args.get("with_")
    if withs is None or not withs.args.get("recursive"):
        return None
    ctes: list[exp.CTE] = withs.expressions
    recursive = [cte for cte in ctes if cte.alias in _tables(cte.this)]
    if len(recursive) != 1:
        raise UnknownRecursionError(f"{len(recursive)} recursive tables: make each a model")
    (cte,) = recursive
    begin, step = _sides(cte)
    before = ctes[: ctes.index(cte)]
    begin_sql = _with(before, begin)
    _read_from(step, {cte.alias, *_tables(begin)}, view)
    step_sql = _with(before, step)
    withs.set("recursive", None)
    withs.set("expressions", [each for each in ctes if each is not cte])
    if not withs.expressions:
        tree.set("with_", None)
    _read_from(tree, {cte.alias}, view)
    return Closure(begin_sql, step_sql, tree.sql("duckdb"))


def _sides(cte: exp.CTE) -> tuple[exp.Select, exp.Select]:
    """Return the query of the links and the query of what they lead to.

    Raises:
        UnknownRecursionError: it is no following of links.

    """
    union = cte.this
    if type(union) is not exp.Union or not union.args.get("distinct"):
        raise UnknownRecursionError(f"{cte.alias} is no `union` of links and what they lead to")
    links, step = union.this, union.expression
    if not (isinstance(links, exp.Select) and isinstance(step, exp.Select)):
        raise UnknownRecursionError(f"{cte.alias} unites more than two queries")
    columns = [each.name for each in links.expressions if isinstance(each, exp.Column)]
    is_plain = len(columns) == len(links.expressions) and not _clauses(links)
    is_step = (
        len(step.args.get("joins") or ()) == 1
        and sorted(_tables(step)) == sorted([cte.alias, *_tables(links)])
        and [each.alias_or_name for each in step.expressions] == columns
        and all(isinstance(each, exp.Column) for each in step.expressions)
        and not _clauses(step) - {"joins"}
        and step.args["joins"][0].kind in ("", "INNER")
        and not step.args["joins"][0].side
        and _leads_on(step, cte.alias)
    )
    if not (is_plain and is_step and len(_tables(links)) == 1):
        raise UnknownRecursionError(f"{cte.alias} does more than follow links: {cte.sql('duckdb')}")
    return links, step


def _leads_on(step: exp.Select, name: str) -> bool:
    """Tell whether a step puts two ways together, the second beginning where the first ends.

    What both have in common, such as a kind, is equal and kept.
    """
    from_first = {each.name for each in step.expressions if each.table == name}
    from_second = {each.name for each in step.expressions} - from_first
    conditions = _conditions(step.args["joins"][0])
    for each in conditions:
        sides = [each.this, each.expression] if isinstance(each, exp.EQ) else []
        if len(sides) != 2 or not all(isinstance(side, exp.Column) for side in sides):
            return False
        sides.sort(key=lambda side: str(side.table) != name)
        end, beginning = sides
        if end.table != name or beginning.table == name or beginning.name not in from_first:
            return False
        if end.name not in from_second and end.name != beginning.name:
            return False
    return bool(conditions)


def _clauses(select: exp.Select) -> set[str]:
    """Return what a select has besides its columns and the table that it reads."""
    return {name for name, part in select.args.items() if part} - {"expressions", "from_", "kind"}


def _conditions(join: exp.Join) -> list[exp.Expr]:
    on = join.args.get("on")
    return [] if on is None else list(on.flatten() if isinstance(on, exp.And) else [on])


def _tables(query: exp.Expression) -> list[str]:
    return [table.name for table in query.find_all(exp.Table)]


def _read_from(query: exp.Expr, names: set[str], view: str) -> None:
    """Have a query read a view in place of some tables, under their names."""
    for table in query.find_all(exp.Table):
        if table.name in names:
            alias = table.alias_or_name
            table.set("this", exp.to_identifier(view))
            table.set("alias", exp.TableAlias(this=exp.to_identifier(alias)))


def _with(before: list[exp.CTE], query: exp.Select) -> str:
    copied = query.copy()
    if before:
        ctes = [each.copy() for each in before]
        copied.set("with_", exp.With(expressions=ctes))
    return copied.sql("duckdb")
