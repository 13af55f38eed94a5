"""The series of KPI values as the text of data files: the largest part of a site by far.

What belongs here: the queries that turn `kpi.kpi_values` into JSON, and how its numbers are
written. What does not: the other tables (see `reading.py`) and writing files (see `building.py`).

A series is kpi_id, statistic, dimension_value and then by column: the positions of its periods (the
first one, where no period is missing), a letter a period for what is said of the value, the value,
and `COLUMNS`. A column is 0 when it says nothing, 1 when its rule gives every one of its values,
else the values; of the two comparisons, the positions and values where they are not as the rule
says. `store.js` reads it back by the same rules. There may be millions of values, so that DuckDB
writes the text, some KPIs of one dimension at a time: that bounds what it needs to hold.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import duckdb

YEAR_AGO = {"day": 364, "week": 52, "half_month": 24, "month": 12, "quarter": 4, "year": 1}
"""How many periods back the value of a year ago usually lies."""

COLUMNS = ("previous_value", "year_ago_value", "numerator", "denominator", "sample_size",
           "ci_low", "ci_high", "target", "attainment")  # fmt: skip
"""What there may be of a value beside itself; a version may lack the last ones."""

DECIMALS = 6
"""Of numbers from 1 on, more than any page shows."""

SMALL_DECIMALS = 8
"""The same for smaller ones."""

INTERVAL_DECIMALS = 4
"""Of the ends of intervals, shown to a tenth of a per cent."""

BATCH_VALUES = 400_000
"""How many values are worked on at a time, unless one KPI alone has more: some 250 MB of them."""

_FLAG = """substr(
    '0123456789abcdefgh',
    1
    + case when is_partial then 1 else 0 end
    + case is_mature when true then 2 when false then 4 else 0 end
    + case is_reliable when true then 6 when false then 12 else 0 end,
    1
)"""
"""What is said of a value, as one digit to the base of 18."""


def read_series(
    connection: duckdb.DuckDBPyConnection,
    have: Sequence[str],
    periods: Mapping[str, Sequence[str]],
    values: Mapping[str, Sequence[str]],
) -> Iterator[tuple[str, str, str]]:
    """Yield each dimension and grain with its series as JSON.

    Args:
        connection: an open published version.
        have: the columns of its `kpi.kpi_values`.
        periods: the periods that a page can show, by grain.
        values: the values that a page can show, by dimension.

    """
    places = [
        (grain, start, place, YEAR_AGO[grain])
        for grain, starts in periods.items()
        for place, start in enumerate(starts)
    ]
    chosen = [(name, value) for name, some in values.items() for value in some]
    # one thread keeps the order of sorted rows, which is much cheaper than to sort every list
    connection.execute("set threads = 1")
    _make_temporary(connection, "places", ("grain", "start", "place", "year"), places)
    _make_temporary(connection, "chosen", ("dimension", "value"), chosen)
    query = _query(have)
    for dimension, batches in _batches(connection).items():
        found: dict[str, list[str]] = {}
        for first, last in batches:
            for grain, text in connection.execute(query, [dimension, first, last]).fetchall():
                found.setdefault(grain, []).append(text)
        for grain in sorted(found):
            yield dimension, grain, f"[{','.join(found[grain])}]"


def _batches(connection: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[str, str]]]:
    """Return the first and last KPI of each batch of `BATCH_VALUES`, in order, by dimension."""
    counts = connection.execute(
        """
        select kpi_values.dimension, kpi_id, count(*)
        from kpi.kpi_values
        inner join chosen on
            kpi_values.dimension = chosen.dimension
            and kpi_values.dimension_value = chosen.value
        where kpi_values.value is not null
        group by all
        order by all
        """
    ).fetchall()
    batches: dict[str, list[tuple[str, str]]] = {}
    size = 0
    for dimension, kpi_id, count in counts:
        some = batches.setdefault(dimension, [])
        size = size + count if some else count
        if some and size <= BATCH_VALUES:
            some[-1] = (some[-1][0], kpi_id)
        else:
            some.append((kpi_id, kpi_id))
            size = count
    return batches


def _make_temporary(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    columns: Sequence[str],
    rows: Sequence[tuple[Any, ...]],
) -> None:
    """Make a temporary table of rows whose columns have one type each."""
    kinds = {str: "varchar", int: "integer"}
    by_column = list(zip(*rows, strict=True))
    selected = ", ".join(
        f"unnest(from_json(?, '[\"{kinds[type(content[0])]}\"]')) as {column}"
        for column, content in zip(columns, by_column, strict=True)
    )
    lists = [json.dumps(content) for content in by_column]
    connection.execute(f"create or replace temp table {name} as select {selected}", lists)


def _query(have: Sequence[str]) -> str:
    """Return the query of the series of a dimension's KPIs from one to another, by grain."""
    wanted = ",\n".join(
        f"cast({f'kpi_values.{column}' if column in have else 'null'} as double) as {column}"
        for column in COLUMNS
    )
    lists = ",\n".join(
        f"list({column}) as {_list_of(column)}, "
        f"count({column}) filter (where isfinite({column})) as {column}_count"
        for column in ("value", *COLUMNS)
    )
    return f"""
        with shown as (
            select
                kpi_values.grain, kpi_id, statistic, dimension_value,
                cast(kpi_values.value as double) as value, place, places.year, {_FLAG} as flag,
                case
                    when not is_partial and is_mature is distinct from false
                        then cast(kpi_values.value as double)
                end as comparable_value,
                {wanted}
            from kpi.kpi_values
            inner join places
                on
                    kpi_values.grain = places.grain
                    and kpi_values.period_start = cast(places.start as date)
            inner join chosen
                on
                    kpi_values.dimension = chosen.dimension
                    and kpi_values.dimension_value = chosen.value
            where
                kpi_values.value is not null
                and kpi_values.dimension = ?
                and kpi_id between ? and ?
            order by kpi_values.grain, kpi_id, statistic, dimension_value, place
        ),

        collected as (
            select
                grain, kpi_id, statistic, dimension_value,
                any_value(year) as year,
                list(place) as places,
                list(flag) as flags,
                list(comparable_value) as comparable_values,
                {lists},
                max(place) - min(place) + 1 = count(*) as has_all_places,
                min(flag) = max(flag) as has_one_flag,
                bool_and(coalesce(
                    denominator != 0
                    and abs(value - numerator / denominator) <= 1e-9 * abs(value),
                    false
                )) as is_quotient,
                bool_and(numerator is not distinct from value) as counts_value,
                bool_and(sample_size is not distinct from coalesce(denominator, value))
                    as samples_denominator
            from shown
            group by all
        ),

        compared as (
            select
                *,
                {_exceptions("previous_value", _VALUE_BEFORE)} as odd_before,
                {_exceptions("year_ago_value", _VALUE_THEN)} as odd_then
            from collected
        ),

        written as (
            select
                grain, kpi_id, statistic, dimension_value,
                concat_ws(
                    ',',
                    to_json(kpi_id), to_json(statistic), to_json(dimension_value),
                    case
                        when places != list_sort(places) then error('periods out of order')
                        when has_all_places then to_json(places[1])
                        else to_json(places)
                    end,
                    '"' || case when has_one_flag then flags[1]
                        else array_to_string(flags, '') end || '"',
                    case when is_quotient then '1' else {_json_list("value")} end,
                    {_json_pairs("odd_before")},
                    {_json_pairs("odd_then")},
                    case when counts_value and not is_quotient then '1'
                        else {_json_list("numerator")} end,
                    {_json_list("denominator")},
                    case when samples_denominator then '1'
                        else {_json_list("sample_size")} end,
                    {_json_list("ci_low", INTERVAL_DECIMALS)},
                    {_json_list("ci_high", INTERVAL_DECIMALS)},
                    {_json_list("target")},
                    {_json_list("attainment")}
                ) as series
            from compared
        )

        select
            grain,
            string_agg(
                '[' || regexp_replace(series, '(,0)+$', '') || ']',
                ',' order by kpi_id, statistic, dimension_value
            )
        from written
        group by all
        order by all
    """


