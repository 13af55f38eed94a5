"""Days and times: intervals, differences, periods, series of days.

What belongs here: rules on days, times and intervals. What does not: reading days that people
wrote, which the models do.
"""

from sqlglot import exp

from orchestration.engines.spark_rules import kinds
from orchestration.engines.spark_rules.building import (
    call,
    cast,
    grouped,
    literal,
    number,
    shown,
    text,
    when,
)
from orchestration.engines.untranslatable import UntranslatableError

_WHOLE_DATE = (
    r"^\s*[0-9]{4,}-[0-9]{1,2}-[0-9]{1,2}"
    r"([ T][0-9]{1,2}:[0-9]{1,2}"
    r"(:[0-9]{1,2}([.][0-9]+)?( ?(Z|UTC|[+-][0-9]{2}(:?[0-9]{2})?))?)?)?\z"
)
"""What both engines read as one: Spark alone takes `2026-02` for the first of February."""

_PERIODS = {"WEEK", "MONTH", "QUARTER", "YEAR"}
_PARTS = {"DAY", "MONTH", "YEAR"}


def to_days(node: exp.ToDays) -> exp.Expr:
    """Make an interval of days and times, which Spark makes of days, hours, minutes and seconds."""
    return call("make_dt_interval", cast(node.this, "int"))


def to_hours(node: exp.Anonymous) -> exp.Expr:
    """See `to_days`."""
    return call("make_dt_interval", number(0), cast(node.expressions[0], "int"))


def to_seconds(node: exp.Anonymous) -> exp.Expr:
    """See `to_days`."""
    return call("make_dt_interval", number(0), number(0), number(0), node.expressions[0])


def to_milliseconds(node: exp.Anonymous) -> exp.Expr:
    """See `to_days`; a decimal keeps the thousandths, which a division would round."""
    thousandth = exp.Literal.number("0.001")
    seconds: exp.Expr = exp.Mul(
        this=cast(node.expressions[0], "decimal(15, 0)"), expression=thousandth
    )
    return call(
        "make_dt_interval", number(0), number(0), number(0), cast(seconds, "decimal(18, 6)")
    )


def to_months(node: exp.Anonymous) -> exp.Expr:
    """Make an interval of years and months, another type on Spark."""
    return call("make_ym_interval", number(0), cast(node.expressions[0], "int"))


def to_years(node: exp.Anonymous) -> exp.Expr:
    """See `to_months`."""
    return call("make_ym_interval", cast(node.expressions[0], "int"))


def difference(node: exp.Sub) -> exp.Expr:
    """Count the days between two days, which differ by an interval on Spark."""
    pair = kinds.kind_of(node.this), kinds.kind_of(node.expression)
    if pair == (kinds.DATE, kinds.DATE):
        return call("datediff", node.this, node.expression)
    return shifted(node)


def shifted(node: exp.Add | exp.Sub) -> exp.Expr:
    """Add an `int` to a day, all that Spark adds; what may be a day is to be known."""
    left, right = kinds.kind_of(node.this), kinds.kind_of(node.expression)
    if {left, right} == {kinds.DATE, kinds.INTERVAL}:
        return cast(node, "timestamp_ntz")  # of whole days and of months Spark makes a day
    if kinds.UNKNOWN in (left, right) and kinds.DOUBLE not in (left, right):
        raise UntranslatableError(
            f"a sum or difference of values that may be days, {shown(node)}",
            "tell the types of the columns that it is made of",
        )
    for side, other in ((node.this, right), (node.expression, left)):
        is_number = kinds.kind_of(side) == kinds.INTEGER
        if other == kinds.DATE and is_number and not isinstance(side.unnest(), exp.Literal):
            side.replace(cast(side, "int"))
    return node


def date_diff(node: exp.DateDiff) -> exp.Expr:
    """Count how often a month begins: Spark counts whole ones."""
    unit = node.args["unit"].name.upper()
    later, earlier = node.this, node.expression
    if unit == "DAY":
        return call("datediff", later, earlier)
    if unit != "MONTH":
        raise UntranslatableError(f"a difference in {unit}, {shown(node)}", "use days or months")
    return _months_begun(earlier, later)


def _months_begun(earlier: exp.Expr, later: exp.Expr) -> exp.Expr:
    years, months = (
        exp.Sub(this=call(part, later), expression=call(part, earlier))
        for part in ("year", "month")
    )
    whole_years = exp.Mul(this=number(12), expression=exp.paren(years))
    return exp.paren(exp.Add(this=whole_years, expression=exp.paren(months)))


def date_sub(node: exp.Anonymous) -> exp.Expr:
    """Count whole months; Spark's function of this name subtracts days.

    A month is whole on its last day too, as is 28 February for whoever began on 31 January.
    """
    unit, earlier, later = node.expressions
    if (literal(unit) or "").lower() != "month":
        raise UntranslatableError(f"a whole difference, {shown(node)}", "use 'month'")
    if {kinds.kind_of(earlier), kinds.kind_of(later)} != {kinds.DATE}:
        raise UntranslatableError(
            f"whole months between what may be no days, {shown(node)}",
            "cast both to dates, or tell the types of their columns",
        )
    too_many = exp.Case(
        ifs=[_if_begun_only(earlier, later, -1), _if_begun_only(later, earlier, 1)],
        default=number(0),
    )
    return exp.paren(exp.Add(this=_months_begun(earlier, later), expression=too_many))


