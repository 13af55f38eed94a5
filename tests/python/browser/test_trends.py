"""A trend behind every KPI: reached from its name, with every value that was published."""

from collections.abc import Callable

from playwright.sync_api import Page

from tests.python.browser.conftest import Site, Watched
from tests.python.browser.test_numbers import shown_figures, wrong_figures

Watch = Callable[..., Watched]

DRAW_EVERY_TREND = """async () => {
    const store = prospection;
    const {blocks} = prospection;
    const state = {grain: "month", period: "2026-09-01", dimension: "all", value: "all"};
    const {catalog} = store.start;
    await store.load([...new Set(catalog.map((kpi) => blocks.trendKey(kpi, state)))]);
    const panels = catalog.map((kpi) => [kpi.kpi_id, blocks.trend(kpi.kpi_id, state)]);
    const content = document.getElementById("content");
    content.replaceChildren(...panels.map(([, panel]) => panel).filter(Boolean));
    return panels.filter(([, panel]) => !panel).map(([id]) => id);
}"""

LINES = """() => document.querySelector(".trend .plot").data
    .filter((line) => line.hoverinfo === "text")
    .map((line) => ({
        dash: line.line.dash,
        labels: line.hovertext.filter((_, at) => line.y[at] !== null),
    }))"""


def test_every_kpi_has_a_trend_with_what_was_published(watch: Watch, demo_site: Site) -> None:
    watched = watch()
    page = watched.open(demo_site.address(page="trends", language="en"))
    assert page.evaluate(DRAW_EVERY_TREND) == []
    figures = shown_figures(page)
    ((published,),) = demo_site.query(
        """
        select count(*) from kpi.kpi_values
        inner join kpi.kpi_catalog using (kpi_id)
        where dimension = 'all' and value is not null and grain = 'month'
            and statistic = list_filter(
                ['value', 'in_window', 'mean', 'median', 'to_date', 'p90'],
                lambda name: list_contains(string_split(statistics, '|'), name)
            )[1]
        """
    )
    values = [each for each in figures if each["field"] == "value" and each["grain"] == "month"]
    assert len(values) == published > 2000
    assert {each["kpi"] for each in figures if each["grain"] == "quarter"} >= {"ltv_to_cac"}
    assert not wrong_figures(demo_site, figures)
    assert not watched.problems


def follow(page: Page, name: str) -> None:
    page.get_by_role("link", name=name, exact=True).first.click()
    page.wait_for_selector(".trend .plot .trace")


def test_a_name_leads_to_its_trend_which_has_an_address(watch: Watch, demo_site: Site) -> None:
    watched = watch()
    page = watched.open(demo_site.address(page="overview", language="en"))
    follow(page, "Conversion rate (cohort)")
    assert "page=trends" in page.url
    assert "kpi=cohort_conversion_rate" in page.url
    assert page.title() == "Conversion rate (cohort) – Prospection"
    final, young, to_date = page.evaluate(LINES)
    assert young["dash"] == "dot", "what is not final yet is another line"
    assert young["labels"][0].startswith(final["labels"][-1][:8]), (
        "which goes on from the last final one"
    )
    assert len(to_date["labels"]) == len(final["labels"])
    shown = page.locator(".trend").inner_text()
    assert "Divided by" in shown
    assert "180 days" in shown
    again = watch().open(page.url)
    assert again.locator("h2").inner_text() == page.locator("h2").inner_text()
    for name, link in (
        ("campaigns", "Return on investment"),
        ("team", "Deal win rate"),
        ("funnel", "Time to convert"),
    ):
        page = watched.open(demo_site.address(page=name, language="en"))
        follow(page, link)
        assert page.locator("h2").inner_text().startswith(link)
    assert not watched.problems


def test_a_period_that_is_not_over_is_told_and_not_drawn(watch: Watch, demo_site: Site) -> None:
    view = {"page": "trends", "kpi": "touches", "grain": "week", "period": "2026-09-28"}
    page = watch().open(demo_site.address(language="en", **view))
    (line,) = page.evaluate(LINES)
    assert line["labels"][-1].startswith("21 Sept")
    assert "Week 40, 2026 (28 Sep" in page.locator(".trend .note").inner_text()
    assert "not over" in page.locator(".trend .note").inner_text()


def test_a_view_that_a_kpi_does_not_reach_is_said(watch: Watch, demo_site: Site) -> None:
    view = {"page": "trends", "kpi": "ltv_to_cac", "grain": "month", "language": "en"}
    page = watch().open(demo_site.address(**view))
    assert (
        "not published for this length of period (month): what is shown is by quarter"
        in page.locator(".notice").inner_text()
    )
    assert page.locator(".trend .plot").count() == 1


def test_a_first_period_has_no_line_and_a_target_is_none(
    watch: Watch, changed_site: Callable[..., Site]
) -> None:
    site = changed_site(
        "delete from kpi.kpi_values where period_start < '2026-09-01' or grain != 'month'",
        "update kpi.kpi_values set is_partial = true, previous_value = null, year_ago_value = null",
        "update kpi.kpi_catalog set is_own = true where kpi_id = 'response_rate'",
    )
    watched = watch()
    page = watched.open(site.address(page="trends", kpi="response_rate", language="en"))
    assert "No period is over yet" in page.locator(".trend").inner_text()
    assert page.locator(".trend .mark.own").count() == 1
    page = watched.open(site.address(page="trends", language="en"))
    assert page.locator(".plot").count() == 0
    assert page.get_by_role("link", name="Response rate", exact=True).count() == 1
    assert not watched.problems
