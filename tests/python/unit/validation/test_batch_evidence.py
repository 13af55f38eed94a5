"""How strongly rows tell: figures that can be looked up or worked by hand."""

import math

import pytest

from orchestration.validation.batch_evidence import (
    distance,
    effective,
    evidence,
    highest_share,
    student,
    turned,
)

THRESHOLDS = {"hardly_any": 0.05, "nearly_all": 0.9, "least_evidence": 13.8}


def test_rows_of_one_load_tell_less_than_as_many_alone_and_thousands_as_ten() -> None:
    assert effective(1) == 1
    assert effective(11) == pytest.approx(5.5)  # 11 / (1 + 10 x 0.1)
    assert effective(100_000) == pytest.approx(10, abs=0.01)


def test_evidence_is_the_logarithm_of_chernoffs_bound() -> None:
    assert evidence(11, 11, 0.02) == pytest.approx(5.5 * math.log(50))
    half = 0.5 * math.log(0.5 / 0.02) + 0.5 * math.log(0.5 / 0.98)
    assert evidence(5.5, 11, 0.02) == pytest.approx(5.5 * half)
    assert evidence(2, 100, 0.02) == 0
    assert evidence(0, 0, 0.02) == 0


def test_what_never_was_may_be_as_often_as_the_loads_before_do_not_speak_against() -> None:
    assert highest_share([(0, 11), (0, 11)]) == pytest.approx(0.5 / 12)
    assert highest_share([]) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("now", "before", "is_told"),
    [
        ((40, 40), [(0, 40)] * 3, True),
        ((8, 8), [(0, 10)] * 3, True),
        ((5, 5), [(0, 10)] * 3, False),  # few rows after few loads
        ((4, 4), [(0, 40)] * 40, False),  # a handful
        ((35, 40), [(0, 40)] * 3, False),  # not nearly all
        ((40, 40), [(0, 40), (3, 40), (0, 40)], False),  # a load before had more than hardly any
        ((40, 40), [(0, 1)] * 39 + [(1, 1)], True),  # a load of one row is no share of its own
        ((40, 40), [(0, 1)] * 9 + [(1, 1)], False),  # but together they are
        ((40, 40), [], False),
        ((0, 0), [(0, 40)] * 3, False),
    ],
)
def test_nearly_all_rows_are_told_when_hardly_any_was_before(
    now: tuple[float, float], before: list[tuple[float, float]], is_told: bool
) -> None:
    assert turned(now, before, THRESHOLDS) is is_told
    assert not turned(now, before, {**THRESHOLDS, "least_evidence": None})


@pytest.mark.parametrize(
    ("reached", "freedom", "chance"),
    [(12.924, 3, 1e-3), (5.041, 9, 7e-4), (3.646, 30, 1e-3), (4.892, 10_000, 1e-6)],
)
def test_students_tails_are_never_made_thinner_than_they_are(
    reached: float, freedom: int, chance: float
) -> None:
    """Both tails, as tables of the distribution have them."""
    told = math.exp(-student(reached, freedom))
    assert chance * 0.98 <= told <= chance * 1.4


def test_how_far_a_load_is_off_counts_in_what_the_loads_before_differ_by() -> None:
    before = [9.0, 10.0, 11.0]
    spread = math.sqrt(1 + 1 / 3)
    assert distance(20, 0, before) == pytest.approx(student(10 / spread, 2))
    assert distance(20, 1, before) == pytest.approx(student(10 / math.hypot(spread, 1), 2))
    assert distance(20, 0, [9.0, 11.0]) == 0
    assert distance(20, 0, [10.0] * 9) == 0
