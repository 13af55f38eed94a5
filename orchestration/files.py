"""Files on disk: written whole or not at all, kept durably, read back as JSON or a hash.

What belongs here: temporary name, fsync, rename, and the small forms that state is kept in. What
does not: what the files mean.
"""

import hashlib
import json
import os
import re
import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.errors import DamagedFileError

_SYNC_THREADS = 16

SECRET_BYTES = 32

MOST_NAME_BYTES = 200
"""How long the part of a file's name may be that comes from outside: systems allow 255 bytes."""

_UNSHOWN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")

_Content = TypeVar("_Content")


@contextmanager
def written_whole(target: Path, is_durable: bool = True) -> Iterator[Path]:
    """Hand out a temporary path beside `target`; it takes the target's name when the block ends.

    When the block raises, the temporary file is removed and `target` stays as it was. What can be
    made again at once need not be durable: a power cut may then leave it damaged.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.part")
    try:
        yield temporary
        if is_durable:
            put_in_place(temporary, target)
        else:
            temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


def readable(name: str) -> str:
    r"""Return a file's name as text.

    Bytes that are no UTF-8 are escaped (`\xe9`), and so is what no name needs (see `one_line`).
    """
    return one_line(os.fsencode(name).decode("utf-8", "backslashreplace"))


def one_line(text: str) -> str:
    r"""Return a text in which what changes a terminal, or the order of letters, is escaped.

    That is: ends of lines, control characters (`\x1b`) and marks of direction (`\u202e`).
    """
    return _UNSHOWN.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def is_outside(path: Path, folder: Path) -> bool:
    """Tell whether a path in a folder leads out of it, through a link."""
    try:
        return not path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError):  # links that lead to each other
        return True


def short_name(name: str) -> str:
    """Return a name that ours can begin with: a longer one is cut, with a hash of it all."""
    encoded = name.encode()
    if len(encoded) <= MOST_NAME_BYTES:
        return name
    end = f"-{hashlib.sha256(encoded).hexdigest()[:16]}"
    return encoded[: MOST_NAME_BYTES - len(end)].decode("utf-8", "ignore") + end


def put_in_place(temporary: Path, target: Path) -> None:
    """Give a finished file its final name, durably."""
    sync(temporary)
    temporary.replace(target)
    sync(target.parent)


def write_table(table: pa.Table, target: Path, is_durable: bool = True) -> None:
    """Write a small Arrow table as Parquet, whole or not at all."""
    with written_whole(target, is_durable) as temporary:
        pq.write_table(table, temporary, compression="zstd")


def write_text(target: Path, text: str) -> None:
    """Write a small text file, whole or not at all."""
    with written_whole(target) as temporary:
        temporary.write_text(text, encoding="utf-8")


def write_json(target: Path, value: Any) -> None:
    """Write `value` as readable JSON, whole or not at all; dates are written in ISO form."""
    write_text(target, json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n")


def secret(path: Path) -> bytes:
    """Return the secret kept in a file, made at first use, readable by its owner only."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        temporary.unlink(missing_ok=True)
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(SECRET_BYTES) + "\n")
        put_in_place(temporary, path)
    return bytes.fromhex(path.read_text(encoding="ascii").strip())


def timestamp() -> str:
    """Return this moment as records of state write it: UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def read_json(path: Path, remedy: str = "delete it: the next refresh writes it anew") -> Any:
    """Return the JSON content of `path`, or None when there is no such file.

    Raises: DamagedFileError when it is no JSON; `remedy` is what it says is to be done.
    """
    return read_json_as(path, lambda content: content, remedy)


def read_json_as(path: Path, make: Callable[[Any], _Content], remedy: str) -> _Content | None:
    """Return what `make` makes of the JSON content of `path`, or None when there is no such file.

    Raises: DamagedFileError when it is no JSON, or not what `make` expects.
    """
    try:
        return make(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise DamagedFileError(path, f"{type(error).__name__}: {error}", remedy) from error


Stamp = tuple[int, int, int, int]


def stamp_of(path: Path) -> Stamp:
    """Return what is another once anybody has written to a file: size, times, inode."""
    found = path.stat()
    return (found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file's content, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sync(path: Path) -> None:
    """Flush a file's content, or a folder's entries, to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_tree(folder: Path) -> None:
    """Flush every file and folder below `folder`, and the folder itself.

    Side by side: the disk then takes what is waiting in one go, instead of a journal entry each.
    """
    found = [Path(parent) / name for parent, _, names in os.walk(folder) for name in ("", *names)]
    with ThreadPoolExecutor(_SYNC_THREADS) as threads:
        for _ in threads.map(sync, found):
            pass
