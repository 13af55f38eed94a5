"""The reports of past periods: kept once each, as they were first published."""

from datetime import date
from pathlib import Path

import pytest

from orchestration.paths import Paths
from orchestration.refresh.reporting import write_snapshot
from tests.python.unit.refresh.conftest import publish


@pytest.mark.parametrize(
    ("rhythm", "as_of", "kept"),
    [
        ("month", date(2026, 9, 29), "2026-08_as_of_2026-09-29.html"),
        ("month", date(2026, 9, 30), "2026-09_as_of_2026-09-30.html"),
        ("half_month", date(2026, 9, 14), "2026-08-H2_as_of_2026-09-14.html"),
        ("half_month", date(2026, 9, 15), "2026-09-H1_as_of_2026-09-15.html"),
        ("half_month", date(2026, 9, 30), "2026-09-H2_as_of_2026-09-30.html"),
    ],
)
def test_the_last_complete_period_of_the_rhythm_is_kept(
    tmp_path: Path, rhythm: str, as_of: date, kept: str
) -> None:
    paths = Paths(tmp_path)
    publish(paths, "1", as_of, rhythm)
    assert write_snapshot(paths) == paths.reports / kept
    html = (paths.reports / kept).read_text(encoding="utf-8")
    grain = "half_month" if rhythm == "half_month" else "month"
    assert f'"grain":"{grain}"' in html.replace(" ", "")


def test_what_is_kept_never_changes(tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    publish(paths, "1", date(2026, 9, 16), "half_month")
    first = write_snapshot(paths)
    assert first is not None
    before = first.read_bytes()
    assert not first.stat().st_mode & 0o222
    publish(paths, "2", date(2026, 9, 20), "half_month")
    assert write_snapshot(paths) is None
    assert first.read_bytes() == before
    publish(paths, "3", date(2026, 10, 1), "half_month")
    assert write_snapshot(paths) == paths.reports / "2026-09-H2_as_of_2026-10-01.html"
    assert len(list(paths.reports.iterdir())) == 2


def test_without_a_version_or_a_complete_period_nothing_is_kept(tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    assert write_snapshot(paths) is None
    publish(paths, "1", None, "month")
    assert write_snapshot(paths) is None
    publish(paths, "2", date(2026, 8, 30), "month")
    assert write_snapshot(paths) is None
    assert not paths.reports.exists()
