"""What the documentation says is there: commands, files, KPIs."""

import re
from pathlib import Path

import pytest

from orchestration.cli import main
from orchestration.documentation.writing import (
    BEGIN,
    END,
    generated_files,
    kpi_page,
    made_of,
    with_table,
)
from orchestration.errors import EXIT_CODES, ConfigurationError


@pytest.fixture(scope="module")
def pages(tracked_files: list[Path]) -> dict[Path, str]:
    """Return the Markdown pages by file."""
    return {
        file: file.read_text(encoding="utf-8") for file in tracked_files if file.suffix == ".md"
    }


def code(page: str) -> str:
    """Return what stands in code blocks and code spans of a page, one piece a line."""
    blocks = re.findall(r"```.*?\n(.*?)```", page, flags=re.S)
    spans = re.findall(r"(?<!`)`([^`\n]+)`(?!`)", re.sub(r"```.*?```", "", page, flags=re.S))
    return "\n".join([*blocks, *spans])


def test_what_is_written_from_blocks_and_sql_is_up_to_date() -> None:
    stale = [
        path.name
        for path, text in generated_files().items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    assert not stale, f"{stale}: run `make docs`"


def test_every_make_command_of_the_pages_is_in_the_makefile(
    pages: dict[Path, str], repo_root: Path
) -> None:
    makefile = (repo_root / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, flags=re.M))
    told = {
        (file.name, target)
        for file, page in pages.items()
        for target in re.findall(r"\bmake ([a-z]+)", code(page))
    }
    assert {"run", "test"} <= {target for _, target in told}
    assert not {(file, target) for file, target in told if target not in targets}


def test_every_prospection_command_of_the_pages_exists(
    pages: dict[Path, str], capsys: pytest.CaptureFixture[str]
) -> None:
    told = {
        command
        for page in pages.values()
        for command in re.findall(r"(?:^|[\s/])prospection ([a-z]+(?:-[a-z]+)*)\b", code(page))
    }
    assert {"run", "status", "rollback"} <= told
    for command in sorted(told):
        with pytest.raises(SystemExit) as end:
            main([command, "--help"])
        assert end.value.code == 0, command
    capsys.readouterr()


def test_every_option_of_the_pages_exists(
    pages: dict[Path, str], capsys: pytest.CaptureFixture[str]
) -> None:
    told = {
        (command, option)
        for page in pages.values()
        for command, arguments in re.findall(
            r"(?:^|[\s/])prospection ([a-z]+(?:-[a-z]+)*)([^\n|]*)", code(page)
        )
        for option in re.findall(r"--[a-z-]+", arguments)
        if command != "dbt" or option == "--data"  # the others are dbt's own
    }
    assert told
    for command, option in sorted(told):
        with pytest.raises(SystemExit):
            main([command, "--help"])
        assert option in capsys.readouterr().out, f"prospection {command} {option}"


def test_every_link_of_the_pages_leads_somewhere(pages: dict[Path, str]) -> None:
    broken = [
        f"{file.name}: {target}"
        for file, page in pages.items()
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)\s]*)?\)", page)
        if "://" not in target and not (file.parent / target).exists()
    ]
    assert not broken, broken


def test_every_page_is_in_its_index(pages: dict[Path, str], repo_root: Path) -> None:
    decisions = repo_root / "docs" / "decisions"
    for folder, index in (
        (repo_root / "docs", repo_root / "README.md"),
        (decisions, decisions / "README.md"),
    ):
        inside = [file for file in pages if file.parent == folder and file != index]
        assert inside
        links = set(re.findall(r"\]\(([^)#\s]+)", pages[index]))
        listed = {(index.parent / link).resolve() for link in links if "://" not in link}
        assert [file.name for file in inside if file.resolve() not in listed] == []


def test_exit_codes_are_documented_in_one_place(pages: dict[Path, str], repo_root: Path) -> None:
    row = re.compile(r"^\| (\d) \| ([^|]+) \|", flags=re.M)
    told = {file: row.findall(page) for file, page in pages.items() if "| code |" in page}
    assert told == {
        repo_root / "docs" / "operations.md": [
            (str(code), meaning) for code, meaning in EXIT_CODES.items()
        ]
    }


def test_the_readme_can_be_read_in_one_sitting(pages: dict[Path, str], repo_root: Path) -> None:
    assert len(pages[repo_root / "README.md"].splitlines()) < 250


def test_a_term_is_told_with_its_sign_weight_and_measure() -> None:
    terms = [
        {"statistic": "value", "side": side, "weight": weight, "event": event, "measure": measure}
        for side, weight, event, measure in [
            ("numerator", "100", "promoter", "n"),
            ("numerator", "-100", "detractor", "n"),
            ("denominator", "1", "answer", "distinct"),
            ("sample", "1", "answer", "n"),
        ]
    ]
    assert made_of(terms) == [
        "(100 × `promoter` (n) − 100 × `detractor` (n)) ÷ `answer` (distinct)"
    ]
    assert made_of([{**terms[2], "side": "numerator", "statistic": "in_window"}]) == [
        "in_window: `answer` (distinct)"
    ]


def test_the_table_takes_the_place_of_the_one_before() -> None:
    page = with_table(
        f"before\n{BEGIN}\nold\n{END}\nafter",
        "| new |\n",
    )
    assert "old" not in page
    assert page.startswith("before\n")
    assert page.endswith("\nafter")
    assert with_table(page, "| new |\n") == page
    with pytest.raises(ConfigurationError, match="put both back"):
        with_table("no marks", "| new |\n")


def test_a_bar_in_a_definition_does_not_end_its_cell() -> None:
    kpi = {
        "kpi_id": "k",
        "family": "sales",
        "name_en": "A",
        "name_fr": "B",
        "definition_en": "x | y",
        "definition_fr": "z",
        "unit": "count",
        "shape": "flow",
        "statistics": "value",
        "anchor": "",
        "window_days": "",
        "is_proportion": "false",
        "is_headline": "false",
        "requires": "",
    }
    assert r"x \| y" in kpi_page([kpi], [])
