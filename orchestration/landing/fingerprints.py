"""The hashes of export files, remembered so that an unchanged file is not read again.

A file is remembered by a hash of its name, too: the name may be that of a person.

What belongs here: hashing a file once, and telling whether it has changed since. What does not:
what the hashes are used for.
"""

import hashlib
import json
import time
from dataclasses import dataclass, field
from pathlib import Path

from orchestration.files import Stamp, stamp_of, write_text
from orchestration.landing.discovery import FoundFile
from orchestration.landing.evidence import Evidence, gather, sha256_of

# A file may change again within the resolution of its own time stamp.
_SETTLED_SECONDS = 2

FINGERPRINTS = "fingerprints.json"
"""The file of them, in the folder of state."""


@dataclass
class Fingerprints:
    """Hashes by file, valid while size, times and inode of the file stay the same."""

    target: Path
    remembered: dict[str, tuple[Stamp, str]]
    _current: dict[str, tuple[Stamp, str]] = field(default_factory=dict)
    _evidence: dict[str, Evidence] = field(default_factory=dict)

    @classmethod
    def load(cls, target: Path) -> "Fingerprints":
        """Read what the last run remembered; a damaged file means that nothing is."""
        try:
            content = json.loads(target.read_text(encoding="utf-8"))
            remembered = {
                name: ((stamp[0], stamp[1], stamp[2], stamp[3]), str(sha256))
                for name, (stamp, sha256) in content.items()
            }
        except (OSError, ValueError, TypeError, IndexError, AttributeError):
            remembered = {}
        return cls(target, remembered)

    def sha256(self, file: FoundFile) -> str:
        """Return the hash of the file's bytes, reading them at most once a run."""
        if file.name in self._current:
            return self._current[file.name][1]
        stamp = stamp_of(file.path)
        known = self.remembered.get(key_of(file.name))
        sha256 = known[1] if known is not None and known[0] == stamp else self._read(file)
        self._current[file.name] = (stamp, sha256)
        return sha256

    def evidence(self, file: FoundFile) -> Evidence | None:
        """Return what reading the file for its hash showed, if it was read and is plain text."""
        return self._evidence.get(file.name)

    def is_current(self, file: FoundFile) -> bool:
        """Tell whether the file is still the one that was hashed, or there if it was not."""
        try:
            stamp = stamp_of(file.path)
        except FileNotFoundError:
            return False
        return file.name not in self._current or self._current[file.name][0] == stamp

    def save(self) -> None:
        """Remember the files of this run; not those that changed a moment ago."""
        settled = time.time_ns() - _SETTLED_SECONDS * 1_000_000_000
        content = {
            key_of(name): [stamp, sha256]
            for name, (stamp, sha256) in sorted(self._current.items())
            if max(stamp[1], stamp[2]) < settled
        }
        write_text(self.target, json.dumps(content, indent=1))

    def _read(self, file: FoundFile) -> str:
        with file.path.open("rb") as stream:
            if file.kind != "csv":
                return sha256_of(stream)
            evidence = gather(stream)
        self._evidence[file.name] = evidence
        return evidence.sha256


def key_of(name: str) -> str:
    """Return by what a file is remembered."""
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def look_changed(exports: Path, target: Path) -> bool:
    """Guess whether a load will find new files, by their times alone.

    That is: something in the exports was written or moved there after the last load remembered its
    files in `target`, or none did.
    """
    try:
        remembered_at = target.stat().st_mtime_ns
        return any(max(stamp_of(path)[1:3]) > remembered_at for path in exports.rglob("*"))
    except OSError:
        return True
