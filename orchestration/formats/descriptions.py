"""What the export formats look like, and what they make of it in the generic entities.

What belongs here: reading `<format>.yml` of this folder. `generic.yml` describes the entities
that the warehouse knows; every other file describes the tables of one tool (how they look) and its
makes (which rows of which entity a row of a table becomes). What does not: anything about a
concrete file, and carrying a make out (see `orchestration/landing/translation.py`).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import yaml

YAML_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The safe loader in C, ten times as fast, where PyYAML was built with it."""

FORMATS_FOLDER = Path(__file__).parent
_INTERNAL_NAME = re.compile(r"[a-z][a-z0-9_]*")
GENERIC = "generic"
"""The format whose tables are the entities themselves: what every other one is translated to."""
NO_COLUMN = "(no column)"
"""What a landed row holds where its file has no column that is required where it is present."""

DIRECT, MIXED, PERSON_ID = "direct", "mixed", "person_id"
FREE_TEXT, CATEGORY, REP, NOT_PERSONAL = "free_text", "category", "rep", "none"
PERSONAL = (DIRECT, MIXED, PERSON_ID, FREE_TEXT, CATEGORY, REP, NOT_PERSONAL)
"""What a column says about people: names and addresses of the person that its row is about; of
anybody, the company's own people among them; the id of such a person; what somebody wrote; a word
of a list that companies keep; a rep; nothing."""


@dataclass(frozen=True)
class Column:
    """One canonical column of an entity; `aliases` are other headers that mean the same.

    A file that lacks a required column is refused, unless it `may_be_absent`: then every row of the
    file holds `NO_COLUMN` there. `allowed` are the words of a closed list, `other_word` what
    another word counts as; `minimum` and `maximum` the range of a number, both included, `scale`
    its decimals; `address` is the kind of address that a text is: email, linkedin or phone.
    `points_to` is the entity that an id is of, or whose name a text is; `currency` says that a
    number is money, and whose currency it is in: `own`, `reporting` or an entity; `is_decision`
    that a moment cannot lie after the day of its own load. `personal` is what its cells say about
    people, one of `PERSONAL`.
    """

    name: str
    type: str
    is_required: bool = False
    may_be_absent: bool = False
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
    personal: str = NOT_PERSONAL
    aliases: tuple[str, ...] = ()
    description: str = ""


@dataclass(frozen=True)
class Entity:
    """One kind of record. Its files are called `<name>.csv` or `<name>_<anything>.csv`.

    `file_names` holds the names that count besides the entity's own. A table of a tool
    (`is_of_tool`) is told by its headers: the names of its columns are ours, only `aliases` are
    the tool's; and a tool may write one header twice. Of the columns of `one_of` a tool's table
    names at least one; it has at least one header of each group of `told_by` and none of
    `not_with`, so that tables that share most of their columns are told apart however few of them a
    user exports; a `is_whole` table has no other headers than those of its columns; one whose
    headers any file could have is told only where the table `beside` lies, too; one whose records
    come with others' gives way to those tables (`gives_way_to`). A connector that
    copies a tool's records writes the tables that are `is_of_connector`. `click_path` is where in
    the tool it is downloaded; empty where the tool itself does not offer it. `empty_words` (None
    but for a table of a mapping) are the words, folded, that mean an empty cell of it.
    """

    name: str
    columns: tuple[Column, ...]
    file_names: tuple[str, ...] = ()
    description: str = ""
    is_of_tool: bool = False
    one_of: tuple[str, ...] = ()
    is_whole: bool = False
    is_of_connector: bool = False
    beside: str | None = None
    gives_way_to: tuple[str, ...] = ()
    click_path: str = ""
    empty_words: tuple[str, ...] | None = None
    told_by: tuple[tuple[str, ...], ...] = ()
    not_with: tuple[str, ...] = ()

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        """The hash, reckoned once: what is known of a table by heart is looked up very often."""
        return hash((self.name, self.columns))

    @property
    def column_names(self) -> tuple[str, ...]:
        """The canonical columns in the order in which they are landed."""
        return tuple(column.name for column in self.columns)


@dataclass(frozen=True)
class Join:
    """Another table of the same load, of which each row of a make takes some values.

    Attributes:
        table: the table.
        key: an expression over its columns; of several rows with one key the first counts.
        order: an expression over its columns that says which is the first; of equal ones that of
            the newest file, by its place.
        to: the expression over the make's own row that must equal it; it may use what an earlier
            join took.
        take: name in the make's row → expression over the columns of the table.
        is_needed: whether a row that finds nothing is left out.
        is_unique: whether a key finds nothing whose rows give several answers, as a name that two
            bear; a list downloaded twice gives one.

    """

    table: str
    key: str
    order: str
    to: str
    take: Mapping[str, str]
    is_needed: bool
    is_unique: bool


@dataclass(frozen=True)
class Each:
    """What a make makes a row of, when it is not the whole row of its table.

    Attributes:
        headers: a pattern over the table's other headers: a row is made of every filled cell whose
            header it matches. Its first group that is filled is `each_name`, the cell `each_value`.
        split: an expression over the table's columns: a row is made of every part of that text that
            is not empty. The part is `each_value`, its number from 1 on `each_number`.
        by: what stands between the parts.

    """

    headers: str | None = None
    split: str | None = None
    by: str = ";"


