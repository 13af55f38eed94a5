"""Counting the records of a file without reading its values: the check on the loader.

What belongs here: where records begin and end in a delimited file, from its bytes alone. What does
not: anything of the loader; the two must be able to disagree.

The rules are those of RFC 4180 as every common reader applies them. A quote opens a quoted cell
only as the first byte of the cell; inside, two quotes are one and line breaks are text; elsewhere a
quote is text (`5" pipe`). A record ends at CRLF, LF or CR; a line without any byte is no record.
The bytes may be of any encoding in which the structure is plain ASCII: not UTF-16.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

# Small enough for the processor's cache: larger pieces take twice as long.
CHUNK_BYTES = 1 << 19

_QUOTE = 0x22
_LF = 0x0A
_CR = 0x0D
_BLANKS = (0x20, 0x09)
_LONGEST_BLANK = 1 << 16
"""How many bytes a record without a value has at most: three for each of a sheet's columns."""

_Bytes = npt.NDArray[np.uint8]
_Positions = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Count:
    """What a file holds, the header included.

    Attributes:
        records: lines with at least one byte, quoted line breaks not counted.
        cells: cells of all records.
        blank_cells: cells of the records without any value.
        blanks: the numbers of the records without any value; the header is record 0.
        longest_record: bytes of the longest record, its line end included.
        line_ends: which of CRLF, LF and CR end records.
        has_stray_quotes: a quote stands inside an unquoted cell.
        has_loose_quotes: text or blanks stand between a quote and the delimiter on the same
            line; readers differ on such a cell.
        broken_quote_at: offset of a quote that never closes, or that closes on a later line
            right before further text: rows may have been swallowed.

    """

    records: int
    cells: int
    blanks: tuple[int, ...]
    blank_cells: int
    longest_record: int
    line_ends: frozenset[str]
    has_stray_quotes: bool
    has_loose_quotes: bool
    broken_quote_at: int | None


def count_records(path: Path, delimiter: str, chunk_bytes: int = CHUNK_BYTES) -> Count:
    """Count the records of the file at `path`."""
    counter = _Counter(delimiter)
    for chunk, is_last in _chunks(path, chunk_bytes):
        counter.feed(chunk, is_last)
    return counter.result()


def record_numbers(
    path: Path, delimiter: str, offsets: Sequence[int], chunk_bytes: int = CHUNK_BYTES
) -> list[int]:
    """Return the number of the record at each byte offset; `offsets` ascend.

    The header is record 0. An offset that lies between two records means the following one.
    """
    counter = _Counter(delimiter)
    wanted = np.asarray(offsets, dtype=np.int64)
    numbers: list[int] = []
    for chunk, is_last in _chunks(path, chunk_bytes):
        counted = counter.records
        ends = counter.feed(chunk, is_last)
        reached = wanted[len(numbers) :]
        reached = reached[reached < counter.offset] if not is_last else reached
        numbers += (counted + np.searchsorted(ends, reached, side="right")).tolist()
    return numbers


def numbers_behind(
    path: Path, delimiter: str, breaks: Sequence[int], chunk_bytes: int = CHUNK_BYTES
) -> list[int | None]:
    """Return the number of the record behind each line break; None where no record ends there.

    A break is told by the offset of its first byte; `breaks` ascend. The header is record 0.
    """
    counter = _Counter(delimiter)
    wanted = np.asarray(breaks, dtype=np.int64)
    numbers: dict[int, int] = {}
    for chunk, is_last in _chunks(path, chunk_bytes):
        counted = counter.records
        ends = counter.feed(chunk, is_last)
        places = np.searchsorted(ends, wanted)
        for offset, place in zip(wanted.tolist(), places.tolist(), strict=True):
            if place < len(ends) and ends[place] == offset:
                numbers[offset] = counted + place + 1
    return [numbers.get(offset) for offset in breaks]


def wide_records(
    path: Path, delimiter: str, width: int, chunk_bytes: int = CHUNK_BYTES
) -> list[tuple[int, int]]:
    """Return begin and end, in bytes, of the records that have more than so many cells."""
    counter = _Counter(delimiter, width)
    for chunk, is_last in _chunks(path, chunk_bytes):
        counter.feed(chunk, is_last)
    return counter.wide


