"""The names of tables in Spark, and what a build is told."""

import json
from pathlib import Path

from orchestration.engines.spark_build import BuildDescription, describe_build, with_view_names
from orchestration.engines.spark_process import WORKER, worker_command, worker_variables
from orchestration.settings.engine import Engine

SOURCES = {
    "read_parquet('landing/_loads/*.parquet')": "landing___loads",
    "read_parquet('landing/_loads/*.parquet', union_by_name=true)": "landing___all_loads",
}


def test_a_relation_without_an_alias_keeps_its_own_name() -> None:
    sql = (
        'select dim_reps.name from "warehouse"."core"."dim_reps" '
        'join "warehouse"."core"."fct_deals" as deals using (rep_key)'
    )
    renamed, names = with_view_names(sql, {})
    assert renamed == (
        'select dim_reps.name from "core__dim_reps" as dim_reps '
        'join "core__fct_deals" as deals using (rep_key)'
    )
    assert names == {"core__dim_reps", "core__fct_deals"}


def test_a_source_is_told_from_one_whose_relation_begins_alike() -> None:
    renamed, names = with_view_names(
        "select * from read_parquet('landing/_loads/*.parquet', union_by_name=true) as loads",
        SOURCES,
    )
    assert renamed == 'select * from "landing___all_loads" as loads'
    assert names == {"landing___all_loads"}


def test_a_build_is_told_which_tables_dbt_makes(tmp_path: Path) -> None:
    manifest = {
        "nodes": {
            "model.a": {"resource_type": "model", "schema": "core", "alias": "dim_reps"},
            "seed.b": {"resource_type": "seed", "schema": "reference", "alias": "channels"},
            "test.c": {"resource_type": "test", "schema": "core", "alias": "unique"},
        },
        "sources": {
            "source.d": {"source_name": "landing", "name": "_loads", "relation_name": "files()"}
        },
    }
    engine = Engine("spark", remote="sc://host", settings={"spark.x": "1"})
    told = describe_build(manifest, Path("data"), Path("spark.log"), engine)
    assert (told.models, told.seeds) == (["core__dim_reps"], ["reference__channels"])
    assert told.sources == {"files()": "landing___loads"}
    told.write(tmp_path)
    assert BuildDescription.read(tmp_path) == told


def test_the_session_is_local_or_submitted() -> None:
    python = Path("venv", "bin", "python")
    command = worker_command(Engine("spark", settings={"spark.x": "1"}), 4, python)
    assert command[:2] == [str(python), str(WORKER)]
    options = json.loads(command[2])
    assert (options["remote"], options["is_submitted"], options["threads"]) == (None, False, 4)
    assert options["settings"] == {"spark.x": "1"}
    assert options["session"]["spark.sql.session.timeZone"] == "UTC"
    submitted = Engine("spark", submit="--master yarn --num-executors 8")
    assert json.loads(worker_command(submitted, 4, python)[2])["is_submitted"] is True
    variables = worker_variables(submitted, python, {"PYTHONPATH": "ours", "SPARK_HOME": "theirs"})
    assert variables == {
        "PYSPARK_DRIVER_PYTHON": str(python),
        "PYSPARK_SUBMIT_ARGS": "--master yarn --num-executors 8 pyspark-shell",
        "SPARK_HOME": "theirs",
    }
