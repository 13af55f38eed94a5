"""What `deploy/` starts exists, and is started the way the command line understands."""

import configparser
import re
from pathlib import Path

import pytest

from orchestration import environment
from orchestration.cli import _parser

UNITS = ("prospection-dagster.service", "prospection-refresh.service", "prospection-refresh.timer")


@pytest.mark.parametrize("name", [name for name in UNITS if name.endswith(".service")])
def test_a_unit_starts_a_command_that_exists(repo_root: Path, name: str) -> None:
    unit = configparser.ConfigParser(interpolation=None, strict=True)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(repo_root / "deploy" / name, encoding="utf-8")
    program, *arguments = unit["Service"]["ExecStart"].split()
    assert program == "%h/prospection/.venv/bin/prospection"
    assert callable(_parser().parse_args(arguments).run)


def test_the_timer_starts_the_refresh(repo_root: Path) -> None:
    timer = (repo_root / "deploy" / "prospection-refresh.timer").read_text(encoding="utf-8")
    assert "OnCalendar=*-*-* 06:00" in timer
    assert (repo_root / "deploy" / "prospection-refresh.service").is_file()


def test_the_variables_of_the_example_are_those_that_are_read(repo_root: Path) -> None:
    example = (repo_root / "deploy" / "prospection.env.example").read_text(encoding="utf-8")
    named = set(re.findall(r"^(?:# )?(PROSPECTION_\w+)=", example, flags=re.M))
    read = {value for name, value in vars(environment).items() if name.endswith("_VARIABLE")}
    assert named == read


def test_the_container_copies_what_it_builds_from(repo_root: Path) -> None:
    text = (repo_root / "deploy" / "Containerfile").read_text(encoding="utf-8")
    assert "COPY requirements.txt" in text
    ignored = (repo_root / ".containerignore").read_text(encoding="utf-8").split()
    assert {".venv", "data", ".git"} <= set(ignored)
