"""Each rule of the translation on Spark itself: literal rows give what DuckDB makes of them.

What belongs here: queries without a company's data. What does not: whole builds (`test_spark.py`),
and the texts of the translation (`tests/python/unit/engines`).
"""

import random
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from orchestration.engines.spark_closures import closure_of
from orchestration.engines.spark_process import SparkProcess
from orchestration.engines.spark_sql import to_spark
from orchestration.settings.engine import Engine
from tests.python.cases import FOLDER
from tests.python.unit.test_reading_values import rendered, timed, unambiguous

pytestmark = pytest.mark.spark

CASES = yaml.safe_load((FOLDER / "spark_translation.yml").read_text(encoding="utf-8"))["translated"]

READERS = [
    *("read_wall_time", "written_offset", "has_time_of_day", "read_decimal", "read_integer"),
    *("read_text", "read_boolean", "read_currency", "read_word"),
]

CHAIN = """
    with recursive edges as (
        select a, b from links
        union
        select b as a, a as b from links
    ),

    reached as (
        select a, b from edges
        union
        select reached.a, edges.b from reached inner join edges on reached.b = edges.a
    )

    select a, min(b) as first, count(*) as members from reached group by all
"""


class Spark:
    """A session, which writes what a query gives where DuckDB reads it."""

    def __init__(self, process: SparkProcess, folder: Path) -> None:
        self.process, self.folder = process, folder
        self._count = 0

    def rows(self, sql: str) -> list[str]:
        """Return the rows of a query of Spark, in an order of their own."""
        self._count += 1
        name = f"result_{self._count}"
        self.process.ask({"do": "table", "name": name, "sql": sql, "address": self.address(name)})
        return duckdb_rows(f"from read_parquet('{self.address(name)}/*.parquet')")

    def address(self, name: str) -> str:
        return str(self.folder / name)


def duckdb_rows(sql: str) -> list[str]:
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        return sorted(repr(comparable(row)) for row in connection.execute(sql).fetchall())


def comparable(value: Any) -> Any:
    """Return a value without what the engines' types for it differ in."""
    if isinstance(value, (list, tuple)):
        return [comparable(each) for each in value]
    if isinstance(value, dict):
        return {name: comparable(each) for name, each in value.items()}
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        return round(float(value), 9)
    return value


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Spark]:
    folder = tmp_path_factory.mktemp("rules")
    process = SparkProcess(Engine(name="spark"), 2, folder / "spark.log")
    process.wait_until_ready()
    yield Spark(process, folder)
    process.close()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_both_engines_give_the_same(case: dict[str, str], spark: Spark) -> None:
    assert spark.rows(to_spark(case["duckdb"])) == duckdb_rows(case["duckdb"])


def test_months_between_any_two_days_are_counted_alike(spark: Spark) -> None:
    """Every pair of some days around the ends of months, in a leap year and in none."""
    sql = """
        with days as (
            select cast(unnest(generate_series(
                timestamp '2023-12-27', timestamp '2024-04-02', interval 1 day
            )) as date) as day
        ),

        later as (
            select * from days
            union all
            select cast(day + to_years(1) as date) as day from days
        )

        select
            days.day,
            later.day as other,
            date_sub('month', days.day, later.day) as whole,
            date_sub('month', later.day, days.day) as whole_back,
            date_diff('month', days.day, later.day) as begun,
            later.day - days.day as days_between
        from days
        cross join later
    """
    assert spark.rows(to_spark(sql)) == duckdb_rows(sql)


def test_patterns_find_the_same_in_any_text(spark: Spark) -> None:
    """Eighty patterns of pieces that the models use, and forty texts, always the same ones."""
    chance = random.Random(11)
    atoms = ["a", "b", "1", "-", "é", r"\d", r"\s", ".", "[^a]", "[[:space:]]", "[0-9.]", r"\b"]
    atoms += [r"[\s-b]", "[[:space:]-1]"]
    pieces = [*atoms, "a?", r"\d+", "(a|b)", "(1)?", "(?:a|1 )", "[a1]{1,2}", r"\s*"]
    patterns = [
        chance.choice(["", "^", "(?:^|b)"])
        + "".join(chance.choices(pieces, k=chance.randint(1, 4)))
        + chance.choice(["", "$"])
        for _ in range(80)
    ]
    texts = [
        "".join(chance.choices("ab1 -é.\n\r\t\x0b", k=chance.randint(0, 8))) for _ in range(40)
    ]
    found = ", ".join(
        f"regexp_matches(text, '{each}') as found_{place}, "
        f"regexp_full_match(text, '{each}') as whole_{place}, "
        f"regexp_extract(text, '{each}') as extracted_{place}, "
        f"regexp_replace(text, '{each}', '<>') as replaced_{place}"
        for place, each in enumerate(patterns)
    )
    rows = ", ".join(f"('{text}')" for text in texts)
    sql = f"select text, {found} from (values {rows}) as texts (text)"
    assert spark.rows(to_spark(sql)) == duckdb_rows(sql)


