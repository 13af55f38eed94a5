"""The largest fact is renewed for records that changed, and is always what its SQL selects.

What belongs here: changes of each table that `fct_activities` is made from, one by one and many at
once. What does not: whole refreshes (see `test_incremental_equals_full.py`).
"""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.paths import Paths
from tests.python.conftest import DemoRefresh
from tests.python.integration.dbt_runs import run_models

FACT = "core.fct_activities"
LANDED = "staging.stg_generic__activities"

SOME = "hash({key}, {seed}) % 150 = 0"
"""About one key in 150."""

CHANGES = {
    "people are known by another id": (
        "update intermediate.int_prospect_references set prospect_key = prospect_key + 1 "
        f"where {SOME.format(key='prospect_id', seed='{seed}')}"
    ),
    "ids lead to nobody": (
        "delete from intermediate.int_prospect_references "
        f"where {SOME.format(key='prospect_id', seed='{seed}')}"
    ),
    "ids lead to somebody": (
        "insert into intermediate.int_prospect_references "
        "select distinct source, prospect_id, 1 "
        f"from {LANDED} where prospect_id is not null and (source, prospect_id) not in "
        "(select source, prospect_id from intermediate.int_prospect_references)"
    ),
    "companies are known by another id": (
        "update intermediate.int_account_references set account_key = account_key + 1 "
        "where account_id in (select max(account_id) from intermediate.int_account_references)"
    ),
    "companies lose their names": (
        "delete from intermediate.int_account_names "
        "where name in (select max(name) from intermediate.int_account_names where account_key > 0)"
    ),
    "reps are somebody else": (
        "update intermediate.int_rep_references set rep_key = rep_key + 1 "
        "where rep_id in (select min(rep_id) from intermediate.int_rep_references)"
    ),
    "names of reps lead to one": ("update intermediate.int_rep_names set rep_key = 1 + {seed} % 3"),
    "campaigns are others": (
        "update intermediate.int_campaign_references set campaign_key = campaign_key + 1 "
        "where hash(campaign_id, {seed}) % 7 = 0"
    ),
    "addresses are somebody else's": (
        "update intermediate.int_address_references set prospect_key = prospect_key + 1 "
        "where hash(written, {seed}) % 20 = 0 or written in "
        "(select max(written) from intermediate.int_address_references where kind = 'email')"
    ),
    "people change company": (
        "update intermediate.int_prospects set account_key = 1 "
        f"where {SOME.format(key='prospect_key', seed='{seed}')}"
    ),
    "people opt out": (
        "update intermediate.int_prospects set opted_out_on = date '2025-06-01' "
        f"where {SOME.format(key='prospect_key', seed='{seed}')}"
    ),
    "people come and go": (
        "delete from intermediate.int_prospects "
        f"where {SOME.format(key='prospect_key', seed='{seed}')}"
    ),
    "companies turn out to be tests": (
        "update intermediate.int_accounts set is_test = not is_test "
        f"where {SOME.format(key='account_key', seed='{seed}')}"
    ),
    "customers are none": (
        "delete from intermediate.int_customers where hash(customer_key, {seed}) % 20 = 0"
    ),
    "customers since another day": (
        "update intermediate.int_customers set customer_since_on = customer_since_on - 90, "
        "customer_since_at = customer_since_at - interval 90 day "
        "where hash(customer_key, {seed}) % 20 = 0"
    ),
    "reps change team": (
        "update intermediate.int_rep_periods set team = team || '?' "
        "where rep_key in (select min(rep_key) from intermediate.int_rep_periods)"
    ),
    "the day is another": (
        "update intermediate.int_clock set as_of = as_of + cast(hash({seed}) % 41 as integer) - 20"
    ),
    "records are superseded": (
        "insert into intermediate.int_record_versions by name "
        "select 'activities' as entity, source, activity_id as record_id, load_id, load_row, file, "
        f"'superseded' as status from {LANDED} "
        f"where {SOME.format(key='activity_id', seed='{seed}')} and (load_id, load_row) not in "
        "(select load_id, load_row from intermediate.int_record_versions)"
    ),
    "records are current again": (
        "delete from intermediate.int_record_versions where entity = 'activities' "
        "and status = 'superseded' and hash(record_id, {seed}) % 2 = 0"
    ),
    "a load is new": (
        f"insert into {LANDED} by name select * replace ('new{{seed}}' as load_id, "
        "activity_id || '-{seed}' as activity_id) "
        f"from {LANDED} where {SOME.format(key='activity_id', seed='{seed}')}"
    ),
    "outcomes mean something else": (
        "update intermediate.int_activity_meanings set meaning = 'reply' "
        "where outcome = 'voicemail'"
    ),
}


