"""The demo company as tools export it: every file is told by its headers, in both languages."""

from pathlib import Path

import pytest

from orchestration.demo.tool_files import generate_for_tool
from orchestration.demo.tools import LANGUAGES, TOOLS
from orchestration.errors import ConfigurationError
from orchestration.formats.descriptions import GENERIC, known_formats
from orchestration.landing.beginnings import beginnings
from orchestration.landing.tool_tables import recognise


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("tool", TOOLS)
def test_every_file_is_told_by_its_headers(tool: str, language: str, tmp_path: Path) -> None:
    report = generate_for_tool(tmp_path, tool, language, scale=0.05)
    others = [each for each in known_formats().values() if each.name != GENERIC]
    tables = set()
    for name in report.rows:
        (beginning,) = beginnings(tmp_path / name)
        found = recognise(beginning.text, others)
        assert found is not None, name
        assert found.format == tool, name
        tables.add((Path(name).parent, found.table))
    assert len(tables) == len(report.rows)
    assert report.text().count(" rows") == len(report.rows)


def test_the_same_parameters_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        generate_for_tool(tmp_path / name, "hubspot", "fr", scale=0.05, seed=3)
    for file in (tmp_path / "one").rglob("*"):
        if file.is_file():
            assert (
                file.read_bytes()
                == (tmp_path / "two" / file.relative_to(tmp_path / "one")).read_bytes()
            )


def test_a_folder_with_anything_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text("a,b\n")
    with pytest.raises(ConfigurationError, match="holds no demo"):
        generate_for_tool(tmp_path, "hubspot", scale=0.05)
