"""How deep and how large a YAML file of a user may be, looked at before it is read.

What belongs here: the bounds of any YAML. What does not: what a file may say (see `settings/`,
`kpis/`, `landing/mapping`, `validation/thresholds.py`).
"""

from typing import Any, cast

import yaml

MOST_LEVELS = 50
"""How deep lists and keys may lie in each other: the reader calls itself for each level."""

MOST_LETTERS = 5_000_000
"""How long a file may be: longer ones take minutes to look at, and say nothing that counts."""

MOST_PARTS = 200_000
"""How many parts a file may have, those that it repeats by `*` counted each time."""

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def check_bounds(text: str) -> None:
    """Do nothing when a text is within the bounds; what is no YAML is told by whoever reads it.

    Raises: yaml.MarkedYAMLError.
    """
    if len(text) > MOST_LETTERS:
        raise yaml.MarkedYAMLError(problem=f"it is longer than {MOST_LETTERS:,} characters")
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


def read_bounded(text: str, loader: type[yaml.SafeLoader] = yaml.SafeLoader) -> Any:
    """Return what a text within the bounds says.

    Raises: yaml.YAMLError, also for a day that does not exist and a number of thousands of digits,
        on which the reader itself fails.
    """
    check_bounds(text)
    try:
        return yaml.load(text, loader)
    except (ValueError, OverflowError) as error:
        mark = _unreadable_mark(yaml.compose(text, loader), loader)
        problem = f"a number, a day or a time cannot be read ({error}): write text in quotes"
        raise yaml.MarkedYAMLError(problem=problem, problem_mark=mark) from error


def _unreadable_mark(root: yaml.Node | None, loader: type[yaml.SafeLoader]) -> Any:
    """Return where the first value stands that the reader fails on."""
    ahead, seen = [root], set[int]()
    while ahead:
        node = ahead.pop(0)
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            ahead += node.value
        elif isinstance(node, yaml.MappingNode):
            ahead += [part for pair in node.value for part in pair]
        elif isinstance(node, yaml.ScalarNode):
            try:
                loader("").construct_object(node)
            except (ValueError, OverflowError):
                return node.start_mark
    return None


class _BeyondBoundError(Exception):
    def __init__(self, problem: str, event: yaml.Event) -> None:
        super().__init__(problem)
        self.mark = event.start_mark
