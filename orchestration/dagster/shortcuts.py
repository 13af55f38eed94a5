"""What Dagster looks up again for each output of a step though it stays the same: done once.

What belongs here: replacements of inner parts of Dagster's, each with what it spares. What does
not: its storage, which is ours to choose (see `event_storage.py`), and what a run makes.
`tests/python/unit/dagster/test_shortcuts.py` fails when another version of Dagster no longer has
what is replaced here.
"""

from collections.abc import Set as AbstractSet

from dagster import AssetKey
from dagster._core.execution.context.system import StepExecutionContext

_OUTPUT_KEYS = "_output_keys_of_step"


def take_shortcuts() -> None:
    """Have all of them taken by every run of this process from here on; again changes nothing."""
    _list_outputs_once()


def _list_outputs_once() -> None:
    """List the assets of a step once, not for each of them.

    Dagster does so to see that none comes before what it depends on, and makes a set of all assets
    and checks for each asset of the list: for 325 models and 290 tests a hundred thousand sets.
    """
    ask = StepExecutionContext.get_output_asset_keys
    if hasattr(ask, _OUTPUT_KEYS):
        return

    def get_output_asset_keys(self: StepExecutionContext) -> AbstractSet[AssetKey]:
        known: AbstractSet[AssetKey] | None = self.__dict__.get(_OUTPUT_KEYS)
        if known is None:
            known = self.__dict__[_OUTPUT_KEYS] = ask(self)
        return known

    setattr(get_output_asset_keys, _OUTPUT_KEYS, ask)
    StepExecutionContext.get_output_asset_keys = get_output_asset_keys  # type: ignore[method-assign]
