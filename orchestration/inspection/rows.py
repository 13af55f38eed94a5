"""The rows of the entities as a refresh would see them, over all loads that were landed.

What belongs here: the view of an entity's rows, of several loads the newest version of each record,
and the rules by which each file is read. What does not: landing and translating.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from orchestration.formats.descriptions import GENERIC, known_formats
from orchestration.landing.store import Store
from orchestration.landing.translated import Translated
from orchestration.paths import Paths
from orchestration.quoting import quoted_name, quoted_text


@dataclass(frozen=True)
class Rows:
    """The views, by entity; an entity of which there is no row has none."""

    views: Mapping[str, str] = field(default_factory=dict)

    def __contains__(self, entity: str) -> bool:
        return entity in self.views

    def relation(self, entity: str) -> str:
        """Return the name of the view of an entity that has rows."""
        return self.views[entity]


def open_rows(paths: Paths, connection: duckdb.DuckDBPyConnection) -> Rows:
    """Make the views of all that lies in a data folder, and `reading_rules` of its settings."""
    store = Store(paths.landing)
    translated = Translated(paths.translated, store)
    files: dict[str, list[Path]] = {}
    order: list[tuple[str, int]] = []
    per_source: dict[str, int] = {}
    for number, each in enumerate(store.all_loads()):
        order.append((each.load.load_id, number))
        per_source[each.load.source] = per_source.get(each.load.source, 0) + 1
        for entity in known_formats()[GENERIC].entities:
            path = translated.entity_rows(each.load, entity)
            if path.exists():
                files.setdefault(entity, []).append(path)
    connection.execute("create table load_numbers (load_id varchar, load_number integer)")
    if order:
        connection.executemany("insert into load_numbers values (?, ?)", order)
    views = {}
    for entity, paths_of_entity in files.items():
        has_versions = max(per_source.values()) > 1
        _open_view(entity, paths_of_entity, has_versions, connection)
        views[entity] = quoted_name(f"rows_of_{entity}")
    _open_rules(paths, connection)
    return Rows(views)


def _open_view(
    entity: str, files: list[Path], has_versions: bool, connection: duckdb.DuckDBPyConnection
) -> None:
    columns = known_formats()[GENERIC].entities[entity].columns
    listed = ", ".join(quoted_text(str(path)) for path in files)
    newest = ""
    keys = [quoted_name(column.name) for column in columns if column.is_key]
    if has_versions and keys:
        newest = f"""
            qualify rank() over (
                partition by _source, {", ".join(keys)} order by load_number desc
            ) = 1
        """
    cells = ", ".join(f"given.{quoted_name(column.name)}" for column in columns)
    connection.execute(
        f"""
        create view {quoted_name(f"rows_of_{entity}")} as
        select {cells}, given._source, given._load_id, given._file
        from read_parquet([{listed}], union_by_name = true) as given
        inner join load_numbers on given._load_id = load_numbers.load_id
        {newest}
        """
    )


def _open_rules(paths: Paths, connection: duckdb.DuckDBPyConnection) -> None:
    """Make the table that `stg_settings__reading_rules` is in the warehouse."""

    def read(name: str) -> str:
        return f"read_parquet({quoted_text(str(paths.settings / name))})"

    connection.execute(
        f"""
        create table reading_rules as
        select
            rules.load_id,
            rules.file,
            sources.date_order,
            sources.two_digit_years as has_two_digit_years,
            sources.excel_day_zero,
            rules.comma_columns,
            rules.doubtful_columns,
            rules.midnight_columns
        from {read("file_rules.parquet")} as rules
        inner join {read("sources.parquet")} as sources on rules.source = sources.source
        """
    )
