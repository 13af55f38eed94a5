"""Pseudonyms of people: the same person has the same one in every version of one data folder.

What belongs here: how a pseudonym is computed, HMAC-SHA256 over the person's first
CRM identity (`<source>:<prospect_id>`), 16 hex digits. What does not: which columns carry one (see
`contents.py`) and the secret (see `settings/keys.py`). Without the key file nobody can compute or
confirm a pseudonym; losing it only means that people get new ones.
"""

PSEUDONYM_DIGITS = 16
_BLOCK_BYTES = 64


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
