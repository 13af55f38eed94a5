"""People are planted wherever a file can hold a text: nothing of them is published or told."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.paths import Paths
from tests.python.conftest import refresh

from .every_byte import texts_of
from .planted_people import Person, Plants, write_company

pytestmark = pytest.mark.erasure

TOLD = ("held_back.json", "last_refresh.json", "refresh.json")
"""Of the folder of state: what goes into notifications and pages."""

_TRACES = (
    re.compile("xo[a-z]{4}quez"),
    re.compile(r"(?:06|\+33 ?6)[ .]?98[ .]?76[ .]?(\d\d)[ .]?(\d\d)(?!\d)"),
)


def planted_in(text: str) -> set[int]:
    """Return the numbers of the people of whom a trace is in a text."""
    folded = text.casefold()
    names = {Person(n).last_name.lower(): n for n in range(400)}
    found = {names[name] for name in _TRACES[0].findall(folded) if name in names}
    return found | {int(one + two) for one, two in _TRACES[1].findall(folded)}


def told(paths: Paths) -> Iterator[Path]:
    """Yield the files that others read, the logs, and what is kept of what was told."""
    for folder in (paths.published, paths.reports, paths.dagster_home, paths.state):
        for file in sorted(folder.rglob("*")):
            is_told = folder != paths.state or file.name in TOLD or file.suffix in (".log", ".html")
            if is_told and file.is_file() and not file.is_symlink():
                yield file


def leaks(paths: Paths, plants: Plants, output: str) -> dict[str, set[str]]:
    """Return by what was planted the files that tell of it; the command's own output is one."""
    found: dict[str, set[str]] = {}

    def note(text: str, where: str) -> None:
        for number in planted_in(text):
            place = plants.places[number] if number < len(plants.places) else "?"
            found.setdefault(f"{number} {place}", set()).add(where)

    for file in told(paths):
        name = file.relative_to(paths.data).as_posix()
        for text in (name, *texts_of(file)):
            note(text, name)
    note(output, "the output")
    return found


def test_nothing_about_people_is_published_or_told(tmp_path: Path) -> None:
    exports, paths = tmp_path / "exports", Paths(tmp_path / "data")
    plants = write_company(exports, tmp_path / "outside.csv")
    assert len(plants.places) > 150
    result = refresh(exports, paths.data)
    assert result.returncode == 5, result.stdout  # some files are refused, the rest is published

    assert leaks(paths, plants, result.stdout) == {}
