"""Translation: the tables of a tool become rows of the generic entities, still as text.

What belongs here: carrying out a format's makes over the landed tables of one load, and the ledger
that accounts for every row: made, left out by a named rule, or merged with one before it. What does
not: how a format's tables look (see `orchestration/formats`), reading values (staging's), and when
a load is translated (see `translated.py`).

A pure function of its inputs: the same tables and the same format give the same bytes. A row is
known by the place of its landed row and the part of the make: `_row` = place + 2^32 × part, so that
it is unique in its load and entity and leads back to file and row.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.formats.descriptions import (
    GENERIC,
    NO_COLUMN,
    Each,
    Entity,
    Format,
    Join,
    Make,
    known_formats,
)
from orchestration.landing.duckdb_reader import COPY_OPTIONS, concatenate
from orchestration.landing.headers import column_names, normalised
from orchestration.landing.rows import ORIGIN_COLUMNS
from orchestration.landing.tool_tables import table_named
from orchestration.quoting import quoted_name, quoted_text

ROW_PART = 1 << 32
"""By how much the parts of a translation lie apart in `_row`."""

LEDGER_SCHEMA = pa.schema(
    [
        ("source", pa.string()),
        ("load_id", pa.string()),
        ("file", pa.string()),
        ("source_table", pa.string()),
        ("make", pa.string()),
        ("entity", pa.string()),
        ("is_main", pa.bool_()),
        ("rows_in", pa.int64()),
        ("made", pa.int64()),
        ("merged", pa.int64()),
        ("left_out", pa.int64()),
        ("rules", pa.map_(pa.string(), pa.int64())),
        ("first_row", pa.int64()),
        ("last_row", pa.int64()),
        ("told_columns", pa.int64()),
    ]
)
"""The ledger: one row per file and make. rows_in = made + merged + left_out; of a table's main make
it is the number of landed rows, of an `each` that of the filled cells. `rules`: rule → rows.
`first_row` and `last_row` are the least and the greatest `_row` made; no other make has one between
them. `told_columns`: how many columns a make tells of the records that it only mentions; null when
it describes them."""

_DAY_ORDER = "_day_order"
"""The column that says how the file of a row writes days: dmy, mdy, or null where it shows none."""

_FIRST_OVER_12 = r"^\s*(1[3-9]|2\d|3[01])[/.]\d{1,2}[/.]\d{2,4}"
_SECOND_OVER_12 = r"^\s*\d{1,2}[/.](1[3-9]|2\d|3[01])[/.]\d{2,4}"

_NO_KEY = "no_{key}"
_NO_MATCH = "nothing_in_{table}"
_NO_TABLE = "headers_of_no_table"
_LOOKED_UP = "looked_up_only"
_NO_LABEL = "-"
"""Any header: what stands below it in a file that has not the one wanted is not used."""


@dataclass(frozen=True)
class Translation:
    """What became of a load: entity → Parquet file of its rows, and the ledger's rows."""

    rows: Mapping[str, Path]
    ledger: pa.Table


@cache
def macros() -> str:
    """Return the SQL of the macros that a format's expressions may use."""
    return Path(__file__).with_name("translation.sql").read_text(encoding="utf-8")


