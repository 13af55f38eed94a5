"""The one step from a model's SQL, as dbt compiled it for DuckDB, to the same query for Spark.

What belongs here: the order in which the rules are applied, and what is allowed before and behind
them. What does not: the rules (see `spark_rules/`), running anything. A construct that no rule
covers and that is not known to mean the same on both engines is refused, since the expensive
mistake is not an error but another number.

Spark has to be set as the queries expect it: `SESSION`.
"""

import logging
from collections.abc import Callable, Mapping

import sqlglot
from sqlglot import exp
from sqlglot.errors import ErrorLevel, ParseError, UnsupportedError

from orchestration.engines.spark_functions import NODES, refuse_unknown_functions
from orchestration.engines.spark_rules import lists, numbers, queries, texts, times
from orchestration.engines.spark_rules.building import shown
from orchestration.engines.spark_rules.columns import note_kinds
from orchestration.engines.spark_rules.kinds import kind_of, set_kind
from orchestration.engines.spark_rules.readings import refuse_readings
from orchestration.engines.untranslatable import UntranslatableError

SESSION: Mapping[str, str] = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.ansi.enabled": "true",
    # else a product of long decimals loses digits without a word
    "spark.sql.decimalOperations.allowPrecisionLoss": "false",
}
"""What the translated queries rely on."""

Rule = Callable[..., exp.Expr]

RULES: Mapping[type[exp.Expr], Rule] = {
    exp.Add: times.shifted,
    exp.ArgMax: numbers.arg_extreme,
    exp.ArgMin: numbers.arg_extreme,
    exp.ArrayAgg: lists.list_of_rows,
    exp.ArrayContains: lists.list_contains,
    exp.ArrayToString: texts.joined_list,
    exp.Avg: numbers.average,
    exp.Bracket: lists.element,
    exp.Chr: texts.character,
    exp.Concat: texts.concat,
    exp.ConcatWs: texts.joined_with,
    exp.DPipe: texts.joined,
    exp.DateDiff: times.date_diff,
    exp.Div: numbers.division,
    exp.Extract: times.extract,
    exp.Filter: lists.filtered_list,
    exp.Greatest: numbers.one_of_several,
    exp.GroupConcat: texts.joined_rows,
    exp.IgnoreNulls: numbers.any_value,
    exp.IntDiv: numbers.integer_division,
    exp.LastDay: times.last_day,
    exp.Least: numbers.one_of_several,
    exp.Length: texts.length,
    exp.Left: texts.left_or_right,
    exp.Like: texts.like,
    exp.Lower: texts.lower,
    exp.Max: numbers.extreme,
    exp.Median: numbers.median,
    exp.Min: numbers.extreme,
    exp.PercentileCont: numbers.quantiles,
    exp.RegexpExtract: texts.regexp_extract,
    exp.RegexpFullMatch: texts.regexp_full_match,
    exp.RegexpLike: texts.regexp_matches,
    exp.RegexpReplace: texts.regexp_replace,
    exp.Right: texts.left_or_right,
    exp.Round: numbers.rounded,
    exp.Sign: numbers.sign,
    exp.Split: texts.split,
    exp.SplitPart: texts.split_part,
    exp.Sub: times.difference,
    exp.Substring: texts.substring,
    exp.Sum: numbers.ordered_aggregate,
    exp.TimestampTrunc: times.date_trunc,
    exp.ToDays: times.to_days,
    exp.Upper: texts.upper,
    exp.Window: numbers.window,
    exp.Year: times.year,
}
"""The rule of each construct that sqlglot has a class for."""

OWN_FUNCTIONS: Mapping[str, Rule] = {
    "date_sub": times.date_sub,
    "epoch_us": times.epoch_us,
    "hash": texts.hash_of_values,
    "list_bool_and": lists.list_bool_and,
    "list_extract": lists.list_extract,
    "list_position": lists.list_position,
    "row": lists.row,
    "strip_accents": texts.strip_accents,
    "to_hours": times.to_hours,
    "to_milliseconds": times.to_milliseconds,
    "to_months": times.to_months,
    "to_seconds": times.to_seconds,
    "to_years": times.to_years,
}
"""The rule of each function of DuckDB that sqlglot knows no class for."""

