"""The definitions of an environment: assets, job, schedule, sensors and resources together.

What belongs here: putting them together. What does not: what each of them does (a module each).
"""

import os
from pathlib import Path

import dagster as dg

from orchestration.dagster.assets import build_assets
from orchestration.dagster.jobs import refresh_job
from orchestration.dagster.resources import RefreshDbt, RefreshSession
from orchestration.dagster.schedules import daily_refresh
from orchestration.dagster.sensors import died_refresh, new_exports
from orchestration.dagster.shortcuts import take_shortcuts
from orchestration.environment import PROJECT_DIR, Environment, read_mirror_target
from orchestration.settings.declared import reporting
from orchestration.warehouse.dbt_project import dbt_command, prepare_project


def build_definitions(environment: Environment, project_dir: Path = PROJECT_DIR) -> dg.Definitions:
    """Return the definitions of an environment; the dbt project is parsed when it has changed."""
    take_shortcuts()
    project = prepare_project(environment, project_dir)
    job = refresh_job()
    return dg.Definitions(
        assets=build_assets(project.manifest, read_mirror_target(os.environ) is not None),
        jobs=[job],
        sensors=[new_exports(job, environment), died_refresh(job, environment)],
        schedules=[
            daily_refresh(job, environment.refresh_at, reporting(environment.exports).timezone)
        ],
        resources={
            "session": RefreshSession.of(environment, project_dir),
            "dbt": RefreshDbt.of(dbt_command(project.file), project_dir),
        },
    )
