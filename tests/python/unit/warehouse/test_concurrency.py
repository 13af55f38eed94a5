"""Which target of the profile a build takes, and how much memory."""

from pathlib import Path

import pytest
import yaml

from orchestration.paths import Paths
from orchestration.warehouse.concurrency import (
    FEW_BYTES,
    FEW_ROWS,
    MANY_ROWS,
    MOST_MEASURED,
    build_memory,
    build_target,
)


@pytest.mark.parametrize(
    ("landed", "translated", "target"),
    [
        (0, 0, FEW_ROWS),
        (FEW_BYTES - 1, 1, FEW_ROWS),
        (FEW_BYTES, 1, MANY_ROWS),
        (1, FEW_BYTES, MANY_ROWS),
    ],
)
def test_the_landed_and_the_translated_bytes_decide(
    tmp_path: Path, landed: int, translated: int, target: str
) -> None:
    paths = Paths(tmp_path)
    for folder, size in ((paths.landing, landed), (paths.translated, translated)):
        (folder / "generic" / "deals").mkdir(parents=True)
        with (folder / "generic" / "deals" / "crm@1.parquet").open("wb") as file:
            file.truncate(size)
        (folder / "report.json").write_text("x" * 1000)
    assert build_target(paths) == target


@pytest.mark.parametrize(
    ("landed", "memory"),
    [(0, "900MB"), (28_000_000, "1180MB"), (MOST_MEASURED, "3400MB"), (MOST_MEASURED + 1, None)],
)
def test_the_memory_of_a_build_grows_with_what_is_landed(
    tmp_path: Path, landed: int, memory: str | None
) -> None:
    paths = Paths(tmp_path)
    paths.landing.mkdir()
    with (paths.landing / "crm@1.parquet").open("wb") as file:
        file.truncate(landed)
    assert build_memory(paths) == memory


def test_both_targets_are_of_the_profile_and_differ_in_nothing_but_their_threads(
    repo_root: Path,
) -> None:
    profile = yaml.safe_load((repo_root / "profiles.yml").read_text(encoding="utf-8"))
    outputs = profile["prospection"]["outputs"]
    few, many = outputs[FEW_ROWS], outputs[MANY_ROWS]
    different = {name for name in {*few, *many} if few.get(name) != many.get(name)}
    assert different == {"threads", "config_options"}
