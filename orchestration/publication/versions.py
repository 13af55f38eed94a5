"""The published versions as folders, and the link that says which one readers see.

What belongs here: naming, listing, switching, keeping and going back. What does not: what is in a
version (see `writing.py`). A version's folder is never changed after it has got its name.
"""

import os
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from orchestration.errors import ConfigurationError, DamagedFileError
from orchestration.files import read_json_as, sync, timestamp, write_json
from orchestration.paths import Paths

KEPT_VERSIONS = 5

MANIFEST_KEYS = {"created_at", "as_of", "held_back", "settings", "tables", "files"}
"""What every manifest tells, besides its version."""


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
    """Return the name of the version that readers see, or None.

    Raises: DamagedFileError when something else lies where the link should.
    """
    try:
        return paths.current.readlink().name
    except FileNotFoundError:
        return None
    except OSError as error:
        remedy = "move it away; `prospection status` links the version that readers saw last"
        raise DamagedFileError(paths.current, "it is no link to a version", remedy) from error


def find_current(paths: Paths, say: Callable[[str], None]) -> None:
    """Link the version that readers saw last, or else the newest, where the link leads to none.

    No publication removes the link: it was lost, say in a copy without links, or its version was.
    """
    name = current_name(paths)
    if name is not None and (paths.published / name).is_dir():
        return
    names = [version.name for version in list_versions(paths)]
    if not names:
        return
    remedy = "delete it: the newest version is linked then"
    last = read_json_as(_last_seen(paths), lambda content: str(content["version"]), remedy)
    found = last if last in names else names[-1]
    switch(paths, found)
    lost = "was missing" if name is None else f"led to {name}, which is gone"
    say(f"the link {paths.current} {lost}: readers see version {found} again")


def _last_seen(paths: Paths) -> Path:
    return paths.state / "current.json"


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """Return the manifest of a version, or None when there is none.

    Raises: DamagedFileError when it is not what was written.
    """

    def checked(content: Any) -> dict[str, Any]:
        manifest: dict[str, Any] = dict(content)
        if manifest["version"] != folder.name or not manifest.keys() >= MANIFEST_KEYS:
            raise ValueError("it does not describe this version")
        return manifest

    remedy = (
        "`prospection rollback` lets readers see an older version, and `prospection run` publishes "
        f"a new one; {folder} can then be deleted"
    )
    return read_json_as(folder / "manifest.json", checked, remedy)


def list_versions(paths: Paths) -> list[Version]:
    """Return the published versions whose manifest can be read, oldest first."""
    current = current_name(paths)
    found = []
    for folder in _folders(paths):
        try:
            manifest = read_manifest(folder)
        except DamagedFileError:
            continue  # `damaged_versions` names it
        if manifest is not None:
            found.append(Version(folder.name, folder, folder.name == current, manifest))
    return found


def damaged_versions(paths: Paths) -> list[str]:
    """Return a line for each version whose manifest cannot be read: which, why and what to do."""
    lines = []
    for folder in _folders(paths):
        try:
            read_manifest(folder)
        except DamagedFileError as error:
            lines.append(str(error))
    return lines


def _folders(paths: Paths) -> list[Path]:
    return [manifest.parent for manifest in sorted(paths.published.glob("[0-9]*/manifest.json"))]


def current_version(paths: Paths) -> Version:
    """Return the version that readers see.

    Raises:
        ConfigurationError: nothing is published.
        DamagedFileError: its manifest cannot be read.

    """
    for version in list_versions(paths):
        if version.is_current:
            return version
    name = current_name(paths)
    if name is not None:
        read_manifest(paths.published / name)
    raise ConfigurationError(f"nothing is published in {paths.data}: run `prospection run` first")


def switch(paths: Paths, name: str) -> None:
    """Let readers see version `name`: they find the old or the new one, never none, never half."""
    temporary = paths.published / f".current.{os.getpid()}"
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(name)
    temporary.replace(paths.current)
    sync(paths.published)
    write_json(_last_seen(paths), {"version": name, "since": timestamp()})


def prune(paths: Paths, kept: int = KEPT_VERSIONS) -> list[str]:
    """Delete all but the newest versions (and the current one); return the names of the deleted."""
    current = current_name(paths)
    deleted = [folder for folder in _folders(paths)[:-kept] if folder.name != current]
    return _remove(paths, deleted)


def remove_all_but_current(paths: Paths) -> list[str]:
    """Delete every version but the one that readers see; return the names of the deleted.

    Those whose manifest is damaged or gone are deleted, too.
    """
    current = current_name(paths)
    return _remove(
        paths, [each for each in sorted(paths.published.glob("[0-9]*")) if each.name != current]
    )


def _remove(paths: Paths, folders: Iterable[Path]) -> list[str]:
    """Delete versions: of one that is half deleted nothing is to be seen."""
    deleted = []
    for folder in folders:
        doomed = paths.published / f".{folder.name}.old"
        folder.rename(doomed)
        shutil.rmtree(doomed)
        deleted.append(folder.name)
    return deleted


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
