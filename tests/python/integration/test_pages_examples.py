"""The five steps of the page on generic files, followed to the letter; what the README shows."""

import re
from pathlib import Path

import duckdb
import pytest

from orchestration.paths import Paths

from ..conftest import DemoRefresh, refresh

FILES = ("exports/crm/prospects.csv", "exports/outreach/activities.csv", "exports/sources.yml")


def blocks(page: str, language: str) -> list[str]:
    """Return the code blocks of a language."""
    return re.findall(rf"```{language}\n(.*?)```", page, flags=re.S)


def write_exports(repo_root: Path, folder: Path) -> None:
    """Write the files that the page shows."""
    page = (repo_root / "docs" / "generic_files.md").read_text(encoding="utf-8")
    contents = [*blocks(page, "csv"), *blocks(page, "yaml")]
    for name, content in zip(FILES, contents, strict=True):
        assert f"`{name}`" in page
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")


@pytest.fixture(scope="module")
def page(repo_root: Path) -> str:
    """Return the page on generic files."""
    return (repo_root / "docs" / "generic_files.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def followed(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Paths:
    """Write the files that the page shows, and refresh."""
    folder = tmp_path_factory.mktemp("readme")
    write_exports(repo_root, folder)
    paths = Paths(folder / "data")
    result = refresh(folder / "exports", paths.data)
    assert result.returncode == 0, result.stdout + result.stderr
    return paths


def test_the_query_gives_what_the_page_shows(page: str, followed: Paths) -> None:
    (query,) = re.findall(r"'''(.*?)'''", "".join(blocks(page, "sh")), flags=re.S)
    (shown,) = blocks(page, "text")
    told = [
        tuple(cell.strip() for cell in line.strip("│").split("│"))
        for line in shown.splitlines()
        if line.startswith("│")
    ]
    with duckdb.connect(str(followed.current / "prospection.duckdb"), read_only=True) as connection:
        result = connection.execute(query)
        names = tuple(column[0] for column in result.description or ())
        rows = [
            tuple("NULL" if value is None else str(value) for value in row)
            for row in result.fetchall()
        ]
    assert told[0] == names
    assert told[2:] == rows


def test_everything_that_came_in_is_accounted_for(followed: Paths) -> None:
    with duckdb.connect(str(followed.current / "prospection.duckdb"), read_only=True) as connection:
        rows = connection.execute(
            """
            select file, records, current_rows
            from meta.load_reconciliation
            order by all
            """
        ).fetchall()
    assert rows == [("crm/prospects.csv", 3, 3), ("outreach/activities.csv", 4, 4)]


def test_make_run_ends_with_the_tables_that_the_readme_shows(
    repo_root: Path, demo_refresh: DemoRefresh
) -> None:
    page = (repo_root / "README.md").read_text(encoding="utf-8")
    shown = page.partition("## What you see")[2].partition("```text\n")[2].partition("Publié")[0]
    assert shown.strip() in demo_refresh.output
