"""When the refresh runs by itself.

What belongs here: the schedule. What does not: the job (see `jobs.py`).
"""

from typing import Any

import dagster as dg


def daily_refresh(job: Any, refresh_at: str, timezone: str) -> dg.ScheduleDefinition:
    """Return the schedule that starts `job` every day.

    Args:
        job: the refresh job.
        refresh_at: time of day, `HH:MM`.
        timezone: the reporting time zone, so that a day is complete when it is counted.

    """
    hour, minute = refresh_at.split(":")
    return dg.ScheduleDefinition(
        name="daily_refresh",
        job=job,
        cron_schedule=f"{int(minute)} {int(hour)} * * *",
        execution_timezone=timezone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
    )
