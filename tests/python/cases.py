"""The tables of cases that more than one implementation is tested with.

What belongs here: reading `tests/cases`. What does not: what is compared.
"""

from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parents[1] / "cases"
_SPACES = str.maketrans("\u00a0\u202f", "  ")


def changes_of_a_kpi() -> list[tuple[Any, ...]]:
    """Return unit, value before, value now, language and what is written, by case and language."""
    text = (FOLDER / "changes_of_a_kpi.yml").read_text(encoding="utf-8")
    return [
        (case["unit"], case["before"], case["now"], language, case[language])
        for case in yaml.safe_load(text)
        for language in ("en", "fr")
    ]


def with_plain_spaces(text: str | None) -> str | None:
    """Return a text with a blank in place of every space that does not break a line."""
    return None if text is None else text.translate(_SPACES)
