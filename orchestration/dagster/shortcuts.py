"""What Dagster looks up again for each output of a step though it stays the same: done once.

What belongs here: replacements of inner parts of Dagster's, each with what it spares. What does
not: its storage, which is ours to choose (see `event_storage.py`), and what a run makes.
`tests/python/unit/dagster/test_shortcuts.py` fails when another version of Dagster no longer has
what is replaced here.
"""

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from functools import wraps

from dagster import AssetKey
from dagster._core.execution.context.system import StepExecutionContext

from orchestration.replacing import part_of, replace_part

_LIST_OUTPUTS = "get_output_asset_keys"
_OUTPUT_KEYS = "_output_keys_of_step"

_List = Callable[[StepExecutionContext], AbstractSet[AssetKey]]


def take_shortcuts() -> None:
    """Have all of them taken by every run of this process from here on; again changes nothing."""
    listed: _List = part_of(StepExecutionContext, _LIST_OUTPUTS)
    if not hasattr(listed, "__wrapped__"):
        replace_part(StepExecutionContext, _LIST_OUTPUTS, _listed_once(listed))


def _listed_once(list_outputs: _List) -> _List:
    """Return what lists the assets of a step when they are asked for first, and then knows them.

    Dagster lists them for each asset, to see that none comes before what it depends on, and makes a
    set of all assets and checks for each of the list: a set for each pair of assets.
    """

    @wraps(list_outputs)
    def listed(step: StepExecutionContext) -> AbstractSet[AssetKey]:
        known: AbstractSet[AssetKey] | None = step.__dict__.get(_OUTPUT_KEYS)
        if known is None:
            known = step.__dict__[_OUTPUT_KEYS] = list_outputs(step)
        return known

    return listed
