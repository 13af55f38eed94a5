"""Many daily refreshes into one data folder: what is held, what it costs, how each folder grows.

What belongs here: the demo company's exports day by day, a refresh after each as users start it,
and what has to be so at the end. What does not: how the exports are cut into days
(`tests/python/daily_exports.py`), and the sizes (`folders.py`).

    python -m tests.benchmarks.days --folder build/days --days 60

Each day adds a dated folder per source, the CRM's with all its records; `as_of` is the day. The
first load brings all that was known before. Whatever is not as it should be is listed at the end,
and the exit code is then 1:

- a batch or a version is held, although nothing is wrong with the exports, or a refresh fails;
- a file of the exports has not as many records as were landed, or these are not all accepted,
  superseded, duplicates or rejected;
- a file of a published version is not what its manifest says;
- a table is not what one refresh over all loads at once makes of them;
- a file lies in the data folder that the registry of places does not name.
"""

import argparse
import csv
import json
import re
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from pathlib import Path

import duckdb

from orchestration.demo.company import AS_OF, FIRST_DAY
from orchestration.demo.generate import generate
from orchestration.erasure.fingerprints import KEY_FILE
from orchestration.files import read_json, sha256
from orchestration.paths import Paths
from orchestration.publication.versions import current_version
from orchestration.refresh.record import read_record
from orchestration.validation.held import open_batches
from orchestration.validation.held_versions import read_held_versions
from tests.benchmarks import machine
from tests.benchmarks.folders import NOWHERE, Held, growth_rows, held_by_place
from tests.benchmarks.measuring import measured
from tests.benchmarks.next_day import AS_OF as AS_OF_LINE
from tests.benchmarks.next_day import stamp
from tests.benchmarks.report import Row, aligned
from tests.python.daily_exports import DailyExports
from tests.python.integration.equal_warehouses import assert_equal

CODES = (0, 3, 5)
"""Exit codes with which a day is over; any other ends the benchmark."""

TOLD = (0, 1, 10, 30, 60)
"""The days that the table shows, besides the last: 0 is that of the first load."""

RECONCILED = "records = landed + structural_rejects + merged + left_out"
ACCOUNTED = "landed = current_rows + superseded + duplicates + value_rejects"


@dataclass
class Day:
    """One day: its refresh, what the gates said, and what the folders hold afterwards.

    Attributes:
        day: the day.
        code: the exit code.
        version: the version that readers see.
        gate_1: why a batch is held, a line each.
        gate_2: why a version is held, a line each.
        restated: values of closed periods that are others now, and those that nothing explains.
        wall: seconds from start to end.
        cpu: processor seconds of all processes.
        places: what each place of the data folder holds.

    """

    day: str
    code: int
    version: str
    gate_1: list[str] = field(default_factory=list)
    gate_2: list[str] = field(default_factory=list)
    restated: tuple[int, int] = (0, 0)
    wall: float = 0.0
    cpu: float = 0.0
    places: Mapping[str, Held] = field(default_factory=dict)

    def line(self) -> str:
        """Return the day in a line for people."""
        held = [*(f"gate 1: {why}" for why in self.gate_1), *(f"gate 2: {w}" for w in self.gate_2)]
        changed, unexplained = self.restated
        said = "; ".join(held) or "nothing held"
        return (
            f"{self.day}  exit {self.code}  {self.wall:5.1f} s  {self.cpu:5.1f} CPU s  "
            f"{said}; {changed:,} closed values restated, {unexplained:,} of them unexplained"
        )


