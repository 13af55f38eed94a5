"""The thresholds of both gates: the shipped ones, and what the user makes of them.

What belongs here: reading and checking the files. What does not: what the thresholds mean (see
`batch_thresholds.yml` and `history_thresholds.yml`, which say it, and who uses them: `batches.py`
and `restated.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from orchestration.errors import ConfigurationError
from orchestration.formats.descriptions import nearest
from orchestration.yaml_bounds import read_bounded

GATES_FILE = "gates.yml"
_SHIPPED = Path(__file__).with_name("batch_thresholds.yml")
_OF_HISTORY = Path(__file__).with_name("history_thresholds.yml")
_SOURCES = "sources"

Values = Mapping[str, float | None]


@dataclass(frozen=True)
class Thresholds:
    """The thresholds in force: for every source, where one has its own, and for the history."""

    values: Values
    of_sources: Mapping[str, Values] = field(default_factory=dict)
    history: Values = field(default_factory=dict)

    def of(self, source: str) -> Values:
        """Return the thresholds of a source; None is a rule that is switched off."""
        return {**self.values, **self.of_sources.get(source, {})}


def read_thresholds(exports: Path) -> Thresholds:
    """Return the shipped thresholds with what `gates.yml` in the exports changes.

    Raises: ConfigurationError naming the key and what to do.
    """
    shipped = yaml.safe_load(_SHIPPED.read_text(encoding="utf-8"))
    history = yaml.safe_load(_OF_HISTORY.read_text(encoding="utf-8"))
    path = exports / GATES_FILE
    if not path.exists():
        return Thresholds(shipped, history=history)
    try:
        content = read_bounded(path.read_text(encoding="utf-8-sig")) or {}
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path} is not valid YAML: {error}") from error
    if not isinstance(content, dict):
        raise ConfigurationError(f"{GATES_FILE}: it must hold keys with values, not {content!r}.")
    of_sources = content.pop(_SOURCES, None) or {}
    if not isinstance(of_sources, dict):
        raise ConfigurationError(f"{GATES_FILE}: '{_SOURCES}' must hold one key per source.")
    values = {**shipped, **history, **_checked(content, {**shipped, **history}, "the top level")}
    return Thresholds(
        {name: values[name] for name in shipped},
        {
            str(name): _checked(values, shipped, f"'{_SOURCES}.{name}'")
            for name, values in of_sources.items()
        },
        {name: values[name] for name in history},
    )


def _checked(values: object, shipped: Mapping[str, Any], place: str) -> Values:
    if not isinstance(values, dict):
        raise ConfigurationError(f"{GATES_FILE}: {place} must hold keys with values.")
    for key, value in values.items():
        if key not in shipped:
            near = nearest(str(key), shipped)
            hint = f"did you mean '{near}'?" if near else f"known keys: {', '.join(shipped)}."
            raise ConfigurationError(f"{GATES_FILE}: unknown key {key!r} in {place}; {hint}")
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not (is_number and value >= 0) and value is not None:
            raise ConfigurationError(
                f"{GATES_FILE}: {key} in {place} is {value!r}; it must be a number from 0, or null"
            )
    return values
