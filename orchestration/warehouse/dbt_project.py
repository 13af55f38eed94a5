"""The dbt project as Dagster and the publication read it: its manifest.

What belongs here: parsing the project once, and again only when one of its files has changed. All
data folders share what was parsed: it names none of them. What does not: running models (see
`orchestration/dagster/assets.py`).
"""

import contextlib
import fcntl
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from orchestration.environment import PROJECT_DIR, Environment, read_environment
from orchestration.errors import ProspectionError
from orchestration.files import read_json, write_json
from orchestration.paths import Paths
from orchestration.warehouse.dbt_process import PARSED_OPTION

Manifest = Mapping[str, Any]
"""dbt's `manifest.json`."""

_PROJECT_FILES = ("dbt_project.yml", "profiles.yml")
_PROJECT_FOLDERS = ("models", "macros", "seeds", "tests/dbt")


class DbtProjectError(ProspectionError):
    """dbt cannot read the project: a mistake in a model, a macro or a YAML file."""


@dataclass(frozen=True)
class ParsedProject:
    """The dbt project as dbt has parsed it.

    Attributes:
        file: what dbt itself goes on from (see `dbt_process.py`).
        manifest: what everybody else reads.

    """

    file: Path
    manifest: Manifest


def _parse_folder(project_dir: Path, paths: Paths) -> Path:
    """Return where the parsed project lies: in the data folder if the project is read-only."""
    folder = project_dir / "target" / "parsed"
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
    if os.access(folder, os.W_OK):
        return folder
    folder = paths.state / "dbt" / "parsed"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def target_folder(paths: Paths) -> Path:
    """Return where a build puts its artifacts and its log."""
    return paths.state / "dbt" / "target"


def dbt_command(parsed: Path | None = None) -> list[str]:
    """Return the command that starts dbt as a child, on a parsed project if given."""
    command = [sys.executable, "-m", "orchestration.warehouse.dbt_process"]
    return command if parsed is None else [*command, PARSED_OPTION, str(parsed)]


def _project_files(project_dir: Path) -> Iterator[Path]:
    for name in _PROJECT_FILES:
        yield project_dir / name
    for folder in _PROJECT_FOLDERS:
        yield from sorted(path for path in (project_dir / folder).rglob("*") if path.is_file())


def project_fingerprint(project_dir: Path) -> str:
    """Return a hash of everything that the manifest depends on."""
    digest = hashlib.sha256()
    for fact in (version("dbt-core"), version("dbt-duckdb"), str(project_dir)):
        digest.update(fact.encode() + b"\0")
    for path in _project_files(project_dir):
        digest.update(path.relative_to(project_dir).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def prepare_project(environment: Environment, project_dir: Path = PROJECT_DIR) -> ParsedProject:
    """Return the parsed project, parsed anew only when one of its files has changed.

    Raises:
        DbtProjectError: dbt refuses the project; the message is dbt's own.

    """
    folder = _parse_folder(project_dir, environment.paths)
    stamp, parsed, written = (
        folder / name for name in ("fingerprint.json", "partial_parse.msgpack", "manifest.json")
    )
    with (folder / "parse.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        fingerprint = project_fingerprint(project_dir)
        if read_json(stamp) != fingerprint or not (parsed.exists() and written.exists()):
            stamp.unlink(missing_ok=True)
            _parse(environment, project_dir, folder)
            write_json(stamp, fingerprint)
        manifest: Manifest = read_json(written)
    return ParsedProject(parsed, manifest)


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


def main() -> None:
    """Parse the project ahead of the first refresh."""
    prepare_project(read_environment(os.environ))


if __name__ == "__main__":
    main()
