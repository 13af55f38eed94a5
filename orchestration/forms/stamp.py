"""The stamp of a data folder: the number of its form, and the release that wrote it.

What belongs here: reading, writing and judging the stamp. What does not: what changes from one form
to the next (see `migrations.py`).

The stamp lies in `state/`, so that a backup carries it. A folder without one has the first form.
"""

from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

from orchestration.errors import ConfigurationError, DamagedFileError
from orchestration.files import read_json, write_json
from orchestration.paths import Paths

FORM = 2
"""The form that this program reads and writes; one more for each migration."""

FIRST_FORM = 1
"""The form of the folders of before there was a stamp."""


@dataclass(frozen=True)
class Stamp:
    """What a data folder says of itself.

    Attributes:
        form: the number of its form.
        written_by: the release that last refreshed or migrated it.

    """

    form: int
    written_by: str


def own_stamp() -> Stamp:
    """Return the stamp that this program writes."""
    return Stamp(FORM, version("prospection"))


def stamp_file(paths: Paths) -> Path:
    """Return the file that holds the stamp."""
    return paths.state / "form.json"


def read_stamp(paths: Paths) -> Stamp | None:
    """Return the stamp of a data folder, or None when it has none.

    Raises:
        ConfigurationError: the file is there and says nothing that can be read.

    """
    file = stamp_file(paths)
    try:
        content = read_json(file)
        return None if content is None else Stamp(int(content["form"]), str(content["written_by"]))
    except (DamagedFileError, ValueError, TypeError, KeyError) as error:
        raise ConfigurationError(
            f"{file} cannot be read ({error}): restore it from a backup; it says which release "
            "wrote the data folder"
        ) from error


def write_stamp(paths: Paths, stamp: Stamp) -> None:
    """Write the stamp of a data folder."""
    write_json(stamp_file(paths), asdict(stamp))


def read_form(paths: Paths) -> int | None:
    """Return the form of a data folder that this program can use; None when nothing is in it.

    Raises:
        ConfigurationError: a newer program wrote it, or its stamp cannot be read.

    """
    stamp = read_stamp(paths)
    if stamp is None:
        parts = (paths.landing, paths.state, paths.published, paths.dagster_home)
        return FIRST_FORM if any(part.is_dir() for part in parts) else None
    if stamp.form > FORM:
        raise ConfigurationError(
            f"{paths.data} has form {stamp.form}, written by Prospection {stamp.written_by}; this "
            f"is Prospection {own_stamp().written_by}, which knows the forms up to {FORM}: use "
            "that release or a newer one, or name another data folder; nothing was changed"
        )
    return stamp.form
