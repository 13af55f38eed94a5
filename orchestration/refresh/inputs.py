"""What a published version was made from, as one hash: whether a refresh would make it again.

What belongs here: the hash, and keeping that of the published version. What does not: what follows
from it (see `orchestration/dagster/assets.py`). Landed loads are told by path, size and time when
they are large, since no landed file is ever changed in place; everything else by content.
"""

import hashlib
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pyarrow.parquet as pq

from orchestration.environment import PROJECT_DIR, Environment
from orchestration.files import read_json, write_json
from orchestration.paths import Paths
from orchestration.publication.opening import current_database
from orchestration.publication.versions import current_name, list_versions
from orchestration.settings.declared import read_engine
from orchestration.validation.thresholds import read_thresholds
from orchestration.warehouse.dbt_project import project_fingerprint

READ_BYTES = 1 << 20
"""Larger files are told by size and time."""

_PACKAGES = ("duckdb", "dbt-core", "dbt-duckdb", "great-expectations", "plotly", "pyarrow")
_CODE = ("orchestration", "dashboard")


def inputs_fingerprint(environment: Environment, project_dir: Path = PROJECT_DIR) -> str:
    """Return the hash of all that a build and its publication depend on, after a load.

    That is what was landed and translated, the settings and reference tables as written, the day
    for which the KPIs are calculated, the engine, the project and the packages that carry it out.
    """
    paths = environment.paths
    digest = hashlib.sha256()
    for fact in (
        release_fingerprint(project_dir),
        repr(read_thresholds(environment.exports)),
        read_engine(environment.exports, environment.engine).name,
        _clock(paths),
    ):
        digest.update(fact.encode() + b"\0")
    for folder in (paths.landing, paths.translated, paths.settings):
        for path in _files(folder):
            if path != _reporting(paths):
                _add(digest, path, paths.data)
    return digest.hexdigest()


def release_fingerprint(project_dir: Path = PROJECT_DIR) -> str:
    """Return the hash of the project, its code and the packages that carry it out."""
    digest = hashlib.sha256()
    for fact in (
        project_fingerprint(project_dir),
        *(f"{name} {version(name)}" for name in _PACKAGES),
    ):
        digest.update(fact.encode() + b"\0")
    for root in _CODE:
        for path in _files(PROJECT_DIR / root):
            if path.suffix != ".pyc":
                _add(digest, path, PROJECT_DIR)
    return digest.hexdigest()


def note_published(paths: Paths, version_name: str, fingerprint: str | None) -> None:
    """Keep what the published version was made from; None when that is not known."""
    write_json(_note(paths), {"version": version_name, "inputs": fingerprint})


def unchanged_version(paths: Paths, fingerprint: str) -> str | None:
    """Return the version that readers see when it was made from just that, else None.

    Raises: DamagedFileError when the database of that version cannot be read.
    """
    note = read_json(_note(paths))
    current = current_name(paths)
    if note is None or current is None or note != {"version": current, "inputs": fingerprint}:
        return None
    is_described = any(version.is_current for version in list_versions(paths))
    return current if is_described and current_database(paths) is not None else None


def _note(paths: Paths) -> Path:
    return paths.state / "published_from.json"


def _reporting(paths: Paths) -> Path:
    return paths.settings / "reporting.parquet"


def _clock(paths: Paths) -> str:
    """Return the reporting settings; today matters only where it is the day of the KPIs."""
    (row,) = pq.read_table(_reporting(paths)).to_pylist()
    today = row.pop("today")
    return repr({**row, "as_of": row.get("as_of") or today})


def _files(folder: Path) -> Iterator[Path]:
    yield from sorted(path for path in folder.rglob("*") if path.is_file())


def _add(digest: "hashlib._Hash", path: Path, root: Path) -> None:
    stat = path.stat()
    digest.update(path.relative_to(root).as_posix().encode() + b"\0")
    if stat.st_size > READ_BYTES:
        digest.update(f"{stat.st_size} {stat.st_mtime_ns}\0".encode())
    else:
        digest.update(hashlib.sha256(path.read_bytes()).digest())
