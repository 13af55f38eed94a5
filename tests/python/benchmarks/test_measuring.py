"""Watching a command: what it and its children cost."""

import sys
from pathlib import Path

import pytest

from tests.benchmarks.measuring import (
    MeasuredCommandError,
    Sample,
    Spent,
    measured,
    measured_here,
    summed,
)

SPAWNING = """
import subprocess, sys
child = "sum(range(20_000_000)); block = b'x' * 3_000_000; open(sys.argv[1], 'wb').write(block)"
subprocess.run([sys.executable, "-c", "import sys; " + child, sys.argv[1]], check=True)
"""


def test_what_is_spent_between_two_samples_belongs_to_the_stage_of_the_later() -> None:
    cost = summed(
        [
            Sample(1.0, 0.5, 10, 100, "start"),
            Sample(2.0, 2.5, 10, 700, "build"),
            Sample(3.5, 3.0, 60, 300, "build"),
            Sample(4.0, 3.25, 60, 0, "start"),
        ]
    )
    assert cost.total == Spent(wall=4.0, cpu=3.25, written=60, peak=700)
    assert cost.stages == {
        "start": Spent(wall=1.5, cpu=0.75, written=10, peak=100),
        "build": Spent(wall=2.5, cpu=2.5, written=50, peak=700),
    }


def test_a_child_that_nobody_has_waited_for_yet_takes_nothing_back() -> None:
    cost = summed(
        [
            Sample(1.0, 4.0, 0, 0, "build"),
            Sample(2.0, 1.0, 0, 0, "build"),
            Sample(3.0, 5.0, 0, 0, "build"),
        ]
    )
    assert cost.total.cpu == cost.stages["build"].cpu == 5.0


def test_the_processor_time_of_a_child_is_counted(tmp_path: Path) -> None:
    command = [sys.executable, "-c", SPAWNING, str(tmp_path / "written")]
    cost = measured(command, log=tmp_path / "log", stage=lambda: "build")
    assert cost.total.cpu > 0.2
    assert cost.total.cpu == pytest.approx(cost.stages["build"].cpu)
    assert cost.total.wall > 0.1
    assert cost.total.peak > 1_000_000
    assert (tmp_path / "written").stat().st_size == 3_000_000


def test_a_command_that_fails_has_no_cost(tmp_path: Path) -> None:
    failing = [sys.executable, "-c", "print('no such table'); raise SystemExit(3)"]
    with pytest.raises(MeasuredCommandError, match=r"(?s)ended with 3.*no such table"):
        measured(failing, log=tmp_path / "log")
    assert measured(failing, log=tmp_path / "log", expected=(0, 3)).total.wall > 0


def test_what_a_part_of_this_process_costs_is_told_at_its_end() -> None:
    with measured_here() as spent:
        sum(range(1_000_000))
        assert spent == Spent()
    assert spent.cpu > 0.0
    assert spent.wall > 0.0
    assert spent.peak > 1_000_000
