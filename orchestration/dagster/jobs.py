"""The one job: what the schedule runs every morning is what `prospection run` runs.

What belongs here: the job and the configuration of one run of it. What does not: its assets.
"""

from collections.abc import Sequence
from typing import Any

import dagster as dg

from orchestration.dagster.assets import BUILD, LOAD, PUBLISH, VALIDATE

REFRESH = "refresh"
STAGES = (LOAD, BUILD, VALIDATE, PUBLISH)


def refresh_job() -> Any:
    """Return the job that takes the exports all the way to a published version."""
    return dg.define_asset_job(
        REFRESH,
        selection=dg.AssetSelection.all(),
        executor_def=dg.in_process_executor,
        description="Land what is new, build the warehouse, look at the marts, publish them.",
    )


def refresh_config(
    stages: tuple[str, ...] = STAGES,
    full_refresh: bool = False,
    loaded_at: str | None = None,
    sources: Sequence[str] = (),
) -> dict[str, Any]:
    """Return the run configuration of a refresh of `stages`."""
    options: dict[str, dict[str, Any]] = {
        LOAD: {
            **({"loaded_at": loaded_at} if loaded_at else {}),
            **({"sources": list(sources)} if sources else {}),
            **({"build_always": True} if full_refresh else {}),
        },
        BUILD: {"full_refresh": full_refresh},
    }
    return {
        "ops": {stage: {"config": options[stage]} for stage in stages if stage in options},
        "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
    }
