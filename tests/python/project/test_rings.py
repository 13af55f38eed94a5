"""The rings of the tests: each marker has its command, and is left out of `make test`."""

import re
import tomllib
from pathlib import Path

import pytest

BY_HAND = {"faults", "superset"}
"""Rings that take too long for every change, or set too much up."""

BY_FOLDER = {"browser"}
"""Rings that are told by a folder, not by a marker."""


@pytest.fixture(scope="module")
def markers(repo_root: Path) -> set[str]:
    settings = tomllib.loads((repo_root / "pyproject.toml").read_text(encoding="utf-8"))
    pytest_options = settings["tool"]["pytest"]["ini_options"]
    found = {marker.partition(":")[0] for marker in pytest_options["markers"]}
    assert set(re.findall(r"not (\w+)", pytest_options["addopts"])) == found
    return found


def test_each_ring_has_a_command_that_runs_it(repo_root: Path, markers: set[str]) -> None:
    makefile = (repo_root / "Makefile").read_text(encoding="utf-8")
    told = dict(
        re.findall(r"^test-(\w+):.*\n(?:\t.*\n)*?\t.*pytest -m (\w+)", makefile, flags=re.M)
    )
    assert told == {marker: marker for marker in markers}


def test_integration_runs_every_ring_that_is_not_run_by_hand(
    repo_root: Path, markers: set[str]
) -> None:
    script = (repo_root / ".ci" / "run").read_text(encoding="utf-8")
    assert "\nmake test\n" in script
    assert set(re.findall(r"^make test-(\w+)$", script, flags=re.M)) == (
        markers - BY_HAND | BY_FOLDER
    )


def test_the_page_tells_of_every_ring(repo_root: Path, markers: set[str]) -> None:
    page = (repo_root / "CONTRIBUTING.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| `make test-(\w+)` \|.*\| (yes|no) \|$", page, flags=re.M))
    assert told == {ring: "no" if ring in BY_HAND else "yes" for ring in markers | BY_FOLDER}
