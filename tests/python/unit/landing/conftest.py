"""A small export folder to fill, land, and look into."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from orchestration.landing.loading import land
from orchestration.landing.report import FileReport, LandingReport
from orchestration.paths import Paths
from orchestration.settings.declared import read_settings

NOON = datetime(2026, 10, 1, 12)


@dataclass(frozen=True)
class Desk:
    """One export folder and one data folder."""

    exports: Path
    paths: Paths

    def put(self, name: str, content: bytes | str) -> Path:
        path = self.exports / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def land(self, loaded_at: datetime | None = NOON) -> LandingReport:
        return land(self.exports, self.paths, read_settings(self.exports), loaded_at)

    def land_file(self, name: str, content: bytes | str) -> FileReport:
        """Put one file, land everything, return what became of the file."""
        self.put(name, content)
        report = self.land()
        (file,) = [each for each in report.files if each.file == name]
        return file

    def rows(self, entity: str) -> list[dict[str, Any]]:
        return list(self._rows(f"generic/{entity}"))

    def rejects(self) -> list[dict[str, Any]]:
        return list(self._rows("_rejects"))

    def addresses(self) -> list[dict[str, Any]]:
        return list(self._rows("_addresses"))

    def loads(self) -> list[dict[str, Any]]:
        return list(self._rows("_loads"))

    def outside(self) -> list[tuple[str, str, str]]:
        """Return source, file and outcome of what is in no load, in the order of the sources."""
        return [(row["source"], row["file"], row["outcome"]) for row in self._rows("_outside")]

    def values(self, entity: str, *columns: str) -> list[tuple[Any, ...]]:
        return [tuple(row[column] for column in columns) for row in self.rows(entity)]

    def _rows(self, folder: str) -> Iterator[dict[str, Any]]:
        for path in sorted((self.paths.landing / folder).glob("*.parquet")):
            yield from pq.read_table(path).to_pylist()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "exports", Paths(tmp_path / "data"))
