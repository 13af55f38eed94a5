"""The parts of Dagster that are replaced are still there, and what replaces them does the same."""

from collections.abc import Iterator
from typing import Any

import dagster as dg
import pytest
from dagster._core.definitions.assets.job.asset_layer import AssetLayer
from dagster._core.execution.context.system import StepExecutionContext

from orchestration.dagster.shortcuts import take_shortcuts

LISTED_BY_DAGSTER = StepExecutionContext.get_output_asset_keys


@pytest.fixture(autouse=True)
def shortcuts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take them for one test: what is replaced must exist, and is put back."""
    monkeypatch.setattr(StepExecutionContext, "get_output_asset_keys", LISTED_BY_DAGSTER)
    take_shortcuts()


def specs(count: int) -> list[dg.AssetSpec]:
    return [
        dg.AssetSpec(f"made_{at}", deps=[f"made_{at - 1}"] if at else []) for at in range(count)
    ]


def test_a_step_looks_through_its_assets_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = 0
    ask = AssetLayer.get_selected_entity_keys_for_node

    def counted(layer: AssetLayer, *node: Any) -> Any:
        nonlocal asked
        asked += 1
        return ask(layer, *node)

    monkeypatch.setattr(AssetLayer, "get_selected_entity_keys_for_node", counted)

    @dg.multi_asset(specs=specs(20))
    def made() -> Iterator[Any]:
        yield from (dg.MaterializeResult(spec.key) for spec in specs(20))

    assert dg.materialize([made]).success
    assert 20 <= asked < 20 * 5


def test_an_asset_before_what_it_depends_on_is_still_refused() -> None:
    @dg.multi_asset(specs=specs(2))
    def made() -> Iterator[Any]:
        yield dg.MaterializeResult("made_1")
        yield dg.MaterializeResult("made_0")

    with pytest.raises(dg.DagsterInvariantViolationError, match="before its dependency"):
        dg.materialize([made])


def test_the_assets_of_one_step_are_not_those_of_another() -> None:
    @dg.multi_asset(specs=specs(2))
    def first() -> Iterator[Any]:
        yield from (dg.MaterializeResult(spec.key) for spec in specs(2))

    @dg.multi_asset(
        specs=[dg.AssetSpec("before", deps=["made_1"]), dg.AssetSpec("behind", deps=["before"])]
    )
    def second() -> Iterator[Any]:
        yield dg.MaterializeResult("behind")
        yield dg.MaterializeResult("before")

    with pytest.raises(dg.DagsterInvariantViolationError, match="before its dependency"):
        dg.materialize([first, second])


def test_a_dagster_without_the_part_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(StepExecutionContext, "get_output_asset_keys")
    with pytest.raises(AttributeError, match=r"no get_output_asset_keys .* requirements\.txt"):
        take_shortcuts()


def test_taken_again_they_change_nothing() -> None:
    once = StepExecutionContext.get_output_asset_keys
    take_shortcuts()
    assert StepExecutionContext.get_output_asset_keys is once