def translate(
    export_format: Format,
    tables: Mapping[str, Path],
    source: str,
    load_id: str,
    stage_outcomes: Mapping[str, str],
    folder: Path,
    connection: duckdb.DuckDBPyConnection,
    reporting_currency: str = "",
) -> Translation:
    """Translate one load.

    Args:
        export_format: the tool's format.
        tables: table → Parquet file of its landed rows; a table that is not there has none.
        source: the source, for the ledger.
        load_id: the load, for the ledger.
        stage_outcomes: stage as it is compared → won, lost or open, for tools that do not tell.
        folder: where to write; names in it are taken freely.
        connection: an open DuckDB.
        reporting_currency: its ISO 4217 code, for tools that give rates to a currency of their own.

    Raises: duckdb.Error when an expression of the format does not fit its tables.

    """
    folder.mkdir(parents=True, exist_ok=True)
    connection.execute(macros())
    connection.execute(
        "set variable stage_outcomes = map(?::varchar[], ?::varchar[])",
        [list(stage_outcomes), list(stage_outcomes.values())],
    )
    connection.execute("set variable reporting_currency = ?::varchar", [reporting_currency])
    connection.execute("create or replace temp table known (entity varchar, key varchar)")
    rows_of = _rows_of_tables(export_format, tables, connection)
    for name, entity in export_format.entities.items():
        _open_table(name, entity, rows_of.get(name), connection)
    _state_facts(export_format, connection)
    parts: dict[str, list[Path]] = {}
    ledger: list[pa.Table] = []
    mains: set[str] = set()
    whole = {make.table for make in export_format.makes if make.each is None}
    part = 0
    for make in export_format.makes:
        is_main = make.table not in mains and (make.each is None or make.table not in whole)
        mains |= {make.table} if is_main else set()
        if make.table not in rows_of and not _is_bound(tables):
            continue
        labels = _labels(make, connection)
        _carry_out(make, part, labels, connection)
        target = folder / f"{make.entity}.{len(parts.get(make.entity, ()))}.parquet"
        _write(make, target, connection)
        parts.setdefault(make.entity, []).append(target)
        ledger.append(_account(make, is_main, source, load_id, connection))
        part = _next_part(part, connection)
    rows = {entity: _joined(entity, files, folder, connection) for entity, files in parts.items()}
    for name in sorted(rows_of.keys() - {make.table for make in export_format.makes}):
        ledger.append(_not_made(name, rows_of[name], _LOOKED_UP, source, load_id, connection))
    placed = {file for each in rows_of.values() for file in each.files or ()}
    if export_format.landed_as is not None:
        for name, path in tables.items():
            every = _Rows(path)
            ledger.append(_not_made(name, every, _NO_TABLE, source, load_id, connection, placed))
    accounted = pa.concat_tables([LEDGER_SCHEMA.empty_table(), *ledger])
    return Translation(rows, accounted)


