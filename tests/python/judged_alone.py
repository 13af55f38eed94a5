"""Batches that gate 1 judges alone: without landing them and without a build.

What belongs here: the way from a load's tables to the reasons that hold it back, beside the loads
of its source before. What does not: the tables (see `small_companies.py`, `daily_exports.py`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, cast

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.formats.descriptions import GENERIC, known_formats
from orchestration.landing.gate import Batch
from orchestration.landing.report import FileReport, Load
from orchestration.landing.store import LandedLoad, Store
from orchestration.settings.declared import Source
from orchestration.validation.batch_measures import Measures, measure_batch
from orchestration.validation.batches import rules
from orchestration.validation.thresholds import Values, read_thresholds

Tables = Mapping[str, Sequence[Mapping[str, str]]]


@dataclass
class Judge:
    """The gate over the loads of a company, whose rows lie in `folder`."""

    folder: Path
    sources: Mapping[str, Source]
    loads: dict[str, list[LandedLoad]] = field(default_factory=dict)
    thresholds: Values = field(default_factory=lambda: read_thresholds(Path("none")).of(""))
    connection: duckdb.DuckDBPyConnection = field(default_factory=duckdb.connect)
    judged: int = 0

    def reasons(self, source: str, day: date, tables: Tables) -> list[str]:
        """Return why the tables of a day would be held back."""
        self.judged += 1  # a path of its own each time: DuckDB remembers what lay there
        load, rows = self._write(source, day, tables, f"judged_{self.judged}")
        batch = Batch(
            load=load.load,
            source=self.sources[source],
            files=load.files,
            rows=rows,
            earlier=self.loads.get(source, []),
            store=Store(self.folder),
            connection=self.connection,
            entity_rows=lambda each, entity: self._path("landed", each, entity),
        )
        return [
            reason
            for measures in measure_batch(batch, self.thresholds)
            for reason in broken(measures, self.thresholds)
        ]

    def land(self, source: str, day: date, tables: Tables) -> None:
        """Have the tables of a day among the loads before what comes."""
        load, _ = self._write(source, day, tables, "landed")
        self.loads.setdefault(source, []).append(load)

    def _write(
        self, source: str, day: date, tables: Tables, place: str
    ) -> tuple[LandedLoad, dict[str, Path]]:
        load = Load(
            source, GENERIC, f"{source}@{day:%Y%m%d}", datetime.combine(day, time()), 1, "", ""
        )
        entities = known_formats()[GENERIC].entities
        files, paths = [], {}
        for name, rows in tables.items():
            columns = entities[name].column_names
            there = {*rows[0]} if rows else {*columns}
            table = {
                column: pa.array([row.get(column, "") for row in rows], pa.string())
                for column in columns
            }
            paths[name] = self._path(place, load, name)
            paths[name].parent.mkdir(parents=True, exist_ok=True)
            pq.write_table(pa.table(table), paths[name])
            missing = tuple(column for column in columns if column not in there)
            files.append(
                FileReport(
                    f"{name}.csv",
                    "landed",
                    entity=name,
                    records=len(rows),
                    landed=len(rows),
                    structural_rejects=0,
                    missing_columns=missing,
                )
            )
        return LandedLoad(load, tuple(files)), paths

    def _path(self, place: str, load: Load, entity: str) -> Path:
        return self.folder / place / entity / f"{load.load_id}.parquet"


def broken(measures: Measures, thresholds: Values) -> list[str]:
    """Return what the rules say of measures, without Great Expectations."""
    found = []
    for rule in rules(thresholds):
        name = cast(str, rule.arguments["column"])
        value: Any = getattr(measures, name)
        least = rule.arguments.get("min_value", value)
        most = rule.arguments.get("max_value", value)
        if value is not None and not least <= value <= most:
            told = measures.told.get(name, f"{value:.2f}")
            found.append(f"{rule.says}; entity {measures.entity} {measures.column_name}: {told}")
    return found