def record_at(path: Path, delimiter: str, offset: int) -> tuple[int, int]:
    """Return the number (the header is 0) and the start of the record that holds a byte offset."""
    counter = _Counter(delimiter)
    number = start = 0
    for chunk, is_last in _chunks(path, CHUNK_BYTES):
        ends = counter.feed(chunk, is_last)
        before = ends[ends < offset]
        number += len(before)
        if len(before):
            start = int(before[-1]) + 1
        if counter.offset > offset:
            break
    return number, start


def _chunks(path: Path, chunk_bytes: int) -> Iterator[tuple[bytes, bool]]:
    """Yield the file in pieces that never end between two bytes that belong together."""
    with path.open("rb") as stream:
        held = b""
        while True:
            read = stream.read(chunk_bytes)
            chunk = held + read
            if not read:
                yield chunk, True
                return
            end = len(chunk.rstrip(b'"\r'))
            held = chunk[end:]
            if end:
                yield chunk[:end], False


class _Counter:
    """The state between two pieces of a file; `wide` are the records of more cells than `width`."""

    def __init__(self, delimiter: str, width: int | None = None) -> None:
        self._delimiter = delimiter.encode("ascii")
        self._empty = self._delimiter + b'"'
        self._edges = np.zeros(256, dtype=np.bool_)
        self._edges[[ord(delimiter), _LF, _CR, _QUOTE]] = True
        self.offset = 0
        self.records = 0
        self.wide: list[tuple[int, int]] = []
        self._width = width
        self._open_begin = self._open_delimiters = 0
        self._delimiters = 0
        self._blanks: list[int] = []
        self._blank_cells = 0
        self._longest = 0
        self._open_length = 0
        self._open_blank = b""
        self._last_byte = _LF
        self._crlf = self._lf = self._cr = 0
        self._has_stray_quotes = False
        self._has_loose_quotes = False
        self._quoted_since: int | None = None
        self._quoted_over_lines = False
        self._broken_quote_at: int | None = None

    def feed(self, chunk: bytes, is_last: bool) -> _Positions:
        """Count one piece; return the offsets at which its finished records end."""
        data: _Bytes = np.frombuffer(chunk, dtype=np.uint8)
        breaks = _break_positions(data, chunk)
        self._delimiters += chunk.count(self._delimiter)
        starts = ends = np.empty(0, dtype=np.int64)
        if self._quoted_since is not None or b'"' in chunk:
            starts, ends = self._quoted_stretches(data, chunk)
            self._delimiters -= _count_inside(chunk, data, self._delimiter, starts, ends)
            breaks = _outside(breaks, starts, ends)
        if self._width is not None:
            delimiters = np.flatnonzero(data == self._delimiter[0])
            self._note_wide(data, breaks, _outside(delimiters, starts, ends), is_last)
        self._note_blanks(data, chunk, breaks, is_last)
        record_ends = self._close_records(data, breaks, is_last)
        self.offset += len(chunk)
        if len(chunk):
            self._last_byte = chunk[-1]
        return record_ends

    def result(self) -> Count:
        """Return the figures; the last piece must have been fed."""
        found = {"CRLF": self._crlf, "LF": self._lf, "CR": self._cr}
        broken = self._broken_quote_at if self._quoted_since is None else self._quoted_since
        return Count(
            records=self.records,
            cells=self._delimiters + self.records,
            blanks=tuple(self._blanks),
            blank_cells=self._blank_cells,
            longest_record=self._longest,
            line_ends=frozenset(name for name, number in found.items() if number),
            has_stray_quotes=self._has_stray_quotes,
            has_loose_quotes=self._has_loose_quotes,
            broken_quote_at=broken,
        )

    def _close_records(self, data: _Bytes, breaks: _Positions, is_last: bool) -> _Positions:
        """Count the records that end at these line breaks; blank lines are none."""
        ends: _Positions = np.empty(0, dtype=np.int64)
        if len(breaks):
            self._note_line_ends(data, breaks)
            lengths = np.diff(breaks, prepend=-1)
            lengths[0] += self._open_length
            is_record = lengths > 1
            self.records += int(np.count_nonzero(is_record))
            self._longest = max(self._longest, int(lengths.max()))
            self._open_length = len(data) - 1 - int(breaks[-1])
            ends = self.offset + breaks[is_record]
        else:
            self._open_length += len(data)
        if is_last and self._open_length:
            self.records += 1
            self._longest = max(self._longest, self._open_length)
            ends = np.append(ends, self.offset + len(data))
        return ends

    def _note_wide(
        self, data: _Bytes, breaks: _Positions, delimiters: _Positions, is_last: bool
    ) -> None:
        """Remember the records that end here and have too many cells."""
        behind = np.searchsorted(delimiters, breaks)
        counts = np.diff(np.concatenate(([0], behind, [len(delimiters)])))
        counts[0] += self._open_delimiters
        begins = self.offset + np.concatenate(([0], breaks + 1))
        begins[0] = self._open_begin
        ends = self.offset + np.concatenate((breaks, [len(data)]))
        is_wide = counts >= (self._width or 0)
        is_wide[-1] &= is_last
        self.wide += zip(begins[is_wide].tolist(), ends[is_wide].tolist(), strict=True)
        self._open_begin, self._open_delimiters = int(begins[-1]), int(counts[-1])

    def _note_blanks(self, data: _Bytes, chunk: bytes, breaks: _Positions, is_last: bool) -> None:
        """Remember the records that end here and have no byte but delimiters and empty quotes.

        `_open_blank` is what a piece leaves of a record that may become one of them.
        """
        starts = np.concatenate(([0], breaks + 1))
        ends = np.concatenate((breaks, [len(chunk)]))
        lengths = ends - starts
        lengths[0] += self._open_length
        is_record = lengths > 0
        is_record[-1] &= is_last
        numbers = self.records + np.cumsum(is_record) - 1
        begins_empty = self._is_edge(data, starts) & (
            (lengths == 1) | self._is_edge(data, starts + 1)
        )
        begins_empty[0] = bool(self._open_blank) or (begins_empty[0] and not self._open_length)
        for place in np.flatnonzero(is_record & begins_empty).tolist():
            record = chunk[int(starts[place]) : int(ends[place])][: _LONGEST_BLANK + 1]
            record = self._open_blank + record if place == 0 else record
            if self._is_blank(record):
                self._blanks.append(int(numbers[place]))
                self._blank_cells += 1 + record.count(self._delimiter)
        left = chunk[int(starts[-1]) :][: _LONGEST_BLANK + 1]
        if len(starts) == 1 and self._open_length:
            left = self._open_blank + left if self._open_blank else b""
        self._open_blank = b"" if left.strip(self._empty) else left

    def _is_edge(self, data: _Bytes, places: _Positions) -> npt.NDArray[np.bool_]:
        """Tell where a delimiter or a quote stands."""
        if not len(data):
            return np.zeros(len(places), dtype=np.bool_)
        bytes_there = data[np.minimum(places, len(data) - 1)]
        is_edge: npt.NDArray[np.bool_] = np.isin(bytes_there, (self._delimiter[0], _QUOTE))
        return is_edge

    def _is_blank(self, record: bytes) -> bool:
        if len(record) > _LONGEST_BLANK or record.strip(self._empty):
            return False
        if b'"' not in record:
            return True
        rows = csv.reader([record.decode("ascii")], delimiter=self._delimiter.decode("ascii"))
        return not any(next(rows))

    def _note_line_ends(self, data: _Bytes, breaks: _Positions) -> None:
        is_cr = data[breaks] == _CR
        if not is_cr.any():
            self._lf += len(breaks)
            return
        pairs = is_cr[:-1] & ~is_cr[1:] & (np.diff(breaks) == 1)
        crlf = int(np.count_nonzero(pairs))
        self._crlf += crlf
        self._cr += int(np.count_nonzero(is_cr)) - crlf
        self._lf += int(np.count_nonzero(~is_cr)) - crlf

    def _quoted_stretches(self, data: _Bytes, chunk: bytes) -> tuple[_Positions, _Positions]:
        """Return where quoted text starts and ends, in ascending order, empty cells left out."""
        quotes = np.flatnonzero(data == _QUOTE)
        inside_before = self._quoted_since is not None
        if self._is_plain(data, quotes, inside_before):
            switches = quotes
            self._remember_open_quote(chunk, switches, inside_before)
        else:
            switches = self._exact_switches(chunk, quotes)
        if inside_before:
            switches = np.concatenate(([-1], switches))
        if len(switches) % 2:
            switches = np.concatenate((switches, [len(chunk)]))
        starts, ends = switches[::2] + 1, switches[1::2]
        has_text = ends > starts
        return starts[has_text], ends[has_text]

    def _is_plain(self, data: _Bytes, quotes: _Positions, inside_before: bool) -> bool:
        """Tell whether every quote stands at the edge of a cell or is doubled."""
        first_opening = 1 if inside_before else 0
        opening, closing = quotes[first_opening::2], quotes[1 - first_opening :: 2]
        before = data[opening - 1]
        if len(opening) and opening[0] == 0:
            before = before.copy()
            before[0] = self._last_byte
        after = data[np.minimum(closing + 1, len(data) - 1)]
        if len(closing) and closing[-1] == len(data) - 1:  # the end of the file
            after = after.copy()
            after[-1] = _LF
        return bool(self._edges[before].all() and self._edges[after].all())

    def _remember_open_quote(self, chunk: bytes, switches: _Positions, inside_before: bool) -> None:
        if (len(switches) % 2 == 0) != inside_before:
            self._quoted_since = None
            self._quoted_over_lines = False
            return
        if len(switches):
            start = int(switches[-1])
            # A doubled quote only looks like a new opening; the cell began earlier. The offset
            # is used for messages only, the line breaks for both.
            self._quoted_since = self.offset + start
            self._quoted_over_lines = _has_break(chunk, start, len(chunk))
        else:
            self._quoted_over_lines = self._quoted_over_lines or _has_break(chunk, 0, len(chunk))

    def _exact_switches(self, chunk: bytes, quotes: _Positions) -> _Positions:
        """Walk from quote to quote, as irregular quoting needs."""
        edges = (self._delimiter[0], _LF, _CR)
        switches: list[int] = []
        doubled_at = -1
        opened_here = 0
        for position in quotes.tolist():
            if self._quoted_since is None:
                before = chunk[position - 1] if position else self._last_byte
                if before in edges:
                    self._quoted_since = self.offset + position
                    self._quoted_over_lines = False
                    opened_here = position
                    switches.append(position)
                else:
                    self._has_stray_quotes = True
                    self._has_loose_quotes = self._has_loose_quotes or before in _BLANKS
                continue
            if position == doubled_at:
                continue
            is_end_of_file = position + 1 == len(chunk)
            after = _LF if is_end_of_file else chunk[position + 1]
            if after == _QUOTE:
                doubled_at = position + 1
                continue
            if after not in edges:
                self._note_text_after_quote(chunk, opened_here, position)
            switches.append(position)
            self._quoted_since = None
        if self._quoted_since is not None and _has_break(chunk, opened_here, len(chunk)):
            self._quoted_over_lines = True
        return np.asarray(switches, dtype=np.int64)

    def _note_text_after_quote(self, chunk: bytes, opened_here: int, position: int) -> None:
        self._has_loose_quotes = True
        over_lines = self._quoted_over_lines or _has_break(chunk, opened_here, position)
        if over_lines and self._broken_quote_at is None:
            self._broken_quote_at = self._quoted_since


