"""What a new release changes, what people have made in the database, and what is refused."""

import threading
import time
from pathlib import Path

import psycopg
import pytest

from orchestration.environment import MirrorTarget
from orchestration.mirror import locking
from orchestration.mirror.errors import MirrorError
from orchestration.mirror.mirroring import mirror
from orchestration.mirror.state import read_state
from orchestration.paths import Paths
from orchestration.publication.versions import rollback

from .conftest import PASSWORD, Database, Server
from .publishing import Sample, differences, publish
from .test_copies import DEALS, TABLES

pytestmark = pytest.mark.postgres

OTHER_DEALS = Sample(
    "select range as deal_key, 1 + range % 2 as rep_key, 'won' as status, range::varchar as said "
    "from range(20)",
    ["deal_key"],
    {"rep_key": "core.dim_reps(rep_key)"},
)


def columns(database: Database, table: str) -> list[str]:
    query = "select attname from pg_attribute where attrelid = %s::regclass and attnum > 0"
    with database.connect() as connection:
        rows = connection.execute(f"{query} and not attisdropped order by attnum", (table,))
        return [row[0] for row in rows]


def refusal(paths: Paths, target: MirrorTarget) -> str:
    with pytest.raises(MirrorError) as refused:
        mirror(paths, target, print)
    assert refused.value.exit_code == 5
    return str(refused.value)


def test_columns_and_tables_come_and_go(paths: Paths, database: Database, tmp_path: Path) -> None:
    publish(paths, {**TABLES, "core.gone": DEALS})
    mirror(paths, database.target, print)
    publish(paths, {**TABLES, "core.fct_deals": OTHER_DEALS, "bi.fresh": DEALS})
    assert mirror(paths, database.target, print).left_out == ()
    assert differences(paths, database, tmp_path) == []
    assert columns(database, "core.fct_deals") == ["deal_key", "rep_key", "status", "said"]
    assert database.rows("select to_regclass('core.gone')") == [(None,)]
    assert len(database.rows("select from bi.fresh")) == 20
    with database.connect_reader() as reader:
        reader.execute("select from bi.fresh")


def test_a_key_may_change_and_a_column_its_type(
    paths: Paths,
    database: Database,
    tmp_path: Path,
) -> None:
    publish(paths, TABLES)
    mirror(paths, database.target, print)
    reps = Sample("select 'r' || range as rep_key, range as rank from range(3)", ["rep_key"])
    deals = Sample(
        "select 'r' || range % 3 as rep_key, range as deal_key, 1 as part from range(20)",
        ["deal_key", "part"],
        DEALS.references,
    )
    publish(paths, {"core.dim_reps": reps, "core.fct_deals": deals})
    assert mirror(paths, database.target, print).left_out == ()
    assert differences(paths, database, tmp_path) == []
    publish(paths, TABLES)
    assert mirror(paths, database.target, print).left_out == ()
    assert differences(paths, database, tmp_path) == []
    query = "select count(*) from pg_constraint where conrelid = 'core.fct_deals'::regclass"
    assert database.rows(query) == [(2,)]


def test_what_a_view_reads_is_not_taken_away(
    paths: Paths,
    database: Database,
    tmp_path: Path,
) -> None:
    first = publish(paths, {**TABLES, "core.gone": DEALS})
    mirror(paths, database.target, print)
    with database.connect() as connection:
        connection.execute("create schema mine")
        connection.execute("create view mine.sums as select sum(amount) as s from core.fct_deals")
        connection.execute("create view mine.count as select count(*) from core.gone")
    publish(paths, {**TABLES, "core.fct_deals": OTHER_DEALS})
    said = refusal(paths, database.target)
    assert "view mine.sums reads core.fct_deals.amount" in said
    assert "view mine.count reads core.gone" in said
    assert database.rows("select version from meta.refresh") == [(first,)]
    assert database.rows("select s, (select count from mine.count) from mine.sums") == [(285, 20)]
    state = read_state(paths)
    assert state is not None
    assert (state.version, state.problem) == (first, said)
    with database.connect() as connection:
        connection.execute("drop view mine.sums, mine.count")
    mirror(paths, database.target, print)
    assert differences(paths, database, tmp_path) == []


def test_what_people_made_is_never_touched(paths: Paths, database: Database) -> None:
    with database.connect() as connection:
        connection.execute("create schema core")
        connection.execute("create table core.notes as select 'mine' as text")
        connection.execute("create view core.fct_deals as select 1 as one")
    publish(paths, TABLES)
    assert "  core.fct_deals" in refusal(paths, database.target)
    assert database.rows("select to_regclass('core.dim_reps')::text") == [(None,)]
    prefixed = MirrorTarget(database.target.dsn, database.reader, "copy_")
    mirror(paths, prefixed, print)
    assert len(database.rows("select from copy_core.fct_deals")) == 20
    with database.connect() as connection:
        connection.execute("drop view core.fct_deals")
    mirror(paths, database.target, print)
    publish(paths, {"core.dim_reps": TABLES["core.dim_reps"]})
    mirror(paths, database.target, print)
    assert database.rows("select text from core.notes") == [("mine",)]
    assert database.rows("select count(*) from copy_core.fct_deals") == [(20,)]


