"""Opening what is published, for programs of ours that read it on somebody's behalf.

What belongs here: which file of a version is opened. What does not: how it is shut off from
everything else (see `read_only.py`), and what is asked of it.
"""

from pathlib import Path

import duckdb

from orchestration.errors import DamagedFileError, first_line
from orchestration.paths import Paths
from orchestration.publication.read_only import LOCKING, open_shut_off
from orchestration.publication.versions import Version, current_name, list_versions
from orchestration.publication.writing import DATABASE_NAME
from orchestration.quoting import quoted_text


def open_published(version: Version) -> duckdb.DuckDBPyConnection:
    """Open a published version: read-only, and shut off from every other file and from the net."""
    return open_shut_off(version.folder / DATABASE_NAME)


def current_database(paths: Paths) -> Path | None:
    """Return the database of the version that readers see, or None before the first version.

    Raises: DamagedFileError when it is gone, is not as long as it was published, or is no database.
    """
    name = current_name(paths)
    if name is None:
        return None
    file = paths.published / name / DATABASE_NAME
    problem = _problem_of(file, [each for each in list_versions(paths) if each.name == name])
    if problem is not None:
        remedy = (
            "`prospection rollback` lets readers see an older version, then run again; where there "
            f"is none, delete {file.parent} and run again"
        )
        raise DamagedFileError(file, problem, remedy)
    return file


def _problem_of(file: Path, described: list[Version]) -> str | None:
    """Return what is wrong with a published database; the one version that describes it, if any."""
    if not file.is_file():
        return "it is gone"
    for version in described:
        published = version.manifest["files"].get(DATABASE_NAME, {}).get("bytes")
        if published is not None and published != file.stat().st_size:
            return f"it holds {file.stat().st_size} bytes of {published}"
    try:
        duckdb.connect(str(file), read_only=True).close()
    except duckdb.Error as error:
        return first_line(error)
    return None


def open_with_parquet(version: Version) -> duckdb.DuckDBPyConnection:
    """Open a published version and its Parquet files, shut off from everything else.

    Its own temporary tables may be kept on disk while they are needed. For queries of ours only:
    `copy … to` could still write into the folder of the Parquet files.
    """
    connection = duckdb.connect()
    try:
        for statement in (
            f"set allowed_directories = [{quoted_text(version.folder / 'parquet')}]",
            f"attach {quoted_text(version.folder / DATABASE_NAME)} as published (read_only)",
            "use published",
            "set enable_external_access = false",
            LOCKING,
        ):
            connection.execute(statement)
    except BaseException:
        connection.close()
        raise
    return connection
