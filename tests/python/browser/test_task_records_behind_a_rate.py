"""A task of a sales director: which records are behind a rate."""

from collections.abc import Callable

import pytest

from tests.python.browser.conftest import DESKTOP, PHONE, Site, Watched, read_number

RATE, MONTH = "response_rate", "2026-09-01"


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_records_behind_a_rate_are_one_click_away(
    watch: Callable[..., Watched], demo_site: Site, size: dict[str, int]
) -> None:
    """Both sides of the rate as it is published, each record with a link into its tool."""
    ((numerator, denominator),) = demo_site.query(
        "select numerator, denominator from kpi.kpi_values where kpi_id = ? and period_start = ? "
        "and grain = 'month' and dimension = 'all' and statistic = 'value'",
        RATE,
        MONTH,
    )
    watched = watch(viewport=size)
    page = watched.open(demo_site.address(page="overview", language="en"))
    number = page.locator(f'.card a.figure[data-kpi="{RATE}"][data-field="value"]')
    rate, rounded = read_number(number.inner_text())
    assert abs(rate - numerator / denominator) <= rounded
    number.focus()
    page.keyboard.press("Enter")  # the one click
    page.wait_for_selector("h2:has-text('Response rate')")
    assert "September 2026" in page.locator("h2").inner_text()
    for title, count in (("Counted", numerator), ("Divided by", denominator)):
        panel = page.locator("section.panel", has=page.locator("h3", has_text=title))
        assert read_number(panel.locator("h3").inner_text().split("=")[1])[0] == count
        if panel.get_by_role("button", name="Show all").count():
            panel.get_by_role("button", name="Show all").click()
        assert panel.locator("tbody tr").count() == min(count, 500)
        assert f"{count:,.0f} records" in panel.locator(".note").inner_text()
        link = panel.locator("tbody a").first
        record = link.inner_text()
        address = f"https://outreach.brelune.example/activities/{record}"
        assert link.get_attribute("href") == address
        assert link.get_attribute("rel") == "noopener noreferrer"
    ((channel, outcome, owner),) = demo_site.query(
        "select activities.channel, activities.outcome, reps.name from core.fct_activities as "
        "activities join core.dim_reps as reps using (rep_key) where activity_id = ?",
        record,
    )
    row = page.locator("tbody tr", has=page.get_by_text(record, exact=True)).last.inner_text()
    assert owner in row
    assert outcome in row
    assert {"email": "E-mail", "linkedin": "LinkedIn", "mail": "Letter"}[channel] in row
    page.go_back()
    page.wait_for_selector(".card")
    assert not watched.problems
