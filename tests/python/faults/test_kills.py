"""Refreshes killed at every moment that could leave something half done.

What belongs here: SIGKILL before and after each rename, link and switch, and before statements.
What does not: other faults. Where each kill hit is written to `build/faults/kills.tsv`.
"""

import os
import shutil
import signal
import time
from pathlib import Path

import pytest

from orchestration.paths import Paths
from orchestration.publication.versions import current_name
from tests.python.faults.conftest import (
    Refreshed,
    assert_same_version,
    assert_whole,
    landed_bytes,
    published_bytes,
)
from tests.python.faults.killing import Moment, begin, read_moments, run, said

LOG = Path("build") / "faults" / "kills.tsv"

CASES = {"load": 20, "validate": 4, "publish": 16}
"""Into how many tests the moments of a stage are dealt."""

THINNED = {"load": 8, "validate": 40, "publish": 110}
"""Of the moments that switch nothing, every which one is killed at."""


def note(moment: Moment) -> None:
    LOG.parent.mkdir(parents=True, exist_ok=True)
    with LOG.open("a", encoding="utf-8") as log:
        log.write(f"{moment.stage}\t{moment.kind}\t{moment.what}\n")


def chosen(moments: list[Moment], every: int) -> list[Moment]:
    """Return every switch, the moment after it where data are kept, and some of the others."""
    switches = {each.number for each in moments if each.is_switch}
    kept = ("landing/", "published/")
    after = {each.number + 1 for each in moments if each.is_switch and each.what.startswith(kept)}
    others = [each.number for each in moments if each.number not in switches | after]
    wanted = switches | after | set(others[::every])
    return [each for each in moments if each.number in wanted]


@pytest.mark.faults
@pytest.mark.parametrize(
    ("stage", "share"), [(stage, share) for stage, count in CASES.items() for share in range(count)]
)
def test_a_stage_killed_at_any_moment_is_finished_by_the_next(
    refreshed: Refreshed, tmp_path: Path, stage: str, share: int
) -> None:
    """Readers see the version before, or at the end of publication the new one, and no mixture."""
    moments = chosen(refreshed.moments[stage], THINNED[stage])[share :: CASES[stage]]
    assert moments
    for moment in moments:
        paths = refreshed.copy(stage, tmp_path / f"{moment.number}")
        log = tmp_path / f"{moment.number}.log"
        before, old = published_bytes(paths), current_name(paths)
        assert run(refreshed.bare(stage, paths), log, moment.number) == -signal.SIGKILL
        (*_, last) = read_moments(log)
        note(Moment(last.number, stage, last.kind, last.what))
        assert_whole(paths)
        assert published_bytes(paths, old) == before
        if stage != "publish":
            assert current_name(paths) == old
        elif current_name(paths) != old:  # the verdict was about the version of before
            assert run(refreshed.bare("validate", paths), log) == 0, said(log)
        assert run(refreshed.bare(stage, paths), log) == 0, said(log)
        assert landed_bytes(paths) == landed_bytes(refreshed.whole)
        if stage == "publish":
            assert_same_version(paths, refreshed.whole)
        assert_whole(paths)
        shutil.rmtree(paths.data)


BUILDS = [0.05, 0.5, 0.95]
"""Shares of dbt's log at which a refresh is killed while it builds."""

LATER = [("validate", 0.5), ("publish", 0.3), ("publish", 0.9)]


@pytest.fixture(scope="module")
def killed_again_and_again(
    refreshed: Refreshed, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Paths, dict[str, str]]:
    """Kill one refresh after the other, each later than the one before; return what was wrong."""
    folder = tmp_path_factory.mktemp("again")
    paths = refreshed.copy("load", folder / "data")
    before = published_bytes(paths)
    whole = (refreshed.before["validate"].state / "dbt" / "target" / "dbt.log").stat().st_size
    dbt_log = paths.state / "dbt" / "target" / "dbt.log"
    wrong: dict[str, str] = {}

    def check(name: str, code: int | None) -> None:
        if code != -signal.SIGKILL:
            wrong[name] = f"it ended with {code}"
        elif published_bytes(paths) != before:
            wrong[name] = "readers see something else"

    for share in BUILDS:
        shutil.rmtree(dbt_log.parent, ignore_errors=True)
        process = begin(refreshed.arguments("run", paths), folder / f"build {share}")
        while process.is_alive() and not (
            dbt_log.exists() and dbt_log.stat().st_size >= share * whole
        ):
            time.sleep(0.02)
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        line = dbt_log.read_text(encoding="utf-8", errors="replace").splitlines()[-1:]
        note(Moment(0, "build", "dbt", "".join(line)[:150]))
        check(f"build {share}", process.exitcode)
    for stage, share in LATER:
        # moments are counted from the start of the process: what a stage alone has, it has here
        log = folder / f"{stage} {share}"
        number = refreshed.moment_in_run(stage, share)
        check(log.name, run(refreshed.arguments("run", paths), log, number))
        note(read_moments(log)[-1])
    return paths, wrong


@pytest.mark.faults
@pytest.mark.parametrize(
    "kill", [*(f"build {share}" for share in BUILDS), *(f"{s} {share}" for s, share in LATER)]
)
def test_a_killed_refresh_changes_nothing_for_readers(
    killed_again_and_again: tuple[Paths, dict[str, str]], kill: str
) -> None:
    assert kill not in killed_again_and_again[1], killed_again_and_again[1]


@pytest.mark.faults
def test_the_refresh_after_many_kills_is_like_one_without(
    refreshed: Refreshed, killed_again_and_again: tuple[Paths, dict[str, str]], tmp_path: Path
) -> None:
    paths, _ = killed_again_and_again
    assert run(refreshed.arguments("run", paths), tmp_path / "log") == 0, said(tmp_path / "log")
    assert landed_bytes(paths) == landed_bytes(refreshed.whole)
    assert_same_version(paths, refreshed.whole)
    assert_whole(paths)