def bind(export_format: Format, connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Carry out every make over empty tables: a slip in a format's expressions shows at once.

    Raises: duckdb.Error naming the expression.
    """
    translate(export_format, {}, "", "", {}, folder, connection)


def _is_bound(tables: Mapping[str, Path]) -> bool:
    """Tell whether a make without its table is to be carried out all the same: to bind it."""
    return not tables


@dataclass(frozen=True)
class _Rows:
    """Landed rows: all of a file, or those of some of the landed files that it holds."""

    path: Path
    files: tuple[str, ...] | None = None

    @property
    def relation(self) -> str:
        """The rows as SQL, each with its place in the file."""
        read = f"read_parquet({quoted_text(str(self.path))}, file_row_number = true)"
        if self.files is None:
            return read
        listed = ", ".join(map(quoted_text, self.files))
        return f"(select * from {read} where _file in ({listed}))"


def _rows_of_tables(
    export_format: Format, tables: Mapping[str, Path], connection: duckdb.DuckDBPyConnection
) -> Mapping[str, _Rows]:
    """Return the landed rows of each table; of files landed alike the headers tell which it is."""
    landed_as = export_format.landed_as
    if landed_as is None or landed_as.name not in tables:
        return {name: _Rows(path) for name, path in tables.items()}
    path = tables[landed_as.name]
    headers: dict[str, set[str]] = {}
    for file, label in _other_labels(_Rows(path).relation, connection):
        headers.setdefault(file, set()).add(normalised(label))
    files: dict[str, list[str]] = {}
    for file, labels in headers.items():
        table = table_named(frozenset(labels), export_format)
        if table is not None:
            files.setdefault(table, []).append(file)
    return {name: _Rows(path, tuple(listed)) for name, listed in files.items()}


def _not_made(
    name: str,
    landed: _Rows,
    rule: str,
    source: str,
    load_id: str,
    connection: duckdb.DuckDBPyConnection,
    placed: Collection[str] = (),
) -> pa.Table:
    """Account for the rows of a table that no make reads, but for the files that are placed.

    They became no entity: the ledger has the table's name instead.
    """
    found = connection.execute(
        f"select _file, count(*) from {landed.relation} group by _file order by _file"
    ).fetchall()
    rows = [
        {
            "source": source,
            "load_id": load_id,
            "file": file,
            "source_table": name,
            "make": rule,
            "entity": name,
            "is_main": True,
            "rows_in": number,
            "made": 0,
            "merged": 0,
            "left_out": number,
            "rules": [(rule, number)],
            "first_row": None,
            "last_row": None,
            "told_columns": None,
        }
        for file, number in found
        if file not in placed
    ]
    return pa.Table.from_pylist(rows, schema=LEDGER_SCHEMA)


def _open_table(
    name: str, entity: Entity, landed: _Rows | None, connection: duckdb.DuckDBPyConnection
) -> None:
    """Make a view of a table's rows, each with its place; of nothing when there is no file.

    Days and moments are written in ISO form where the file shows which order it writes them in;
    those of a mapping only where they are used as such, since an id may be made of them, too. A
    column that a file was landed without, since the format did not know it then, is taken from the
    cells kept beside the columns. `_day_order` is that order, of a file that writes days otherwise.
    """
    if landed is None:
        columns = [*entity.column_names, *ORIGIN_COLUMNS]
        nothing = ", ".join(
            f"null::varchar as {quoted_name(column)}" for column in (*columns, _DAY_ORDER)
        )
        rows = f"select {nothing}, 0::bigint as _place, 0 as _file_age where false"
    else:
        read = _as_landed(entity, landed, connection)
        if entity.empty_words is not None:
            read = _cleaned(name, entity, read, connection)
        moments = {column.name for column in entity.columns if column.type in ("day", "moment")}
        origin = ", ".join(map(quoted_name, ORIGIN_COLUMNS))
        order = _order(read, moments, connection)
        listed = [
            f"iso_time({quoted_name(column)}, {order}) as {quoted_name(column)}"
            if column in moments and entity.empty_words is None
            else quoted_name(column)
            for column in entity.column_names
        ]
        listed += [origin, f"({order})::varchar as {_DAY_ORDER}", "file_row_number as _place"]
        listed.append(f"{_file_age(landed, connection)} as _file_age")
        rows = f"select {', '.join(listed)} from {read}"
    connection.execute(f"create or replace temp view {quoted_name(name)} as {rows}")


def _file_age(landed: _Rows, connection: duckdb.DuckDBPyConnection) -> str:
    """Return how many files of the table are newer than that of a row: files lie oldest first."""
    found = connection.execute(
        f"select _file from {landed.relation} group by _file order by max(file_row_number) desc"
    ).fetchall()
    if len(found) < 2:
        return "0"
    newest_first = ", ".join(quoted_text(file) for (file,) in found)
    return f"list_position([{newest_first}], _file) - 1"


def _cleaned(name: str, entity: Entity, read: str, connection: duckdb.DuckDBPyConnection) -> str:
    """Make a table of the rows of a mapping's table, whose cells are null where they say nothing.

    A table, since it is read by each of several makes, and a view would be worked out every time.
    """
    words = ", ".join(map(quoted_text, entity.empty_words or ()))
    columns = [
        f"filled_cell({quoted_name(column)}, [{words}]::varchar[]) as {quoted_name(column)}"
        for column in entity.column_names
    ]
    listed = ", ".join([*columns, *map(quoted_name, ORIGIN_COLUMNS), "file_row_number"])
    table = quoted_name(f"{name} (cleaned)")
    connection.execute(f"create or replace temp table {table} as select {listed} from {read}")
    return table


def landed_relations(
    export_format: Format, tables: Mapping[str, Path], connection: duckdb.DuckDBPyConnection
) -> dict[str, str]:
    """Return the SQL of the rows of each table, with its columns as they were landed.

    Args:
        export_format: the tool's format.
        tables: table → Parquet file of its landed rows, of one load.
        connection: an open DuckDB.

    """
    return {
        name: _as_landed(export_format.entities[name], rows, connection)
        for name, rows in _rows_of_tables(export_format, tables, connection).items()
    }


def _as_landed(entity: Entity, landed: _Rows, connection: duckdb.DuckDBPyConnection) -> str:
    """Return the SQL of a table's rows with its columns: the landed cells, else one of the others.

    Another cell is taken in the files in which the column is empty throughout and one of its
    headers stands among the others.
    """
    read = landed.relation
    others = _others_by_column(entity, landed.path, read, connection)
    held = set(pq.read_schema(landed.path).names)
    columns = []
    for column in entity.column_names:
        cell = quoted_name(column) if column in held else "null::varchar"
        if column in others:
            files = ", ".join(map(quoted_text, sorted(others[column])))
            place = list(others).index(column) + 1
            cell = f"case when _file in ({files}) then _others[{place}] else {cell} end"
        columns.append(f"{cell} as {quoted_name(column)}")
    if others:
        cases = " ".join(
            f"when {quoted_text(file)} then "
            + _extracted(label_of.get(file, _NO_LABEL) for label_of in others.values())
            for file in sorted({file for label_of in others.values() for file in label_of})
        )
        read = f"(select *, case _file {cases} end as _others from {read})"
    listed = ", ".join([*columns, *map(quoted_name, ORIGIN_COLUMNS), "file_row_number"])
    return f"(select {listed} from {read})"


def _extracted(labels: Iterable[str]) -> str:
    """Return the list of the cells below some headers kept beside the columns, read in one go."""
    paths = ", ".join(quoted_text(_json_path(label)) for label in labels)
    return f"json_extract_string(_extra, [{paths}])"


def _others_by_column(
    entity: Entity, path: Path, read: str, connection: duckdb.DuckDBPyConnection
) -> Mapping[str, Mapping[str, str]]:
    """Return column → file → header of the cell beside the columns that is taken for it."""
    held = set(pq.read_schema(path).names)
    columns = column_names(entity)
    labels: dict[str, dict[str, str]] = {}
    for file, label in _other_labels(read, connection):
        column = columns.get(normalised(label))
        if column is not None:
            labels.setdefault(column, {}).setdefault(file, label)
    taken = {}
    for column, label_of in labels.items():
        filled: set[str] = set()
        if column in held:
            found = connection.execute(
                f"select distinct _file from {read} where nullif({quoted_name(column)}, '') != ''"
            ).fetchall()
            filled = {file for (file,) in found}
        of_files = {file: label for file, label in label_of.items() if file not in filled}
        if of_files:
            taken[column] = of_files
    return taken


def _other_labels(table: str, connection: duckdb.DuckDBPyConnection) -> Sequence[tuple[str, str]]:
    """Return the headers of each file that are no column of its table, in a settled order."""
    found: list[tuple[str, str]] = connection.execute(
        f"""
        select _file, unnest(json_keys(extra)) as label
        from (select _file, any_value(_extra) as extra from {table} group by _file)
        where extra is not null
        order by all
        """
    ).fetchall()
    return found


def day_orders(
    read: str, moments: Iterable[str], connection: duckdb.DuckDBPyConnection
) -> Mapping[str, str]:
    """Return how each file of a table writes days, 'dmy' or 'mdy', where it shows it.

    A number over 12 tells; a file in which both places have one says nothing.

    Args:
        read: the SQL of the rows of the table.
        moments: its columns of days and moments.
        connection: an open DuckDB.

    """
    names = [quoted_name(name) for name in moments]
    if not names:
        return {}
    first, second = (
        " or ".join(f"regexp_matches({name}, {quoted_text(pattern)})" for name in names)
        for pattern in (_FIRST_OVER_12, _SECOND_OVER_12)
    )
    found = connection.execute(
        f"""
        select _file, case when bool_or({first}) then 'dmy' else 'mdy' end
        from {read}
        group by _file
        having coalesce(bool_or({first}), false) != coalesce(bool_or({second}), false)
        """
    ).fetchall()
    return dict(found)


def _order(read: str, moments: Iterable[str], connection: duckdb.DuckDBPyConnection) -> str:
    """Return the expression that says how a row's file writes days: 'dmy', 'mdy', else null."""
    cases = " ".join(
        f"when {quoted_text(file)} then {quoted_text(order)}"
        for file, order in day_orders(read, moments, connection).items()
    )
    return f"case _file {cases} end" if cases else "null"


def _state_facts(export_format: Format, connection: duckdb.DuckDBPyConnection) -> None:
    facts = [
        "coalesce({}) as {}".format(
            ", ".join(
                f"(select {value} from {quoted_name(table)})" if table else value
                for table, value in sources
            ),
            quoted_name(name),
        )
        for name, sources in export_format.facts.items()
    ]
    listed = ", ".join([*facts, "true as _holds"])
    connection.execute(f"create or replace temp table facts as select {listed}")


def _labels(make: Make, connection: duckdb.DuckDBPyConnection) -> Sequence[tuple[str, str]]:
    """Return the headers that an `each` matches, with what its group holds, in order."""
    if make.each is None or make.each.headers is None:
        return ()
    pattern = re.compile(make.each.headers)
    labels = {label for _, label in _other_labels(quoted_name(make.table), connection)}
    return sorted(
        (label, match.group(match.lastindex or 0))
        for label in labels
        if (match := pattern.fullmatch(label))
    )


def _carry_out(
    make: Make,
    part: int,
    labels: Sequence[tuple[str, str]],
    connection: duckdb.DuckDBPyConnection,
) -> None:
    """Make the table `made`: a row per candidate, with what becomes of it."""
    entity = known_formats()[GENERIC].entities[make.entity]
    unknown = set(make.columns) - set(entity.column_names)
    if unknown:
        raise ValueError(f"{make.name}: {make.entity} has no column {', '.join(sorted(unknown))}")
    source = quoted_name(make.table)
    steps = [f"landed as (select {source}.*, facts.* from {source} cross join facts)"]
    if make.each is not None:
        steps.append(f"cells as ({_cells(make.each, labels)})")
    current = "cells" if make.each is not None else "landed"
    for order, join in enumerate(make.joins):
        steps += _join_steps(join, order, current)
        current = f"joined_{order}"
    for step, (name, value) in enumerate(make.let.items()):
        # each in a step of its own: in one, what a later one uses would be reckoned again
        steps.append(
            f"let_{step} as (select *, {_text(value)} as {quoted_name(name)} from {current})"
        )
        current = f"let_{step}"
    columns = ", ".join(
        f"{_text(value)} as {quoted_name(name)}" for name, value in make.columns.items()
    )
    empty = ", ".join(
        f"null::varchar as {quoted_name(name)}"
        for name in entity.column_names
        if name not in make.columns
    )
    number = "_each" if make.each is not None else "0"
    steps.append(
        f"""
        made as (
            select
                {columns}{", " + empty if empty else ""},
                null::varchar as _extra, _source, _load_id, _file, _file_age,
                _place + {ROW_PART} * ({part} + {number})::bigint as _row,
                {_rule(make, entity)} as _rule
            from {current}
        )
        """
    )
    is_merged = "false"
    if make.one_per:
        key = quoted_name(make.one_per)
        is_merged = f"""
            _rule is null and (
                row_number() over (
                    partition by {key} order by _rule nulls first, _file_age, _row
                ) > 1
                or coalesce(
                    {key} in (select key from known where entity = {quoted_text(make.entity)}),
                    false
                )
            )
        """
    connection.execute(
        f"""
        create or replace temp table made as
        with {", ".join(steps)}
        select *{_marked(make, entity)}, ({is_merged}) as _is_merged from made
        """
    )
    if any(column.is_key for column in entity.columns):
        key = quoted_name(make.one_per or _key(entity))
        connection.execute(
            f"insert into known select distinct {quoted_text(make.entity)}, {key} from made "
            f"where _rule is null and not _is_merged and {key} is not null"
        )


def _text(expression: str) -> str:
    """Return an expression as text, null where a value of one cell would end the translation.

    What looks at other rows cannot be tried by itself: it takes what was tried before.
    """
    text = f"({expression})::varchar"
    return text if _looks_at_rows().search(expression) else f"try({text})"


@cache
def _looks_at_rows() -> re.Pattern[str]:
    """Return the pattern of expressions with a window or a query, directly or by a macro."""
    defined = re.findall(r"macro (\w+)\((.*?)(?=^create|\Z)", macros(), flags=re.S | re.M)
    names = [name for name, body in defined if re.search(r"\bover\b|\bselect\b", body)]
    return re.compile("|".join([r"\bover\b", r"\bselect\b", *(rf"\b{name}\(" for name in names)]))


def _marked(make: Make, entity: Entity) -> str:
    """Return what replaces the cells of columns that are required where they are present.

    They are absent where the make does not fill them, and from a file none of whose rows has one.
    """
    marked = []
    for column in entity.columns:
        if column.may_be_absent:
            name = quoted_name(column.name)
            cell = f"nullif(trim({name}), '')" if column.name in make.columns else "null"
            marked.append(
                f"case when count({cell}) over (partition by _file) = 0 "
                f"then {quoted_text(NO_COLUMN)} else {name} end as {name}"
            )
    return f" replace ({', '.join(marked)})" if marked else ""


def _key(entity: Entity) -> str:
    return next(column.name for column in entity.columns if column.is_key)


def _cells(each: Each, labels: Sequence[tuple[str, str]]) -> str:
    """Return the query that makes a row of every filled cell, or of every part of a text."""
    if each.split is not None:
        parts = f"string_split(({each.split})::varchar, {quoted_text(each.by)})"
        return f"""
            select
                landed.*, null::varchar as each_name, trim(part.value) as each_value,
                part.number::varchar as each_number, part.number as _each
            from landed cross join lateral (
                select unnest({parts}) as value, generate_subscripts({parts}, 1) as number
            ) as part
            where nullif(trim(part.value), '') is not null
        """
    if not labels:
        return (
            "select *, null::varchar as each_name, null::varchar as each_value, "
            "null::varchar as each_number, 0 as _each from landed where false"
        )
    names = ", ".join(quoted_text(name) for _, name in labels)
    return f"""
        select
            * exclude (_values, _each_value, _number),
            [{names}][_number] as each_name, iso_time(_each_value, {_DAY_ORDER}) as each_value,
            _number::varchar as each_number, _number - 1 as _each
        from (
            select *, unnest(_values) as _each_value, generate_subscripts(_values, 1) as _number
            from (select *, {_extracted(label for label, _ in labels)} as _values from landed)
        )
        where nullif(trim(_each_value), '') is not null
    """


def _join_steps(join: Join, number: int, current: str) -> Iterator[str]:
    taken = "".join(f", ({value}) as {quoted_name(name)}" for name, value in join.take.items())
    rows = "partition by _key"
    chosen = f"row_number() over ({rows} order by _order, _file_age, _place) = 1"
    if join.is_unique:
        # a list that was downloaded twice has each of its rows twice: that is still one answer
        told = ", ".join(f"{quoted_name(name)}" for name in join.take) or "true"
        chosen = f"count(distinct row({told})) over ({rows}) = 1 and {chosen}"
    yield f"""
        others_{number} as (
            select * from (
                select
                    ({join.key}) as _key, ({join.order}) as _order, true as {_found(number)},
                    _file_age, _place{taken}
                from (
                    select {quoted_name(join.table)}.*, facts.*
                    from {quoted_name(join.table)} cross join facts
                )
            )
            where _key is not null
            qualify {chosen}
        )
    """
    others = f"others_{number}"
    listed = "".join(f", {others}.{quoted_name(column)}" for column in join.take)
    yield f"""
        joined_{number} as (
            select
                keyed.* exclude (_to),
                coalesce({others}.{_found(number)}, false) as {_found(number)}{listed}
            from (select *, ({join.to}) as _to from {current}) as keyed
            left join {others} on keyed._to = {others}._key
        )
    """


def _found(number: int) -> str:
    """Return the name of the column that says whether a join found a row."""
    return f"_is_found_{number}"


def _next_part(part: int, connection: duckdb.DuckDBPyConnection) -> int:
    """Return the first part that the rows just made leave free."""
    last = connection.execute(f"select max(_row) // {ROW_PART} from made").fetchone()
    return part + 1 if last is None or last[0] is None else int(last[0]) + 1


def _rule(make: Make, entity: Entity) -> str:
    """Return the expression that names the first rule by which a row is left out, else null."""
    rules = [
        (_NO_MATCH.format(table=join.table), _found(number))
        for number, join in enumerate(make.joins)
        if join.is_needed
    ]
    rules += list(make.where.items())
    if make.one_per or make.each is not None:
        key = make.one_per or _key(entity)
        value = f"({make.columns[key]})::varchar"
        rules.append((_NO_KEY.format(key=key), f"nullif(trim({value}), '') is not null"))
    cases = " ".join(
        f"when not coalesce(({condition}), false) then {quoted_text(rule)}"
        for rule, condition in rules
    )
    return f"case {cases} end" if cases else "null::varchar"


def _write(make: Make, target: Path, connection: duckdb.DuckDBPyConnection) -> None:
    entity = known_formats()[GENERIC].entities[make.entity]
    columns = ", ".join(
        quoted_name(name) for name in (*entity.column_names, *ORIGIN_COLUMNS, "_row")
    )
    connection.execute(
        f"copy (select {columns} from made where _rule is null and not _is_merged order by _row) "
        f"to {quoted_text(str(target))} ({COPY_OPTIONS})"
    )


def _account(
    make: Make, is_main: bool, source: str, load_id: str, connection: duckdb.DuckDBPyConnection
) -> pa.Table:
    """Return the ledger's rows of a make, one per file."""
    found = connection.execute(
        """
        select
            _file,
            count(*),
            count(*) filter (where _rule is null and not _is_merged),
            count(*) filter (where _is_merged),
            count(*) filter (where _rule is not null),
            map_from_entries(list(distinct {'rule': _rule, 'rows': by_rule})
                filter (where _rule is not null)),
            min(_row) filter (where _rule is null and not _is_merged),
            max(_row) filter (where _rule is null and not _is_merged)
        from (select *, count(*) over (partition by _file, _rule) as by_rule from made)
        group by _file
        order by _file
        """
    ).fetchall()
    rows = [
        {
            "source": source,
            "load_id": load_id,
            "file": file,
            "source_table": make.table,
            "make": make.name,
            "entity": make.entity,
            "is_main": is_main,
            "rows_in": rows_in,
            "made": made,
            "merged": merged,
            "left_out": left_out,
            "rules": sorted((rules or {}).items()),
            "first_row": first_row,
            "last_row": last_row,
            "told_columns": len(make.columns) if make.is_mention else None,
        }
        for file, rows_in, made, merged, left_out, rules, first_row, last_row in found
    ]
    return pa.Table.from_pylist(rows, schema=LEDGER_SCHEMA)


def _joined(
    entity: str, files: Sequence[Path], folder: Path, connection: duckdb.DuckDBPyConnection
) -> Path:
    if len(files) == 1:
        return files[0]
    target = folder / f"{entity}.parquet"
    concatenate(files, target, connection)
    for file in files:
        file.unlink()
    return target


def _json_path(label: str) -> str:
    return '$."' + label.replace("\\", "\\\\").replace('"', '\\"') + '"'
