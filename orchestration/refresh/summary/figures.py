"""Figures as text: a number, a KPI's value with its unit, its change, and tables of them.

What belongs here: how a figure is written in a language. What does not: which figures are shown.
"""

from collections.abc import Sequence

from orchestration.refresh.summary.wording import Language, words

NOTHING = "\N{EN DASH}"
_NARROW_SPACE = "\u202f"


def format_number(value: float, decimals: int, language: Language) -> str:
    """Return a number with its thousands and its decimals marked as the language does."""
    text = f"{value:,.{decimals}f}"
    if language == "fr":
        text = text.replace(",", _NARROW_SPACE).replace(".", ",")
    return text.replace("-", "\N{MINUS SIGN}")


def format_value(value: float, unit: str, currency: str, language: Language) -> str:
    """Return a KPI's value with its unit."""
    if unit == "rate":
        percent = format_number(100 * value, 1, language)
        return f"{percent} %" if language == "fr" else f"{percent}%"
    if unit == "count":
        return format_number(value, 0, language)
    if unit == "amount":
        return f"{format_number(value, 0 if abs(value) >= 1000 else 2, language)} {currency}"
    if unit in {"days", "hours"}:
        return f"{format_number(value, 1, language)} {words(language)[unit]}"
    return format_number(value, 2 if unit == "ratio" else 1, language)


LEAST_COUNT_IN_PER_CENT = 20


def format_change(value: float, previous: float | None, unit: str, language: Language) -> str:
    """Return the change against the month before: points for rates and scores, else per cent.

    Of a count that was small the difference says more: 11 customers after 1 are 10 more.
    """
    if previous is None:
        return NOTHING
    digits = 1
    if unit == "rate":
        difference, suffix = 100 * (value - previous), f" {words(language)['points']}"
    elif unit == "count" and abs(previous) < LEAST_COUNT_IN_PER_CENT:
        difference, suffix, digits = value - previous, "", 0
    elif unit == "score":
        difference, suffix = value - previous, f" {words(language)['points']}"
    elif previous == 0:
        return NOTHING
    else:
        difference = 100 * (value - previous) / abs(previous)
        suffix = " %" if language == "fr" else "%"
    sign = "+" if difference > 0 else ""
    return f"{sign}{format_number(difference, digits, language)}{suffix}"


def format_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the lines of a table: the first column to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]

    def line(cells: Sequence[str]) -> str:
        first, *others = zip(cells, widths, strict=True)
        padded = [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]
        return "  " + "  ".join(padded).rstrip()

    return [line(header), "  " + "  ".join("─" * width for width in widths), *map(line, rows)]
