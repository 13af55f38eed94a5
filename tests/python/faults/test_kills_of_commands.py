"""Commands killed at every moment: an erasure, another key, what is decided about held loads.

What belongs here: SIGKILL before each file that such a command writes, renames, links or removes.
What does not: the stages of a refresh (see `test_kills.py`). Where each kill hit is written to
`build/faults/kills.tsv`.
"""

import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from orchestration.erasure.forgotten import keep_erasure, marked_done, new_erasure, read_erasures
from orchestration.landing.hashes import check_before_build
from orchestration.landing.store import LandedLoad, Store
from orchestration.paths import Paths
from orchestration.publication.rotation import KEY_MARK, is_rotating
from orchestration.publication.versions import current_name, current_version, list_versions
from orchestration.settings.keys import key_mark, own_key
from orchestration.validation import held
from orchestration.validation.held_versions import read_held_versions
from tests.python.faults.conftest import (
    PERSON,
    Refreshed,
    assert_whole,
    copy,
    hold_batch,
    landed_bytes,
    published_bytes,
)
from tests.python.faults.killing import BARE, Moment, read_moments, run, said
from tests.python.faults.test_kills import note
from tests.python.holding import hold_a_version

pytestmark = pytest.mark.faults


def note_last(log: Path, command: str) -> None:
    """Keep where a kill hit."""
    (*_, last) = read_moments(log)
    note(Moment(last.number, command, last.kind, last.what))


def thinned(moments: list[Moment], every: int) -> list[Moment]:
    """Return every switch and link, and of the others one of so many."""
    others = [each for each in moments if not each.is_switch and each.kind != "os.link"]
    wanted = {each.number for each in moments if each not in others}
    wanted |= {each.number for each in others[::every]}
    return [each for each in moments if each.number in wanted]


def what_is_landed(paths: Paths) -> tuple[dict[str, bytes], list[LandedLoad]]:
    """Return the landed files, and what the reports say, which an erasure writes once more."""
    files = {
        name: content
        for name, content in landed_bytes(paths).items()
        if not name.startswith("_loads/")
    }
    return files, Store(paths.landing).all_loads()


def names_person(paths: Paths) -> list[str]:
    """Return the files of a data folder that name the person."""
    found = []
    for file in sorted(paths.data.rglob("*")):
        if file.suffix == ".parquet":
            text = str(pq.read_table(file).to_pylist())
        else:
            text = file.read_bytes().decode("utf-8", "replace") if file.is_file() else ""
        if PERSON in text:
            found.append(file.relative_to(paths.data).as_posix())
    return found


def test_an_erasure_killed_at_any_moment_is_finished_by_the_next_load(
    landed: tuple[Path, Paths], tmp_path: Path
) -> None:
    exports, source = landed
    assert names_person(source)

    def bare(paths: Paths, stage: str, *more: str) -> tuple[object, ...]:
        return (BARE, stage, "--exports", exports, "--data", paths.data, *more)

    whole = copy(source, tmp_path / "whole")
    log = tmp_path / "whole.log"
    assert run(bare(whole, "forget", PERSON), log) == 0, said(log)
    moments = read_moments(log)
    assert run(bare(whole, "load"), log) == 0, said(log)
    assert names_person(whole) == []
    for moment in thinned(moments, 3):
        paths, log = copy(source, tmp_path / "data"), tmp_path / "killed.log"
        assert run(bare(paths, "forget", PERSON), log, moment.number) == -signal.SIGKILL
        note_last(log, "forget")
        if not read_erasures(paths):  # killed before it was asked for
            assert landed_bytes(paths) == landed_bytes(source)
            assert run(bare(paths, "forget", PERSON), log) == 0, said(log)
        assert run(bare(paths, "load"), log) == 0, said(log)
        assert what_is_landed(paths) == what_is_landed(whole), moment
        assert names_person(paths) == [], moment
        assert [each.is_landing_done for each in read_erasures(paths)] == [True], moment
        check_before_build(paths)
        shutil.rmtree(paths.data)


