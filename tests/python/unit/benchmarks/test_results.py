"""What the benchmark keeps and tells: records, ratios, tables, the picture."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.benchmarks.floor import Compared, FloorDiffersError, require_same
from tests.benchmarks.measuring import Cost, Spent
from tests.benchmarks.plot import cost_against_size, decades, position, short
from tests.benchmarks.refreshes import stage_of
from tests.benchmarks.report import (
    BEGIN,
    END,
    aligned,
    as_markdown,
    figures,
    of_one_commit,
    placed,
    side_by_side,
    stage_rows,
    step_rows,
    table,
)
from tests.benchmarks.results import Result, Run, dbt_seconds, dearest, keep, kept, ratio

MIB = 2**20


def result(commit: str, cpu: float, *, size: str = "1m", activities: int = 1_000_000) -> Result:
    """Make a result of two full refreshes, of which one takes two seconds more, and a floor."""
    runs = tuple(
        Run(
            "full",
            Cost(
                Spent(cpu + more, 2 * (cpu + more), 4_000_000, 8 * MIB),
                {"build": Spent(cpu, 2 * cpu, 4_000_000, 8 * MIB)},
            ),
            {"kpi_values": 3.0, "kpi_events": 5.0},
        )
        for more in (0.0, 2.0)
    )
    floor = Run("floor", Cost(Spent(1.0, 2.0, 0, MIB)))
    return Result(
        commit,
        "2026-11-30",
        size,
        activities,
        activities // 5,
        f"2026-11-30T0{len(commit)}:00:00+00:00",
        {"processor": "fast, 2 cores"},
        (*runs, floor),
    )


def test_a_step_is_told_by_the_median_of_its_runs() -> None:
    assert result("a", 10).spent("full") == Spent(11.0, 22.0, 4_000_000, 8 * MIB)
    assert result("a", 10).spent("full", "build") == Spent(10.0, 20.0, 4_000_000, 8 * MIB)
    assert result("a", 10).spent("full", "publish") == Spent()
    assert result("a", 10).spent("day") is None


def test_a_ratio_needs_something_to_compare_with() -> None:
    assert ratio(3.0, 2.0) == 1.5
    assert ratio(3.0, 0.0) is None


def test_what_is_kept_is_read_back_the_smallest_size_first(tmp_path: Path) -> None:
    large = result("abc", 10, size="10m", activities=10_000_000)
    small = result("abc", 1)
    keep(large, tmp_path)
    keep(result("abc", 99), tmp_path)
    keep(small, tmp_path)
    assert kept(tmp_path) == [small, large]


def test_the_commit_measured_last_is_told_unless_another_is_asked_for() -> None:
    older, newer = result("a", 1), result("bb", 2)
    assert of_one_commit([older, newer], None) == [newer]
    assert of_one_commit([older, newer], "a") == [older]


def test_dbts_seconds_go_to_models_and_their_rooms() -> None:
    paths = {
        "model.p.kpi_values": "models/marts/kpi/values/kpi_values.sql",
        "model.p.kpi_ratios": "models/marts/kpi/values/kpi_ratios.sql",
        "model.p.dim_clock": "models/marts/core/dim_clock.sql",
        "model.p.skipped": "models/marts/core/skipped.sql",
    }
    manifest = {
        "nodes": {
            name: {"name": name.split(".")[-1], "original_file_path": path}
            for name, path in paths.items()
        }
    }
    seconds = {
        "model.p.kpi_values": 2.0,
        "model.p.kpi_ratios": 1.5,
        "model.p.dim_clock": 0.25,
        "test.p.unique": 0.5,
        "test.p.not_null": 0.125,
    }
    results = [
        {"unique_id": name, "execution_time": spent, "status": "success"}
        for name, spent in seconds.items()
    ]
    results.append({"unique_id": "model.p.skipped", "execution_time": 9.0, "status": "skipped"})
    models, rooms = dbt_seconds({"results": results}, manifest)
    assert models == {"kpi_values": 2.0, "kpi_ratios": 1.5, "dim_clock": 0.25}
    assert rooms == {"marts/kpi/values": 3.5, "marts/core": 0.25, "test": 0.625}
    assert dearest(models, 2) == [("kpi_values", 2.0), ("kpi_ratios", 1.5)]


def test_a_stage_is_that_of_the_run_that_is_watched() -> None:
    running = {"run_id": "2", "stage": "build", "finished_at": None}
    assert stage_of(running, "1") == "build"
    assert stage_of(running, "2") == "start"  # the record of the run before
    assert stage_of({**running, "finished_at": "2026-11-30"}, "1") == "start"
    assert stage_of({**running, "stage": "start"}, "1") == "start"
    assert stage_of({}, None) == "start"


def test_steps_are_told_beside_the_floor() -> None:
    assert step_rows(result("a", 10)) == [
        ["", "wall s", "CPU s", "peak MiB", "written MB", "CPU ÷ floor"],
        ["full refresh", "11.0", "22.0", "8", "4", "11.00"],
        ["floor", "1.0", "2.0", "1", "0", "-"],
    ]
    assert stage_rows(result("a", 10))[1] == ["full refresh", "0.0", "20.0", "0.0", "0.0", "0.0"]


def test_two_commits_are_told_side_by_side() -> None:
    told = side_by_side(result("ours", 10), result("theirs", 21)).splitlines()
    assert told[0].endswith("ours ÷ theirs")
    assert told[3].split() == ["full", "refresh", "22.0", "44.0", "0.50", "0.50", "1.00", "1.00"]
    assert told[4].split() == ["build", "20.0", "42.0", "0.48", "0.48", "1.00", "1.00"]


def test_rows_are_set_in_columns() -> None:
    rows = [["", "s"], ["build", "10.5"]]
    assert aligned(rows) == "          s\nbuild  10.5"
    assert as_markdown(rows) == "|  | s |\n| --- | ---: |\n| build | 10.5 |"


def test_the_dearest_models_are_told() -> None:
    told = table(result("a", 10))
    assert told.index("kpi_events") < told.index("kpi_values")
    assert "`kpi_events` 5.0, `kpi_values` 3.0" in figures([result("a", 10)])


def test_figures_take_the_place_of_earlier_ones() -> None:
    page = f"before\n{BEGIN}\nold\n{END}\nafter\n"
    once = placed(page, "new")
    assert once == f"before\n{BEGIN}\n\nnew\n\n{END}\nafter\n"
    assert placed(once, "new") == once
    with pytest.raises(ValueError, match="no marks"):
        placed("a page", "new")


def test_the_picture_has_a_point_for_each_size_and_step() -> None:
    sizes = [result("a", 10), result("a", 80, size="10m", activities=10_000_000)]
    drawn = ElementTree.fromstring(cost_against_size(sizes))
    points = drawn.findall("{http://www.w3.org/2000/svg}circle")
    assert len(points) == 4
    across = [float(point.attrib["cx"]) for point in points]
    assert across[0] == across[2] < across[1] == across[3]


def test_companies_of_repeated_touches_are_a_line_of_their_own() -> None:
    sizes = [result("a", 10), result("a", 5, size="1mx5"), result("a", 9, size="10mx5")]
    drawn = ElementTree.fromstring(cost_against_size(sizes))
    lines = drawn.findall("{http://www.w3.org/2000/svg}polyline")
    lengths = sorted(len(line.attrib["points"].split()) for line in lines)
    assert lengths == [1, 1, 2, 2]


def test_axes_go_from_power_of_ten_to_power_of_ten() -> None:
    assert decades([20_500, 10_000_000]) == (4, 7)
    assert decades([10, 10]) == (1, 2)
    assert position(1000, (2, 4)) == pytest.approx(0.5)
    assert [short(10**exponent) for exponent in (-1, 0, 3, 4, 7)] == [
        "0.1",
        "1",
        "1k",
        "10k",
        "10m",
    ]


def test_a_value_that_differs_from_the_floor_is_named() -> None:
    require_same(Compared(20, 100, ()))
    different = ("touches", "rep", "R01", "2026-09-01", 3.0, 4.0)
    with pytest.raises(FloorDiffersError, match=r"(?s)1 of 100 .*touches of 2026-09-01 by rep R01"):
        require_same(Compared(20, 100, (different,)))
