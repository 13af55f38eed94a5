"""DuckDB's types in Spark's words, and the casts that keep the columns of a model."""

import duckdb
import pytest

from orchestration.engines.spark_types import UnknownTypeError, ddl, spark_type, with_types


@pytest.mark.parametrize(
    ("kind", "in_spark"),
    [
        ("VARCHAR", "string"),
        ("BIGINT", "bigint"),
        ("INTEGER", "int"),
        ("HUGEINT", "decimal(38,0)"),
        ("DOUBLE", "double"),
        ("BOOLEAN", "boolean"),
        ("DATE", "date"),
        ("TIMESTAMP", "timestamp_ntz"),
        ("TIMESTAMP WITH TIME ZONE", "timestamp"),
        ("DECIMAL(18,4)", "decimal(18,4)"),
        ("VARCHAR[]", "array<string>"),
        ("DECIMAL(24,6)[]", "array<decimal(24,6)>"),
        ("MAP(VARCHAR, BIGINT)", "map<string, bigint>"),
        ("STRUCT(a VARCHAR, b BIGINT[])", "struct<`a`: string, `b`: array<bigint>>"),
    ],
)
def test_every_type_has_its_counterpart(kind: str, in_spark: str) -> None:
    assert duckdb.sql(f"select null::{kind} as value").types[0] == kind
    assert spark_type(kind) == in_spark


def test_a_type_that_spark_lacks_is_refused() -> None:
    with pytest.raises(UnknownTypeError, match="INTERVAL"):
        spark_type("INTERVAL")


def test_columns_are_declared_in_their_order() -> None:
    assert ddl([("day", "DATE"), ("n`1", "HUGEINT")]) == "`day` date, `n``1` decimal(38,0)"


def test_a_query_gets_the_types_that_duckdb_gives_it() -> None:
    sql = with_types("select 1 as a, b from t", [("b", "VARCHAR"), ("a", "HUGEINT")])
    assert sql == (
        "select\n    cast(`b` as string) as `b`,\n    cast(`a` as decimal(38,0)) as `a`\n"
        "from (\nselect 1 as a, b from t\n) as model"
    )


def test_a_number_without_sign_stays_above_zero() -> None:
    sql = with_types("select xxhash64(a) as h", [("h", "UBIGINT")])
    assert "pmod(cast(`h` as decimal(38,0)), 18446744073709551616) as decimal(20,0)) as `h`" in sql
