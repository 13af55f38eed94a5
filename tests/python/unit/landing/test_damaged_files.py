"""A file that is not what was written is never read: it is named, or made again.

What belongs here: one damaged bit in any file that a load or a build reads. What does not: files
that are cut off or gone (`tests/python/faults/test_load_faults.py`).
"""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import settings as profile
from hypothesis import strategies as st

from orchestration.backup import backup
from orchestration.errors import DamagedFileError
from orchestration.files import sha256
from orchestration.landing.hashes import HASHES, check_before_build
from orchestration.landing.loading import land
from orchestration.landing.store import DamagedLandingError, Store
from orchestration.paths import Paths
from orchestration.settings.declared import read_settings

Company = tuple[Path, Paths]

MORE = {"crm": "prospects", "calls": "calls"}
CALLS = Path(__file__).parents[3] / "formats" / "aircall" / "calls_2025" / "calls.csv"


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """Return exports and a data folder with a file of every kind that landing writes."""
    folder = tmp_path_factory.mktemp("damaged")
    exports, paths = folder / "exports", Paths(folder / "data")
    for source in ("crm", "calls"):
        (exports / source).mkdir(parents=True)
    (exports / "crm" / "prospects.csv").write_text(
        "prospect_id,detected_at,email\nP1,2026-10-01,a@b.example\nP2,2026-10-02,c@d.example\nP3\n"
    )
    (exports / "crm" / "notes.csv").write_text("what\nnothing\n")
    shutil.copy(CALLS, exports / "calls")
    land(exports, paths, read_settings(exports))
    return exports, paths


def flip(file: Path, place: int) -> None:
    """Change one bit of a file, and none of its times, as a disk does that rots."""
    found, content = file.stat(), bytearray(file.read_bytes())
    content[place % len(content)] ^= 1 << place % 8
    file.write_bytes(content)
    os.utime(file, ns=(found.st_atime_ns, found.st_mtime_ns))


def written(paths: Paths) -> dict[str, str]:
    """Return the hash of every file that landing has written."""
    return {
        path.relative_to(paths.data).as_posix(): sha256(path)
        for folder in (paths.landing, paths.translated)
        for path in sorted(folder.rglob("*.parquet"))
    }


def copy(company: Company, folder: Path) -> Company:
    """Return a copy of exports and data folder, to be damaged."""
    exports, paths = company
    shutil.copytree(exports, folder / "exports")
    shutil.copytree(paths.data, folder / "data")
    return folder / "exports", Paths(folder / "data")


def land_more(company: Company, source: str) -> None:
    """Land one more load of a source."""
    exports, paths = company
    (file,) = (exports / source).glob(f"{MORE[source]}.csv")
    (exports / source / "2027-01-01").mkdir(parents=True, exist_ok=True)
    shutil.copy(file, exports / source / "2027-01-01")
    land(exports, paths, read_settings(exports))


