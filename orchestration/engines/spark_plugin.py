"""dbt's way to Spark: a plug-in of dbt-duckdb, and the materializations that call it.

What belongs here: what dbt-duckdb asks of a plug-in (`profiles.yml`, target `spark`), and choosing
the materialization of every model in the parsed project. What does not: the build itself (see
`spark_build.py`); the materializations are in `macros/engine/materialization_spark_duckdb.sql`.
"""

import atexit
from pathlib import Path
from typing import Any

import duckdb
from dbt.adapters.duckdb.plugins import BasePlugin
from dbt.adapters.duckdb.utils import TargetConfig
from dbt.contracts.graph.manifest import Manifest
from dbt.contracts.graph.nodes import ModelNode
from dbt_common.exceptions import DbtRuntimeError

from orchestration.engines.spark_build import SparkBuild
from orchestration.errors import ProspectionError

TABLE, VIEW = "spark", "spark_view"
"""The materializations: rows written by Spark, and a query that both engines keep as one."""


def build_on_spark(manifest: Manifest) -> None:
    """Have every model of a parsed project built by Spark, whatever DuckDB would make of it."""
    for node in manifest.nodes.values():
        if isinstance(node, ModelNode) and node.config.materialized != "ephemeral":
            is_view = node.config.materialized == "view"
            node.config.materialized = VIEW if is_view else TABLE


class Plugin(BasePlugin):
    """The plug-in: it lives as long as dbt's connection to the warehouse."""

    _folder: Path
    _build: SparkBuild | None = None

    def initialize(self, plugin_config: dict[str, Any]) -> None:
        """Note the folder of the build."""
        self._folder = Path(plugin_config["folder"])

    def configure_connection(self, conn: duckdb.DuckDBPyConnection) -> None:
        """Start Spark, while dbt goes on with the seeds."""
        if self._build is None:
            self._build = SparkBuild(self._folder, conn)
            atexit.register(self._build.close)

    def store(self, target_config: TargetConfig) -> None:
        """Build a model; `column_list` holds rows of name and DuckDB type."""
        if self._build is None:
            raise DbtRuntimeError("Spark was not started")
        node = target_config.config.model
        rows: Any = target_config.column_list
        columns = [(str(row[0]), str(row[1])) for row in rows]
        is_view = node.config.materialized == VIEW
        try:
            self._build.build(node.schema, node.alias, node.compiled_code, columns, is_view)
        except (ProspectionError, ValueError) as error:
            raise DbtRuntimeError(str(error)) from error
