"""Regular expressions: a pattern and a replacement of RE2 (DuckDB) as Java (Spark) has them.

What belongs here: texts alone, without SQL. What does not: the functions that take them (see
`texts.py`). What is not known to mean the same is refused, since a pattern that another engine
reads otherwise fails nowhere: it finds something else.
"""

import re

from orchestration.engines.untranslatable import UntranslatableError

_POSIX_CLASSES = {
    "[:space:]": r" \t\n\x0B\f\r",
    "[:digit:]": "0-9",
    "[:alpha:]": "A-Za-z",
    "[:alnum:]": "0-9A-Za-z",
    "[:lower:]": "a-z",
    "[:upper:]": "A-Z",
}
"""What Java would read as a list of letters: `[[:space:]]` finds a colon there, and no blank."""

_WORD = "[0-9A-Za-z_]"
_ESCAPES = {
    "d": r"\d",
    "D": r"\D",
    "w": r"\w",
    "W": r"\W",
    "s": r"[\t\n\f\r ]",  # Java's has the vertical tab too
    "S": r"[^\t\n\f\r ]",
    "b": rf"(?:(?<={_WORD})(?!{_WORD})|(?<!{_WORD})(?={_WORD}))",  # of ASCII
    "A": r"\A",
    "z": r"\z",
    "t": r"\t",
    "n": r"\n",
    "r": r"\r",
    "f": r"\f",
}
_CLASSES = "dDwWsS"
_ESCAPES_IN_CLASS = {**{name: rf"\{name}" for name in "dDwWtnrf"}, "s": r"\t\n\f\r "}


def _refused(pattern: str, what: str) -> UntranslatableError:
    return UntranslatableError(
        f"{what} in the pattern {pattern!r}",
        "write it with literals, classes, groups and counts, which every engine reads alike",
    )


def _escape(pattern: str, at: int, known: dict[str, str]) -> str:
    following = pattern[at + 1 : at + 2]
    if following in known:
        return known[following]
    if following and not following.isalnum():
        return "\\" + following
    raise _refused(pattern, f"the escape {pattern[at : at + 2]!r}")


def _character_class(pattern: str, at: int) -> tuple[str, int]:
    """Return a class that begins at `at` as Java has it, and where what follows it begins."""
    start = at
    at += 1
    java = "["
    if pattern[at : at + 1] == "^":
        java += "^"
        at += 1
    if pattern[at : at + 1] == "]":  # a bracket that comes first is itself
        java += r"\]"
        at += 1
    is_behind_class = False
    while at < len(pattern):
        character = pattern[at]
        if character == "]":
            return java + "]", at + 1
        posix = re.match(r"\[:\^?\w+:\]", pattern[at:])
        was_behind_class, is_behind_class = is_behind_class, False
        if posix:
            if posix[0] not in _POSIX_CLASSES:
                raise _refused(pattern, f"the class {posix[0]}")
            if java.endswith("-") and not java.endswith("\\-") and java not in ("[-", "[^-"):
                raise _refused(pattern, "a range that ends with a class")
            java += _POSIX_CLASSES[posix[0]]
            at += len(posix[0])
            is_behind_class = True
        elif character == "\\":
            java += _escape(pattern, at, _ESCAPES_IN_CLASS)
            is_behind_class = pattern[at + 1] in _CLASSES
            at += 2
        elif character == "-" and was_behind_class:
            java += r"\-"  # no range begins with a class, nor with what it is written out as
            at += 1
        else:
            java += "\\" + character if character in "[&" else character
            at += 1
    raise _refused(pattern, f"a class without its end, {pattern[start:]!r},")


def java_pattern(pattern: str) -> str:
    """Return a pattern of RE2 that finds the same in Java.

    Raises:
        UntranslatableError: it has something that is not known to mean the same in both.

    """
    java, at = "", 0
    while at < len(pattern):
        character = pattern[at]
        if character == "\\":
            java += _escape(pattern, at, _ESCAPES)
            at += 2
        elif character == "[":
            text, at = _character_class(pattern, at)
            java += text
        elif (
            character == "(" and pattern[at + 1 : at + 2] == "?" and pattern[at + 2 : at + 3] != ":"
        ):
            raise _refused(pattern, f"the group {pattern[at : at + 4]!r}")
        else:
            # Java's dot leaves out more line ends, and its $ stands before a last one too
            java += {".": r"[^\n]", "$": r"\z"}.get(character, character)
            at += 1
    return java


def whole_java_pattern(pattern: str) -> str:
    """Return the pattern of a text that it is to match from its first character to its last."""
    return rf"^(?:{java_pattern(pattern)})\z"


def first_java_pattern(pattern: str) -> tuple[str, int]:
    """Return a pattern for replacing the first place only, and how many groups precede its own.

    Java replaces every place. A pattern that begins with `^` has one; any other gets what lies
    before its first place as a group that the replacement puts back.
    """
    if is_anchored(pattern):
        return java_pattern(pattern), 0
    return rf"^([\s\S]*?)(?:{java_pattern(pattern)})", 1


def is_anchored(pattern: str) -> bool:
    """Return whether a pattern can only be found at the beginning of a text."""
    if not pattern.startswith("^"):
        return False
    depth, at = 0, 0
    while at < len(pattern):
        if pattern[at] == "\\":
            at += 1
        elif pattern[at] == "[":
            at = _character_class(pattern, at)[1] - 1
        else:
            depth += {"(": 1, ")": -1}.get(pattern[at], 0)
            if pattern[at] == "|" and depth == 0:
                return False
        at += 1
    return True


def may_be_empty(pattern: str) -> bool:
    """Return whether a pattern may find nothing between two characters, whose places differ."""
    tried = java_pattern(pattern).replace(r"\z", r"\Z")
    return re.search(tried, "") is not None or r"\b" in pattern


def java_replacement(text: str, groups_before: int = 0) -> str:
    r"""Return a replacement with `\1` as Java has it, `$1`: to Java `\1` is the digit 1."""
    if re.search(r"\\\d\d", text) or (groups_before and text[:1].isdigit()):
        raise UntranslatableError(
            f"a digit behind a group in the replacement {text!r}",
            "Java would read both as the number of one group: put another character between them",
        )
    if re.search(r"\\(?![1-9])", text.replace(r"\0", "")):
        raise UntranslatableError(
            f"a backslash before no number of a group in the replacement {text!r}",
            "leave it out: RE2 then replaces nothing, or writes another character",
        )
    if r"\0" in text:
        raise UntranslatableError(
            f"the whole place as a group in the replacement {text!r}",
            "put the pattern into a group",
        )
    parts = re.split(r"\\(\d)", text)
    java = "$1" if groups_before else ""
    for place, part in enumerate(parts):
        is_group = place % 2 == 1
        java += f"${int(part) + groups_before}" if is_group else re.sub(r"([\\$])", r"\\\1", part)
    return java