@pytest.mark.parametrize(
    "pattern",
    [
        "landing/generic/prospects/crm@*",
        "landing/aircall/calls/calls@*",
        "landing/_rejects/crm@*",
        "landing/_loads/crm@*",
    ],
)
def test_one_bit_of_what_was_landed_is_noticed_before_it_is_read(
    company: Company, tmp_path: Path, pattern: str
) -> None:
    exports, paths = copy(company, tmp_path)
    (victim,) = paths.data.glob(pattern)
    flip(victim, victim.stat().st_size // 3)
    before = written(paths)
    for read in (
        lambda: land_more((exports, paths), victim.name.partition("@")[0]),
        lambda: check_before_build(paths),
        lambda: backup(paths, tmp_path / "backup.tar"),
    ):
        with pytest.raises(DamagedLandingError) as raised:
            read()
        assert str(victim) in str(raised.value)
        assert "restore it from a backup; or, while its export still lies there" in str(
            raised.value
        )
    assert written(paths) == before
    assert not (tmp_path / "backup.tar").exists()
    shutil.rmtree(exports / victim.name.partition("@")[0] / "2027-01-01")
    (paths.landing / "_loads" / victim.name).unlink()
    land(exports, paths, read_settings(exports))
    check_before_build(paths)


@pytest.mark.parametrize(
    "pattern",
    [
        "landing/_columns/crm@*",
        "landing/_addresses/crm@*",
        "landing/_outside/crm.parquet",
        "landing/generic/deals/_empty.parquet",
        "landing/_loads/_empty.parquet",
        "translated/activities/calls@*",
        "translated/_made/calls@*",
        "translated/_made/_empty.parquet",
    ],
)
@pytest.mark.parametrize("flaw", ["flipped", "gone"])
def test_what_follows_from_the_rows_is_made_again(
    company: Company, tmp_path: Path, pattern: str, flaw: str
) -> None:
    exports, paths = copy(company, tmp_path)
    whole = written(paths)
    (victim,) = paths.data.glob(pattern)
    if flaw == "gone":
        victim.unlink()
    else:
        flip(victim, victim.stat().st_size // 3)
    with pytest.raises(DamagedFileError, match="`prospection load` makes it again") as raised:
        check_before_build(paths)
    assert str(victim) in str(raised.value)
    said: list[str] = []
    land(exports, paths, read_settings(exports), progress=said.append)
    told = f"{victim} was damaged, or not written whole: it is made again"
    assert said == ([] if flaw == "gone" else [told])
    assert written(paths) == whole
    check_before_build(paths)


@profile(max_examples=20, deadline=None)
@given(number=st.integers(0, 10_000), place=st.integers(0, 1_000_000))
def test_no_damaged_bit_stays_unnoticed(company: Company, number: int, place: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        exports, paths = copy(company, Path(folder))
        whole = written(paths)
        victim = paths.data / sorted(whole)[number % len(whole)]
        flip(victim, place)
        told = ""
        try:
            land(exports, paths, read_settings(exports))
            check_before_build(paths)
        except DamagedFileError as error:
            told = str(error)
        assert str(victim) in told or (not told and written(paths) == whole)


def test_loads_of_an_older_release_are_looked_after_from_now_on(
    company: Company, tmp_path: Path
) -> None:
    """Their reports tell no hashes: they are taken of what is there at the first load."""
    exports, paths = copy(company, tmp_path)
    (paths.state / HASHES).unlink()
    for report in paths.landing.glob("_loads/[!_]*.parquet"):
        table = pq.read_table(report)
        pq.write_table(table.replace_schema_metadata(None), report)
    assert not any(each.hashes for each in Store(paths.landing).all_loads())
    check_before_build(paths)
    land(exports, paths, read_settings(exports))
    check_before_build(paths)
    (victim,) = paths.landing.glob("generic/prospects/crm@*")
    flip(victim, 100)
    land(exports, paths, read_settings(exports))  # nothing new: the rows are not read
    with pytest.raises(DamagedLandingError, match="prospects"):
        check_before_build(paths)


@pytest.mark.parametrize("content", ["{", "[]", '{"landing/x": 1', b"\xff\xfe"])
def test_a_damaged_list_of_hashes_says_what_to_do(
    company: Company, tmp_path: Path, content: str | bytes
) -> None:
    exports, paths = copy(company, tmp_path)
    file = paths.state / HASHES
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(DamagedFileError, match=r"hashes\.json is damaged .*: delete it"):
        land(exports, paths, read_settings(exports))
    file.unlink()
    land(exports, paths, read_settings(exports))
    check_before_build(paths)


def test_the_copy_of_a_mapping_is_looked_at_once_nothing_else_tells_it(desk: Any) -> None:
    desk.put("team/a.csv", "Nr;Name;Seen\n1;Ann;2026-01-01\n")
    mapping = desk.put(
        "team.mapping.yml",
        "make: {prospects: {prospect_id: Nr, last_name: Name, detected_at: Seen}}\n",
    )
    desk.land()
    (kept,) = (desk.paths.state / "mappings").iterdir()
    whole = kept.read_bytes()
    flip(kept, 40)
    desk.land()
    assert kept.read_bytes() == whole
    flip(kept, 40)
    mapping.unlink()
    with pytest.raises(DamagedFileError, match=r"put team\.mapping\.yml back beside the exports"):
        desk.land()
