"""A recursive query in pieces: run one after the other they give what the query gives."""

import duckdb
import pytest

from orchestration.engines.spark_closures import UnknownRecursionError, closure_of

QUERY = """
with recursive edges as (
    select a, b from links
    union
    select b as a, a as b from links
),
reached as (
    select a, b from edges
    union
    select reached.a, edges.b from reached inner join edges on reached.b = edges.a
),
final as (
    select a, min(b) as first from reached group by all
)
select * from final
"""


def by_steps(connection: duckdb.DuckDBPyConnection) -> tuple[list[tuple[int, int]], int]:
    """Run the pieces as the worker does; return the rows and how many steps it took."""
    closure = closure_of(QUERY, "so_far")
    assert closure is not None
    connection.execute(
        f"create or replace table so_far as select distinct * from ({closure.begin})"
    )
    steps, count = 0, -1
    while True:
        found = connection.execute("select count(*) from so_far").fetchall()[0][0]
        if found == count:
            return connection.execute(f"{closure.rest} order by all").fetchall(), steps
        steps, count = steps + 1, found
        connection.execute(f"create or replace table so_far as from so_far union ({closure.step})")


@pytest.mark.parametrize(("length", "most_steps"), [(1, 2), (9, 5), (33, 7), (200, 9)])
def test_a_chain_of_any_length_is_one_group(length: int, most_steps: int) -> None:
    with duckdb.connect() as connection:
        # a chain from 1, and a pair apart
        connection.execute(
            f"""
            create table links as
            select range as a, range + 1 as b from range(1, {length + 1})
            union all select 1001, 1002
            """
        )
        rows, steps = by_steps(connection)
        assert rows == connection.execute(f"{QUERY} order by all").fetchall()
    assert dict(rows)[length + 1] == 1
    assert dict(rows)[1002] == 1001
    assert steps <= most_steps


def test_a_query_that_is_not_recursive_stays_whole() -> None:
    assert closure_of("with a as (select 1 as x) select * from a", "so_far") is None


@pytest.mark.parametrize(
    "reached",
    [
        # rows that come again would be kept
        "select a, b from edges union all "
        "select reached.a, edges.b from reached inner join edges on reached.b = edges.a",
        # counts the steps: not the same when a step goes further
        "select a, b from edges union "
        "select reached.a, edges.b + 1 from reached inner join edges on reached.b = edges.a",
        # links of another kind lead on
        "select a, b from edges union "
        "select reached.a, more.b from reached inner join more on reached.b = more.a",
        "select a, b from edges union "
        "select reached.a, edges.b from reached left join edges on reached.b = edges.a",
        "select a, b from edges union "
        "select reached.a, edges.b from reached inner join edges on reached.b < edges.a",
        "select a, b from edges union select reached.a, edges.b from reached "
        "inner join edges on reached.b = edges.a where reached.a > 3",
        # the second way does not begin where the first ends
        "select a, b from edges union "
        "select reached.a, edges.b from reached inner join edges on reached.a = edges.b",
        "select a, b from edges union "
        "select edges.a, reached.b from reached inner join edges on reached.b = edges.a",
        "select a, b from edges union select reached.a, edges.b from reached cross join edges",
        "select a, b from edges where a > 0 union "
        "select reached.a, edges.b from reached inner join edges on reached.b = edges.a",
    ],
)
def test_another_recursion_is_refused(reached: str) -> None:
    sql = f"with recursive edges as (select 1 as a, 2 as b), reached as ({reached}) from reached"
    with pytest.raises(UnknownRecursionError):
        closure_of(sql, "so_far")
