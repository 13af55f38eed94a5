"""What part of the input is not in the marts, read from landing's own records.

What belongs here: which files are held back at this moment. What does not: refusing them (see
`landing/`).
"""

from pathlib import PurePosixPath

import duckdb

from orchestration.paths import Paths


def held_back(paths: Paths) -> list[str]:
    """Return a line per refused file that nothing newer has replaced, in order of their names.

    The newest load of a folder (a source's own, or a dated one) is what counts: files that its
    next load brings in good order are held back no longer.
    """
    loads = paths.landing / "_loads"
    if not any(loads.glob("*.parquet")):
        return []
    connection = duckdb.connect()
    try:
        rows = connection.execute(
            """
            select load_id, loaded_at, revision, file, outcome, reason
            from read_parquet($files, union_by_name = true)
            where file is not null
            order by loaded_at, revision, load_id, file
            """,
            {"files": f"{loads}/*.parquet"},
        ).fetchall()
    finally:
        connection.close()
    newest = {_folder(file): load_id for load_id, _, _, file, _, _ in rows}
    return sorted(
        f"{file} is refused: {reason}"
        for load_id, _, _, file, outcome, reason in rows
        if outcome == "refused" and newest[_folder(file)] == load_id
    )


def _folder(file: str) -> str:
    """Return the folder of an export; a member of an archive lies where the archive lies."""
    return str(PurePosixPath(file.split("!")[0]).parent)
