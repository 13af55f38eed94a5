"""DuckDB's types as Spark's: the columns of files, and the casts that keep a model's columns.

What belongs here: types. What does not: queries (see `spark_sql.py`).
"""

from collections.abc import Iterable

from sqlglot import exp

Columns = list[tuple[str, str]]
"""Name and DuckDB type of each column, in their order."""

_KINDS = {
    exp.DType.BOOLEAN: "boolean",
    exp.DType.TINYINT: "tinyint",
    exp.DType.SMALLINT: "smallint",
    exp.DType.INT: "int",
    exp.DType.BIGINT: "bigint",
    exp.DType.INT128: "decimal(38,0)",
    exp.DType.UBIGINT: "decimal(20,0)",
    exp.DType.FLOAT: "float",
    exp.DType.DOUBLE: "double",
    exp.DType.TEXT: "string",
    exp.DType.DATE: "date",
    exp.DType.TIMESTAMPNTZ: "timestamp_ntz",
    exp.DType.TIMESTAMPTZ: "timestamp",
}

_UNSIGNED = "cast(pmod(cast({column} as decimal(38,0)), 18446744073709551616) as decimal(20,0))"
"""Spark has no unsigned numbers: 64 bits that it takes for a negative number are one above 2^63."""


class UnknownTypeError(ValueError):
    """DuckDB has a type for which Spark has none."""


def spark_type(kind: str) -> str:
    """Return Spark's type for one of DuckDB's.

    Raises:
        UnknownTypeError: there is none.

    """
    return _spark_type(exp.DataType.build(kind, dialect="duckdb"), kind)


def _spark_type(parsed: exp.DataType, kind: str) -> str:
    if parsed.this == exp.DType.DECIMAL:
        precision = ",".join(each.name for each in parsed.expressions) or "18,3"
        return f"decimal({precision})"
    if parsed.this == exp.DType.ARRAY:
        return f"array<{_spark_type(parsed.expressions[0], kind)}>"
    if parsed.this == exp.DType.MAP:
        key, value = (_spark_type(each, kind) for each in parsed.expressions)
        return f"map<{key}, {value}>"
    if parsed.this == exp.DType.STRUCT:
        fields = (
            f"{_name(each.name)}: {_spark_type(each.kind, kind)}" for each in parsed.expressions
        )
        return f"struct<{', '.join(fields)}>"
    if parsed.this not in _KINDS:
        raise UnknownTypeError(
            f"Spark has no type for DuckDB's {kind}: cast the column in the model"
        )
    return _KINDS[parsed.this]


def ddl(columns: Iterable[tuple[str, str]]) -> str:
    """Return columns as Spark declares them."""
    return ", ".join(f"{_name(name)} {spark_type(kind)}" for name, kind in columns)


def with_types(sql: str, columns: Iterable[tuple[str, str]]) -> str:
    """Return a Spark query whose columns have the types that DuckDB gives them, in that order."""
    casts = ",\n    ".join(f"{_cast(name, kind)} as {_name(name)}" for name, kind in columns)
    return f"select\n    {casts}\nfrom (\n{sql}\n) as model"


def _cast(name: str, kind: str) -> str:
    if kind == "UBIGINT":
        return _UNSIGNED.format(column=_name(name))
    return f"cast({_name(name)} as {spark_type(kind)})"


def _name(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"
