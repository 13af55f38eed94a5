"""What Dagster loads: one lineage, one job, one schedule, in the reporting time zone."""

import os
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.definitions.assets.graph.asset_graph import AssetGraph

from orchestration.dagster.assets import (
    EXPORTS,
    LATE_AFTER,
    LOADS,
    POOL,
    PUBLISHED_VERSION,
    REPORT_SNAPSHOTS,
    SNAPSHOT,
    STALE_AFTER,
    VALIDATED_MARTS,
)
from orchestration.dagster.building import build_definitions
from orchestration.dagster.instance import clear_leftovers, open_instance
from orchestration.dagster.jobs import REFRESH, STAGES
from orchestration.environment import Environment
from orchestration.paths import Paths

LAYERS = (
    "landing",
    "reference",
    "staging",
    "intermediate",
    "core",
    "kpi",
    "bi",
    "meta",
    "publication",
)


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    folder = tmp_path_factory.mktemp("definitions")
    (folder / "exports" / "crm").mkdir(parents=True)
    settings = folder / "exports" / "sources.yml"
    settings.write_text("reporting: {timezone: America/Sao_Paulo}\n", encoding="utf-8")
    return Environment(folder / "exports", Paths(folder / "data"), refresh_at="05:30")


@pytest.fixture(scope="module")
def definitions(environment: Environment) -> dg.Definitions:
    os.environ.update(environment.variables)
    try:
        return build_definitions(environment)
    finally:
        for name in environment.variables:
            del os.environ[name]


@pytest.fixture(scope="module")
def graph(definitions: dg.Definitions) -> AssetGraph:
    return definitions.resolve_asset_graph()


def test_the_stages_of_the_job_are_those_of_the_command_line(definitions: dg.Definitions) -> None:
    job = definitions.resolve_job_def(REFRESH)
    assert [node.name for node in job.nodes_in_topological_order] == [*STAGES, SNAPSHOT]


def test_the_ends_of_the_lineage_are_the_exports_and_the_published_version(
    graph: AssetGraph,
) -> None:
    assert graph.get(PUBLISHED_VERSION).parent_keys == {VALIDATED_MARTS}
    seeds = {key for key in graph.get_all_asset_keys() if group(graph, key) == "reference"}
    roots = {key for key in graph.get_all_asset_keys() if not graph.get(key).parent_keys}
    assert roots - seeds == {EXPORTS}
    assert graph.get(REPORT_SNAPSHOTS).parent_keys == {PUBLISHED_VERSION}
    ends = {key for key in graph.get_all_asset_keys() if not graph.get(key).child_keys}
    layers_that_end = {group(graph, key) for key in ends - {REPORT_SNAPSHOTS}}
    assert layers_that_end <= {"reference", "landing", "staging", "intermediate"}


def group(graph: AssetGraph, key: dg.AssetKey) -> str:
    return graph.get(key).group_name or ""


def test_every_layer_only_looks_down(graph: AssetGraph) -> None:
    for key in graph.get_all_asset_keys():
        rank = LAYERS.index(group(graph, key))
        for parent in graph.get(key).parent_keys:
            assert LAYERS.index(group(graph, parent)) <= rank, f"{key} reads {parent}"


def test_landing_feeds_staging_and_the_marts_feed_the_gate(graph: AssetGraph) -> None:
    assert (
        dg.AssetKey(["generic", "activities"])
        in graph.get(dg.AssetKey(["staging", "stg_generic__activities"])).parent_keys
    )
    marts = {key for key in graph.get_all_asset_keys() if group(graph, key) in set(LAYERS[4:-1])}
    assert dg.AssetKey(["kpi", "kpi_values"]) in marts
    assert graph.get(VALIDATED_MARTS).parent_keys == marts


def test_what_opens_the_warehouse_shares_one_pool(definitions: dg.Definitions) -> None:
    job = definitions.resolve_job_def(REFRESH)
    pools = {node.name: job.get_node_named(node.name).definition.pool for node in job.nodes}
    assert pools == {
        "load": None,
        "build": POOL,
        "validate": POOL,
        "publish": POOL,
        "snapshot": None,
    }


