"""Gate 2: marts without a flaw pass; each flaw is found by the rule that is there for it."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from orchestration.errors import BlockedByGateError
from orchestration.paths import Paths
from orchestration.validation.marts import SUITES, validate_marts
from orchestration.validation.results import (
    GateResult,
    note_published_as,
    require_validated,
    write_gate_result,
)

SOUND_MARTS = """
    attach ':memory:' as warehouse;
    create schema warehouse.kpi;
    create schema warehouse.meta;
    create schema warehouse.core;
    create schema warehouse.staging;
    create table warehouse.kpi.kpi_catalog (kpi_id text, is_proportion boolean);
    insert into warehouse.kpi.kpi_catalog values ('rate', true), ('ratio', false), ('count', false);
    create table warehouse.kpi.kpi_values (
        kpi_id text, statistic text, grain text, value double, sample_size bigint,
        ci_low double, ci_high double, dimension text, period_start date, is_partial boolean,
        is_mature boolean
    );
    insert into warehouse.kpi.kpi_values values
        ('rate', 'value', 'month', 0.0, 3, 0.0, 0.5, 'all', '2026-08-01', false, null),
        ('rate', 'value', 'month', 1.0, 3, 0.5, 1.0, 'all', '2026-09-01', false, null),
        ('ratio', 'value', 'month', 1.7, 0, null, null, 'all', '2026-09-01', false, null),
        ('count', 'value', 'month', 12, null, null, null, 'all', '2026-09-01', false, null),
        ('count', 'value', 'year', null, null, null, null, 'all', '2026-01-01', true, null);
    create table warehouse.meta.load_reconciliation (
        source text, entity text, file text, records bigint, landed bigint,
        structural_rejects bigint, merged bigint, left_out bigint, current_rows bigint,
        superseded bigint, duplicates bigint, value_rejects bigint
    );
    insert into warehouse.meta.load_reconciliation values
        ('crm', 'deals', 'crm/deals.csv', 10, 9, 1, 0, 0, 5, 2, 1, 1),
        ('crm', null, 'crm/notes.csv', null, null, null, null, null, null, null, null, null);
    create table warehouse.core.dim_clock (as_of date, today date);
    insert into warehouse.core.dim_clock values ('2026-10-15', '2026-10-16');
    create table warehouse.staging.stg_settings__reporting (as_of date, today date);
    insert into warehouse.staging.stg_settings__reporting values (null, '2026-10-16');
    create table warehouse.meta.source_freshness (source text, newest_event_on date);
    insert into warehouse.meta.source_freshness values ('crm', '2026-10-15'), ('old', '2026-09-15');
