"""What Dagster looks up again for each output of a step though it stays the same: done once.

What belongs here: replacements of inner parts of Dagster's, each with what it spares. What does
not: its storage, which is ours to choose (see `event_storage.py`), and what a run makes.
`tests/python/unit/dagster/test_shortcuts.py` fails when another version of Dagster no longer has
what is replaced here.
"""

from collections.abc import Set as AbstractSet

from dagster import AssetKey
from dagster._core.execution.context.system import StepExecutionContext

from orchestration.replacing import replace_part

_OUTPUT_KEYS = "_output_keys_of_step"

_list_outputs = StepExecutionContext.get_output_asset_keys


def take_shortcuts() -> None:
    """Have all of them taken by every run of this process from here on; again changes nothing."""
    replace_part(StepExecutionContext, "get_output_asset_keys", _outputs_listed_once)


def _outputs_listed_once(step: StepExecutionContext) -> AbstractSet[AssetKey]:
    """Return the assets of a step, listed when they are asked for first.

    Dagster lists them for each asset, to see that none comes before what it depends on, and makes a
    set of all assets and checks for each of the list: for 325 models and 290 tests a hundred
    thousand sets.
    """
    known: AbstractSet[AssetKey] | None = step.__dict__.get(_OUTPUT_KEYS)
    if known is None:
        known = step.__dict__[_OUTPUT_KEYS] = _list_outputs(step)
    return known
