"""What pages say first is what `kpi_conclusions` concluded, and nothing that came after."""

from collections.abc import Callable

from tests.python.browser.conftest import Site, Watched

Watch = Callable[..., Watched]


def test_the_first_sentence_is_the_first_conclusion_of_the_mart(
    watch: Watch, demo_site: Site
) -> None:
    ((value, expected, customers),) = demo_site.query(
        """
        select round(100 * value, 1), round(100 * expected_value, 1), round(worth_customers)
        from kpi.kpi_conclusions where is_newest and overall_rank = 1 and kind = 'step'
        """
    )
    watched = watch()
    for name in ("overview", "funnel"):
        page = watched.open(demo_site.address(page=name, language="en"))
        first = page.locator(".conclusions li").first.inner_text()
        assert f"from {expected}% to {value}%" in first
        assert f"{-customers:.0f} fewer customers in Q2 2026" in first
        assert first.startswith("Since April 2026, contacted prospects who engage fell")
    page.click("#language")
    page.wait_for_function("document.documentElement.lang === 'fr'")
    assert "clients de moins au T2 2026" in page.locator(".conclusions li").first.inner_text()
    assert not watched.problems


def test_a_past_period_says_nothing_that_came_after(watch: Watch, demo_site: Site) -> None:
    rows = demo_site.query(
        """
        select period_start from kpi.kpi_conclusions
        where month = '2026-02-01' and page_rank = 1 and not is_part_of_whole
        """
    )
    assert rows
    assert all(start is not None and str(start) <= "2026-02-01" for (start,) in rows)
    page = watch().open(demo_site.address(page="overview", language="en", period="2026-02-01"))
    said = page.locator(".conclusions")
    assert said.locator("li").count() == len(rows)
    assert "April 2026" not in said.inner_text()
    assert page.locator(".signals li").count() == 0
    targets = page.locator(".panel", has=page.get_by_role("heading", name="Targets"))
    assert targets.locator("tbody tr").count() > 0
    assert "Q1 2026" not in targets.inner_text(), "what the quarter came to was known in March"


def test_a_page_on_which_nothing_moved_says_so(
    watch: Watch, changed_site: Callable[..., Site]
) -> None:
    site = changed_site("delete from kpi.kpi_conclusions where page = 'funnel'")
    page = watch().open(site.address(page="funnel", language="en"))
    assert "Nothing moved significantly" in page.locator(".conclusions").inner_text()


def test_a_sentence_says_the_numbers_of_the_table_below_it(watch: Watch, demo_site: Site) -> None:
    page = watch().open(demo_site.address(page="campaigns", language="en"))
    first = page.locator(".conclusions li").first.inner_text()
    tests = page.locator(".panel", has=page.get_by_role("heading", name="A/B tests of messages"))
    rates = tests.locator("tbody tr td:nth-child(3)").all_inner_texts()
    assert f"wins, with {rates[0]} of answers against {rates[1]}" in first
    page = watch().open(demo_site.address(page="funnel", language="en"))
    (cases,) = demo_site.query(
        """
        select -round(worth_cases) from kpi.kpi_conclusions
        where is_newest and subject = 'prospect_response_rate' and dimension = 'all'
        """
    )[0]
    said = page.locator(".conclusions li").nth(1).inner_text()
    assert f"{cases:.0f} fewer prospects who respond" in said
    page = watch().open(demo_site.address(page="activity", language="en"))
    assert "Nothing moved significantly" in page.locator(".conclusions").inner_text()


def test_data_are_as_old_as_the_reader_finds_them(watch: Watch, demo_site: Site) -> None:
    page = watch().page
    page.clock.set_fixed_time("2026-10-02T09:00:00Z")
    page.goto(demo_site.address(page="quality", language="en"))
    ages = page.locator("tbody tr td:nth-child(3)")
    assert ages.first.inner_text() == "2 days ago"
    assert page.locator("#age").count() == 0
    page.clock.set_fixed_time("2026-11-30T09:00:00Z")
    page.reload()
    assert ages.first.inner_text() == "61 days ago"
    assert page.locator("#age").inner_text() == "61 days ago"