@dataclass(frozen=True)
class Make:
    """Which rows of a generic entity the rows of a table become.

    Expressions are DuckDB's SQL over the columns of the table, as text, and the macros of
    `orchestration/landing/translation.sql`.

    Attributes:
        name: what the ledger calls it; the entity's name when the table makes one thing.
        entity: the generic entity.
        table: the table whose rows are read.
        joins: other tables of the same load, in this order.
        let: name → expression, for what several columns need; a later one may use an earlier one.
        each: what a row is made of; by default the whole row of the table.
        where: rule → condition; a row that does not meet it is left out by that rule.
        one_per: the column of `columns` of whose values only the first row of the newest file is
            made.
        columns: column of the entity → expression; the others are empty.
        is_mention: its rows only mention a record that another make, maybe of another load,
            describes: they are the record as long as nothing does.

    """

    name: str
    entity: str
    table: str
    joins: tuple[Join, ...]
    let: Mapping[str, str]
    each: Each | None
    where: Mapping[str, str]
    one_per: str | None
    columns: Mapping[str, str]
    is_mention: bool = False


@dataclass(frozen=True)
class Format:
    """One export format.

    Attributes:
        name: its name in `sources.yml`.
        title: the tool as people call it.
        click_path: where in the tool its files are downloaded.
        entities: its tables by name; of the generic format the entities themselves.
        facts: name → (table, aggregate) pairs: what holds for a whole load, from the first of the
            tables that says anything; of no table when it was told.
        told: the facts that a mapping may tell instead → what becomes of its word, called `told`.
        makes: how its tables become generic entities; the generic format has none.
        landed_as: as what all its files are landed, when its tables are not known for good; which
            table a file is, is then told again at every translation.

    """

    name: str
    title: str
    click_path: str
    entities: Mapping[str, Entity]
    facts: Mapping[str, tuple[tuple[str, str], ...]]
    makes: tuple[Make, ...]
    landed_as: Entity | None = None
    told: Mapping[str, str] = field(default_factory=dict)

    @property
    def landed_tables(self) -> Mapping[str, Entity]:
        """The tables as which its files are landed, by name."""
        return self.entities if self.landed_as is None else {self.landed_as.name: self.landed_as}

    @property
    def is_generic(self) -> bool:
        """Whether its rows are landed as what they are."""
        return self.name == GENERIC


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
    content = yaml.load(path.read_text(encoding="utf-8"), YAML_LOADER)
    tables = content.get("tables", content.get("entities", {}))
    return Format(
        name=content["format"],
        title=content.get("title", content["format"]),
        click_path=content.get("click_path", ""),
        entities={
            name: _entity(name, description, "tables" in content, content.get("click_path", ""))
            for name, description in tables.items()
        },
        facts={
            name: tuple((each["from"], each["value"]) for each in sources)
            for name, sources in content.get("facts", {}).items()
        },
        makes=tuple(_make(make) for make in content.get("make", ())),
        told=content.get("told", {}),
    )


def _make(content: Mapping[str, Any]) -> Make:
    each = content.get("each")
    return Make(
        name=content.get("name", content["entity"]),
        entity=content["entity"],
        table=content["from"],
        joins=tuple(
            Join(
                table=join["table"],
                key=join["key"],
                order=join.get("order", "_place"),
                to=join["to"],
                take=join.get("take", {}),
                is_needed=join.get("needed", False),
                is_unique=join.get("unique", False),
            )
            for join in content.get("joins", ())
        ),
        let=content.get("let", {}),
        each=Each(headers=each) if isinstance(each, str) else Each(**each) if each else None,
        where=content.get("where", {}),
        one_per=content.get("one_per"),
        columns=content["columns"],
        is_mention=content.get("mention", False),
    )


_WHERE_PRESENT = "where_present"


def _personal(column_type: str) -> str:
    """Return what the cells of a column say about people that does not tell it itself."""
    return CATEGORY if column_type in ("text", "word") else NOT_PERSONAL


def _entity(name: str, description: Mapping[str, Any], is_of_tool: bool, click_path: str) -> Entity:
    prefix = description.get("prefix", "")
    is_of_connector = description.get("connector", False)
    columns = tuple(
        Column(
            name=column,
            type=facts["type"],
            is_required=bool(facts.get("required", False)),
            may_be_absent=facts.get("required") == _WHERE_PRESENT,
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
            personal=facts.get("personal", _personal(facts["type"])),
            aliases=tuple(
                alias if facts.get("bare") or not prefix else prefix + alias
                for alias in facts.get("aliases", ())
                if facts.get("bare") or not prefix or _INTERNAL_NAME.fullmatch(alias)
            ),
            description=facts.get("description", ""),
        )
        for column, facts in description["columns"].items()
    )
    return Entity(
        name=name,
        columns=columns,
        file_names=tuple(description.get("file_names", ())),
        description=description.get("description", ""),
        is_of_tool=is_of_tool,
        one_of=tuple(description.get("one_of", ())),
        is_whole=description.get("nothing_else", False),
        is_of_connector=is_of_connector,
        beside=description.get("beside"),
        gives_way_to=tuple(description.get("gives_way_to", ())),
        click_path="" if is_of_connector else description.get("click_path", click_path) or "",
        told_by=tuple(map(tuple, description.get("told_by", ()))),
        not_with=tuple(description.get("not_with", ())),
    )
