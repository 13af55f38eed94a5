"""The company's own reference tables: the folder `reference/` beside its sources.

What belongs here: reading `reference/<table>.csv` and writing it as the Parquet that dbt reads.
Which tables and columns there are says `reference_tables.yml`. What does not: the rows that are
shipped (seeds) and the merging of both (models in staging).
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pyarrow as pa

from orchestration.errors import ConfigurationError
from orchestration.files import write_table
from orchestration.formats.descriptions import Column, Entity, nearest, read_format
from orchestration.landing.dialect import (
    DEFAULT_DELIMITER,
    DELIMITERS,
    first_row,
    legacy_encoding,
)
from orchestration.landing.evidence import gather
from orchestration.landing.headers import HeaderError, count_matches, match_headers
from orchestration.paths import Paths
from orchestration.settings.declared import REFERENCE_FOLDER

REFERENCE_TABLES = read_format(Path(__file__).parent / "reference_tables.yml").entities

Value = str | Decimal | date | None
Row = Mapping[str, Value]


def read_reference(exports: Path) -> dict[str, list[Row]]:
    """Return the rows of every table of `reference/`; of two rows with one key the last.

    Raises:
        ConfigurationError: a file is no reference table, or a row of it cannot be read.

    """
    folder = exports / REFERENCE_FOLDER
    files = sorted(path for path in folder.glob("*") if not path.name.startswith((".", "_")))
    return {_table(path).name: _rows(path, _table(path)) for path in files}


def write_reference(rows: Mapping[str, Sequence[Row]], paths: Paths) -> None:
    """Write every table as Parquet; one that the company does not have is empty."""
    for name, table in REFERENCE_TABLES.items():
        columns = table.columns
        schema = pa.schema([(column.name, _type(column)) for column in columns])
        data = pa.Table.from_pylist([dict(row) for row in rows.get(name, ())], schema=schema)
        write_table(data, paths.settings / "reference" / f"{name}.parquet", is_durable=False)


def _type(column: Column) -> pa.DataType:
    return {"decimal": pa.decimal128(18, 6), "day": pa.date32()}.get(column.type, pa.string())


def _table(path: Path) -> Entity:
    table = REFERENCE_TABLES.get(path.stem)
    if path.suffix.lower() != ".csv" or table is None:
        near = nearest(path.stem, REFERENCE_TABLES)
        hint = f"did you mean {near}.csv?" if near else f"known: {', '.join(REFERENCE_TABLES)}."
        raise ConfigurationError(f"{_place(path)} is no reference table; {hint}")
    return table


def _rows(path: Path, table: Entity) -> list[Row]:
    text = _text(path)
    matches = {each: count_matches(first_row(text, each) or (), table) for each in DELIMITERS}
    delimiter = max(DELIMITERS, key=lambda each: (matches[each], each == DEFAULT_DELIMITER))
    records = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        filled = [(records.line_num, cells) for cells in records if any(map(str.strip, cells))]
    except csv.Error as error:
        raise ConfigurationError(f"{_place(path)}, line {records.line_num}: {error}") from error
    try:
        match = match_headers(filled[0][1] if filled else (), table)
    except HeaderError as error:
        raise ConfigurationError(f"{_place(path)}: {error}") from error
    if match.unknown:
        known = ", ".join(table.column_names)
        raise ConfigurationError(
            f"{_place(path)}: unknown column '{next(iter(match.unknown))}'; known: {known}"
        )
    by_key: dict[tuple[Value, ...], Row] = {}
    for line, cells in filled[1:]:
        if len(cells) != match.width:
            raise ConfigurationError(
                f"{_place(path)}, line {line}: {len(cells)} cells under {match.width} headers"
            )
        row = dict(_values(path, line, cells, table, match.positions))
        by_key[tuple(row[column.name] for column in table.columns if column.is_key)] = row
    return list(by_key.values())


def _values(
    path: Path, line: int, cells: Sequence[str], table: Entity, positions: Mapping[str, int]
) -> Iterator[tuple[str, Value]]:
    for column in table.columns:
        position = positions.get(column.name)
        cell = "" if position is None else cells[position].strip()
        place = f"{_place(path)}, line {line}, column {column.name}"
        if not cell and column.is_required:
            raise ConfigurationError(f"{place} is empty")
        yield column.name, _value(cell, column, place)


def _value(cell: str, column: Column, place: str) -> Value:
    if not cell:
        return None
    if column.type == "decimal":
        return _number(cell, column, place)
    if column.type == "day":
        return _day(cell, place)
    value = cell.lower() if column.type == "word" else cell
    if column.allowed and value not in column.allowed:
        raise ConfigurationError(f"{place}: '{cell}' is none of {', '.join(column.allowed)}")
    return value


def _number(cell: str, column: Column, place: str) -> Decimal:
    try:
        number = Decimal(cell.replace(",", ".")).quantize(Decimal("0.000001"))
    except InvalidOperation as error:
        raise ConfigurationError(f"{place}: '{cell}' is no number, e.g. 0.05") from error
    if number.is_nan():
        raise ConfigurationError(f"{place}: '{cell}' is no number, e.g. 0.05")
    for is_outside, limit in (
        (column.minimum is not None and number < column.minimum, f"at least {column.minimum}"),
        (column.maximum is not None and number > column.maximum, f"at most {column.maximum}"),
    ):
        if is_outside:
            raise ConfigurationError(f"{place}: '{cell}' must be {limit}")
    return number


def _day(cell: str, place: str) -> date:
    try:
        return date.fromisoformat(cell)
    except ValueError as error:
        raise ConfigurationError(f"{place}: '{cell}' is no day, e.g. 2026-05-01") from error


def _text(path: Path) -> str:
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        encoding = legacy_encoding(gather(io.BytesIO(content)).letters)
        if encoding.doubt is not None:
            raise ConfigurationError(
                f"{_place(path)} is no UTF-8, and what else it is cannot be told: save it as UTF-8"
            ) from None
        return content.decode(encoding.name, errors="replace")


def _place(path: Path) -> str:
    return f"{REFERENCE_FOLDER}/{path.name}"
