"""Form 2: Dagster's settings in the data folder name the event storage where it lies now.

`dagster/dagster.yaml` is copied once and then belongs to the user, so that it still names the
module of before. Everything else in the file is left as it is.
"""

import re

from orchestration.files import write_text
from orchestration.paths import Paths

_MODULE = re.compile(
    r"""^(\s*module:\s*['"]?)orchestration\.event_storage(?=['"]?\s*(?:#.*)?$)""", re.M
)


def migrate(paths: Paths) -> bool:
    """Name the module where it lies; return whether the file named the one of before."""
    file = paths.dagster_home / "dagster.yaml"
    if not file.is_file():
        return False
    text = file.read_text(encoding="utf-8")
    renamed = _MODULE.sub(r"\1orchestration.dagster.event_storage", text)
    if renamed == text:
        return False
    write_text(file, renamed)
    return True
