"""A side of a KPI as it is written: any sum is read as it was meant."""

from hypothesis import given
from hypothesis import strategies as st

from orchestration.kpis.blocks import Place
from orchestration.kpis.sums import Term, read_sum, write_sum

NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,8}(>[a-z][a-z0-9_]{0,8})?", fullmatch=True)
TERMS = st.builds(
    Term,
    NAMES,
    st.none() | st.sampled_from(["n", "s", "distinct", "p90"]),
    st.integers(-999, 999).filter(bool).map(float) | st.sampled_from([0.5, -2.25]),
)
HERE = Place("kpis/sales.yml", 1)


@given(st.lists(TERMS, min_size=1, max_size=5))
def test_a_sum_is_read_as_it_is_written(terms: list[Term]) -> None:
    assert read_sum(write_sum(terms), HERE) == tuple(terms)


def test_signs_and_spaces_may_be_written_in_several_ways() -> None:
    expected = (Term("a", None, 100), Term("b>c", "s", -1))
    for text in ("100 × a - b>c (s)", "100×a−b>c(s)", "+ 100 * a -  b>c ( s )"):
        assert read_sum(text, HERE) == expected
