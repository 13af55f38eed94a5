"""A sales director asks whether this month is better or worse, and where: at most two clicks."""

from collections.abc import Callable

from tests.python.browser.conftest import Site, Watched, read_number

Watch = Callable[..., Watched]


def test_what_got_worse_and_where_is_said_before_any_click(watch: Watch, demo_site: Site) -> None:
    watched = watch()
    page = watched.open(demo_site.address(language="en"))
    first = page.locator(".conclusions li").first
    said = first.locator("p").first.inner_text()
    assert said.startswith("Since April 2026, contacted prospects who engage fell")
    assert "worse" in str(first.get_attribute("class"))
    first.get_by_role("link", name="See: Funnel").click()
    page.wait_for_function("document.body.dataset.drawn?.includes('page=funnel')")
    assert page.locator(".conclusions li p").first.inner_text() == said
    marked = page.locator(".funnel li", has=page.locator("strong", has_text="significant"))
    assert marked.locator(".stage").all_inner_texts() == ["Engaged"]
    assert not watched.problems


def test_this_month_stands_beside_the_one_before(watch: Watch, demo_site: Site) -> None:
    page = watch().open(demo_site.address(language="en"))
    page.click("#compare")
    page.get_by_role("button", name="With the period before").click()
    page.wait_for_selector(".compared")
    values = demo_site.query(
        """
        select value from kpi.kpi_values
        where
            kpi_id = 'revenue' and grain = 'month' and dimension = 'all'
            and period_start in ('2026-08-01', '2026-09-01')
        order by period_start
        """
    )
    figures = page.locator(".compared .figure[data-kpi=revenue]").all_inner_texts()
    assert len(figures) == len(values) == 2
    for text, (value,) in zip(figures, values, strict=True):
        shown, tolerance = read_number(text)
        assert abs(shown - value) <= tolerance
