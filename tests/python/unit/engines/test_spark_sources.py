"""What Spark is told to read for a source: the files, and what is made of their columns."""

import pytest

from orchestration.engines.spark_sources import (
    UnknownSourceError,
    parquet_source,
    readable_files,
)

PLACE = "getvariable('prospection_data') || "


def test_files_are_a_pattern() -> None:
    relation = f"read_parquet({PLACE}'/landing/_loads/*.parquet', union_by_name=true)"
    source = parquet_source(relation)
    assert len(source.patterns) == 1
    assert "/landing/_loads/*.parquet" in source.patterns[0]
    assert source.select([("load_id", "VARCHAR")]) == ["`load_id`"]


def test_several_patterns_and_a_replaced_column() -> None:
    relation = (
        "(select * replace (coalesce(_row, file_row_number) as file_row_number) from read_parquet(["
        f"{PLACE}'/landing/generic/deals/*.parquet', {PLACE}'/translated/deals/*.parquet'],"
        " union_by_name=true, file_row_number=true))"
    )
    source = parquet_source(relation)
    assert [pattern.split("|| ")[1] for pattern in source.patterns] == [
        "'/landing/generic/deals/*.parquet'",
        "'/translated/deals/*.parquet'",
    ]
    assert source.select([("deal_id", "VARCHAR"), ("file_row_number", "BIGINT")]) == [
        "`deal_id`",
        "COALESCE(_row, file_row_number) as `file_row_number`",
    ]


@pytest.mark.parametrize(
    "relation",
    [
        "read_csv('a.csv')",
        "read_parquet('a.parquet', hive_partitioning=true)",
        "(select * from read_parquet('a.parquet') where x > 1)",
        "(select * from read_parquet('a.parquet') cross join read_parquet('b.parquet'))",
        "(select",
    ],
)
def test_what_is_not_known_is_refused(relation: str) -> None:
    with pytest.raises(UnknownSourceError):
        parquet_source(relation)


def test_files_that_spark_would_pass_over_are_left_out() -> None:
    files = ["landing/_loads/crm@1.parquet", "landing/generic/deals/_empty.parquet", "a/.b.parquet"]
    assert readable_files(files) == ["landing/_loads/crm@1.parquet"]
