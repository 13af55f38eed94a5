"""Tables of many rows: sorted by any column, searched, whole when asked for."""

from collections.abc import Callable

from tests.python.browser.conftest import Site, Watched, read_number

Watch = Callable[..., Watched]


def test_a_table_is_sorted_searched_and_shown_whole_by_keyboard(
    watch: Watch, demo_site: Site
) -> None:
    ((row_count, known_count),) = demo_site.query(
        "select count(*), count(response_rate) from kpi.kpi_campaign_performance"
    )
    watched = watch()
    page = watched.open(demo_site.address(page="campaigns", language="en"))
    title = "Campaigns by message variant and sender"
    panel = page.locator(".panel", has=page.get_by_role("heading", name=title))
    panel.locator("summary").click()
    assert panel.locator("tbody tr").count() == 15
    assert f"15 of {row_count} rows" in panel.get_by_role("status").inner_text()
    panel.get_by_role("button", name="Show all").press("Enter")
    assert panel.locator("tbody tr").count() == row_count

    head = panel.get_by_role("columnheader", name="Response rate")
    at = head.evaluate("head => head.cellIndex")
    for way, is_down in (("descending", True), ("ascending", False)):
        head.get_by_role("button").press("Enter")
        assert head.get_attribute("aria-sort") == way
        assert panel.locator("[aria-sort]").count() == 1
        texts = panel.locator(f"tbody tr > :nth-child({at + 1})").all_inner_texts()
        rates = [read_number(text)[0] for text in texts[:known_count]]
        assert rates == sorted(rates, reverse=is_down)
        assert rates[0] != rates[-1]
        assert set(texts[known_count:]) <= {"\u2013"}, "what is missing comes last"

    panel.get_by_role("searchbox").fill("  TELEPHON ")  # without its accents
    names = panel.locator("tbody th").all_inner_texts()
    assert 0 < len(names) < row_count
    assert all("téléphon" in name for name in names)
    page.click("#language")
    page.wait_for_function("document.documentElement.lang === 'fr'")
    search = page.get_by_role("searchbox", include_hidden=True).and_(
        page.get_by_label("Campagnes par variante de message", exact=False)
    )
    assert search.input_value().strip() == "TELEPHON", "a choice outlasts another view"
    assert not watched.problems
