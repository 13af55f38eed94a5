"""What a build was made from, part by part, so that a version can be told from the one before.

What belongs here: hashes of settings, mappings, reference tables and the project, and the names of
the loads. What does not: one hash over all of it (see `refresh/inputs.py`), and what a difference
explains (see `explanations.py`).
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from orchestration.files import read_json_as, write_json
from orchestration.landing.mapping.sources import ENDING
from orchestration.landing.reference_tables import REFERENCE_TABLES
from orchestration.landing.store import Store
from orchestration.paths import Paths
from orchestration.settings.declared import read_declared
from orchestration.settings.keys import key_mark, read_or_make_key

_NO_FIGURES = ("as_of", "language", "report_rhythm", "headline_kpis", "publish_crm_ids")
"""Settings by which no figure of a closed period changes."""


@dataclass(frozen=True)
class Origins:
    """What a build was made from.

    Attributes:
        build_id: the build.
        release: a hash of the project, its code and packages.
        reporting: a hash of the settings of the reporting that change figures.
        sources: source → a hash of what is declared of it.
        mappings: source → a hash of its mapping file.
        reference: reference table → a hash of the company's own rows.
        own_kpis: a hash of the company's own KPIs.
        loads: the ids of the loads.

    """

    build_id: str
    release: str
    reporting: str
    sources: Mapping[str, str]
    mappings: Mapping[str, str]
    reference: Mapping[str, str]
    own_kpis: str
    loads: Sequence[str]


def note_origins(paths: Paths, exports: Path, build_id: str, release: str) -> None:
    """Keep what a build that begins is made from; call it after the load."""
    declared = read_declared(exports)
    reporting = dict(declared.get("reporting") or {})
    for name in _NO_FIGURES:
        reporting.pop(name, None)
    if reporting.get("rep_names") is False:
        reporting["key"] = key_mark(read_or_make_key(paths))  # another one gives reps other names
    tables = {
        path.stem: _hash(str(pq.read_table(path).to_pylist()))
        for path in sorted((paths.settings / "reference").glob("*.parquet"))
    }
    origins = Origins(
        build_id,
        release,
        _hash(reporting),
        {str(name): _hash(said) for name, said in (declared.get("sources") or {}).items()},
        {
            path.name.removesuffix(ENDING): _hash(path.read_text(encoding="utf-8"))
            for path in sorted((paths.state / "mappings").glob(f"*{ENDING}"))
        },
        {name: rows for name, rows in tables.items() if name in REFERENCE_TABLES},
        _hash({name: rows for name, rows in tables.items() if name not in REFERENCE_TABLES}),
        [load_id for _, load_id in Store(paths.landing).load_ids()],
    )
    write_json(_file(paths), asdict(origins))


def read_noted(paths: Paths, build_id: str) -> Origins | None:
    """Return what a build was made from; None when that was not noted."""
    noted = read_json_as(
        _file(paths), lambda content: Origins(**content), "delete it, and run `prospection build`"
    )
    return noted if noted is not None and noted.build_id == build_id else None


def keep_origins(paths: Paths, version: str, origins: Origins | None, kept: Sequence[str]) -> None:
    """Keep what a published version was made from, beside that of the other `kept` versions."""
    known = _origins_of_versions(paths)
    now = {version: origins} if origins is not None else {}
    listed = {name: known[name] for name in kept if name in known}
    content = {name: asdict(each) for name, each in {**listed, **now}.items()}
    write_json(_versions_file(paths), content)


def origins_of(paths: Paths, version: str) -> Origins | None:
    """Return what a published version was made from; None when that is not known."""
    return _origins_of_versions(paths).get(version)


def _origins_of_versions(paths: Paths) -> dict[str, Origins]:
    remedy = (
        "restore it from a backup; or delete it: what the next version makes of closed periods is "
        "then told, and not judged"
    )
    return read_json_as(_versions_file(paths), _as_origins, remedy) or {}


def _as_origins(content: Any) -> dict[str, Origins]:
    return {name: Origins(**each) for name, each in content.items()}


def _hash(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _file(paths: Paths) -> Path:
    return paths.state / "origins.json"


def _versions_file(paths: Paths) -> Path:
    return paths.state / "origins_of_versions.json"
