"""The reports of past periods: kept once each, as they were first published."""

import shutil
from datetime import date
from pathlib import Path

import duckdb
import pytest

from orchestration.files import write_json
from orchestration.paths import Paths
from orchestration.publication.versions import switch
from orchestration.refresh.reporting import write_snapshot

VALUES = """
    create schema kpi;
    create table kpi.kpi_catalog as
    select 'touches' as kpi_id, 'sales' as family, 'Touches' as name_en, 'Actions' as name_fr,
        'd' as definition_en, 'd' as definition_fr, 'count' as unit, 'flow' as shape,
        'value' as statistics, null::int as window_days, 'up' as better, 0 as min_sample,
        true as is_headline, '+ touch (n)' as numerator, null::varchar as denominator;
    create table kpi.kpi_values as
    select 'touches' as kpi_id, 'value' as statistic, grain, period_start::date as period_start,
        'all' as dimension, 'all' as dimension_value, 'all' as dimension_label, 7.0 as value,
        7.0 as numerator, null::double as denominator, 7.0 as sample_size, null::double as ci_low,
        null::double as ci_high, false as is_partial, null::boolean as is_mature,
        true as is_reliable, null::double as previous_value, null::double as year_ago_value
    from (values
        ('half_month', '2026-08-01'), ('half_month', '2026-08-16'), ('half_month', '2026-09-01'),
        ('half_month', '2026-09-16'), ('month', '2026-08-01'), ('month', '2026-09-01')
    ) as periods (grain, period_start)
"""


def publish(paths: Paths, name: str, as_of: date | None, rhythm: str) -> None:
    """Put a version in place as far as a report reads it."""
    folder = paths.published / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with duckdb.connect(folder / "prospection.duckdb") as connection:
        connection.execute(VALUES)
    settings = {"language": "en", "currency": "EUR", "report_rhythm": rhythm, "headline_kpis": []}
    manifest = {"as_of": as_of, "created_at": "2026-10-01T05:00:00+00:00", "settings": settings}
    also = {"version": name, "held_back": [], "tables": {}, "files": {}}
    write_json(folder / "manifest.json", {**manifest, **also})
    switch(paths, name)


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
