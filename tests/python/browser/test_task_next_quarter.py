"""A director's task: how the next quarter stands against its target, two clicks from the file."""

from collections.abc import Callable

from playwright.sync_api import Page

from tests.python.browser.conftest import Site, Watched, read_number

Watch = Callable[..., Watched]

PARTS = (
    "signed",
    "open_weighted",
    "expected_new",
    "expected",
    "target",
    "gap",
    "chance",
    "contacts_needed",
)


def outlook(site: Site, quarter: str) -> dict[tuple[str, str], float | None]:
    """Return what the mart says of a quarter, by measure and part."""
    rows = site.query(
        f"select measure, {', '.join(PARTS)} from kpi.kpi_quarter_outlook where period_start = ?",
        quarter,
    )
    return {(row[0], part): row[1 + at] for row in rows for at, part in enumerate(PARTS)}


def shown(page: Page, quarter: str, measure: str, part: str) -> str:
    """Return what the page says of it."""
    return page.locator(f"[data-outlook='{quarter} {measure} {part}']").inner_text()


def test_next_quarter_against_its_target(watch: Watch, demo_site: Site) -> None:
    watched = watch()
    page = watched.open(demo_site.address())
    page.get_by_role("link", name="Pipeline et prévision", exact=True).click()
    panel = page.locator(".panel", has=page.get_by_role("heading", name="Prochain trimestre"))
    panel.wait_for()
    assert "T4 2026" in panel.locator("h3").inner_text()
    mart = outlook(demo_site, "2026-10-01")
    assert mart["won_amount", "target"]
    assert mart["new_customers", "target"]
    for (measure, part), value in mart.items():
        told = shown(page, "2026-10-01", measure, part)
        if value is None:
            assert told == "\u2013", (measure, part)
        else:
            number, rounding = read_number(told)
            assert abs(number - value) <= rounding, (measure, part)
    parts = [
        read_number(shown(page, "2026-10-01", "won_amount", part))[0]
        for part in ("signed", "open_weighted", "expected_new", "expected")
    ]
    assert abs(sum(parts[:3]) - parts[3]) <= 2, "what is shown adds up"
    said = panel.locator(".said").inner_text()
    chance = mart["won_amount", "chance"]
    assert chance is not None
    assert f"{chance:.0%}".replace("%", "\u00a0%") in said
    contacts = mart["won_amount", "contacts_needed"]
    assert contacts is not None
    assert f"{contacts:.0f} personnes de plus" in said
    assert not watched.problems


def test_without_a_target_everything_else_stays_and_a_forecast_far_off_is_a_range(
    watch: Watch, changed_site: Callable[..., Site]
) -> None:
    site = changed_site(
        """
        update kpi.kpi_quarter_outlook set
            target = null, target_kpi = null, gap = null, chance = null, contacts_needed = null,
            contacts_needed_low = null, contacts_needed_high = null
        where measure = 'won_amount'
        """,
        """
        update kpi.kpi_quarter_outlook set is_far_off = true, past_error = 0.73
        where measure = 'new_customers'
        """,
        """
        update kpi.kpi_forecast set is_far_off = is_newest, past_error = 0.73
        where measure = 'new_customers'
        """,
    )
    watched = watch()
    page = watched.open(site.address(page="pipeline", language="en"))
    panel = page.locator(".panel", has=page.get_by_role("heading", name="Next quarter against"))
    assert "No target is set" in panel.locator(".said").inner_text()
    mart = outlook(site, "2026-10-01")
    quarter = "2026-10-01"
    assert shown(page, quarter, "won_amount", "target") == "\u2013"
    number, rounding = read_number(shown(page, quarter, "won_amount", "expected"))
    expected = mart["won_amount", "expected"]
    assert expected is not None
    assert abs(number - expected) <= rounding
    assert "range" in shown(page, quarter, "new_customers", "expected")
    assert not page.locator("[data-outlook$=' gap']").count(), "a line that says nothing is none"
    assert read_number(shown(page, quarter, "new_customers", "target"))[0] == 20
    drawn = page.locator(".panel", has=page.get_by_role("heading", name="Forecast: New customers"))
    assert "off by 73.0%" in drawn.locator(".note").inner_text()
    drawn.locator("summary").click()
    heads = drawn.locator("thead th").all_inner_texts()
    assert len(heads) == 5, "the month, what came, what was forecast before, a range"
    assert not [head for head in heads if head.startswith("Forecast, with")]
    assert heads[-2].endswith("from")
    assert heads[-1].endswith("to")
    assert not watched.problems


def test_the_period_list_reaches_to_the_end_of_the_targets(watch: Watch, demo_site: Site) -> None:
    watched = watch()
    page = watched.open(demo_site.address(page="pipeline", grain="quarter", language="en"))
    ((last,),) = demo_site.query(
        "select cast(max(period_start) as varchar) from kpi.kpi_targets where grain = 'quarter'"
    )
    choice = page.locator("#filter-period")
    assert choice.locator("option").first.get_attribute("value") == last
    choice.select_option(last)
    page.get_by_text("This period has not begun").wait_for()
    assert page.get_by_role("heading", name="Next quarter against its target: Q4 2026").count() == 1
    targets = page.locator(".panel", has=page.get_by_role("heading", name="Targets", exact=True))
    assert "\u20ac305,000" in targets.inner_text()
    assert not watched.problems
