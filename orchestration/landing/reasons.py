"""Why a file is not read, in the reader's language.

What belongs here: turning the reasons that landing gives, which are kept in English, into another
language, phrase by phrase (`reasons.yml`). What does not: the reasons themselves.
"""

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import yaml

_FILE = Path(__file__).with_name("reasons.yml")
_PLACE = re.compile(r"\{(\w+)\}")


def reason_in(reason: str, language: str) -> str:
    """Return a reason in a language, `fr` or `en`; a phrase that is not known stays as it is."""
    if language == "en":
        return reason
    for pattern, translation in _phrases(language):
        reason = pattern.sub(translation, reason)
    return reason


@cache
def _phrases(language: str) -> Sequence[tuple[re.Pattern[str], str]]:
    content = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return [
        (_pattern(phrase["en"]), _PLACE.sub(r"\\g<\1>", phrase[language])) for phrase in content
    ]


def _pattern(phrase: str) -> re.Pattern[str]:
    pieces = _PLACE.split(phrase)
    texts = [
        f"(?P<{piece}>.+?)" if number % 2 else re.escape(piece)
        for number, piece in enumerate(pieces)
    ]
    return re.compile("".join(texts))
