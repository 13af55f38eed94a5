"""Forgetting people: what is done, in which order, and finishing what was interrupted.

What belongs here: the order. What does not: what a cell becomes (see `eraser.py`, `rewriting.py`),
who it is about (see `finding.py`) and which places there are (see `places.py`).

    state/forgotten.json   the erasure is asked for: from here on it will be done
    texts and databases    state, reports, logs
    state/erasing.json     from here on landed files may have no hash yet
    landing                each file rewritten whole; what is made of a load that changed: removed
    warehouse              removed, when anything changed
    state/forgotten.json   landing is done; the next refresh builds and publishes
    published              versions of before are removed; the erasure is done

Whatever of it was interrupted is done again by the next command that holds the lock: every step
finds its own work done.
"""

import glob
import sqlite3
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from orchestration.erasure.eraser import Eraser
from orchestration.erasure.finding import Wanted, find, role_mailboxes
from orchestration.erasure.fingerprints import Fingerprints, read_or_make_erasure_key
from orchestration.erasure.forgotten import (
    Way,
    all_marks,
    keep_erasure,
    marked_done,
    new_erasure,
    read_erasures,
)
from orchestration.erasure.places import Treatment, files_of
from orchestration.erasure.rewriting import erase_names, erase_rejects, erase_rows
from orchestration.errors import RUNS_REMEDY, DamagedFileError, first_line
from orchestration.files import read_json, sync, write_json, written_whole
from orchestration.formats.descriptions import Entity, known_formats
from orchestration.landing.hashes import Hashes
from orchestration.landing.loading import Erase
from orchestration.landing.store import LandedLoad, Store
from orchestration.paths import Paths
from orchestration.publication.versions import remove_all_but_current, remove_leftovers

Progress = Callable[[str], None]

_JOURNAL_REMEDY = (
    "write [] into it, and run again: landed files that the erasure had rewritten are then named, "
    "to be restored from a backup"
)


@dataclass(frozen=True)
class Forgotten:
    """What an erasure has done.

    Attributes:
        people: how many it was about.
        files: file of the exports → rows of it that named them; they still do there. None of its
            rows where only its name or a header does.

    """

    people: int
    files: Mapping[str, int]


def eraser_of(
    paths: Paths, countries: Mapping[str, str | None], marks: Mapping[str, frozenset[str]]
) -> Callable[[str], Eraser]:
    """Return, for a source ("" for none), what erases the people of these marks."""
    fingerprints = Fingerprints(read_or_make_erasure_key(paths))

    def eraser(source: str) -> Eraser:
        country = countries.get(source, countries.get(""))
        return Eraser(fingerprints, marks, country, role_mailboxes())

    return eraser


@dataclass(frozen=True)
class LandingEraser(Erase):
    """Takes the forgotten out of what is landed; `erasers` gives the one of a source."""

    erasers: Callable[[str], Eraser]

    def erase_load(
        self,
        rows: Mapping[str, Path],
        rejects: Iterable[Path],
        tables: Mapping[str, Entity],
        source: str,
    ) -> None:
        """Rewrite the files of a load that is about to be added."""
        for name, path in rows.items():
            erase_rows(path, tables[name], source, self.erasers(source))
        for path in rejects:
            erase_rejects(path, self.erasers(source))

    def label(self, name: str, source: str = "") -> str:
        """Return what stands for the name of a file or a header."""
        return self.erasers(source).label(name)

    def text(self, text: str, source: str = "") -> str:
        """Return a text without them."""
        return self.erasers(source).inside(text)


def landing_eraser(paths: Paths, countries: Mapping[str, str | None]) -> LandingEraser | None:
    """Return what takes everybody who is forgotten out of new loads; None when nobody is."""
    erasures = read_erasures(paths)
    if not erasures:
        return None
    return LandingEraser(eraser_of(paths, countries, all_marks(erasures)))


def forget(
    paths: Paths,
    wanted: Wanted,
    way: Way,
    countries: Mapping[str, str | None],
    progress: Progress,
) -> Forgotten:
    """Erase people from what is landed, and remove what was made of it. Call with the lock held.

    Args:
        paths: the data folder.
        wanted: who.
        way: what asked for it.
        countries: source → country of its national telephone numbers; "" for any other.
        progress: called with a line of text before each step.

    """
    found = find(paths, wanted, Fingerprints(read_or_make_erasure_key(paths)), countries)
    keep_erasure(paths, new_erasure(way, found.people, found.marks))
    files = finish_erasures(paths, countries, progress)
    return Forgotten(found.people, files)


