"""The files of a dashboard: what is in them, and that nothing published is lost on the way."""

import csv
import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dashboard import building, series
from dashboard.building import Facts, build_site, plotly_name, texts
from dashboard.encoding import json_text, plain
from dashboard.reading import PublishedVersion
from dashboard.report import ReportPeriod, report_html
from dashboard.series import YEAR_AGO
from orchestration.formats.descriptions import known_formats

FACTS = Facts(
    version="v1",
    as_of=date(2026, 9, 30),
    published_at=datetime(2026, 10, 1, 5, 0, tzinfo=UTC),
    settings={"language": "en", "currency": "CHF", "headline_kpis": ["touches"]},
)

VALUES = """
    create schema kpi;
    create table kpi.kpi_catalog as
    select 'touches' as kpi_id, 'sales' as family, 'Touches' as name_en, 'Actions' as name_fr,
        'd' as definition_en, 'd' as definition_fr, 'count' as unit, 'flow' as shape,
        'value' as statistics, null::int as window_days, 'up' as better, 0 as min_sample,
        true as is_headline, '+ touch (n)' as numerator, null::varchar as denominator
    union all by name
    select 'rate' as kpi_id, 'sales' as family, 'Rate' as name_en, 'Taux' as name_fr,
        'd' as definition_en, 'd' as definition_fr, 'rate' as unit, 'cohort' as shape,
        'in_window' as statistics, 90 as window_days, 'up' as better, 30 as min_sample,
        false as is_headline, '+ a (n)' as numerator, '+ b (n)' as denominator;
    create table kpi.kpi_values as
    with months as (
        select unnest(generate_series(date '2025-01-01', date '2026-09-01', interval 1 month))::date
            as period_start
    ),
    numbered as (select *, row_number() over (order by period_start) as n from months),
    raw as (
        select 'touches' as kpi_id, 'value' as statistic, dimension, dimension_value, period_start,
            n * 10.0 as value, n * 10.0 as numerator, null::double as denominator,
            n * 10.0 as sample_size, n = 21 as is_partial, null::boolean as is_mature,
            n % 3 != 0 as is_reliable, n
        from numbered, (values ('all', 'all'), ('rep', '7'), ('rep', '<b>')) as segments (
            dimension, dimension_value
        )
        where not (dimension_value = '7' and n in (5, 6))
        union all
        select 'rate', 'in_window', 'all', 'all', period_start, n / 70.0, n, 70, 70, false,
            n < 18, true, n
        from numbered where n != 9
    )
    select kpi_id, statistic, 'month' as grain, period_start, dimension, dimension_value,
        'label ' || dimension_value as dimension_label, value, numerator, denominator, sample_size,
        value - 0.1 as ci_low, value + 0.1 as ci_high, is_partial, is_mature, is_reliable,
        lag(value) over series as previous_value, lag(value, 12) over series as year_ago_value
    from raw
    window series as (
        partition by kpi_id, statistic, dimension, dimension_value order by period_start
    )
"""


@pytest.fixture
def database(tmp_path: Path) -> Path:
    file = tmp_path / "prospection.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute(VALUES)
    return file


def received(file: Path) -> Any:
    """Return the JSON that a data file hands over."""
    text = file.read_text(encoding="utf-8")
    assert text.startswith("prospection.receive(")
    return json.loads(text[text.index(",") + 1 : text.rindex(")")])


