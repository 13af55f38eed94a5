"""How many there are of something, in words that agree with the number.

What belongs here: numbers that choose between the singular and the plural of the words around them,
in English and French. What does not: the sentences (each beside what it tells).
"""

from typing import Self

_SEPARATORS = {"en": ",", "fr": "\N{NARROW NO-BREAK SPACE}"}
_SINGULAR = {"en": (1,), "fr": (0, 1)}
"""What is followed by a singular: French says "0 ligne"."""


class Count(int):
    """A number that a sentence's template words.

    `{rows:row|rows}` is "1 row", "2,000 rows"; `{rows:=is|are}` the word alone, without the number;
    `{rows}` the number alone.
    """

    language: str

    def __new__(cls, number: int, language: str) -> Self:
        """Return a number of a language, `en` or `fr`."""
        made = super().__new__(cls, number)
        made.language = language
        return made

    def __format__(self, words: str) -> str:
        """Return the number with the one of two words that agrees with it."""
        number = f"{int(self):,}".replace(",", _SEPARATORS[self.language])
        if not words:
            return number
        one, _, several = words.removeprefix("=").partition("|")
        word = one if self in _SINGULAR[self.language] else several
        return word if words.startswith("=") else f"{number} {word}"


def counts(language: str, **numbers: int) -> dict[str, Count]:
    """Return the numbers of a sentence, for `str.format`."""
    return {name: Count(number, language) for name, number in numbers.items()}