_CASTS: Mapping[str, Rule] = {
    "BIGINT": numbers.cast_to_integer,
    "DATE": times.cast_to_time,
    "DECIMAL": numbers.cast_to_decimal,
    "INT": numbers.cast_to_integer,
    "INT128": numbers.cast_to_huge,
    "TEXT": texts.cast_to_text,
    "TIMESTAMPNTZ": times.cast_to_time,
}
_KEPT_TYPES = ("BOOLEAN", "DOUBLE", "FLOAT")
"""Types that a cast to them is left as it is."""


def to_spark(sql: str, types: Mapping[str, str] | None = None) -> str:
    """Return a query of DuckDB as Spark 4.1 understands it, with the same result.

    Args:
        sql: one SELECT, as dbt compiled it; its relations are known to Spark under their names,
            without DuckDB's catalog. Parquet files are not read by it: a source is a view.
        types: the type of each column that it reads, as DuckDB (or Spark) calls it, by
            `relation.column` with the relation as the query has it (`core.fct_deals.closed_on`); of
            a column that has the same type wherever it is, `column` alone will do. Rules that
            depend on types refuse what is not told.

    Raises:
        UntranslatableError: it has something that no rule covers.

    """
    tree = _parsed(sql)
    for node in tree.walk():
        node.comments = None
    _refuse_unknown_nodes(tree)
    note_kinds(tree, types or {})
    queries.without_catalogs(tree)
    queries.refuse_shapes(tree)
    refuse_readings(tree)
    queries.series(tree)
    queries.rows_as_values(tree)
    tree = _translated(tree)
    queries.qualified_rows(tree)
    text = _written(tree)
    refuse_unknown_functions(text)
    return text


def _parsed(sql: str) -> exp.Expr:
    try:
        tree = sqlglot.parse_one(sql, read="duckdb")
    except ParseError as error:
        first = str(error).splitlines()[0]
        raise UntranslatableError(f"what cannot be parsed ({first})", "write it plainly") from error
    if not isinstance(tree, exp.Query):
        raise UntranslatableError(f"a statement, {shown(tree)}", "a model is one select")
    return tree


def _refuse_unknown_nodes(tree: exp.Expr) -> None:
    for node in tree.walk():
        if not isinstance(node, exp.Func) and type(node).__name__ not in NODES:
            raise UntranslatableError(
                f"{type(node).__name__}, {shown(node)}",
                "say it in what the other models use, or write a rule with its test",
            )
        if isinstance(node, exp.ReadParquet):
            raise UntranslatableError(
                "files that a query reads itself", "declare a source, which Spark has as a view"
            )


def _translated(tree: exp.Expr) -> exp.Expr:
    # the innermost first: a rule gets parts that are translated already
    for node in reversed(list(tree.walk(bfs=True))):
        rule = _rule(node)
        if rule is None:
            continue
        new = rule(node)
        if new is not node:
            set_kind(new, kind_of(node))
            node.replace(new)
    return tree


def _rule(node: exp.Expr) -> Rule | None:
    if isinstance(node, exp.Anonymous):
        return OWN_FUNCTIONS.get(node.name.lower())
    if isinstance(node, exp.Cast):
        return _rule_of_cast(node)
    return RULES.get(type(node))


def _rule_of_cast(node: exp.Cast) -> Rule | None:
    name = str(node.to.this.name)
    if name not in _CASTS and name not in _KEPT_TYPES:
        raise UntranslatableError(
            f"a cast to {name.lower()}, {shown(node)}", "cast to another type"
        )
    return _CASTS.get(name)


def _written(tree: exp.Expr) -> str:
    logger = logging.getLogger("sqlglot")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        return tree.sql(dialect="spark", unsupported_level=ErrorLevel.RAISE)
    except UnsupportedError as error:
        raise UntranslatableError(
            f"what Spark has no word for ({error})", "say it otherwise"
        ) from error
    finally:
        logger.setLevel(level)
