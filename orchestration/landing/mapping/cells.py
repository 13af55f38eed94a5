"""Which column a header of a mapping means.

What belongs here: the columns of a table of one's own, which are those that the mapping uses, and
finding a header in a tool's table. What does not: what is made of the cells.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar

from orchestration.formats.descriptions import Column, Entity
from orchestration.landing.headers import column_names, normalised
from orchestration.landing.mapping.nodes import Word
from orchestration.quoting import quoted_name


@dataclass
class UsedHeader:
    """A header that a mapping uses.

    Attributes:
        word: the header, where it is used first.
        column: what the SQL calls it.
        is_optional: whether no file needs it.
        is_day: whether its cells are used as days: they show in which order the file writes them.

    """

    word: Word
    column: str
    is_optional: bool
    is_day: bool = False


@dataclass
class OwnCells:
    """The columns of a table of one's own: one for each header that is used."""

    is_clean: ClassVar[bool] = True
    headers: dict[str, UsedHeader] = field(default_factory=dict)
    alternatives: list[tuple[Word, ...]] = field(default_factory=list)

    def column(self, header: Word, is_optional: bool, is_day: bool = False) -> str:
        """Return the quoted name of the column below a header."""
        key = normalised(header.text)
        used = self.headers.get(key)
        if used is None:
            used = UsedHeader(header, f"column_{len(self.headers) + 1}", is_optional)
            self.headers[key] = used
        used.is_optional = used.is_optional and is_optional
        used.is_day = used.is_day or is_day
        return quoted_name(used.column)

    def one_of(self, headers: Sequence[Word]) -> None:
        """Note that a file needs one of these headers."""
        self.alternatives.append(tuple(headers))

    def needed(self) -> tuple[tuple[Word, ...], ...]:
        """Return the headers that files need: of each group one."""
        single = [(used.word,) for used in self.headers.values() if not used.is_optional]
        return (*single, *self.alternatives)

    def table(
        self, name: str, description: str, told_by: set[str], empty_words: Sequence[str]
    ) -> Entity:
        """Return the table, told by the headers of these keys."""
        columns = tuple(
            Column(
                used.column,
                "moment" if used.is_day else "text",
                key in told_by,
                aliases=(as_written(used.word.text),),
            )
            for key, used in self.headers.items()
        )
        return Entity(
            name,
            columns,
            description=description,
            is_of_tool=True,
            empty_words=tuple(empty_words),
        )


@dataclass
class ToolCells:
    """The columns of a tool's table, and those that a mapping adds to it."""

    is_clean: ClassVar[bool] = False
    entity: Entity
    needed: list[tuple[Word, ...]] = field(default_factory=list)

    def column(self, header: Word, is_optional: bool, is_day: bool = False) -> str:
        """Return the quoted name of the column of that name or below that header."""
        del is_day  # the tool's own columns of days show their order
        names = {column.name for column in self.entity.columns}
        if header.text in names:
            return quoted_name(header.text)
        known = column_names(self.entity).get(normalised(header.text))
        if known is None:
            known = f"own_{len(names) + 1}"
            own = Column(known, "text", aliases=(as_written(header.text),))
            self.entity = replace(self.entity, columns=(*self.entity.columns, own))
            if not is_optional:
                self.needed.append((header,))
        return quoted_name(known)

    def one_of(self, headers: Sequence[Word]) -> None:
        """Note that a file needs one of these headers."""
        names = {column.name for column in self.entity.columns}
        known = column_names(self.entity)
        if not any(word.text in names or normalised(word.text) in known for word in headers):
            self.needed.append(tuple(headers))


def as_written(header: str) -> str:
    """Return a header in the form in which landing keeps it."""
    return unicodedata.normalize("NFC", header).strip()
