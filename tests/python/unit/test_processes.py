"""How much memory there is, and giving back what is not needed."""

import gc
from pathlib import Path

import pyarrow as pa
import pytest

from orchestration.processes import give_back_memory, machine_memory


@pytest.mark.parametrize("told", ["max\n", "99999999999999999\n"])
def test_a_container_without_a_limit_has_the_machines_memory(tmp_path: Path, told: str) -> None:
    physical = machine_memory(tmp_path / "no such file")
    assert physical > 1 << 28
    (tmp_path / "memory.max").write_text(told)
    assert machine_memory(tmp_path / "memory.max") == physical


def test_a_container_has_what_it_may_take(tmp_path: Path) -> None:
    (tmp_path / "memory.max").write_text("104857600\n")
    assert machine_memory(tmp_path / "memory.max") == 100 << 20


def test_what_only_a_cycle_holds_is_given_back() -> None:
    gc.disable()
    try:
        before = pa.total_allocated_bytes()
        held: list[object] = [pa.array(range(100_000))]
        held.append(held)
        del held
        assert pa.total_allocated_bytes() >= before + 800_000
        give_back_memory()
        assert pa.total_allocated_bytes() <= before
    finally:
        gc.enable()
