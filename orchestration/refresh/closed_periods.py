"""The past of new marts beside that of the version that readers see.

What belongs here: finding what is another now and what explains it, for gate 2, and holding the
version back. What does not: each of these (see `publication/restatements.py`, `validation/`), and
telling people (see `summary/restated.py`).
"""

from datetime import date
from pathlib import Path

import duckdb

from orchestration.files import written_whole
from orchestration.paths import Paths
from orchestration.publication.opening import current_database
from orchestration.publication.restatements import make_restatements
from orchestration.publication.versions import current_name
from orchestration.quoting import quoted_text
from orchestration.validation.explanations import (
    ACCEPTED,
    Explanation,
    explain,
    explanations,
    said_in,
)
from orchestration.validation.held_versions import HeldVersion, accepted_values, hold_version
from orchestration.validation.origins import origins_of, read_noted
from orchestration.validation.restated import SUITE, Restated, make_measures
from orchestration.validation.results import GateResult
from orchestration.validation.thresholds import Values


def restatements_file(paths: Paths) -> Path:
    """Return the file of what the validated marts would make of the past, for their publication."""
    return paths.state / "restatements.parquet"


def compare(
    connection: duckdb.DuckDBPyConnection,
    paths: Paths,
    build_id: str,
    limits: Values,
    headlines: list[str],
) -> Restated:
    """Compare the past with that of the published version, and make the measures of gate 2.

    Args:
        connection: has the new warehouse attached as `warehouse`.
        paths: the data folder.
        build_id: what is in the warehouse.
        limits: those of `gates.yml`.
        headlines: the KPIs that readers see first; none for those that the catalogue marks.

    """
    version, before = current_name(paths), current_database(paths)
    make_restatements(connection, before, version)
    found: list[Explanation] = []
    is_another = connection.execute("from restatements limit 1").fetchone() is not None
    if before is not None and version is not None and is_another:
        then, now = origins_of(paths, version), read_noted(paths, build_id)
        told_until = _told_until(before) if then is not None else {}
        found = explanations(connection, paths, then, now, told_until)
        explain(connection, found, accepted_values(paths, version))
    reasons = {each.what: (each.kind, each.name) for each in found}
    reasons[said_in("en", ACCEPTED)] = (ACCEPTED, "")
    with written_whole(restatements_file(paths), is_durable=False) as temporary:
        connection.execute(
            f"copy restatements to {quoted_text(temporary)} (format parquet, compression zstd)"
        )
    return make_measures(connection, before, limits, headlines, reasons)


def _told_until(database: Path) -> dict[str, date]:
    """Return the newest day of which each source had told a published version."""
    with duckdb.connect(str(database), read_only=True) as connection:
        rows = connection.execute(
            """
            select source, newest_event_on from meta.source_freshness
            where newest_event_on is not null
            """
        ).fetchall()
    return dict(rows)


def hold(
    paths: Paths, connection: duckdb.DuckDBPyConnection, result: GateResult
) -> HeldVersion | None:
    """Hold the version back when its past is why it may not be published."""
    (suite,) = [each for each in result.suites if each.name == SUITE]
    if suite.success or result.version_before is None:
        return None
    then, now = origins_of(paths, result.version_before), read_noted(paths, result.build_id)
    known = {*(then.loads if then else ())}
    new = [load_id for load_id in (now.loads if now else ()) if then and load_id not in known]
    table = result.restated.table() if result.restated else []
    return hold_version(
        paths, connection, result.run_id, result.version_before, suite.broken, table, new
    )
