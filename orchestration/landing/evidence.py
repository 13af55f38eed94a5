"""What the bytes of a file show, gathered while they stream past once.

What belongs here: hash, size, and what tells encodings and foreign file types apart. What does not:
deciding (see `dialect`), because all files of a source decide together.
"""

import codecs
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

CHUNK_BYTES = 1 << 20

_FOREIGN_STARTS = (
    (b"PK\x03\x04", "an Excel workbook or zip archive; save the sheet as CSV"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel workbook; save the sheet as CSV"),
    (b"\x1f\x8b", "a gzip file; name it .csv.gz"),
    (b"PAR1", "a Parquet file; name it .parquet"),
    (b"%PDF", "a PDF document; export the table as CSV"),
)
_WEB_PAGE_STARTS = (b"<!doctype html", b"<html", b"<?xml", b"<head", b"<table", b"<body")


@dataclass(frozen=True)
class Evidence:
    """What one file shows.

    Attributes:
        sha256: hash of the bytes, in hexadecimal digits.
        size: number of bytes.
        byte_order_mark: the encoding that a byte order mark at the start names, else None.
        nul_bytes: number of NUL bytes.
        valid_sequences: characters beyond ASCII that are valid UTF-8.
        invalid_sequences: places that are not valid UTF-8.
        foreign: what the file is when it is no delimited text at all.

    """

    sha256: str
    size: int
    byte_order_mark: str | None
    nul_bytes: int
    valid_sequences: int
    invalid_sequences: int
    foreign: str | None

    @property
    def is_ascii(self) -> bool:
        """Whether every encoding but UTF-16 reads the file alike."""
        return self.valid_sequences == self.invalid_sequences == 0


def gather(stream: BinaryIO, also: Callable[[bytes], object] | None = None) -> Evidence:
    """Read a stream to its end; `also` gets every piece (to write it down, say)."""
    digest = hashlib.sha256()
    utf8 = _Utf8Tally()
    size = nul_bytes = 0
    start = b""
    for chunk in _pieces(stream):
        if not size:
            start = chunk[:1024]
        size += len(chunk)
        digest.update(chunk)
        nul_bytes += chunk.count(b"\0") if b"\0" in chunk else 0
        utf8.feed(chunk)
        if also is not None:
            also(chunk)
    utf8.finish()
    return Evidence(
        sha256=digest.hexdigest(),
        size=size,
        byte_order_mark=_byte_order_mark(start),
        nul_bytes=nul_bytes,
        valid_sequences=utf8.valid,
        invalid_sequences=utf8.invalid,
        foreign=_foreign(start),
    )


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
        self.invalid = 0
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._is_between_characters = True

    def feed(self, chunk: bytes) -> None:
        if self._is_between_characters and chunk.isascii():
            return
        self._count(chunk, self._decoder.decode(chunk))
        self._is_between_characters = self._decoder.getstate()[0] == b""

    def finish(self) -> None:
        self._count(b"", self._decoder.decode(b"", final=True))

    def _count(self, chunk: bytes, text: str) -> None:
        replaced = max(0, text.count("\ufffd") - chunk.count(b"\xef\xbf\xbd"))
        self.invalid += replaced
        # Encoding to ASCII drops the others: what is missing then was beyond ASCII.
        self.valid += len(text) - len(text.encode("ascii", "ignore")) - replaced


def _pieces(stream: BinaryIO) -> Iterator[bytes]:
    while chunk := stream.read(CHUNK_BYTES):
        yield chunk


def _byte_order_mark(start: bytes) -> str | None:
    if start.startswith(codecs.BOM_UTF8):
        return "utf-8"
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return None


def _foreign(start: bytes) -> str | None:
    for signature, name in _FOREIGN_STARTS:
        if start.startswith(signature):
            return name
    text = start.removeprefix(codecs.BOM_UTF8).lstrip().lower()
    if text.startswith(_WEB_PAGE_STARTS):
        return "a web page, not a table; the download may have needed a login: export it again"
    return None
