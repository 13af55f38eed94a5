"""Writing the files of a site, sharing those that the site before has with the same content.

What belongs here: files and links. What does not: which files a site has (see `building.py`).
"""

import os
from importlib.resources.abc import Traversable
from pathlib import Path


class SiteWriter:
    """Writes files below a folder, and links what the site before has with the same content."""

    def __init__(self, folder: Path, previous: Path | None) -> None:
        self.folder = folder
        self.previous = previous

    def __call__(self, name: str, text: str) -> None:
        """Write a text file."""
        self._place(name, text.encode())

    def copy(self, name: str, source: Traversable) -> None:
        """Copy a file."""
        self._place(name, source.read_bytes())

    def _place(self, name: str, content: bytes) -> None:
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        if not self._link(name, content, file):
            file.write_bytes(content)

    def _link(self, name: str, content: bytes, file: Path) -> bool:
        """Link the file of the site before when it holds just that; whether it could be done."""
        if self.previous is None:
            return False
        try:
            older = self.previous / name
            if older.stat().st_size != len(content) or older.read_bytes() != content:
                return False
            os.link(older, file)
        except OSError:  # no such file before, or no hard links here
            return False
        return True