def _break_positions(data: _Bytes, chunk: bytes) -> _Positions:
    if b"\r" in chunk:
        return np.flatnonzero((data == _LF) | (data == _CR))
    return np.flatnonzero(data == _LF)


def _outside(positions: _Positions, starts: _Positions, ends: _Positions) -> _Positions:
    """Keep the positions that lie in none of the stretches."""
    if not len(starts):
        return positions
    stretch = np.searchsorted(starts, positions, side="right") - 1
    is_inside = (stretch >= 0) & (positions < ends[stretch])
    kept: _Positions = positions[~is_inside]
    return kept


def _count_inside(
    chunk: bytes, data: _Bytes, delimiter: bytes, starts: _Positions, ends: _Positions
) -> int:
    """Count the delimiters that lie in the stretches."""
    if len(starts) < 64:
        stretches = zip(starts.tolist(), ends.tolist(), strict=True)
        return sum(chunk.count(delimiter, start, end) for start, end in stretches)
    bounds = np.stack((starts, ends), axis=1).ravel()
    if bounds[-1] == len(data):
        bounds = bounds[:-1]
    is_delimiter = (data == delimiter[0]).view(np.uint8)
    return int(np.add.reduceat(is_delimiter, bounds, dtype=np.int64)[::2].sum())


def _has_break(chunk: bytes, start: int, end: int) -> bool:
    return chunk.find(b"\n", start, end) >= 0 or chunk.find(b"\r", start, end) >= 0
