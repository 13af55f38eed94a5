"""The dbt project as Dagster and the publication read it: its manifest.

What belongs here: parsing the project once, and again only when one of its files has changed, into
the data folder (the source tree may be read-only and several data folders may be in use at once).
What does not: running models (see `assets.py`).
"""

import fcntl
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from orchestration.environment import PROJECT_DIR, Environment
from orchestration.errors import ProspectionError
from orchestration.paths import Paths
from orchestration.state_files import read_json, write_json

Manifest = Mapping[str, Any]
"""dbt's `manifest.json`."""

_PROJECT_FILES = ("dbt_project.yml", "profiles.yml")
_PROJECT_FOLDERS = ("models", "macros", "seeds", "tests/dbt")


class DbtProjectError(ProspectionError):
    """dbt cannot read the project: a mistake in a model, a macro or a YAML file."""


def parse_folder(paths: Paths) -> Path:
    """Return where the parsed project lies."""
    return paths.state / "dbt" / "parsed"


def target_folder(paths: Paths) -> Path:
    """Return where a build puts its artifacts and its log."""
    return paths.state / "dbt" / "target"


def dbt_command() -> list[str]:
    """Return the command that starts dbt as a child of this process."""
    return [sys.executable, "-m", "orchestration.dbt_process"]


def _project_files(project_dir: Path) -> Iterator[Path]:
    for name in _PROJECT_FILES:
        yield project_dir / name
    for folder in _PROJECT_FOLDERS:
        yield from sorted(path for path in (project_dir / folder).rglob("*") if path.is_file())


def project_fingerprint(project_dir: Path, data: Path) -> str:
    """Return a hash of everything that the manifest depends on."""
    digest = hashlib.sha256()
    for fact in (version("dbt-core"), version("dbt-duckdb"), str(project_dir), str(data)):
        digest.update(fact.encode() + b"\0")
    for path in _project_files(project_dir):
        digest.update(path.relative_to(project_dir).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def read_manifest(paths: Paths) -> Manifest:
    """Return the manifest of the last parse.

    Raises:
        DbtProjectError: nothing was parsed yet.

    """
    manifest: Manifest | None = read_json(parse_folder(paths) / "manifest.json")
    if manifest is None:
        raise DbtProjectError(f"no manifest in {parse_folder(paths)}: parse the project first")
    return manifest


def prepare_manifest(environment: Environment, project_dir: Path = PROJECT_DIR) -> Manifest:
    """Return the project's manifest, parsed anew only when a file of the project has changed.

    Raises:
        DbtProjectError: dbt refuses the project; the message is dbt's own.

    """
    folder = parse_folder(environment.paths)
    folder.mkdir(parents=True, exist_ok=True)
    stamp = folder / "fingerprint.json"
    with (folder / "parse.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        fingerprint = project_fingerprint(project_dir, environment.paths.data)
        if read_json(stamp) != fingerprint or not (folder / "manifest.json").exists():
            stamp.unlink(missing_ok=True)
            _parse(environment, project_dir, folder)
            write_json(stamp, fingerprint)
    return read_manifest(environment.paths)


def _parse(environment: Environment, project_dir: Path, folder: Path) -> None:
    options = {
        "DBT_TARGET_PATH": str(folder),
        "DBT_LOG_PATH": str(folder),
        "DBT_PROFILES_DIR": str(project_dir),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
    result = subprocess.run(
        [*dbt_command(), "parse", "--quiet"],
        cwd=project_dir,
        env={**os.environ, **environment.variables, **options},
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode != 0:
        message = (result.stdout.strip() or result.stderr.strip()).splitlines()
        raise DbtProjectError("dbt cannot read the project:\n" + "\n".join(message[-30:]))
