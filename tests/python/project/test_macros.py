"""Every macro is called, and a helper of one file lies in that file."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.landing.translation import ROW_PART
from orchestration.warehouse.dbt_project import Manifest

CALLED_BY_DBT = {"generate_schema_name"}
"""Macros that dbt itself calls by their names."""

OVERRIDDEN = {"catalogued_kpis"}
"""Macros of one model that a unit test puts something else in place of."""


def sql_files(repo_root: Path) -> Iterator[Path]:
    for folder in ("macros", "models", "tests/dbt"):
        yield from sorted((repo_root / folder).rglob("*.sql"))


@pytest.fixture(scope="module")
def callers(repo_root: Path) -> dict[tuple[Path, str], set[Path]]:
    """By macro (its file and name): the files that call it."""
    texts = {file: file.read_text(encoding="utf-8") for file in sql_files(repo_root)}
    texts = {file: re.sub(r"\{#.*?#\}", "", text, flags=re.S) for file, text in texts.items()}
    found: dict[tuple[Path, str], set[Path]] = {}
    for home in sorted((repo_root / "macros").rglob("*.sql")):
        for name in re.findall(r"\{%-? *macro (\w+)", texts[home]):
            called = re.compile(rf"(?<!macro )\b{name}\(")
            found[home, name] = {file for file, text in texts.items() if called.search(text)}
    return found


def test_every_macro_is_called(callers: dict[tuple[Path, str], set[Path]]) -> None:
    dead = [name for (_, name), files in callers.items() if not files]
    assert set(dead) == CALLED_BY_DBT


def test_dbt_reads_what_every_macro_and_every_argument_is(manifest: Manifest) -> None:
    """The descriptions are written from the comments, which are refused where they lack one."""
    lacking = [
        unique_id
        for unique_id, macro in manifest["macros"].items()
        if macro["package_name"] == "prospection"
        and macro["original_file_path"].startswith("macros/")
        and not (macro["description"] and all(each["description"] for each in macro["arguments"]))
    ]
    assert not lacking
    argument = manifest["macros"]["macro.prospection.read_word"]["arguments"][1]
    assert (argument["name"], argument["type"]) == ("allowed", "list[string]")


def test_rows_are_placed_by_the_number_that_lays_the_parts_of_a_translation_apart(
    repo_root: Path,
) -> None:
    macro = (repo_root / "macros" / "records" / "rows_in_files.sql").read_text(encoding="utf-8")
    assert re.findall(r"load_row % (\d+)", macro) == [str(ROW_PART)]


def test_a_helper_of_one_file_is_in_that_file(
    callers: dict[tuple[Path, str], set[Path]], repo_root: Path
) -> None:
    """What a materialization is made of is too long for one file."""
    strange = [
        f"{home.relative_to(repo_root)}: only {caller.relative_to(repo_root)} calls {name}"
        for (home, name), files in callers.items()
        for caller in files
        if len(files) == 1
        and caller != home
        and name not in OVERRIDDEN
        and not caller.stem.startswith("materialization_")
    ]
    assert not strange, strange
