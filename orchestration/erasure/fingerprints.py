"""Keyed fingerprints: what stands for a person's name or address once it is erased.

What belongs here: the secret, the fingerprint of a text, and the form that an erased address, name
or text takes. What does not: who is erased (see `forgotten.py`) and where (see `rewriting.py`).

The form of an erased address is an address of its kind, so that it is read, compared and joined
as before; equal ones stay equal. Nobody can tell or confirm what it stood for without the secret.
It is another one than that of the pseudonyms, which may be changed: these would no longer join.
"""

import hmac
import re
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from orchestration.errors import DamagedFileError
from orchestration.files import secret
from orchestration.paths import Paths

KEY_FILE = "erasure.key"
FORGOTTEN = "forgotten.json"
"""The file of who is forgotten (see `forgotten.py`), in the folder of state."""

_DIGITS = 16
_PHONE_DIGITS = 12
_ABROAD = "+999"
"""A country code that no country has: nobody can be called at an erased number."""

_ERASED = re.compile(
    rf"erased-[0-9a-f]{{{_DIGITS}}}@\S+|https://www\.linkedin\.com/in/erased-[0-9a-f]{{{_DIGITS}}}"
    rf"|{re.escape(_ABROAD)}\d{{{_PHONE_DIGITS}}}|erased-[0-9a-f]{{{_DIGITS}}}"
    rf"|\(erased [0-9a-f]{{{_DIGITS}}}\)"
)


def read_or_make_erasure_key(paths: Paths) -> bytes:
    """Return the secret of this data folder, made at first use, readable by its owner only.

    Raises: DamagedFileError when its file holds none, or is gone although somebody is forgotten.
    """
    file = paths.state / KEY_FILE
    remedy = "restore it from a backup: by no other secret are those known again who were forgotten"
    if not file.exists() and (paths.state / FORGOTTEN).exists():
        raise DamagedFileError(file, "it is gone", remedy)
    return secret(file, remedy)


def is_erased(text: str) -> bool:
    """Tell whether a cell is the form of something erased."""
    return _ERASED.fullmatch(text) is not None


@lru_cache
def _begun(key: bytes, kind: str) -> hmac.HMAC:
    """Return the fingerprint of a kind, to which a text is to be added: there are many texts."""
    return hmac.new(key, f"{kind}\0".encode(), sha256)


@dataclass(frozen=True)
class Fingerprints:
    """The fingerprints that belong to one secret."""

    key: bytes

    def of(self, kind: str, text: str) -> str:
        """Return the fingerprint of a text of a kind, 16 hex digits."""
        digest = _begun(self.key, kind).copy()
        digest.update(text.encode("utf-8", "surrogatepass"))
        return digest.hexdigest()[:_DIGITS]

    def email(self, address: str, is_named_by_domain: bool) -> str:
        """Return what stands for an e-mail address; its domain stays unless it names the person."""
        domain = address.rpartition("@")[2]
        if is_named_by_domain:
            domain = f"{self.of('domain', domain)}.invalid"
        return f"erased-{self.of('email', address)}@{domain}"

    def linkedin(self, address: str) -> str:
        """Return what stands for the address of a profile."""
        return f"https://www.linkedin.com/in/erased-{self.of('linkedin', address)}"

    def phone(self, number: str) -> str:
        """Return what stands for a telephone number."""
        digits = int(self.of("phone", number), 16) % 10**_PHONE_DIGITS
        return f"{_ABROAD}{digits:0{_PHONE_DIGITS}}"

    def name(self, folded: str) -> str:
        """Return what stands for a first name, a last name or another word for a person."""
        return f"erased-{self.of('name', folded)}"

    def text(self, text: str) -> str:
        """Return what stands for what somebody wrote; other texts stay other ones."""
        return f"(erased {self.of('text', text)})"
