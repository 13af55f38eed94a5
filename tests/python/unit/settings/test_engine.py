"""`engine:` of sources.yml: its two forms, and what is wrong with it is said by key."""

from pathlib import Path

import pytest

from orchestration.errors import ConfigurationError
from orchestration.settings.declared import read_engine, read_settings
from orchestration.settings.engine import Engine, engine_of


def test_without_a_word_duckdb_builds() -> None:
    assert engine_of(None) == Engine("duckdb")
    assert not engine_of(None).is_spark


def test_a_word_or_keys_name_the_engine() -> None:
    assert engine_of("spark") == Engine("spark")
    assert engine_of({"remote": "sc://host:15002"}) == Engine("spark", remote="sc://host:15002")


def test_the_command_line_takes_the_place_of_the_name_alone() -> None:
    declared = {"name": "duckdb", "storage": "s3a://bucket/prefix/"}
    assert engine_of(declared, "spark") == Engine("spark", storage="s3a://bucket/prefix")
    assert engine_of("spark", "duckdb") == Engine("duckdb")


def test_settings_of_the_session_are_texts_and_the_endpoint_is_among_them() -> None:
    engine = engine_of(
        {
            "endpoint": "http://127.0.0.1:9000",
            "settings": {"spark.sql.shuffle.partitions": 200, "spark.sql.adaptive.enabled": True},
        }
    )
    assert engine.session_settings == {
        "spark.hadoop.fs.s3a.endpoint": "http://127.0.0.1:9000",
        "spark.hadoop.fs.s3a.path.style.access": "true",
        "spark.sql.shuffle.partitions": "200",
        "spark.sql.adaptive.enabled": "true",
    }


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("sparc", "engine is 'sparc'"),
        (3, "engine is 3"),
        ({"name": "trino"}, "engine is 'trino'"),
        ({"remotes": "sc://host"}, "unknown key 'remotes' in 'engine'"),
        ({"remote": "host:15002"}, "engine.remote is 'host:15002'"),
        ({"remote": "sc://host", "submit": "--master yarn"}, "engine.remote and engine.submit"),
        ({"submit": ["--master", "yarn"]}, "engine.submit is"),
        ({"storage": "relative/folder"}, "engine.storage is 'relative/folder'"),
        ({"endpoint": "127.0.0.1:9000"}, "engine.endpoint is"),
        ({"settings": ["a=b"]}, "engine.settings is"),
        ({"settings": {"spark.jars": ["a"]}}, "engine.settings.spark.jars is"),
    ],
)
def test_a_mistake_is_told_with_its_key(content: object, says: str) -> None:
    with pytest.raises(ConfigurationError, match=r"^sources\.yml: ") as error:
        engine_of(content)
    assert says in str(error.value)


def test_an_unknown_engine_of_the_environment_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="'flink' is not known"):
        engine_of(None, "flink")


def test_it_is_read_from_the_file_without_looking_at_the_exports(tmp_path: Path) -> None:
    assert read_engine(tmp_path / "gone") == Engine("duckdb")
    (tmp_path / "sources.yml").write_text("engine: {name: spark, storage: /shared}\n")
    assert read_engine(tmp_path) == Engine("spark", storage="/shared")


def test_a_mistake_ends_a_refresh_before_anything_is_read(tmp_path: Path) -> None:
    (tmp_path / "crm").mkdir()
    (tmp_path / "sources.yml").write_text("engine: sparc\n")
    with pytest.raises(ConfigurationError, match="sparc"):
        read_settings(tmp_path)
