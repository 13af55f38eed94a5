"""Two sectors and two quarters side by side: two clicks from the opened file."""

from collections.abc import Callable

from axe_playwright_python.sync_playwright import Axe

from tests.python.browser.conftest import PHONE, Site, Watched, read_number

Watch = Callable[..., Watched]

TWO_LARGEST = """
    select dimension_value from kpi.kpi_values
    where
        dimension = 'sector' and grain in ('month', 'quarter', 'year') and dimension_value[1] != '('
    group by all order by count(*) desc, dimension_value limit 2
"""
VALUES = """
    select dimension_value, cast(period_start as varchar), value from kpi.kpi_values
    where
        kpi_id = 'prospects_contacted' and grain = 'quarter' and dimension = 'sector'
        and period_start in ('2026-04-01', '2026-07-01')
"""


def test_two_sectors_and_two_quarters_stand_side_by_side(watch: Watch, demo_site: Site) -> None:
    sectors = [value for (value,) in demo_site.query(TWO_LARGEST)]
    watched = watch()
    page = watched.open(demo_site.address(language="en"))
    page.click("#compare")
    page.get_by_role("button", name="Sector: the two largest, two quarters").click()
    page.wait_for_selector(".compared")
    shown = {
        (figure.get_attribute("data-value"), figure.get_attribute("data-period")): (
            read_number(figure.inner_text())
        )
        for figure in page.locator(".compared .figure[data-kpi=prospects_contacted]").all()
    }
    expected = {(sector, start): value for sector, start, value in demo_site.query(VALUES)}
    assert set(shown) == {(sector, start) for sector in sectors for start in (
        "2026-04-01", "2026-07-01")}  # fmt: skip
    for key, (value, tolerance) in shown.items():
        assert abs(value - expected[key]) <= tolerance
    heads = page.locator(".compared thead th").all_inner_texts()
    assert heads[1:] == [
        *(f"Sector: {sectors[0]} · {quarter}" for quarter in ("Q2 2026", "Q3 2026")),
        "Change",
        *(f"Sector: {sectors[1]} · {quarter}" for quarter in ("Q2 2026", "Q3 2026")),
        "Change",
    ]
    address = page.url
    table = page.locator(".compared").inner_text()
    assert watch().open(address, "ready").locator(".compared").inner_text() == table
    page.click("#pages a:has-text('Funnel')")
    page.wait_for_function("document.body.dataset.drawn?.includes('page=funnel')")
    assert page.locator(".grid .funnel").count() == 4
    page.click("#pages a:has-text('Team')")
    page.wait_for_function("document.body.dataset.drawn?.includes('page=team')")
    assert f"not filtered by Sector: {sectors[0]}" in page.locator(".notice").first.inner_text()
    assert page.locator(".compared tbody tr").count() > 3
    page.click("#compare-end")
    page.wait_for_function("!document.querySelector('.compared')")
    assert not watched.problems


def test_a_comparison_is_for_everybody(watch: Watch, demo_site: Site) -> None:
    """By the keyboard, in French, on a phone; nothing that axe finds serious."""
    watched = watch(viewport=PHONE)
    page = watched.open(demo_site.address(language="fr"))
    page.focus("#compare")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "compare"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector(".compared")
    assert "with_period=2026-08-01" in page.url
    assert page.locator(".compared thead th").all_inner_texts()[-1] == "Évolution"
    page.click("#compare")
    page.wait_for_selector("#offers")
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wide) <= 0
    assert not watched.problems
    found = Axe().run(page).response["violations"]
    assert not [each["id"] for each in found if each["impact"] in {"serious", "critical"}]


def test_an_address_of_a_comparison_that_there_is_not_shows_the_page(
    watch: Watch, demo_site: Site
) -> None:
    page = watch().open(
        demo_site.address(**{"with": "nobody", "with_dimension": "moon", "with_period": "1999"})
    )
    assert page.locator(".compared").count() == 0
    assert page.locator(".card").count() > 6
