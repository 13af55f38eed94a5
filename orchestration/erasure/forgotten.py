"""Who is forgotten: fingerprints by which their data are known again, and nothing else.

What belongs here: the file `state/forgotten.json`, one entry per erasure. What does not: how a
person is found (see `person.py`) and what is done (see `forgetting.py`).

An entry is written before anything is erased and marked done when all is: an erasure that was
killed half-way is finished by whatever opens the data folder next. It names nobody.
"""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from orchestration.erasure.fingerprints import FORGOTTEN
from orchestration.files import read_json_as, timestamp, write_json
from orchestration.paths import Paths

EMAIL, LINKEDIN, PHONE = "email", "linkedin", "phone"
NAME, TOKEN, WORD, PERSON_ID = "name", "token", "word", "person_id"
"""What a person is known by: the addresses; the words of a full name in any order, and each of
these words; a first or last name alone (looked for in rows about the person only); the ids, each
with its source."""

NAMED_DOMAIN, SHARED_PHONE = "named_domain", "shared_phone"
"""E-mail addresses whose domain names the person; numbers that others have, too, and that stay."""

KINDS = (EMAIL, LINKEDIN, PHONE, NAME, TOKEN, WORD, PERSON_ID, NAMED_DOMAIN, SHARED_PHONE)

_REMEDY = (
    "restore it from a backup: without it whoever was forgotten comes back with the next export "
    "that names them"
)

Way = Literal["command", "request", "retention"]
"""What asked for it: somebody with a command, a row of the exports, or the end of retention."""


@dataclass(frozen=True)
class Erasure:
    """One erasure.

    Attributes:
        reference: a random text, by which it is told in records.
        asked_at: UTC, ISO form.
        way: what asked for it.
        people: how many people it is about.
        marks: kind → fingerprints.
        is_landing_done: whether what is landed is erased, and all that is made of it is gone.
        is_done: whether the published versions are, too.

    """

    reference: str
    asked_at: str
    way: Way
    people: int
    marks: Mapping[str, tuple[str, ...]]
    is_landing_done: bool = False
    is_done: bool = False


def new_erasure(way: Way, people: int, marks: Mapping[str, Iterable[str]]) -> Erasure:
    """Return an erasure that nothing is done of."""
    kept = {kind: tuple(sorted(set(found))) for kind, found in marks.items() if found}
    return Erasure(secrets.token_hex(6), timestamp(), way, people, kept)


def read_erasures(paths: Paths) -> list[Erasure]:
    """Return the erasures of a data folder, the oldest first."""
    return read_json_as(paths.state / FORGOTTEN, _as_erasures, _REMEDY) or []


def _as_erasures(content: Any) -> list[Erasure]:
    return [
        Erasure(**{**entry, "marks": {k: tuple(v) for k, v in entry["marks"].items()}})
        for entry in content
    ]


def keep_erasure(paths: Paths, erasure: Erasure) -> None:
    """Add an erasure, or replace what is known of it."""
    others = [each for each in read_erasures(paths) if each.reference != erasure.reference]
    listed = sorted([*others, erasure], key=lambda each: (each.asked_at, each.reference))
    write_json(paths.state / FORGOTTEN, [asdict(each) for each in listed])


def marked_done(erasure: Erasure, *, landing: bool = True, published: bool = False) -> Erasure:
    """Return an erasure of which so much is done."""
    return replace(erasure, is_landing_done=landing, is_done=published)


def all_marks(erasures: Iterable[Erasure]) -> dict[str, frozenset[str]]:
    """Return the fingerprints of everybody, by kind."""
    marks: dict[str, set[str]] = {kind: set() for kind in KINDS}
    for each in erasures:
        for kind, found in each.marks.items():
            marks[kind].update(found)
    return {kind: frozenset(found) for kind, found in marks.items()}
