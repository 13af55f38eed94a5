"""The translated loads: what lies where, and keeping them equal to what was landed.

What belongs here: the folder `data/translated`, and when a load is translated. What does not: how
(see `translation.py`).

A translation is kept as long as it was made from the same landed load, by the same format and the
same words. When that is no longer so for one load of a source, all loads of the source are
translated anew: a record that looks otherwise only because of a new rule is no changed record.
"""

import csv
import hashlib
import tempfile
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.environment import PROJECT_DIR
from orchestration.files import put_in_place, write_table
from orchestration.formats.descriptions import GENERIC, known_formats
from orchestration.landing.columns import column_evidence
from orchestration.landing.gate import Batch
from orchestration.landing.mapping.sources import Mappings
from orchestration.landing.report import FileReport, Load
from orchestration.landing.rows import landed_schema
from orchestration.landing.store import EMPTY, LandedLoad, Store
from orchestration.landing.translation import LEDGER_SCHEMA, Translation, macros, translate
from orchestration.paths import Paths

ENGINE = "6"
"""Raised when the same format and the same rows would be translated otherwise."""

LEDGER = "_made"
_MADE_FROM = b"made_from"

_ANY_STAGE = "any"
"""Stands in `stage_probabilities` for every stage that it does not name."""


def stage_outcomes(
    own: Iterable[Mapping[str, object]] = (), weighed: Iterable[Mapping[str, object]] = ()
) -> dict[str, str]:
    """Return what a stage says of its deal (won, lost or open), by its compared name.

    What the reference table `funnel_stages` says of it. A stage that the company gives a chance of
    winning of its own is an open one, unless that table says otherwise.

    Args:
        own: the company's own rows of the table, which take precedence.
        weighed: the company's own rows of the table `stage_probabilities`.

    """
    shipped = PROJECT_DIR / "seeds" / "funnel_stages.csv"
    with shipped.open(encoding="utf-8", newline="") as lines:
        told = [*csv.DictReader(lines), *own]
    rows = [*((row["stage"], "open") for row in weighed if row["stage"] != _ANY_STAGE)]
    rows += [(row["stage"], str(row["outcome"])) for row in told if row["outcome"]]
    return {_compared(str(stage)): outcome for stage, outcome in rows}


def _compared(stage: str) -> str:
    """Return a stage as the macro `folded` of the translation compares it."""
    return unicodedata.normalize("NFC", " ".join(stage.split())).lower()