_VALUE_BEFORE = """case
    when comparable_values[nth] is not null and nth > 1 and places[nth - 1] = places[nth] - 1
        then comparable_values[nth - 1]
end"""
"""What the value of the period before is by rule, at position `nth` of a series."""

_VALUE_THEN = """case
    when comparable_values[nth] is null then null
    when not has_all_places
        then comparable_values[list_position(places, places[nth] - year)]
    when nth > year then comparable_values[nth - year]
end"""
"""What the value of a year ago is by rule, at position `nth` of a series."""


def _list_of(column: str) -> str:
    return f"{column}_list"


def _rounded(number: str, decimals: int | None = None) -> str:
    """Return the SQL of a number without digits that no page shows; null for what is none."""
    digits = f"case when abs({number}) < 1 then {SMALL_DECIMALS} else {DECIMALS} end"
    return f"case when isfinite({number}) then round({number}, {decimals or digits}) end"


def _exceptions(column: str, rule: str) -> str:
    """Return the SQL of the positions and values of a column that are not as the rule says."""
    return f"""list_filter(
        list_transform({_list_of(column)}, lambda each, nth: case
            when each is distinct from {rule}
                then [cast(places[nth] as double), {_rounded("each")}]
        end),
        lambda pair: pair is not null
    )"""


def _json_list(column: str, decimals: int | None = None) -> str:
    """Return the SQL of a column as JSON; 0 when all of it is null."""
    numbers = f"list_transform({_list_of(column)}, lambda each: {_rounded('each', decimals)})"
    return f"case when {column}_count = 0 then '0' else {_json_numbers(numbers)} end"


def _json_pairs(pairs: str) -> str:
    """Return the SQL of pairs of position and value as JSON; 0 when there are none."""
    return f"case when len({pairs}) = 0 then '0' else {_json_numbers(f'flatten({pairs})')} end"


def _json_numbers(numbers: str) -> str:
    """Return the SQL of a list of numbers as JSON, whole ones without a decimal point."""
    return f"regexp_replace(to_json({numbers}), '\\.0([,\\]])', '\\1', 'g')"
