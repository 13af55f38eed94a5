"""The secret of the pseudonyms: where it lies, and what is made from it.

What belongs here: the key, the one that is to take its place, telling keys apart, and what is
made of one for reps. What does not: computing pseudonyms of people (`publication/pseudonyms.py`),
and exchanging keys (`publication/rotation.py`).
"""

import hmac
from hashlib import md5, sha256
from pathlib import Path

from orchestration.files import secret
from orchestration.paths import Paths


def key_file(paths: Paths) -> Path:
    """Return the file that holds the secret."""
    return paths.state / "pseudonym.key"


def next_key_file(paths: Paths) -> Path:
    """Return the file of the secret that is to take its place (see `rotation.py`)."""
    return paths.state / "pseudonym.key.new"


def own_key(paths: Paths) -> bytes:
    """Return the secret, made at first use.

    Raises: DamagedFileError when its file holds none.
    """
    remedy = "restore it from a backup; or delete it, and everybody gets another pseudonym"
    return secret(key_file(paths), remedy)


def next_key(paths: Paths) -> bytes:
    """Return the secret that is to take its place, made at first use.

    Raises: DamagedFileError when its file holds none.
    """
    remedy = "delete it, and run `prospection rotate-key` again"
    return secret(next_key_file(paths), remedy)


def read_or_make_key(paths: Paths) -> bytes:
    """Return the secret that versions are published with, made at first use.

    It is readable by its owner only. Where another one is to take its place it is that one.
    """
    return next_key(paths) if next_key_file(paths).exists() else own_key(paths)


def key_of_version(paths: Paths, mark: str | None) -> bytes:
    """Return the secret that a version was published with, by the mark in its manifest.

    A version of before there were marks has that of before any other took its place.
    """
    following = next_key_file(paths)
    if following.exists() and mark == key_mark(next_key(paths)):
        return next_key(paths)
    return own_key(paths)


def key_mark(key: bytes) -> str:
    """Return what tells one secret from another, and nothing about either."""
    return sha256(b"mark\0" + key).hexdigest()[:16]


def secret_of_reps(key: bytes) -> str:
    """Return the secret by which reps get pseudonyms; nothing about the key can be told from it."""
    return hmac.new(key, b"reps", sha256).hexdigest()


def rep_pseudonym(key: bytes, rep_id: str) -> str:
    """Return what stands for a rep where reps are not named, as the macro `rep_pseudonym` does."""
    digest = md5(f"{secret_of_reps(key)}{rep_id}".encode(), usedforsecurity=False)
    return f"rep-{digest.hexdigest()[:8]}"
