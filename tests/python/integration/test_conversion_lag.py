"""The conversion curve against an independent library, from the prospects of the demo."""

import pytest

from tests.python.conftest import DemoRefresh
from tests.python.integration.kaplan_meier import SEGMENTS, compare_curves


@pytest.mark.parametrize("dimension", SEGMENTS)
def test_the_curve_is_that_of_an_independent_library(
    demo_refresh: DemoRefresh, dimension: str
) -> None:
    assert compare_curves(demo_refresh.paths.current / "prospection.duckdb", dimension) > 5
