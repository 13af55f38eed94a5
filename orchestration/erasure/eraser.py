"""The eraser: what a cell, a row or a text looks like once the forgotten are erased from it.

What belongs here: recognising the forgotten by their fingerprints, in cells and inside texts. What
does not: files (see `rewriting.py`), and who they are.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from orchestration.erasure.fingerprints import Fingerprints, is_erased
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
from orchestration.landing.addresses import (
    EMAIL_IN_TEXT,
    PROFILE_IN_TEXT,
    email_address,
    phone_number,
    profile_address,
)
from orchestration.landing.names import folded_words, full_name

_PHONE = re.compile(r"(?<![\w+])\+?\(?\d[\d ().\u00a0\u202f/-]{6,}\d(?!\w)")
_ADDRESS_SIGNS = r"@|(?i:linkedin)|\p{Nd}[\p{Nd} ().\x{a0}\x{202f}/-]{6,}\p{Nd}"
"""What an address of whatever kind has in it, as RE2 writes it."""

_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_GAP = re.compile(r"[\s,;.|_\"\u00a0]{1,3}")
_SEVERAL = re.compile("[;,|]")
_ESCAPED = re.compile(r"\\+u([0-9a-f]{4})", re.IGNORECASE)
_FIRST_ESCAPED, _SURROGATES = 0x80, range(0xD800, 0xE000)
_MOST_WORDS = 5
"""A full name has at most so many words."""

_MARK_DIGITS = 6


@dataclass(frozen=True)
class Eraser:
    """Erases the people whose fingerprints are `marks`.

    `country` is that of national telephone numbers, None where it is not known; `roles` are the
    names of mailboxes that several people read (info@), which name nobody and stay. `seen` are
    words and whether a forgotten name may begin with them.
    """

    fingerprints: Fingerprints
    marks: Mapping[str, frozenset[str]]
    country: str | None = None
    roles: frozenset[str] = frozenset()
    seen: dict[str, bool] = field(default_factory=dict, compare=False, repr=False)

    def knows(self, kind: str, text: str | None) -> bool:
        """Tell whether an address or a name, in the form to compare, is that of a forgotten one."""
        wanted = self.marks[kind]
        return bool(text and wanted) and self.fingerprints.of(kind, text or "") in wanted

    def knows_id(self, source: str, cell: str | None) -> bool:
        """Tell whether one of the ids in a cell is that of a forgotten person in a source."""
        if not cell or not self.marks[PERSON_ID]:
            return False
        if self.knows(PERSON_ID, f"{source}\0{cell}"):
            return True
        return _SEVERAL.search(cell) is not None and any(
            self.knows(PERSON_ID, f"{source}\0{part.strip()}")
            for part in _SEVERAL.split(cell)
            if part.strip()
        )

    def suspects(self, cells: pa.Array) -> list[str]:
        """Return the cells in which an address stands, or a word that may begin a forgotten name.

        What `inside` changes is among them; of a million cells hardly any is.
        """
        is_suspect = pc.match_substring_regex(cells, _ADDRESS_SIGNS)
        texts = cells.to_pylist() if self.marks[NAME] else ()
        words = {word for text in texts for word in _WORD.findall(text)}
        beginnings = sorted(word for word in words if self._begins_name(word))
        if beginnings:  # letters, hyphens and apostrophes: nothing to escape
            begins = pc.match_substring_regex(cells, "|".join(beginnings))
            is_suspect = pc.or_(is_suspect, begins)
        suspects: list[str] = cells.filter(is_suspect).to_pylist()
        return suspects

    def inside(self, text: str) -> str:
        """Return a text without the addresses and full names of the forgotten."""
        for pattern, kind, sign, read in self._addresses:
            if self.marks[kind] and (sign is None or sign in text.casefold()):
                text = pattern.sub(self._replacing(kind, read), text)
        return self._without_names(text) if self.marks[NAME] else text

    def inside_escaped(self, text: str) -> str:
        """Return a text without them, in which JSON may have escaped letters."""
        plain = _ESCAPED.sub(_letter, text)
        erased = self.inside(plain)
        return text if erased == plain else erased

    def label(self, name: str) -> str:
        """Return what stands for the name of a file or column: names that differ stay different."""
        erased = self.inside(name)
        if erased == name:
            return name
        stem, dot, ending = erased.rpartition(".")
        mark = self.fingerprints.of("label", name)[:_MARK_DIGITS]
        return f"{stem} {mark}.{ending}" if dot else f"{erased} {mark}"

    def whole(self, cell: str) -> str:
        """Return what stands for a cell that names a forgotten person, whatever it holds."""
        if is_erased(cell) or not cell.strip():
            return cell
        email = email_address(cell)
        if email:
            is_role = email.partition("@")[0] in self.roles
            return cell if is_role else self._address(EMAIL, email)
        profile = profile_address(cell)
        if profile:
            return self._address(LINKEDIN, profile)
        number = phone_number(cell, self.country) if not _WORD.search(cell) else None
        if number:
            is_shared = self.knows(SHARED_PHONE, number)
            return cell if is_shared else self._address(PHONE, number)
        return self.fingerprints.name(" ".join(folded_words(cell)) or cell)

    def text(self, cell: str) -> str:
        """Return what stands for a text in a row about a forgotten person."""
        return cell if is_erased(cell) or not cell.strip() else self.fingerprints.text(cell)

    def word(self, cell: str) -> str:
        """Return a cell of a row about somebody forgotten, erased where it is a name of theirs."""
        folded = " ".join(folded_words(cell))
        return self.whole(cell) if self.knows(WORD, folded) else self.inside(cell)

    @property
    def _addresses(
        self,
    ) -> Iterable[tuple[re.Pattern[str], str, str | None, Callable[[str], str | None]]]:
        """How addresses are found in a text, their kind, what each has in it, how one is read."""
        return (
            (EMAIL_IN_TEXT, EMAIL, "@", email_address),
            (PROFILE_IN_TEXT, LINKEDIN, "linkedin", profile_address),
            (_PHONE, PHONE, None, lambda text: phone_number(text, self.country)),
        )

    def _replacing(
        self, kind: str, read: Callable[[str], str | None]
    ) -> Callable[[re.Match[str]], str]:
        def replacement(found: re.Match[str]) -> str:
            address = None if is_erased(found[0]) else read(found[0])
            is_known = address is not None and self.knows(kind, address)
            return self._address(kind, address or "") if is_known else found[0]

        return replacement

    def _address(self, kind: str, address: str) -> str:
        if kind == EMAIL:
            mark = self.fingerprints.of(EMAIL, address)
            return self.fingerprints.email(address, mark in self.marks[NAMED_DOMAIN])
        if kind == LINKEDIN:
            return self.fingerprints.linkedin(address)
        return self.fingerprints.phone(address)

    def _without_names(self, text: str) -> str:
        words = list(_WORD.finditer(text))
        taken: list[tuple[int, int, str]] = []
        place = 0
        while place < len(words):
            end = self._name_from(text, words, place)
            if end is None:
                place += 1
                continue
            start, stop = words[place].start(), words[end].end()
            taken.append((start, stop, self.fingerprints.name(full_name(text[start:stop]) or "")))
            place = end + 1
        for start, stop, name in reversed(taken):
            text = f"{text[:start]}{name}{text[stop:]}"
        return text

    def _begins_name(self, word: str) -> bool:
        known = self.seen.get(word)
        if known is None:
            known = any(self.knows(TOKEN, part) for part in folded_words(word))
            self.seen[word] = known
        return known

    def _name_from(self, text: str, words: list[re.Match[str]], place: int) -> int | None:
        """Return the last word of a forgotten name that begins at a word, the longest one."""
        found = None
        if not self._begins_name(words[place][0]):
            return None
        for end in range(place, min(place + _MOST_WORDS, len(words))):
            if end > place and not _GAP.fullmatch(text[words[end - 1].end() : words[end].start()]):
                break
            if self.knows(NAME, full_name(text[words[place].start() : words[end].end()])):
                found = end
        return found


def _letter(escaped: re.Match[str]) -> str:
    code = int(escaped[1], 16)
    return escaped[0] if code < _FIRST_ESCAPED or code in _SURROGATES else chr(code)