def _if_begun_only(first: exp.Expr, second: exp.Expr, correction: int) -> exp.If:
    """Return the correction for days in this order, between which the last month is not over."""
    conditions = (
        exp.LTE(this=first.copy(), expression=second.copy()),
        exp.GT(this=call("day", first), expression=call("day", second)),
        exp.LT(this=second.copy(), expression=call("last_day", second)),
    )
    return exp.If(this=exp.and_(*conditions), true=number(correction))


def epoch_us(node: exp.Anonymous) -> exp.Expr:
    """Count the microseconds between two moments, as the difference of two numbers."""
    interval = node.expressions[0].unnest()
    if not isinstance(interval, exp.Sub) or kinds.kind_of(interval) != kinds.INTERVAL:
        raise UntranslatableError(
            f"microseconds of something else than two moments' difference, {shown(node)}",
            "give it `later - earlier`",
        )
    later, earlier = (
        call("unix_micros", cast(side, "timestamp_ltz"))
        for side in (interval.this, interval.expression)
    )
    return exp.paren(exp.Sub(this=later, expression=earlier))


def date_trunc(node: exp.TimestampTrunc) -> exp.Expr:
    """Give a moment without a time zone: Spark's has that of the session."""
    unit = node.args["unit"].name.upper()
    if unit not in _PERIODS:
        known = ", ".join(sorted(_PERIODS)).lower()
        raise UntranslatableError(f"a period of {unit}, {shown(node)}", f"use one of {known}")
    return cast(call("date_trunc", text(unit.lower()), node.this), "timestamp_ntz")


def last_day(node: exp.LastDay) -> exp.Expr:
    """Call it without the cast that sqlglot puts around what it is given."""
    return call("last_day", node.this)


def year(node: exp.Year) -> exp.Expr:
    """See `last_day`."""
    return call("year", node.this)


def extract(node: exp.Extract) -> exp.Expr:
    """Take the day, month or year: days of the week and weeks are counted differently."""
    unit = node.this.name.upper()
    if unit not in _PARTS:
        raise UntranslatableError(
            f"the part {unit}, {shown(node)}", f"use one of {', '.join(sorted(_PARTS)).lower()}"
        )
    return call(unit.lower(), node.expression)


def cast_to_time(node: exp.Cast) -> exp.Expr:
    """Give Spark whole dates only: it reads half a date too, and blanks around it.

    What DuckDB reads beyond (`2026/02/28`, `epoch`, what is behind a day) has no pattern here: see
    `readings.py`.
    """
    kind = "date" if node.is_type("date") else "timestamp_ntz"
    node.set("to", exp.DataType.build(kind, dialect="spark"))
    read = kinds.kind_of(node.this)
    if read == kinds.UNKNOWN:
        raise UntranslatableError(
            f"a cast to a {kind} of what may be a text, {shown(node)}",
            "tell the type of its column",
        )
    if read == kinds.TEXT and not isinstance(node.this, exp.Literal):
        node.set("this", call("regexp_extract", node.this, text(_WHOLE_DATE), number(0)))
    return node


def days(series: exp.GenerateSeries) -> exp.Expr | None:
    """Return the days from one to another as a list, null where the series is none of days.

    A generator inside a cast is refused by Spark, and a series that ends before it begins would
    run backwards.
    """
    step = series.args.get("step")
    if not isinstance(step, exp.Interval) or series.args.get("is_end_exclusive"):
        return None
    if step.args["unit"].name.upper() != "DAY" or step.name != "1":
        return None
    first, last = (cast(series.args[name], "date") for name in ("start", "end"))
    condition = exp.LTE(this=first.copy(), expression=last.copy())
    return when(condition, call("sequence", first, last, step))


def numbers(series: exp.GenerateSeries, outer: exp.Expr) -> exp.Expr | None:
    """Return whole numbers from one to another as a list, null where the series has none.

    What is cast outside, if it is, is cast inside.
    """
    first, last = series.args["start"], series.args["end"]
    if series.args.get("step") is not None or kinds.kind_of(first) != kinds.INTEGER:
        return None
    if series.args.get("is_end_exclusive"):
        last = exp.Sub(this=grouped(last), expression=number(1))
        for each in (last, last.expression):
            kinds.set_kind(each, kinds.INTEGER)
    if isinstance(outer, exp.Cast):
        if not outer.is_type("int", "bigint"):
            return None
        first, last = (exp.Cast(this=each.copy(), to=outer.to.copy()) for each in (first, last))
    condition = exp.LTE(this=grouped(first), expression=grouped(last))
    return when(condition, call("sequence", first, last))
