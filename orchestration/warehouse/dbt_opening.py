"""What stands in the way of dbt, said before it opens the warehouse: a plug-in of dbt-duckdb.

What belongs here: whether there is a data folder, anything landed in it, and a file that can be
opened, each with what to do about it (`profiles.yml` names this module); and what an older release
did not write. What does not: the same
questions of a refresh, which asks them before it starts dbt (see `database.py`).
"""

from pathlib import Path
from typing import Any

from dbt.adapters.duckdb.credentials import DuckDBCredentials
from dbt.adapters.duckdb.plugins import BasePlugin
from dbt.flags import get_flags

from orchestration.paths import Paths
from orchestration.settings.written import complete_settings
from orchestration.warehouse.database import why_closed

READ_LANDED_FILES = frozenset({"build", "run", "freshness"})
"""The commands of dbt that come to nothing without anything landed."""


class Plugin(BasePlugin):
    """The plug-in: asked once, before the file is opened."""

    def update_connection_config(
        self,
        creds: DuckDBCredentials,
        config: dict[str, Any],  # noqa: ARG002  # dbt-duckdb passes it
    ) -> None:
        """Refuse what cannot be opened, in words."""
        flags = get_flags()  # type: ignore[no-untyped-call]  # dbt has no type for it
        reason = problem(Path(creds.path).absolute(), getattr(flags, "WHICH", None))
        if reason is not None:
            # any other error would be shown with its traceback
            raise RuntimeError(reason)
        complete_settings(Paths(Path(creds.path).absolute().parent))


def problem(warehouse: Path, command: str | None) -> str | None:
    """Return what keeps a command of dbt from the warehouse and what to do, or None."""
    data = warehouse.parent
    if not data.is_dir():
        return (
            f"there is no data folder {data}. Name the one you mean in PROSPECTION_DATA (relative "
            "to the current folder), or make it: "
            f"`prospection load --exports DIR --data {data}` lands the exports that dbt reads, "
            "`prospection run …` does everything"
        )
    if command in READ_LANDED_FILES and not any((data / "landing" / "_loads").glob("*.parquet")):
        return (
            f"nothing is landed in {data}, and the sources are what is landed. First run "
            f"`prospection load --exports DIR --data {data}`"
        )
    if not warehouse.exists():
        return None
    closed = why_closed(warehouse)
    if closed is None:
        return None
    if closed.is_open_elsewhere:
        return (
            f"{warehouse} is open in another program ({closed.told}). Wait until the refresh has "
            "ended (`prospection status`), or close what has it open; the published version "
            "can be read at any time"
        )
    return (
        f"{warehouse} cannot be read ({closed.told}). Nothing is lost: "
        f"`prospection build --full-refresh --data {data}` makes it anew from what is landed"
    )
