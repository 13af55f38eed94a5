"""What the benchmark found: the records it keeps, and what they mean together.

What belongs here: their form, how they are kept as JSON, medians and ratios, what dbt says of its
models. What does not: measuring (`measuring.py`), tables and pictures (`report.py`).
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from tests.benchmarks.measuring import Cost, Spent

STEPS = {
    "full": "full refresh",
    "day": "one day",
    "nothing": "nothing new",
    "floor": "floor",
}
"""What is measured, in its order; all but the last are refreshes, which is `sql/floor.sql`."""

REFRESHES = ("full", "day", "nothing")


@dataclass(frozen=True)
class Run:
    """One measured command: `step` of STEPS, and what dbt said of it (seconds by model, by room).

    `models` holds those of a refresh that built something, else nothing; tests are one room.
    """

    step: str
    cost: Cost
    models: Mapping[str, float] = field(default_factory=dict)
    rooms: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Result:
    """What was measured of one commit at one size, on one machine."""

    commit: str
    committed_on: str
    size: str
    activities: int
    prospects: int
    measured_at: str
    machine: Mapping[str, str]
    runs: tuple[Run, ...]

    def spent(self, step: str, stage: str | None = None) -> Spent | None:
        """Return the median of a step's runs (of a stage of it); None when it was not measured."""
        found = [
            run.cost.total if stage is None else run.cost.stages.get(stage, Spent())
            for run in self.runs
            if run.step == step
        ]
        return middle(found) if found else None


def middle(found: Sequence[Spent]) -> Spent:
    """Return the median of each measure."""
    return Spent(
        median(spent.wall for spent in found),
        median(spent.cpu for spent in found),
        round(median(spent.written for spent in found)),
        round(median(spent.peak for spent in found)),
    )


def model_seconds(result: Result, step: str) -> Mapping[str, float]:
    """Return dbt's seconds by model in the last run of a step; nothing where none was built."""
    found = [run.models for run in result.runs if run.step == step]
    return found[-1] if found else {}


def ratio(one: float, other: float) -> float | None:
    """Return how many times the other one is; None where there is nothing to compare with."""
    return one / other if other else None


def keep(result: Result, folder: Path) -> Path:
    """Write a result into the folder of results, in the place of an earlier one of its kind."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{result.size}_{result.commit}.json"
    file.write_text(json.dumps(asdict(result), indent=1) + "\n", "utf-8")
    return file


def kept(folder: Path) -> list[Result]:
    """Read the results of a folder, the smallest size first."""
    found = [_read(json.loads(file.read_text("utf-8"))) for file in folder.glob("*.json")]
    return sorted(found, key=lambda result: (result.activities, -result.prospects, result.commit))


def _read(value: dict[str, Any]) -> Result:
    runs = tuple(
        Run(
            run["step"],
            Cost(
                Spent(**run["cost"]["total"]),
                {name: Spent(**spent) for name, spent in run["cost"]["stages"].items()},
            ),
            run["models"],
            run["rooms"],
        )
        for run in value.pop("runs")
    )
    return Result(**value, runs=runs)


def dbt_seconds(
    run_results: Mapping[str, Any], manifest: Mapping[str, Any]
) -> tuple[dict[str, float], dict[str, float]]:
    """Return dbt's seconds by model and by room, from its two artefacts.

    A room is the folder of a model below `models/`; what is no model is in the room of its kind,
    such as `test` or `seed`. A node that was skipped took no time and is left out.
    """
    models: dict[str, float] = {}
    rooms: dict[str, float] = defaultdict(float)
    for found in run_results["results"]:
        kind, seconds = found["unique_id"].split(".")[0], found["execution_time"]
        if found["status"] == "skipped":
            continue
        if kind != "model":
            rooms[kind] += seconds
            continue
        node = manifest["nodes"][found["unique_id"]]
        models[node["name"]] = seconds
        rooms["/".join(Path(node["original_file_path"]).parts[1:-1])] += seconds
    return models, dict(rooms)


def dearest(seconds: Mapping[str, float], count: int) -> list[tuple[str, float]]:
    """Return those that take longest, the longest first; by name where two take the same."""
    return sorted(seconds.items(), key=lambda item: (-item[1], item[0]))[:count]
