"""What a refresh costs: the first of a company, the next day, and when nothing is new.

What belongs here: the order of the runs. For each size: a full refresh, the floor on what it landed
(`floor.py`), the next day's refresh, and one more on which nothing is new, each compared with the
floor. With `--against` a second commit does the same in turn, so that both see the machine alike.
What does not: how a company is made (`company.py`, `next_day.py`), how a command is watched
(`measuring.py`) and how it is told (`report.py`).

    python -m tests.benchmarks.refreshes --folder build/benchmark --sizes 1m 10mx5 --against main~5
"""

import argparse
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from orchestration.files import read_json, timestamp
from tests.benchmarks import floor, machine
from tests.benchmarks.company import Size, counted, make_company, size_named
from tests.benchmarks.measuring import OUTSIDE, Cost, measured
from tests.benchmarks.next_day import DaySize, advance
from tests.benchmarks.report import side_by_side, table
from tests.benchmarks.results import Result, Run, dbt_seconds, keep

PUBLISHED = (0, 5)
"""Exit codes of a refresh that published; 5 says that something was held back."""

STAGES = ("load", "build", "validate", "publish")


@dataclass
class Side:
    """A commit that is measured: its working tree, its data folder, and what was found of it."""

    tree: Path
    data: Path
    commit: machine.Commit
    runs: list[Run] = field(default_factory=list)

    @property
    def command(self) -> Path:
        """The program of this commit."""
        return self.tree / ".venv" / "bin" / "prospection"


def main() -> None:
    """Measure every size and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="for companies and results")
    parser.add_argument("--sizes", type=size_named, nargs="+", required=True, metavar="SIZE")
    parser.add_argument("--against", metavar="REF", help="a second commit, measured in turn")
    parser.add_argument("--runs", type=int, default=1, help="of each step")
    parser.add_argument("--touches", type=int, default=DaySize().touches, help="of the next day")
    parser.add_argument("--keep-data", action="store_true", help="leave the data folders")
    arguments = parser.parse_args()
    folder: Path = arguments.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    trees = [machine.REPO]
    if arguments.against:
        trees.append(machine.checked_out(arguments.against, folder / "commits"))
    for size in arguments.sizes:
        results = measure_size(
            size, trees, folder, arguments.runs, DaySize(arguments.touches), arguments.keep_data
        )
        for result in results:
            print(table(result))
            print(f"kept in {keep(result, folder / 'results')}\n")
        if len(results) > 1:
            print(side_by_side(*results))


def measure_size(
    size: Size,
    trees: Sequence[Path],
    folder: Path,
    run_count: int,
    day: DaySize,
    keeps_data: bool,
) -> list[Result]:
    """Measure every commit at one size, one step of all before the next step of any."""
    described = machine.described(folder)
    company = folder / "companies" / size.name
    make_company(size, company)
    work = folder / size.name
    sides = [
        Side(tree, work / f"data_{place}", machine.commit_of(tree))
        for place, tree in enumerate(trees)
    ]
    for _ in range(run_count):
        exports = work / "exports"
        shutil.rmtree(work, ignore_errors=True)
        shutil.copytree(company, exports, copy_function=_link)
        for step in ("full", "day", "nothing"):
            if step == "day":
                advance(exports, day.at_most(size.activities))
            for side in sides:
                refresh(side, step, exports, work)
                measure_floor(side, step, work)
    if not keeps_data:
        shutil.rmtree(work)
    activities, prospects = counted(company)
    return [
        Result(
            side.commit.name,
            side.commit.committed_on,
            size.name,
            activities,
            prospects,
            timestamp(),
            described,
            tuple(side.runs),
        )
        for side in sides
    ]


def refresh(side: Side, step: str, exports: Path, work: Path) -> None:
    """Refresh one data folder and add what it cost."""
    print(f"{side.commit.name}: {step} …", end=" ", flush=True)
    record, artefacts = side.data / "state" / "refresh.json", dbt_artefacts(side.data)
    run_before = (read_json(record) or {}).get("run_id")
    built_before = _changed(artefacts / "run_results.json")
    cost = measured(
        [side.command, "run", "--exports", exports, "--data", side.data],
        log=work / f"{side.data.name}_{step}.log",
        stage=lambda: stage_of(read_json(record) or {}, run_before),
        expected=PUBLISHED,
        cwd=side.tree,
    )
    models: dict[str, float] = {}
    rooms: dict[str, float] = {}
    if _changed(artefacts / "run_results.json") != built_before:
        models, rooms = dbt_seconds(
            read_json(artefacts / "run_results.json"), read_json(artefacts / "manifest.json")
        )
    side.runs.append(Run(step, cost, models, rooms))
    print(f"{cost.total.wall:.1f} s, {cost.total.cpu:.1f} CPU s", flush=True)


def measure_floor(side: Side, step: str, work: Path) -> None:
    """Compare what was published with the floor; after the full refresh, add what that cost."""
    published = side.data / "published" / "current" / "prospection.duckdb"
    kept = work / "floor.parquet"
    day = floor.as_of_published(published)
    cost = measured(
        [
            *(sys.executable, "-m", "tests.benchmarks.floor"),
            *("--data", side.data, "--as-of", str(day), "--into", kept),
        ],
        log=work / "floor.log",
        cwd=machine.REPO,
    )
    floor.require_same(floor.compared(kept, published))
    if step == "full":
        side.runs.append(Run("floor", Cost(cost.total)))


def stage_of(record: dict[str, object], run_before: object) -> str:
    """Say which stage a refresh is in by its record; outside of all while that is another's."""
    stage = str(record.get("stage"))
    is_running = record.get("run_id") != run_before and record.get("finished_at") is None
    return stage if is_running and stage in STAGES else OUTSIDE


def dbt_artefacts(data: Path) -> Path:
    """Return the folder in which dbt leaves what it says of its last build."""
    return data / "state" / "dbt" / "target"


def _changed(file: Path) -> int | None:
    return file.stat().st_mtime_ns if file.is_file() else None


def _link(source: str, target: str) -> None:
    """Put a file into the working exports as it is, with its time and without its bytes."""
    Path(target).hardlink_to(source)


if __name__ == "__main__":
    main()
