"""Bringing a data folder of an older release up to the form of this one.

What belongs here: the list of migrations and running those that a folder lacks. What does not: what
each of them does (a module each, named by the form it leads to).

A migration is run with the refresh lock held. It may be interrupted anywhere and is then run again,
so that it writes whole files and finds its own work done. The stamp follows each one.
"""

from collections.abc import Callable, Mapping

from orchestration.errors import ConfigurationError
from orchestration.forms import form_2
from orchestration.forms.stamp import FORM, Stamp, own_stamp, read_form, read_stamp, write_stamp
from orchestration.lock import refresh_lock
from orchestration.paths import Paths

Migration = Callable[[Paths], bool]
"""Brings a folder of the form before to its own; returns whether there was anything to change."""

MIGRATIONS: Mapping[int, Migration] = {2: form_2.migrate}
"""The migration that leads to each form from the second on."""


def bring_up(paths: Paths, say: Callable[[str], None]) -> None:
    """Bring a data folder that is not empty to the form of this program, where it has an older one.

    Raises:
        ConfigurationError: a newer program wrote the folder, or it cannot be written.
        RefreshRunningError: the folder is older, and a refresh of that older program is running.

    """
    if read_form(paths) in {None, FORM}:
        return
    try:
        with refresh_lock(paths):
            for form in range((read_form(paths) or 1) + 1, FORM + 1):
                if MIGRATIONS[form](paths):
                    say(f"{paths.data} was brought to form {form}")
                write_stamp(paths, Stamp(form, own_stamp().written_by))
    except OSError as error:
        raise ConfigurationError(
            f"{paths.data} is of an older release and cannot be brought to form {FORM}: {error}"
        ) from error


def claim(paths: Paths, say: Callable[[str], None]) -> None:
    """Bring a data folder up and stamp it as this release's, before a refresh writes into it.

    Call it with the refresh lock held.
    """
    bring_up(paths, say)
    if read_stamp(paths) != own_stamp():
        write_stamp(paths, own_stamp())
