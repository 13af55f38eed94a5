"""The events that KPIs count, and the named sets that KPIs choose from.

What belongs here: reading `kpis/sets.yml` and `kpis/events.yml`. What does not: the KPIs (see
`definitions.py`) and the models that make an event (`models/marts/kpi`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from orchestration.errors import ConfigurationError
from orchestration.formats.descriptions import GENERIC, known_formats
from orchestration.kpis.blocks import Block, known, read_blocks
from orchestration.kpis.sums import EVENT

KPI_FOLDER = "kpis"
SETS_FILE = "sets.yml"
EVENTS_FILE = "events.yml"

MEASURES = ("n", "s", "distinct", "median", "p90", "level", "start")
"""What an event may offer; how many within a window follows from a cohort."""

ATTRIBUTIONS = ("activity", "first_touch", "touched", "owner", "sale", "customer", "cost", "plan")


@dataclass(frozen=True)
class Sets:
    """What KPIs choose from by name.

    Attributes:
        families: the parts of prospecting, in the catalogue's order.
        dimensions: what values are published by, by the set's name.
        grains: the lengths of a period, by the set's name.
        anchors: the anchor's name in events `anchor>target`, by the words of a cohort.

    """

    families: tuple[str, ...]
    dimensions: Mapping[str, tuple[str, ...]]
    grains: Mapping[str, tuple[str, ...]]
    anchors: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Event:
    """Something that KPIs count.

    Attributes:
        name: its name; `anchor>target` is a cohort's target, on its anchor's day.
        words_en: what is counted, in English.
        words_fr: what is counted, in French.
        made_in: the models that make it.
        supplied_by: the entities of the exports that it comes from.
        attribution: whose dimensions it carries.
        dimensions: the dimensions that it carries.
        measures: how it can be measured; the first is meant where none is named.
        part_of: the event that each of these is one of, if any.
        needs: what there must be for one to happen: alternatives of entity → condition over its
            columns, of which each entity must have a row that meets it.
        needs_distinct: the same for its measure `distinct`, where that needs more.

    """

    name: str
    words_en: str
    words_fr: str
    made_in: tuple[str, ...]
    supplied_by: tuple[str, ...]
    attribution: str
    dimensions: tuple[str, ...]
    measures: tuple[str, ...]
    part_of: str | None = None
    needs: tuple[Mapping[str, str], ...] = ()
    needs_distinct: tuple[Mapping[str, str], ...] = ()

    @property
    def anchor(self) -> str | None:
        """What the events of a cohort begin with; None for any other event."""
        return self.name.split(">")[0] if ">" in self.name else None


Events = Mapping[str, Event]


def read_sets(project_dir: Path) -> Sets:
    """Return the named sets of `kpis/sets.yml`."""
    file = f"{KPI_FOLDER}/{SETS_FILE}"
    block = _required(project_dir / file, file)
    block.check_keys(("families", "dimensions", "grains", "anchors"))
    return Sets(
        block.words("families"),
        _lists(block.block("dimensions")),
        _lists(block.block("grains")),
        _lists(block.block("anchors")),
    )


def _lists(block: Block) -> dict[str, tuple[str, ...]]:
    return {key: block.words(key) for key in block}


def read_events(project_dir: Path, sets: Sets) -> Events:
    """Return the events of `kpis/events.yml`.

    Raises:
        ConfigurationError: a block cannot be right; its file and line are named.

    """
    file = f"{KPI_FOLDER}/{EVENTS_FILE}"
    blocks = _required(project_dir / file, file)
    events = {name: _event(name, blocks.block(name), sets) for name in blocks}
    for name, event in events.items():
        if event.part_of is not None:
            place = blocks.block(name).where("part_of")
            known(event.part_of, events, f"event in {name}:", place)
    return events


NEEDS_DISTINCT = "needs (distinct)"
TARGET_CRITERIA = "target_criteria"
"""The reference table that an event may need besides entities: ours is empty."""

_EVENT_KEYS = (
    "en",
    "fr",
    "made_in",
    "supplied_by",
    "needs",
    NEEDS_DISTINCT,
    "attribution",
    "dimensions",
    "measures",
    "part_of",
)


def _event(name: str, block: Block, sets: Sets) -> Event:
    block.check_keys(_EVENT_KEYS)
    if not EVENT.fullmatch(name):
        raise block.place.error(
            f"'{name}' is no name of an event: small letters, digits and _, or anchor>target"
        )
    entities = known_formats()[GENERIC].entities
    for entity in block.words("supplied_by"):
        known(entity, entities, f"entity in {name}:", block.where("supplied_by"))
    for measure in block.words("measures"):
        known(measure, MEASURES, f"measure in {name}:", block.where("measures"))
    for key in ("made_in", "supplied_by"):
        if not block.words(key):
            raise block.place.error(f"{name} lacks '{key}'")
    anchors = {anchor for names in sets.anchors.values() for anchor in names}
    if ">" in name:
        known(name.split(">")[0], sorted(anchors), f"anchor of {name}:", block.place)
    return Event(
        name=name,
        words_en=block.text("en"),
        words_fr=block.text("fr"),
        made_in=block.words("made_in"),
        supplied_by=block.words("supplied_by"),
        attribution=block.word("attribution", ATTRIBUTIONS),
        dimensions=sets.dimensions[block.word("dimensions", sets.dimensions)],
        measures=block.words("measures") or ("n",),
        part_of=block.optional_text("part_of"),
        needs=_needs("needs", block)
        or tuple({name: "true"} for name in block.words("supplied_by")),
        needs_distinct=_needs(NEEDS_DISTINCT, block),
    )


def _needs(key: str, block: Block) -> tuple[Mapping[str, str], ...]:
    """Return the alternatives under a key, each entity → condition; none without the key."""
    entities = [*known_formats()[GENERIC].entities, TARGET_CRITERIA]
    alternatives = []
    for each in block.blocks(key):
        for entity in each:
            known(entity, entities, f"entity in {block.name}:", each.where(entity))
        alternatives.append({entity: each.text(entity) for entity in each})
    return tuple(alternatives)


def _required(path: Path, file: str) -> Block:
    block = read_blocks(path, file) if path.exists() else None
    if block is None:
        raise ConfigurationError(f"{file} is missing or empty")
    return block
