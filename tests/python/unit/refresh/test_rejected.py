"""From which share of a file's records on a refresh is said to lack a part of the input."""

import duckdb

from orchestration.refresh.rejected import rejected_files


def lines(*files: tuple[str, int, int, int, int]) -> list[str]:
    """Return what is told of files: name, load order, records, structural and value rejects."""
    with duckdb.connect() as connection:
        connection.execute(
            """
            create schema meta;
            create table meta.load_reconciliation (
                load varchar, entity varchar, file varchar, records bigint,
                structural_rejects bigint, value_rejects bigint
            );
            create table meta.loads (
                source varchar, load varchar, load_order bigint, entity varchar, file varchar
            );
            """
        )
        for name, order, records, structural, values in files:
            connection.execute(
                "insert into meta.load_reconciliation values (?, 'costs', ?, ?, ?, ?)",
                [f"load {order}", name, records, structural, values],
            )
            connection.execute(
                "insert into meta.loads values ('finance', ?, ?, 'costs', ?)",
                [f"load {order}", order, name],
            )
        return list(rejected_files(connection, "en"))


def test_structural_and_value_rejects_add_up_to_a_tenth() -> None:
    assert lines(("a.csv", 1, 1000, 50, 50), ("b.csv", 1, 1000, 50, 49)) == [
        "a.csv: 100 of 1,000 records of costs were rejected; "
        "meta.rejects names row, column and rule of each"
    ]


def test_a_file_of_a_few_records_has_no_share_worth_telling() -> None:
    assert lines(("nine.csv", 1, 9, 0, 8)) == []
    assert len(lines(("ten.csv", 1, 10, 0, 1))) == 1


def test_a_load_that_a_newer_one_follows_is_told_no_more() -> None:
    assert lines(("old.csv", 1, 100, 90, 0), ("new.csv", 2, 100, 0, 0)) == []
