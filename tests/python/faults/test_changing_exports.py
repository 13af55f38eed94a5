"""Exports that change while they are read: a load is landed as it was at one time, or not at all.

What belongs here: a file appended to, rewritten, replaced, cut off or removed before each look at
the exports and before each statement that is given to DuckDB, which opens files itself. What does
not: files that a program keeps open (`tests/python/unit/landing/test_files.py`).
"""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from orchestration.landing.loading import land
from orchestration.landing.report import LandingReport
from orchestration.landing.store import Store
from orchestration.paths import Paths
from orchestration.settings.declared import read_settings

pytestmark = pytest.mark.faults

FOLDER = "crm/2026-01-02"
LINE = "P50,A1,2026-01-05,p50@c50.example\n"

Rows = dict[str, list[tuple[Any, ...]]]


def append(file: Path) -> None:
    with file.open("a") as sink:
        sink.write(LINE)


def rewrite(file: Path) -> None:
    """Change a value in place: the size stays."""
    text = file.read_text()
    with file.open("r+") as sink:
        sink.write(text.replace("p2@c2.example", "q2@c2.example"))


def replace(file: Path) -> None:
    """Put another file in its place, as careful programs do."""
    other = file.with_name(".other")
    other.write_text(file.read_text() + LINE)
    other.rename(file)


def cut_off(file: Path) -> None:
    os.truncate(file, file.stat().st_size - 20)


def remove(file: Path) -> None:
    file.unlink()


def remove_folder(file: Path) -> None:
    shutil.rmtree(file.parent)


CHANGES = [append, rewrite, replace, cut_off, remove, remove_folder]
EVERY = 3
"""Each change is made before every so many looks, so that two changes come before each look."""


class Looks:
    """The looks at a folder of exports, in order; something is done before one of them."""

    def __init__(self, exports: Path, number: int = 0, change: Callable[[], None] | None = None):
        self._exports, self._number, self._change = f"{exports}", number, change
        self.count = 0

    def take(self) -> None:
        """Count one more look."""
        self.count += 1
        if self.count == self._number and self._change is not None:
            change, self._change = self._change, None
            change()

    def hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Count what the interpreter tells of, when it is about the exports."""
        if event in {"open", "os.listdir", "os.scandir"} and f"{arguments[0]}".startswith(
            self._exports
        ):
            self.take()


_LOOKS: list[Looks] = []
"""Who is counting: a hook of the interpreter cannot be taken away again."""


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    if _LOOKS:
        _LOOKS[0].hear(event, arguments)


sys.addaudithook(_hear)


@contextmanager
def counted(looks: Looks, patch: pytest.MonkeyPatch) -> Iterator[None]:
    """Count the looks during a block."""
    execute: Callable[..., Any] = duckdb.DuckDBPyConnection.execute

    def told(connection: object, query: object, *others: Any, **named: Any) -> object:
        looks.take()
        return execute(connection, query, *others, **named)

    with patch.context() as patched:
        patched.setattr(duckdb.DuckDBPyConnection, "execute", told)
        _LOOKS.append(looks)
        try:
            yield
        finally:
            _LOOKS.clear()


def make_exports(folder: Path) -> Path:
    """Write one load of two files that have not changed for a while."""
    (folder / FOLDER).mkdir(parents=True)
    for name, lines in {
        "accounts": ["account_id,name", *(f"A{n},Company {n}" for n in range(9))],
        "prospects": [
            "prospect_id,account_id,detected_at,email",
            *(f"P{n},A{n},2026-01-0{n + 1},p{n}@c{n}.example" for n in range(9)),
        ],
    }.items():
        (folder / FOLDER / f"{name}.csv").write_text("\n".join([*lines, ""]))
    for file in folder.rglob("*"):
        os.utime(file, (1_700_000_000, 1_700_000_000))
    return folder


def land_in(exports: Path, paths: Paths) -> LandingReport:
    return land(exports, paths, read_settings(exports))


def rows_of(paths: Paths) -> list[Rows]:
    """Return the cells of each load of the folder, by entity, oldest load first."""
    found = []
    for each in Store(paths.landing).loads("crm"):
        if each.load.folder == FOLDER:
            rows: Rows = {}
            for file in Store(paths.landing).rows_files(each.load):
                table = pq.read_table(file)
                kept = [name for name in table.column_names if not name.startswith("_")]
                rows[file.parent.name] = [
                    tuple(row.values()) for row in table.select(kept).to_pylist()
                ]
            found.append(rows)
    return found


@pytest.mark.parametrize("change", CHANGES)
def test_a_load_is_landed_as_it_was_at_one_time_or_not_at_all(
    tmp_path: Path, change: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fresh(name: str) -> tuple[Path, Paths]:
        return make_exports(tmp_path / name / "exports"), Paths(tmp_path / name / "data")

    exports, paths = fresh("before")
    looks = Looks(exports)
    with counted(looks, monkeypatch):
        land_in(exports, paths)
    (before,) = rows_of(paths)
    exports, paths = fresh("after")
    change(exports / FOLDER / "prospects.csv")
    land_in(exports, paths)
    after = rows_of(paths)
    assert before not in after
    assert looks.count > 20
    outcomes = set()
    for number in range(1 + CHANGES.index(change) % EVERY, looks.count + 1, EVERY):
        exports, paths = fresh("data")
        victim = exports / FOLDER / "prospects.csv"
        with counted(Looks(exports, number, partial(change, victim)), monkeypatch):
            report = land_in(exports, paths)
        landed = rows_of(paths)
        postponed = [file for file in report.files if file.outcome == "postponed"]
        assert landed in ([], [before], after), number
        if landed != after and landed != [before]:
            assert {file.file.rsplit("/", 1)[0] for file in postponed} <= {FOLDER}, number
            assert postponed or change is remove_folder, number
            assert all("changed while it was being read" in (f.reason or "") for f in postponed)
        outcomes.add("postponed" if postponed else "before" if landed == [before] else "after")
        land_in(exports, paths)
        newest = rows_of(paths)[-1:]
        assert newest == after or (change is remove_folder and newest == [before]), number
        shutil.rmtree(tmp_path / "data")
    assert "postponed" in outcomes
    assert {"before", "after"} & outcomes
