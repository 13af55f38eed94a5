"""Numbers and periods in a sentence, as the pages write them in the reader's language.

What belongs here: how Python writes what `assets/format.js` writes (a browser test holds one
against the other). What does not: which numbers are said (see `sentences.py`).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

Language = Literal["fr", "en"]

NOTHING = "\N{EN DASH}"
_MINUS = "\N{MINUS SIGN}"
_SPACE = "\N{NO-BREAK SPACE}"
_NARROW = "\N{NARROW NO-BREAK SPACE}"
_SYMBOLS = {
    "EUR": "€",
    "USD": "$",
    "CAD": "$",
    "AUD": "$",
    "GBP": "£",
    "JPY": "¥",
    "CNY": "¥",
    "INR": "₹",
}
"""What stands for a currency; another one stands for itself."""

_COMPACT_FROM = 100_000
_SCALES: Mapping[Language, tuple[tuple[int, str], ...]] = {
    "en": ((9, "bn"), (6, "m"), (3, "k")),
    "fr": ((9, "Md"), (6, "M"), (3, "k")),
}
_MONTHS: Mapping[Language, tuple[str, ...]] = {
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
    "fr": (
        *("janvier", "février", "mars", "avril", "mai", "juin"),
        *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
    ),
}
_SHORT_MONTHS: Mapping[Language, tuple[str, ...]] = {
    "en": (
        *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
        *("Jul", "Aug", "Sept", "Oct", "Nov", "Dec"),
    ),
    "fr": (
        *("janv.", "févr.", "mars", "avr.", "mai", "juin"),
        *("juil.", "août", "sept.", "oct.", "nov.", "déc."),
    ),
}
HOURS_IN_DAYS = 48
"""From two days on hours are told in days."""

_PLACE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Wording:
    """The words of one language.

    Attributes:
        texts: every text of the pages by key and language.
        language: the reader's.
        currency: that of the amounts, as three letters.
        first_month: the month in which the company's year begins.

    """

    texts: Mapping[str, Mapping[str, str]]
    language: Language
    currency: str
    first_month: int = 1

    def text(self, key: str, **places: str) -> str:
        """Return a text with its places filled, spaced as French wants it."""
        words = self.texts[key][self.language] if key in self.texts else key
        return typeset(_PLACE.sub(lambda place: places.get(place[1], ""), words))

    def counted(self, key: str, count: int, **places: str) -> str:
        """Return a text about so many of something: of one it has its own."""
        return self.text(
            f"{key}_{'one' if count == 1 else 'more'}", n=self.value("count", count), **places
        )

    def word(self, name: str, kind: str) -> str:
        """Return a word of the data that people read: translated when it is known."""
        key = f"{kind}_{name}"
        if key in self.texts:
            return self.texts[key][self.language]
        return self.special(name).replace("_", " ")

    def special(self, name: str) -> str:
        """Return what stands in brackets, which says that there is no value, in the language."""
        key = f"value_{name[1:-1].replace(' ', '_')}"
        is_bracketed = re.fullmatch(r"\(.*\)", name) is not None
        return self.texts[key][self.language] if is_bracketed and key in self.texts else name

    def number(self, value: float | Decimal, most: int, least: int = 0) -> str:
        """Return a number with at most and at least so many decimals."""
        rounded = Decimal(value).quantize(Decimal(1).scaleb(-most), ROUND_HALF_UP) + 0
        whole, _, decimals = f"{rounded:,f}".partition(".")
        decimals = decimals.rstrip("0").ljust(least, "0")
        if self.language == "fr":
            whole = whole.replace(",", _NARROW)
        mark = "," if self.language == "fr" else "."
        return (whole + (mark + decimals if decimals else "")).replace("-", _MINUS)

    def value(self, unit: str, value: float | None, *, is_short: bool = False) -> str:
        """Return a value in a unit of the catalogue; `is_short` where room is short."""
        if value is None:
            return NOTHING
        if unit == "amount":
            return self._amount(value, is_short)
        if unit == "count":
            return self.number(value, 0 if float(value).is_integer() else 1)
        if unit == "rate":
            least = 0 if value in (0, 1) or abs(value) >= 10 else 1
            return self._percent(Decimal(value), 1, least)
        if unit == "ratio":
            size = abs(value)
            return self.number(value, 1 if size >= 10 else 2)
        if unit == "percent":
            return self._percent(Decimal(value), 1 if abs(value) < 1 else 0)
        if unit == "hours" and abs(value) < HOURS_IN_DAYS:
            return f"{self.number(value, 1)}{_SPACE}h"
        if unit in ("days", "hours", "months"):
            size = value / 24 if unit == "hours" else value
            word = "unit_month" if unit == "months" else "unit_day"
            shown = self.text(word if self._is_one(size) else f"{word}s")
            return f"{self.number(size, 1)}{_SPACE}{shown}"
        return self.number(value, 1)

    def _percent(self, share: Decimal, most: int, least: int = 0) -> str:
        sign = f"{_NARROW}%" if self.language == "fr" else "%"
        return self.number(share * 100, most, least) + sign

    def _is_one(self, value: float) -> bool:
        shown = abs(Decimal(value).quantize(Decimal("0.1"), ROUND_HALF_UP))
        return shown < 2 if self.language == "fr" else shown == 1

    def _amount(self, value: float, is_short: bool) -> str:
        size = abs(value)
        if not is_short or size < _COMPACT_FROM:
            most = 0 if size >= 1000 or float(value).is_integer() else 2
            return self._money(self.number(value, most), "")
        for power, letters in _SCALES[self.language]:
            shown = Decimal(value).scaleb(-power)
            if abs(shown.quantize(Decimal("0.1"), ROUND_HALF_UP)) >= 1:
                return self._money(self.number(shown, 1), letters)
        raise AssertionError("a compact amount has thousands")

    def _money(self, number: str, scale: str) -> str:
        symbol = _SYMBOLS.get(self.currency, self.currency)
        if self.language == "fr":
            gap = _SPACE if scale and symbol[0].isalpha() else ""
            return f"{number}{_SPACE}{scale}{gap}{symbol}"
        sign, digits = (_MINUS, number[1:]) if number.startswith(_MINUS) else ("", number)
        gap = _SPACE if symbol[-1].isalpha() else ""
        return f"{sign}{symbol}{gap}{digits}{scale}"

    def period(self, grain: str, start: date) -> str:
        """Return the name of a period."""
        since = (start.month - self.first_month) % 12
        if self.first_month > 1 and grain == "year":
            return f"{self.text('fiscal_year', years=self._years(start))} ({self._span(start, 12)})"
        if self.first_month > 1 and grain == "quarter" and since % 3 == 0:
            return self.text(
                "fiscal_quarter",
                n=str(since // 3 + 1),
                years=self._years(start),
                months=self._span(start, 3),
            )
        if grain == "year" and start.month == 1:
            return str(start.year)
        if grain == "quarter" and start.month % 3 == 1:
            return f"{self.text('quarter_letter')}{(start.month + 2) // 3} {start.year}"
        if grain in ("quarter", "year"):
            return self._span(start, 3 if grain == "quarter" else 12)
        return f"{_MONTHS[self.language][start.month - 1]} {start.year}"

    def _span(self, start: date, months: int) -> str:
        count = start.month - 1 + months - 1
        last = date(start.year + count // 12, count % 12 + 1, 1)
        first_name, last_name = (
            f"{_SHORT_MONTHS[self.language][day.month - 1]} {day.year}" for day in (start, last)
        )
        return f"{first_name} {NOTHING} {last_name}"

    def _years(self, start: date) -> str:
        """Return the two years that a fiscal year lies in: "2026/27", "2026-27"."""
        year = start.year - (start.month < self.first_month)
        return f"{year}{'-' if self.language == 'fr' else '/'}{(year + 1) % 100:02}"

    def in_period(self, grain: str, start: date) -> str:
        """Return a period as the end of a sentence: "in April 2026", "au T2 2026"."""
        if grain == "year" and self.first_month > 1:
            return self.text("in_fiscal_year", years=self._years(start))
        key = "in_quarter" if grain == "quarter" else "in_period"
        return self.text(key, period=self.period(grain, start))

    def sentences(self, *remarks: str) -> str:
        """Return remarks one after the other, each a sentence."""
        return " ".join(_sentence(remark.strip()) for remark in remarks if remark)


def typeset(words: str) -> str:
    """Return words in which French punctuation does not begin a line."""
    return re.sub(r"« ", f"«{_SPACE}", re.sub(r" (?=[:;!?»])", _SPACE, words))


def _sentence(remark: str) -> str:
    return remark[0].upper() + remark[1:] + ("" if remark.endswith((".", "!", "?")) else ".")
