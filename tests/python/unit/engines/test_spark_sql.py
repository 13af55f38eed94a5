"""The translation to Spark: a pair of queries for each rule, and what no rule covers is refused.

`tests/python/spark` runs the same pairs on both engines; nothing here needs Java.
"""

import unicodedata
from typing import Any

import duckdb
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.engines.spark_functions import FUNCTIONS, functions
from orchestration.engines.spark_rules.texts import accents
from orchestration.engines.spark_sql import to_spark
from orchestration.engines.untranslatable import UntranslatableError
from tests.python.cases import FOLDER

CASES: dict[str, Any] = yaml.safe_load(
    (FOLDER / "spark_translation.yml").read_text(encoding="utf-8")
)
PAIRS = [case for case in CASES["translated"] if "spark" in case]


@pytest.mark.parametrize("case", PAIRS, ids=lambda case: case["name"])
def test_a_query_is_translated_by_the_rules(case: dict[str, str]) -> None:
    assert to_spark(case["duckdb"]) == case["spark"]


@pytest.mark.parametrize("case", CASES["refused"], ids=lambda case: case["name"])
def test_what_no_rule_covers_is_refused_by_its_name(case: dict[str, str]) -> None:
    with pytest.raises(UntranslatableError) as refused:
        to_spark(case["duckdb"])
    assert case["says"] in str(refused.value)
    assert refused.value.advice


def test_every_pair_runs_on_duckdb() -> None:
    with duckdb.connect() as connection:
        for case in CASES["translated"]:
            assert connection.execute(case["duckdb"]).fetchall(), case["name"]


def test_a_translated_query_calls_only_functions_that_were_compared() -> None:
    called = {name for case in PAIRS for name in functions(case["spark"])}
    assert called <= FUNCTIONS
    sql = "SELECT a.count, SUM(`b`) FILTER(WHERE c IN (1)) OVER (ORDER BY d) FROM t AS u(a, d)"
    assert functions(sql) == {"sum"}
    assert functions("SELECT CURRENT_DATE, levenshtein(a, b)") == {"current_date", "levenshtein"}


# what the types of columns decide


def test_a_column_is_followed_to_its_table() -> None:
    """`opened` is a day by way of a star, a CTE and a union; in the other table it is a number."""
    types = {"core.deals.opened": "DATE", "core.deals.won": "DATE", "core.other.opened": "BIGINT"}
    sql = """
        with deals as (select * from "warehouse"."core"."deals"),

        days as (
            select deals.won - opened as waited, opened as day from deals
            union all
            select deals.won - deals.opened as waited, deals.won as day from deals
        )

        select days.day - date '2026-01-01' as since, days.waited - other.opened as number
        from days
        cross join "warehouse"."core"."other" as other
    """
    written = to_spark(sql, types)
    assert "DATEDIFF(deals.won, opened) AS waited" in written
    assert "DATEDIFF(days.day, CAST('2026-01-01' AS DATE)) AS since" in written
    assert "days.waited - other.opened AS number" in written
    assert "`warehouse`" not in written


def test_a_column_that_is_one_kind_everywhere_may_be_told_by_its_name_alone() -> None:
    assert "DATEDIFF(a, b)" in to_spark("select a - b as days from t", {"a": "DATE", "b": "date"})


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        ("BIGINT", "CAST(a AS INT)"),
        ("DECIMAL(18, 4)", "CAST(ROUND(a) AS INT)"),
        ("DOUBLE", "CAST(RINT(a) AS INT)"),
        ("VARCHAR", "CAST(ROUND(CAST(a AS DECIMAL(38, 10))) AS INT)"),
    ],
)
def test_a_cast_rounds_what_has_a_fraction(kind: str, written: str) -> None:
    assert written in to_spark("select cast(a as integer) as a from t", {"t.a": kind})


def test_a_message_names_the_construct_and_what_to_do() -> None:
    with pytest.raises(UntranslatableError) as refused:
        to_spark("select least(closed_on) as day from core.fct_deals")
    assert str(refused.value) == (
        "no rule translates an extreme of one value, `LEAST(closed_on)` to Spark: "
        "write the value alone"
    )


# accents


def test_every_character_loses_its_marks_as_on_duckdb() -> None:
    accented, plain = accents()
    removed = dict.fromkeys(map(ord, accented[len(plain) :]))
    table = {**str.maketrans(accented[: len(plain)], plain), **removed}
    letters = [
        chr(code)
        for code in range(1, 0x10000)
        if unicodedata.category(chr(code)) not in ("Cn", "Cs")  # none yet, and halves of one
    ]
    with duckdb.connect() as connection:
        rows = connection.execute(
            "select letter, strip_accents(letter) from (select unnest($letters) as letter)",
            {"letters": letters},
        ).fetchall()
    assert {letter: letter.translate(table) for letter in letters} == dict(rows)


@settings(deadline=None)
@given(st.text(st.characters(min_codepoint=32, max_codepoint=0x24F), max_size=20))
def test_any_latin_text_loses_its_accents_as_on_duckdb(text: str) -> None:
    accented, plain = accents()
    removed = dict.fromkeys(map(ord, accented[len(plain) :]))
    table = {**str.maketrans(accented[: len(plain)], plain), **removed}
    with duckdb.connect() as connection:
        row = connection.execute("select strip_accents($text)", {"text": text}).fetchone()
    assert row == (text.translate(table),)
