"""Lists and rows within a cell.

What belongs here: rules on lists, structs and what takes them apart. What does not: which rows a
query reads (see `queries.py`).
"""

from sqlglot import exp

from orchestration.engines.spark_rules.building import (
    call,
    cast,
    is_null,
    number,
    shown,
    when,
    whole_number,
)
from orchestration.engines.untranslatable import UntranslatableError


def element(node: exp.Bracket) -> exp.Expr:
    """Take an element: beyond its end a list has nothing on DuckDB and an error on Spark."""
    index = whole_number(node.expressions[0]) if len(node.expressions) == 1 else None
    if index is None or index < 0:
        raise UntranslatableError(
            f"an element by a computed place, or from the end, {shown(node)}",
            "use list_extract(list, place)",
        )
    return call("get", node.this, number(index))


def list_extract(node: exp.Anonymous) -> exp.Expr:
    """Take an element: the place 0 holds nothing on DuckDB and is an error on Spark."""
    values, place = node.expressions
    return call("try_element_at", values, exp.Nullif(this=cast(place, "int"), expression=number(0)))


def list_position(node: exp.Anonymous) -> exp.Expr:
    """Find a value: one that is not in the list is nowhere on DuckDB and at 0 on Spark."""
    return exp.Nullif(this=call("array_position", *node.expressions), expression=number(0))


def list_contains(node: exp.ArrayContains) -> exp.Expr:
    """Look for its place: on Spark a list with a null never lacks a value, it may have it."""
    place = call("array_position", node.this, node.expression)
    return exp.paren(exp.GT(this=place, expression=number(0)))


def list_bool_and(node: exp.Anonymous) -> exp.Expr:
    """Pass over nulls, and be null without a value: Spark's `forall` says true."""
    so_far, value = exp.to_identifier("so_far"), exp.to_identifier("value")
    step = exp.Lambda(
        this=exp.If(
            this=exp.Is(this=exp.column("value"), expression=exp.Null()),
            true=exp.column("so_far"),
            false=exp.And(
                this=exp.Coalesce(this=exp.column("so_far"), expressions=[exp.true()]),
                expression=exp.column("value"),
            ),
        ),
        expressions=[so_far, value],
    )
    return call("aggregate", node.expressions[0], cast(exp.Null(), "boolean"), step)


def row(node: exp.Anonymous) -> exp.Expr:
    """Make a row of values without names."""
    return call("struct", *node.expressions)


def list_of_rows(node: exp.ArrayAgg) -> exp.Expr:
    """Pack each value, and unpack it behind: Spark's list leaves out nulls and knows no order."""
    if isinstance(node.parent, exp.Filter):
        return node  # see `filtered_list`
    return _packed_list(node, None)


def filtered_list(node: exp.Filter) -> exp.Expr:
    """Filter the call inside; a list of nothing is null on DuckDB and empty on Spark."""
    return _packed_list(node.this, node.expression) if isinstance(node.this, exp.ArrayAgg) else node


def _packed_list(node: exp.ArrayAgg, condition: exp.Expr | None) -> exp.Expr:
    value: exp.Expr = node.this
    packed = [value]
    if isinstance(value, exp.Order):
        orders = value.expressions
        if len(orders) != 1 or orders[0].args.get("desc"):
            raise UntranslatableError(
                f"a list in an order that is not one column's, {shown(node)}", "order by one column"
            )
        value, key = value.this, orders[0].this
        packed = [is_null(key), key, value]
    if isinstance(value, exp.Distinct):
        raise UntranslatableError(
            f"a list of distinct values, {shown(node)}", "group by them before"
        )
    named = [exp.alias_(each.copy(), f"part_{place}") for place, each in enumerate(packed)]
    values: exp.Expr = call("collect_list", call("struct", *named))
    if condition is not None:
        values = exp.Filter(this=values, expression=condition.copy())
    is_there = exp.GT(this=call("size", values), expression=number(0))
    if len(packed) > 1:
        values = call("array_sort", values)
    field = exp.column(f"part_{len(packed) - 1}", table="packed")
    unpacking = exp.Lambda(this=field, expressions=[exp.to_identifier("packed")])
    return when(is_there, call("transform", values, unpacking))
