"""The assets: exports → landing → dbt's models → validated marts → published version, one lineage.

What belongs here: thin Dagster assets around the stages. What does not: what a stage does (see
`refresh/stages.py`). Everything that opens the warehouse is in the pool `duckdb`: one process at a
time may write it.
"""

import contextlib
import io
import time
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, cast

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, dbt_assets
from pydantic import Field

from orchestration.counts import Count, counts
from orchestration.dagster.checks import (
    batch_check,
    batch_check_result,
    mart_check_results,
    mart_checks,
)
from orchestration.dagster.resources import RefreshDbt, RefreshSession
from orchestration.errors import BlockedByGateError
from orchestration.processes import give_back_memory
from orchestration.publication.contents import PUBLISHED_SCHEMAS
from orchestration.refresh import stages
from orchestration.refresh.reporting import NO_REPORT, write_snapshot
from orchestration.validation.expectations import start_validator
from orchestration.warehouse.builds import begin, finish
from orchestration.warehouse.dbt_project import Manifest

POOL = "duckdb"
EXPORTS = dg.AssetKey("exports")
LOADS = dg.AssetKey(["landing", "_loads"])
VALIDATED_MARTS = dg.AssetKey("validated_marts")
PUBLISHED_VERSION = dg.AssetKey("published_version")
REPORT_SNAPSHOTS = dg.AssetKey("report_snapshots")
POSTGRES_MIRROR = dg.AssetKey("postgres_mirror")

LOAD, BUILD, VALIDATE, PUBLISH = "load", "build", "validate", "publish"
SNAPSHOT, MIRROR = "snapshot", "mirror"
"""The steps after publication; they belong to its stage."""

LATE_AFTER, STALE_AFTER = timedelta(hours=26), timedelta(hours=50)
"""When the published version counts as late, and as stale: a morning missed, and two."""

_PROGRESS_EVERY_SECONDS = 5.0


class LoadConfig(dg.Config):
    """How to load.

    Attributes:
        loaded_at: the time of the load, ISO form; by default the files' newest modification time.
        sources: the sources whose new loads are landed; by default all.
        build_always: go on also when the published version was made from the very same.

    """

    loaded_at: str | None = None
    sources: list[str] = Field(default_factory=list)
    build_always: bool = False


class BuildConfig(dg.Config):
    """How to build.

    Attributes:
        full_refresh: delete the private warehouse first and build everything anew.

    """

    full_refresh: bool = False


class WarehouseTranslator(DagsterDbtTranslator):  # type: ignore[misc]
    """dbt's nodes as assets: grouped by layer, which is their schema."""

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """Return the layer: staging, intermediate, core, kpi, meta or reference."""
        schema: str = dbt_resource_props["schema"]
        return schema


def build_assets(
    manifest: Manifest, has_mirror: bool = False
) -> list[dg.AssetsDefinition | dg.AssetSpec]:
    """Return all assets; what lies between landing and the gate is what dbt's manifest says.

    With `has_mirror` the copy in PostgreSQL is one of them.
    """
    return [
        dg.AssetSpec(
            EXPORTS, group_name="landing", description="The exports, as their users got them."
        ),
        _landing_asset(manifest),
        _model_assets(manifest),
        _validated_marts_asset(manifest),
        _published_version_asset(manifest),
        _report_snapshots_asset(),
        *([_postgres_mirror_asset()] if has_mirror else []),
    ]


def source_keys(manifest: Manifest) -> list[dg.AssetKey]:
    """Return the keys of dbt's sources: what landing writes and staging reads."""
    translator = WarehouseTranslator()
    keys = {translator.get_asset_key(source) for source in manifest["sources"].values()}
    return sorted(keys, key=lambda key: key.path)


def mart_keys(manifest: Manifest) -> list[dg.AssetKey]:
    """Return the keys of everything in the published schemas."""
    translator = WarehouseTranslator()
    keys = {
        translator.get_asset_key(node)
        for node in manifest["nodes"].values()
        if node["resource_type"] in {"model", "seed", "snapshot"}
        and node["schema"] in PUBLISHED_SCHEMAS
    }
    return sorted(keys, key=lambda key: key.path)


