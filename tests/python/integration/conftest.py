"""Fixtures that several integration tests share."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import duckdb
import pytest

from ..conftest import DemoRefresh
from .cross_check.reading import facts_of


@dataclass(frozen=True)
class Sides:
    """The demo twice: facts read from its exports, and the published version of them."""

    facts: duckdb.DuckDBPyConnection
    published: duckdb.DuckDBPyConnection
    as_of: date


@pytest.fixture(scope="module")
def sides(demo_refresh: DemoRefresh) -> Iterator[Sides]:
    """Read the demo's exports and open what was published of them.

    For one module: DuckDB refuses another one that opens the file with other settings meanwhile.
    """
    database = demo_refresh.paths.current / "prospection.duckdb"
    with (
        facts_of(demo_refresh.exports) as (facts, as_of),
        duckdb.connect(str(database), read_only=True) as published,
    ):
        yield Sides(facts, published, as_of)
