"""What the bytes of a file show, gathered while they stream past once.

What belongs here: hash, size, and what tells encodings and foreign file types apart. What does not:
deciding (see `dialect`), because all files of a source decide together.
"""

import codecs
import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO, Literal

import numpy as np
import numpy.typing as npt

from orchestration.landing.twice_encoded import count_twice

CHUNK_BYTES = 1 << 20

_STRETCH = 1 << 15
_MOST_IN_STRETCH = 4_000
_DELIMITERS = (b",", b";", b"\t", b"|")

_FOREIGN_STARTS = (
    (b"PK\x03\x04", "an Excel workbook or zip archive; save the sheet as CSV"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel workbook; save the sheet as CSV"),
    (b"\x1f\x8b", "a gzip file; name it .csv.gz"),
    (b"PAR1", "a Parquet file; name it .parquet"),
    (b"%PDF", "a PDF document; export the table as CSV"),
)
_TAG = re.compile(r"<(!|\?xml|[a-z][a-z0-9]*[\s/>])", re.IGNORECASE)
_WESTERN = re.compile("[\u00a0-\u00ff\u0152\u0153\u0178\u2010-\u20cf]")
"""Letters and signs of Western Europe: as UTF-8 they are hardly ever another encoding's text."""


Place = Literal["inside", "end", "capitals", "begin"]
"""Where in a word a byte stands: between a letter and a small one, or small ones; after a small
letter at the end; between capitals; before the first letter."""


@dataclass(frozen=True)
class Evidence:
    """What one file shows.

    Attributes:
        sha256: hash of the bytes, in hexadecimal digits.
        size: number of bytes.
        sure_encoding: the encoding that a byte order mark at the start names, or UTF-16 where every
            second byte at the start is NUL; else None.
        nul_bytes: number of NUL bytes.
        valid_sequences: characters beyond ASCII that are valid UTF-8.
        telling_sequences: those of them that are unlikely to be valid by chance.
        invalid_sequences: places that are not valid UTF-8.
        twice_encoded: the valid characters that look as if they had been encoded twice.
        letters: bytes beyond ASCII beside an ASCII letter, and how many: (place, byte) → number.
            They are counted where the text is no UTF-8 only.
        foreign: what the file is when it is no delimited text at all.
        has_wide_lines: whether a line has thousands of cells: DuckDB takes minutes for such a one.

    """

    sha256: str
    size: int
    sure_encoding: str | None
    nul_bytes: int
    valid_sequences: int
    telling_sequences: int
    invalid_sequences: int
    foreign: str | None
    letters: Mapping[tuple[Place, int], int] = field(default_factory=dict)
    twice_encoded: int = 0
    has_wide_lines: bool = False

    @property
    def is_twice_encoded(self) -> bool:
        """Whether nearly all characters beyond ASCII look as if they had been encoded twice."""
        is_utf8 = self.sure_encoding in (None, "utf-8") and not self.invalid_sequences
        return is_utf8 and 0 < 0.9 * self.valid_sequences <= self.twice_encoded

    @property
    def is_ascii(self) -> bool:
        """Whether every encoding but UTF-16 reads the file alike."""
        return self.valid_sequences == self.invalid_sequences == 0


def gather(stream: BinaryIO, also: Callable[[bytes], object] | None = None) -> Evidence:
    """Read a stream to its end; `also` gets every piece (to write it down, say)."""
    digest = hashlib.sha256()
    utf8 = _Utf8Tally()
    size = nul_bytes = 0
    has_wide_lines = False
    start = b""
    for chunk in _pieces(stream):
        if not size:
            start = chunk[:1024]
        size += len(chunk)
        digest.update(chunk)
        nul_bytes += chunk.count(b"\0") if b"\0" in chunk else 0
        utf8.feed(chunk)
        has_wide_lines = has_wide_lines or _has_wide_line(chunk)
        if also is not None:
            also(chunk)
    utf8.finish()
    return Evidence(
        sha256=digest.hexdigest(),
        size=size,
        sure_encoding=sure_encoding(start),
        nul_bytes=nul_bytes,
        valid_sequences=utf8.valid,
        telling_sequences=utf8.telling,
        invalid_sequences=utf8.invalid,
        foreign=foreign_kind(start),
        letters=utf8.letters(),
        twice_encoded=utf8.twice,
        has_wide_lines=has_wide_lines,
    )


def _has_wide_line(chunk: bytes) -> bool:
    """Tell whether a stretch of a line has as many cells as no table."""
    for at in range(0, len(chunk) - _STRETCH + 1, _STRETCH):
        end = at + _STRETCH
        if chunk.find(b"\n", at, end) < 0 and chunk.find(b"\r", at, end) < 0:
            stretch = chunk[at:end]
            if max(stretch.count(each) for each in _DELIMITERS) > _MOST_IN_STRETCH:
                return True
    return False


def sha256_of(stream: BinaryIO) -> str:
    """Return the hash of the rest of a stream."""
    digest = hashlib.sha256()
    for chunk in _pieces(stream):
        digest.update(chunk)
    return digest.hexdigest()


class _Utf8Tally:
    """Counts characters beyond ASCII, and what is not UTF-8, across pieces."""

    def __init__(self) -> None:
        self.valid = 0
        self.telling = 0
        self.invalid = 0
        self.twice = 0
        self._letters: dict[Place, _Counts] = {}
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._is_between_characters = True

    def feed(self, chunk: bytes) -> None:
        if self._is_between_characters and chunk.isascii():
            return
        self._count(chunk, self._decoder.decode(chunk))
        self._is_between_characters = self._decoder.getstate()[0] == b""

    def finish(self) -> None:
        self._count(b"", self._decoder.decode(b"", final=True))

    def letters(self) -> dict[tuple[Place, int], int]:
        """Return how often each byte beyond ASCII stands where in a word."""
        return {
            (place, int(byte)): int(counts[byte])
            for place, counts in self._letters.items()
            for byte in np.flatnonzero(counts)
        }

    def _count(self, chunk: bytes, text: str) -> None:
        replaced = max(0, text.count("\ufffd") - chunk.count(b"\xef\xbf\xbd"))
        self.invalid += replaced
        # Encoding to ASCII drops the others: what is missing then was beyond ASCII.
        valid = len(text) - len(text.encode("ascii", "ignore")) - replaced
        self.valid += valid
        self.twice += count_twice(text) if valid else 0
        # A piece without a foreign byte is UTF-8 beyond doubt.
        self.telling += len(_WESTERN.findall(text)) if replaced and valid else valid
        if replaced:
            for place, counts in _count_letters(chunk).items():
                self._letters[place] = self._letters.get(place, 0) + counts


_Counts = npt.NDArray[np.int64]


def _count_letters(chunk: bytes) -> dict[Place, _Counts]:
    data = np.frombuffer(chunk, dtype=np.uint8)
    places = np.flatnonzero(data >= 0x80)  # few of the bytes of a text
    padded = np.concatenate((data, np.zeros(1, dtype=np.uint8)))
    foreign, before, after = data[places], padded[places - 1], padded[places + 1]
    after_small, after_capital = _is_small(before), _is_capital(before)
    before_small, before_capital = _is_small(after), _is_capital(after)
    before_letter = before_small | before_capital
    masks: dict[Place, npt.NDArray[np.bool_]] = {
        "inside": after_small & before_letter | after_capital & before_small,
        "end": after_small & ~before_letter,
        "capitals": after_capital & before_capital,
        "begin": ~after_small & ~after_capital & before_letter,
    }
    return {place: np.bincount(foreign[mask], minlength=256) for place, mask in masks.items()}


def _is_small(letters: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    return (letters >= ord("a")) & (letters <= ord("z"))


def _is_capital(letters: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    return (letters >= ord("A")) & (letters <= ord("Z"))


def _pieces(stream: BinaryIO) -> Iterator[bytes]:
    while chunk := stream.read(CHUNK_BYTES):
        yield chunk


def sure_encoding(start: bytes) -> str | None:
    """Return the encoding that the first bytes prove; None when they prove none."""
    if start.startswith(codecs.BOM_UTF8):
        return "utf-8"
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    first, second = start[::2], start[1::2]
    # The headers are mostly ASCII, which has a NUL in one of its two bytes, always in the same one.
    if second and second.count(0) > 0.7 * len(second) and not first.count(0):
        return "utf-16-le"
    if second and first.count(0) > 0.7 * len(first) and not second.count(0):
        return "utf-16-be"
    return None


def foreign_kind(start: bytes) -> str | None:
    """Return what a file is that begins so, when it is no delimited text at all."""
    for signature, name in _FOREIGN_STARTS:
        if start.startswith(signature):
            return name
    text = start.decode(sure_encoding(start) or "latin-1", "ignore")
    if _TAG.match(text.lstrip("\ufeff \t\r\n")):
        return "a web page, not a table; the download may have needed a login: export it again"
    return None