def decoded(site: Path, dimension: str, grain: str) -> dict[tuple[Any, ...], dict[str, Any]]:
    """Return every value of a data file by its key, read as `store.js` reads it."""
    periods = received(site / "data/start.js")["periods"][grain]
    values = {}
    for kpi, statistic, value_id, *facts in received(site / f"data/{dimension}/{grain}.js"):
        places, flags, value, before, then, numerator, denominator, sample, low, high = (
            facts + [0] * (10 - len(facts))
        )[:10]
        size = next((len(each) for each in (places, flags, value, numerator)
                     if not isinstance(each, int) and len(each) > 1), 1)  # fmt: skip
        if isinstance(places, int):
            places = list(range(places, places + size))
        flags = [int(flag, 18) for flag in (flags * size if len(flags) == 1 else flags)]

        def column(content: Any, rule: list[Any] | None, size: int = size) -> list[Any]:
            return rule if content == 1 and rule else content or [None] * size

        denominators = column(denominator, None)
        amounts = column(
            value, value == 1 and [n / d for n, d in zip(numerator, denominators, strict=True)]
        )
        columns = {
            "value": amounts,
            "numerator": column(numerator, amounts),
            "denominator": denominators,
            "sample_size": column(
                sample,
                [v if d is None else d for v, d in zip(amounts, denominators, strict=True)],
            ),
            "ci_low": column(low, None),
            "ci_high": column(high, None),
            "is_partial": [flag % 2 == 1 for flag in flags],
            "is_mature": [(None, True, False)[flag // 2 % 3] for flag in flags],
            "is_reliable": [(None, True, False)[flag // 6] for flag in flags],
        }
        comparable = {
            place: amounts[at]
            for at, place in enumerate(places)
            if not columns["is_partial"][at] and columns["is_mature"][at] is not False
        }
        for name, back, odd in (
            ("previous_value", 1, before),
            ("year_ago_value", YEAR_AGO[grain], then),
        ):
            seen = {place: comparable.get(place - back) for place in comparable}
            pairs = odd or []
            seen |= dict(zip(pairs[::2], pairs[1::2], strict=True))
            columns[name] = [seen.get(place) for place in places]
        for at, place in enumerate(places):
            values[(kpi, statistic, value_id, periods[place])] = {
                name: content[at] for name, content in columns.items()
            }
    return values


def published(database: Path, dimension: str, grain: str) -> dict[tuple[Any, ...], dict[str, Any]]:
    with PublishedVersion.open(database) as version:
        rows = version.rows(
            """
            select kpi_id, statistic, dimension_value, period_start, value, previous_value,
                year_ago_value, numerator, denominator, sample_size, ci_low, ci_high, is_partial,
                is_mature, is_reliable
            from kpi.kpi_values where dimension = ? and grain = ? and value is not null
            """,
            [dimension, grain],
        )
    key = ("kpi_id", "statistic", "dimension_value", "period_start")
    return {
        tuple(row[name] for name in key): {n: v for n, v in row.items() if n not in key}
        for row in rows
    }


@pytest.mark.parametrize("dimension", ["all", "rep"])
def test_every_published_value_arrives(database: Path, tmp_path: Path, dimension: str) -> None:
    site = tmp_path / "dashboard"
    assert build_site(database, FACTS, site)
    shown = decoded(site, dimension, "month")
    truth = published(database, dimension, "month")
    assert shown.keys() == truth.keys()
    for key, row in truth.items():
        ends = {name: row.pop(name) for name in ("ci_low", "ci_high")}
        assert {name: shown[key].pop(name) for name in ends} == pytest.approx(ends, abs=5e-5), key
        assert shown[key] == pytest.approx(row), key


def test_the_size_of_a_batch_changes_no_byte(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with duckdb.connect(str(database)) as connection:
        connection.execute(
            """
            insert into kpi.kpi_values by name
            select kpi_values.* replace (
                'a_' || kpi_id || copy as kpi_id, value + copy as value
            )
            from kpi.kpi_values, range(3) copies (copy)
            """
        )
    build_site(database, FACTS, tmp_path / "whole")
    for size in (1, 60, 100):
        monkeypatch.setattr(series, "BATCH_VALUES", size)
        site = tmp_path / f"{size}"
        build_site(database, FACTS, site)
        for name in ("data/all/month.js", "data/rep/month.js"):
            assert (site / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()
    kpis = [each[0] for each in received(tmp_path / "1/data/all/month.js")]
    assert kpis == sorted(kpis)
    assert len(kpis) == 8


def test_data_files_hold_no_markup_and_are_named_after_known_words(
    database: Path, tmp_path: Path
) -> None:
    site = tmp_path / "dashboard"
    build_site(database, FACTS, site)
    for file in (site / "data").rglob("*.js"):
        assert "<" not in file.read_text(encoding="utf-8"), file
    start = received(site / "data/start.js")
    present = {
        file.relative_to(site / "data").with_suffix("").as_posix()
        for file in (site / "data").rglob("*.js")
    }
    assert set(start["files"]) | {"start"} == present
    assert start["headline"] == ["touches"]
    assert start["currency"] == "CHF"


def test_a_file_with_the_same_content_is_linked_from_the_site_before(
    database: Path, tmp_path: Path
) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    build_site(database, FACTS, one)
    with duckdb.connect(str(database)) as connection:
        connection.execute(
            """
            update kpi.kpi_values set value = value + 1
            where dimension = 'rep' and period_start = '2026-09-01'
            """
        )
    build_site(database, replace(FACTS, version="v2"), two, previous=one)
    files = {path.relative_to(two).as_posix() for path in two.rglob("*") if path.is_file()}
    written = {name for name in files if not (two / name).samefile(one / name)}
    assert written == {"data/start.js", "data/rep/month.js"}
    assert {f"assets/{plotly_name()}", "data/all/month.js", "index.html"} <= files
    assert received(one / "data/start.js")["version"] == "v1"


def test_what_was_changed_on_the_disk_since_is_not_linked(database: Path, tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    build_site(database, FACTS, one)
    damaged = one / "data/all/month.js"
    whole = damaged.read_bytes()
    damaged.write_bytes(whole.replace(b"touches", b"bananas"))
    build_site(database, FACTS, two, previous=one)
    assert (two / "data/all/month.js").read_bytes() == whole


def test_a_version_without_values_has_no_site(tmp_path: Path) -> None:
    file = tmp_path / "prospection.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute("create schema kpi")
        connection.execute("create table kpi.kpi_values as select 'roi' as kpi_id, 1.5 as value")
    assert not build_site(file, FACTS, tmp_path / "dashboard")
    assert not (tmp_path / "dashboard").exists()


def test_two_sites_of_one_version_are_the_same(database: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        build_site(database, FACTS, tmp_path / name)
    for file in (tmp_path / "one").rglob("*.*"):
        other = tmp_path / "two" / file.relative_to(tmp_path / "one")
        assert file.read_bytes() == other.read_bytes(), file


def test_json_is_inert_inside_a_script() -> None:
    text = json_text({"a": "</script><b>\u2028\u2029"})
    assert "<" not in text
    assert "\u2028" not in text
    assert json.loads(text) == {"a": "</script><b>\u2028\u2029"}


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (123.0, 123),
        (0.123456789012, 0.12345679),
        (4.999999999999, 5),
        (123_456_789_012.0, 123_456_789_012),
        (float("nan"), None),
        (float("inf"), None),
        (date(2026, 9, 1), "2026-09-01"),
        (datetime(2026, 9, 1, 8, 30), "2026-09-01 08:30"),
        ({"crm": date(2026, 9, 1)}, {"crm": "2026-09-01"}),
    ],
)
def test_values_are_written_as_json_knows_them(value: Any, written: Any) -> None:
    assert repr(plain(value)) == repr(written)


def test_the_pages_know_the_channels_of_the_format() -> None:
    columns = known_formats()["generic"].entities["activities"].columns
    (channels,) = (set(column.allowed) for column in columns if column.name == "channel")
    scripts = Path(building.__file__).with_name("assets")
    (coloured,) = re.findall(r"const CHANNELS = \{(.*)\};", (scripts / "charts.js").read_text())
    assert set(re.findall(r"(\w+):", coloured)) == channels
    assert {channel for channel in channels if f"channel_{channel}" not in texts()} == set()


def test_what_a_rate_that_moves_is_worth_has_a_name(repo_root: Path) -> None:
    def rows(name: str) -> list[dict[str, str]]:
        with (repo_root / "seeds" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    in_customers = {"cohort_conversion_rate", "retention_rate"}
    units = {row["kpi_id"]: row["unit"] for row in rows("kpi_catalog")}
    judged = {row["kpi_id"] for row in rows("signal_rules") if units[row["kpi_id"]] == "rate"}
    named = {key.removeprefix("cases_of_") for key in texts() if key.startswith("cases_of_")}
    assert named == judged - in_customers


def test_every_text_is_there_in_both_languages_and_takes_the_same_values() -> None:

    for key, words in texts().items():
        assert set(words) == {"en", "fr"}, key
        places = {language: set(re.findall(r"\{\w+\}", text)) for language, text in words.items()}
        assert places["en"] == places["fr"], key


@pytest.mark.parametrize(
    ("text", "grain", "start", "held"),
    [
        ("2026", "year", date(2026, 4, 1), True),
        ("2026", "year", date(2025, 4, 1), False),
        ("2026-Q3", "quarter", date(2026, 7, 1), True),
        ("2026-t3", "quarter", date(2026, 8, 1), True),
        ("2026-Q3", "quarter", date(2026, 10, 1), False),
        ("2026-09", "month", date(2026, 9, 1), True),
        ("2026-09", "month", date(2026, 8, 1), False),
        ("2026-09-H1", "half_month", date(2026, 9, 1), True),
        ("2026-09-H1", "half_month", date(2026, 9, 16), False),
        ("2026-09-h2", "half_month", date(2026, 9, 16), True),
    ],
)
def test_a_period_is_read_as_people_write_it(
    text: str, grain: str, start: date, held: bool
) -> None:
    period = ReportPeriod.read(text)
    assert period.grain == grain
    assert period.holds(start) is held


@pytest.mark.parametrize("text", ["", "2026-13", "September", "2026-Q5", "26-09", "2026-09-H3"])
def test_what_is_no_period_is_refused_with_examples(text: str) -> None:
    with pytest.raises(ValueError, match="2026-Q3"):
        ReportPeriod.read(text)


def test_a_report_is_of_the_last_complete_month_or_the_one_asked_for(database: Path) -> None:
    name, html = report_html(database, FACTS)
    assert name == "2026-09"
    assert "src=" not in html
    assert 'rel="stylesheet"' not in html
    name, _ = report_html(database, FACTS, ReportPeriod.read("2025-03"))
    assert name == "2025-03"
    with pytest.raises(ValueError, match="2025-01-01 to 2026-09-01"):
        report_html(database, FACTS, ReportPeriod.read("2019-03"))


def test_the_periods_that_can_be_chosen_reach_to_the_end_of_the_targets() -> None:
    with duckdb.connect() as connection:
        connection.execute(
            """
            create schema kpi;
            create table kpi.kpi_targets as select date '2027-01-31' as period_end;
            """
        )
        version = PublishedVersion(connection, {"kpi.kpi_targets": ["period_end"]})
        known = {"half_month": ["2026-12-01"], "month": ["2026-11-01"], "quarter": ["2026-10-01"]}
        assert version.periods_ahead(known | {"week": ["2026-12-28"]}) == {
            "half_month": ["2026-12-16", "2027-01-01", "2027-01-16"],
            "month": ["2026-12-01", "2027-01-01"],
            "quarter": ["2027-01-01"],
        }
        assert PublishedVersion(connection, {}).periods_ahead(known) == {}
