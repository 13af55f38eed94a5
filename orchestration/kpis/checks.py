"""What cannot be right about a KPI, whatever the data.

What belongs here: contradictions between a KPI and the events it is made of. What does not: how a
block is written (see `definitions.py`).
"""

from collections.abc import Iterator, Mapping, Sequence

from orchestration.kpis.blocks import Block, Place
from orchestration.kpis.events import Event, Events, Sets
from orchestration.kpis.sums import Term

Sides = Mapping[str, Sequence[Term]]
"""The terms of numerator, denominator and sample, as far as there are."""


def check_dimensions(
    dimensions: Sequence[str], events: Sequence[Event], sets: Sets, place: Place
) -> None:
    """Refuse a dimension that an event does not carry: its segments would be false zeros."""
    for event in events:
        lacking = [each for each in dimensions if each not in event.dimensions]
        if lacking:
            fitting = [
                name
                for name, own in sets.dimensions.items()
                if all(set(own) <= set(each.dimensions) for each in events)
            ]
            raise place.error(
                f"'{event.name}' does not carry {', '.join(lacking)}; sets that every event here "
                f"carries: {', '.join(fitting) or 'none'}"
            )


def check_sides(sides: Sides, unit: str, shape: str, events: Events, block: Block) -> None:
    """Refuse sides that the unit or the shape contradicts."""
    if unit in ("proportion", "rate", "ratio") and "denominator" not in sides:
        raise block.place.error(f"{block.name} is a {unit}: it lacks 'denominator'")
    for side, terms in sides.items():
        for term in terms:
            if term.measure in ("level", "start") and shape != "stock":
                raise block.where(side).error(
                    f"'{term.event}' ({term.measure}) is what stands at one time: add "
                    "'shape: stock'"
                )
    if unit == "proportion":
        _check_proportion(sides["numerator"], sides["denominator"], events, block)


def _check_proportion(
    numerator: Sequence[Term], denominator: Sequence[Term], events: Events, block: Block
) -> None:
    """Refuse a numerator that is no part of the denominator: the share could leave 0..1."""
    place = block.where("numerator")
    for term in (*numerator, *denominator):
        if term.measure == "s" or abs(term.weight) != 1:
            raise place.error(
                f"{block.name} is a proportion, which counts cases, but '{term.event}' "
                f"{'sums amounts' if term.measure == 's' else 'is weighted'}; "
                "write 'unit: rate'"
            )
    if any(term.weight < 0 for term in denominator):
        raise block.where("denominator").error(
            f"{block.name} is a proportion, of which the denominator only adds up"
        )
    whole = [term.event for term in denominator]
    added = [term.event for term in numerator if term.weight > 0]
    for term in numerator:
        parents = [*_parents(term.event, events)]
        of = whole if term.weight > 0 else added
        if not set(parents) & set(of):
            raise place.error(
                f"{block.name} is a proportion, but '{term.event}' is no part of "
                f"{' or '.join(repr(each) for each in of) or 'anything that is added'}; "
                "write 'unit: rate', or in kpis/events.yml what it is 'part_of'"
            )
    for below in denominator:
        if below.measure == "distinct" and "n" in events[below.event].measures:
            strangers = [
                term.event
                for term in numerator
                if below.event in _parents(term.event, events) and term.measure != "distinct"
            ]
            if strangers:
                raise place.error(
                    f"{block.name} is a proportion, but '{strangers[0]}' counts each time and "
                    f"'{below.event} (distinct)' each one once; write 'unit: rate'"
                )


def _parents(name: str, events: Events) -> Iterator[str]:
    """Yield an event, what it is a part of, and so on up."""
    found: list[str] = []
    event: str | None = name
    while event is not None and event not in found:
        found.append(event)
        event = events[event].part_of
    return iter(found)


def check_cohort(
    sides: Sides,
    anchors: Sequence[str],
    statistics: Sequence[str],
    words: str,
    events: Events,
    block: Block,
) -> None:
    """Refuse targets of another anchor than the cohort's, and a window that nothing falls in."""
    anchored = [
        (side, term.event, events[term.event].anchor)
        for side, terms in sides.items()
        for term in terms
        if events[term.event].anchor is not None
    ]
    for side, event, anchor in anchored:
        if anchor not in anchors:
            raise block.where(side).error(
                f"'{event}' begins with '{anchor}', the cohort of {block.name} with '{words}'"
            )
    if not anchored and "in_window" in statistics:
        raise block.where("cohort").error(
            f"no event of {block.name} follows an anchor (anchor>target): nothing can be within "
            "the window"
        )


def check_no_cohort(sides: Sides, events: Events, block: Block) -> None:
    """Refuse the target of an anchor where nothing says how long it may take."""
    for side, terms in sides.items():
        for term in terms:
            if events[term.event].anchor is not None:
                raise block.where(side).error(
                    f"'{term.event}' follows an anchor: say within how many days, such as "
                    "'cohort: detected within 90 days'"
                )
