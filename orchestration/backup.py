"""Backup and restore of what cannot be rebuilt: landing, state and the reports of past periods.

What belongs here: one tar file with a hash of every file in it; it is written whole or not at all,
and compared before anything is replaced. What does not: the warehouse and the published versions,
which follow from these two.
"""

import io
import json
import shutil
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from orchestration.errors import ConfigurationError
from orchestration.files import sha256, sync_tree, timestamp, written_whole
from orchestration.forms.stamp import read_form
from orchestration.landing.hashes import check_before_build
from orchestration.lock import lock_path
from orchestration.modes import close_folder, private_files
from orchestration.paths import Paths
from orchestration.warehouse.database import delete_warehouse

_CONTENTS = "contents.json"
_PARTS = ("landing", "state", "reports")
_LEFT_OUT = {".scratch", "dbt", "data_docs", "refresh.lock", "build.json"}
"""What belongs to one run or to the warehouse, which a restored folder builds anew."""


def backup(paths: Paths, target: Path) -> int:
    """Write landing and state into one tar file; the caller holds the lock.

    Returns: how many files it holds.

    Raises:
        ConfigurationError: there is nothing to keep, or `target` is inside of it.
        DamagedFileError: something of it is not what was written.

    """
    files = {path.relative_to(paths.data).as_posix(): path for path in _kept_files(paths)}
    if not any(name.startswith("landing/") for name in files):
        raise ConfigurationError(f"nothing is landed in {paths.data}: there is nothing to back up")
    if any(target.absolute().is_relative_to(paths.data / part) for part in _PARTS):
        raise ConfigurationError(
            f"{target} lies inside what is being backed up: choose another place"
        )
    check_before_build(paths)  # what is damaged is restored from an older backup, not kept
    with private_files(), written_whole(target) as temporary, _new_tar(temporary) as archive:
        for name, path in files.items():
            archive.add(path, name, recursive=False)
        made_at = timestamp()
        hashes = {name: sha256(path) for name, path in files.items()}
        _add_text(archive, _CONTENTS, json.dumps({"made_at": made_at, "files": hashes}, indent=1))
    return len(files)


def restore(paths: Paths, source: Path, replace: bool = False) -> int:
    """Put landing and state of a backup in place; the caller holds the lock.

    Everything is unpacked and compared with its hash before anything is replaced. The private
    warehouse is deleted: the next refresh builds it from what was restored. A restore that was
    interrupted while it replaced is run again.

    Returns: how many files were restored.

    Raises: ConfigurationError when the file is no whole backup or one of a newer program, or when
        something is landed already and `replace` does not say that it may go.
    """
    if not replace and any(paths.landing.glob("_loads/[!_.]*.parquet")):
        raise ConfigurationError(
            f"{paths.landing} already holds loads: restore into an empty data folder, or pass "
            "--replace to discard them"
        )
    unpacked = paths.data / ".restore"
    shutil.rmtree(unpacked, ignore_errors=True)
    try:
        hashes = _unpack(source, unpacked)
        read_form(Paths(unpacked))
        sync_tree(unpacked)
        delete_warehouse(paths)
        for part in _PARTS:
            _replace(unpacked / part, paths.data / part, keep=lock_path(paths).name)
        sync_tree(paths.landing)
        close_folder(paths)
    finally:
        shutil.rmtree(unpacked, ignore_errors=True)
    return len(hashes)


def _new_tar(file: Path) -> tarfile.TarFile:
    """Make a tar file for its user only; an older one of that name may be open to others."""
    file.unlink(missing_ok=True)
    return tarfile.open(file, "w")


def _kept_files(paths: Paths) -> Iterator[Path]:
    for part in _PARTS:
        for path in sorted((paths.data / part).rglob("*")):
            inside = path.relative_to(paths.data / part).parts
            if path.is_file() and not _LEFT_OUT.intersection(inside):
                yield path


def _add_text(archive: tarfile.TarFile, name: str, text: str) -> None:
    content = text.encode()
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    archive.addfile(entry, io.BytesIO(content))


def _unpack(source: Path, folder: Path) -> Mapping[str, str]:
    """Unpack a backup and compare every file with its hash."""
    found: dict[str, str] = {}
    contents: dict[str, str] | None = None
    try:
        with tarfile.open(source) as archive:
            for entry in archive:
                stream = archive.extractfile(entry)
                if stream is None:
                    raise ConfigurationError(f"{source} holds '{entry.name}', which is not a file")
                if entry.name == _CONTENTS:
                    contents = json.loads(stream.read())["files"]
                    continue
                parts = PurePosixPath(entry.name).parts
                if parts[0] not in _PARTS or ".." in parts:
                    raise ConfigurationError(f"{source} holds '{entry.name}': it is not a backup")
                target = folder.joinpath(*parts)
                target.parent.mkdir(parents=True, exist_ok=True)
                with target.open("wb") as sink:
                    shutil.copyfileobj(stream, sink)
                found[entry.name] = sha256(target)
    except (tarfile.TarError, EOFError, OSError, ValueError, KeyError) as error:
        raise ConfigurationError(f"{source} cannot be read as a backup: {error}") from error
    if contents is None or contents != found:
        raise ConfigurationError(f"{source} is not a complete backup: nothing was changed")
    return found


def _replace(new: Path, old: Path, keep: str) -> None:
    """Replace what is in `old` by what is in `new`, but for the lock that is held in it."""
    old.mkdir(parents=True, exist_ok=True)
    for path in old.iterdir():
        if path.name == keep:
            continue
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    new.mkdir(parents=True, exist_ok=True)
    for path in new.iterdir():
        path.rename(old / path.name)
