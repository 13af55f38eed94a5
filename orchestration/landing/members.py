"""The members of a zip: their names as text, which of them may be trusted, and opening them.

What belongs here: names, and what Python's reader of zips raises. What does not: what to unpack
(see `containers.py`).
"""

import contextlib
import errno
import lzma
import re
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from orchestration.files import one_line
from orchestration.landing.bounds import MOST_MEMBERS
from orchestration.landing.discovery import is_left_by_systems

_IS_UTF8 = 0x800
"""The flag by which a zip says that a name is UTF-8; without it the name may be in any encoding."""

_IS_ENCRYPTED = 0x1
"""The flag by which a zip says that a member is only read with a password."""

DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError)
"""What reading an open member raises when it is cut off or damaged, or larger than it says."""


class ZipError(ValueError):
    """A zip or a member of one cannot be opened; the message says why and what to do."""


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


def open_zip(file: Path | BinaryIO) -> zipfile.ZipFile:
    """Open a zip.

    Raises: ZipError when it cannot be opened, or holds too many files.
    """
    try:
        archive = zipfile.ZipFile(file)
    except (*DAMAGED, NotImplementedError, ValueError, struct.error) as error:
        raise ZipError(f"the zip cannot be opened ({error}): copy or export it again") from error
    count = len(archive.infolist())
    if count > MOST_MEMBERS:
        archive.close()
        raise ZipError(
            f"the zip holds {count} files, more than are read ({MOST_MEMBERS}): pack those that "
            "are tables"
        )
    return archive


def open_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> BinaryIO:
    """Open a member, whose reading may yet raise what is `DAMAGED`.

    Raises: ZipError when it cannot be opened.
    """
    try:
        return cast(BinaryIO, archive.open(info))
    except (RuntimeError, NotImplementedError) as error:  # packed in a way that is not known
        raise ZipError(f"the member cannot be opened ({error}): unpack the zip") from error
    except (*DAMAGED, ValueError, struct.error) as error:
        raise _damaged(error) from error
    except OSError as error:
        if _is_of_the_machine(error):
            raise
        raise _damaged(error) from error


@contextlib.contextmanager
def reading_member() -> Iterator[None]:
    """Say as a ZipError what the reading of an open member raises."""
    try:
        yield
    except DAMAGED as error:
        raise _damaged(error) from error
    except OSError as error:
        if _is_of_the_machine(error):
            raise
        raise _damaged(error) from error


def _is_of_the_machine(error: OSError) -> bool:
    """Tell a full disk and its like from bytes that are none, and places before the file begins."""
    return error.errno not in (None, errno.EINVAL)


def _damaged(error: Exception) -> ZipError:
    return ZipError(f"the member is damaged ({error}): copy or export it again")


def leaves_its_folder(info: zipfile.ZipInfo) -> bool:
    """Tell whether unpacking a member by its name would write outside the folder."""
    name = info.orig_filename
    parts = re.split(r"[\\/]", name)
    return ".." in parts or name.startswith(("/", "\\")) or bool(re.match(r"[A-Za-z]:", name))


def _path(info: zipfile.ZipInfo) -> str:
    r"""Return the path of a member as text.

    One that says nothing of its encoding is UTF-8, as many programs write it without saying so;
    bytes that are none, and control characters, are escaped (`\xe9`).
    """
    return one_line(_written_path(info))


def _written_path(info: zipfile.ZipInfo) -> str:
    path = info.filename.replace("\\", "/")  # as some programs on Windows write it
    if info.flag_bits & _IS_UTF8:
        return path
    # what Python has read as cp437, which has a character for every byte
    try:
        return path.encode("cp437").decode("utf-8", "backslashreplace")
    except UnicodeEncodeError:  # newer versions of Python know the name from a field beside it
        return path
