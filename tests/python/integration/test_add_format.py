"""The recipe of CONTRIBUTING.md for an export format, followed in a copy: a YAML and samples."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

COPIED = (
    "pyproject.toml",
    "orchestration",
    "seeds",
    "dbt_project.yml",
    "tests/formats",
    "tests/mappings",
    "tests/cases",
)
TESTS = ("tests/python/unit/formats", "tests/python/conftest.py", "tests/python/cases.py")


@pytest.fixture(scope="module")
def blocks(repo_root: Path) -> dict[str, str]:
    """Return what the recipe has one write: the text of each file that it names."""
    page = (repo_root / "CONTRIBUTING.md").read_text(encoding="utf-8")
    recipe = page.split("\n### Add an export format")[1].split("\n### ")[0]
    found = re.findall(r"(.*?)^ *```(?:yaml|csv)\n(.*?)^ *```$", recipe, flags=re.S | re.M)
    return {
        re.findall(r"`([\w/.]*tourbook[\w/.]*)`", before)[-1]: re.sub(
            r"^   ", "", block, flags=re.M
        )
        for before, block in found
    }


@pytest.fixture
def project(repo_root: Path, tmp_path: Path, blocks: dict[str, str]) -> Path:
    for name in (*COPIED, *TESTS):
        source, target = repo_root / name, tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    for name, text in blocks.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def ended(project: Path) -> subprocess.CompletedProcess[str]:
    """Run the tests that the recipe names, of the new format."""
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-k", "tourbook", TESTS[0]],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(project)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_yaml_and_a_folder_of_samples_make_a_format(
    project: Path, blocks: dict[str, str]
) -> None:
    assert len(blocks) == 4
    assert [name for name in blocks if not name.startswith("tests/formats/")] == [
        "orchestration/formats/tourbook.yml"
    ]
    first = ended(project)
    assert first.returncode == 0, first.stdout
    assert re.search(r"^[.]{5,}", first.stdout, flags=re.M), first.stdout
    described = project / "orchestration" / "formats" / "tourbook.yml"
    text = described.read_text(encoding="utf-8")
    described.write_text(text.replace("'no_show'", "'held'"), encoding="utf-8")
    assert "activities" in ended(project).stdout
    assert ended(project).returncode == 1
    described.write_text(text.replace("id_of([rep])", "id_of([rap])"), encoding="utf-8")
    assert "rap" in ended(project).stdout
