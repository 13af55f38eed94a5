"""A company's own KPIs: `kpis.yml` beside its `sources.yml`.

What belongs here: reading that file and writing its rows as the Parquet that dbt reads. What does
not: what a block may say (see `definitions.py`), and the merging with ours (models in staging).
"""

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa

from orchestration.environment import PROJECT_DIR
from orchestration.errors import ConfigurationError
from orchestration.files import write_table
from orchestration.kpis.blocks import read_blocks
from orchestration.kpis.catalogue import OWN_PREFIX
from orchestration.kpis.definitions import Kpi, read_kpi
from orchestration.kpis.events import read_events, read_sets
from orchestration.kpis.rows import CATALOG_COLUMNS, TERM_COLUMNS, Row, catalog_rows, term_rows
from orchestration.paths import Paths

OWN_KPIS_FILE = "kpis.yml"

_TYPES = {
    "window_days": pa.int32(),
    "min_sample": pa.int32(),
    "is_proportion": pa.bool_(),
    "is_headline": pa.bool_(),
    "is_zero_filled": pa.bool_(),
    "weight": pa.float64(),
}
"""The columns that are no texts."""


def read_own_kpis(exports: Path, project_dir: Path = PROJECT_DIR) -> list[Kpi]:
    """Return the KPIs of `kpis.yml` in the exports; none without the file.

    Raises:
        ConfigurationError: a block cannot be right; file and line are named.

    """
    other = exports / "kpis.yaml"
    if other.exists():
        raise ConfigurationError(f"Rename {other} to {OWN_KPIS_FILE}: it is not read.")
    path = exports / OWN_KPIS_FILE
    blocks = read_blocks(path, OWN_KPIS_FILE) if path.exists() else None
    if blocks is None:
        return []
    sets = read_sets(project_dir)
    events = read_events(project_dir, sets)
    kpis = []
    for kpi_id in blocks:
        block = blocks.block(kpi_id)
        if not kpi_id.startswith(OWN_PREFIX):
            raise block.place.error(
                f"the id '{kpi_id}' must begin with '{OWN_PREFIX}', so that it is never one of "
                f"ours: '{OWN_PREFIX}{kpi_id}'"
            )
        if "computed_in" in block:
            raise block.where("computed_in").error(
                f"{kpi_id} must be made of events: 'computed_in' names a model of the project"
            )
        kpis.append(read_kpi(kpi_id, block, None, events, sets))
    return kpis


def write_own_kpis(kpis: Iterable[Kpi], paths: Paths) -> None:
    """Write catalogue and terms of the company's own KPIs as Parquet; both may be empty."""
    kpis = list(kpis)
    for name, rows, columns in (
        ("kpi_catalog", catalog_rows(kpis), CATALOG_COLUMNS),
        ("kpi_terms", term_rows(kpis), TERM_COLUMNS),
    ):
        _write(rows, columns, paths.settings / "reference" / f"{name}.parquet")


def _write(rows: Iterable[Row], columns: Iterable[str], target: Path) -> None:
    schema = pa.schema([(column, _TYPES.get(column, pa.string())) for column in columns])
    data = pa.Table.from_pylist([dict(row) for row in rows], schema=schema)
    write_table(data, target, is_durable=False)
