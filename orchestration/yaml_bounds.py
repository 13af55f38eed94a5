"""How deep and how large a YAML file of a user may be, looked at before it is read.

What belongs here: the bounds of any YAML. What does not: what a file may say (see `settings/`,
`kpis/`, `landing/mapping`, `validation/thresholds.py`).
"""

from typing import cast

import yaml

MOST_LEVELS = 50
"""How deep lists and keys may lie in each other: the reader calls itself for each level."""

MOST_PARTS = 200_000
"""How many parts a file may have, those that it repeats by `*` counted each time."""

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def check_bounds(text: str) -> None:
    """Do nothing when a text is within the bounds; what is no YAML is told by whoever reads it.

    Raises: yaml.MarkedYAMLError.
    """
    open_nodes: list[tuple[str | None, int]] = []
    sizes: dict[str, int] = {}
    parts = 0
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            if isinstance(event, yaml.CollectionStartEvent):
                open_nodes.append((event.anchor, parts))
                parts += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                anchor, before = open_nodes.pop()
                if anchor is not None:
                    sizes[anchor] = parts - before
            elif isinstance(event, yaml.AliasEvent):
                parts += sizes.get(str(event.anchor), 1)
            elif isinstance(event, yaml.ScalarEvent):
                parts += 1
            if len(open_nodes) > MOST_LEVELS:
                raise _BeyondBoundError(f"it lies more than {MOST_LEVELS} levels deep", event)
            if parts > MOST_PARTS:
                raise _BeyondBoundError(f"it has more than {MOST_PARTS} parts", event)
    except _BeyondBoundError as error:
        mark = cast(yaml.error.Mark, error.mark)
        raise yaml.MarkedYAMLError(problem=str(error), problem_mark=mark) from None
    except yaml.YAMLError:
        return


class _BeyondBoundError(Exception):
    def __init__(self, problem: str, event: yaml.Event) -> None:
        super().__init__(problem)
        self.mark = event.start_mark
