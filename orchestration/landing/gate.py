"""The place of gate 1 in landing: a load that is read is shown to a gate before it is added.

What belongs here: what the gate is shown, and what it must answer. What does not: any rule (see
`orchestration.validation.batches`).
"""

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

import duckdb

from orchestration.landing.report import FileReport, Load
from orchestration.landing.store import LandedLoad, Store
from orchestration.settings.declared import Source


@dataclass(frozen=True)
class Batch:
    """A load that has been read and is not yet added.

    Attributes:
        load: the load.
        source: what is declared about its source.
        files: its files, also those that were refused.
        rows: entity → Parquet file of its landed rows.
        earlier: the loads of the source that are built and lie before it, oldest first.
        store: the landing folder, to look into the earlier loads.
        connection: an open DuckDB.
        entity_rows: where the rows of an entity of a load lie; by default in the landing folder.
        made_of: load → entity → the tables of a tool that its rows were made of; nothing for what
            is generic.

    """

    load: Load
    source: Source
    files: Sequence[FileReport]
    rows: Mapping[str, Path]
    earlier: Sequence[LandedLoad]
    store: Store
    connection: duckdb.DuckDBPyConnection
    entity_rows: "Callable[[Load, str], Path] | None" = None
    made_of: Mapping[str, Mapping[str, Set[str]]] = field(default_factory=dict)

    def rows_of(self, load: Load, entity: str) -> Path:
        """Return the file of an earlier load's rows of an entity."""
        return (self.entity_rows or self.store.entity_rows)(load, entity)

    def is_alike(self, load: Load, entity: str) -> bool:
        """Tell whether the rows of an entity were made of the same tables in an earlier load.

        Where not, they are not to be compared: a list of deals names some companies only.
        """
        now, then = (self.made_of.get(each.load_id, {}) for each in (self.load, load))
        return now.get(entity) == then.get(entity)


@dataclass(frozen=True)
class Verdict:
    """What is to become of a held load, and why."""

    outcome: Literal["held_back", "dropped"]
    reason: str


class Gate(Protocol):
    """Decides whether a load may be built, and remembers what it holds back."""

    def prepare(self) -> None:
        """Get ready: a load is new and about to be read."""

    def reasons(self, batch: Batch) -> Sequence[str]:
        """Return why the batch is held back; nothing lets it through."""

    def verdict(self, load_id: str) -> Verdict:
        """Return what was decided about a load that is held back."""


class OpenGate:
    """Lets every load through."""

    def prepare(self) -> None:
        """Do nothing."""

    def reasons(self, _: Batch) -> Sequence[str]:
        """Return nothing."""
        return ()

    def verdict(self, _: str) -> Verdict:
        """Return that nothing was decided."""
        return Verdict("held_back", "an earlier refresh held it back")