def main() -> None:
    """Refresh day by day, print the tables, and end with 1 when anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="for exports, data, results")
    parser.add_argument("--days", type=int, default=60, help="after the first load")
    parser.add_argument("--scale", type=float, default=1.0, help="of the demo company")
    parser.add_argument("--seed", type=int, default=1, help="which company")
    parser.add_argument("--keep-data", action="store_true", help="leave exports and data folders")
    arguments = parser.parse_args()
    folder: Path = arguments.folder.resolve()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    described = machine.described(folder)
    company, exports = folder / "company", folder / "exports"
    generate(company, arguments.scale, arguments.seed)
    demo = DailyExports(company, arguments.seed)
    paths = Paths(folder / "data")
    found, wrong = [], []
    since = AS_OF - timedelta(arguments.days)
    for number in range(arguments.days + 1):
        day = since + timedelta(number)
        add_day(demo, exports, FIRST_DAY if number == 0 else day, day)
        found.append(refresh(exports, paths, day, folder / "refresh.log"))
        print(f"{number:3d}  {found[-1].line()}", flush=True)
        wrong += [f"{day}: {line}" for line in wrong_in(found[-1], paths)]
        content = {"machine": described, "days": [asdict(each) for each in found], "wrong": wrong}
        (folder / "days.json").write_text(json.dumps(content, indent=1), "utf-8")
    print("\n".join(["", *told(found), ""]), flush=True)
    wrong += wrong_rows(exports, paths)
    wrong += different_at_once(exports, paths, Paths(folder / "at_once"), folder / "at_once.log")
    print("\n".join(wrong or ["nothing is wrong"]))
    if not arguments.keep_data:
        for each in (company, exports, paths.data, folder / "at_once"):
            shutil.rmtree(each)
    sys.exit(1 if wrong else 0)


def add_day(demo: DailyExports, exports: Path, first: date, last: date) -> None:
    """Write what came from the first day to the last, and look at the company as of the last."""
    demo.write(exports, first, last)
    for source in exports.iterdir():
        if (source / f"{last}").is_dir():
            stamp(source / f"{last}", last)
    shutil.copytree(demo.folder / "reference", exports / "reference", dirs_exist_ok=True)
    settings = (demo.folder / "sources.yml").read_text("utf-8")
    (exports / "sources.yml").write_text(AS_OF_LINE.sub(rf"\g<1>{last}", settings), "utf-8")


def refresh(exports: Path, paths: Paths, day: date, log: Path) -> Day:
    """Refresh as users do, and return what became of it."""
    cost = measured(
        [
            *(sys.executable, "-m", "orchestration.cli", "run"),
            *("--exports", exports, "--data", paths.data),
        ],
        log=log,
        expected=CODES,
        cwd=machine.REPO,
    )
    record = read_record(paths)
    code = record.exit_code if record is not None and record.exit_code is not None else 1
    result = Day(f"{day}", code, current_version(paths).name)
    result.gate_1 = [f"{each.load_id}: {', '.join(each.reasons)}" for each in open_batches(paths)]
    waiting = [each for each in read_held_versions(paths) if each.decision == "open"]
    result.gate_2 = [line for each in waiting for line in (*each.reasons, *each.table)]
    result.restated = restated_by(paths)
    result.wall, result.cpu = round(cost.total.wall, 1), round(cost.total.cpu, 1)
    result.places = held_by_place(paths)
    return result


def restated_by(paths: Paths) -> tuple[int, int]:
    """Return how many values of closed periods the last look found to be others."""
    record = read_record(paths)
    run_id = record.run_id if record else ""
    seen = (read_json(paths.state / "validations" / f"{run_id}.json") or {}).get("restated") or {}
    return seen.get("changed", 0), seen.get("unexplained", 0)


def wrong_in(day: Day, paths: Paths) -> Iterator[str]:
    """Yield what is not as it should be after a sound day."""
    if day.code != 0:
        record = read_record(paths)
        yield f"exit code {day.code}: {'; '.join(record.messages if record else ())}"
    yield from (f"gate 1 holds {line}" for line in day.gate_1)
    yield from (f"gate 2 holds a version: {line}" for line in day.gate_2)
    if NOWHERE in day.places:
        yield f"{day.places[NOWHERE].files} files are in no place of the registry"
    version = current_version(paths)
    if f"{version.manifest['as_of']}" != day.day:
        yield f"readers see a version as of {version.manifest['as_of']}"
    listed = version.manifest["files"]
    for name, file in listed.items():
        if sha256(version.folder / name) != file["sha256"]:
            yield f"{name} of version {version.name} is not what its manifest says"
    there = {
        path.relative_to(version.folder).as_posix()
        for path in version.folder.rglob("*")
        if path.is_file()
    }
    if there - {"manifest.json"} != set(listed):
        yield f"version {version.name} has other files than its manifest lists"


def wrong_rows(exports: Path, paths: Paths) -> Iterator[str]:
    """Yield what is lost between the files of the exports and the rows that are built."""
    written = {
        file.relative_to(exports).as_posix(): records(file)
        for file in sorted(exports.glob("*/*/*.csv"))
    }
    with duckdb.connect(paths.warehouse, read_only=True) as connection:
        rows = connection.execute(
            f"""
            select file, records, {_as_sum(RECONCILED)} and {_as_sum(ACCOUNTED)}
            from meta.load_reconciliation
            """
        ).fetchall()
    landed = {file: count for file, count, _ in rows}
    for file, count in written.items():
        if landed.get(file) != count:
            yield f"{file} has {count} records, landed are {landed.get(file)}"
    for file in sorted(landed.keys() - written.keys()):
        yield f"{file} was landed and is no file of the exports"
    for file, _, is_whole in rows:
        if not is_whole:
            yield f"{file}: not {RECONCILED}, or not {ACCOUNTED}"


def _as_sum(equation: str) -> str:
    """Return an equation between columns as a condition: null counts as nothing."""
    return re.sub(r"[a-z_]+", lambda name: f"coalesce({name[0]}, 0)", equation)


def records(file: Path) -> int:
    """Count the records of a file as `csv` reads them, below its header."""
    encoding = "cp1252" if file.parents[1].name == "outreach" else "utf-8"
    with file.open(encoding=encoding, newline="") as lines:
        delimiter = ";" if ";" in lines.readline() else ","
        return sum(1 for _ in csv.reader(lines, delimiter=delimiter))


def different_at_once(exports: Path, paths: Paths, at_once: Paths, log: Path) -> Iterator[str]:
    """Yield the tables that one refresh over all loads makes otherwise.

    Both folders have one secret: the demo asks for people to be erased, and what stands for them
    in the rows follows from it.
    """
    at_once.state.mkdir(parents=True)
    if (paths.state / KEY_FILE).exists():  # a small demo asks for nobody's erasure
        shutil.copy2(paths.state / KEY_FILE, at_once.state / KEY_FILE)
    day = refresh(exports, at_once, AS_OF, log)
    yield from (f"at once: {line}" for line in wrong_in(day, at_once))
    try:
        assert_equal(paths.warehouse, at_once.warehouse)
    except AssertionError as error:
        yield f"not what one refresh over all loads makes: {error}"


def told(days: list[Day]) -> list[str]:
    """Return the tables of what the days cost and how the folders grew."""
    last = len(days) - 1
    shown = sorted({*(number for number in TOLD if number < last), last})
    costs: list[Row] = [["", *(f"day {number}" for number in shown)]]
    costs.append(["wall s", *(f"{days[number].wall:.1f}" for number in shown)])
    costs.append(["CPU s", *(f"{days[number].cpu:.1f}" for number in shown)])
    held = sum(1 for day in days if day.gate_1), sum(1 for day in days if day.gate_2)
    restated = max(day.restated[0] for day in days[1:]) if last else 0
    unexplained = max(day.restated[1] for day in days[1:]) if last else 0
    return [
        aligned(costs),
        "",
        aligned(growth_rows([day.places for day in days], shown)),
        "",
        f"of {last} daily refreshes gate 1 held {held[0]}, gate 2 {held[1]}; at most "
        f"{restated:,} closed values were restated in a day, {unexplained:,} without an "
        f"explanation; exit codes: {', '.join(sorted({str(day.code) for day in days}))}",
    ]


if __name__ == "__main__":
    main()
