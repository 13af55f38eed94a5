"""Texts: patterns, parts of a text, and texts made of other values.

What belongs here: rules on functions of texts. What does not: how patterns differ (see
`patterns.py`).
"""

import unicodedata
from collections.abc import Iterator
from functools import cache

from sqlglot import exp

from orchestration.engines.spark_rules import kinds
from orchestration.engines.spark_rules.building import (
    call,
    is_null,
    literal,
    number,
    shown,
    text,
    whole_number,
)
from orchestration.engines.spark_rules.patterns import (
    first_java_pattern,
    java_pattern,
    java_replacement,
    may_be_empty,
    whole_java_pattern,
)
from orchestration.engines.untranslatable import UntranslatableError

_FIRST_ACCENTED, _LAST_ACCENTED = 0x80, 0xFFFF
"""Where characters are that carry a mark, or are one; those beyond belong to dead scripts."""


def _pattern(node: exp.Expr) -> str:
    pattern = literal(node.expression)
    if pattern is None:
        raise UntranslatableError(
            f"a pattern that is no plain text, {shown(node)}",
            "write the pattern into the model, so that it can be translated",
        )
    return pattern


def regexp_full_match(node: exp.RegexpFullMatch) -> exp.Expr:
    """Give the pattern both its ends: Spark has a search only."""
    _refuse_options(node)
    return exp.RegexpLike(this=node.this, expression=text(whole_java_pattern(_pattern(node))))


def regexp_matches(node: exp.RegexpLike) -> exp.Expr:
    """Search for a pattern as Java has it."""
    _refuse_options(node)
    return exp.RegexpLike(this=node.this, expression=text(java_pattern(_pattern(node))))


def regexp_extract(node: exp.RegexpExtract) -> exp.Expr:
    """Say the group: without one Spark takes the first, DuckDB the whole."""
    _refuse_options(node)
    group = node.args.get("group")
    if group is not None and whole_number(group) is None:
        raise UntranslatableError(f"a group by name, {shown(node)}", "give its number")
    pattern = text(java_pattern(_pattern(node)))
    return call("regexp_extract", node.this, pattern, group or number(0))


def regexp_replace(node: exp.RegexpReplace) -> exp.Expr:
    r"""Replace the first place only unless told `g`: Spark replaces all; `\1` is `$1` there."""
    modifiers = node.args.get("modifiers")
    if modifiers is not None and literal(modifiers) != "g":
        raise UntranslatableError(f"options of a pattern, {shown(node)}", "use `g` alone or none")
    pattern, groups_before = _pattern(node), 0
    if modifiers is None:
        java, groups_before = first_java_pattern(pattern)
    elif may_be_empty(pattern):
        raise UntranslatableError(
            f"every place of what may be empty, {shown(node)}", "let the pattern find something"
        )
    else:
        java = java_pattern(pattern)
    replacement = node.args["replacement"].copy()
    for each in _results(replacement, node):
        each.replace(text(java_replacement(str(each.this), groups_before)))
    if isinstance(replacement, exp.Literal):
        replacement = text(java_replacement(str(replacement.this), groups_before))
    return call("regexp_replace", node.this, text(java), replacement)


def _results(replacement: exp.Expr, node: exp.Expr) -> Iterator[exp.Literal]:
    """Yield the texts that a replacement may be: a case tells which."""
    if isinstance(replacement, exp.Literal):
        if replacement.parent is not None:
            yield replacement
    elif isinstance(replacement, exp.Case):
        for each in replacement.args["ifs"]:
            yield from _results(each.args["true"], node)
        if replacement.args.get("default") is not None:
            yield from _results(replacement.args["default"], node)
    else:
        raise UntranslatableError(
            f"a replacement that is computed, {shown(node)}",
            "write the replacement as a text, or as a case of texts",
        )


def _refuse_options(node: exp.Expr) -> None:
    if any(
        node.args.get(name) is not None for name in ("flag", "options", "parameters", "position")
    ):
        raise UntranslatableError(f"options of a pattern, {shown(node)}", "write it without")


def concat(node: exp.Concat) -> exp.Expr:
    """Leave out nulls: Spark's `concat` is null with one of them."""
    return call("concat_ws", text(""), *(_as_text(each) for each in node.expressions))


def joined(node: exp.DPipe) -> exp.Expr:
    """Leave `||` as it is, where what is joined is written alike."""
    _as_text(node.this)
    _as_text(node.expression)
    return node


def cast_to_text(node: exp.Cast) -> exp.Expr:
    """Refuse what may be written with an exponent, which differs."""
    _as_text(node.this)
    return node


def _as_text(node: exp.Expr) -> exp.Expr:
    kind = kinds.kind_of(node)
    if kind in (kinds.DOUBLE, kinds.INTERVAL, kinds.STRUCT, kinds.UNKNOWN) or kind[:5] == "list:":
        raise UntranslatableError(
            f"{kind} as a text, {shown(node)}",
            "cast it to a decimal or a whole number first, or tell the type of its column",
        )
    return node


def joined_with(node: exp.ConcatWs) -> exp.Expr:
    """See `joined`: both leave out nulls."""
    for each in node.expressions:
        _as_text(each)
    return node