@dataclass(frozen=True)
class Translated:
    """The folder of translated loads, beside the landing folder it is made from.

    `mappings` is what users' mapping files say of the sources.
    """

    root: Path
    store: Store
    mappings: Mappings = field(default_factory=Mappings)
    reporting_currency: str = ""

    def prepare(self) -> None:
        """Make sure that every pattern finds a file."""
        for entity in known_formats()[GENERIC].entities.values():
            schema = landed_schema(entity).append(pa.field("_row", pa.int64()))
            self._write_empty(self.rows_file(entity.name, EMPTY), schema)
        self._write_empty(self._ledger_file(EMPTY), LEDGER_SCHEMA)

    def make(
        self,
        load: Load,
        tables: Mapping[str, Path],
        outcomes: Mapping[str, str],
        connection: duckdb.DuckDBPyConnection,
    ) -> Translation | None:
        """Return what a load becomes, in the scratch folder; None when it is generic already.

        Args:
            load: the load.
            tables: table → Parquet file of its landed rows.
            outcomes: what stages mean (see `stage_outcomes`).
            connection: an open DuckDB.

        """
        export_format = self.mappings.format_of(load.source, load.format)
        if export_format.is_generic:
            return None
        self.store.scratch.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(dir=self.store.scratch))
        own = self.mappings.outcomes_of(load.source, outcomes)
        return translate(
            export_format,
            tables,
            load.source,
            load.load_id,
            own,
            folder,
            connection,
            self.reporting_currency,
        )

    def batch(self, batch: Batch, made: Translation | None) -> Batch:
        """Return what gate 1 is to judge: of a tool's load what it becomes."""
        if made is None:
            return batch
        ledgers = {each.load.load_id: self._ledger(each.load) for each in batch.earlier}
        own = made.ledger.to_pylist()
        return replace(
            batch,
            files=_made_files(batch.files, own),
            rows={entity: path for entity, path in made.rows.items() if _row_count(path)},
            earlier=[
                replace(each, files=_made_files(each.files, ledgers[each.load.load_id]))
                for each in batch.earlier
            ],
            entity_rows=self.entity_rows,
            made_of={
                load_id: _made_of(ledger)
                for load_id, ledger in {**ledgers, batch.load.load_id: own}.items()
            },
        )

    def keep(
        self,
        landed: LandedLoad,
        made: Translation,
        outcomes: Mapping[str, str],
        connection: duckdb.DuckDBPyConnection,
    ) -> None:
        """Keep what a load became and what its columns show, the ledger last."""
        load_id = landed.load.load_id
        entities = known_formats()[GENERIC].entities
        self.store.add_columns(
            landed.load,
            {
                name: column_evidence(
                    path,
                    entities[name],
                    entities[name].column_names,
                    connection,
                    is_one_file=False,
                )
                for name, path in made.rows.items()
            },
        )
        self.store.addresses_file(load_id).unlink(missing_ok=True)  # they are of other rows
        for entity in entities:
            target = self.rows_file(entity, load_id)
            path = made.rows.get(entity)
            if path is None or not _row_count(path):
                target.unlink(missing_ok=True)
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            put_in_place(path, target)
        made_from = self._made_from(landed, outcomes).encode()
        ledger = made.ledger.replace_schema_metadata({_MADE_FROM: made_from})
        write_table(ledger, self._ledger_file(load_id))

    def entity_rows(self, load: Load, entity: str) -> Path:
        """Return the file of a load's rows of an entity; it exists when it has any."""
        if load.format == GENERIC:
            return self.store.entity_rows(load, entity)
        return self.rows_file(entity, load.load_id)

    def renew(self, outcomes: Mapping[str, str], connection: duckdb.DuckDBPyConnection) -> None:
        """Translate what is new, and all loads of a source of which one would come out otherwise.

        Loads that are gone lose their translation.
        """
        by_source: dict[str, list[LandedLoad]] = {}
        for each in self.store.all_loads():
            if each.load.format != GENERIC:
                by_source.setdefault(each.load.source, []).append(each)
        kept = {each.load.load_id for loads in by_source.values() for each in loads} | {EMPTY}
        for path in self.root.glob("*/*.parquet"):
            if path.stem not in kept:
                path.unlink()
        for loads in by_source.values():
            reasons = {each.load.load_id: self._made_from(each, outcomes) for each in loads}
            known = {load_id: self._known(load_id) for load_id in reasons}
            is_renewed = any(
                known[load_id] not in (None, reason) for load_id, reason in reasons.items()
            )
            for each in loads:
                if is_renewed or known[each.load.load_id] is None:
                    self.store.check_hashes([each])
                    made = self.make(each.load, self._tables(each), outcomes, connection)
                    if made is not None:
                        self.keep(each, made, outcomes, connection)

    def _tables(self, landed: LandedLoad) -> dict[str, Path]:
        export_format = self.mappings.format_of(landed.load.source, landed.load.format)
        files = {
            name: self.store.entity_rows(landed.load, name) for name in export_format.landed_tables
        }
        return {name: path for name, path in files.items() if path.exists()}

    def _made_from(self, landed: LandedLoad, outcomes: Mapping[str, str]) -> str:
        """Return the hash of all that a translation depends on."""
        load = landed.load
        digest = hashlib.sha256()
        for part in (
            ENGINE,
            repr(self.mappings.format_of(load.source, load.format)),
            repr(known_formats()[GENERIC]),
            macros(),
            load.load_id,
            load.content_sha256,
            repr(sorted(self.mappings.outcomes_of(load.source, outcomes).items())),
            self.reporting_currency,
        ):
            digest.update(part.encode() + b"\0")
        return digest.hexdigest()

    def _known(self, load_id: str) -> str | None:
        """Return what a translation was made from; None when there is none that can be read."""
        try:
            metadata = pq.read_schema(self._ledger_file(load_id)).metadata or {}
        except (OSError, pa.ArrowInvalid):
            return None
        return bytes(metadata.get(_MADE_FROM, b"")).decode()

    def _ledger(self, load: Load) -> list[dict[str, Any]]:
        path = self._ledger_file(load.load_id)
        rows: list[dict[str, Any]] = pq.read_table(path).to_pylist() if path.exists() else []
        return rows

    def rows_file(self, entity: str, load_id: str) -> Path:
        """Return where a load's rows of an entity lie."""
        return self.root / entity / f"{load_id}.parquet"

    def _ledger_file(self, load_id: str) -> Path:
        return self.root / LEDGER / f"{load_id}.parquet"

    def _write_empty(self, path: Path, schema: pa.Schema) -> None:
        try:
            if pq.read_schema(path).equals(schema):
                return
        except (OSError, pa.ArrowInvalid):
            pass
        write_table(schema.empty_table(), path, is_durable=False)


def files_of_rows(paths: Paths, entity: str) -> list[Path]:
    """Return the files of a generic entity's rows of all loads: landed, held back, translated."""
    generic = paths.landing / "generic", paths.landing / "_held" / "generic"
    return [
        path
        for folder in (*generic, paths.translated)
        for path in sorted((folder / entity).glob("[!.]*.parquet"))
    ]


def _made_files(
    files: Sequence[FileReport], ledger: Sequence[Mapping[str, Any]]
) -> tuple[FileReport, ...]:
    """Return a report per file and entity that was made of it, besides the files that were not."""
    landed = {file.file: file for file in files if file.outcome == "landed"}
    made: dict[tuple[str, str], int] = {}
    for row in ledger:
        key = (row["file"], row["entity"])
        made[key] = made.get(key, 0) + row["made"]
    return (
        *(file for file in files if file.outcome != "landed"),
        *(
            replace(landed[file], entity=entity, landed=rows, missing_columns=())
            for (file, entity), rows in made.items()
            if file in landed and rows
        ),
    )


def _made_of(ledger: Iterable[Mapping[str, Any]]) -> dict[str, set[str]]:
    """Return of which tables the rows of each entity were made."""
    tables: dict[str, set[str]] = {}
    for row in ledger:
        tables.setdefault(row["entity"], set()).add(row["source_table"])
    return tables


def _row_count(path: Path) -> int:
    return int(pq.read_metadata(path).num_rows)
