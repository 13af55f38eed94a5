"""What may lie in the repository: small files, no machine's paths, no registry's addresses."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml

LARGEST_FILE = 1_000_000
"""Bytes."""

MACHINE_PATH = re.compile(
    r"(?<![\w.$}/])/(?:home|Users|root|work|tmp|mnt|opt|var|private)/[\w.]|\b[A-Z]:\\[\w]"
)
REGISTRY = re.compile(
    r"pypi\.org|pythonhosted\.org|npmjs\.(?:org|com)|conda\.anaconda|(?:extra-)?index-url *="
    r"|--find-link[s]|docker\.io|ghcr\.io"
)


def found(pattern: re.Pattern[str], files: list[Path], root: Path) -> list[str]:
    """Return `file:line: text` for every match of `pattern` in a text file."""
    matches = []
    for file in files:
        content = file.read_bytes()
        if b"\0" in content[:8000]:
            continue
        for number, line in enumerate(content.decode("utf-8", "replace").splitlines(), start=1):
            match = pattern.search(line)
            if match:
                matches.append(f"{file.relative_to(root)}:{number}: {match.group(0)}")
    return matches


def test_no_file_is_large(tracked_files: list[Path], repo_root: Path) -> None:
    large = {
        str(file.relative_to(repo_root)): file.stat().st_size
        for file in tracked_files
        if file.stat().st_size > LARGEST_FILE
    }
    assert not large, large


def test_no_path_of_a_machine_is_in_a_file(tracked_files: list[Path], repo_root: Path) -> None:
    assert MACHINE_PATH.search("data in " + "/".join(["", "home", "anna", "data"]))
    assert not found(MACHINE_PATH, tracked_files, repo_root)


def test_no_address_of_a_registry_is_in_a_file(tracked_files: list[Path], repo_root: Path) -> None:
    assert REGISTRY.search("https://" + ".".join(["pypi", "org"]) + "/simple")
    assert not found(REGISTRY, tracked_files, repo_root)


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("requirements.txt", 50),
        ("requirements-extras.txt", 0),
        ("requirements-spark.txt", 0),
        ("requirements-spark-test.txt", 20),
        ("requirements-superset.txt", 100),
        ("requirements-audit.txt", 20),
    ],
)
def test_everything_in_the_locks_is_pinned_and_hashed(
    repo_root: Path, name: str, least: int
) -> None:
    lock = (repo_root / name).read_text(encoding="utf-8")
    assert "://" not in lock
    entries = re.split(
        r"\n(?=\S)", "\n".join(re.sub(r"^\s*#.*$", "", lock, flags=re.M).split("\n"))
    )
    requirements = [entry.strip() for entry in entries if entry.strip()]
    assert len(requirements) > least
    for requirement in requirements:
        assert re.match(r"[\w.-]+(\[[\w,-]+\])?==\S+", requirement), requirement[:100]
        assert "--hash=sha256:" in requirement, requirement[:100]


def test_the_lock_holds_every_dependency(repo_root: Path) -> None:
    project = tomllib.loads((repo_root / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = project["project"]["dependencies"] + project["dependency-groups"]["dev"]
    names = {re.match(r"[\w.-]+", text).group(0).lower().replace("_", "-") for text in wanted}  # type: ignore[union-attr]
    lock = (repo_root / "requirements.txt").read_text(encoding="utf-8")
    locked = set(re.findall(r"^([\w.-]+)(?:\[[\w,-]+\])?==", lock, flags=re.M))
    assert names <= locked, sorted(names - locked)


def test_the_lock_of_the_extras_holds_each_and_nothing_of_the_main_one(repo_root: Path) -> None:
    project = tomllib.loads((repo_root / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [
        text for extra in project["project"]["optional-dependencies"].values() for text in extra
    ]
    names = {match.group(0).lower() for text in wanted if (match := re.match(r"[\w.-]+", text))}
    locked = [
        set(re.findall(r"^([\w.-]+)(?:\[[\w,-]+\])?==", (repo_root / name).read_text(), flags=re.M))
        for name in ("requirements.txt", "requirements-extras.txt")
    ]
    assert names <= locked[1]
    assert not locked[0] & locked[1]


@pytest.mark.parametrize(
    ("group", "apart"),
    [
        ("spark", {"pyspark"}),
        ("superset", {"apache-superset", "duckdb-engine"}),
        ("audit", {"pip-audit"}),
    ],
)
def test_what_has_an_environment_of_its_own_is_in_its_own_lock(
    repo_root: Path, group: str, apart: set[str]
) -> None:
    project = tomllib.loads((repo_root / "pyproject.toml").read_text(encoding="utf-8"))
    main, own = (
        (repo_root / name).read_text() for name in ("requirements.txt", f"requirements-{group}.txt")
    )
    names = {re.split(r"[\[=]", text)[0] for text in project["dependency-groups"][group]}
    assert apart <= names
    for name in names:
        assert re.search(rf"^{name}(\[\w+\])?==", own, flags=re.M)
    for name in apart:
        assert not re.search(rf"^{name}(\[\w+\])?==", main, flags=re.M)


def test_the_commit_hooks_are_local(repo_root: Path) -> None:
    hooks = yaml.safe_load((repo_root / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    assert {repository["repo"] for repository in hooks["repos"]} == {"local"}
    languages = {hook["language"] for repository in hooks["repos"] for hook in repository["hooks"]}
    assert languages == {"system"}
