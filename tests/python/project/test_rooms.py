"""The rooms of the Python code: which reads which, derived from the imports."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

ROOMS = (
    "errors",
    "paths",
    "modes",
    "files",
    "quoting",
    "counts",
    "yaml_bounds",
    "processes",
    "replacing",
    "environment",
    "lock",
    "formats",
    "forms",
    "kpis",
    "settings",
    "landing",
    "engines",
    "warehouse",
    "validation",
    "dashboard",
    "publication",
    "mirror",
    "erasure",
    "refresh",
    "spreadsheet",
    "explanation",
    "assistant",
    "inspection",
    "dagster",
    "definitions",
    "backup",
    "documentation",
    "demo",
    "commands",
    "cli",
)
"""Every room and module of the top level; each may read those before it, and none after it."""

UPWARDS = {("settings", "orchestration.landing.columns")}
"""What still looks up, to become less: judging what a landed column shows belongs to landing."""

APART = ("demo", "documentation", "spreadsheet", "assistant")
"""What a refresh knows nothing of: only the command line and the tests read these."""

LIBRARIES: Mapping[str, tuple[str, ...]] = {
    "dagster": ("dagster", "definitions"),
    "dagster_dbt": ("dagster", "definitions"),
    "great_expectations": ("validation",),
    "mcp": ("assistant",),
    "psycopg": ("mirror",),
    "xlsxwriter": ("spreadsheet",),
}
"""Libraries that only these rooms know."""

WORKERS = ("duckdb", "pyarrow", "great_expectations")
"""Libraries that do work on data: Dagster's assets call rooms that do, and use none themselves."""


def room_of(name: str) -> str:
    """Return the room that a module lies in: the second part of its name, or `dashboard`."""
    first, *rest = name.split(".")
    return rest[0] if first == "orchestration" and rest else first


def imports(file: Path) -> Iterator[str]:
    """Yield the modules that a file imports, also inside of functions."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{file}: write the whole name of {node.module}"
            if node.module == "orchestration":
                yield from (f"orchestration.{alias.name}" for alias in node.names)
            else:
                yield node.module


@pytest.fixture(scope="module")
def read_by(repo_root: Path) -> dict[str, dict[str, set[str]]]:
    """Return, by room, what it imports and in which files."""
    found: dict[str, dict[str, set[str]]] = {}
    for file in sorted(
        [*repo_root.glob("orchestration/**/*.py"), *repo_root.glob("dashboard/*.py")]
    ):
        name = ".".join(file.relative_to(repo_root).with_suffix("").parts)
        room = room_of(name.removesuffix(".__init__"))
        for module in imports(file):
            where = found.setdefault(room, {}).setdefault(module, set())
            where.add(file.relative_to(repo_root).as_posix())
    return found


def test_every_room_has_its_floor(repo_root: Path) -> None:
    inside = {path.stem for path in (repo_root / "orchestration").iterdir() if path.stem[0] != "_"}
    assert inside - set(ROOMS) == set(), "say in ROOMS what the new room may read"
    assert set(ROOMS) - inside == {"dashboard"}


def test_unit_tests_lie_in_the_rooms_that_they_prove(repo_root: Path) -> None:
    folders = {path.parent.name for path in (repo_root / "tests/python/unit").glob("*/test_*.py")}
    assert folders
    assert folders - set(ROOMS) == set()


def test_rooms_only_look_down(read_by: Mapping[str, Mapping[str, set[str]]]) -> None:
    upwards = [
        f"{sorted(files)[0]} reads {module}"
        for room, modules in read_by.items()
        for module, files in modules.items()
        if module.split(".")[0] in {"orchestration", "dashboard"} and room_of(module) != room
        if ROOMS.index(room_of(module)) > ROOMS.index(room) and (room, module) not in UPWARDS
    ]
    assert not upwards, upwards


def test_a_refresh_knows_no_demo_and_no_documentation(
    read_by: Mapping[str, Mapping[str, set[str]]],
) -> None:
    readers = {
        (room, room_of(module))
        for room, modules in read_by.items()
        for module in modules
        if module.startswith("orchestration.") and room_of(module) in APART
    }
    assert {pair for pair in readers if pair[0] not in {pair[1], "commands", "cli"}} == set()


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_library_stays_in_its_room(
    read_by: Mapping[str, Mapping[str, set[str]]], library: str
) -> None:
    rooms = {
        room
        for room, modules in read_by.items()
        if any(module.split(".")[0] == library for module in modules)
    }
    assert rooms
    assert rooms <= set(LIBRARIES[library])


def test_dagsters_room_is_thin(read_by: Mapping[str, Mapping[str, set[str]]]) -> None:
    works = {module for module in read_by["dagster"] if module.split(".")[0] in WORKERS}
    assert not works, works


def test_an_import_upwards_would_be_seen(tmp_path: Path) -> None:
    file = tmp_path / "x.py"
    file.write_text("import a.b\ndef f():\n    from orchestration import cli\n", encoding="utf-8")
    assert sorted(imports(file)) == ["a.b", "orchestration.cli"]
    assert [room_of(name) for name in ("orchestration.landing.rows", "dashboard.reading")] == [
        "landing",
        "dashboard",
    ]
