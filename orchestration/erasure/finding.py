"""Finding a person: their records in all sources, and what they are known by.

What belongs here: from an address or an id to the records of one person, over every load that was
landed, and the marks of an erasure. What does not: erasing.

Records are one person by the user's links, an e-mail address (not of a role) or a profile, as in
the warehouse (docs/decisions/who_is_who.md), but to the end: whoever asks for one of their
addresses asks for all records that bear it, also for two of one source. A telephone number never
makes two records one.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

import duckdb

from orchestration.environment import PROJECT_DIR
from orchestration.erasure.fingerprints import Fingerprints
from orchestration.erasure.forgotten import (
    EMAIL,
    LINKEDIN,
    NAME,
    NAMED_DOMAIN,
    PERSON_ID,
    PHONE,
    SHARED_PHONE,
    TOKEN,
    WORD,
)
from orchestration.landing.addresses import email_address, phone_number, profile_address
from orchestration.landing.duckdb_reader import scan_parquet
from orchestration.landing.names import folded_words, full_name
from orchestration.paths import Paths

_LEAST_NAME = 4
"""A shorter name may stand in a domain by chance."""


@dataclass(frozen=True)
class Wanted:
    """Whom to find: by e-mail addresses, profiles, telephone numbers or (source, id) pairs."""

    emails: frozenset[str] = frozenset()
    profiles: frozenset[str] = frozenset()
    ids: frozenset[tuple[str, str]] = frozenset()

    @property
    def nodes(self) -> set[tuple[str, ...]]:
        """What to begin with."""
        return {
            *((EMAIL, address) for address in self.emails),
            *((LINKEDIN, address) for address in self.profiles),
            *((PERSON_ID, *found) for found in self.ids),
        }


@dataclass(frozen=True)
class _Record:
    source: str
    prospect_id: str
    email: str | None
    profile: str | None
    phone: str | None
    first_name: str | None
    last_name: str | None

    @property
    def nodes(self) -> set[tuple[str, ...]]:
        """What makes this record one person with another."""
        nodes: set[tuple[str, ...]] = {(PERSON_ID, self.source, self.prospect_id)}
        if self.email and not is_role(self.email):
            nodes.add((EMAIL, self.email))
        if self.profile:
            nodes.add((LINKEDIN, self.profile))
        return nodes


@dataclass
class Found:
    """The people that were found.

    Attributes:
        people: how many.
        ids: (source, id) of their records.
        marks: kind → fingerprints they are known by.

    """

    people: int = 0
    ids: set[tuple[str, str]] = field(default_factory=set)
    marks: dict[str, set[str]] = field(default_factory=dict)


@cache
def role_mailboxes() -> frozenset[str]:
    """Return the names of mailboxes that several people read, such as info."""
    path = PROJECT_DIR / "seeds" / "role_mailboxes.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        return frozenset(row["mailbox"] for row in csv.DictReader(lines))


def is_role(email: str) -> bool:
    """Tell whether an address is that of a role."""
    return email.partition("@")[0] in role_mailboxes()


def find(
    paths: Paths,
    wanted: Wanted,
    fingerprints: Fingerprints,
    countries: Mapping[str, str | None],
) -> Found:
    """Find people in what is landed.

    Args:
        paths: the data folder; its tools' loads are translated.
        wanted: whom to find.
        fingerprints: those of this data folder.
        countries: source → country of its national telephone numbers; "" for any other.

    """
    records = list(_records(paths, countries))
    links = list(_links(paths))
    group, nodes = _connected(records, links, wanted.nodes)
    found = Found(ids={(each.source, each.prospect_id) for each in group})
    found.people = _people(group, links, wanted)
    others = [each for each in records if (each.source, each.prospect_id) not in found.ids]
    found.marks = _marks(group, others, nodes, fingerprints)
    return found


def _connected(
    records: Iterable[_Record],
    links: Iterable[tuple[tuple[str, ...], tuple[str, ...]]],
    start: set[tuple[str, ...]],
) -> tuple[list[_Record], set[tuple[str, ...]]]:
    """Return the records that hang together with where to start, and all that they are known by."""
    by_node: dict[tuple[str, ...], list[_Record]] = {}
    for record in records:
        for node in record.nodes:
            by_node.setdefault(node, []).append(record)
    linked: dict[tuple[str, ...], set[tuple[str, ...]]] = {}
    for one, other in links:
        linked.setdefault(one, set()).add(other)
        linked.setdefault(other, set()).add(one)
    nodes, ahead, group = set(start), list(start), dict[_Record, None]()
    while ahead:
        node = ahead.pop()
        near = set(linked.get(node, ()))
        for record in by_node.get(node, ()):
            group[record] = None
            near |= record.nodes
        ahead += near - nodes
        nodes |= near
    return list(group), nodes


def _people(
    group: list[_Record],
    links: list[tuple[tuple[str, ...], tuple[str, ...]]],
    wanted: Wanted,
) -> int:
    """Return how many people the records are: parts that do not hang together."""
    left, count = {node for each in group for node in each.nodes} | wanted.nodes, 0
    while left:
        _, nodes = _connected(group, links, {next(iter(left))})
        left -= nodes
        count += 1
    return count


def _marks(
    group: Iterable[_Record],
    others: Iterable[_Record],
    nodes: set[tuple[str, ...]],
    fingerprints: Fingerprints,
) -> dict[str, set[str]]:
    emails = {node[1] for node in nodes if node[0] == EMAIL}
    phones = {each.phone for each in group if each.phone}
    shared = phones & {each.phone for each in others}
    names = {name for each in group if (name := full_name(each.first_name, each.last_name))}
    namesakes = {full_name(each.first_name, each.last_name) for each in others} if names else set()
    own_names = {name for name in names - namesakes if name}
    words = {
        " ".join(folded_words(name))
        for each in group
        for name in (each.first_name, each.last_name)
        if name
    }
    texts: dict[str, Iterable[str]] = {
        EMAIL: emails,
        LINKEDIN: {node[1] for node in nodes if node[0] == LINKEDIN},
        PHONE: {phone for phone in phones - shared if phone},
        NAME: own_names,
        TOKEN: {word for name in own_names for word in name.split()},
        WORD: words - {""},
        PERSON_ID: {"\0".join(node[1:]) for node in nodes if node[0] == PERSON_ID},
    }
    marks = {kind: {fingerprints.of(kind, text) for text in found} for kind, found in texts.items()}
    last_names = {word for each in group for word in folded_words(each.last_name or "")}
    marks[NAMED_DOMAIN] = {
        fingerprints.of(EMAIL, email) for email in emails if _names(email, last_names)
    }
    marks[SHARED_PHONE] = {fingerprints.of(SHARED_PHONE, phone) for phone in shared if phone}
    return marks


def _names(email: str, last_names: Iterable[str]) -> bool:
    domain = "".join(folded_words(email.rpartition("@")[2].rpartition(".")[0]))
    return any(len(name) >= _LEAST_NAME and name in domain for name in last_names)


def _records(paths: Paths, countries: Mapping[str, str | None]) -> Iterator[_Record]:
    """Yield the records of people as every load told them, what is told again just once."""
    columns = (
        "_source",
        "prospect_id",
        "email",
        "linkedin_url",
        "phone",
        "first_name",
        "last_name",
    )
    addresses = _Addresses(_compared(paths), countries)
    for row in distinct_cells(paths, "prospects", columns):
        source, prospect_id, email, profile, phone, first_name, last_name = row
        if source is None or prospect_id is None:
            continue
        yield _Record(
            source,
            prospect_id,
            addresses.of(source, EMAIL, email),
            addresses.of(source, LINKEDIN, profile),
            addresses.of(source, PHONE, phone),
            first_name,
            last_name,
        )


@dataclass(frozen=True)
class _Addresses:
    """Addresses in the form to compare: as landing keeps them, else read here.

    `compared` is (source, kind, writing) → address; held batches have none of theirs in it.
    """

    compared: Mapping[tuple[str, str, str], str]
    countries: Mapping[str, str | None]

    def of(self, source: str, kind: str, written: str | None) -> str | None:
        """Return the address that a cell is; None where it is none."""
        if not written:
            return None
        known = self.compared.get((source, kind, written))
        if known is not None:
            return known
        if kind == PHONE:
            return phone_number(written, self.countries.get(source, self.countries.get("")))
        return (email_address if kind == EMAIL else profile_address)(written)


def _compared(paths: Paths) -> dict[tuple[str, str, str], str]:
    """Return (source, kind, writing) → address in the form to compare, as landing keeps them."""
    files = sorted((paths.landing / "_addresses").glob("[!_.]*.parquet"))
    if not files:
        return {}
    with duckdb.connect() as connection:
        rows = connection.execute(
            f"select distinct source, kind, written, address from {scan_parquet(files)}"
        ).fetchall()
    return {(source, kind, written): address for source, kind, written, address in rows}


def _links(paths: Paths) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Yield the pairs of records that links make one person."""
    columns = ("kind", "source", "id", "same_as_source", "same_as_id")
    for kind, source, one, same_source, same_id in distinct_cells(paths, "links", columns):
        if (kind or "").lower() == "prospect" and source and one and same_id:
            yield (PERSON_ID, source, one), (PERSON_ID, same_source or source, same_id)


def distinct_cells(
    paths: Paths, entity: str, columns: Iterable[str]
) -> list[tuple[str | None, ...]]:
    """Return the distinct rows of an entity over all loads, as landed and as translated."""
    files = [
        path
        for folder in (
            paths.landing / "generic",
            paths.landing / "_held" / "generic",
            paths.translated,
        )
        for path in sorted((folder / entity).glob("[!.]*.parquet"))
    ]
    if not files:
        return []
    listed = ", ".join(f"trim({column}) as {column}" for column in columns)
    with duckdb.connect() as connection:
        return connection.execute(f"select distinct {listed} from {scan_parquet(files)}").fetchall()
