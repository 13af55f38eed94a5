"""What kind of value an expression is: a day, a whole number, a list of texts.

What belongs here: the kinds, of the types that DuckDB names and of every function that the models
call. A rule that depends on a kind refuses what is `UNKNOWN`. What does not: where a column comes
from (see `columns.py`).
"""

import re
from collections.abc import Iterable, Mapping

from sqlglot import exp

Kind = str
"""One of the words below; a list is `list:` and the kind of what it holds."""

UNKNOWN, NULL = "unknown", "null"
TEXT, DATE, TIMESTAMP, INTERVAL, BOOLEAN, STRUCT = (
    "text",
    "date",
    "timestamp",
    "interval",
    "boolean",
    "struct",
)
INTEGER, DECIMAL, DOUBLE = "integer", "decimal", "double"
_NUMBERS = (INTEGER, DECIMAL, DOUBLE)
"""From the narrowest to the widest."""

READ_FROM_TEXTS = frozenset({BOOLEAN, DATE, TIMESTAMP, *_NUMBERS})
"""What each engine reads a text as by rules of its own, where both meet."""

_TYPES = {
    TEXT: "varchar text string",
    DATE: "date",
    TIMESTAMP: "timestamp timestamp_ntz timestampntz datetime",
    INTERVAL: "interval",
    BOOLEAN: "boolean bool",
    INTEGER: "tinyint smallint int integer bigint hugeint int128 uinteger ubigint",
    DECIMAL: "decimal numeric",
    DOUBLE: "double float real",
    STRUCT: "struct",
}
_KIND_OF_TYPE = {word: kind for kind, words in _TYPES.items() for word in words.split()}

_FUNCTIONS: Mapping[Kind, tuple[type[exp.Expr], ...]] = {
    TEXT: (
        exp.ArrayToString,
        exp.Chr,
        exp.Concat,
        exp.ConcatWs,
        exp.DPipe,
        exp.GroupConcat,
        exp.Left,
        exp.Lower,
        exp.RegexpExtract,
        exp.RegexpReplace,
        exp.Replace,
        exp.Right,
        exp.SplitPart,
        exp.Substring,
        exp.Translate,
        exp.Trim,
        exp.Upper,
    ),
    INTEGER: (
        exp.BitLength,
        exp.Count,
        exp.DateDiff,
        exp.DenseRank,
        exp.Extract,
        exp.Grouping,
        exp.IntDiv,
        exp.Length,
        exp.Rank,
        exp.RowNumber,
        exp.Sign,
        exp.Year,
    ),
    DOUBLE: (
        exp.Avg,
        exp.Div,
        exp.Exp,
        exp.Ln,
        exp.Median,
        exp.Pi,
        exp.Pow,
        exp.RegrSlope,
        exp.Sqrt,
        exp.StddevSamp,
    ),
    BOOLEAN: (
        exp.And,
        exp.ArrayContains,
        exp.Between,
        exp.Boolean,
        exp.Contains,
        exp.EQ,
        exp.EndsWith,
        exp.Exists,
        exp.GT,
        exp.GTE,
        exp.In,
        exp.Is,
        exp.LT,
        exp.LTE,
        exp.Like,
        exp.LogicalAnd,
        exp.LogicalOr,
        exp.NEQ,
        exp.Not,
        exp.NullSafeEQ,
        exp.NullSafeNEQ,
        exp.Or,
        exp.RegexpFullMatch,
        exp.RegexpLike,
        exp.StartsWith,
    ),
    DATE: (exp.DateFromParts, exp.LastDay),
    TIMESTAMP: (exp.TimestampTrunc,),
    INTERVAL: (exp.Interval, exp.ToDays),
    STRUCT: (exp.Struct,),
    NULL: (exp.Null,),
    f"list:{TEXT}": (exp.Split,),
}
_KIND_OF_FUNCTION = {kind: name for name, kinds in _FUNCTIONS.items() for kind in kinds}

_OWN_FUNCTIONS: Mapping[str, Kind] = {
    "date_sub": INTEGER,
    "epoch_us": INTEGER,
    "hash": INTEGER,
    "list_bool_and": BOOLEAN,
    "list_position": INTEGER,
    "row": STRUCT,
    "strip_accents": TEXT,
    "to_hours": INTERVAL,
    "to_milliseconds": INTERVAL,
    "to_months": INTERVAL,
    "to_seconds": INTERVAL,
    "to_years": INTERVAL,
}
"""Functions of DuckDB that sqlglot knows by no name of its own."""

_AS_THEIR_FIRST = (
    exp.Abs,
    exp.AnyValue,
    exp.ArgMax,
    exp.ArgMin,
    exp.ArraySort,
    exp.Ceil,
    exp.Distinct,
    exp.Filter,
    exp.FirstValue,
    exp.Floor,
    exp.IgnoreNulls,
    exp.Lag,
    exp.Lead,
    exp.Max,
    exp.Min,
    exp.Neg,
    exp.Nullif,
    exp.Order,
    exp.Ordered,
    exp.Paren,
    exp.Round,
    exp.Sum,
    exp.Window,
)


