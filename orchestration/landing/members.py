"""The members of a zip: their names as text, and which of them may be trusted.

What belongs here: names. What does not: unpacking (see `containers.py`).
"""

import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from orchestration.landing.discovery import is_left_by_systems

_IS_UTF8 = 0x800
"""The flag by which a zip says that a name is UTF-8; without it the name may be in any encoding."""

_IS_ENCRYPTED = 0x1
"""The flag by which a zip says that a member is only read with a password."""


@dataclass(frozen=True)
class Member:
    """A file in a zip.

    Attributes:
        info: what the zip says of it.
        path: its name with forward slashes, as text.
        name: what reports call it: its path, but for the second one of a path ` (2)` behind it.

    """

    info: zipfile.ZipInfo
    path: str
    name: str

    @property
    def is_left_by_systems(self) -> bool:
        """Whether nobody has put it there on purpose."""
        return self.path.startswith("__MACOSX/") or is_left_by_systems(self.path)

    @property
    def is_protected(self) -> bool:
        """Whether a password is needed to read it."""
        return bool(self.info.flag_bits & _IS_ENCRYPTED)


def members(archive: zipfile.ZipFile) -> Iterator[Member]:
    """Yield the files in a zip; folders are none."""
    times: Counter[str] = Counter()
    for info in archive.infolist():
        if not info.is_dir():
            path = _path(info)
            times[path] += 1
            again = times[path]
            yield Member(info, path, f"{path} ({again})" if again > 1 else path)


def leaves_its_folder(info: zipfile.ZipInfo) -> bool:
    """Tell whether unpacking a member by its name would write outside the folder."""
    name = info.orig_filename
    parts = re.split(r"[\\/]", name)
    return ".." in parts or name.startswith(("/", "\\")) or bool(re.match(r"[A-Za-z]:", name))


def _path(info: zipfile.ZipInfo) -> str:
    r"""Return the path of a member as text.

    One that says nothing of its encoding is UTF-8, as many programs write it without saying so;
    bytes that are none are escaped (`\xe9`).
    """
    path = info.filename.replace("\\", "/")  # as some programs on Windows write it
    if info.flag_bits & _IS_UTF8:
        return path
    # what Python has read as cp437, which has a character for every byte
    return path.encode("cp437").decode("utf-8", "backslashreplace")
