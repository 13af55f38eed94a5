"""A build on either engine: what is made ready before dbt runs, and what makes it the warehouse.

What belongs here: the life of a build around dbt. DuckDB builds in the warehouse itself, Spark
beside it, in a folder of its own that takes its place when every data test has passed: a Spark
build that is killed leaves the warehouse as it was. What does not: running dbt, and Spark (see
`orchestration/engines`).
"""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from orchestration.landing.hashes import check_before_build
from orchestration.paths import Paths
from orchestration.settings.engine import Engine
from orchestration.settings.written import complete_settings
from orchestration.warehouse.concurrency import build_memory, build_target
from orchestration.warehouse.database import (
    begin_build,
    complete_build,
    drop_what_is_built_anew,
    finished_build_id,
    take_over,
)
from orchestration.warehouse.dbt_process import SPARK_TARGET
from orchestration.warehouse.dbt_project import Manifest, target_folder


@dataclass(frozen=True)
class Build:
    """A build that has begun.

    Attributes:
        build_id: its name.
        inputs: the hash of what it is made from.
        engine: where its models run.
        warehouse: the DuckDB file that dbt works in.
        arguments: what dbt is told, besides `build`.
        notes: what is to be told of its beginning.

    """

    build_id: str
    inputs: str
    engine: Engine
    warehouse: Path
    arguments: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def begin(
    paths: Paths,
    engine: Engine,
    manifest: Manifest,
    build_id: str,
    inputs: str,
    anew: bool = False,
    memory_limit: str | None = None,
) -> Build:
    """Get everything ready for a build.

    With `memory_limit` DuckDB may take that much memory, else what suits the size of the build.

    Raises:
        ConfigurationError: the engine cannot be used here.
        DamagedFileError: something that the build reads is not what was written.
        RefreshRunningError: another program has the warehouse open.
        StorageError: Spark's storage cannot be reached.

    """
    check_before_build(paths)
    complete_settings(paths)
    if engine.is_spark:
        return _begin_on_spark(paths, engine, manifest, build_id, inputs)
    reason = begin_build(paths, build_id, inputs, anew)
    drop_what_is_built_anew(paths)
    notes = (f"rebuilding the private warehouse: {reason}",) if reason is not None else ()
    anew_too = ("--full-refresh",) if anew else ()
    memory = memory_limit or build_memory(paths)
    limit = ("--vars", json.dumps({"memory_limit": memory})) if memory is not None else ()
    arguments = ("--target", build_target(paths), *limit, *anew_too)
    return Build(build_id, inputs, engine, paths.warehouse, arguments, notes)


def finish(paths: Paths, build: Build) -> None:
    """Make a build the warehouse: every model is built, every data test has passed."""
    if build.engine.is_spark:
        take_over(paths, build.warehouse, build.build_id, build.inputs)
    complete_build(paths, build.build_id, build.engine.name)
    _remove_other_builds(paths, build.engine, build.build_id)


def _begin_on_spark(
    paths: Paths, engine: Engine, manifest: Manifest, build_id: str, inputs: str
) -> Build:
    # a DuckDB build does without these, which take a second to import
    from orchestration.engines.spark_build import TABLES, describe_build
    from orchestration.engines.spark_ready import require_spark
    from orchestration.engines.storage import Storage

    require_spark(engine)
    notes = [f"on Spark: {_where(engine)}"]
    _remove_other_builds(paths, engine, finished_build_id(paths))
    folder = paths.spark_builds / build_id
    folder.mkdir(parents=True)
    if engine.storage is not None:
        storage = Storage(engine)
        notes.append(f"{storage.push(paths)} new files copied to {engine.storage}")
        if not engine.is_in_s3:
            written = Path(storage.build_address(build_id))
            written.mkdir(parents=True)
            (folder / TABLES).symlink_to(written)
    log = target_folder(paths) / "spark.log"
    describe_build(manifest, paths.data, log, engine).write(folder)
    variables = json.dumps({"spark_build": str(folder)})
    return Build(
        build_id,
        inputs,
        engine,
        folder / paths.warehouse.name,
        (SPARK_TARGET, "--vars", variables),
        tuple(notes),
    )


def _where(engine: Engine) -> str:
    if engine.remote is not None:
        return engine.remote
    return f"spark-submit {engine.submit}" if engine.submit is not None else "a local session"


def _remove_other_builds(paths: Paths, engine: Engine, build_id: str | None) -> None:
    """Remove what Spark built for earlier warehouses, and what killed builds left."""
    for folder in paths.spark_builds.glob("*"):
        if folder.name != build_id:
            shutil.rmtree(folder, ignore_errors=True)
    if engine.is_spark and engine.storage is not None:
        from orchestration.engines.storage import Storage

        Storage(engine).keep_only(build_id)
