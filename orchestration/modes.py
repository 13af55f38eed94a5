"""Who may read what in a data folder: the modes of its files and folders.

What belongs here: the modes, setting them, and telling which are wider. What does not: who is in
the group of the published versions, which whoever runs the machine decides (`chgrp`).

Everything but the published versions holds personal data, the secret of the pseudonyms, or both:
it is for the user that refreshes. Published files are for reading only, of whom `publish_mode`
says; versions share files, so that all of them have the same modes.
"""

import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from orchestration.paths import Paths

PUBLISH_MODES: Mapping[str, tuple[int, int]] = {
    "group": (0o2750, 0o440),
    "all": (0o755, 0o444),
    "owner": (0o700, 0o400),
}
"""Who reads what is published → the modes of its folders, which hand their group on, and files."""

_DATA = 0o711
"""Others may go through the data folder to what is published, and list nothing on the way."""

_OTHERS = 0o077


@contextmanager
def private_files() -> Iterator[None]:
    """Have new files and folders made for their user only, whatever the umask was."""
    before = os.umask(_OTHERS)
    try:
        yield
    finally:
        os.umask(before)


def close_folder(paths: Paths) -> None:
    """Take from others what they may do in a data folder, but for the published versions.

    What belongs to somebody else stays as it is: `wider_than_meant` names it.
    """
    if paths.data.is_dir():
        _set(paths.data, _DATA)
        for path, mode in _private(paths):
            if mode & _OTHERS:
                _set(path, mode & 0o700)


def open_version(folder: Path, publish_mode: str) -> None:
    """Set the modes of a version, or of all of them, that is of the files that they share, too."""
    of_folder, of_file = PUBLISH_MODES[publish_mode]
    for path, mode in _below(folder):
        wanted = of_folder if stat.S_ISDIR(mode) else of_file
        if stat.S_IMODE(mode) != wanted:
            _set(path, wanted)


def wider_than_meant(paths: Paths) -> list[Path]:
    """Return what others may do more with than is meant.

    Of what is published the folder of the versions says how it is meant.
    """
    if not paths.data.is_dir():
        return []
    found = [path for path, mode in _private(paths) if mode & _OTHERS]
    if stat.S_IMODE(paths.data.stat().st_mode) & _OTHERS & ~_DATA:
        found.insert(0, paths.data)
    if paths.published.is_dir():
        meant = stat.S_IMODE(paths.published.stat().st_mode) & 0o777
        if meant not in {of_folder & 0o777 for of_folder, _ in PUBLISH_MODES.values()}:
            found.append(paths.published)
        found += [
            path
            for path, mode in _below(paths.published)
            if path != paths.published
            and not path.name.startswith(".")
            and stat.S_IMODE(mode) & _OTHERS & ~meant
        ]
    return found


def _private(paths: Paths) -> Iterator[tuple[Path, int]]:
    """Yield what is in a data folder besides the published versions, with its permissions."""
    for entry in sorted(paths.data.iterdir()):
        if entry != paths.published:
            for path, mode in _below(entry):
                yield path, stat.S_IMODE(mode)


def _below(root: Path) -> Iterator[tuple[Path, int]]:
    """Yield a file or folder and all below it with their modes; links have none of their own."""
    with suppress(FileNotFoundError):  # gone meanwhile
        mode = root.lstat().st_mode
        if stat.S_ISLNK(mode):
            return
        yield root, mode
        if stat.S_ISDIR(mode):
            with suppress(PermissionError):
                for entry in sorted(root.iterdir()):
                    yield from _below(entry)


def _set(path: Path, mode: int) -> None:
    with suppress(FileNotFoundError, PermissionError):
        path.chmod(mode)
