"""The environment: how much memory may be taken, and that whoever takes some is told."""

from collections.abc import Mapping
from typing import Any

import duckdb
import pytest
import yaml
from dbt.config.renderer import ProfileRenderer
from dbt_common.context import set_invocation_context

from orchestration.environment import PROJECT_DIR, read_environment


def dbt_options(variables: Mapping[str, str]) -> dict[str, Any]:
    """Return what dbt opens DuckDB with, as the profile says under these variables."""
    set_invocation_context(variables)
    profile = yaml.safe_load((PROJECT_DIR / "profiles.yml").read_text(encoding="utf-8"))
    output = ProfileRenderer({}).render_data(profile["prospection"]["outputs"]["duckdb"])
    options: dict[str, Any] = output["config_options"]
    return options


@pytest.mark.parametrize(
    ("limit", "taken"),
    [("1GB", "953.6 MiB"), ("1.5 GiB", "1.5 GiB"), ("800mb", "762.9 MiB"), (" 2TB ", "1.8 TiB")],
)
def test_dbt_takes_no_more_memory_than_is_allowed(limit: str, taken: str) -> None:
    environment = read_environment({"PROSPECTION_MEMORY_LIMIT": limit})
    with duckdb.connect(config=dbt_options(environment.variables)) as connection:
        found = connection.execute("select current_setting('memory_limit')").fetchall()
    assert found == [(taken,)]


@pytest.mark.parametrize("variables", [{}, {"PROSPECTION_MEMORY_LIMIT": ""}])
def test_without_a_limit_duckdb_has_its_own(variables: dict[str, str]) -> None:
    environment = read_environment(variables)
    assert environment.memory_limit is None
    assert "memory_limit" not in dbt_options(environment.variables)
    assert "memory_limit" not in dbt_options(variables)
