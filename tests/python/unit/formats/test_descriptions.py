"""The formats are sound: a slip in a description shows here, in milliseconds and without dbt."""

from collections import Counter
from pathlib import Path

import duckdb
import pytest

from orchestration.formats.descriptions import GENERIC, Format, known_formats
from orchestration.landing.headers import column_names
from orchestration.landing.translation import bind, macros

TOOLS = [each for each in known_formats().values() if not each.is_generic]
by_name = pytest.mark.parametrize("tool", TOOLS, ids=lambda each: each.name)


@by_name
def test_every_expression_fits_the_tables(tool: Format, tmp_path: Path) -> None:
    bind(tool, duckdb.connect(), tmp_path)


@by_name
def test_a_slip_in_an_expression_is_named(tool: Format, tmp_path: Path) -> None:
    from dataclasses import replace

    make = tool.makes[0]
    slip = replace(make, columns={**make.columns, next(iter(make.columns)): "no_such_column"})
    with pytest.raises(duckdb.BinderException, match="no_such_column"):
        bind(replace(tool, makes=(slip,)), duckdb.connect(), tmp_path)


@by_name
def test_a_make_fills_columns_of_its_entity_and_all_that_are_required(tool: Format) -> None:
    entities = known_formats()[GENERIC].entities
    for make in tool.makes:
        columns = {column.name: column for column in entities[make.entity].columns}
        assert not set(make.columns) - set(columns), make.name
        lacking = {
            name
            for name, column in columns.items()
            if column.is_required and not column.may_be_absent
        }
        assert not lacking - set(make.columns), make.name


@by_name
def test_every_table_is_used_and_every_make_has_a_name_of_its_own(tool: Format) -> None:
    used = {make.table for make in tool.makes} | {
        join.table for make in tool.makes for join in make.joins
    }
    assert used == set(tool.entities)
    names = Counter(make.name for make in tool.makes)
    assert [name for name, number in names.items() if number > 1] == []


@by_name
def test_a_header_means_one_column_of_a_table(tool: Format) -> None:
    for table in tool.entities.values():
        spellings = sum(len(set(column.aliases)) for column in table.columns)
        assert len(column_names(table)) <= spellings
        seen: dict[str, str] = {}
        for column in table.columns:
            for alias in column.aliases:
                assert seen.setdefault(alias, column.name) == column.name, (table.name, alias)


@by_name
def test_what_may_be_told_is_a_fact_and_can_be_read(tool: Format) -> None:
    assert set(tool.told) <= set(tool.facts)
    connection = duckdb.connect()
    connection.execute(macros())
    for expression in tool.told.values():
        connection.execute(f"select {expression} from (select 'a word' as told)")
