"""What dbt says reaches the refresh also when its log cannot be written."""

import json
from pathlib import Path

import pytest
from dbt.events.types import MainReportVersion
from dbt_common.events.base_types import EventLevel, msg_from_base_event

from orchestration.warehouse.dbt_events import write_event

EVENT = MainReportVersion(version="=1", log_version=3)
FULL = Path("/dev/full")


def test_an_event_is_one_line_of_the_output_and_of_the_log(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with (tmp_path / "dbt.log").open("w") as log:
        write_event(log.fileno(), msg_from_base_event(EVENT, level=EventLevel.INFO))
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["info"]["name"] == "MainReportVersion"
    assert (tmp_path / "dbt.log").read_text(encoding="utf-8") == line + "\n"


@pytest.mark.skipif(not FULL.exists(), reason="this machine has no /dev/full")
def test_a_full_disk_costs_the_log_and_not_the_build(capsys: pytest.CaptureFixture[str]) -> None:
    with FULL.open("w") as log:
        write_event(log.fileno(), msg_from_base_event(EVENT, level=EventLevel.INFO))
    assert len(capsys.readouterr().out.splitlines()) == 1
