"""Numbers, and what is computed over many rows.

What belongs here: rules on arithmetic, casts to whole numbers, and aggregates. What does not: lists
(see `lists.py`).
"""

from sqlglot import exp

from orchestration.engines.spark_rules import kinds
from orchestration.engines.spark_rules.building import call, cast, grouped, is_null, shown, when
from orchestration.engines.untranslatable import UntranslatableError


def division(node: exp.Div) -> exp.Expr:
    """Divide as doubles, as DuckDB does: Spark gives a decimal of few digits for decimals."""
    if isinstance(node.this, exp.Cast) and node.this.is_type("double"):
        return node
    return exp.Div(this=cast(node.this, "double"), expression=node.expression.copy())


def integer_division(node: exp.IntDiv) -> exp.Expr:
    """Take the rest off first, and divide long decimals: Spark's `div` is a bigint."""
    kind = {kinds.kind_of(node.this), kinds.kind_of(node.expression)}
    if kind != {kinds.INTEGER}:
        raise UntranslatableError(
            f"`//` of what may be no whole number, {shown(node)}", "cast both"
        )
    whole, by = cast(node.this, "decimal(38, 0)"), cast(node.expression, "decimal(19, 0)")
    rest = exp.Mod(this=whole.copy(), expression=by.copy())
    exact = exp.Div(this=exp.paren(exp.Sub(this=whole, expression=rest)), expression=by)
    return cast(exact, "decimal(38, 0)")


def cast_to_huge(node: exp.Cast) -> exp.Expr:
    """Take a decimal without a fraction, the longest whole number of Spark."""
    rounded = cast_to_integer(node)
    rounded.set("to", exp.DataType.build("decimal(38, 0)", dialect="spark"))
    return rounded


def cast_to_integer(node: exp.Cast) -> exp.Expr:
    """Round, as DuckDB does (doubles to the even one in the middle): Spark cuts off."""
    kind = kinds.kind_of(node.this)
    if kind == kinds.UNKNOWN:
        raise UntranslatableError(
            f"a cast to a whole number of what may have a fraction, {shown(node)}",
            "tell the type of its column, or round first",
        )
    if kind == kinds.TEXT and not isinstance(node.this, exp.Literal):
        # DuckDB reads `1.5` and `1e3` too
        is_tried = isinstance(node, exp.TryCast)
        read = (exp.TryCast if is_tried else exp.Cast)(
            this=node.this.copy(),
            to=exp.DataType.build("decimal(38, 10)", dialect="spark"),
            safe=is_tried,
        )
        node.set("this", call("round", read))
    rounding = {kinds.DOUBLE: "rint", kinds.DECIMAL: "round"}.get(kind)
    if rounding is not None:
        node.set("this", call(rounding, node.this))
    return node


def cast_to_decimal(node: exp.Cast) -> exp.Expr:
    """Round a double as it is: Spark rounds its shortest text, to which 0.285 is above the middle.

    DuckDB multiplies, rounds and keeps the digits; the quotient has them as its shortest text.
    """
    if kinds.kind_of(node.this) != kinds.DOUBLE:
        if kinds.kind_of(node.this) == kinds.UNKNOWN:
            raise UntranslatableError(
                f"a cast to a decimal of what may be a double, {shown(node)}",
                "tell the type of its column",
            )
        return node
    digits = node.to.expressions
    scale = int(digits[1].name) if len(digits) > 1 else 0 if digits else 3
    power = exp.Literal.number(f"1e{scale}")
    scaled = exp.Mul(this=grouped(node.this), expression=power)
    whole = exp.Div(this=call("round", scaled), expression=power.copy())
    node.set("this", whole if scale else call("round", node.this))
    return node


def rounded(node: exp.Round) -> exp.Expr:
    """Refuse digits of a double, which Spark rounds by its text (see `cast_to_decimal`)."""
    kind = kinds.kind_of(node.this)
    if node.args.get("decimals") is not None and kind not in (kinds.DECIMAL, kinds.INTEGER):
        raise UntranslatableError(
            f"digits of what may be a double, {shown(node)}", "cast it to a decimal of so many"
        )
    return node


def sign(node: exp.Sign) -> exp.Expr:
    """Give a whole number: Spark's is a double."""
    return cast(call("sign", node.this), "int")


