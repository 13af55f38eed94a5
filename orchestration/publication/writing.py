"""Writing one version: the DuckDB file, Parquet files, dashboard, manifest; then the switch.

What belongs here: building a version beside the published ones and making it visible. What does
not: which tables and columns (see `contents.py`), how a table is written (see `tables.py`), naming
and keeping of versions (see `versions.py`).

A version is built in a hidden folder, flushed, renamed and only then linked, so that whatever
fails before leaves the published version byte-identical.
"""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from importlib.metadata import version as package_version
from pathlib import Path
from typing import Any

import duckdb

from dashboard.building import Facts, build_site
from orchestration.files import read_json, sync, sync_tree, write_json
from orchestration.paths import Paths
from orchestration.publication.contents import (
    PublishedTable,
    published_tables,
    warehouse_columns,
)
from orchestration.publication.keys import published_keys
from orchestration.publication.pseudonyms import pseudonym_sql, read_or_make_key
from orchestration.publication.restatements import make_restatements
from orchestration.publication.tables import (
    LastVersion,
    describe_file,
    fill_database,
    write_parquet,
)
from orchestration.publication.versions import (
    current_name,
    prune,
    remove_leftovers,
    switch,
    version_name,
)
from orchestration.quoting import quoted_name, quoted_text
from orchestration.validation.findings import Finding, gate_findings
from orchestration.validation.held import read_held
from orchestration.validation.history import check_history, held_history
from orchestration.validation.page import PAGE_NAME, page_path
from orchestration.validation.results import read_results
from orchestration.warehouse.database import open_beside_warehouse
from orchestration.warehouse.dbt_project import Manifest

DATABASE_NAME = "prospection.duckdb"
DASHBOARD_FOLDER = "dashboard"
STORAGE_VERSION = "v1.2.0"
"""DuckDB drivers from this version on can open the published file."""

_PACKAGES = ("prospection", "dbt-core", "dbt-duckdb", "duckdb")


@dataclass(frozen=True)
class RefreshFacts:
    """What a version says of the refresh that made it (`meta.refresh`).

    Attributes:
        run_id: id of the run.
        started_at: when the run started, UTC.
        as_of: the day at which everything is seen.
        newest_events: newest day with an event, by source.
        held_back: what part of the input is not in this version, for people.
        settings: the reporting settings in force.

    """

    run_id: str
    started_at: datetime
    as_of: date | None
    newest_events: Mapping[str, date] = field(default_factory=dict)
    held_back: Sequence[str] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)


def publish(
    paths: Paths,
    manifest: Manifest,
    facts: RefreshFacts,
    publish_crm_ids: bool = True,
    memory_limit: str | None = None,
) -> str:
    """Write a new version from the private warehouse and let readers see it.

    Args:
        paths: the data folder.
        manifest: dbt's manifest.
        facts: what the version says of the refresh.
        publish_crm_ids: whether the CRM's own record ids of people are published.
        memory_limit: the memory that DuckDB may take, such as `2GB`; None for its own.

    Returns:
        The version's name.

    """
    paths.published.mkdir(parents=True, exist_ok=True)
    remove_leftovers(paths)
    created_at = datetime.now(UTC)
    name = version_name(created_at, facts.run_id)
    folder = paths.published / f".{name}.tmp"
    folder.mkdir()
    try:
        write_version(
            paths, manifest, facts, publish_crm_ids, folder, name, created_at, memory_limit
        )
        sync_tree(folder)
        folder.rename(paths.published / name)
        sync(paths.published)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    switch(paths, name)
    prune(paths)
    return name


def write_version(
    paths: Paths,
    manifest: Manifest,
    facts: RefreshFacts,
    publish_crm_ids: bool,
    folder: Path,
    name: str,
    created_at: datetime,
    memory_limit: str | None = None,
) -> None:
    """Write every file of version `name` into `folder`."""
    last = _last_version(paths)
    with open_beside_warehouse(paths, memory_limit) as connection:
        connection.execute(
            f"attach {quoted_text(folder / DATABASE_NAME)} as published "
            f"(storage_version {quoted_text(STORAGE_VERSION)})"
        )
        columns = warehouse_columns(connection, "warehouse")
        tables = published_tables(manifest, columns, publish_crm_ids)
        _make_pseudonyms(connection, columns, read_or_make_key(paths))
        _write_refresh(connection, facts, name, created_at)
        database_before = last.folder / DATABASE_NAME if last.folder else None
        make_restatements(connection, database_before, last.folder.name if last.folder else None)
        _make_gate_findings(connection, gate_findings(paths))
        queries = [(table, _query(table)) for table in tables]
        queries += [
            (PublishedTable("meta", own, ()), f"select * from {own}")
            for own in ("refresh", "restatements")
        ]
        fill_database(connection, [each for each in queries if each[0].is_in_database])
        keys = published_keys(manifest, tables)
        described = [
            write_parquet(connection, table, query, folder, last) | keys.get(table.full_name, {})
            for table, query in queries
        ]
        connection.execute("detach published")
    files = {DATABASE_NAME: describe_file(folder / DATABASE_NAME)}
    if page_path(paths).exists():
        shutil.copyfile(page_path(paths), folder / PAGE_NAME)
        files[PAGE_NAME] = describe_file(folder / PAGE_NAME)
    for entry in described:
        files.update(entry.pop("files"))
    files.update(_write_dashboard(paths, folder, facts, name, created_at, last, memory_limit))
    write_json(
        folder / "manifest.json",
        {
            "version": name,
            "run_id": facts.run_id,
            "created_at": created_at.isoformat(timespec="seconds"),
            "as_of": facts.as_of,
            "held_back": list(facts.held_back),
            "newest_events": dict(facts.newest_events),
            "versions": {package: package_version(package) for package in _PACKAGES},
            "storage_version": STORAGE_VERSION,
            "settings": dict(facts.settings),
            "tables": {entry.pop("name"): entry for entry in described},
            "files": files,
        },
    )


