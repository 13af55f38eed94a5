"""Small pieces of a tree, as the rules put them together.

What belongs here: building nodes. What does not: deciding which.
"""

from sqlglot import exp

from orchestration.engines.spark_rules.kinds import kind_of, set_kind


def call(name: str, *arguments: exp.Expr) -> exp.Anonymous:
    """Return a call of a Spark function that sqlglot writes as it is."""
    return exp.Anonymous(this=name, expressions=[each.copy() for each in arguments])


def number(value: int) -> exp.Expr:
    """Return a whole number."""
    return exp.Literal.number(value)


def text(value: str) -> exp.Literal:
    """Return a text."""
    return exp.Literal.string(value)


def when(condition: exp.Expr, result: exp.Expr) -> exp.Case:
    """Return `case when condition then result end`."""
    return exp.Case(ifs=[exp.If(this=condition.copy(), true=result.copy())])


def is_null(value: exp.Expr) -> exp.Expr:
    """Return `value is null`."""
    return exp.Is(this=grouped(value), expression=exp.Null())


def grouped(value: exp.Expr) -> exp.Expr:
    """Return an expression in brackets, unless it is one piece."""
    if isinstance(value, (exp.Binary, exp.Not, exp.Neg, exp.Between, exp.In, exp.Case)):
        bracket = exp.paren(value.copy())
        set_kind(bracket, kind_of(value))
        return bracket
    return value.copy()


def cast(value: exp.Expr, kind: str) -> exp.Cast:
    """Return a cast to a Spark type."""
    return exp.Cast(this=value.copy(), to=exp.DataType.build(kind, dialect="spark"))


def literal(node: exp.Expr) -> str | None:
    """Return the text that a node is, none if it is something else."""
    return str(node.this) if isinstance(node, exp.Literal) and node.is_string else None


def whole_number(node: exp.Expr) -> int | None:
    """Return the whole number that a node is, none if it is something else."""
    sign = 1
    while isinstance(node, (exp.Paren, exp.Neg)):
        sign = -sign if isinstance(node, exp.Neg) else sign
        node = node.this
    if isinstance(node, exp.Literal) and not node.is_string and str(node.this).isdigit():
        return sign * int(node.this)
    return None


def shown(node: exp.Expr) -> str:
    """Return a construct as DuckDB has it, short enough for a message."""
    written = " ".join(node.sql(dialect="duckdb").split())
    return f"`{written}`" if len(written) <= 120 else f"`{written[:117]}…`"
