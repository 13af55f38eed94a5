"""Small JSON files of state, content hashes, and flushing a whole folder to the disk.

What belongs here: how state is kept. What does not: what it means, and writing one file whole or
not at all (see `files.py`).
"""

import hashlib
import json
import os
from pathlib import Path
from typing import Any

from orchestration.files import write_text


def write_json(target: Path, value: Any) -> None:
    """Write `value` as readable JSON, whole or not at all; dates are written in ISO form."""
    write_text(target, json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n")


def read_json(path: Path) -> Any:
    """Return the JSON content of `path`, or None when there is no such file."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None


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
    """Flush every file and folder below `folder`, and the folder itself."""
    for parent, _, names in os.walk(folder, topdown=False):
        for name in names:
            sync(Path(parent) / name)
        sync(Path(parent))
