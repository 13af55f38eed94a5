"""Figures as text: a number, a KPI's value with its unit, its change, and tables of them.

What belongs here: how a figure is written in a language. What does not: which figures are shown.
"""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from dashboard.wording import HOURS_IN_DAYS
from orchestration.refresh.summary.wording import Language, words

NOTHING = "\N{EN DASH}"

SHARES = frozenset({"rate", "percent"})
"""Units that are told in per cent, and their changes in points."""

_NARROW_SPACE = "\u202f"


def format_number(value: float, decimals: int, language: Language) -> str:
    """Return a number with its thousands and its decimals marked as the language does."""
    text = f"{_rounded(value, decimals):,.{decimals}f}"
    if language == "fr":
        text = text.replace(",", _NARROW_SPACE).replace(".", ",")
    return text.replace("-", "\N{MINUS SIGN}")


def format_value(value: float, unit: str, currency: str, language: Language) -> str:
    """Return a KPI's value with its unit."""
    if unit in SHARES:
        decimals = 0 if unit == "percent" and abs(value) >= 1 else 1
        percent = format_number(100 * value, decimals, language)
        return f"{percent} %" if language == "fr" else f"{percent}%"
    if unit == "count":
        return format_number(value, 0, language)
    if unit == "amount":
        return f"{format_number(value, 0 if abs(value) >= 1000 else 2, language)} {currency}"
    if unit == "hours" and abs(value) >= HOURS_IN_DAYS:
        return format_value(value / 24, "days", currency, language)
    if unit in {"days", "hours", "months"}:
        return f"{format_number(value, 1, language)} {words(language)[unit]}"
    return format_number(value, 2 if unit == "ratio" else 1, language)


LEAST_COUNT_IN_PER_CENT = 20
"""A count under this changes by a number: 11 customers after 1 are 10 more."""


def format_change(value: float, previous: float | None, unit: str, language: Language) -> str:
    """Return the change against the month before, as the pages write it.

    Points for rates and scores, else per cent, but the difference where per cent would say nothing:
    of a small count, of nothing or a loss, of what fell into a loss. `dashboard/assets/format.js`
    does the same; `tests/cases/changes_of_a_kpi.yml` is what both are tested with.
    """
    if previous is None:
        return NOTHING
    difference = value - previous
    if unit in SHARES or unit == "score":
        points = _rounded(difference * 100 if unit in SHARES else difference, 1)
        is_one = abs(points) < 2 if language == "fr" else abs(points) == 1
        return f"{_signed(points, language)} {words(language)['point' if is_one else 'points']}"
    is_small = unit == "count" and previous < LEAST_COUNT_IN_PER_CENT
    if is_small or previous <= 0 or value < 0:
        return _signed(_rounded(difference, _digits(difference, unit)), language)
    share = value / previous - 1
    percent = _rounded(share * 100, 1 if abs(share) < 0.1 else 0)
    return f"{_signed(percent, language)}{' %' if language == 'fr' else '%'}"


def _digits(difference: float, unit: str) -> int:
    """Return how many decimals a difference may show."""
    return {"ratio": 2, "amount": 0 if abs(difference) >= 100 else 2}.get(unit, 1)


def _rounded(number: float, digits: int) -> Decimal:
    """Return a number with so many decimals: half away from zero, as browsers round; never −0."""
    return Decimal(number).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP) + 0


def _signed(number: Decimal, language: Language) -> str:
    """Return a number with its sign and no decimals that are zero."""
    whole = number == number.to_integral_value()
    decimals = 0 if whole else -int(number.normalize().as_tuple().exponent)
    return ("+" if number > 0 else "") + format_number(float(number), decimals, language)


def with_remarks(table: Sequence[str], header: str, remarks: Sequence[str]) -> list[str]:
    """Return the lines of a table with a last column of text, where any row has some."""
    if not any(remarks):
        return list(table)
    rule = "─" * max(map(len, (header, *remarks)))
    cells = (header, rule, *remarks)
    return [f"{line}  {cell}".rstrip() for line, cell in zip(table, cells, strict=True)]


def format_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the lines of a table: the first column to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]

    def line(cells: Sequence[str]) -> str:
        first, *others = zip(cells, widths, strict=True)
        padded = [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]
        return "  " + "  ".join(padded).rstrip()

    return [line(header), "  " + "  ".join("─" * width for width in widths), *map(line, rows)]
