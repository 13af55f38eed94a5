"""Patterns of RE2 as Java has them. Python reads what is written for Java in the same way."""

import re

import duckdb
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from orchestration.engines.spark_rules.patterns import (
    first_java_pattern,
    is_anchored,
    java_pattern,
    java_replacement,
    may_be_empty,
    whole_java_pattern,
)
from orchestration.engines.untranslatable import UntranslatableError

ATOMS = st.sampled_from(
    [
        *"ab1 -é",
        r"\d",
        r"\s",
        r"\S",
        r"\w",
        ".",
        "[a1]",
        "[^a]",
        "[[:space:]]",
        "[0-9.]",
        r"\.",
        "[+-]",
        r"[\s-b]",
        "[[:space:]-1]",
    ]
)
COUNTED = st.builds(str.__add__, ATOMS, st.sampled_from(["", "", "*", "+", "?", "{1,2}"]))
SEQUENCES = st.lists(COUNTED, min_size=1, max_size=3).map("".join)
GROUPS = st.builds(
    "{}{}{})".format, st.sampled_from(["(", "(?:"]), SEQUENCES, st.sampled_from(["", "|b", "|1 "])
)
PATTERNS = st.builds(
    lambda begin, parts, end: begin + "".join(parts) + end,
    st.sampled_from(["", "", "^", r"\b"]),
    st.lists(st.one_of(SEQUENCES, GROUPS), min_size=1, max_size=3),
    st.sampled_from(["", "", "$", r"\b"]),
)
TEXTS = st.text(st.sampled_from("ab1 -é.+\n\r\t\x0b"), max_size=8)


def in_python(java: str) -> re.Pattern[str]:
    return re.compile(java.replace(r"\z", r"\Z"), re.ASCII)


def replaced(java: str, replacement: str, text: str, places: int = 0) -> str:
    """Replace every place or so many, as Java does; groups that found nothing are empty."""
    parts = re.sub(
        r"\$(\d)|\\(.)", lambda part: rf"\g<{part[1]}>" if part[1] else part[2], replacement
    )
    return in_python(java).sub(parts, text, count=places)


@given(PATTERNS, st.lists(TEXTS, min_size=5, max_size=5))
@settings(max_examples=100, deadline=None)
def test_a_pattern_finds_in_java_what_it_finds_in_duckdb(pattern: str, texts: list[str]) -> None:
    groups = in_python(java_pattern(pattern)).groups
    replacement = r"<\1>" if groups else "<>"
    java, before = first_java_pattern(pattern)
    with duckdb.connect() as connection:
        rows = connection.execute(
            """
            select
                regexp_matches(text, $pattern),
                regexp_full_match(text, $pattern),
                regexp_extract(text, $pattern),
                regexp_replace(text, $pattern, $replacement),
                regexp_replace(text, $pattern, $replacement, 'g')
            from (select unnest($texts) as text)
            """,
            {"pattern": pattern, "replacement": replacement, "texts": texts},
        ).fetchall()
    for text, (matches, full, extracted, first, every) in zip(texts, rows, strict=True):
        found = in_python(java_pattern(pattern)).search(text)
        assert (found is not None) == matches
        assert (in_python(whole_java_pattern(pattern)).search(text) is not None) == full
        assert (found[0] if found else "") == extracted
        # a place at the beginning only, which Python looks for twice when it is empty
        assert replaced(java, java_replacement(replacement, before), text, 1) == first
        if not may_be_empty(pattern):
            assert replaced(java_pattern(pattern), java_replacement(replacement), text) == every


@given(st.text(st.sampled_from(r"a$\ {}é1"), max_size=6))
def test_a_replacement_without_groups_is_put_in_as_it_is(replacement: str) -> None:
    assume("\\" not in replacement)
    assert replaced("x", java_replacement(replacement), "-x-") == f"-{replacement}-"


@pytest.mark.parametrize(
    ("pattern", "anchored"),
    [
        ("^a", True),
        ("^a|b", False),
        ("^(a|b)", True),
        ("a", False),
        ("^[|]a", True),
        (r"^\|a", True),
    ],
)
def test_a_pattern_with_one_place_only_begins_where_the_text_begins(
    pattern: str, anchored: bool
) -> None:
    assert is_anchored(pattern) == anchored


@pytest.mark.parametrize(
    "pattern", [r"\h", r"\1", "(?i)a", "(?P<a>b)", "[[:punct:]]", "[a", r"[\b]", r"\pL", "(?=a)"]
)
def test_what_java_may_read_otherwise_is_refused(pattern: str) -> None:
    with pytest.raises(UntranslatableError):
        java_pattern(pattern)