def _landing_asset(manifest: Manifest) -> dg.AssetsDefinition:
    @dg.multi_asset(
        name=LOAD,
        specs=[
            dg.AssetSpec(
                key, deps=[EXPORTS], group_name="landing", kinds={"parquet"}, skippable=True
            )
            for key in source_keys(manifest)
        ],
        check_specs=[batch_check(LOADS)],
    )
    def landing(
        context: dg.AssetExecutionContext, session: RefreshSession, config: LoadConfig
    ) -> Iterator[dg.MaterializeResult[Any] | dg.AssetCheckResult]:
        """Land every new load as text, and the settings beside it; gate 1 looks at each.

        When the published version was made from just that, nothing is handed on: the other stages
        are skipped.
        """
        is_whole = not context.run.asset_selection
        with session.stage(LOAD, context.retry_number):
            loaded_at = datetime.fromisoformat(config.loaded_at) if config.loaded_at else None
            report, results = stages.load(
                session.environment,
                loaded_at,
                session.progress,
                context.run.run_id,
                config.sources,
            )
            version = None
            if is_whole and not config.build_always:
                version = stages.unchanged(session.paths, session.inputs)
        if version is not None:
            with session.stage(PUBLISH, context.retry_number):
                held_back = stages.keep_version(
                    session.paths, version, session.progress, session.publish_mode
                )
            session.unchanged(version, held_back)
            session.mirror()
            yield batch_check_result(LOADS, report, results)
            return
        if is_whole:
            session.must_publish()
        for key in source_keys(manifest):
            checks = [batch_check_result(LOADS, report, results)] if key == LOADS else []
            yield dg.MaterializeResult(asset_key=key, check_results=checks)

    return landing


def _model_assets(manifest: Manifest) -> dg.AssetsDefinition:
    @dbt_assets(  # type: ignore[untyped-decorator]
        manifest=manifest,
        name=BUILD,
        exclude="resource_type:unit_test",
        dagster_dbt_translator=WarehouseTranslator(),
        pool=POOL,
    )
    def models(
        context: dg.AssetExecutionContext,
        session: RefreshSession,
        dbt: RefreshDbt,
        config: BuildConfig,
    ) -> Iterator[Any]:
        """Build the models and seeds and run the data tests; unit tests belong to `make test`."""
        with session.stage(BUILD, context.retry_number):
            start_validator()
            give_back_memory()
            build = begin(
                session.paths,
                session.engine,
                manifest,
                context.run.run_id,
                session.inputs,
                config.full_refresh,
                session.environment.memory_limit,
            )
            session.note_origins(context.run.run_id)
            for note in build.notes:
                session.progress(note)
            target = stages.prepare_target(session.paths)
            invocation = dbt.cli(
                ["build", *build.arguments],
                context=context,
                target_path=target,
                raise_on_error=False,
            )
            yield from _reported(invocation.stream(), session)
            stages.check_build(target, build.warehouse)
            finish(session.paths, build)

    return cast(dg.AssetsDefinition, models)


def _reported(events: Iterator[Any], session: RefreshSession) -> Iterator[Any]:
    """Pass dbt's events on, with a line of progress every few seconds; dbt's own log is a file."""
    tables = checks = 0
    last = time.monotonic()
    while True:
        with contextlib.redirect_stdout(io.StringIO()):
            event = next(events, None)
        if event is None:
            break
        tables += isinstance(event, dg.Output)
        checks += isinstance(event, dg.AssetCheckResult)
        if time.monotonic() - last >= _PROGRESS_EVERY_SECONDS:
            last = time.monotonic()
            session.progress(_built(tables, checks))
        yield event
    session.progress(_built(tables, checks))


def _built(tables: int, checks: int) -> str:
    found = counts("en", tables=tables, checks=checks)
    return "{tables:table|tables} built, {checks:data test|data tests} run".format(**found)


