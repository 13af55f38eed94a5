"""What Dagster loads: `dagster definitions validate -m orchestration.definitions`.

What belongs here: putting assets, job, schedule and resources together. Importing this module does
nothing; Dagster calls `definitions`, which reads the environment.
"""

import os
from pathlib import Path

import dagster as dg

from orchestration.dagster.assets import build_assets
from orchestration.dagster.jobs import refresh_job
from orchestration.dagster.resources import RefreshDbt, RefreshSession
from orchestration.dagster.schedules import daily_refresh
from orchestration.dagster.sensors import died_refresh, new_exports
from orchestration.environment import PROJECT_DIR, Environment, read_environment
from orchestration.forms.stamp import read_form
from orchestration.settings.declared import reporting
from orchestration.warehouse.dbt_project import dbt_command, prepare_project


@dg.definitions
def definitions() -> dg.Definitions:
    """Return the definitions for the exports and data folder that the environment names.

    Raises:
        ConfigurationError: a newer program wrote the data folder.

    """
    environment = read_environment(os.environ)
    read_form(environment.paths)
    os.environ.update(environment.variables)
    return build_definitions(environment)


def build_definitions(environment: Environment, project_dir: Path = PROJECT_DIR) -> dg.Definitions:
    """Return the definitions of an environment; the dbt project is parsed when it has changed."""
    project = prepare_project(environment, project_dir)
    job = refresh_job()
    return dg.Definitions(
        assets=build_assets(project.manifest),
        jobs=[job],
        sensors=[new_exports(job, environment.exports), died_refresh(job, environment)],
        schedules=[
            daily_refresh(job, environment.refresh_at, reporting(environment.exports).timezone)
        ],
        resources={
            "session": RefreshSession.of(environment),
            "dbt": RefreshDbt.of(dbt_command(project.file), project_dir),
        },
    )