def joined_list(node: exp.ArrayToString) -> exp.Expr:
    """See `joined_with`."""
    if kinds.inner(kinds.kind_of(node.this)) != kinds.TEXT:
        raise UntranslatableError(
            f"a list of what may be no texts as a text, {shown(node)}", "cast what it holds before"
        )
    return node


def joined_rows(node: exp.GroupConcat) -> exp.Expr:
    """Refuse texts without an order, and distinct ones, whose order is that of a hash."""
    value = node.this
    if not isinstance(value, exp.Order) or isinstance(value.this, exp.Distinct):
        raise UntranslatableError(
            f"texts of rows in no order, {shown(node)}", "use string_agg(text, ', ' order by …)"
        )
    _as_text(value.this)
    return node


def split_part(node: exp.SplitPart) -> exp.Expr:
    """Refuse a separator that may be empty, and a place that may be 0, an error on Spark."""
    separator, place = node.args.get("delimiter"), node.args.get("part_index")
    is_known = isinstance(separator, exp.Literal) and literal(separator)
    if not is_known or place is None or (whole_number(place) or 0) < 1:
        raise UntranslatableError(
            f"a part by a computed place or separator, {shown(node)}",
            "give a plain separator and a number of 1 or more",
        )
    return node


def split(node: exp.Split) -> exp.Expr:
    """Make the separator a pattern that stands for itself: Spark splits by patterns."""
    separator = literal(node.expression)
    if not separator:
        raise UntranslatableError(
            f"a separator that is no plain text, {shown(node)}", "write it into the model"
        )
    escaped = "".join(each if each.isalnum() else f"\\{each}" for each in separator)
    return call("split", node.this, text(escaped))


def substring(node: exp.Substring) -> exp.Expr:
    """Refuse what does not begin at 1 or later: the engines differ at 0 and from the end."""
    start = node.args.get("start")
    if start is None or (whole_number(start) or 0) < 1:
        raise UntranslatableError(
            f"a part of a text that begins nowhere or at the end, {shown(node)}",
            "begin at 1 or later, in a plain number; `right` takes the end",
        )
    length_of_it = node.args.get("length")
    if length_of_it is not None and (whole_number(length_of_it) or 0) < 1:
        raise UntranslatableError(
            f"a part of a text of unknown length, {shown(node)}",
            "give a number of 1 or more: below 0 DuckDB goes back",
        )
    return node


def left_or_right(node: exp.Left | exp.Right) -> exp.Expr:
    """Refuse a count that may be below 0, which leaves out on DuckDB."""
    if (whole_number(node.expression) or 0) < 1:
        raise UntranslatableError(
            f"an end of a text of unknown length, {shown(node)}", "give a number of 1 or more"
        )
    return node


def lower(node: exp.Lower) -> exp.Expr:
    """Make a Turkish I and a sigma small beforehand: Java looks at what is behind them."""
    return call("lower", call("translate", node.this, text("\u0130\u03a3"), text("i\u03c3")))


def upper(node: exp.Upper) -> exp.Expr:
    """Make ß large beforehand, which becomes two letters in Java."""
    return call("upper", call("translate", node.this, text("ß"), text("ẞ")))


def character(node: exp.Chr) -> exp.Expr:
    """Refuse what is not ASCII: beyond, Spark begins again at 0."""
    code = whole_number(node.expressions[0]) if len(node.expressions) == 1 else None
    if code is None or not 0 < code < 128:
        raise UntranslatableError(f"a character by its number, {shown(node)}", "write it as a text")
    return node


def like(node: exp.Like) -> exp.Expr:
    r"""Refuse a backslash, a character on DuckDB that hides the next one on Spark."""
    pattern = literal(node.expression)
    if pattern is None or "\\" in pattern:
        raise UntranslatableError(
            f"a `like` with a backslash or a pattern that is computed, {shown(node)}",
            "use `contains`, `starts_with` or a regular expression",
        )
    return node


def length(node: exp.Length) -> exp.Expr:
    """Count what is in a list by another function than the characters of a text."""
    if kinds.kind_of(node.this).startswith("list:"):
        return call("array_size", node.this)
    return node


def hash_of_values(node: exp.Anonymous) -> exp.Expr:
    """Hash in 64 bits, with where the nulls are: Spark's `hash` has 32, and both pass over them."""
    values: list[exp.Expr] = []
    for each in node.expressions:
        values += [is_null(each), each]
    return call("xxhash64", *values)


def strip_accents(node: exp.Anonymous) -> exp.Expr:
    """Replace letters one by one, and leave out the marks: Spark has no such function."""
    accented, plain = accents()
    return call("translate", node.expressions[0], text(accented), text(plain))


@cache
def accents() -> tuple[str, str]:
    """Return the characters with a mark of any script, then the marks, and what is left of these.

    `translate` removes what has no counterpart: marks that are characters of their own.
    """
    accented, plain, marks = "", "", ""
    for character in map(chr, range(_FIRST_ACCENTED, _LAST_ACCENTED + 1)):
        parts = unicodedata.normalize("NFD", character)
        left = "".join(each for each in parts if not unicodedata.category(each).startswith("M"))
        left = unicodedata.normalize("NFC", left)
        if not left:
            marks += character
        elif left != character:
            accented += character
            plain += left
    return accented + marks, plain