def _validated_marts_asset(manifest: Manifest) -> dg.AssetsDefinition:
    @dg.multi_asset(
        name=VALIDATE,
        specs=[
            dg.AssetSpec(
                VALIDATED_MARTS,
                deps=mart_keys(manifest),
                group_name="publication",
                kinds={"greatexpectations"},
            )
        ],
        check_specs=mart_checks(VALIDATED_MARTS),
        pool=POOL,
    )
    def validated_marts(
        context: dg.AssetExecutionContext, session: RefreshSession
    ) -> Iterator[dg.MaterializeResult[Any]]:
        """Gate 2: look at volumes, ranges and freshness; what fails is not published."""
        with session.stage(VALIDATE, context.retry_number):
            result, to_do = stages.validate(session.environment, context.run.run_id)
            yield dg.MaterializeResult(
                asset_key=VALIDATED_MARTS,
                check_results=mart_check_results(VALIDATED_MARTS, result),
            )
            if result.blocking_failures:
                lines = ["these marts may not be published:", *result.blocking_failures, *to_do]
                raise BlockedByGateError("\n".join(lines))
            count = sum(len(suite.expectations) for suite in result.suites)
            unusual = f", {len(result.warnings)} of them not met" if result.warnings else ""
            session.progress(f"{Count(count, 'en'):expectation|expectations} checked{unusual}")

    return validated_marts


def _published_version_asset(manifest: Manifest) -> dg.AssetsDefinition:
    @dg.multi_asset(
        name=PUBLISH,
        specs=[
            dg.AssetSpec(
                PUBLISHED_VERSION,
                deps=[VALIDATED_MARTS],
                group_name="publication",
                kinds={"duckdb", "parquet"},
                freshness_policy=dg.FreshnessPolicy.time_window(
                    fail_window=STALE_AFTER, warn_window=LATE_AFTER
                ),
            )
        ],
        pool=POOL,
    )
    def published_version(
        context: dg.AssetExecutionContext, session: RefreshSession
    ) -> dg.MaterializeResult[Any]:
        """Write a new version beside the others and let readers see it."""
        with session.stage(PUBLISH, context.retry_number):
            started_at = datetime.fromisoformat(session.record.started_at)
            version, held_back = stages.publish_marts(
                session.paths,
                manifest,
                context.run.run_id,
                started_at,
                session.environment.memory_limit,
                session.progress,
                publish_mode=session.publish_mode,
            )
            session.progress(f"version {version}")
        session.published(version, held_back)
        return dg.MaterializeResult(
            asset_key=PUBLISHED_VERSION,
            metadata={
                "version": version,
                "folder": dg.MetadataValue.path(str(session.paths.published / version)),
                "held_back": dg.MetadataValue.json(held_back),
            },
        )

    return published_version


def _report_snapshots_asset() -> dg.AssetsDefinition:
    @dg.multi_asset(
        name=SNAPSHOT,
        specs=[
            dg.AssetSpec(
                REPORT_SNAPSHOTS, deps=[PUBLISHED_VERSION], group_name="publication", kinds={"html"}
            )
        ],
    )
    def report_snapshots(session: RefreshSession) -> dg.MaterializeResult[Any]:
        """Keep the report of a half month or month once it is complete, for good.

        What is published stays published when there can be no report.
        """
        try:
            file = write_snapshot(session.paths)
        except NO_REPORT as error:
            session.progress(f"the report could not be kept: {error}")
            return dg.MaterializeResult(
                asset_key=REPORT_SNAPSHOTS, metadata={"problem": str(error)}
            )
        if file is None:
            return dg.MaterializeResult(
                asset_key=REPORT_SNAPSHOTS, metadata={"file": "no period has become complete"}
            )
        session.progress(f"report kept: {file}")
        return dg.MaterializeResult(
            asset_key=REPORT_SNAPSHOTS, metadata={"file": dg.MetadataValue.path(str(file))}
        )

    return report_snapshots


def _postgres_mirror_asset() -> dg.AssetsDefinition:
    @dg.multi_asset(
        name=MIRROR,
        specs=[
            dg.AssetSpec(
                POSTGRES_MIRROR,
                deps=[PUBLISHED_VERSION],
                group_name="publication",
                kinds={"postgres"},
            )
        ],
    )
    def postgres_mirror(session: RefreshSession) -> dg.MaterializeResult[Any]:
        """Copy the published version into PostgreSQL; what is published stays when it cannot be."""
        session.mirror()
        return dg.MaterializeResult(
            asset_key=POSTGRES_MIRROR,
            metadata={"problem": "\n".join(session.record.undelivered) or "none"},
        )

    return postgres_mirror
