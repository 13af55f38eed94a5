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


_QUOTED = ("shown", "cells", "letters", "error", "sheets")
"""Places of phrases that hold what stands in the file, whose first row may be people."""

_GUESSED = "{header}"
"""A phrase with it guesses which header was meant."""


def reason_in(reason: str, language: str, *, is_quoting: bool = True) -> str:
    """Return a reason in a language, `fr` or `en`; a phrase that is not known stays as it is.

    Where it is not `is_quoting`, nothing that the file holds is in it: what everybody may read.
    """
    if language == "en" and is_quoting:
        return reason
    for pattern, replacement in _phrases(language, is_quoting):
        reason = pattern.sub(replacement, reason)
    return reason if is_quoting else reason.rstrip(" ;:")


@cache
def _phrases(language: str, is_quoting: bool) -> Sequence[tuple[re.Pattern[str], str]]:
    content = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return [
        (
            _pattern(phrase["en"]),
            _replacement(phrase[language] if is_quoting else _unquoted(phrase[language])),
        )
        for phrase in content
    ]


def _replacement(phrase: str) -> str:
    return _PLACE.sub(r"\\g<\1>", phrase)


def _unquoted(phrase: str) -> str:
    """Return a phrase without what it quotes, and nothing of one that guesses at headers."""
    if _GUESSED in phrase:
        return ""
    for place in _QUOTED:
        phrase = phrase.replace(f"{{{place}}}", "\N{HORIZONTAL ELLIPSIS}")
    return phrase


def _pattern(phrase: str) -> re.Pattern[str]:
    pieces = _PLACE.split(phrase)
    texts = [
        f"(?P<{piece}>.+?)" if number % 2 else re.escape(piece)
        for number, piece in enumerate(pieces)
    ]
    return re.compile("".join(texts))
