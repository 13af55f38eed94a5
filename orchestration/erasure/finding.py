"""Finding a person: their records in all sources, and what they are known by.

What belongs here: from an address or an id to the records of one person, over every load that was
landed, and the marks of an erasure. What does not: erasing.

Records are one person by the user's links, an e-mail address (not of a role) or a profile, as in
the warehouse (docs/decisions/who_is_who.md), but to the end: whoever asks for one of their
addresses asks for all records that bear it, also for two of one source. A telephone number never
makes two records one.
"""

import csv
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Self

import duckdb
import pyarrow as pa

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
from orchestration.landing.duckdb_reader import connect, scan_parquet
from orchestration.landing.names import folded_words, full_name
from orchestration.landing.store import Store
from orchestration.landing.translated import files_of_rows
from orchestration.paths import Paths

Node = tuple[str, ...]
"""What people are known by: a kind and an address, or `person_id`, a source and an id of it."""

_TOLD = ("prospect_id", "email", "linkedin_url", "phone", "first_name", "last_name")
_KINDS = {EMAIL: "email", LINKEDIN: "linkedin_url", PHONE: "phone"}
_ADDRESS_COLUMNS = ["source", "kind", "written", "address"]
_NOT_WANTED = "from records anti join wanted using (source, prospect_id)"
_MEMORY = "2GB"
"""What millions of people take at most; beyond it the database goes on in files."""

_BATCH_ROWS = 50_000

_LEAST_NAME = 4
"""A shorter name may stand in a domain by chance."""


@dataclass(frozen=True)
class Wanted:
    """Whom to find: by e-mail addresses, profiles, telephone numbers or (source, id) pairs."""

    emails: frozenset[str] = frozenset()
    profiles: frozenset[str] = frozenset()
    ids: frozenset[tuple[str, str]] = frozenset()

    @property
    def nodes(self) -> set[Node]:
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
    def nodes(self) -> set[Node]:
        """What makes this record one person with another."""
        nodes: set[Node] = {(PERSON_ID, self.source, self.prospect_id)}
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
    links = list(_links(paths))
    with _People(paths, countries) as people:
        group, nodes = _connected(people.bearing, links, wanted.nodes)
        found = Found(ids={(each.source, each.prospect_id) for each in group})
        found.people = _people(group, links, wanted)
        found.marks = _marks(group, people.others(found.ids), nodes, fingerprints)
    return found


def _connected(
    bearing: Callable[[set[Node]], Iterable[_Record]],
    links: Iterable[tuple[Node, Node]],
    start: set[Node],
) -> tuple[list[_Record], set[Node]]:
    """Return the records that hang together with where to start, and all that they are known by.

    `bearing` gives the records that bear one of some addresses or ids.
    """
    linked: dict[Node, set[Node]] = {}
    for one, other in links:
        linked.setdefault(one, set()).add(other)
        linked.setdefault(other, set()).add(one)
    nodes, ahead, group = set(start), set(start), dict[_Record, None]()
    while ahead:
        near = {other for node in ahead for other in linked.get(node, ())}
        for record in bearing(ahead):
            group[record] = None
            near |= record.nodes
        ahead = near - nodes
        nodes |= near
    return list(group), nodes


def _bearing(records: Iterable[_Record]) -> Callable[[set[Node]], Iterable[_Record]]:
    by_node: dict[Node, list[_Record]] = {}
    for record in records:
        for node in record.nodes:
            by_node.setdefault(node, []).append(record)
    return lambda nodes: [record for node in nodes for record in by_node.get(node, ())]


def _people(
    group: list[_Record],
    links: list[tuple[Node, Node]],
    wanted: Wanted,
) -> int:
    """Return how many people the records are: parts that do not hang together."""
    left, count = {node for each in group for node in each.nodes} | wanted.nodes, 0
    bearing = _bearing(group)
    while left:
        _, nodes = _connected(bearing, links, {next(iter(left))})
        left -= nodes
        count += 1
    return count


