"""What the benchmark of many days says of the folders: sizes by place, and their growth."""

import os
from pathlib import Path

from orchestration.paths import Paths
from tests.benchmarks.folders import ALL, NOWHERE, Held, growth_rows, held_by_place


def test_files_are_counted_by_place_and_shared_ones_once(tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    for name, size in {
        "landing/generic/deals/a.parquet": 3,
        "landing/_loads/a.parquet": 5,
        "published/1/kpi.parquet": 7,
        "unheard_of": 11,
    }.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"x" * size)
    (tmp_path / "published" / "2").mkdir()
    os.link(tmp_path / "published/1/kpi.parquet", tmp_path / "published/2/kpi.parquet")
    (tmp_path / "published" / "current").symlink_to("2")
    assert held_by_place(paths) == {
        "landing/**": Held(3, 1),
        "landing/_loads/**": Held(5, 1),
        "published/**": Held(7, 1),
        NOWHERE: Held(11, 1),
        ALL: Held(26, 4),
    }


def test_growth_is_that_of_the_second_half_of_the_days() -> None:
    sizes = [0, 5_000_000, 6_000_000, 7_000_000, 8_000_000]
    days = [
        {"landing/**": Held(size, number), ALL: Held(size)} for number, size in enumerate(sizes)
    ]
    assert growth_rows(days, [0, 4]) == [
        ["place", "day 0", "day 4", "kB a day", "files a day"],
        ["landing/**", "0.00 MB, 0", "8.00 MB, 4", "1,000.0", "1.0"],
        ["data/", "0.00 MB, 0", "8.00 MB, 0", "1,000.0", "0.0"],
    ]
