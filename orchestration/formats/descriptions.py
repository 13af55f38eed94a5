"""What the export formats look like: entities, columns, types, file names and header aliases.

What belongs here: reading `<format>.yml` of this folder. What does not: anything about a concrete
file.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FORMATS_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Column:
    """One canonical column of an entity; `aliases` are other headers that mean the same.

    `allowed` are the words of a closed list, `other_word` what another word counts as; `minimum`
    and `maximum` the range of a number, both included, `scale` its decimals; `address` is the kind
    of address that a text is: email, linkedin or phone. `points_to` is the entity that an id is of;
    `currency` says that a number is money, and whose currency it is in: `own`, `reporting` or an
    entity; `is_decision` that a moment cannot lie after the day of its own load.
    """

    name: str
    type: str
    is_required: bool = False
    is_key: bool = False
    allowed: tuple[str, ...] = ()
    other_word: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    scale: int = 4
    address: str | None = None
    points_to: str | None = None
    currency: str | None = None
    is_decision: bool = False
    aliases: tuple[str, ...] = ()
    description: str = ""


@dataclass(frozen=True)
class Entity:
    """One kind of record. Its files are called `<name>.csv` or `<name>_<anything>.csv`.

    `file_names` holds the names that count besides the entity's own, for formats whose tool
    names its files itself.
    """

    name: str
    columns: tuple[Column, ...]
    file_names: tuple[str, ...] = ()
    description: str = ""

    @property
    def column_names(self) -> tuple[str, ...]:
        """The canonical columns in the order in which they are landed."""
        return tuple(column.name for column in self.columns)


@dataclass(frozen=True)
class Format:
    """One export format: a name and its entities by name."""

    name: str
    entities: Mapping[str, Entity]


def nearest(word: str, candidates: Iterable[str], likeness: float = 0.5) -> str | None:
    """Return the candidate that looks most like `word`, or None when none does.

    `likeness` is the least that counts: 0 takes any word, 1 none but the same.
    """
    by_folded = {candidate.casefold(): candidate for candidate in candidates}
    matches = get_close_matches(word.casefold(), by_folded, n=1, cutoff=likeness)
    return by_folded[matches[0]] if matches else None


@cache
def known_formats(folder: Path = FORMATS_FOLDER) -> Mapping[str, Format]:
    """Read every format description in `folder`, by format name."""
    formats = [read_format(path) for path in sorted(folder.glob("*.yml"))]
    return {description.name: description for description in formats}


def read_format(path: Path) -> Format:
    """Read one description."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    entities = {
        name: _entity(name, description) for name, description in content["entities"].items()
    }
    return Format(name=content["format"], entities=entities)


def _entity(name: str, description: Mapping[str, Any]) -> Entity:
    columns = tuple(
        Column(
            name=column,
            type=facts["type"],
            is_required=facts.get("required", False),
            is_key=facts.get("key", False),
            allowed=tuple(facts.get("allowed", ())),
            other_word=facts.get("other_word"),
            minimum=facts.get("minimum"),
            maximum=facts.get("maximum"),
            scale=facts.get("scale", 4),
            address=facts.get("address"),
            points_to=facts.get("points_to"),
            currency=facts.get("currency"),
            is_decision=facts.get("decision", False),
            aliases=tuple(facts.get("aliases", ())),
            description=facts.get("description", ""),
        )
        for column, facts in description["columns"].items()
    )
    return Entity(
        name=name,
        columns=columns,
        file_names=tuple(description.get("file_names", ())),
        description=description.get("description", ""),
    )