OTHERS = f"""
update {LANDED}
set
    prospect_id = null,
    account_id = case when hash(activity_id) % 30 = 0 then account_id_of end,
    account_name = case when hash(activity_id) % 30 = 1 then account_name_of end,
    rep_id = case when hash(activity_id) % 30 = 2 then rep_id end,
    rep_name = rep_name_of,
    email = case when hash(activity_id) % 30 = 2 then email_of end
from (
    select
        max(account_id) as account_id_of,
        (select max(name) from intermediate.int_account_names where account_key > 0)
            as account_name_of,
        (select max(name) from intermediate.int_rep_names where rep_key > 0) as rep_name_of,
        (select max(written) from intermediate.int_address_references where kind = 'email')
            as email_of
    from intermediate.int_account_references
)
where hash(activity_id) % 30 < 3
"""
"""A tenth of the demo's activities are told by ids and names that its own do without."""


class Warehouse:
    """A copy of the demo's warehouse, of which one table is built."""

    def __init__(self, folder: Path, demo: DemoRefresh) -> None:
        self.exports, self.paths = demo.exports, Paths(folder)
        folder.mkdir(exist_ok=True)
        shutil.copy(demo.paths.warehouse, self.paths.warehouse)
        # without loads dbt would say that nothing is landed
        shutil.copytree(demo.paths.landing / "_loads", self.paths.landing / "_loads")
        self.execute(OTHERS)
        self.execute(f"comment on table {FACT} is null")
        self.build()

    def change(self, name: str, seed: int) -> None:
        """Change one of the tables that the fact is made from."""
        self.execute(CHANGES[name].format(seed=seed))
        if name == "a load is new":
            (row,) = self.execute(
                "select comment from duckdb_tables() where table_name = 'stg_generic__activities'"
            )
            loads = json.dumps({**json.loads(str(row[0])), f"new{seed}": "made"})
            self.execute(f"comment on table {LANDED} is '{loads}'")

    def build(self) -> None:
        """Build the fact alone."""
        result = run_models(self.exports, self.paths, "fct_activities")
        assert result.returncode == 0, result.stdout[-3000:] + result.stderr

    def mark(self) -> None:
        """Put a word into every row, by which rows that are kept are known."""
        self.execute(f"update {FACT} set sender_account = 'kept'")

    def kept(self) -> float:
        """Return which share of the rows was kept since they were marked."""
        ((share,),) = self.execute(
            f"select avg(cast(sender_account is not distinct from 'kept' as integer)) from {FACT}"
        )
        assert isinstance(share, float)
        return share

    def differences_after_build(self) -> list[tuple[object, ...]]:
        """Build, and return rows that the table has and its SQL does not select, or the reverse."""
        self.build()
        manifest = json.loads((self.paths.data / "target" / "manifest.json").read_text("utf-8"))
        sql = manifest["nodes"]["model.prospection.fct_activities"]["compiled_code"]
        table, selected = (
            f"select * exclude (sender_account) from {relation}" for relation in (FACT, f"({sql})")
        )
        return self.execute(
            f"(({table}) except all ({selected})) union all (({selected}) except all ({table}))"
        )

    def execute(self, sql: str) -> list[tuple[object, ...]]:
        """Run SQL on the warehouse."""
        with duckdb.connect(self.paths.warehouse) as connection:
            return connection.execute(sql).fetchall()


ALL_RECORDS = "outcomes mean something else"


def test_every_change_reaches_the_records_that_it_is_about(
    demo_refresh: DemoRefresh, tmp_path: Path
) -> None:
    warehouse = Warehouse(tmp_path / "data", demo_refresh)
    warehouse.mark()
    for seed, name in enumerate(CHANGES):
        if name != ALL_RECORDS:
            warehouse.change(name, seed)
    assert warehouse.differences_after_build() == []
    assert 0.5 < warehouse.kept() < 0.95


def test_what_decides_over_all_records_has_all_built(
    demo_refresh: DemoRefresh, tmp_path: Path
) -> None:
    warehouse = Warehouse(tmp_path / "data", demo_refresh)
    warehouse.mark()
    warehouse.build()
    assert warehouse.kept() == 1
    warehouse.change(ALL_RECORDS, 0)
    assert warehouse.differences_after_build() == []
    assert warehouse.kept() == 0


@pytest.mark.faults
@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.lists(st.lists(st.sampled_from(list(CHANGES)), min_size=1, max_size=4), max_size=3))
def test_any_sequence_of_changes_ends_in_what_the_sql_selects(
    demo_refresh: DemoRefresh,
    tmp_path_factory: pytest.TempPathFactory,
    days: Sequence[Sequence[str]],
) -> None:
    warehouse = Warehouse(tmp_path_factory.mktemp("any"), demo_refresh)
    for day, changes in enumerate(days):
        for seed, name in enumerate(changes, start=10 * day):
            warehouse.change(name, seed)
        assert warehouse.differences_after_build() == []
