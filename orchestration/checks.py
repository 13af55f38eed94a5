"""Gate 2 as Dagster sees it: one asset check per suite.

What belongs here: turning suites and their results into check specs and check results. What does
not: the suites (see `validation/marts.py`).
"""

from collections.abc import Sequence

import dagster as dg

from orchestration.validation.marts import SUITES
from orchestration.validation.results import GateResult


def mart_checks(asset: dg.AssetKey) -> list[dg.AssetCheckSpec]:
    """Return the checks of the validated marts; a failed blocking one stops publication."""
    return [
        dg.AssetCheckSpec(suite.name, asset=asset, blocking=suite.is_blocking) for suite in SUITES
    ]


def mart_check_results(asset: dg.AssetKey, result: GateResult) -> Sequence[dg.AssetCheckResult]:
    """Return what the gate found, as results of these checks."""
    return [
        dg.AssetCheckResult(
            asset_key=asset,
            check_name=suite.name,
            passed=suite.success,
            severity=(
                dg.AssetCheckSeverity.ERROR if suite.is_blocking else dg.AssetCheckSeverity.WARN
            ),
            metadata={
                expectation.rule: "holds" if expectation.success else str(expectation)
                for expectation in suite.expectations
            },
        )
        for suite in result.suites
    ]
