"""The small companies of `examples/`, one per tool, are what `prospection demo` writes."""

import re
from pathlib import Path

import pytest

from orchestration.demo.tool_files import generate_for_tool
from orchestration.demo.tools import TOOLS


@pytest.mark.parametrize("tool", TOOLS)
def test_an_example_is_what_its_command_writes(tool: str, repo_root: Path, tmp_path: Path) -> None:
    example = repo_root / "examples" / tool
    command = re.search(
        r"--format (\w+) --labels (\w+) --scale ([\d.]+) --seed (\d+)",
        (example / "README.md").read_text("utf-8"),
    )
    assert command is not None
    name, language, scale, seed = command.groups()
    assert name == tool
    generate_for_tool(tmp_path, tool, language, float(scale), int(seed))
    written = {
        file.relative_to(tmp_path): file.read_bytes()
        for file in tmp_path.rglob("*.*")
        if file.is_file()
    }
    kept = {
        file.relative_to(example): file.read_bytes()
        for file in example.rglob("*.*")
        if file.is_file()
    }
    assert written == kept