def test_versions_of_before_an_erasure_go_whenever_its_publication_is_killed(
    refreshed: Refreshed, tmp_path: Path
) -> None:
    """Readers see a version without the person; the next refresh finds nothing new."""
    source = copy(refreshed.whole, tmp_path / "source")
    assert len(list_versions(source)) > 1
    keep_erasure(source, marked_done(new_erasure("command", 1, {})))
    seen = published_bytes(source)
    whole, log = copy(source, tmp_path / "whole"), tmp_path / "log"
    assert run(refreshed.bare("keep", whole), log) == 0, said(log)
    moments = read_moments(log)
    assert any(moment.is_switch for moment in moments)
    for moment in thinned(moments, 40):
        paths = copy(source, tmp_path / "data")
        assert run(refreshed.bare("keep", paths), log, moment.number) == -signal.SIGKILL
        note_last(log, "forget, published")
        assert_whole(paths)
        for version in list_versions(paths):  # what can be gone back to is whole
            assert (version.folder / "prospection.duckdb").exists(), moment
        assert run(refreshed.bare("keep", paths), log) == 0, said(log)
        assert [each.name for each in paths.published.iterdir() if each.is_dir()] in (
            [current_name(paths), "current"],
            ["current", current_name(paths)],
        )
        assert published_bytes(paths) == seen
        assert [each.is_done for each in read_erasures(paths)] == [True], moment
        shutil.rmtree(paths.data)


def test_another_key_killed_at_any_moment_is_there_after_the_next_command(
    refreshed: Refreshed, tmp_path: Path
) -> None:
    whole, log = refreshed.copy("publish", tmp_path / "whole"), tmp_path / "log"
    old = own_key(whole)
    assert run(refreshed.bare("rotate", whole), log) == 0, said(log)
    moments = read_moments(log)
    for moment in thinned(moments, 300):
        paths = refreshed.copy("publish", tmp_path / "data")
        before = published_bytes(paths)
        assert run(refreshed.bare("rotate", paths), log, moment.number) == -signal.SIGKILL
        note_last(log, "rotate-key")
        assert_whole(paths)
        mark = current_version(paths).manifest[KEY_MARK]
        assert (mark == key_mark(old)) == (published_bytes(paths) == before), moment
        assert run(refreshed.bare("rotate", paths), log) == 0, said(log)
        assert not is_rotating(paths)
        assert own_key(paths) != old
        marks = [each.manifest[KEY_MARK] for each in list_versions(paths)]
        assert marks == [key_mark(own_key(paths))], moment
        assert_whole(paths)
        shutil.rmtree(paths.data)


def hold_newest(paths: Paths) -> str:
    """Hold back a version that the last load of each source came into; return its id."""
    store = Store(paths.landing)
    loads = [store.loads(source)[-1].load.load_id for source in ("crm", "outreach")]
    return hold_a_version(paths, *loads).version_id


def decided(paths: Paths) -> list[tuple[str, str]]:
    """Return what is decided about loads and versions, in the order of their ids."""
    versions = [(each.version_id, each.decision) for each in read_held_versions(paths)]
    return sorted([*held.decisions(paths), *versions])


@pytest.mark.parametrize("action", ["release", "drop"])
@pytest.mark.parametrize("hold", [hold_batch, hold_newest])
def test_a_decision_killed_at_any_moment_is_carried_out_or_was_not_taken(
    landed: tuple[Path, Paths], tmp_path: Path, hold: Callable[[Paths], str], action: str
) -> None:
    exports, source = landed
    source = copy(source, tmp_path / "source")
    name = hold(source)
    open_before = decided(source)

    def load(paths: Paths) -> tuple[object, ...]:
        return (BARE, "load", "--exports", exports, "--data", paths.data)

    whole, log = copy(source, tmp_path / "whole"), tmp_path / "log"
    assert run(("held", action, name, "--data", whole.data), log) == 0, said(log)
    moments = read_moments(log)
    assert run(load(whole), log) == 0, said(log)
    for moment in thinned(moments, 2):
        paths = copy(source, tmp_path / "data")
        command = ("held", action, name, "--data", paths.data)
        assert run(command, log, moment.number) == -signal.SIGKILL
        note_last(log, f"held {action}")
        if decided(paths) == open_before:
            assert landed_bytes(paths) == landed_bytes(source), moment
            assert run(command, log) == 0, said(log)
        assert run(load(paths), log) == 0, said(log)
        assert landed_bytes(paths) == landed_bytes(whole), moment
        assert decided(paths) == decided(whole), moment
        check_before_build(paths)
        shutil.rmtree(paths.data)
