"""The records behind the numbers: they add up to every one of them, and lead to no wrong place."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.python.browser.conftest import DESKTOP, PHONE, Site, Watched

Watch = Callable[..., Watched]

WALK = """async () => {
    const store = prospection;
    const months = store.recordMonths();
    const dimensions = ["all", ...store.start.dimensions.map((each) => each.name)];
    await store.load(["records/terms", ...months.map((month) => `records/${month}`),
        ...dimensions.map((name) => `${name}/month`)]);
    const is = (told, found) =>
        Math.abs((told ?? 0) - (found ?? 0)) <= 2e-6 * Math.max(1, Math.abs(told ?? 0));
    const quantile = (values, share) => {
        const sorted = values.sort((one, other) => one - other);
        const at = (sorted.length - 1) * share;
        const low = Math.floor(at);
        const high = Math.min(low + 1, sorted.length - 1);
        return sorted[low] + (sorted[high] - sorted[low]) * (at - low);
    };
    const walked = {sums: 0, denominators: 0, quantiles: 0, parts: 0, wrong: []};
    function walk(kpi, cell) {
        const parts = store.records.partsOf(kpi.kpi_id);
        if (parts.length) {
            walked.parts += 1;
            return parts.every((id) => store.kpi(id));
        }
        const upper = store.records.sideOf(cell, "numerator");
        const lower = store.records.sideOf(cell, "denominator");
        if (!upper || upper.listed !== upper.count) return false;
        const isQuantile = ["median", "p90"].includes(cell.statistic);
        walked[isQuantile ? "quantiles" : "sums"] += 1;
        if (lower) walked.denominators += 1;
        const values = () => upper.terms[0].list.entries.map((entry) => entry.value);
        const share = cell.statistic === "p90" ? 0.9 : 0.5;
        return (isQuantile ? is(cell.value, quantile(values(), share))
            : is(cell.numerator, upper.sum)) && is(cell.denominator, lower && lower.sum);
    }
    const walkSeries = (kpi, where) => {
        for (const cell of store.series(kpi.kpi_id, {...where, grain: "month"})) {
            if (months.includes(cell.period) && !walk(kpi, cell)) {
                walked.wrong.push(`${kpi.kpi_id} ${Object.values(where).join(" ")} ${cell.period}`);
            }
        }
    };
    for (const dimension of dimensions) {
        for (const [value] of dimension === "all" ? [["all"]] : store.values(dimension)) {
            for (const kpi of store.start.catalog) {
                for (const statistic of kpi.statistics.split("|")) {
                    walkSeries(kpi, {dimension, value, statistic});
                }
            }
        }
    }
    return {...walked, wrong: walked.wrong.slice(0, 10), months: months.length};
}"""
"""Every value of every month with lists, under every dimension, by what the page itself reads."""


def test_the_lists_add_up_to_every_number(watch: Watch, demo_site: Site) -> None:
    watched = watch()
    page = watched.open(demo_site.address(page="quality"), until="ready")
    walked: dict[str, Any] = page.evaluate(WALK)
    assert walked["wrong"] == []
    ((known,),) = demo_site.query(
        """
        select count(*) from kpi.kpi_values
        where
            grain = 'month' and value is not null and period_start > (
                select max(period_start) - interval 13 month from kpi.kpi_periods
                where grain = 'month' and period_start <= (select as_of from core.dim_clock)
            )
        """
    )
    assert walked["months"] == 13
    assert walked["sums"] + walked["quantiles"] + walked["parts"] == known
    assert min(walked[each] for each in ("denominators", "quantiles", "parts")) > 50
    assert not watched.problems


def test_a_link_is_of_the_web_and_its_id_escaped(watch: Watch, demo_site: Site) -> None:
    page = watch().open(demo_site.address(page="quality"), until="ready")
    links = page.evaluate(
        """() => {
            const own = {deals: "https://crm.example/deal/{deal_id}?a=1",
                orders: "javascript:alert({order_id})"};
            prospection.receive("records/terms", {terms: {}, made_of: {}, links: {crm: own}});
            const of = prospection.records.linkOf;
            return [of("deals", "crm", `a/../b?c=d&e#"<$&`), of("orders", "crm", "1"),
                of("deals", "crm", null), of("quotes", "crm", "1"), of("deals", "other", "1")];
        }"""
    )
    escaped = "a%2F..%2Fb%3Fc%3Dd%26e%23%22%3C%24%26"
    assert links == [f"https://crm.example/deal/{escaped}?a=1", None, None, None, None]


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"dashboard_records": False}, "are not published on this site. Whoever runs"),
        ({"publish_crm_ids": False}, "because the CRM's ids are not published"),
    ],
)
def test_a_site_without_lists_says_so(
    watch: Watch, demo_site: Site, changed_site: Callable[..., Site], settings: Any, told: str
) -> None:
    """Here they were taken away: the setting alone decides whether a refresh writes them."""
    site = changed_site(settings={**demo_site.facts.settings, **settings, "language": "en"})
    watched = watch()
    page = watched.open(site.address(page="overview"))
    assert page.locator("a.figure").count() == 0
    page.locator(".card summary").first.click()
    assert told in page.locator(".card .how").first.inner_text()
    page = watched.open(site.address(page="records", kpi="deal_win_rate"))
    assert told in page.locator("#content .notice").inner_text()
    assert not watched.problems


@pytest.mark.parametrize(
    ("theme", "size", "language"), [("light", DESKTOP, "en"), ("dark", PHONE, "fr")]
)
def test_lists_are_read_by_everybody(
    watch: Watch, demo_site: Site, theme: str, size: dict[str, int], language: str
) -> None:
    """A rate, a cost that is spread, a KPI made of others, a quarter: no obstacle, nothing wide."""
    watched = watch(viewport=size, color_scheme=theme)
    for choice in (
        {"kpi": "cohort_conversion_rate", "grain": "month", "period": "2026-03-01"},
        {"kpi": "prospecting_cost", "grain": "month", "dimension": "sector", "value": "BTP"},
        {"kpi": "sales_velocity", "grain": "month", "period": "2026-08-01"},
        {"kpi": "deal_win_rate", "grain": "quarter", "period": "2026-07-01"},
    ):
        page = watched.open(demo_site.address(page="records", language=language, **choice))
        assert page.locator("#content table").count() > 0, choice
        too_wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(too_wide) <= 0, choice
        assert not watched.problems
        found = Axe().run(page).response["violations"]
        assert [f"{each['id']}: {each['nodes'][0]['html']}" for each in found] == [], choice
        watched.problems.clear()  # what axe itself may not load from disk
