"""What dbt says while it runs, as lines of JSON.

What belongs here: which of dbt's events are told, and how. What does not: running dbt (see
`dbt_process.py`, which imports this late because it takes seconds).
"""

import json
import os
import threading
from contextlib import suppress
from typing import Any

from dbt_common.events.base_types import BaseEvent, EventLevel, EventMsg
from dbt_common.events.event_manager import EventManager
from dbt_common.events.event_manager_client import ctx_set_event_manager
from dbt_common.events.functions import msg_to_dict

_UNTOLD = {EventLevel.DEBUG, EventLevel.TEST}

_one_at_a_time = threading.Lock()
"""dbt builds several nodes at a time: a line that another one breaks would be lost."""


def tell_no_details() -> None:
    """Have dbt drop nine of ten of its events, for their level, before it writes them out."""
    ctx_set_event_manager(_QuietEventManager())


def write_event(log: int, event: EventMsg) -> None:
    """Write an event to the standard output and to `log`, a file descriptor, a line each.

    The log does without what finds no room on the disk: an error here would end the thread that
    builds, and dbt would wait for it for ever.
    """
    line = json.dumps(msg_to_dict(event), sort_keys=True, default=str)
    with _one_at_a_time:
        print(line, flush=True)
        with suppress(OSError):
            os.write(log, f"{line}\n".encode())


class _QuietEventManager(EventManager):
    def fire_event(
        self,
        e: BaseEvent,
        level: EventLevel | None = None,
        node: Any = None,
        force_warn_or_error_handling: bool = False,
    ) -> None:
        if (level or e.level_tag()) not in _UNTOLD:
            super().fire_event(e, level, node, force_warn_or_error_handling)