def of_type(name: str) -> Kind:
    """Return the kind of a type, as DuckDB or Spark calls it."""
    name = name.strip().lower()
    if name.endswith("[]"):
        return f"list:{of_type(name[:-2])}"
    if name.startswith("array<"):
        return f"list:{of_type(name[6:-1])}"
    return _KIND_OF_TYPE.get(re.split(r"[(<\s]", name, maxsplit=1)[0], UNKNOWN)


def united(kinds: Iterable[Kind]) -> Kind:
    """Return the kind of a value that may be any of several."""
    several = {kind for kind in kinds if kind != NULL}
    if not several:
        return NULL
    if len(several) == 1:
        return several.pop()
    if several <= set(_NUMBERS):
        return max(several, key=_NUMBERS.index)
    if several == {DATE, TIMESTAMP}:
        return TIMESTAMP
    return UNKNOWN


def inner(kind: Kind) -> Kind:
    """Return the kind of what a list holds."""
    return kind.removeprefix("list:") if kind.startswith("list:") else UNKNOWN


def kind_of(node: exp.Expr) -> Kind:
    """Return the kind that an expression was found to have."""
    return str(node.meta.get("kind", UNKNOWN))


def set_kind(node: exp.Expr, kind: Kind) -> None:
    """Note the kind of an expression."""
    node.meta["kind"] = kind


def computed(node: exp.Expr) -> Kind:
    """Return the kind of an expression that is no column and no query, from those of its parts."""
    known = _KIND_OF_FUNCTION.get(type(node))
    if known is not None:
        return known
    if isinstance(node, _AS_THEIR_FIRST):
        first = next(node.iter_expressions(), None)
        return kind_of(first) if first is not None else UNKNOWN
    if isinstance(node, exp.Cast):
        return of_type(node.to.sql("duckdb"))
    if isinstance(node, exp.Literal):
        return _of_literal(node)
    if isinstance(node, (exp.Coalesce, exp.Greatest, exp.Least)):
        return united(kind_of(each) for each in (node.this, *node.expressions))
    if isinstance(node, (exp.Case, exp.If)):
        return _of_case(node)
    if isinstance(node, (exp.Add, exp.Sub, exp.Mul, exp.Mod)):
        return _of_arithmetic(node)
    if isinstance(node, exp.Anonymous):
        return _of_own_function(node)
    return _of_list(node)


def _of_literal(node: exp.Literal) -> Kind:
    if node.is_string:
        return TEXT
    text = str(node.this).lower()
    return DOUBLE if "e" in text else DECIMAL if "." in text else INTEGER


def _of_case(node: exp.Case | exp.If) -> Kind:
    if isinstance(node, exp.If):
        otherwise = node.args.get("false")
        results = [node.args["true"], *([otherwise] if otherwise is not None else [])]
    else:
        default = node.args.get("default")
        results = [each.args["true"] for each in node.args["ifs"]]
        results += [default] if default is not None else []
    return united(kind_of(each) for each in results)


def _of_arithmetic(node: exp.Binary) -> Kind:
    left, right = kind_of(node.this), kind_of(node.expression)
    if {left, right} <= {*_NUMBERS, NULL}:
        return united((left, right))
    if DATE in (left, right):
        other = right if left == DATE else left
        if other == DATE:
            return INTEGER
        return {INTEGER: DATE, NULL: DATE, INTERVAL: TIMESTAMP}.get(other, UNKNOWN)
    if TIMESTAMP in (left, right):
        return INTERVAL if left == right else TIMESTAMP
    return INTERVAL if INTERVAL in (left, right) else UNKNOWN


def _of_own_function(node: exp.Anonymous) -> Kind:
    name = node.name.lower()
    if name == "list_extract":
        return inner(kind_of(node.expressions[0]))
    return _OWN_FUNCTIONS.get(name, UNKNOWN)


def _of_list(node: exp.Expr) -> Kind:
    if isinstance(node, exp.Array):
        return f"list:{united(kind_of(each) for each in node.expressions)}"
    if isinstance(node, exp.ArrayAgg):
        return f"list:{kind_of(node.this)}"
    if isinstance(node, exp.GenerateSeries):
        first = kind_of(node.args["start"])
        return f"list:{TIMESTAMP if first == DATE else first}"
    if isinstance(node, (exp.Explode, exp.Bracket)):
        return inner(kind_of(node.this))
    if isinstance(node, exp.PercentileCont):
        return f"list:{DOUBLE}" if isinstance(node.expression, exp.Array) else DOUBLE
    return UNKNOWN