def _marks(
    group: Iterable[_Record],
    others: "_Others",
    nodes: set[Node],
    fingerprints: Fingerprints,
) -> dict[str, set[str]]:
    emails = {node[1] for node in nodes if node[0] == EMAIL}
    phones = {each.phone for each in group if each.phone}
    shared = others.phones(phones)
    names = {name for each in group if (name := full_name(each.first_name, each.last_name))}
    own_names = names - others.namesakes(names)
    words = {
        " ".join(folded_words(name))
        for each in group
        for name in (each.first_name, each.last_name)
        if name
    }
    texts: dict[str, Iterable[str]] = {
        EMAIL: emails,
        LINKEDIN: {node[1] for node in nodes if node[0] == LINKEDIN},
        PHONE: phones - shared,
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
    marks[SHARED_PHONE] = {fingerprints.of(SHARED_PHONE, phone) for phone in shared}
    return marks


def _names(email: str, last_names: Iterable[str]) -> bool:
    domain = "".join(folded_words(email.rpartition("@")[2].rpartition(".")[0]))
    return any(len(name) >= _LEAST_NAME and name in domain for name in last_names)


class _People:
    """The records of people as every load told them, in a database of their own.

    It holds what is told again just once, with the addresses in the form to compare: as landing
    keeps them, else read here, as those of held batches.
    """

    def __init__(self, paths: Paths, countries: Mapping[str, str | None]) -> None:
        self._countries = countries
        self._connection = connect(Store(paths.landing).scratch, _MEMORY, os.cpu_count() or 1)
        self._connection.execute(
            "create table addresses (source varchar, kind varchar, written varchar, "
            "address varchar)"
        )
        self._is_empty = not (files := files_of_rows(paths, "prospects"))
        if self._is_empty:
            return
        self._connection.execute(
            f"""
            create table told as
            select distinct
                trim(_source) as source, {", ".join(f"trim({name}) as {name}" for name in _TOLD)}
            from {scan_parquet(files)}
            where _source is not null and prospect_id is not null
            """
        )
        self._read_addresses(paths)
        self._connection.execute(
            f"""
            create table records as
            select
                told.source, prospect_id, first_name, last_name,
                {", ".join(f"of_{kind}.address as {kind}" for kind in _KINDS)}
            from told
            {" ".join(_join(kind, column) for kind, column in _KINDS.items())}
            """
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def bearing(self, nodes: set[Node]) -> Iterable[_Record]:
        """Return the records that bear one of some addresses or ids."""
        if self._is_empty:
            return []
        ids = [node[1:] for node in nodes if node[0] == PERSON_ID]
        emails = [node[1] for node in nodes if node[0] == EMAIL and not is_role(node[1])]
        profiles = [node[1] for node in nodes if node[0] == LINKEDIN]
        self._wanted(ids)
        rows = self._connection.execute(
            """
            select source, prospect_id, email, linkedin, phone, first_name, last_name
            from records
            where (source, prospect_id) in (from wanted)
                or email in (select unnest($emails::varchar[]))
                or linkedin in (select unnest($profiles::varchar[]))
            """,
            {"emails": emails, "profiles": profiles},
        ).fetchall()
        return [_Record(*row) for row in rows]

    def others(self, ids: set[tuple[str, str]]) -> "_Others":
        """Return everybody but the records of some ids."""
        self._wanted(sorted(ids))
        return _Others(None if self._is_empty else self._connection)

    def _wanted(self, ids: Sequence[Sequence[str]]) -> None:
        sources, records = ([each[place] for each in ids] for place in (0, 1))
        self._connection.execute(
            "create or replace temp table wanted as select "
            "unnest($sources::varchar[]) as source, unnest($records::varchar[]) as prospect_id",
            {"sources": sources, "records": records},
        )

    def _read_addresses(self, paths: Paths) -> None:
        files = sorted((paths.landing / "_addresses").glob("[!_.]*.parquet"))
        if files:
            self._connection.execute(
                "insert into addresses select source, kind, written, any_value(address) "
                f"from {scan_parquet(files)} group by all"
            )
        cells = " union ".join(
            f"select source, '{kind}' as kind, {column} as written from told where {column} <> ''"
            for kind, column in _KINDS.items()
        )
        left = self._connection.execute(
            f"from ({cells}) anti join addresses using (source, kind, written)"
        ).to_arrow_reader(_BATCH_ROWS)
        for batch in left:
            rows = [
                (*row, self._address(*row)) for row in zip(*batch.to_pydict().values(), strict=True)
            ]
            read = pa.table([[*column] for column in zip(*rows, strict=True)], _ADDRESS_COLUMNS)
            self._connection.from_arrow(read).insert_into("addresses")

    def _address(self, source: str, kind: str, written: str) -> str | None:
        if kind == PHONE:
            return phone_number(written, self._countries.get(source, self._countries.get("")))
        return (email_address if kind == EMAIL else profile_address)(written)


@dataclass(frozen=True)
class _Others:
    """The records of people that are not among those `wanted`; None where there are none at all."""

    connection: duckdb.DuckDBPyConnection | None

    def phones(self, numbers: set[str]) -> set[str]:
        """Return those of some telephone numbers that another record bears, too."""
        if self.connection is None or not numbers:
            return set()
        rows = self.connection.execute(
            f"select distinct phone from ({_NOT_WANTED}) where phone in (select unnest($numbers))",
            {"numbers": sorted(numbers)},
        ).fetchall()
        return {phone for (phone,) in rows}

    def namesakes(self, names: set[str]) -> set[str]:
        """Return those of some full names that another record bears, too."""
        if self.connection is None or not names:
            return set()
        rows = self.connection.execute(
            f"select distinct first_name, last_name from ({_NOT_WANTED})"
        )
        found: set[str] = set()
        while told := rows.fetchmany(_BATCH_ROWS):
            found.update(name for each in told if (name := full_name(*each)) in names)
        return found


def _join(kind: str, column: str) -> str:
    """Return the join that finds the address that a cell is."""
    return (
        f"left join addresses as of_{kind} on told.source = of_{kind}.source "
        f"and of_{kind}.kind = '{kind}' and told.{column} = of_{kind}.written"
    )


def _links(paths: Paths) -> Iterator[tuple[Node, Node]]:
    """Yield the pairs of records that links make one person."""
    columns = ("kind", "source", "id", "same_as_source", "same_as_id")
    for kind, source, one, same_source, same_id in distinct_cells(paths, "links", columns):
        if (kind or "").lower() == "prospect" and source and one and same_id:
            yield (PERSON_ID, source, one), (PERSON_ID, same_source or source, same_id)


def distinct_cells(
    paths: Paths, entity: str, columns: Iterable[str]
) -> list[tuple[str | None, ...]]:
    """Return the distinct rows of an entity over all loads, as landed and as translated."""
    files = files_of_rows(paths, entity)
    if not files:
        return []
    listed = ", ".join(f"trim({column}) as {column}" for column in columns)
    with duckdb.connect() as connection:
        return connection.execute(f"select distinct {listed} from {scan_parquet(files)}").fetchall()