def median(node: exp.Median | exp.PercentileCont) -> exp.Expr:
    """Refuse decimals, between which DuckDB rounds."""
    kind = kinds.kind_of(node.this)
    if kind not in (kinds.DOUBLE, kinds.INTEGER):
        raise UntranslatableError(
            f"a median or quantile of {kind}, {shown(node)}", "cast to a double first"
        )
    return node


def extreme(node: exp.Max | exp.Min) -> exp.Expr:
    """Refuse rows, in which a null is the largest on DuckDB and the smallest on Spark."""
    if kinds.kind_of(node.this) == kinds.STRUCT or isinstance(node.this, exp.Tuple):
        raise UntranslatableError(
            f"the largest or smallest of rows, {shown(node)}", "rank them, or use arg_max"
        )
    return node


def average(node: exp.Avg) -> exp.Expr:
    """Take the mean of doubles: that of decimals is a decimal on Spark."""
    return exp.Avg(this=cast(node.this, "double"))


def quantiles(node: exp.PercentileCont) -> exp.Expr:
    """Call what has the same interpolation on Spark, for one share and for several."""
    if isinstance(node.parent, exp.WithinGroup):
        raise UntranslatableError(f"an ordered set, {shown(node)}", "use quantile_cont(x, share)")
    median(node)
    return call("percentile", node.this, node.expression)


def any_value(node: exp.IgnoreNulls) -> exp.Expr:
    """Pass over nulls, as DuckDB does where a value is there."""
    if not isinstance(node.this, exp.AnyValue):
        raise UntranslatableError(f"`ignore nulls`, {shown(node)}", "use any_value or a filter")
    return call("any_value", node.this.this, exp.true())


def arg_extreme(node: exp.ArgMax | exp.ArgMin) -> exp.Expr:
    """Pass over rows without a value, and take a null within a row for the largest.

    Spark takes the value of the largest whatever it is, and a null for the smallest.
    """
    if node.args.get("count") is not None:
        raise UntranslatableError(f"several of the largest, {shown(node)}", "rank the rows")
    value, order = node.this, node.expression
    if isinstance(order, (exp.Struct, exp.Tuple)) or (
        isinstance(order, exp.Anonymous) and order.name == "struct"
    ):
        order = _nulls_largest(order)
    is_there = exp.Not(this=is_null(value))
    name = "max_by" if isinstance(node, exp.ArgMax) else "min_by"
    return call(name, value, when(is_there, order))


def _nulls_largest(row: exp.Expr) -> exp.Expr:
    parts: list[exp.Expr] = []
    for each in row.expressions:
        value = each.expression if isinstance(each, exp.PropertyEQ) else each
        parts += [is_null(value), value]
    return call("struct", *parts)


def window(node: exp.Window) -> exp.Expr:
    """Put brackets around a named window before a minus: Spark reads `name - column` as a name."""
    whole = _filtered_window(node)
    is_subtracted_from = whole.args.get("alias") and node.find_ancestor(exp.Sub)
    return exp.paren(whole) if is_subtracted_from else whole


def _filtered_window(node: exp.Window) -> exp.Window:
    """Make null what is filtered out: Spark refuses `filter` before `over`."""
    if not isinstance(node.this, exp.Filter):
        return node
    aggregate, condition = node.this.this, node.this.expression.this
    counts_rows = isinstance(aggregate, exp.Count) and isinstance(aggregate.this, exp.Star)
    if not isinstance(
        aggregate,
        (
            exp.Avg,
            exp.Count,
            exp.LogicalAnd,
            exp.LogicalOr,
            exp.Max,
            exp.Min,
            exp.StddevSamp,
            exp.Sum,
        ),
    ):
        raise UntranslatableError(f"a filtered window, {shown(node)}", "filter in a CTE before")
    value = exp.Literal.number(1) if counts_rows else aggregate.this
    aggregate.set("this", when(condition, value))
    node.set("this", aggregate)
    return node


def ordered_aggregate(node: exp.Expr) -> exp.Expr:
    """Refuse an order within a sum, which Spark has not."""
    if isinstance(node.this, exp.Order):
        raise UntranslatableError(
            f"an order within an aggregate, {shown(node)}",
            "sum decimals, whose order does not matter",
        )
    return node


def one_of_several(node: exp.Least | exp.Greatest) -> exp.Expr:
    """Refuse the least of one value, as Spark does."""
    if not node.expressions:
        raise UntranslatableError(
            f"an extreme of one value, {shown(node)}", "write the value alone"
        )
    return node
