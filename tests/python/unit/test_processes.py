"""How much memory there is."""

from pathlib import Path

import pytest

from orchestration.processes import machine_memory


@pytest.mark.parametrize("told", ["max\n", "99999999999999999\n"])
def test_a_container_without_a_limit_has_the_machines_memory(tmp_path: Path, told: str) -> None:
    physical = machine_memory(tmp_path / "no such file")
    assert physical > 1 << 28
    (tmp_path / "memory.max").write_text(told)
    assert machine_memory(tmp_path / "memory.max") == physical


def test_a_container_has_what_it_may_take(tmp_path: Path) -> None:
    (tmp_path / "memory.max").write_text("104857600\n")
    assert machine_memory(tmp_path / "memory.max") == 100 << 20
