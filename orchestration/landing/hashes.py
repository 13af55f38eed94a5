"""Whether the files that a build reads are still what was written, by their SHA-256.

What belongs here: the hashes of reports, of all that is made beside the rows of loads and of the
settings as written, kept in `state/hashes.json`; what of it is made again when it is damaged. What
does not: the hashes of a load's rows, which its report tells (see `store.py`).

Rows and reports are written once and cannot be made again. All else here can: a damaged file of it
is removed before the next load, which makes it again as if it had never been there.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from orchestration.errors import DamagedFileError
from orchestration.files import Stamp, read_json_as, sha256, stamp_of, write_json
from orchestration.landing.store import EMPTY, Store
from orchestration.paths import Paths

HASHES = "hashes.json"
"""The file of the hashes, in the folder of state."""

MAPPINGS = "mappings"
"""The folder of the copies of mapping files, in the folder of state."""

_MADE_FROM_ROWS = ("_columns", "_addresses", "_outside")
_UNLIKE = "it is not what was written, by its SHA-256"


@dataclass
class Hashes:
    """The hash of each file by its place in the data folder."""

    paths: Paths
    known: dict[str, str]
    _seen: dict[str, Stamp] = field(default_factory=dict)

    @classmethod
    def load(cls, paths: Paths) -> "Hashes":
        """Read what was kept.

        Raises: DamagedFileError when the file of the hashes is damaged itself.
        """
        remedy = "delete it: the next refresh takes the hashes of what is there then"
        known = read_json_as(paths.state / HASHES, _as_hashes, remedy)
        return cls(paths, known or {})

    def mend(self, exports: Path, say: Callable[[str], None]) -> None:
        """Remove what is damaged and can be made again, before a load makes it.

        Raises: DamagedFileError naming a file that cannot.
        """
        for place, expected in list(self.known.items()):
            path = self.paths.data / place
            if _is_of_rows(place):  # read by whoever builds, who asks for `check`
                continue
            if not path.exists():
                self._remove(place)
                continue
            self._seen[place] = stamp_of(path)
            if sha256(path) == expected:
                continue
            if _is_written_once(place):
                raise self._store(place).damaged(path, _UNLIKE)
            is_mapping = path.parent == self.paths.state / MAPPINGS
            if is_mapping and not (exports / path.name).is_file():
                remedy = f"restore it from a backup, or put {path.name} back beside the exports"
                raise DamagedFileError(path, _UNLIKE, remedy)
            if not path.is_relative_to(self.paths.settings):  # these every load writes anew
                say(f"{path} was damaged, or not written whole: it is made again")
            self._remove(place)

    def check(self) -> None:
        """Do nothing when everything that a build reads is what was written.

        Raises: DamagedFileError naming the file and what to do.
        """
        for store in (Store(self.paths.landing), Store(self.paths.landing).held):
            store.check_hashes(store.all_loads())
        for place, expected in self.known.items():
            path = self.paths.data / place
            problem = _UNLIKE if path.exists() else "it is gone"
            if path.exists() and sha256(path) == expected:
                continue
            if _is_written_once(place) and (path.exists() or _is_of_rows(place)):
                raise self._store(place).damaged(path, problem)
            raise DamagedFileError(path, problem, "`prospection load` makes it again")

    def take(self, *folders: Path) -> None:
        """Keep the hashes of the files in these folders as they are now."""
        told = {
            (store.root / name).relative_to(self.paths.data).as_posix()
            for store in (Store(self.paths.landing), Store(self.paths.landing).held)
            for each in store.all_loads()
            for name in each.hashes
        }
        below = tuple(f"{each.relative_to(self.paths.data).as_posix()}/" for each in folders)
        others = {
            place: found for place, found in self.known.items() if not place.startswith(below)
        }
        taken = {
            place: self._hash(place)
            for folder in folders
            for place in self._places(folder)
            if place not in told
        }
        self.known = dict(sorted({**others, **taken}.items()))
        write_json(self.paths.state / HASHES, self.known)

    def let_go(self, load_ids: Iterable[str]) -> None:
        """Know nothing of the files of these loads, which an erasure has rewritten."""
        gone = set(load_ids)
        self.known = {
            place: found for place, found in self.known.items() if Path(place).stem not in gone
        }
        write_json(self.paths.state / HASHES, self.known)

    def _hash(self, place: str) -> str:
        path, known = self.paths.data / place, self.known.get(place)
        if known is not None and (_is_of_rows(place) or self._seen.get(place) == stamp_of(path)):
            return known
        return sha256(path)

    def _places(self, folder: Path) -> Iterator[str]:
        for path in folder.rglob("*"):
            place = path.relative_to(self.paths.data).as_posix()
            if path.is_file() and "/." not in place:
                yield place

    def _store(self, place: str) -> Store:
        store = Store(self.paths.landing)
        return store.held if place.startswith("landing/_held/") else store

    def _remove(self, place: str) -> None:
        """Forget a file that can be made again; of a translated load all of it."""
        path = self.paths.data / place
        path.unlink(missing_ok=True)
        del self.known[place]
        if path.is_relative_to(self.paths.translated) and path.stem != EMPTY:
            ledger = self.paths.translated / "_made" / path.name
            ledger.unlink(missing_ok=True)


def check_before_build(paths: Paths) -> None:
    """Do nothing when everything that a build reads is what was written.

    Raises: DamagedFileError naming the file and what to do.
    """
    Hashes.load(paths).check()


def _is_written_once(place: str) -> bool:
    """Tell rows, rejects and reports of loads, which nothing here can make again."""
    return _is_of_rows(place) or _folder(place) == "_loads"


def _is_of_rows(place: str) -> bool:
    """Tell the files that hold what the exports held."""
    return _folder(place) not in {*_MADE_FROM_ROWS, "_loads", None}


def _folder(place: str) -> str | None:
    """Return in which folder of landing, or of the held loads in it, a file of a load lies."""
    if not place.startswith("landing/") or Path(place).stem == EMPTY:
        return None
    return place.removeprefix("landing/").removeprefix("_held/").split("/")[0]


def _as_hashes(content: object) -> dict[str, str]:
    if not isinstance(content, dict):
        raise TypeError("it holds no hashes by name")
    return {str(place): str(found) for place, found in content.items()}
