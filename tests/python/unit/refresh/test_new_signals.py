"""A signal is told once, on the day that it is found, with its page."""

import re
from datetime import date
from pathlib import Path

import pytest

from orchestration.environment import Recipients
from orchestration.paths import Paths
from orchestration.refresh.new_signals import PAGES, tell_new_signals
from tests.python.unit.refresh.conftest import Inbox, publish

SIGNALS = """
    create table kpi.kpi_signals as
    select 'touches' as kpi_id, 'value' as statistic, 'month' as grain,
        date '2026-09-01' as period_start, dimension, dimension_value,
        dimension_value as dimension_label, 'Touches' as name_en, 'Actions' as name_fr,
        3::double as value, 7::double as expected_value, 0.99 as confidence,
        is_current, 'timing' as lever,
        'Call at other hours' as advice_en, 'Appeler à d''autres heures' as advice_fr
    from (values {rows}) as found (dimension, dimension_value, is_current)
"""
AS_PERCENT = """;
    alter table kpi.kpi_catalog add column shown_as varchar;
    update kpi.kpi_catalog set shown_as = 'percent';
"""
EVERYBODY = "('all', 'all', true)"
ANA = "('rep', 'Ana', true)"
NOBODY = "('all', 'all', false)"


def told(paths: Paths, webhook: Inbox, day: date, *rows: str) -> list[str]:
    """Publish a version with these signals on a day; return the texts that this sends."""
    publish(paths, f"{day}", day, "month", SIGNALS.format(rows=", ".join(rows)))
    before = len(webhook.received)
    said: list[str] = []
    tell_new_signals(paths, Recipients(webhook.address), said.append)
    return [*said, *(posted["text"] for posted in webhook.received[before:])]


def test_a_signal_is_told_once_with_its_page(tmp_path: Path, webhook: Inbox) -> None:
    paths = Paths(tmp_path)
    (text,) = told(paths, webhook, date(2026, 9, 28), EVERYBODY)
    assert text.startswith("Prospection: Touches has become worse\n")
    assert "- Touches, 2026-09: 3 instead of 7. Call at other hours." in text
    assert "Page Activity: " in text
    assert "index.html#page=activity&grain=month&period=2026-09-01" in text
    assert told(paths, webhook, date(2026, 9, 29), EVERYBODY) == []


def test_a_part_is_told_only_where_the_whole_is_not(tmp_path: Path, webhook: Inbox) -> None:
    paths = Paths(tmp_path)
    (text,) = told(paths, webhook, date(2026, 9, 28), ANA, "('rep', '(unknown)', true)")
    assert "- Touches (Rep: Ana), 2026-09: 3 instead of 7." in text
    assert "#page=team&grain=month&period=2026-09-01&dimension=rep&value=Ana" in text
    (text,) = told(paths, webhook, date(2026, 9, 29), ANA, EVERYBODY)
    assert "Ana" not in text
    assert told(paths, webhook, date(2026, 9, 30), ANA, NOBODY) == [], "known since the 28th"


def test_what_has_not_been_current_for_a_month_is_news_again(
    tmp_path: Path, webhook: Inbox
) -> None:
    paths = Paths(tmp_path)
    assert len(told(paths, webhook, date(2026, 9, 1), EVERYBODY)) == 1
    assert told(paths, webhook, date(2026, 9, 20), NOBODY) == []
    assert told(paths, webhook, date(2026, 9, 30), EVERYBODY) == []
    assert told(paths, webhook, date(2026, 10, 31), EVERYBODY) == [], "current all the time"
    assert told(paths, webhook, date(2026, 12, 15), NOBODY) == []
    assert len(told(paths, webhook, date(2026, 12, 20), EVERYBODY)) == 1


def test_a_signal_that_could_not_be_told_is_told_later(tmp_path: Path, webhook: Inbox) -> None:
    paths = Paths(tmp_path)
    webhook.answers = [500]
    (said,) = told(paths, webhook, date(2026, 9, 28), EVERYBODY)
    assert "the webhook could not be reached" in said
    (text,) = told(paths, webhook, date(2026, 9, 28), EVERYBODY)
    assert "Touches" in text


def test_the_page_of_a_lever_is_that_of_the_conclusions(repo_root: Path) -> None:
    sql = next((repo_root / "models").rglob("kpi_movement_tests.sql")).read_text(encoding="utf-8")
    told = re.findall(r"when lever (?:in|=) (\([^)]*\)|'\w+') then '(\w+)'", sql)
    pages = {lever: page for levers, page in told for lever in re.findall(r"\w+", levers)}
    assert pages == PAGES


def test_a_signal_is_told_in_the_unit_that_people_read(tmp_path: Path, webhook: Inbox) -> None:
    paths = Paths(tmp_path)
    publish(paths, "1", date(2026, 9, 28), "month", SIGNALS.format(rows=EVERYBODY) + AS_PERCENT)
    tell_new_signals(paths, Recipients(webhook.address), print)
    (posted,) = webhook.received
    assert "- Touches, 2026-09: 300% instead of 700%." in posted["text"]


@pytest.mark.parametrize("as_of", [None, date(2026, 9, 28)])
def test_a_version_without_such_a_table_or_day_says_nothing(
    tmp_path: Path, webhook: Inbox, as_of: date | None
) -> None:
    paths = Paths(tmp_path)
    publish(paths, "1", as_of, "month")
    tell_new_signals(paths, Recipients(webhook.address), pytest.fail)
    assert webhook.received == []
