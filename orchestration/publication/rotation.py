"""Another secret for the pseudonyms: from the wish to have one until the old one is gone.

What belongs here: beginning that, and finishing it, from wherever a kill has left it. What does
not: pseudonyms (see `pseudonyms.py`), keys (see `settings/keys.py`) and publishing (`writing.py`).

    state/pseudonym.key.new   from here on every version is published with this one
    published/current         leads to the first such version; its manifest has the mark of the key
    published                 versions of before are removed: their pseudonyms are the old ones
    state/pseudonym.key       the new secret takes its name, and the old one is gone

Until a version with the new secret is seen nothing of the old is touched; from then on every
refresh, and every publication, does what is left.
"""

from orchestration.files import sync
from orchestration.paths import Paths
from orchestration.publication.versions import (
    current_name,
    list_versions,
    remove_all_but_current,
    remove_leftovers,
)
from orchestration.settings.keys import key_file, key_mark, next_key, next_key_file, own_key

KEY_MARK = "pseudonym_key"
"""The key of a version's manifest that holds the mark of its secret."""


def begin_rotation(paths: Paths) -> None:
    """Make the secret that is to take the place of the old one, unless there is one already."""
    own_key(paths)
    next_key(paths)


def is_rotating(paths: Paths) -> bool:
    """Tell whether another secret waits to take the place of the old one."""
    return next_key_file(paths).exists()


def finish_rotation(paths: Paths) -> bool:
    """Remove the old secret and its versions, where readers see one with the new secret.

    Call it with the refresh lock held.

    Returns: whether that was done.
    """
    following = next_key_file(paths)
    if not following.exists():
        return False
    current = current_name(paths)
    versions = list_versions(paths)
    marks = [each.manifest.get(KEY_MARK) for each in versions if each.name == current]
    if marks != [key_mark(next_key(paths))]:
        return False
    remove_all_but_current(paths)
    remove_leftovers(paths)
    sync(paths.published)
    following.replace(key_file(paths))
    sync(paths.state)
    return True
