"""What the copy of a version is: every row in its type, with keys, comments and rights."""

from pathlib import Path

import psycopg
import pytest

from orchestration.mirror.mirroring import mirror
from orchestration.paths import Paths

from .conftest import Database
from .publishing import Sample, differences, publish

pytestmark = pytest.mark.postgres

REPS = Sample(
    "select * from (values (1, 'Ana'), (2, 'Bo')) as reps (rep_key, name)",
    ["rep_key"],
    description="one row per rep",
    columns={"name": "what it's called; 100 % sure"},
)
DEALS = Sample(
    "select range as deal_key, 1 + range % 2 as rep_key, range * 1.5 as amount from range(20)",
    ["deal_key"],
    {"rep_key": "core.dim_reps(rep_key)"},
)
TABLES = {"core.dim_reps": REPS, "core.fct_deals": DEALS}

EVERYTHING = """
    select
        range as id,
        case when range % 7 != 0 then 'é "x", ' || chr(10) || '\\.' || chr(10) || '\\N' || range
            end as text,
        '' as nothing,
        '\\N' as sign,
        null::varchar as missing,
        (range % 3 = 0) as flag,
        (range / 7.0)::decimal(18, 4) as amount,
        (range / 3.0)::decimal(38, 6) as large,
        case range when 1 then 'nan'::double when 2 then 'inf'::double when 3 then '-inf'::double
            when 4 then 5e-324::double when 5 then 1.7976931348623157e308::double
            else random() * 10 ** (range % 40 - 20) end as number,
        (range / 3)::float as small_number,
        170141183460469231731687303715884105727::hugeint as huge,
        18446744073709551615::ubigint as unsigned,
        range::tinyint as tiny,
        case range when 1 then 'infinity'::date else date '2026-02-28' + range::int end as day,
        timestamp '2026-10-25 02:30:00.123456' + interval (range) second as moment,
        timestamptz '2026-10-25 02:30:00+02' as instant,
        time '23:59:59.999999' as clock,
        interval '1 year 2 months 3 days 04:05:06' as span,
        uuid '5e2f3a4b-0000-4000-8000-000000000001' as token,
        ['a', 'b"', null] as list,
        map {'crm': date '2026-10-01'} as newest,
        {'a': range, 'b': 'x'} as pair
    from range(60)
"""


def test_a_first_copy_holds_every_value_in_its_type(
    paths: Paths, database: Database, tmp_path: Path
) -> None:
    version = publish(paths, {"kpi.everything": Sample(EVERYTHING, ["id"]), **TABLES})
    state = mirror(paths, database.target, print)
    assert differences(paths, database, tmp_path) == []
    assert (state.version, state.tables, state.written, state.left_out) == (version, 4, 4, ())
    kinds = dict(
        database.rows(
            "select attname, format_type(atttypid, atttypmod) from pg_attribute "
            "where attrelid = 'kpi.everything'::regclass and attnum > 0"
        )
    )
    assert kinds["amount"] == "numeric(18,4)"
    assert kinds["number"] == "double precision"
    assert kinds["flag"] == "boolean"
    assert kinds["moment"] == "timestamp without time zone"
    assert kinds["list"] == "jsonb"
    rows = database.rows("select version, as_of::text, mirrored_at is null from meta.refresh")
    assert rows == [(version, "2026-10-01", False)]


def test_what_postgres_writes_in_another_way_is_translated(
    paths: Paths, database: Database
) -> None:
    """It has no room for the character of code 0, and other words for years before Christ."""
    query = """
        select 'a' || chr(0) || 'b' as text, ['c' || chr(0)] as list, '\\xAB\\x00'::blob as bytes,
            date '0044-03-15 (BC)' as day, timestamp '0044-03-15 (BC) 12:00:00' as moment,
            ['nan'::double] as numbers
    """
    publish(paths, {"core.texts": Sample(query)})
    mirror(paths, database.target, print)
    rows = database.rows(
        "select text, list, bytes, day::text, moment::text, numbers from core.texts"
    )
    assert rows == [("a�b", ["c�"], b"\xab\0", "0044-03-15 BC", "0044-03-15 12:00:00 BC", "[nan]")]


def test_tables_without_rows_and_long_names_are_copied(paths: Paths, database: Database) -> None:
    name = "k" * 70
    query = f'select 1 as {name}a, 2 as {name}b, 3 as xmin, 4 as "Order %s"'
    none = Sample("select 1::bigint as a, 'x' as b where false", ["a"])
    publish(paths, {"core.long": Sample(query), "core.none": none})
    mirror(paths, database.target, print)
    columns = [row[0] for row in database.rows(
        "select attname from pg_attribute where attrelid = 'core.long'::regclass and attnum > 0"
        " order by attnum"
    )]  # fmt: skip
    assert len(set(columns)) == 4
    assert columns[0].startswith("k" * 54)
    assert columns[2:] == ["xmin_", "Order %s"]
    assert database.rows('select "Order %s", xmin_ from core.long') == [(4, 3)]
    assert database.rows("select * from core.none") == []


