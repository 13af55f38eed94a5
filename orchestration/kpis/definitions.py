"""A KPI as its block defines it: what the catalogue and the terms say of it.

What belongs here: reading a block, and what follows from it. What does not: what cannot be right
about it (see `checks.py`), the files that hold blocks (see `catalogue.py`).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from orchestration.kpis.blocks import Block, Place, known
from orchestration.kpis.checks import check_cohort, check_dimensions, check_no_cohort, check_sides
from orchestration.kpis.events import Event, Events, Sets
from orchestration.kpis.sums import Term, read_sum

SHOWN_AS = ("percent", "months")
"""Units in which people read a KPI whose own unit is a plain ratio."""

UNITS = ("count", "proportion", "rate", "ratio", "amount", "days", "hours", "score")
"""A proportion is a rate whose numerator is a part of its denominator: it has an interval."""

LANGUAGES = ("en", "fr")
SHAPES = ("flow", "stock")
MOST_DAYS = 730
LEAST_SAMPLE = 30

IN_WINDOW = "in_window"
TO_DATE = "to_date"
DISTRIBUTION: tuple[str, ...] = ("mean", "median", "p90")

_COHORT = re.compile(r"(?P<anchor>.+?) within (?P<days>\d{1,6}) days?")
_KEYS = (
    "name",
    "definition",
    "numerator",
    "denominator",
    "sample",
    "mean_of",
    "distribution_of",
    "computed_in",
    "made_of",
    "cohort",
    "statistics",
    "unit",
    "shown_as",
    "interval",
    "shape",
    "better",
    "min_sample",
    "headline",
    "requires",
    "dimensions",
    "grains",
)


@dataclass(frozen=True)
class KpiTerm:
    """One weighted event on a side of a KPI: numerator, denominator, sample or squares."""

    statistic: str
    side: str
    weight: float
    event: str
    measure: str


@dataclass(frozen=True)
class Cohort:
    """Who belongs to a period by an anchor that falls in it, and how long they are given."""

    anchor: str
    window_days: int


@dataclass(frozen=True)
class Kpi:
    """One KPI; the attributes are the columns of the catalogue.

    `computed_in` is the model of one that is no sum of events, `made_of` the KPIs that it takes,
    `texts` its sides in words.
    """

    kpi_id: str
    family: str
    name_en: str
    name_fr: str
    definition_en: str
    definition_fr: str
    unit: str
    shown_as: str | None
    shape: str
    statistics: tuple[str, ...]
    cohort: Cohort | None
    interval: str
    better: str
    min_sample: int
    is_headline: bool
    grains: tuple[str, ...]
    dimensions: tuple[str, ...]
    requires: tuple[str, ...]
    terms: tuple[KpiTerm, ...]
    computed_in: str | None = None
    made_of: tuple[str, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_proportion(self) -> bool:
        """Whether the numerator is part of the denominator, so that it lies in 0..1."""
        return self.interval == "wilson"

    @property
    def is_zero_filled(self) -> bool:
        """Whether `all` has a 0 for periods without an event: a count of events has."""
        has_denominator = any(term.side == "denominator" for term in self.terms)
        return self.unit == "count" and self.shape == "flow" and not has_denominator


def read_kpi(kpi_id: str, block: Block, family: str | None, events: Events, sets: Sets) -> Kpi:
    """Return the KPI of a block.

    Args:
        kpi_id: its id.
        block: what is written.
        family: that of its file; None where the block says it.
        events: what KPIs can be made of.
        sets: what they choose from.

    Raises:
        ConfigurationError: it cannot be right; file and line are named.

    """
    block.check_keys(_KEYS if family else ("family", *_KEYS))
    if not re.fullmatch(r"[a-z][a-z0-9_]*", kpi_id):
        raise block.place.error(f"'{kpi_id}' is no name of a KPI: small letters, digits and _")
    unit = block.word("unit", UNITS)
    cohort = _cohort(block, sets)
    shape = "cohort" if cohort else block.word("shape", SHAPES, "flow")
    statistics, terms = _terms(block, unit, shape, cohort, events, sets)
    words = _words(block)
    requires = block.words("requires")
    for event in requires:
        known(event, events, f"event in {kpi_id}:", block.where("requires"))
    dimensions = sets.dimensions[block.word("dimensions", sets.dimensions)]
    check_dimensions(
        dimensions,
        [events[term.event] for term in terms if term.side != "sample"],
        sets,
        block.where("dimensions"),
    )
    return Kpi(
        kpi_id=kpi_id,
        family=family or block.word("family", sets.families),
        **words,
        unit="rate" if unit == "proportion" else unit,
        shown_as=_shown_as(block, unit),
        shape=shape,
        statistics=statistics,
        cohort=cohort,
        interval="wilson" if unit == "proportion" else _interval(block, unit),
        better=block.word("better", ("up", "down", "none")),
        min_sample=_min_sample(block, unit, terms),
        is_headline=block.flag("headline"),
        grains=sets.grains[block.word("grains", sets.grains, next(iter(sets.grains)))],
        dimensions=dimensions,
        requires=requires,
        terms=terms,
        computed_in=block.optional_text("computed_in"),
        made_of=block.words("made_of"),
        texts={
            side: block.text(side)
            for side in ("numerator", "denominator")
            if "computed_in" in block and side in block
        },
    )


def _shown_as(block: Block, unit: str) -> str | None:
    """Return the unit in which people read the KPI, where it is not its own."""
    if "shown_as" not in block:
        return None
    if unit != "ratio":
        raise block.where("shown_as").error(
            f"{block.name} is no ratio: its unit says how it is read"
        )
    return block.word("shown_as", SHOWN_AS)


def _words(block: Block) -> dict[str, str]:
    """Return name and definition, each in English and in French; a plain text is both."""
    words: dict[str, str] = {}
    for key in ("name", "definition"):
        if block.is_text(key):
            words |= {f"{key}_{language}": block.text(key) for language in LANGUAGES}
            continue
        languages = block.block(key)
        languages.check_keys(LANGUAGES)
        words |= {f"{key}_{language}": languages.text(language) for language in LANGUAGES}
    return words


def _cohort(block: Block, sets: Sets) -> Cohort | None:
    text = block.optional_text("cohort")
    if text is None:
        return None
    place = block.where("cohort")
    if "shape" in block:
        raise block.where("shape").error(f"{block.name} has a cohort: 'shape' says it twice")
    found = _COHORT.fullmatch(text)
    if found is None:
        raise place.error(
            f"the cohort '{text}' cannot be read; write it like 'detected within 90 days'"
        )
    days = int(found["days"])
    if not 1 <= days <= MOST_DAYS:
        raise place.error(f"a window of {days} days; it must be from 1 to {MOST_DAYS} days")
    return Cohort(known(found["anchor"], sets.anchors, "anchor", place), days)


def _interval(block: Block, unit: str) -> str:
    interval = block.word("interval", ("none", "nps"), "none")
    if interval == "nps" and unit != "score":
        raise block.where("interval").error("the interval nps is that of a score: unit: score")
    return interval


def _terms(
    block: Block, unit: str, shape: str, cohort: Cohort | None, events: Events, sets: Sets
) -> tuple[tuple[str, ...], tuple[KpiTerm, ...]]:
    """Return the statistics of a KPI and the terms of each."""
    ways = [key for key in ("computed_in", "mean_of", "distribution_of") if key in block]
    if not ways and "numerator" not in block:
        raise block.place.error(f"{block.name} lacks 'numerator'")
    allowed = {"computed_in": ("computed_in", "numerator", "denominator")}
    for key in ("numerator", "denominator", "sample", "cohort", *ways):
        if ways and key in block and key not in allowed.get(ways[0], ways[:1]):
            raise block.where(key).error(f"{block.name} has '{ways[0]}': '{key}' has no place")
    if cohort is None and "statistics" in block:
        raise block.where("statistics").error(
            f"{block.name} has no cohort: its statistics follow from the rest"
        )
    if ways == ["computed_in"]:
        return ("value",), ()
    if ways:
        found = DISTRIBUTION if ways == ["distribution_of"] else DISTRIBUTION[:1]
        return found, _distribution_terms(block, ways[0], found, events)
    sides = {
        side: _side(block, side, events)
        for side in ("numerator", "denominator", "sample")
        if side in block
    }
    check_sides(sides, unit, shape, events, block)
    if cohort is not None:
        statistics = _cohort_statistics(block)
        check_cohort(sides, sets.anchors[cohort.anchor], statistics, cohort.anchor, events, block)
    else:
        check_no_cohort(sides, events, block)
        statistics = ("value",)
    if block.optional_text("interval") == "nps":
        sides["squares"] = [Term(each.event, each.measure) for each in sides["numerator"]]
    terms = tuple(
        KpiTerm(statistic, side, term.weight, term.event, _measure(term, events, statistic, cohort))
        for statistic in statistics
        for side, own in sides.items()
        for term in own
    )
    return statistics, terms


def _cohort_statistics(block: Block) -> tuple[str, ...]:
    statistics = block.words("statistics")
    for statistic in statistics:
        known(statistic, (IN_WINDOW, TO_DATE), "statistic", block.where("statistics"))
    return statistics or (IN_WINDOW, TO_DATE)


def _measure(term: Term, events: Events, statistic: str, cohort: Cohort | None) -> str:
    event = events[term.event]
    if cohort is not None and statistic == IN_WINDOW and event.anchor is not None:
        return f"w{cohort.window_days}"
    return term.measure or event.measures[0]


def _side(block: Block, side: str, events: Events) -> list[Term]:
    """Return the terms of a side, each with its measure."""
    place = block.where(side)
    terms: list[Term] = []
    for term in read_sum(block.text(side), place):
        event = events[known(term.event, events, f"event in {block.name}:", place)]
        measure = _known_measure(term.measure or event.measures[0], event, place)
        if term.weight == 0:
            raise place.error(f"'{term.event}' is counted 0 times: leave it out")
        if any((each.event, each.measure) == (term.event, measure) for each in terms):
            raise place.error(f"'{term.event}' comes twice in the {side} of {block.name}")
        terms.append(Term(term.event, measure, term.weight))
    return terms


def _known_measure(measure: str, event: Event, place: Place) -> str:
    offered = ", ".join(event.measures)
    if re.fullmatch(r"w\d+", measure):
        raise place.error(
            f"'{event.name} ({measure})': the window is said once, as 'cohort: … within "
            f"{measure[1:]} days'"
        )
    if measure not in event.measures:
        raise place.error(f"'{event.name}' has no measure '{measure}'; it has {offered}")
    if measure in ("median", "p90"):
        raise place.error(
            f"'{event.name} ({measure})' cannot be added up: write 'distribution_of: {event.name}'"
        )
    return measure


def _distribution_terms(
    block: Block, key: str, statistics: Sequence[str], events: Events
) -> tuple[KpiTerm, ...]:
    place = block.where(key)
    name = known(block.text(key), events, f"event in {block.name}:", place)
    for measure in ("s", "n", *statistics[1:]):
        if measure not in events[name].measures:
            raise place.error(
                f"'{name}' has no measure '{measure}', which {key} needs; "
                f"it has {', '.join(events[name].measures)}"
            )
    mean = (
        KpiTerm("mean", "numerator", 1, name, "s"),
        KpiTerm("mean", "denominator", 1, name, "n"),
    )
    quantiles = (
        (KpiTerm(each, "numerator", 1, name, each), KpiTerm(each, "sample", 1, name, "n"))
        for each in statistics[1:]
    )
    return mean + tuple(term for pair in quantiles for term in pair)


def _min_sample(block: Block, unit: str, terms: Sequence[KpiTerm]) -> int:
    """Return the least sample; without the key 30, or 0 where nothing says how many cases."""
    below = [term for term in terms if term.side == "denominator"]
    is_counted = (
        "computed_in" in block
        or any(term.side == "sample" for term in terms)
        or bool(below and all(term.measure != "s" for term in below))
    )
    least = block.whole_number("min_sample", LEAST_SAMPLE if is_counted else 0)
    if least and not is_counted and not (unit == "count" and not below):
        raise block.where("min_sample").error(
            f"nothing in {block.name} says how many cases there are: add a 'sample', such as "
            "'sample: revenue_sale', or leave 'min_sample' out"
        )
    return least
