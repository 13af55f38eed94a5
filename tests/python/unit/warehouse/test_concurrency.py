"""Which target of the profile a build takes, and how much memory."""

from pathlib import Path

import pytest
import yaml

from orchestration.paths import Paths
from orchestration.warehouse import concurrency
from orchestration.warehouse.concurrency import (
    FEW_BYTES,
    FEW_BYTES_ON_TWO_CORES,
    FEW_ROWS,
    MANY_ROWS,
    MOST_MEASURED,
    build_memory,
    build_target,
)


@pytest.mark.parametrize(
    ("landed", "translated", "cores", "target"),
    [
        (0, 0, 8, FEW_ROWS),
        (FEW_BYTES - 1, 1, 8, FEW_ROWS),
        (FEW_BYTES, 1, 8, MANY_ROWS),
        (1, FEW_BYTES, 8, MANY_ROWS),
        (1, FEW_BYTES, 2, FEW_ROWS),
        (1, FEW_BYTES_ON_TWO_CORES, 2, MANY_ROWS),
    ],
)
def test_the_landed_and_the_translated_bytes_decide(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    landed: int,
    translated: int,
    cores: int,
    target: str,
) -> None:
    monkeypatch.setattr(concurrency, "_cores", lambda: cores)
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
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, landed: int, memory: str | None
) -> None:
    monkeypatch.setattr(concurrency, "machine_memory", lambda: 16_000_000_000)
    paths = Paths(tmp_path)
    paths.landing.mkdir()
    with (paths.landing / "crm@1.parquet").open("wb") as file:
        file.truncate(landed)
    assert build_memory(paths) == memory


def test_on_a_small_machine_duckdb_has_its_own_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(concurrency, "machine_memory", lambda: 1_000_000_000)
    assert build_memory(Paths(tmp_path)) is None


def test_both_targets_are_of_the_profile_and_differ_in_nothing_but_their_threads(
    repo_root: Path,
) -> None:
    profile = yaml.safe_load((repo_root / "profiles.yml").read_text(encoding="utf-8"))
    outputs = profile["prospection"]["outputs"]
    few, many = outputs[FEW_ROWS], outputs[MANY_ROWS]
    different = {name for name in {*few, *many} if few.get(name) != many.get(name)}
    assert different == {"threads", "config_options"}