def _last_version(paths: Paths) -> LastVersion:
    """Return the version that readers see now."""
    name = current_name(paths)
    manifest = read_json(paths.published / name / "manifest.json") if name else None
    if name is None or manifest is None:
        return LastVersion()
    parts = {
        part["file"]: part["fingerprint"]
        for table in manifest["tables"].values()
        for part in table["parts"]
    }
    return LastVersion(paths.published / name, parts, manifest["files"])


def _write_dashboard(
    paths: Paths,
    folder: Path,
    facts: RefreshFacts,
    name: str,
    created_at: datetime,
    last: LastVersion,
    memory_limit: str | None,
) -> dict[str, Any]:
    """Write the dashboard of the tables that are in `folder`; return its files."""
    site = folder / DASHBOARD_FOLDER
    seen = Facts(
        name,
        facts.as_of,
        created_at,
        facts.settings,
        facts.held_back,
        check_history(read_results(paths)),
        held_history(read_held(paths)),
    )
    older = last.folder / DASHBOARD_FOLDER if last.folder else None
    build_site(folder / DATABASE_NAME, seen, site, older, memory_limit)
    written = sorted(path for path in site.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): describe_file(path) for path in written}


def _select(table: PublishedTable) -> str:
    """Return the query of a table's published columns."""
    columns, joins = [], []
    for index, column in enumerate(table.columns):
        name = quoted_name(column.name)
        if column.is_pseudonym:
            alias = f"people_{index}"
            columns.append(f"{alias}.pseudonym as {name}")
            joins.append(
                f"left join pseudonyms as {alias} on published_source.{name} = {alias}.prospect_key"
            )
        elif column.is_record_id:
            alias, of_record = f"people_{index}", column.name.removesuffix("_id")
            entity = f"published_source.{quoted_name(f'{of_record}_entity')}"
            columns.append(
                f"case when {entity} = 'prospects' then {alias}.pseudonym "
                f"else published_source.{name} end as {name}"
            )
            joins.append(
                f"left join pseudonyms as {alias} on {entity} = 'prospects' "
                f"and published_source.{quoted_name(f'{of_record}_source')} = {alias}.source "
                f"and published_source.{name} = {alias}.prospect_id"
            )
        else:
            columns.append(f"published_source.{name}")
    source = f"warehouse.{quoted_name(table.schema)}.{quoted_name(table.name)}"
    return f"select {', '.join(columns)} from {source} as published_source {' '.join(joins)}"


def _query(table: PublishedTable) -> str:
    """Return the query of what is published as a table: gates speak after the models are built."""
    if table.full_name == "meta.data_quality":
        return f"{_select(table)} union all by name from gate_findings"
    return _select(table)


def _make_gate_findings(connection: duckdb.DuckDBPyConnection, findings: Sequence[Finding]) -> None:
    connection.execute(
        """
        create temp table gate_findings (
            check_name varchar, source varchar, entity varchar, column_name varchar, rule varchar,
            issue_count bigint
        )
        """
    )
    if findings:
        connection.executemany("insert into gate_findings values (?, ?, ?, ?, ?, ?)", findings)


def _make_pseudonyms(
    connection: duckdb.DuckDBPyConnection, columns: Mapping[str, Any], key: bytes
) -> None:
    people = columns.get("core.dim_prospects", {})
    if {"prospect_key", "source", "prospect_id"} <= people.keys():
        pseudonym = pseudonym_sql(key, "source || ':' || prospect_id")
        query = (
            f"select prospect_key, source, prospect_id, {pseudonym} as pseudonym "
            "from warehouse.core.dim_prospects"
        )
    else:
        query = (
            "select null::bigint as prospect_key, null::varchar as source, "
            "null::varchar as prospect_id, null::varchar as pseudonym limit 0"
        )
    connection.execute(f"create temp table pseudonyms as {query}")


def _write_refresh(
    connection: duckdb.DuckDBPyConnection, facts: RefreshFacts, name: str, created_at: datetime
) -> None:
    """Make the one row of `meta.refresh`."""
    connection.execute(
        """
        create temp table refresh as
        select
            ?::varchar as run_id,
            ?::varchar as version,
            ?::timestamp as started_at,
            ?::timestamp as published_at,
            ?::date as as_of,
            ?::varchar as project_version,
            ?::varchar as dbt_version,
            ?::varchar as duckdb_version,
            map_from_entries(?::struct(source varchar, newest_event_on date)[]) as newest_event_on,
            ?::varchar[] as held_back
        """,
        [
            facts.run_id,
            name,
            facts.started_at.astimezone(UTC).replace(tzinfo=None),
            created_at.replace(tzinfo=None),
            facts.as_of,
            package_version("prospection"),
            package_version("dbt-core"),
            duckdb.__version__,
            [
                {"source": source, "newest_event_on": day}
                for source, day in facts.newest_events.items()
            ],
            list(facts.held_back),
        ],
    )
