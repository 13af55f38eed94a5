"""What a command costs: wall, processor, memory and bytes written, of all its processes.

What belongs here: watching one command through `/proc` and adding up what was seen, and measuring a
part of this process (`measured_here`). What does not: which commands are worth watching
(`refreshes.py`), and telling people (`report.py`).

Processor seconds and bytes include processes that have ended, since the kernel adds them to the
parent that waited for them; memory is the proportional share (PSS), so that pages which processes
share count once. Linux only.
"""

import os
import resource
import subprocess
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

PAUSE_SECONDS = 0.1
"""Between two looks at the processes."""

MOST_COUNTING = 0.1
"""The share of the time that may go into counting memory: a large process has many pages."""

OUTSIDE = "start"
"""The stage of what lies before the first stage, between two and after the last."""


class MeasuredCommandError(Exception):
    """A command that was to be measured ended as it should not: its time means nothing."""


@dataclass
class Spent:
    """What was spent: seconds, processor seconds, bytes written; the peak of memory in bytes."""

    wall: float = 0.0
    cpu: float = 0.0
    written: int = 0
    peak: int = 0


@dataclass
class Cost:
    """What a whole command cost, and of that each of its stages."""

    total: Spent = field(default_factory=Spent)
    stages: dict[str, Spent] = field(default_factory=dict)


@dataclass(frozen=True)
class Sample:
    """What was known of the processes at one moment; `wall`, `cpu` and `written` only grow."""

    wall: float
    cpu: float
    written: int
    memory: int
    stage: str


def summed(samples: Sequence[Sample]) -> Cost:
    """Add up samples: what was spent between two belongs to the stage of the later one.

    A process that ends between two samples is seen no more until its parent has waited for it, so
    that a sum may fall for a moment: what is spent is what exceeds the highest sum so far.
    """
    stages: dict[str, Spent] = defaultdict(Spent)
    cpu, written, wall = 0.0, 0, 0.0
    for sample in samples:
        spent = stages[sample.stage]
        spent.wall += sample.wall - wall
        spent.cpu += max(sample.cpu - cpu, 0.0)
        spent.written += max(sample.written - written, 0)
        spent.peak = max(spent.peak, sample.memory)
        wall, cpu, written = sample.wall, max(cpu, sample.cpu), max(written, sample.written)
    peak = max((spent.peak for spent in stages.values()), default=0)
    return Cost(Spent(wall, cpu, written, peak), dict(stages))


def measured(
    command: Sequence[str | Path],
    *,
    log: Path,
    stage: Callable[[], str] = lambda: OUTSIDE,
    expected: Sequence[int] = (0,),
    cwd: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> Cost:
    """Run a command to its end and return what it cost.

    Args:
        command: the program and its arguments.
        log: where its output goes.
        stage: tells which stage it is in.
        expected: the exit codes of a run that counts.
        cwd: the folder to run it in.
        environment: its variables; by default ours.

    Raises:
        MeasuredCommandError: it ended with another exit code.

    """
    before = _written_by_us()
    samples: list[Sample] = []
    began = time.perf_counter()
    with log.open("wb") as output:
        process = subprocess.Popen(
            list(map(str, command)),
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=cwd,
            env=environment,
        )
        watched, counts_at = psutil.Process(process.pid), 0.0
        try:
            while True:
                pid, status, usage = os.wait4(process.pid, os.WNOHANG)
                wall = time.perf_counter() - began
                if pid:
                    break
                is_counted = wall >= counts_at
                samples.append(_sample(watched, wall, stage(), counts_memory=is_counted))
                if is_counted:
                    now = time.perf_counter() - began
                    counts_at = now + (now - wall) / MOST_COUNTING
                time.sleep(PAUSE_SECONDS)
        except BaseException:
            process.terminate()  # who stops the benchmark stops what it watches
            raise
    process.returncode = os.waitstatus_to_exitcode(status)
    last = samples[-1].stage if samples else OUTSIDE
    cpu = usage.ru_utime + usage.ru_stime
    samples.append(Sample(wall, cpu, _written_by_us() - before, 0, last))
    if process.returncode not in expected:
        end = log.read_text("utf-8", "replace")[-2000:]
        said = " ".join(map(str, command))
        raise MeasuredCommandError(f"{said} ended with {process.returncode}; see {log}:\n{end}")
    return summed(samples)


@contextmanager
def measured_here() -> Iterator[Spent]:
    """Fill in, at the end of the block, what it cost in this process.

    The peak is the resident memory of the process since it began; bytes written are not counted.
    """
    spent = Spent()
    began, began_processor = time.perf_counter(), time.process_time()
    yield spent
    spent.wall = time.perf_counter() - began
    spent.cpu = time.process_time() - began_processor
    spent.peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _sample(watched: psutil.Process, wall: float, stage: str, *, counts_memory: bool) -> Sample:
    """Add up what all processes of a tree have spent so far, and the memory that they hold."""
    cpu, written, memory = 0.0, 0, 0
    try:
        processes = [watched, *watched.children(recursive=True)]
    except psutil.NoSuchProcess:
        processes = []
    for process in processes:
        try:
            times = process.cpu_times()
            cpu += times.user + times.system + times.children_user + times.children_system
            written += _bytes_written(Path(f"/proc/{process.pid}/io"))
            memory += process.memory_full_info().pss if counts_memory else 0
        except (psutil.Error, OSError):
            continue  # it has just ended
    return Sample(wall, cpu, written, memory, stage)


def _bytes_written(file: Path) -> int:
    """Read how much a process, and those that it waited for, gave to the file system."""
    counts = dict(line.split(": ") for line in file.read_text("ascii").splitlines())
    return int(counts["write_bytes"])


def _written_by_us() -> int:
    return _bytes_written(Path("/proc/self/io"))
