"""A part of a package is replaced where it is, and missed where it is not."""

from types import SimpleNamespace

import pytest

from orchestration.replacing import replace_part


def test_a_part_is_replaced_where_it_is() -> None:
    package = SimpleNamespace(part=1)
    replace_part(package, "part", 2)
    assert package.part == 2


def test_a_part_that_is_gone_is_missed() -> None:
    package = SimpleNamespace()
    with pytest.raises(AttributeError, match="no part to replace"):
        replace_part(package, "part", 2)
    assert not hasattr(package, "part")