def test_the_gate_is_a_blocking_check_of_the_marts(graph: AssetGraph) -> None:
    checks = {
        key.name: graph.get_check_spec(key).blocking
        for key in graph.asset_check_keys
        if key.asset_key == VALIDATED_MARTS
    }
    assert checks == {
        "kpi_values_are_plausible": True,
        "closed_periods_stay": True,
        "landing_adds_up": True,
        "as_of_is_not_in_the_future": True,
        "events_are_fresh": False,
        "sources_are_fresh": False,
        "kpis_move_as_usual": False,
        "volumes_are_stable": False,
    }


def test_gate_1_is_a_check_of_the_loads_that_blocks_nothing(graph: AssetGraph) -> None:
    checks = {
        key.name: graph.get_check_spec(key).blocking
        for key in graph.asset_check_keys
        if key.asset_key == LOADS
    }
    assert checks == {"batch_is_plausible": False}


def test_the_published_version_has_a_freshness_policy(graph: AssetGraph) -> None:
    policy = graph.get(PUBLISHED_VERSION).freshness_policy
    assert policy is not None
    assert policy.warn_window.to_timedelta() == LATE_AFTER
    assert policy.fail_window.to_timedelta() == STALE_AFTER


def test_the_sensors_look_out_by_themselves(definitions: dg.Definitions) -> None:
    sensors = {
        sensor.name: sensor.default_status
        for sensor in definitions.sensors or []
        if isinstance(sensor, dg.SensorDefinition)
    }
    running = dg.DefaultSensorStatus.RUNNING
    assert sensors == {"new_exports": running, "died_refresh": running}


def test_the_instance_watches_runs_and_freshness(tmp_path: Path) -> None:
    with open_instance(Paths(tmp_path)) as instance:
        assert instance.run_monitoring_enabled
        assert instance.run_monitoring_max_runtime_seconds == 21_600
        assert instance.freshness_enabled


def test_the_schedule_runs_by_itself_in_the_reporting_time_zone(
    definitions: dg.Definitions,
) -> None:
    (schedule,) = definitions.schedules or []
    assert isinstance(schedule, dg.ScheduleDefinition)
    assert schedule.job_name == REFRESH
    assert schedule.cron_schedule == "30 5 * * *"
    assert schedule.execution_timezone == "America/Sao_Paulo"
    assert schedule.default_status == dg.DefaultScheduleStatus.RUNNING


def test_a_mistake_in_the_settings_does_not_hide_the_pages(tmp_path: Path) -> None:
    (tmp_path / "crm").mkdir()
    (tmp_path / "sources.yml").write_text("reporting: {timezone: Paris}\n", encoding="utf-8")
    broken = Environment(tmp_path, Paths(tmp_path / "data"))
    (schedule,) = build_definitions(broken).schedules or []
    assert isinstance(schedule, dg.ScheduleDefinition)
    assert schedule.execution_timezone == "Europe/Paris"


def test_dagster_finds_nothing_wrong(environment: Environment) -> None:
    result = subprocess.run(
        [
            sys.executable,
            "-m",
            "dagster",
            "definitions",
            "validate",
            "-m",
            "orchestration.definitions",
        ],
        env={**os.environ, **environment.variables, "DAGSTER_DISABLE_TELEMETRY": "yes"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert "All code locations passed validation" in result.stdout + result.stderr


def test_the_slot_of_a_killed_run_is_freed(tmp_path: Path) -> None:
    @dg.job
    def killed() -> None: ...

    with open_instance(Paths(tmp_path)) as instance:
        run = instance.create_run_for_job(killed, status=dg.DagsterRunStatus.STARTED)
        own = instance.create_run_for_job(killed, status=dg.DagsterRunStatus.STARTED)
        storage = instance.event_log_storage
        storage.set_concurrency_slots(POOL, 1)
        storage.claim_concurrency_slot(POOL, run.run_id, "build")
        assert storage.get_concurrency_info(POOL).active_slot_count == 1

        assert clear_leftovers(instance, own.run_id) == [run.run_id]

        assert storage.get_concurrency_info(POOL).active_slot_count == 0
        found = instance.get_run_by_id(run.run_id)
        assert found is not None
        assert found.status == dg.DagsterRunStatus.FAILURE
        still = instance.get_run_by_id(own.run_id)
        assert still is not None
        assert still.status == dg.DagsterRunStatus.STARTED
