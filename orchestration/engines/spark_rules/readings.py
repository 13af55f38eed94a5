"""Texts that become other values, by a cast or beside them: what each engine reads is its own.

What belongs here: what is refused since the engines read different texts as a number, a day or a
boolean (`1_000`, `0x1F`, `2026/02/28` and `epoch` are values on DuckDB alone, `1d` on Spark alone).
What does not: how a text that both read is given to Spark (see `numbers.py` and `times.py`).
"""

from collections.abc import Iterator

from sqlglot import exp

from orchestration.engines.spark_rules import kinds
from orchestration.engines.spark_rules.building import shown
from orchestration.engines.untranslatable import UntranslatableError

_PATTERNS = (exp.RegexpFullMatch, exp.RegexpLike)
_COMPARISONS = (
    exp.Between,
    exp.EQ,
    exp.GT,
    exp.GTE,
    exp.In,
    exp.LT,
    exp.LTE,
    exp.NEQ,
    exp.NullSafeEQ,
    exp.NullSafeNEQ,
)


def refuse_readings(tree: exp.Expr) -> None:
    """Refuse what only one of the engines may read.

    Raises:
        UntranslatableError: a text is read that no pattern was held against, or is mixed with
            values that are none.

    """
    for cast in tree.find_all(exp.Cast):
        _refuse_unread_text(cast)
    for node in tree.find_all(exp.Case, exp.Coalesce, exp.Greatest, exp.Least, *_COMPARISONS):
        _refuse_mixture(node)


def _refuse_unread_text(node: exp.Cast) -> None:
    if kinds.kind_of(node.this) != kinds.TEXT or isinstance(node.this, exp.Literal):
        return
    kind = kinds.of_type(node.to.sql("duckdb"))
    if kind == kinds.BOOLEAN:
        raise UntranslatableError(
            f"a text as a boolean, {shown(node)}", "compare it with the words that mean true"
        )
    fails_on_spark = kind in (kinds.DECIMAL, kinds.INTEGER) and not isinstance(node, exp.TryCast)
    if kind in kinds.READ_FROM_TEXTS and not fails_on_spark and not _has_pattern(node):
        raise UntranslatableError(
            f"a text that no pattern was held against as a {kind}, {shown(node)}",
            "read it by `case when regexp_full_match(text, …) then …`",
        )


def _has_pattern(node: exp.Cast) -> bool:
    """Return whether a text is what a pattern found, or is read only when one has matched."""
    if node.this.find(exp.RegexpExtract):
        return True
    branches = (each for each in _ancestors(node) if isinstance(each, exp.If))
    return any(branch.this.find(*_PATTERNS) for branch in branches)


def _ancestors(node: exp.Expr) -> Iterator[exp.Expr]:
    parent = node.parent
    while parent is not None and not isinstance(parent, exp.Select):
        yield parent
        parent = parent.parent


def _refuse_mixture(node: exp.Expr) -> None:
    compares = isinstance(node, _COMPARISONS)
    values = [
        each
        for each in (_compared(node) if compares else _results(node))
        if not (compares and isinstance(each, exp.Literal))  # it is what it is compared with
    ]
    found = {kinds.kind_of(each) for each in values}
    mixed = sorted(found & {kinds.TEXT, *kinds.READ_FROM_TEXTS})
    if kinds.TEXT in found and len(mixed) > 1:
        raise UntranslatableError(
            f"{' and '.join(mixed)} together, {shown(node)}",
            "cast them to one type: DuckDB makes texts of them, Spark reads the texts",
        )


def _compared(node: exp.Expr) -> Iterator[exp.Expr]:
    yield node.this
    if isinstance(node, exp.Between):
        yield from (node.args["low"], node.args["high"])
    elif isinstance(node, exp.In):
        yield from node.expressions
    else:
        yield node.expression


def _results(node: exp.Expr) -> Iterator[exp.Expr]:
    if isinstance(node, exp.Case):
        yield from (each.args["true"] for each in node.args["ifs"])
        if node.args.get("default") is not None:
            yield node.args["default"]
    else:
        yield from (node.this, *node.expressions)
