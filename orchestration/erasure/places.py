"""Where in a data folder people's data may lie, and what an erasure does there.

What belongs here: the registry; every file below the data folder belongs to one of its entries (a
test walks a folder after a refresh). What does not: doing it (see `forgetting.py`).
"""

from dataclasses import dataclass
from enum import Enum
from pathlib import Path, PurePosixPath

from orchestration.paths import Paths


class Treatment(Enum):
    """What becomes of the files of a place."""

    ROWS = "rewritten cell by cell"
    REMADE = "removed, and made anew from the rewritten rows by the next refresh"
    OF_LOAD = "removed with the rows of its load, and made anew"
    NAMES = "names of files and headers replaced where they name somebody"
    TEXT = "addresses and names replaced where they stand in a text"
    DATABASE = "addresses and names replaced in the texts of a small database"
    REPUBLISHED = "a new version follows; versions of before are removed"
    NOTHING = "holds nothing about people"


@dataclass(frozen=True)
class Place:
    """Files of a data folder.

    Attributes:
        pattern: which ones, below the data folder; `**` is any depth.
        treatment: what an erasure does with them.
        what: what they hold.

    """

    pattern: str
    treatment: Treatment
    what: str


PLACES = (
    Place("landing/_addresses/**", Treatment.OF_LOAD, "the addresses of each load in one form"),
    Place("landing/_held/_addresses/**", Treatment.OF_LOAD, "the same of held batches"),
    Place("landing/_columns/**", Treatment.NAMES, "how amounts and times are written"),
    Place("landing/_held/_columns/**", Treatment.NAMES, "the same of held batches"),
    Place("landing/_loads/**", Treatment.NAMES, "what became of each file"),
    Place("landing/_held/_loads/**", Treatment.NAMES, "the same of held batches"),
    Place("landing/_outside/**", Treatment.NAMES, "which files were not read, and why"),
    Place("landing/.scratch/**", Treatment.REMADE, "temporary files"),
    Place("landing/**", Treatment.ROWS, "landed rows, rejects and held batches"),
    Place("translated/**", Treatment.OF_LOAD, "what tools' rows become"),
    Place("warehouse.duckdb*", Treatment.REMADE, "the private warehouse"),
    Place("spark/**", Treatment.REMADE, "what Spark has built"),
    Place("published/**", Treatment.REPUBLISHED, "versions for readers: people by pseudonym"),
    Place("reports/**", Treatment.TEXT, "reports of past periods"),
    Place("state/dbt/**", Treatment.REMADE, "what dbt has compiled and logged"),
    Place("state/data_docs/**", Treatment.TEXT, "what Great Expectations found"),
    Place("state/mappings/**", Treatment.NOTHING, "what users say of their columns"),
    Place("state/settings/file_rules.parquet", Treatment.NAMES, "how each file is written"),
    Place("state/settings/**", Treatment.NOTHING, "settings and reference tables as read"),
    Place("state/restatements.parquet", Treatment.NOTHING, "KPI values that became others"),
    Place("state/held_versions/**", Treatment.NOTHING, "KPI values of a version that is held"),
    Place("state/*.key", Treatment.NOTHING, "secrets"),
    Place("state/*.key.new", Treatment.NOTHING, "a secret that takes another's place"),
    Place("state/*.lock", Treatment.NOTHING, "which process is at work"),
    Place("state/**", Treatment.TEXT, "records of refreshes, gates and decisions"),
    Place("dagster/**/*.db*", Treatment.DATABASE, "Dagster's runs and schedules"),
    Place("dagster/**", Treatment.TEXT, "Dagster's logs and settings"),
)


def place_of(file: Path, paths: Paths) -> Place | None:
    """Return the place that a file belongs to, the first one that names it; None when none does."""
    name = PurePosixPath(file.relative_to(paths.data).as_posix())
    return next((place for place in PLACES if _matches(name, place.pattern)), None)


def files_of(treatment: Treatment, paths: Paths) -> list[Path]:
    """Return the files below a data folder that are treated so; links are not followed."""
    return [
        file
        for file in sorted(paths.data.rglob("*"))
        if file.is_file() and not file.is_symlink()
        if (place := place_of(file, paths)) is not None and place.treatment is treatment
    ]


def _matches(name: PurePosixPath, pattern: str) -> bool:
    """Tell whether a name matches: `x/**` is all below x, `x/**/y` such names at any depth."""
    if pattern.endswith("/**"):
        return name.is_relative_to(pattern.removesuffix("/**"))
    if "/**/" in pattern:
        folder, _, last = pattern.partition("/**/")
        return name.is_relative_to(folder) and name.match(last)
    return name.match(pattern) and len(name.parts) == len(PurePosixPath(pattern).parts)
