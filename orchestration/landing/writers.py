"""Which files a program still has open for writing.

What belongs here: asking the kernel, where it tells (Linux; a program on another machine that
writes over a network share stays unseen). What does not: what becomes of such a file.
"""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

_PROCESSES = Path("/proc")


def being_written(paths: Iterable[Path]) -> set[Path]:
    """Return those of the files that a process of this machine has open for writing."""
    wanted = {(found.st_dev, found.st_ino): path for path in paths for found in [path.stat()]}
    return {wanted[file] for file in _open_for_writing(wanted.keys())} if wanted else set()


def _open_for_writing(wanted: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    for process in _listed(_PROCESSES):
        if not process.name.isdecimal():
            continue
        for descriptor in _listed(process / "fd"):
            try:
                found = descriptor.stat()
                file = (found.st_dev, found.st_ino)
                if file in wanted and _is_for_writing(process / "fdinfo" / descriptor.name):
                    yield file
            except OSError:  # closed meanwhile, or none of ours
                continue


def _is_for_writing(fdinfo: Path) -> bool:
    flags = next(line for line in fdinfo.read_text().splitlines() if line.startswith("flags:"))
    return int(flags.split()[1], 8) & os.O_ACCMODE != os.O_RDONLY


def _listed(folder: Path) -> list[Path]:
    """Return what is in a folder of the kernel; nothing where it may not be read or is gone."""
    try:
        return list(folder.iterdir())
    except OSError:
        return []
