"""What a page leaves out, or has no room for, is said."""

from collections.abc import Callable

from tests.python.browser.conftest import DESKTOP, PHONE, Site, Watched

Watch = Callable[..., Watched]

WITHOUT_COSTS = "delete from kpi.kpi_values where kpi_id = 'prospecting_cost'"


def test_a_file_that_was_refused_is_not_said_to_be_missing(
    watch: Watch, changed_site: Callable[..., Site]
) -> None:
    refused = {
        "entity": "costs",
        "source": "finance",
        "file": "costs.csv",
        "outcome": "refused",
        "reason_en": "the required column 'incurred_on' is missing",
        "reason_fr": "la colonne obligatoire « incurred_on » manque",
    }
    site = changed_site(WITHOUT_COSTS, refused=(refused,))
    page = watch().open(site.address(page="campaigns", language="en"))
    said = page.locator(".notice.warning").first.inner_text()
    assert said.startswith("finance/costs.csv was there and was refused whole: the required column")
    assert "No costs are supplied" not in page.locator("#content").inner_text()
    page.click("#language")
    page.wait_for_function("document.documentElement.lang === 'fr'")
    assert "refusé en bloc" in page.locator(".notice.warning").first.inner_text()


def test_a_table_that_goes_on_to_the_side_says_so(watch: Watch, demo_site: Site) -> None:
    page = watch(viewport=PHONE).open(demo_site.address(page="team", language="en"))
    page.wait_for_selector(".scroll.cut[data-more]")
    frame = page.locator(".scroll.cut").first
    assert "goes on" in str(frame.get_attribute("data-more"))
    frame.evaluate("(frame) => { frame.scrollLeft = frame.scrollWidth; }")
    page.wait_for_function("!document.querySelector('.scroll').classList.contains('cut')")


def test_no_card_is_alone_in_its_row(watch: Watch, demo_site: Site) -> None:
    for width in (1280, 1000, 700):
        page = watch(viewport={**DESKTOP, "width": width}).open(demo_site.address(), "ready")
        tops = page.locator(".card").evaluate_all("(all) => all.map((each) => each.offsetTop)")
        assert tops.count(tops[-1]) > 1, width


def test_nothing_that_only_folds_stands_in_a_frame_of_its_own(
    watch: Watch, demo_site: Site
) -> None:
    page = watch().open(demo_site.address(page="campaigns"))
    alone = "section.panel:not(:has(table, .plot, ol, ul, dl))"
    assert page.locator(alone).count() == 0
    assert page.locator("details.panel > summary h3").count() >= 2
