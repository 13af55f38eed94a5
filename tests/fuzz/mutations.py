"""Spoiling an export as tools, spreadsheets, people and disks do.

What belongs here: functions from the bytes of a delimited file to other bytes. What does not:
landing them.
"""

import csv
import gzip
import io
import random
from collections.abc import Callable

Table = list[list[str]]
Chance = random.Random

CELLS = (
    *("", " ", "\u00a0", "null", "NaN", "#N/A", "########", "-", "\ufffd", "'", '"', '""', "=1+1"),
    *("1.500", "1,500", "-1.234.567,8", "1 500,50", "(12)", "12 €", "1e400", "9" * 40, "0" * 30),
    *("-0", "00042", "1.0", "1.91431e+18", "1914310000000000000", "99999999999999.9999", "1e-7"),
    *("2026-02-30", "05/09/26", "46270", "46270,4375", "5 sept. 2026", "Sept 5th, 2026 2:30 PM"),
    *("9999-12-31", "0001-01-01", "0000-00-00", "2026-10-25 02:30", "2026-09-05T10:00:00+14:00"),
    *("2026-09-05 24:00", "infinity", "-infinity", "epoch", "2026-13-01", "20260905T103000Z"),
    *("12:00 AM", "10h30", "31/12/9999", "1er avril", "mar", "Thu", "5" * 5, "1.1.1970"),
    *("€", "$", "Euro", "zz", "won", "WON ", "gagné", "call", "other", "true", "vrai", "2"),
    *("Ana <ana@ocean.example>", "mailto:a@b.c", "@", "a@b@c", "info@x.fr", "%", "%zz%C3%A9"),
    *("+33 (0)6 12 34 56 78", "0033612345678", "612345678", "tel:+33612345678", "+" * 30),
    *("linkedin.com/in/ma%C3%ABlle", "https://www.linkedin.com/in//", "in/", "http://", "a\nb"),
    *("x" * 70_000, "\x00", "\x1f", "\x1a", "\u2028", "😀", "é" * 300, "a\r\nb", ";,\t|", "\\"),
)
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "latin-1", "mac-roman", "cp850")


def spoil(content: bytes, chance: Chance) -> bytes:
    """Return a CSV file (UTF-8, commas) spoilt in one to six ways, its rows cut to a few."""
    table = _sample(list(csv.reader(io.StringIO(content.decode(), newline=""))), chance)
    for _ in range(chance.randint(0, 4)):
        table = chance.choice(_OF_TABLES)(table, chance)
    delimiter = chance.choice(",,,;;\t|")
    text = _written(table, delimiter, chance)
    data = text.encode(chance.choice(("utf-8", *ENCODINGS)), "replace")
    for _ in range(chance.choice((0, 0, 0, 1, 1, 2))):
        data = chance.choice(_OF_BYTES)(data, chance)
    return data


def packed(data: bytes, chance: Chance) -> bytes:
    """Return a gzip file, now and then a damaged one."""
    content = gzip.compress(data, compresslevel=1)
    return chance.choice(_OF_BYTES)(content, chance) if chance.random() < 0.1 else content


def _sample(table: Table, chance: Chance) -> Table:
    header, *rows = table
    return [list(header), *(list(row) for row in chance.sample(rows, min(len(rows), 25)))]


def _written(table: Table, delimiter: str, chance: Chance) -> str:
    sink = io.StringIO(newline="")
    quoting = chance.choice((csv.QUOTE_MINIMAL, csv.QUOTE_MINIMAL, csv.QUOTE_ALL))
    line_end = chance.choice(("\n", "\r\n", "\r"))
    csv.writer(sink, delimiter=delimiter, quoting=quoting, lineterminator=line_end).writerows(table)
    text = sink.getvalue()
    return text.removesuffix(line_end) if chance.random() < 0.3 else text


def _other_cells(table: Table, chance: Chance) -> Table:
    for _ in range(chance.randint(1, 12)):
        row = chance.choice(table[1:] or table)
        if row:
            row[chance.randrange(len(row))] = chance.choice(CELLS)
    return table


def _one_column_of_one_kind(table: Table, chance: Chance) -> Table:
    position = chance.randrange(len(table[0]) or 1)
    kinds = chance.sample(CELLS, 2)
    for row in table[1:]:
        if position < len(row):
            row[position] = chance.choice(kinds)
    return table


def _other_widths(table: Table, chance: Chance) -> Table:
    for _ in range(chance.randint(1, 5)):
        row = chance.choice(table)
        if chance.random() < 0.5:
            row.append(chance.choice(("", *CELLS)))
        elif row:
            row.pop()
    return table


def _repeated_rows(table: Table, chance: Chance) -> Table:
    for _ in range(chance.randint(1, 4)):
        table.insert(chance.randint(1, len(table)), list(chance.choice(table)))
    return table


def _empty_rows(table: Table, chance: Chance) -> Table:
    table.insert(chance.randint(0, len(table)), chance.choice(([], [""], [""] * len(table[0]))))
    return table


def _other_headers(table: Table, chance: Chance) -> Table:
    header = table[0]
    if header:
        position = chance.randrange(len(header))
        changed = (header[position].upper(), f" {header[position]} ", "note", "", header[0])
        header[position] = chance.choice(changed)
    return table


def _other_order(table: Table, chance: Chance) -> Table:
    order = list(range(len(table[0])))
    chance.shuffle(order)
    width = len(order)
    return [[row[place] for place in order] if len(row) == width else row for row in table]


def _other_byte(data: bytes, chance: Chance) -> bytes:
    at = chance.randrange(len(data) + 1)
    inserted = chance.choice(
        (b"\x00", b'"', b"\r", b"\n", b"\xe9", b"\x8e", b"\xff", b"\xef\xbb\xbf")
    )
    return data[:at] + inserted + data[at + chance.randint(0, 2) :]


def _cut(data: bytes, chance: Chance) -> bytes:
    return data[: chance.randint(len(data) // 2, len(data))]


def _doubled(data: bytes, chance: Chance) -> bytes:
    return data + chance.choice((b"", b"\n", b"\r\n")) + data


def _turned(data: bytes, chance: Chance) -> bytes:
    if not data:
        return data
    at = chance.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]


_OF_TABLES: tuple[Callable[[Table, Chance], Table], ...] = (
    _other_cells,
    _other_cells,
    _one_column_of_one_kind,
    _one_column_of_one_kind,
    _other_widths,
    _repeated_rows,
    _empty_rows,
    _other_headers,
    _other_order,
)
_OF_BYTES: tuple[Callable[[bytes, Chance], bytes], ...] = (_other_byte, _cut, _doubled, _turned)
