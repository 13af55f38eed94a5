"""The store that Spark reads and writes when it is not this machine's disk: a folder or S3.

What belongs here: copying what is landed there, only what is new, and what Spark has built back.
What does not: Spark, which opens the same address by itself. Landing, state and publication stay
on the local disk; whoever reads the warehouse reads the local copy.

    <storage>/inputs/landing/…, translated/…, state/settings/…      as in the data folder
    <storage>/builds/<build>/<schema>/<table>/*.parquet

One storage address belongs to one data folder.
"""

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pyarrow.fs as pafs

from orchestration.errors import ConfigurationError, ProspectionError
from orchestration.files import read_json, write_json
from orchestration.paths import Paths
from orchestration.settings.engine import Engine

INPUTS, BUILDS = "inputs", "builds"
_AT_ONCE = 8
"""Files that are copied at the same time."""


class StorageError(ProspectionError):
    """The store cannot be reached, or refuses."""


class Storage:
    """The store of one data folder."""

    def __init__(self, engine: Engine) -> None:
        if engine.storage is None:
            raise ConfigurationError(
                "no storage is declared: say `engine: {name: spark, storage: …}` in sources.yml"
            )
        self.address = engine.storage
        self.root = engine.storage
        self._files: Any = pafs.LocalFileSystem()
        if engine.is_in_s3:
            self.root = engine.storage.partition("://")[2]
            options = {}
            if engine.endpoint is not None:
                scheme, _, host = engine.endpoint.partition("://")
                options = {"scheme": scheme, "endpoint_override": host.rstrip("/")}
            self._files = pafs.S3FileSystem(**options)
        elif engine.storage.startswith("/"):
            Path(engine.storage).mkdir(parents=True, exist_ok=True)

    def input_address(self, name: str) -> str:
        """Return where Spark reads a file of the data folder, `name` being its place there."""
        return f"{self.address}/{INPUTS}/{name}"

    def build_address(self, build_id: str) -> str:
        """Return where Spark writes the tables of a build."""
        return f"{self.address}/{BUILDS}/{build_id}"

    def push(self, paths: Paths) -> int:
        """Copy what of landing, translation and settings is new or changed; return how many files.

        What is gone here (an erased load) is removed there too.

        Raises:
            StorageError: the store cannot be reached, or refuses.

        """
        known = read_json(_note(paths)) or {}
        before = known.get("files", {}) if known.get("storage") == self.address else {}
        with self._told("copy to"):
            here, there = dict(_inputs(paths)), self._sizes(INPUTS)
            new = [
                name
                for name, stamp in here.items()
                if there.get(name) != stamp[0] or before.get(name) != stamp
            ]
            self._each(new, lambda name: self.put(paths.data / name, f"{INPUTS}/{name}"))
            self._each(
                [name for name in there if name not in here],
                lambda name: self._files.delete_file(f"{self.root}/{INPUTS}/{name}"),
            )
        write_json(_note(paths), {"storage": self.address, "files": here})
        return len(new)

    def put(self, file: Path, name: str) -> None:
        """Copy one file there; readers see it whole or not at all."""
        target = f"{self.root}/{name}"
        if isinstance(self._files, pafs.LocalFileSystem):
            part = Path(f"{target}.part")
            part.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, part)
            part.replace(target)
            return
        pafs.copy_files(str(file), target, destination_filesystem=self._files)

    def fetch(self, name: str, folder: Path) -> None:
        """Copy the Parquet files of a folder there into a local one.

        Raises:
            StorageError: the store cannot be reached, or refuses.

        """
        folder.mkdir(parents=True, exist_ok=True)
        with self._told("read from"):
            for file in self._sizes(name):
                if file.endswith(".parquet"):
                    source = f"{self.root}/{name}/{file}"
                    pafs.copy_files(source, str(folder / file), source_filesystem=self._files)

    def keep_only(self, build_id: str | None) -> None:
        """Remove the tables of every other build.

        Raises:
            StorageError: the store cannot be reached, or refuses.

        """
        with self._told("remove from"):
            names = {name.split("/")[0] for name in self._sizes(BUILDS)}
            for name in sorted(names - {build_id}):
                self._files.delete_dir(f"{self.root}/{BUILDS}/{name}")

    def _sizes(self, name: str) -> dict[str, int]:
        """Return the bytes of every file below a folder there, by its place in it."""
        base = f"{self.root}/{name}"
        selector = pafs.FileSelector(base, recursive=True, allow_not_found=True)
        return {
            info.path[len(base) + 1 :]: info.size
            for info in self._files.get_file_info(selector)
            if info.type == pafs.FileType.File
        }

    def _each(self, names: list[str], work: Any) -> None:
        with ThreadPoolExecutor(_AT_ONCE) as threads:
            list(threads.map(work, names))

    def _told(self, what: str) -> "_Told":
        return _Told(f"cannot {what} {self.address}")


class _Told:
    """Says of an error of the store what was being done."""

    def __init__(self, doing: str) -> None:
        self._doing = doing

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OSError):
            raise StorageError(
                f"{self._doing}: {error}; check `engine.storage`, `engine.endpoint` and the "
                "credentials (AWS_…), then run again"
            ) from error


def _inputs(paths: Paths) -> Iterator[tuple[str, list[int]]]:
    """Yield what Spark may read: its place in the data folder, its bytes and its time."""
    for folder in (paths.landing, paths.translated, paths.settings):
        for file in sorted(folder.rglob("*.parquet")):
            name = file.relative_to(paths.data).as_posix()
            if "/." not in name:
                stat = file.stat()
                yield name, [stat.st_size, stat.st_mtime_ns]


def _note(paths: Paths) -> Path:
    return paths.state / "storage.json"