def finish_erasures(
    paths: Paths, countries: Mapping[str, str | None], progress: Progress
) -> Counter[str]:
    """Do what is left of erasures up to the next publication. Call with the lock held.

    Returns: file of the exports → rows of it that were erased here, 0 where its name alone was.
    """
    waiting = [each for each in read_erasures(paths) if not each.is_landing_done]
    files: Counter[str] = Counter()
    if not waiting:
        return files
    erasers = eraser_of(paths, countries, all_marks(waiting))
    progress("erasing: records and logs")
    _erase_texts(paths, erasers(""))
    journal = paths.state / "erasing.json"
    interrupted = set(read_json(journal, _JOURNAL_REMEDY) or ())
    stores = (Store(paths.landing), Store(paths.landing).held)
    if not interrupted:  # what an interrupted erasure has rewritten has no hash yet
        for store in stores:
            store.check_hashes(store.all_loads())
        write_json(journal, [load_id for store in stores for _, load_id in store.load_ids()])
    for store in stores:
        for landed in store.all_loads():
            files.update(_erase_load(store, landed, paths, erasers, interrupted, progress))
    files.update(_erase_lists(paths, erasers))
    if files or interrupted:
        progress("erasing: the private warehouse, to be built anew")
        for file in files_of(Treatment.REMADE, paths):
            file.unlink()
    for each in waiting:
        keep_erasure(paths, marked_done(each))
    journal.unlink(missing_ok=True)
    return files


def finish_published(paths: Paths, progress: Progress) -> None:
    """Remove the versions of before an erasure, once one without the forgotten is published.

    Call it with the lock held, when readers see what is made of what is landed now.
    """
    waiting = [each for each in read_erasures(paths) if not each.is_done and each.is_landing_done]
    if not waiting:
        return
    for name in remove_all_but_current(paths):
        progress(f"erasing: version {name}")
    remove_leftovers(paths)
    sync(paths.published)
    for each in waiting:
        keep_erasure(paths, marked_done(each, published=True))


def _erase_load(
    store: Store,
    landed: LandedLoad,
    paths: Paths,
    erasers: Callable[[str], Eraser],
    interrupted: Collection[str],
    progress: Progress,
) -> Counter[str]:
    """Rewrite the rows of a load, and remove what is made of them and lies beside them."""
    load, eraser = landed.load, erasers(landed.load.source)
    known = known_formats().get(load.format)
    changed: Counter[str] = Counter()
    for path in store.rows_files(load):
        name = path.parent.name
        table = known.landed_tables.get(name) if known else None
        changed += erase_rows(path, table or Entity(name, ()), load.source, eraser)
    rejects = store.rejects_file(load.load_id)
    if rejects.exists():
        changed += erase_rejects(rejects, eraser)
    for path in store.lists_of_files(load.load_id):
        changed.update(dict.fromkeys(erase_names(path, eraser), 0))
    if changed or load.load_id in interrupted:
        progress(f"erasing: {load.load_id}, {changed.total()} rows")
        store.addresses_file(load.load_id).unlink(missing_ok=True)
        for made in paths.translated.glob(f"*/{glob.escape(load.load_id)}.parquet"):
            made.unlink()
        store.renew_hashes(load.load_id)
        Hashes.load(paths).let_go([load.load_id])
    return changed


def _erase_lists(paths: Paths, erasers: Callable[[str], Eraser]) -> dict[str, int]:
    """Erase the names in the lists of files that no load has; return the files, none of their rows.

    The next load writes these lists anew.
    """
    found: dict[str, int] = {}
    outside = sorted(paths.landing.glob("_outside/[!_.]*.parquet"))
    for path in (*outside, paths.settings / "file_rules.parquet"):
        named = erase_names(path, erasers(path.stem)) if path.exists() else []
        found |= dict.fromkeys(named, 0) if path in outside else {}
        if named:
            Hashes.load(paths).let_go([path.stem])
    return found


def _erase_texts(paths: Paths, eraser: Eraser) -> None:
    for file in files_of(Treatment.TEXT, paths):
        text = file.read_bytes().decode("utf-8", "surrogateescape")
        erased = eraser.inside_escaped(text)
        if erased != text:
            with written_whole(file) as temporary:
                temporary.write_bytes(erased.encode("utf-8", "surrogateescape"))
    for file in files_of(Treatment.DATABASE, paths):
        if file.suffix == ".db":
            try:
                _erase_database(file, eraser)
            except sqlite3.OperationalError:  # a full disk, a lock
                raise
            except sqlite3.DatabaseError as error:
                raise DamagedFileError(file, first_line(error), RUNS_REMEDY) from error


def _erase_database(file: Path, eraser: Eraser) -> None:
    """Replace texts in a SQLite database; what was there is overwritten."""
    with closing(sqlite3.connect(file, timeout=60)) as connection:
        connection.execute("pragma secure_delete = on")
        tables = connection.execute("select name from sqlite_master where type = 'table'")
        count = 0
        for (table,) in tables.fetchall():
            described = connection.execute(f'pragma table_info("{table}")').fetchall()
            for name in [column[1] for column in described]:
                count += _erase_column(connection, table, name, eraser)
        connection.commit()
        if count:
            connection.execute("pragma wal_checkpoint(truncate)")


def _erase_column(connection: sqlite3.Connection, table: str, name: str, eraser: Eraser) -> int:
    query = f'select rowid, "{name}" from "{table}" where typeof("{name}") = \'text\''
    changed = [
        (erased, row)
        for row, text in connection.execute(query)
        if (erased := eraser.inside_escaped(text)) != text
    ]
    connection.executemany(f'update "{table}" set "{name}" = ? where rowid = ?', changed)
    return len(changed)
