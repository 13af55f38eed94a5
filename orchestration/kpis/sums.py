"""A side of a KPI as it is written: `prospect_detected - detected>engaged`.

What belongs here: reading and writing such a line. What does not: which events and measures there
are (see `events.py`).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from orchestration.kpis.blocks import Place

EVENT = re.compile(r"[a-z][a-z0-9_]*(?:>[a-z][a-z0-9_]*)?")
_TERM = re.compile(
    r"\s*(?P<sign>[-+−])?"
    r"\s*(?:(?P<weight>\d+(?:\.\d+)?)\s*[×*])?"
    rf"\s*(?P<event>{EVENT.pattern})"
    r"\s*(?:\(\s*(?P<measure>\w+)\s*\))?"
    r"\s*"
)


@dataclass(frozen=True)
class Term:
    """A weighted event of a sum; without a measure it is the event's first one."""

    event: str
    measure: str | None = None
    weight: float = 1


def read_sum(text: str, place: Place) -> tuple[Term, ...]:
    """Return the terms of a sum.

    Raises:
        ConfigurationError: it is no sum of events.

    """
    terms: list[Term] = []
    position = 0
    while position < len(text):
        found = _TERM.match(text, position)
        if found is None or (terms and not found["sign"]):
            rest = text[position:].strip()
            raise place.error(
                f"'{text}' is no sum of events: it cannot be read from '{rest}' on; write events "
                "with + or - between them, such as 'orders - refunds', a weight as '100 × event' "
                "and another measure than the first as 'event (distinct)'"
            )
        sign = 1 if found["sign"] in (None, "+") else -1
        terms.append(Term(found["event"], found["measure"], sign * float(found["weight"] or 1)))
        position = found.end()
    return tuple(terms)


def write_sum(terms: Iterable[Term]) -> str:
    """Return the line that `read_sum` reads as these terms."""
    text = " ".join(
        f"{'-' if term.weight < 0 else '+'} "
        f"{'' if abs(term.weight) == 1 else f'{abs(term.weight):g} × '}"
        f"{term.event}"
        f"{f' ({term.measure})' if term.measure else ''}"
        for term in terms
    )
    return text.removeprefix("+ ")
