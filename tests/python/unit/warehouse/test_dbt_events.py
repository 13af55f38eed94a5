"""What dbt says reaches the refresh also when its log cannot be written."""

import json
import subprocess
import sys
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


def test_events_of_several_threads_are_a_line_each(tmp_path: Path) -> None:
    """A print writes its text and the end of its line apart: other threads come in between."""
    count, threads = 300, 4
    code = (
        "import os\n"
        "from concurrent.futures import ThreadPoolExecutor\n"
        "from tests.python.unit.warehouse.test_dbt_events import EVENT\n"
        "from dbt_common.events.base_types import EventLevel, msg_from_base_event\n"
        "from orchestration.warehouse.dbt_events import write_event\n"
        f"log = os.open({str(tmp_path / 'dbt.log')!r}, os.O_WRONLY | os.O_CREAT)\n"
        "told = msg_from_base_event(EVENT, level=EventLevel.INFO)\n"
        f"with ThreadPoolExecutor({threads}) as pool:\n"
        f"    list(pool.map(lambda _: write_event(log, told), range({count})))\n"
    )
    output = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout
    for lines in (output.splitlines(), (tmp_path / "dbt.log").read_bytes().splitlines()):
        assert {json.loads(line)["info"]["name"] for line in lines} == {"MainReportVersion"}
        assert len(lines) == count


@pytest.mark.skipif(not FULL.exists(), reason="this machine has no /dev/full")
def test_a_full_disk_costs_the_log_and_not_the_build(capsys: pytest.CaptureFixture[str]) -> None:
    with FULL.open("w") as log:
        write_event(log.fileno(), msg_from_base_event(EVENT, level=EventLevel.INFO))
    assert len(capsys.readouterr().out.splitlines()) == 1
