"""Refreshes killed at every moment that could leave something half done.

What belongs here: SIGKILL before each rename, link and switch, between them, and before statements,
stage by stage and in whole refreshes. What does not: other faults. What was killed where is written
to `build/faults/kills.tsv`.
"""

import os
import shutil
import signal
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from orchestration.paths import Paths
from orchestration.publication.versions import current_name, list_versions
from tests.python.faults.conftest import (
    assert_whole,
    landed_bytes,
    published_bytes,
    small_exports,
)
from tests.python.faults.killing import Moment, begin, read_moments, run

LOG = Path("build") / "faults" / "kills.tsv"
CASES = {"load": 20, "validate": 6, "publish": 20}
"""Into how many tests the moments of a stage are dealt."""

THINNED = {"load": 6, "validate": 8, "publish": 100}
"""Of the moments that switch nothing, every which one is killed at."""

STAGES = ("load", "build", "validate", "publish")


@dataclass(frozen=True)
class Refreshed:
    """A refresh over a second load, kept as it was before each stage and at its end.

    Attributes:
        exports: the exports.
        before: stage → the data folder as it was before it.
        moments: stage → its moments.
        whole: the data folder at the end.

    """

    exports: Path
    before: Mapping[str, Paths]
    moments: Mapping[str, list[Moment]]
    whole: Paths

    def copy(self, stage: str, folder: Path) -> Paths:
        """Return a copy of the data folder as it was before a stage."""
        shutil.copytree(self.before[stage].data, folder, symlinks=True)
        return Paths(folder)

    def arguments(self, stage: str, paths: Paths) -> tuple[object, ...]:
        """Return the command line of a stage, or of `run`."""
        return (stage, "--exports", self.exports, "--data", paths.data)


@pytest.fixture(scope="module")
def refreshed(tmp_path_factory: pytest.TempPathFactory) -> Refreshed:
    """Publish a first load, then take a second one stage by stage to its end."""
    folder = tmp_path_factory.mktemp("kills")
    exports, paths = folder / "exports", Paths(folder / "data")
    small_exports(exports, day=1)
    command = ("--exports", exports, "--data", paths.data)
    assert run(("run", *command), folder / "first") == 0, (folder / "first.out").read_text()
    small_exports(exports, day=2)
    before, moments = {}, {}
    for stage in STAGES:
        shutil.copytree(paths.data, folder / stage, symlinks=True)
        before[stage] = Paths(folder / stage)
        log = folder / f"{stage}.log"
        assert run((stage, *command), log) == 0, Path(f"{log}.out").read_text()
        moments[stage] = read_moments(log)
    LOG.parent.mkdir(parents=True, exist_ok=True)
    return Refreshed(exports, before, moments, paths)


def note(moment: Moment) -> None:
    with LOG.open("a", encoding="utf-8") as log:
        log.write(f"{moment.stage}\t{moment.kind}\t{moment.what}\n")


def chosen(moments: list[Moment], every: int) -> list[Moment]:
    """Return every switch and the moment after it, and some of the others."""
    switches = {each.number for each in moments if each.is_switch}
    after = {each + 1 for each in switches}
    others = [each.number for each in moments if each.number not in switches | after]
    wanted = switches | after | set(others[::every])
    return [each for each in moments if each.number in wanted]


def kill(refreshed: Refreshed, stage: str, paths: Paths, moment: Moment, log: Path) -> None:
    """Run a stage until the moment; readers must see a whole version, and the same as before."""
    before, old = published_bytes(paths), current_name(paths)
    assert run(refreshed.arguments(stage, paths), log, moment.number) == -signal.SIGKILL
    note(read_moments(log)[-1])
    assert_whole(paths)
    assert published_bytes(paths, old) == before
    if stage != "publish":
        assert current_name(paths) == old


def assert_recovered(refreshed: Refreshed, paths: Paths) -> None:
    """Compare with the data folder in which nothing went wrong."""
    assert landed_bytes(paths) == landed_bytes(refreshed.whole)
    assert_whole(paths)
    (ours,) = [version for version in list_versions(paths) if version.is_current]
    (theirs,) = [version for version in list_versions(refreshed.whole) if version.is_current]
    for table, entry in theirs.manifest["tables"].items():
        if table not in {"meta.refresh", "meta.restatements"}:
            assert ours.manifest["tables"][table]["parts"] == entry["parts"], table


@pytest.mark.faults
@pytest.mark.parametrize(
    ("stage", "share"), [(stage, share) for stage, count in CASES.items() for share in range(count)]
)
def test_a_stage_killed_at_any_moment_is_finished_by_the_next(
    refreshed: Refreshed, tmp_path: Path, stage: str, share: int
) -> None:
    moments = chosen(refreshed.moments[stage], THINNED[stage])[share :: CASES[stage]]
    assert moments
    for moment in moments:
        paths = refreshed.copy(stage, tmp_path / f"{moment.number}")
        log = tmp_path / f"{moment.number}.log"
        kill(refreshed, stage, paths, moment, log)
        assert run(refreshed.arguments(stage, paths), log) == 0, Path(f"{log}.out").read_text()
        assert landed_bytes(paths) == landed_bytes(refreshed.whole)
        if stage == "publish":
            assert_recovered(refreshed, paths)
        assert_whole(paths)
        shutil.rmtree(paths.data)


@pytest.mark.faults
@pytest.mark.parametrize("share", [0.02, 0.15, 0.3, 0.45, 0.6, 0.75, 0.9, 0.98])
def test_a_build_killed_at_any_model_is_built_anew(
    refreshed: Refreshed, tmp_path: Path, share: float
) -> None:
    """The moments are the models that dbt has built, by its log."""
    whole = (refreshed.before["validate"].state / "dbt" / "target" / "dbt.log").read_bytes()
    wanted = int(len(whole) * share)
    paths = refreshed.copy("build", tmp_path / "data")
    before = published_bytes(paths)
    log = paths.state / "dbt" / "target" / "dbt.log"
    shutil.rmtree(log.parent)
    process = begin(refreshed.arguments("build", paths), tmp_path / "log")
    while process.is_alive() and (not log.exists() or log.stat().st_size < wanted):
        time.sleep(0.02)
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    assert process.exitcode == -signal.SIGKILL
    last = log.read_text(encoding="utf-8", errors="replace").splitlines()[-1:]
    note(Moment(0, "build", "model", "".join(last)[:150]))
    assert published_bytes(paths) == before
    code = run(refreshed.arguments("run", paths), tmp_path / "again")
    assert code == 0, (tmp_path / "again.out").read_text()
    assert_recovered(refreshed, paths)


@pytest.mark.faults
@pytest.mark.parametrize("share", [0.01, 0.05, 0.5, 0.8, 0.95])
def test_a_refresh_killed_at_any_moment_is_recovered_by_the_next(
    refreshed: Refreshed, tmp_path: Path, share: float
) -> None:
    total = sum(len(moments) for moments in refreshed.moments.values())
    paths = refreshed.copy("load", tmp_path / "data")
    moment = Moment(max(1, int(total * share)), "", "", "")
    kill(refreshed, "run", paths, moment, tmp_path / "log")
    code = run(refreshed.arguments("run", paths), tmp_path / "again")
    assert code == 0, (tmp_path / "again.out").read_text()
    assert_recovered(refreshed, paths)
