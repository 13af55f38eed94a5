"""Every column of the contract into which people type words is judged before it is published.

What belongs here: that no such column is forgotten. What does not: how a word is judged (see the
unit tests of `int_withheld_words`).
"""

import re
from pathlib import Path

from orchestration.formats.descriptions import (
    CATEGORY,
    FREE_TEXT,
    GENERIC,
    NOT_PERSONAL,
    PERSONAL,
    known_formats,
)

NOT_PUBLISHED = {
    ("accounts", "domain"),
    ("accounts", "registration_number"),
    ("prospects", "job_title"),
    ("deal_contacts", "role"),
}
"""Words that no published table has."""

READ_AS_CODES = {"currency", "channel", "nature"}
"""Columns of which only words of a list are published, whatever is typed."""


def judged(repo_root: Path) -> set[tuple[str, str]]:
    """Return (entity, column) of what `int_typed_words` reads."""
    path = repo_root / "models" / "intermediate" / "records" / "int_typed_words.sql"
    return set(re.findall(r"\('(\w+)', '(\w+)', '\w+'", path.read_text(encoding="utf-8")))


def test_every_column_of_typed_words_is_judged(repo_root: Path) -> None:
    typed = {
        (entity.name, column.name)
        for entity in known_formats()[GENERIC].entities.values()
        for column in entity.columns
        if column.type in ("text", "word")
        and column.personal == CATEGORY
        and not column.allowed
        and not column.points_to
        and column.name not in READ_AS_CODES
    }
    missing = typed - judged(repo_root) - NOT_PUBLISHED
    assert not missing, f"judge them in int_typed_words, or say that none is published: {missing}"
    assert typed >= NOT_PUBLISHED


def test_every_column_of_every_format_is_classified() -> None:
    for known in known_formats().values():
        for entity in known.entities.values():
            for column in entity.columns:
                assert column.personal in PERSONAL
                if column.type in ("text", "word"):
                    assert column.personal != NOT_PERSONAL, (known, entity.name, column.name)


def test_free_text_of_the_contract_is_in_no_published_table(repo_root: Path) -> None:
    free = {
        column.name
        for entity in known_formats()[GENERIC].entities.values()
        for column in entity.columns
        if column.personal == FREE_TEXT
    }
    assert free == {"comment", "text"}
    for path in (repo_root / "models" / "marts" / "core").glob("*.sql"):
        names = set(re.findall(r"\b\w+\.(\w+)", path.read_text(encoding="utf-8")))
        assert not names & free, path.name
