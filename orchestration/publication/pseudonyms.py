"""Pseudonyms of people: the same person has the same one in every version of one data folder.

What belongs here: the secret and how a pseudonym is computed, HMAC-SHA256 over the person's first
CRM identity (`<source>:<prospect_id>`), 16 hex digits. What does not: which columns carry one (see
`contents.py`). Without the key file nobody can compute or confirm a pseudonym; losing it only
means that people get new ones.
"""

from hashlib import sha256
from pathlib import Path

from orchestration.files import secret
from orchestration.paths import Paths

PSEUDONYM_DIGITS = 16
_BLOCK_BYTES = 64


def key_file(paths: Paths) -> Path:
    """Return the file that holds the secret."""
    return paths.state / "pseudonym.key"


def next_key_file(paths: Paths) -> Path:
    """Return the file of the secret that is to take its place (see `rotation.py`)."""
    return paths.state / "pseudonym.key.new"


def read_or_make_key(paths: Paths) -> bytes:
    """Return the secret that versions are published with, made at first use.

    It is readable by its owner only. Where another one is to take its place it is that one.
    """
    following = next_key_file(paths)
    return secret(following if following.exists() else key_file(paths))


def key_of_version(paths: Paths, mark: str | None) -> bytes:
    """Return the secret that a version was published with, by the mark in its manifest.

    A version of before there were marks has that of before any other took its place.
    """
    following = next_key_file(paths)
    if following.exists() and mark == key_mark(secret(following)):
        return secret(following)
    return secret(key_file(paths))


def key_mark(key: bytes) -> str:
    """Return what tells one secret from another, and nothing about either."""
    return sha256(b"mark\0" + key).hexdigest()[:16]


def _blob(content: bytes) -> str:
    return "'" + "".join(f"\\x{byte:02X}" for byte in content) + "'::blob"


def pseudonym_sql(key: bytes, identity: str) -> str:
    """Return the SQL expression of the pseudonym of the text expression `identity`.

    DuckDB has no HMAC function; this is its definition (RFC 2104) with SHA-256. Null stays null.
    """
    padded = key.ljust(_BLOCK_BYTES, b"\0")
    inner = _blob(bytes(byte ^ 0x36 for byte in padded))
    outer = _blob(bytes(byte ^ 0x5C for byte in padded))
    digest = f"sha256({outer} || unhex(sha256({inner} || encode({identity}))))"
    return f"left({digest}, {PSEUDONYM_DIGITS})"
