"""The process that holds the Spark session: the only place where Spark is imported.

What belongs here: a loop that reads requests, a line of JSON each, from the standard input, carries
them out on threads and answers on the standard output. It runs in the environment that `make spark`
makes, which has nothing else of this project, so that it imports nothing of it. What does not:
which tables there are and what their SQL is (see `spark_build.py`), starting this process (see
`spark_process.py`).

    {"id": 1, "do": "files", "name": …, "files": […], "columns": …, "select": […]}
    {"id": 2, "do": "table", "name": …, "sql": …, "address": …}
    {"id": 3, "do": "view", "name": …, "sql": …}
    {"id": 4, "do": "closure", "name": …, "begin": …, "step": …, "address": …}
    {"id": 2, "error": null, "seconds": 1.5}

`files` makes a view on Parquet files, `table` writes what a query gives and makes a view on it,
`view` makes a view on a query, `closure` one on rows and all the rows that a step leads to. Views
are those of the session: other users of a server see none.
"""

import json
import logging
import os
import re
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

LOCAL = {
    "spark.ui.enabled": "false",
    "spark.log.level": "ERROR",
    "spark.driver.memory": "4g",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.shuffle.partitions": "4",
    "spark.default.parallelism": "2",
    "spark.scheduler.mode": "FAIR",
}
"""Further settings of a session that this process starts itself; the user's own come after them."""

ROW_INDEX = "file_row_number"
"""The column that DuckDB calls so: which row of its file a row is."""


def main() -> None:
    """Start the session, then carry out requests until the standard input ends."""
    options = json.loads(sys.argv[1])
    logging.disable()  # each refused query would be told with a hundred lines of calls
    answers = os.fdopen(os.dup(1), "w", buffering=1, encoding="utf-8")
    os.dup2(2, 1)  # what Spark itself prints goes to the log
    lock = threading.Lock()

    def answer(message: dict[str, Any]) -> None:
        with lock:
            answers.write(json.dumps(message) + "\n")

    try:
        spark = _session(options)
        answer({"id": 0, "error": None, "version": spark.version})
    except Exception as error:
        answer({"id": 0, "error": _text(error)})
        os._exit(1)
    threads = ThreadPoolExecutor(options["threads"])
    for line in sys.stdin:
        threads.submit(_carry_out, spark, json.loads(line), answer)
    os._exit(0)  # who asked is gone, and with this process its Java ends: nothing goes on


def _session(options: dict[str, Any]) -> Any:
    from pyspark.sql import SparkSession

    builder: Any = SparkSession.builder.appName("prospection")
    settings = dict(options["settings"])
    if options["remote"] or os.environ.get("SPARK_REMOTE"):
        if options["remote"]:
            builder = builder.remote(options["remote"])
    elif not options["is_submitted"]:
        builder = builder.master(settings.pop("spark.master", "local[*]"))
        settings = {**LOCAL, **settings}
    for key, value in settings.items():
        builder = builder.config(key, value)
    spark = builder.getOrCreate()
    for key, value in options["session"].items():  # also on a server that is there already
        spark.conf.set(key, value)
    return spark


def _carry_out(spark: Any, request: dict[str, Any], answer: Any) -> None:
    begun = time.monotonic()
    error = None
    try:
        _WORK[request["do"]](spark, request)
    except Exception as problem:
        error = _text(problem)
    seconds = round(time.monotonic() - begun, 3)
    answer({"id": request["id"], "error": error, "seconds": seconds})


def _files(spark: Any, request: dict[str, Any]) -> None:
    """Make a view on files whose columns are given: a column that a file lacks is null there."""
    from pyspark.sql import functions

    if request["files"]:
        # as given: no folder is searched, and none that is called `key=value` makes a column
        reader = spark.read.schema(request["columns"]).option("recursiveFileLookup", "true")
        rows = reader.parquet(*map(without_patterns, request["files"]))
        rows = rows.withColumn(ROW_INDEX, functions.col("_metadata.row_index"))
    else:
        rows = spark.createDataFrame([], f"{request['columns']}, {ROW_INDEX} bigint")
    rows.selectExpr(*request["select"]).createOrReplaceTempView(request["name"])


def _table(spark: Any, request: dict[str, Any]) -> None:
    rows = spark.sql(request["sql"])
    rows.write.mode("overwrite").option("compression", "zstd").parquet(request["address"])
    written = spark.read.schema(rows.schema).parquet(without_patterns(request["address"]))
    written.createOrReplaceTempView(request["name"])


def _view(spark: Any, request: dict[str, Any]) -> None:
    spark.sql(request["sql"]).createOrReplaceTempView(request["name"])


def _closure(spark: Any, request: dict[str, Any]) -> None:
    """Make a view on rows and all that a step leads to from them, until a step adds none."""
    rows = spark.sql(request["begin"]).distinct()
    count, steps = -1, 0
    while True:
        address = f"{request['address']}/{steps}"
        rows.write.mode("overwrite").parquet(address)  # else each step would plan all before it
        rows = spark.read.schema(rows.schema).parquet(without_patterns(address))
        rows.createOrReplaceTempView(request["name"])
        found = rows.count()
        if found == count:
            return
        count, steps = found, steps + 1
        rows = rows.union(spark.sql(request["step"])).distinct()


_WORK = {"files": _files, "table": _table, "view": _view, "closure": _closure}


def without_patterns(path: str) -> str:
    """Return a path as Hadoop reads it where it looks for patterns: each of their signs escaped."""
    return re.sub(r"([\\{}\[\]*?])", r"\\\1", path)


def _text(error: BaseException) -> str:
    """Return what an error says, without the trace of Java's calls."""
    return str(error).split("JVM stacktrace")[0].strip()[:4000] or type(error).__name__


if __name__ == "__main__":
    main()
