"""Whatever people are told has its line in the runbook."""

from pathlib import Path

import pytest

from orchestration.dagster.jobs import STAGES
from orchestration.refresh.notifications import TOLD, describe
from orchestration.refresh.record import Outcome, RefreshRecord
from orchestration.validation.marts import SUITES


@pytest.fixture(scope="module")
def alerts(repo_root: Path) -> str:
    """Return the first column of the table of alerts."""
    page = (repo_root / "docs" / "operations.md").read_text(encoding="utf-8")
    table = page.partition("## What each alert means")[2].partition("\n## ")[0]
    return "\n".join(line.split("|")[1] for line in table.splitlines() if line.startswith("|"))


@pytest.mark.parametrize("outcome", TOLD)
def test_every_message_has_its_line(alerts: str, outcome: Outcome) -> None:
    said = {
        describe(RefreshRecord("run", "2026-10-01", outcome, stage), "en")[0] for stage in STAGES
    }
    subjects = {text.removeprefix("Prospection: ").partition(" in stage")[0] for text in said}
    assert all(subject in alerts for subject in subjects), subjects


def test_every_warning_about_the_marts_has_its_line(alerts: str) -> None:
    rules = [rule.says for suite in SUITES if not suite.is_blocking for rule in suite.rules([])]
    assert [rule for rule in rules if rule not in alerts] == []
