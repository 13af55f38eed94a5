"""The published versions as folders, and the link that says which one readers see.

What belongs here: naming, listing, switching, keeping and going back. What does not: what is in a
version (see `writing.py`). A version's folder is never changed after it has got its name.
"""

import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from orchestration.errors import ConfigurationError
from orchestration.files import read_json, sync
from orchestration.paths import Paths

KEPT_VERSIONS = 5


@dataclass(frozen=True)
class Version:
    """One published version.

    Attributes:
        name: the folder's name: time of publication (UTC) and run id.
        folder: where it lies.
        is_current: whether readers see it.
        manifest: its `manifest.json`.

    """

    name: str
    folder: Path
    is_current: bool
    manifest: dict[str, Any]


def version_name(instant: datetime, run_id: str) -> str:
    """Return the name of the version that `run_id` publishes at `instant`; names sort by time."""
    return f"{instant.astimezone(UTC):%Y%m%dT%H%M%SZ}-{run_id.replace('-', '')[:8]}"


def current_name(paths: Paths) -> str | None:
    """Return the name of the version that readers see, or None."""
    try:
        return paths.current.readlink().name
    except FileNotFoundError:
        return None


def list_versions(paths: Paths) -> list[Version]:
    """Return the published versions, oldest first."""
    current = current_name(paths)
    return [
        Version(manifest.parent.name, manifest.parent, manifest.parent.name == current, content)
        for manifest in sorted(paths.published.glob("[0-9]*/manifest.json"))
        if (content := read_json(manifest)) is not None
    ]


def current_version(paths: Paths) -> Version:
    """Return the version that readers see.

    Raises:
        ConfigurationError: nothing is published.

    """
    for version in list_versions(paths):
        if version.is_current:
            return version
    raise ConfigurationError(f"nothing is published in {paths.data}: run `prospection run` first")


def switch(paths: Paths, name: str) -> None:
    """Let readers see version `name`: they find the old or the new one, never none, never half."""
    temporary = paths.published / f".current.{os.getpid()}"
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(name)
    temporary.replace(paths.current)
    sync(paths.published)


def prune(paths: Paths, kept: int = KEPT_VERSIONS) -> list[str]:
    """Delete all but the newest versions (and the current one); return the names of the deleted."""
    deleted = [version for version in list_versions(paths)[:-kept] if not version.is_current]
    for version in deleted:
        doomed = paths.published / f".{version.name}.old"
        version.folder.rename(doomed)
        shutil.rmtree(doomed)
    return [version.name for version in deleted]


def remove_leftovers(paths: Paths) -> None:
    """Delete what a killed publication has left behind: hidden entries that no reader ever saw."""
    for leftover in paths.published.glob(".*"):
        if leftover.is_dir() and not leftover.is_symlink():
            shutil.rmtree(leftover)
        else:
            leftover.unlink()


def rollback(paths: Paths, name: str | None = None) -> str:
    """Let readers see an older version again: `name`, or else the one before the current.

    Raises:
        ConfigurationError: there is no such version.

    """
    names = [version.name for version in list_versions(paths)]
    current = current_name(paths)
    if name is None:
        older = [other for other in names if current is not None and other < current]
        if not older:
            raise ConfigurationError(
                f"no version before {current or 'the current one'} in {paths.published}: "
                "nothing to go back to"
            )
        name = older[-1]
    if name not in names:
        listed = ", ".join(names) or "none"
        raise ConfigurationError(f"no version {name!r} in {paths.published}; there are: {listed}")
    switch(paths, name)
    return name
