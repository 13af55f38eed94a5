"""The two gates as Dagster sees them: asset checks, one per suite.

What belongs here: turning suites and their results into check specs and check results. What does
not: the suites (see `validation/batches.py` and `validation/marts.py`).
"""

from collections.abc import Mapping, Sequence

import dagster as dg

from orchestration.landing.report import LandingReport
from orchestration.validation.batches import SUITE
from orchestration.validation.marts import SUITES
from orchestration.validation.results import GateResult, SuiteResult


def batch_check(asset: dg.AssetKey) -> dg.AssetCheckSpec:
    """Return the check of the batches: it blocks nothing, the others are built."""
    return dg.AssetCheckSpec(SUITE, asset=asset, blocking=False)


def batch_check_result(
    asset: dg.AssetKey, report: LandingReport, results: Mapping[str, SuiteResult]
) -> dg.AssetCheckResult:
    """Return what gate 1 found; it fails for as long as a batch waits for a decision."""
    held = {load.load.load_id: load.load.folder for load in report.held_back}
    passed = {load_id: "passed" for load_id, result in results.items() if result.success}
    failed = {load_id: f"held back, from {folder}" for load_id, folder in held.items()}
    return dg.AssetCheckResult(
        asset_key=asset,
        check_name=SUITE,
        passed=not held,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={**passed, **failed},
    )


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
