"""Where the models run: `engine:` of `sources.yml`.

What belongs here: its keys and what is wrong with them. What does not: running anything (see
`orchestration/engines`).

    engine: spark

    engine:
      name: spark
      remote: sc://spark.example.com:15002       # a Spark Connect server …
      submit: --master yarn --num-executors 8    # … or what spark-submit is to be told
      storage: s3a://bucket/prospection          # where Spark reads and writes
      endpoint: http://127.0.0.1:9000            # of an S3-compatible store that is not Amazon's
      settings: {spark.sql.shuffle.partitions: 200}
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from orchestration.errors import ConfigurationError

DUCKDB, SPARK = "duckdb", "spark"
ENGINES = (DUCKDB, SPARK)

_KEYS = ("name", "remote", "submit", "storage", "endpoint", "settings")
_S3 = ("s3a://", "s3://")


@dataclass(frozen=True)
class Engine:
    """Where the models run, and where Spark reads and writes.

    Attributes:
        name: `duckdb` or `spark`.
        remote: the address of a Spark Connect server, or None.
        submit: the arguments of spark-submit, or None. Without both, Spark runs in a local session.
        storage: a folder, or `s3a://bucket/prefix`, that Spark reads and writes; None for the data
            folder itself.
        endpoint: the address of an S3-compatible store, or None for Amazon's.
        settings: further settings of the Spark session.

    """

    name: str = DUCKDB
    remote: str | None = None
    submit: str | None = None
    storage: str | None = None
    endpoint: str | None = None
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_spark(self) -> bool:
        """Whether Spark builds."""
        return self.name == SPARK

    @property
    def is_in_s3(self) -> bool:
        """Whether Spark reads and writes an object store."""
        return self.storage is not None and self.storage.startswith(_S3)

    @property
    def session_settings(self) -> Mapping[str, str]:
        """The settings of the session, those of the object store among them."""
        of_store = {}
        if self.endpoint is not None:
            of_store = {
                "spark.hadoop.fs.s3a.endpoint": self.endpoint,
                "spark.hadoop.fs.s3a.path.style.access": "true",
            }
        return {**of_store, **self.settings}


def engine_of(content: object, wanted: str | None = None) -> Engine:
    """Return the engine that `engine:` describes; `wanted` takes the place of its name.

    Raises:
        ConfigurationError: naming the key and what to do.

    """
    declared = _declared(content)
    if wanted is None:
        return declared
    if wanted not in ENGINES:
        raise ConfigurationError(
            f"the engine {wanted!r} is not known: write one of {', '.join(ENGINES)}"
        )
    return replace(declared, name=wanted)


def _declared(content: object) -> Engine:
    if content is None:
        return Engine()
    if isinstance(content, str):
        return Engine(name=_name(content))
    if not isinstance(content, dict):
        raise _wrong("engine", content, "duckdb, spark, or keys with values")
    for key in content:
        if key not in _KEYS:
            raise ConfigurationError(
                f"sources.yml: unknown key '{key}' in 'engine'; known keys: {', '.join(_KEYS)}."
            )
    remote = _text(content, "remote")
    if remote is not None and not remote.startswith("sc://"):
        raise _wrong("engine.remote", remote, "the address of a Spark Connect server (sc://host)")
    submit = _text(content, "submit")
    if remote is not None and submit is not None:
        raise ConfigurationError(
            "sources.yml: engine.remote and engine.submit are both set: keep the one that you use."
        )
    storage = _text(content, "storage")
    if storage is not None and not storage.startswith(("/", *_S3)):
        raise _wrong("engine.storage", storage, "an absolute folder or s3a://bucket/prefix")
    endpoint = _text(content, "endpoint")
    if endpoint is not None and not endpoint.startswith(("http://", "https://")):
        raise _wrong("engine.endpoint", endpoint, "an address that begins with http:// or https://")
    return Engine(
        name=_name(content.get("name", SPARK)),
        remote=remote,
        submit=submit,
        storage=storage.rstrip("/") if storage else None,
        endpoint=endpoint,
        settings=_settings(content.get("settings")),
    )


def _name(value: object) -> str:
    if not isinstance(value, str) or value not in ENGINES:
        raise _wrong("engine", value, f"one of {', '.join(ENGINES)}")
    return value


def _text(content: Mapping[str, Any], key: str) -> str | None:
    value = content.get(key)
    if value is not None and not (isinstance(value, str) and value.strip()):
        raise _wrong(f"engine.{key}", value, "a text")
    return None if value is None else value.strip()


def _settings(content: object) -> Mapping[str, str]:
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise _wrong("engine.settings", content, "settings of Spark with their values")
    settings = {}
    for key, value in content.items():
        if not isinstance(value, str | int | float | bool):
            raise _wrong(f"engine.settings.{key}", value, "a text, a number, true or false")
        settings[str(key)] = str(value).lower() if isinstance(value, bool) else str(value)
    return settings


def _wrong(place: str, value: object, wanted: str) -> ConfigurationError:
    return ConfigurationError(f"sources.yml: {place} is {value!r}; write {wanted}.")
