"""One refresh at a time in one data folder.

What belongs here: the lock. The kernel releases it when its process ends, however it ends, so that
a killed refresh never has to be cleaned up after by hand.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from orchestration.errors import RefreshRunningError
from orchestration.files import timestamp
from orchestration.paths import Paths

_held: set[Path] = set()


def lock_path(paths: Paths) -> Path:
    """Return the file that is locked; its text says who holds it."""
    return paths.state / "refresh.lock"


@contextmanager
def refresh_lock(paths: Paths) -> Iterator[None]:
    """Hold the data folder's lock; taking it again inside the same process is allowed.

    Raises:
        RefreshRunningError: another process holds it.

    """
    path = lock_path(paths).resolve()
    if path in _held:
        yield
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if not _take(descriptor):
            holder = path.read_text(encoding="utf-8").strip() or "another process"
            raise RefreshRunningError(
                f"another refresh is running in {paths.data} ({holder}): wait for it to end"
            )
        _say_who(descriptor, path)
        _held.add(path)
        try:
            yield
        finally:
            _held.discard(path)
            os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def _say_who(descriptor: int, path: Path) -> None:
    try:
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"process {os.getpid()}, since {timestamp()}\n".encode())
    except OSError as error:
        error.filename = str(path)  # a full disk does not say where
        raise


def _take(descriptor: int) -> bool:
    """Try for half a second: `running_refresh` elsewhere may hold the lock for an instant."""
    for _ in range(10):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(0.05)
        else:
            return True
    return False


def running_refresh(paths: Paths) -> str | None:
    """Return who is refreshing this data folder at this moment, or None."""
    path = lock_path(paths)
    if not path.exists():
        return None
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return path.read_text(encoding="utf-8").strip() or "another process"
    return None
