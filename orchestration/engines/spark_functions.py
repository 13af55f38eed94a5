"""What a translated query may be made of: constructs, and functions of Spark.

What belongs here: the two lists. A name is on one of them once it is known that both engines give
the same for it, or a rule makes them do so, with its test in `tests/python/unit/engines` and, on
Spark itself, `tests/python/spark`. What does not: the rules.
"""

from sqlglot.dialects.dialect import Dialect
from sqlglot.tokenizer_core import Token, TokenType

from orchestration.engines.untranslatable import UntranslatableError


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


NODES = _words(
    """
    Add Alias Between Boolean Bracket CTE Column DPipe DataType DataTypeParam Distinct Div EQ Filter
    From GT GTE Group GroupingSets Having Identifier IgnoreNulls In IntDiv Interval Is Join
    LT LTE Lambda Lateral Like Literal Mod Mul NEQ Neg Not Null NullSafeEQ NullSafeNEQ Order Ordered
    Paren PropertyEQ Qualify Select Star Sub Subquery Table TableAlias Tuple Union Values Var
    Where Window WindowSpec With
    """
)
"""Constructs of DuckDB's SQL, functions aside, that are translated."""

FUNCTIONS = _words(
    """
    abs aggregate any_value array_join array_position array_size array_sort
    avg bit_length bool_and bool_or cast ceil chr coalesce collect_list concat_ws contains
    count date_trunc datediff day dense_rank endswith exp explode first_value floor get
    greatest if lag last_day lead least length listagg ln lower make_date md5
    make_dt_interval make_ym_interval max max_by median min min_by month nullif percentile pi
    power rank regexp_extract regexp_replace regr_slope replace rint round row_number
    sequence sign size split split_part sqrt startswith stddev_samp struct substring sum transform
    translate trim try_cast try_element_at unix_micros upper xxhash64 year
    """
)
"""Functions of Spark that the rules write, or that mean the same on both engines."""

_KEYWORDS = _words(
    """
    all and anti array as between by case cross decimal distinct else end except exists filter from
    full grouping having in inner interval is join lateral left not null on or order outer over
    right select then union using values when where window with within
    """
) | {"grouping sets", "group", "group by", "order by", "partition by"}
"""Words before a bracket that call nothing."""


def refuse_unknown_functions(sql: str) -> None:
    """Refuse a query of Spark that calls a function whose meaning nobody has compared.

    Raises:
        UntranslatableError: it calls one that is not among `FUNCTIONS`.

    """
    for name in sorted(functions(sql) - FUNCTIONS):
        raise UntranslatableError(
            f"the function {name}",
            "use one that the other models use, or add it to "
            "orchestration/engines/spark_functions.py with a test on both engines",
        )


def _is_filter(before: Token, name: Token) -> bool:
    """Return whether this is the function of a list: behind an aggregate it is a clause."""
    return name.text.lower() == "filter" and before.token_type != TokenType.R_PAREN


def functions(sql: str) -> set[str]:
    """Return the functions that a query calls: names that a bracket follows, and the clock."""
    tokens = Dialect.get_or_raise("spark").tokenize(sql)
    clock = {each.text.lower() for each in tokens if each.token_type.name.startswith("CURRENT_")}
    return clock | {
        name.text.lower()
        for before, name, bracket in zip(tokens, tokens[1:], tokens[2:], strict=False)
        if bracket.token_type == TokenType.L_PAREN
        and name.token_type not in (TokenType.STRING, TokenType.NUMBER)
        and before.token_type != TokenType.ALIAS
        and (name.text[:1].isalpha() or name.text[:1] == "_")
        and (name.text.lower() not in _KEYWORDS or _is_filter(before, name))
    }
