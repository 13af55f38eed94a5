"""How much memory there is, and giving back what is not needed."""

import ctypes
import gc
import subprocess
import sys
from collections.abc import Iterator
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


@pytest.fixture
def no_collector() -> Iterator[None]:
    """Have nobody look for cycles, as in a refresh."""
    was_on = gc.isenabled()
    gc.disable()
    yield
    if was_on:
        gc.enable()


@pytest.mark.usefixtures("no_collector")
def test_what_only_a_cycle_holds_is_given_back() -> None:
    before = pa.total_allocated_bytes()
    held: list[object] = [pa.array(range(100_000))]
    held.append(held)
    del held
    assert pa.total_allocated_bytes() >= before + 800_000
    give_back_memory()
    assert pa.total_allocated_bytes() <= before


RESIDENT = """
import ctypes, os
import pyarrow
from orchestration.processes import give_back_memory

def resident():
    with open("/proc/self/statm") as numbers:
        return int(numbers.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

{made}
before = resident()
give_back_memory()
print(before - resident())
"""
OF_THE_C_LIBRARY = """
library = ctypes.CDLL(None)
library.malloc.restype = ctypes.c_void_p
blocks = [library.malloc(50_000) for _ in range(2_000)]
for block in blocks:
    ctypes.memset(block, 1, 50_000)
for block in blocks[:-1]:
    library.free(ctypes.c_void_p(block))
"""
OF_ARROW = """
buffers = [pyarrow.allocate_buffer(50_000) for _ in range(2_000)]
for buffer in buffers:
    ctypes.memset(buffer.address, 1, 50_000)
del buffers, buffer
"""


@pytest.mark.parametrize(
    "made",
    [
        # other C libraries have no way to ask for it, so that nothing is promised there
        pytest.param(
            OF_THE_C_LIBRARY,
            marks=pytest.mark.skipif(
                not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="no GNU C library here"
            ),
            id="the C library",
        ),
        pytest.param(OF_ARROW, id="Arrow"),
    ],
)
def test_what_was_freed_goes_back_to_the_machine(made: str) -> None:
    script = RESIDENT.format(made=made)
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert int(ran.stdout) > 50_000_000
