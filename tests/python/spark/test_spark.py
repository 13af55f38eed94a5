"""Spark builds what DuckDB builds: a small company after two loads, every table the same.

What belongs here: whole builds on Spark in a local session, and the store that a cluster would read
(`make test-spark`). What does not: what needs no Java (`tests/python/unit/engines`).
"""

import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import psutil
import pytest
import yaml

from orchestration.engines.spark_process import WORKER
from orchestration.engines.spark_ready import ENVIRONMENT
from orchestration.engines.storage import Storage
from orchestration.paths import Paths
from orchestration.settings.engine import Engine
from orchestration.warehouse.database import finished_build_id
from tests.python.conftest import REPO_ROOT, run_prospection
from tests.python.spark.comparing import different_tables

pytestmark = pytest.mark.spark

SHORT_LIVED = {
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC "
    "-XX:ReservedCodeCacheSize=256m",
    "spark.sql.shuffle.partitions": 2,
}
"""Java compiles what runs for minutes only as far as it pays, and small tables are small tasks."""

LEAST_TABLES = 200
"""So many tables the warehouse has at least: a comparison of fewer has missed some."""


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Paths, Paths]:
    """Return the exports, and the data folders that DuckDB and Spark built of the same loads."""
    folder = tmp_path_factory.mktemp("spark")
    exports, on_duckdb, on_spark = folder / "exports", folder / "duckdb", folder / "spark"
    run_prospection("demo", "--out", exports, "--scale", 0.05)
    files = {
        name: (exports / name).read_bytes().splitlines(keepends=True)
        for name in ("outreach/activities.csv", "crm/deals.csv", "crm/prospects.csv")
    }
    # the first load lacks the last fifth of each file
    for name, lines in files.items():
        (exports / name).write_bytes(b"".join(lines[: len(lines) * 4 // 5]))
    inputs = ("--exports", exports, "--data", on_duckdb)
    first = run_prospection("load", *inputs, "--loaded-at", "2026-10-01T08:00")
    assert first.returncode == 0, first.stdout + first.stderr
    for name, lines in files.items():
        (exports / name).write_bytes(b"".join(lines))
    second = run_prospection("load", *inputs, "--loaded-at", "2026-11-01T08:00")
    assert second.returncode == 0, second.stdout + second.stderr
    shutil.copytree(on_duckdb, on_spark)
    # Spark reads and writes a folder of its own, as on a cluster
    engine = {"name": "duckdb", "storage": str(folder / "store"), "settings": SHORT_LIVED}
    with (exports / "sources.yml").open("a", encoding="utf-8") as settings:
        settings.write("\n" + yaml.safe_dump({"engine": engine}))
    for data, engine in ((on_duckdb, "duckdb"), (on_spark, "spark")):
        result = run_prospection(
            "run", "--exports", exports, "--data", data, "--engine", engine, timeout=1200
        )
        assert result.returncode == 0, result.stdout + result.stderr
    return exports, Paths(on_duckdb), Paths(on_spark)


def test_every_table_is_the_same(built: tuple[Path, Paths, Paths]) -> None:
    _, on_duckdb, on_spark = built
    count, different = different_tables(on_duckdb.warehouse, on_spark.warehouse)
    assert not different
    assert count >= LEAST_TABLES


def test_spark_wrote_the_tables(built: tuple[Path, Paths, Paths]) -> None:
    """The warehouse has views on Spark's files alone; tables are seeds, which dbt loads."""
    _, _, on_spark = built
    with duckdb.connect(str(on_spark.warehouse), read_only=True) as connection:
        schemas = connection.execute("select distinct schema_name from duckdb_tables()").fetchall()
        places = connection.execute(
            "select count(*) from duckdb_views() where sql like '%read_parquet(%/tables/core/%'"
        ).fetchone()
    assert schemas == [("reference",)]
    assert places is not None
    assert places[0] > 20
    (folder,) = on_spark.spark_builds.iterdir()
    assert list(folder.glob("tables/core/dim_clock/*.parquet"))
    store = on_spark.data.parent / "store"
    assert (folder / "tables").resolve() == store / "builds" / folder.name
    assert list(store.glob("inputs/landing/generic/activities/*@*.parquet"))


def test_both_publish_the_same(built: tuple[Path, Paths, Paths]) -> None:
    _, on_duckdb, on_spark = built
    tables = []
    for paths in (on_duckdb, on_spark):
        file = paths.current / "prospection.duckdb"
        with duckdb.connect(str(file), read_only=True) as connection:
            query = """
                select schema_name, table_name, column_name, data_type, comment
                from duckdb_columns() where not internal order by all
            """
            tables.append(connection.execute(query).fetchall())
    assert tables[0] == tables[1]
    assert (on_spark.current / "dashboard" / "index.html").exists()


def test_a_killed_build_leaves_the_last_version(built: tuple[Path, Paths, Paths]) -> None:
    exports, _, on_spark = built
    version, warehouse = on_spark.current.resolve(), _sha256(on_spark.warehouse)
    (last,) = on_spark.spark_builds.iterdir()
    command = [sys.executable, "-m", "orchestration.cli", "run", "--engine", "spark"]
    folders = ["--exports", str(exports), "--data", str(on_spark.data), "--full-refresh"]
    child = subprocess.Popen([*command, *folders], cwd=REPO_ROOT, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 400
    while time.monotonic() < deadline and child.poll() is None:
        written = list(on_spark.spark_builds.glob("*/tables/staging/*/*.parquet"))
        if any(not file.is_relative_to(last) for file in written):
            break
        time.sleep(0.2)
    assert child.poll() is None, "the build ended before it could be killed"
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    deadline = time.monotonic() + 30
    while _sessions() and time.monotonic() < deadline:
        time.sleep(0.2)
    assert not _sessions(), "Spark goes on without the refresh that started it"
    assert on_spark.current.resolve() == version
    assert _sha256(on_spark.warehouse) == warehouse
    with duckdb.connect(str(on_spark.warehouse), read_only=True) as connection:
        row = connection.execute("select count(*) from core.fct_activities").fetchone()
    assert row is not None
    assert row[0] > 0
    result = run_prospection("publish", "--exports", exports, "--data", on_spark.data)
    assert result.returncode == 0, result.stdout + result.stderr


def _sessions() -> list[int]:
    """Return the processes that hold a session."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        if str(WORKER) in (process.info["cmdline"] or []):
            found.append(process.pid)
    return found


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Start an S3 server on this machine and return its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    command = [str(ENVIRONMENT / "bin" / "moto_server"), "-H", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(300):
            with socket.socket() as tried:
                if tried.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def test_an_object_store_gets_what_is_new_and_gives_tables_back(
    s3: str, built: tuple[Path, Paths, Paths], tmp_path: Path
) -> None:
    import pyarrow.fs as pafs

    _, on_duckdb, on_spark = built
    files = pafs.S3FileSystem(
        scheme="http", endpoint_override=s3.removeprefix("http://"), allow_bucket_creation=True
    )
    files.create_dir("company")
    paths = Paths(tmp_path / "data")
    for part in ("landing", "state"):
        shutil.copytree(on_duckdb.data / part, paths.data / part)
    storage = Storage(Engine("spark", storage="s3a://company/prospection", endpoint=s3))
    landed = [*paths.landing.rglob("*.parquet"), *paths.settings.rglob("*.parquet")]
    assert storage.push(paths) == len(landed)
    assert storage.push(paths) == 0
    gone = next(iter(paths.landing.glob("generic/deals/*@*.parquet")))
    gone.unlink()
    shutil.copy(
        next(iter(paths.landing.glob("generic/deals/*.parquet"))), gone.with_name("n.parquet")
    )
    assert storage.push(paths) == 1
    base = "company/prospection/inputs/landing/generic/deals"
    there = {info.base_name for info in files.get_file_info(pafs.FileSelector(base))}
    assert there == {file.name for file in gone.parent.iterdir()}

    build = on_spark.spark_builds / str(finished_build_id(on_spark))
    for name in ("old", "new"):
        for file in (build / "tables" / "core" / "dim_reps").glob("*.parquet"):
            storage.put(file, f"builds/{name}/core/dim_reps/{file.name}")
    storage.fetch("builds/new/core/dim_reps", tmp_path / "tables")
    query = "select count(*) from read_parquet('{}/*.parquet')"
    counts = {
        duckdb.sql(query.format(folder)).fetchall()[0]
        for folder in (tmp_path / "tables", build / "tables" / "core" / "dim_reps")
    }
    assert len(counts) == 1
    storage.keep_only("new")
    left = files.get_file_info(pafs.FileSelector("company/prospection/builds"))
    assert [info.base_name for info in left] == ["new"]