def test_cells_are_read_alike(repo_root: Path, spark: Spark) -> None:
    """What people write into days, times and numbers, and three hundred texts that look like it."""
    chance = random.Random(5)
    cells = [
        "2026-02-30",
        "2026-02-31 ",
        "30/02/2026",
        "2026-02",
        "28.2.26",
        "1,234.5",
        "-5,5",
        "é",
    ]
    cells += [
        "46000,25",
        "1e5",
        "12.0",
        " Oui ",
        "€",
        "10h30",
        "",
        "0",
        "1 200",
        "2026-02-28 10:30Z",
    ]
    for day in (date(2026, 3, 5), date(2024, 2, 29), date(1999, 12, 31)):
        moment = datetime.combine(day, time(12, 5, 9))
        cells += [*unambiguous(day), *timed(moment), f"{moment:%d/%m/%Y %H:%M} +02:00"]
    letters = "0123456789 -/.:,TZhamp+janvfécsout"
    cells += ["".join(chance.choices(letters, k=chance.randint(1, 24))) for _ in range(300)]
    cells += [nearly_a_moment(chance) for _ in range(300)]
    calls = {call: rendered(repo_root, f"{call}('landed.cell')") for call in READERS}
    rows = ", ".join("('" + cell.replace("'", "''") + "')" for cell in dict.fromkeys(cells))
    columns = ", ".join(f"{sql} as {call}" for call, sql in calls.items())
    for order in ("dmy", "mdy"):
        sql = f"""
            with landed as (select * from (values {rows}) as cells (cell)),

            reading_rules as (
                select
                    '{order}' as date_order,
                    true as has_two_digit_years,
                    date '1899-12-30' as excel_day_zero,
                    '{",cell," if order == "dmy" else ","}' as comma_columns,
                    ',' as doubtful_columns,
                    ',' as midnight_columns
            )

            select landed.cell, {columns} from landed cross join reading_rules
        """
        assert spark.rows(to_spark(sql)) == duckdb_rows(sql)


def nearly_a_moment(chance: random.Random) -> str:
    """Return a day and a time as one of the engines alone may read them."""
    mark = chance.choice("-/. \\")
    year = chance.choice(["2026", "26", "026", "12026", "-2026", "+2026"])
    day = mark.join([year, chance.choice(["2", "02", "002"]), chance.choice(["3", "28", "31"])])
    clock = chance.choice(["", "10", "1:30", "10:30", "24:00", "010:30", "10:30:60", "10:30:00."])
    end = chance.choice(
        ["", "", " ", "\n", "Z", "z", " UTC", "+2", "+02", " -05:30", " (BC)", " PM"]
    )
    between = chance.choice([" ", "T", "t", "  ", ", "]) if clock else ""
    return chance.choice(["", "", " ", "\t"]) + day + between + clock + end


@pytest.mark.parametrize("length", [9, 33, 200])
def test_links_are_followed_to_the_end_of_a_chain(length: int, spark: Spark) -> None:
    """A chain from 1 on whose links tell of either end, and a pair apart."""
    links = f"""
        select unnest(range(1, {length + 1})) as number
        union all
        select 1001 as number
    """
    linked = (
        f"select number + number % 2 as a, number + 1 - number % 2 as b from ({links}) as links"
    )
    view = f"followed_{length}"
    closure = closure_of(CHAIN, view)
    assert closure is not None
    spark.process.ask({"do": "view", "name": "links", "sql": to_spark(linked)})
    queries = {"begin": to_spark(closure.begin), "step": to_spark(closure.step)}
    spark.process.ask({"do": "closure", "name": view, "address": spark.address(view), **queries})
    rows = spark.rows(to_spark(closure.rest))
    with_links = CHAIN.replace("with recursive", f"with recursive links as ({linked}),", 1)
    assert rows == duckdb_rows(with_links)
    assert len(rows) == length + 3
