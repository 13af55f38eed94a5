"""A sales director decides on next month's budget by channel and campaign."""

from collections.abc import Callable
from datetime import date

from playwright.sync_api import Locator

from tests.python.browser.conftest import Site, Watched, read_number

Watch = Callable[..., Watched]

STOP = """
    update kpi.kpi_campaign_returns set verdict = 'stop', reason = 'costs_more'
    where dimension_value = 'REL-2026S2'
"""


def near(cell: Locator, value: float) -> bool:
    """Return whether a cell shows a value, as far as it is rounded."""
    shown, rounding = read_number(cell.inner_text())
    return abs(shown - value) <= rounding


def test_next_months_budget(watch: Watch, changed_site: Callable[..., Site]) -> None:
    site = changed_site(STOP)
    watched = watch()
    page = watched.open(site.address(language="en"))
    page.get_by_role("navigation").get_by_role("link", name="Campaigns and channels").click()
    for dimension, title in (("channel", "channels"), ("campaign", "campaigns")):
        panel = page.locator(
            ".panel", has=page.get_by_role("heading", name=f"Next month's budget: {title}")
        )
        ((direct, allocated, cost),) = site.query(
            """
            select sum(direct_cost), sum(allocated_cost), sum(cost_amount)
            from kpi.kpi_campaign_returns where dimension = ?
            """,
            dimension,
        )
        assert abs(direct + allocated - cost) < 0.01
        last = panel.locator("tbody tr").last
        assert "Total" in last.inner_text()
        for at, value in enumerate((direct, allocated, cost), start=1):
            assert near(last.locator("td").nth(at), value)
        for verdict, words in (("keep", "keep"), ("stop", "stop"), ("test_more", "test more")):
            names = site.query(
                """
                select dimension_label from kpi.kpi_campaign_returns
                where dimension = ? and verdict = ?
                """,
                dimension,
                verdict,
            )
            line = panel.locator(".verdicts li", has_text=words)
            assert line.count() == bool(names), verdict
            if dimension == "campaign":
                assert all(name in line.inner_text() for (name,) in names)
    rows = panel.locator("tbody tr")
    assert "no campaign" in rows.nth(rows.count() - 2).inner_text(), "what is left over is last"
    stopped = rows.filter(has_text="Relance des sans-réponse 2026S2").inner_text()
    assert "will not cover its cost" in stopped
    assert "not final" in stopped, "half of what its touches bring is still to come"
    for campaigns, is_shown in (("is_running", True), ("not is_running", False)):
        names = site.query(
            f"""
            select dimension_label from kpi.kpi_campaign_returns
            where dimension = 'campaign' and {campaigns}
            """
        )
        assert names
        for (name,) in names:
            said = panel.locator(".verdicts").inner_text()
            assert (name in said) == is_shown, "what is over needs no budget"
    first, *_, last_named = [row for row in rows.all_inner_texts() if "no campaign" not in row][:-1]
    assert first.split("\t")[1].strip() != "over"
    assert last_named.split("\t")[1].strip() == "over", "after those that go on"

    ((worth,),) = site.query(
        "select worth_cases from kpi.kpi_conclusions where kind = 'variant' and is_newest"
    )
    tests = page.locator(".panel", has=page.get_by_role("heading", name="A/B tests"))
    winner = tests.locator("tbody tr", has_text="significantly better")
    assert near(winner.locator("td").nth(3), worth)

    page.select_option("#filter-period", "2026-06-01")
    page.get_by_text("is said of today only").wait_for()
    assert page.get_by_role("heading", name="Next month's budget").count() == 0
    assert not watched.problems


def test_the_budget_is_told_while_a_month_is_running(
    watch: Watch, changed_site: Callable[..., Site]
) -> None:
    """The page opens on the last month that is over; the verdicts are of today all the same."""
    site = changed_site(
        "update kpi.kpi_conclusions set month = '2026-10-01' where kind = 'variant'",
        as_of=date(2026, 10, 14),
    )
    watched = watch()
    page = watched.open(site.address(page="campaigns", language="en"))
    assert page.locator("#filter-period").input_value() == "2026-09-01"
    assert page.get_by_role("heading", name="Next month's budget: campaigns").count() == 1
    assert "wins, with" in page.get_by_role("region", name="In short").inner_text()
    page = watched.open(site.address(page="campaigns", language="en", period="2026-08-01"))
    assert not page.get_by_role("heading", name="Next month's budget: campaigns").count()
    assert not page.get_by_text("wins, with").count(), "in August nobody knew"
    assert not watched.problems