def test_keys_are_real_and_comments_and_rights_are_carried(
    paths: Paths, database: Database
) -> None:
    publish(paths, TABLES)
    mirror(paths, database.target, print)
    with database.connect() as connection, pytest.raises(psycopg.errors.UniqueViolation):
        connection.execute("insert into core.dim_reps values (1, 'again')")
    with database.connect() as connection, pytest.raises(psycopg.errors.ForeignKeyViolation):
        connection.execute("insert into core.fct_deals values (99, 99, 1)")
    comments = database.rows(
        "select obj_description('core.dim_reps'::regclass), "
        "col_description('core.dim_reps'::regclass, 2)"
    )
    assert comments == [("one row per rep", "what it's called; 100 % sure")]
    with database.connect_reader() as reader:
        assert reader.execute("select count(*) from core.fct_deals").fetchall() == [(20,)]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            reader.execute("delete from core.fct_deals")


def test_keys_that_do_not_hold_are_left_out_and_told(paths: Paths, database: Database) -> None:
    wrong = Sample(
        "select case when range > 0 then 1 end as a, 7 as rep_key from range(3)",
        ["a"],
        {"rep_key": "core.dim_reps(rep_key)"},
    )
    publish(paths, {**TABLES, "core.wrong": wrong})
    assert mirror(paths, database.target, print).left_out == (
        "core.wrong has no primary key: (a) is empty in a row, or in two rows the same",
        "core.wrong has no foreign key rep_key: 3 of 3 rows are not found in core.dim_reps",
    )
    right = Sample("select range as a, 1 as rep_key from range(3)", ["a"], wrong.references)
    publish(paths, {**TABLES, "core.wrong": right})
    assert mirror(paths, database.target, print).left_out == ()
    keys = "select count(*) from pg_constraint where conrelid = 'core.wrong'::regclass"
    assert database.rows(keys) == [(2,)]
    publish(paths, {**TABLES, "core.wrong": wrong})
    assert len(mirror(paths, database.target, print).left_out) == 2
    assert database.rows(keys) == [(0,)]


def test_what_did_not_change_is_not_written(
    paths: Paths, database: Database, tmp_path: Path
) -> None:
    publish(paths, TABLES)
    mirror(paths, database.target, print)
    written = "select xmin::text from core.dim_reps union all select xmin::text from core.fct_deals"
    before = database.rows(written)
    assert mirror(paths, database.target, print).tables == 3
    more = Sample(DEALS.query.replace("1.5", "2.5"), DEALS.key, DEALS.references)
    publish(paths, {**TABLES, "core.fct_deals": more})
    state = mirror(paths, database.target, print)
    assert (state.written, state.rows) == (2, 42)
    after = database.rows(written)
    assert (after[:2], set(after[2:]) & set(before)) == (before[:2], set())
    assert differences(paths, database, tmp_path) == []


def large(count: int, changed: int, gone: int = 0) -> Sample:
    query = (
        f"select 'k' || range as a, range % 5 as b, case when range < {changed} then 'new' "
        f"else 'old' end as said, range / 7 as number from range({gone}, {count})"
    )
    return Sample(query, ["a", "b"])


def test_of_a_large_table_only_the_rows_that_differ_are_written(
    paths: Paths, database: Database, tmp_path: Path
) -> None:
    publish(paths, {"kpi.large": large(20_000, 0)})
    mirror(paths, database.target, print)
    publish(paths, {"kpi.large": large(20_010, 100, gone=30)})
    state = mirror(paths, database.target, print)
    assert state.rows == 30 + 70 + 70 + 10 + 2
    assert differences(paths, database, tmp_path) == []
    publish(paths, {"kpi.large": large(20_000, 15_000)})
    assert mirror(paths, database.target, print).rows > 20_000
    assert differences(paths, database, tmp_path) == []


def test_a_large_table_that_somebody_changed_is_written_whole(
    paths: Paths, database: Database, tmp_path: Path
) -> None:
    """Also one whose version is gone, and every one with `anew`."""
    publish(paths, {"kpi.large": large(20_000, 0)})
    mirror(paths, database.target, print)
    database.connect().execute("delete from kpi.large where b = 3")
    publish(paths, {"kpi.large": large(20_000, 10)})
    mirror(paths, database.target, print)
    assert differences(paths, database, tmp_path) == []
    database.connect().execute("delete from kpi.large where b = 4")
    mirror(paths, database.target, print)
    assert differences(paths, database, tmp_path) != []
    mirror(paths, database.target, print, anew=True)
    assert differences(paths, database, tmp_path) == []
    folder = paths.current.resolve()
    publish(paths, {"kpi.large": large(20_000, 20)})
    folder.rename(folder.with_name(".gone"))
    assert mirror(paths, database.target, print).rows > 20_000
    assert differences(paths, database, tmp_path) == []