def test_a_rollback_is_mirrored(paths: Paths, database: Database, tmp_path: Path) -> None:
    first = publish(paths, TABLES)
    publish(paths, {**TABLES, "core.fct_deals": OTHER_DEALS})
    mirror(paths, database.target, print)
    assert rollback(paths) == first
    assert mirror(paths, database.target, print).version == first
    assert differences(paths, database, tmp_path) == []
    assert database.rows("select version from meta.refresh") == [(first,)]


def test_rights_that_people_gave_stay(paths: Paths, database: Database) -> None:
    publish(paths, TABLES)
    mirror(paths, MirrorTarget(database.target.dsn), print)
    with database.connect() as connection:
        connection.execute(f"grant usage on schema core to {database.reader}")
        connection.execute(f"grant select on core.fct_deals to {database.reader}")
    publish(paths, {**TABLES, "core.fct_deals": OTHER_DEALS})
    mirror(paths, MirrorTarget(database.target.dsn), print)
    with database.connect_reader() as reader:
        assert reader.execute("select status from core.fct_deals limit 1").fetchall() == [("won",)]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            reader.execute("select from core.dim_reps")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"password": "wr0ng"}, "password authentication failed"),
        ({"port": 1}, "refused"),
        ({"dbname": "nowhere"}, 'database "nowhere" does not exist'),
    ],
)
def test_a_server_that_says_no_is_told_without_the_password(
    paths: Paths, database: Database, change: dict[str, str], expected: str
) -> None:
    publish(paths, TABLES)
    parts = psycopg.conninfo.conninfo_to_dict(database.target.dsn)
    target = MirrorTarget(psycopg.conninfo.make_conninfo(**{**parts, **change}))
    said = refusal(paths, target)
    assert expected in said
    for secret in (PASSWORD, "wr0ng"):
        assert secret not in said
        assert secret not in (paths.state / "mirror.json").read_text(encoding="utf-8")
        assert secret not in repr(target)


@pytest.mark.parametrize(
    "dsn",
    [
        "host=db pass word='s3cret",
        "postgresql://u:s3cret@h:x:y/%zz",
        "postgresql://u:pass@s3cret@db.invalid/sales",
        "postgresql://u:pass/s3cret@db.invalid/sales",
        "postgresql://u:77/s3cret@db.invalid",
    ],
)
def test_a_dsn_that_cannot_be_read_is_not_shown(paths: Paths, dsn: str) -> None:
    publish(paths, TABLES)
    said = refusal(paths, MirrorTarget(dsn))
    assert "s3cret" not in said + (paths.state / "mirror.json").read_text(encoding="utf-8")
    assert "PROSPECTION_POSTGRES" in said


def test_a_role_or_an_encoding_that_will_not_do_is_named(
    paths: Paths, database: Database, server: Server
) -> None:
    publish(paths, TABLES)
    said = refusal(paths, MirrorTarget(database.target.dsn, "nobody"))
    assert "'nobody'" in said
    assert "create role" in said
    with psycopg.connect(server.dsn("postgres"), autocommit=True) as connection:
        connection.execute("create database latin template template0 encoding 'LATIN1'")
    assert "encoding is LATIN1" in refusal(paths, MirrorTarget(server.dsn("latin")))


def test_who_keeps_a_table_that_must_change_is_named(
    paths: Paths, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Others go on reading meanwhile: the mirror never waits with a lock in its hands."""
    monkeypatch.setattr(locking, "LOCK_SECONDS", 3)
    first = publish(paths, TABLES)
    mirror(paths, database.target, print)
    publish(paths, {**TABLES, "core.fct_deals": OTHER_DEALS})
    slowest = 0.0
    with database.connect_reader(autocommit=False) as holder:
        holder.execute("select count(*) from core.fct_deals")
        failed: list[str] = []
        copying = threading.Thread(target=lambda: failed.append(refusal(paths, database.target)))
        copying.start()
        with database.connect_reader() as reader:
            while copying.is_alive():
                begun = time.monotonic()
                reader.execute("select count(*) from core.fct_deals, core.dim_reps")
                slowest = max(slowest, time.monotonic() - begun)
        assert "columns or keys change" in failed[0]
        assert f"of {database.reader}" in failed[0]
        assert slowest < 2.0
    assert database.rows("select version from meta.refresh") == [(first,)]
    mirror(paths, database.target, print)
    assert columns(database, "core.fct_deals")[-1] == "said"


def test_two_mirrors_do_not_write_at_once(paths: Paths, database: Database, tmp_path: Path) -> None:
    publish(paths, TABLES)
    failed: list[Exception] = []

    def copy() -> None:
        try:
            mirror(paths, database.target, print, anew=True)
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=copy) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert differences(paths, database, tmp_path) == []
