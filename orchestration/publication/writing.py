"""Writing one version: the DuckDB file, Parquet files, dashboard, manifest; then the switch.

What belongs here: building a version beside the published ones and making it visible. What does
not: which tables and columns (see `contents.py`), how a table is written (see `tables.py`), naming
and keeping of versions (see `versions.py`).

A version is built in a hidden folder, flushed, renamed and only then linked, so that whatever
fails before leaves the published version byte-identical.
"""

import shutil
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version as package_version
from pathlib import Path
from typing import Any

import duckdb

from dashboard.building import LISTED, Facts, build_site
from orchestration.files import sync, sync_tree, write_json
from orchestration.landing.told_names import read_told_names
from orchestration.modes import open_version
from orchestration.paths import Paths
from orchestration.publication.contents import (
    PublishedTable,
    published_tables,
    warehouse_columns,
)
from orchestration.publication.own_tables import (
    OWN_TABLES,
    RefreshFacts,
    kpi_descriptions,
    make_gate_findings,
    make_refresh,
)
from orchestration.publication.queries import (
    Withheld,
    make_pseudonyms,
    make_shown_ids,
    query_of,
    view_of,
)
from orchestration.publication.records.files import linked_people, read_links, record_files
from orchestration.publication.references import published_keys
from orchestration.publication.refused import refused_files
from orchestration.publication.restatements import make_restatements, read_restatements
from orchestration.publication.rotation import KEY_MARK, finish_rotation
from orchestration.publication.tables import (
    LastVersion,
    describe_file,
    fill_database,
    make_views,
    write_parquet,
)
from orchestration.publication.versions import (
    list_versions,
    prune,
    remove_leftovers,
    switch,
    version_name,
)
from orchestration.quoting import quoted_name, quoted_text
from orchestration.settings.keys import key_mark, read_or_make_key
from orchestration.validation.findings import gate_findings
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


def publish(
    paths: Paths,
    manifest: Manifest,
    facts: RefreshFacts,
    publish_crm_ids: bool = True,
    memory_limit: str | None = None,
    restatements: Path | None = None,
    publish_mode: str = "group",
) -> str:
    """Write a new version from the private warehouse and let readers see it.

    Args:
        paths: the data folder.
        manifest: dbt's manifest.
        facts: what the version says of the refresh.
        publish_crm_ids: whether the CRM's own record ids of people are published.
        memory_limit: the memory that DuckDB may take, such as `2GB`; None for its own.
        restatements: what the validation found of closed periods; None to look for it now.
        publish_mode: who may read it, and all older versions, with which it shares files.

    Returns:
        The version's name.

    """
    paths.published.mkdir(parents=True, exist_ok=True)
    remove_leftovers(paths)
    open_version(paths.published, publish_mode)
    created_at = datetime.now(UTC)
    name = version_name(created_at, facts.run_id)
    folder = paths.published / f".{name}.tmp"
    folder.mkdir()
    try:
        write_version(
            paths,
            manifest,
            facts,
            publish_crm_ids,
            folder,
            name,
            created_at,
            memory_limit,
            restatements,
        )
        open_version(folder, publish_mode)
        sync_tree(folder)
        folder.rename(paths.published / name)
        sync(paths.published)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    switch(paths, name)
    prune(paths)
    finish_rotation(paths)
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
    restatements: Path | None = None,
) -> None:
    """Write every file of version `name` into `folder`."""
    last, key = _last_version(paths), read_or_make_key(paths)
    with open_beside_warehouse(paths, memory_limit) as connection:
        connection.execute(
            f"attach {quoted_text(folder / DATABASE_NAME)} as published "
            f"(storage_version {quoted_text(STORAGE_VERSION)})"
        )
        columns = warehouse_columns(connection, "warehouse")
        tables = [
            _by_size(connection, table)
            for table in published_tables(
                manifest, columns, publish_crm_ids, kpi_descriptions(connection, columns)
            )
        ]
        make_pseudonyms(connection, columns, key)
        withheld = Withheld(make_shown_ids(connection, columns, key), read_told_names(paths))
        make_refresh(connection, facts, name, created_at)
        if restatements is not None:
            read_restatements(connection, restatements)
        else:
            before = last.folder / DATABASE_NAME if last.folder else None
            make_restatements(connection, before, last.folder.name if last.folder else None)
        make_gate_findings(connection, gate_findings(paths))
        queries = [(table, query_of(table, withheld)) for table in tables if not table.is_view]
        queries += [(table, f"select * from {table.name}") for table in OWN_TABLES]
        fill_database(connection, [each for each in queries if each[0].is_in_database])
        views = [table for table in tables if table.is_view]
        make_views(connection, [(table, view_of(connection, table)) for table in views])
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
            KEY_MARK: key_mark(key),
            "settings": dict(facts.settings),
            "tables": {entry.pop("name"): entry for entry in described},
            "files": files,
        },
    )


def _by_size(connection: duckdb.DuckDBPyConnection, table: PublishedTable) -> PublishedTable:
    """Return a table that is in the database while it is small, with where it is today."""
    if table.in_database_below is None:
        return table
    source = f"warehouse.{quoted_name(table.schema)}.{quoted_name(table.name)}"
    row = connection.execute(
        f"select count(*) < {table.in_database_below} from {source}"
    ).fetchone()
    return replace(table, is_in_database=bool(row and row[0]))


def _last_version(paths: Paths) -> LastVersion:
    """Return the version that readers see now."""
    last = next((each for each in list_versions(paths) if each.is_current), None)
    if last is None:
        return LastVersion()
    parts = {
        part["file"]: part["fingerprint"]
        for table in last.manifest["tables"].values()
        for part in table["parts"]
    }
    return LastVersion(last.folder, parts, last.manifest["files"])


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
    links = read_links(paths.settings)
    seen = Facts(
        name,
        facts.as_of,
        created_at,
        facts.settings,
        facts.held_back,
        check_history(read_results(paths)),
        held_history(read_held(paths)),
        refused_files(folder / DATABASE_NAME),
        linked_people(links),
    )
    older = last.folder / DASHBOARD_FOLDER if last.folder else None
    lists = None
    if seen.records == LISTED:
        lists = record_files(folder / DATABASE_NAME, folder / "parquet", links, memory_limit)
    build_site(folder / DATABASE_NAME, seen, site, older, memory_limit, lists)
    written = sorted(path for path in site.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): describe_file(path) for path in written}
