"""Spark that runs elsewhere does what a local session does: files, tables, views, links.

What belongs here: a Spark Connect server, and a master with a worker of their own, both on this
machine, asked as those of a cluster would be. What does not: what the rules make of SQL
(`test_rules_on_spark.py`), whole builds (`test_spark.py`).
"""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import duckdb
import pytest

from orchestration.engines.spark_process import SparkError, SparkProcess
from orchestration.engines.spark_ready import ENVIRONMENT
from orchestration.settings.engine import Engine

pytestmark = pytest.mark.spark

CONNECT = "org.apache.spark.sql.connect.service.SparkConnectServer"
MASTER, WORKER = (f"org.apache.spark.deploy.{name}" for name in ("master.Master", "worker.Worker"))
HERE = "127.0.0.1"

SMALL = {
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1",
    "spark.driver.host": HERE,
    "spark.sql.shuffle.partitions": "2",
    "spark.ui.enabled": "false",
}


def free_port() -> int:
    with socket.socket() as free:
        free.bind((HERE, 0))
        return int(free.getsockname()[1])


@contextmanager
def running(program: str, *arguments: str, folder: Path) -> Iterator[None]:
    """Run a program of Spark until it is no longer needed."""
    variables = {**os.environ, "PYSPARK_PYTHON": str(ENVIRONMENT / "bin" / "python")}
    variables |= {"SPARK_LOCAL_IP": HERE, "SPARK_WORKER_DIR": str(folder / "work")}
    with (folder / "server.log").open("ab") as log:
        command = [str(ENVIRONMENT / "bin" / program), *arguments]
        child = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, env=variables)
    try:
        yield
    finally:
        child.terminate()
        child.wait()


def wait_for(port: int) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        with socket.socket() as tried:
            if tried.connect_ex((HERE, port)) == 0:
                return
        time.sleep(0.2)
    raise TimeoutError(f"nothing listens at {port}")


def told(settings: dict[str, str]) -> list[str]:
    return [part for key, value in settings.items() for part in ("--conf", f"{key}={value}")]


@pytest.fixture(params=["connect", "submit"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """Start Spark apart and return how a data folder would name it."""
    port = free_port()
    with ExitStack() as programs:
        if request.param == "connect":
            settings = {
                **SMALL,
                "spark.connect.grpc.binding.address": HERE,
                "spark.connect.grpc.binding.port": str(port),
            }
            server = ("--master", "local[2]", *told(settings), "--class", CONNECT, "spark-internal")
            programs.enter_context(running("spark-submit", *server, folder=tmp_path))
            wait_for(port)
            yield Engine("spark", remote=f"sc://{HERE}:{port}/;user_id=analyst")
        else:
            url = f"spark://{HERE}:{port}"
            master = (MASTER, "--host", HERE, "--port", str(port), "--webui-port", "0")
            worker = (WORKER, "--host", HERE, "--webui-port", "0", "-c", "1", "-m", "1g", url)
            programs.enter_context(running("spark-class", *master, folder=tmp_path))
            wait_for(port)
            programs.enter_context(running("spark-class", *worker, folder=tmp_path))
            submit = ("--master", url, "--executor-memory", "512m", *told(SMALL))
            yield Engine("spark", submit=" ".join(submit))


def test_spark_elsewhere_reads_and_writes_as_a_session_does(engine: Engine, tmp_path: Path) -> None:
    landed = tmp_path / "crm@1 {a}.parquet"
    duckdb.sql(f"copy (select 'b' as name union all select 'a') to '{landed}' (format parquet)")
    process = SparkProcess(engine, 2, tmp_path / "spark.log")
    process.wait_until_ready()
    columns = {"columns": "`name` string, `place` int", "select": ["`name`", "file_row_number"]}
    process.ask({"do": "files", "name": "landed", "files": [str(landed)], **columns})
    process.ask({"do": "files", "name": "nothing", "files": [], **columns})
    numbered = "select name, file_row_number as place from landed"
    process.ask({"do": "view", "name": "numbered", "sql": f"{numbered} union all from nothing"})
    table = {"do": "table", "name": "doubled", "address": str(tmp_path / "doubled")}
    process.ask({**table, "sql": "select name, place * 2 as place from numbered"})
    closure = {"do": "closure", "name": "ways", "address": str(tmp_path / "ways")}
    links = "values (1, 2), (2, 3), (3, 4), (4, 5)"
    step = "select ways.a, further.b from ways inner join ways as further on ways.b = further.a"
    process.ask({**closure, "begin": f"select * from {links} as links (a, b)", "step": step})
    table = {"do": "table", "name": "counted", "address": str(tmp_path / "counted")}
    process.ask({**table, "sql": "select count(*) as ways from ways"})
    with pytest.raises(SparkError, match="no_such_table"):
        process.ask({"do": "view", "name": "lost", "sql": "select * from no_such_table"})
    process.close()
    written = f"select * from read_parquet('{tmp_path}/doubled/*.parquet') order by all"
    assert duckdb.sql(written).fetchall() == [("a", 2), ("b", 0)]
    counted = f"from read_parquet('{tmp_path}/counted/*.parquet')"
    assert duckdb.sql(counted).fetchall() == [(10,)]
