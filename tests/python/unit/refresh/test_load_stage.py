"""The stage that loads: what it leaves behind in the memory of a refresh."""

from pathlib import Path

import pytest

from orchestration.environment import Environment
from orchestration.landing.addresses import phone_number
from orchestration.paths import Paths
from orchestration.refresh.stages import NothingReadError, load


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    """Return where a company of one person is; a number of somebody else was read before."""
    crm = tmp_path / "exports" / "crm"
    crm.mkdir(parents=True)
    (crm / "prospects.csv").write_text("prospect_id,phone\nP1,06 12 34 56 78\n", encoding="utf-8")
    assert phone_number("07 98 76 54 32", "FR") == "+33798765432"
    return Environment(tmp_path / "exports", Paths(tmp_path / "data"))


def test_no_number_is_remembered_after_a_load(environment: Environment) -> None:
    report, _ = load(environment, None, lambda _: None, "a-run")
    assert report.has_rows
    assert phone_number.cache_info().currsize == 0


def test_no_number_is_remembered_after_a_load_that_failed(environment: Environment) -> None:
    (environment.exports / "crm" / "prospects.csv").write_text("prospect_id,phone\n")
    with pytest.raises(NothingReadError):
        load(environment, None, lambda _: None, "a-run")
    assert phone_number.cache_info().currsize == 0
