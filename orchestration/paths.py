"""Where things live inside the data folder.

What belongs here: the names of files and folders that several rooms share. What does not: reading
or writing them, and the environment (the command line reads that once and hands a `Paths` down).
"""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Paths:
    """The places inside one data folder. Nothing here touches the disk.

    `data` is the data folder itself (`PROSPECTION_DATA`).
    """

    data: Path

    @property
    def landing(self) -> Path:
        """Every landed row as text; the only data that cannot be rebuilt."""
        return self.data / "landing"

    @property
    def translated(self) -> Path:
        """What the tools' own tables become in the generic entities; made from landing anew."""
        return self.data / "translated"

    @property
    def state(self) -> Path:
        """Small files of decisions: settings as read, batches held back, gate history."""
        return self.data / "state"

    @property
    def settings(self) -> Path:
        """The settings of `sources.yml` as Parquet files, read by dbt."""
        return self.state / "settings"

    @property
    def warehouse(self) -> Path:
        """The private DuckDB file, written by one refresh at a time."""
        return self.data / "warehouse.duckdb"

    @property
    def spark_builds(self) -> Path:
        """What Spark has built: a folder per build, of which the last one is the warehouse."""
        return self.data / "spark"

    @property
    def published(self) -> Path:
        """The folder of published versions."""
        return self.data / "published"

    @property
    def current(self) -> Path:
        """The link to the version that readers see."""
        return self.published / "current"

    @property
    def reports(self) -> Path:
        """The reports of past periods, as they were first published; written once."""
        return self.data / "reports"

    @property
    def dagster_home(self) -> Path:
        """Dagster's own run storage."""
        return self.data / "dagster"
