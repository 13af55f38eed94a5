"""Readers during mirrors, and mirrors that are killed: one whole version is seen, always."""

import os
import signal
import subprocess
import sys
import threading
import time
from typing import Any

import psycopg
import pytest

from orchestration.environment import POSTGRES_ROLE_VARIABLE, POSTGRES_VARIABLE
from orchestration.mirror.mirroring import mirror
from orchestration.paths import Paths

from .conftest import Database
from .publishing import Sample, publish

pytestmark = pytest.mark.postgres

MIRRORS = 24
READERS = 4

ONE_STATEMENT = """
    select distinct number from (
        select number from core.small union all select number from kpi.large
        union all select right(version, 5)::int from meta.refresh
    ) as seen
"""


def tables_of(number: int, rows: int) -> dict[str, Sample]:
    """Return tables that say in each row of which version they are."""
    one = f"(range + {number}) % 20001 as id, {number} as number"
    return {
        "core.small": Sample(f"select {one} from range(500)", ["id"]),
        "kpi.large": Sample(
            f"select {one}, case when range % 50 = 0 then {number} end as said from range({rows})",
            ["id"],
            {"number": "core.numbers(number)"},
        ),
        "core.numbers": Sample(f"select {number} as number", ["number"]),
    }


def publish_numbered(paths: Paths, rows: int = 20_000) -> int:
    number = len(list(paths.published.glob("[0-9]*")))
    publish(paths, tables_of(number, rows))
    return number


def test_readers_see_one_whole_version_each_time(paths: Paths, database: Database) -> None:
    publish_numbered(paths)
    mirror(paths, database.target, print)
    ended = threading.Event()
    seen: list[Any] = []
    failed: list[Exception] = []

    def read(repeats: bool) -> None:
        try:
            with database.connect_reader(autocommit=not repeats) as reader:
                reader.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
                while not ended.is_set():
                    if not repeats:
                        seen.append(reader.execute(ONE_STATEMENT).fetchall())
                        continue
                    numbers = set()
                    for table in ("core.small", "kpi.large", "core.numbers"):
                        numbers |= set(reader.execute(f"select number from {table}").fetchall())
                    seen.append(list(numbers))
                    reader.commit()
        except Exception as error:
            failed.append(error)

    readers = [threading.Thread(target=read, args=(index % 2 == 1,)) for index in range(READERS)]
    for reader in readers:
        reader.start()
    for _ in range(MIRRORS):
        publish_numbered(paths)
        mirror(paths, database.target, print)
    ended.set()
    for reader in readers:
        reader.join()
    assert failed == []
    assert [rows for rows in seen if len(rows) != 1] == []
    assert len(seen) >= MIRRORS
    assert len({rows[0] for rows in seen}) > 2
    print(f"{len(seen)} reads during {MIRRORS} mirrors")


def test_a_long_transaction_keeps_its_version_and_holds_up_nobody(
    paths: Paths, database: Database
) -> None:
    publish_numbered(paths)
    mirror(paths, database.target, print)
    with database.connect_reader(autocommit=False) as reader:
        reader.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        assert reader.execute(ONE_STATEMENT).fetchall() == [(0,)]
        for _ in range(3):
            publish_numbered(paths)
            mirror(paths, database.target, print)
        assert reader.execute(ONE_STATEMENT).fetchall() == [(0,)]
    assert database.rows(ONE_STATEMENT) == [(3,)]


def test_a_mirror_that_is_killed_leaves_one_whole_version(paths: Paths, database: Database) -> None:
    """At any moment: from its start to its end, in steps of a twelfth of what it takes."""
    publish_numbered(paths, 60_000)
    mirror(paths, database.target, print)
    target = database.target
    environment = {
        **os.environ,
        POSTGRES_VARIABLE: target.dsn,
        POSTGRES_ROLE_VARIABLE: target.role or "",
    }
    command = [sys.executable, "-m", "orchestration.cli", "mirror", "--data", str(paths.data)]
    publish_numbered(paths, 60_000)
    begun = time.monotonic()
    subprocess.run(command, env=environment, check=True, capture_output=True)
    whole = time.monotonic() - begun
    ended = []
    for step in range(12):
        number = publish_numbered(paths, 60_000)
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        time.sleep(whole * (step + 1) / 12)
        process.send_signal(signal.SIGKILL)
        process.wait()
        found = database.rows(ONE_STATEMENT)
        assert len(found) == 1
        ended.append(found == [(number,)])
    assert not all(ended)
    mirror(paths, target, print)
    assert database.rows(ONE_STATEMENT) == [(number,)]