"""


@pytest.fixture
def marts() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(SOUND_MARTS)
        yield connection


def found(connection: duckdb.DuckDBPyConnection, rows_before: dict[str, int] | None = None) -> str:
    suites = validate_marts(connection, rows_before or {})
    return "\n".join(line for suite in suites for line in suite.failures)


def test_sound_marts_pass(marts: duckdb.DuckDBPyConnection) -> None:
    suites = validate_marts(marts, {"kpi.kpi_values": 6, "core.gone": 9})
    assert [suite.name for suite in suites if not suite.success] == []
    assert sum(len(suite.expectations) for suite in suites) == 17


def test_the_pages_of_great_expectations_say_what_was_looked_at(
    marts: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    for _ in range(2):
        validate_marts(marts, {}, tmp_path / "docs")
    expected = tmp_path / "docs" / "expectations" / "kpi_values_are_plausible.html"
    assert "proportions are at most 1" in expected.read_text("utf-8")
    looks = sorted(page.parts[-4] for page in (tmp_path / "docs/validations").rglob("*.html"))
    assert looks == sorted(suite.name for suite in SUITES)


def months_of_meetings(last: float, is_partial: bool = False, months: int = 9) -> str:
    """Return the statement that adds a KPI around 100 a month, and its last month."""
    rows = [
        f"('count', 'mean', 'month', {100 + 3 * (n % 3)}, null, null, null, 'all', "
        f"date '2025-12-01' + interval {n} month, false, true)"
        for n in range(months)
    ]
    rows.append(
        f"('count', 'mean', 'month', {last}, null, null, null, 'all', '2026-09-01', "
        f"{is_partial}, true)"
    )
    return f"insert into warehouse.kpi.kpi_values values {', '.join(rows)}"


@pytest.mark.parametrize(
    ("statement", "is_unusual"),
    [
        (months_of_meetings(104), False),
        (months_of_meetings(130), False),
        (months_of_meetings(150), True),
        (months_of_meetings(20), True),
        (months_of_meetings(20, is_partial=True), False),
        (months_of_meetings(20, months=5), False),
    ],
)
def test_a_kpi_that_moved_more_than_its_history_suggests_is_a_warning_and_no_more(
    marts: duckdb.DuckDBPyConnection, statement: str, is_unusual: bool
) -> None:
    marts.execute(statement)
    (suite,) = [each for each in validate_marts(marts, {}) if each.name == "kpis_move_as_usual"]
    assert suite.success is not is_unusual
    assert not suite.is_blocking


def test_one_source_that_has_fallen_silent_is_a_warning(marts: duckdb.DuckDBPyConnection) -> None:
    marts.execute(
        "update warehouse.meta.source_freshness set newest_event_on = '2026-09-09' "
        "where source = 'old'"
    )
    message = found(marts)
    assert "a source's newest event is at most 35 days old: not the case for 1 (" in message
    assert "source old" in message


@pytest.mark.parametrize("is_counted", [True, False])
def test_marts_without_values_are_held_back_only_where_kpis_count_something(
    marts: duckdb.DuckDBPyConnection, is_counted: bool
) -> None:
    marts.execute("create table warehouse.kpi.kpi_components (event text)")
    marts.execute("delete from warehouse.kpi.kpi_values")
    if is_counted:
        marts.execute("insert into warehouse.kpi.kpi_components values ('touch')")
    (suite,) = [
        each for each in validate_marts(marts, {}) if each.name == "kpi_values_are_plausible"
    ]
    assert not suite.success
    assert suite.is_blocking is is_counted


@pytest.mark.parametrize(
    ("flaw", "message"),
    [
        (
            "delete from warehouse.kpi.kpi_values",
            "there are KPI values: observed 0: no KPI counts anything of the rows that could be "
            "read (deals 5)",
        ),
        (
            "insert into warehouse.kpi.kpi_values (kpi_id, statistic, grain, value) "
            "values ('roi', 'value', 'day', 1)",
            "every KPI is in the catalogue: not the case for 1 (kpi_id roi",
        ),
        (
            "update warehouse.kpi.kpi_values set value = 1.01, ci_high = 2 where value = 1",
            "proportions are at most 1: not the case for 1 (",
        ),
        (
            "update warehouse.kpi.kpi_values set value = -0.01, ci_low = -1 where value = 0",
            "proportions are at least 0: not the case for 1 (",
        ),
        (
            "update warehouse.kpi.kpi_values set value = 'inf' where kpi_id = 'count'",
            "values are finite: not the case for 2 (",
        ),
        (
            "update warehouse.kpi.kpi_values set value = 'nan' where kpi_id = 'ratio'",
            "values are finite: not the case for 1 (",
        ),
        (
            "update warehouse.kpi.kpi_values set sample_size = -1 where kpi_id = 'ratio'",
            "samples are not negative: not the case for 1 (",
        ),
        (
            "update warehouse.kpi.kpi_values set ci_low = 0.1 where value = 0",
            "values lie in their confidence interval: not the case for 1 (",
        ),
        (
            "update warehouse.meta.load_reconciliation set records = 11 where records = 10",
            "records = landed + structural rejects + merged + left out: not the case for 1 "
            "(records_lost 1, source crm, entity deals, file crm/deals.csv)",
        ),
        (
            "update warehouse.meta.load_reconciliation set superseded = 3 where superseded = 2",
            "landed = current + superseded + duplicates + value rejects: not the case for 1 (",
        ),
        (
            "update warehouse.core.dim_clock set as_of = '2026-10-17'",
            "as_of is today or earlier: not the case for 1 (",
        ),
        ("drop table warehouse.kpi.kpi_values", "no table kpi.kpi_values"),
    ],
)
def test_a_flaw_holds_the_marts_back(
    marts: duckdb.DuckDBPyConnection, flaw: str, message: str
) -> None:
    marts.execute(flaw)
    suites = validate_marts(marts, {})
    result = GateResult("run", "build", tuple(suites))
    (line,) = result.blocking_failures
    assert message in line


def test_stale_events_and_shrinking_tables_are_warnings_only(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    marts.execute("update warehouse.meta.source_freshness set newest_event_on = '2026-10-01'")
    suites = validate_marts(marts, {"kpi.kpi_values": 11})
    result = GateResult("run", "build", tuple(suites))
    assert result.blocking_failures == []
    stale, shrunk = sorted(result.warnings)
    assert "newest event is at most 7 days old" in stale
    assert "name kpi.kpi_values, rows_then 11, rows_now 5" in shrunk


def test_only_the_build_that_was_looked_at_may_be_published(
    marts: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    paths = Paths(tmp_path)
    with pytest.raises(BlockedByGateError, match="not validated yet"):
        require_validated(paths, "build")

    write_gate_result(paths, GateResult("run", "build", tuple(validate_marts(marts, {}))))
    require_validated(paths, "build")
    with pytest.raises(BlockedByGateError, match="not validated yet"):
        require_validated(paths, "the next build")

    note_published_as(paths, "v1")
    require_validated(paths, "build")
    require_validated(paths, "build", "v1")
    with pytest.raises(BlockedByGateError, match="not validated yet"):
        require_validated(paths, "build", "v2")

    marts.execute("delete from warehouse.kpi.kpi_values")
    write_gate_result(paths, GateResult("run", "build", tuple(validate_marts(marts, {}))))
    with pytest.raises(BlockedByGateError, match="not validated yet"):
        require_validated(paths, "build", "v1")
    with pytest.raises(BlockedByGateError, match="there are KPI values"):
        require_validated(paths, "build")
    assert (paths.state / "validations" / "run.json").exists()
