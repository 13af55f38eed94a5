"""A sales director asks whom to coach on what."""

from collections.abc import Callable

from tests.python.browser.conftest import Site, Watched, read_number

Watch = Callable[..., Watched]

MOST_SAID = 5

WEAK = """
    update kpi.kpi_rep_profiles set
        verdict = 'worse', standard_errors = -4, chance = 0.00006,
        passed_beyond = -16.3, customers_beyond = -6.2
    where rep = 'R03' and step = 'quoted' and span = 'year'
"""
STRONG = """
    update kpi.kpi_rep_profiles set
        verdict = 'better', standard_errors = 4, chance = 0.00006,
        passed_beyond = 9.7, customers_beyond = 1.2
    where rep = 'R02' and step = 'meeting' and span = 'quarter'
"""
MANY = """
    update kpi.kpi_rep_profiles set
        verdict = 'better', standard_errors = 4, chance = 0.00006,
        passed_beyond = 1, customers_beyond = 0.4, compared_rate = rate
    where span = 'quarter' and step in ('engaged', 'won')
"""


def test_whom_to_coach_on_what(watch: Watch, changed_site: Callable[..., Site]) -> None:
    site = changed_site(WEAK, STRONG, MANY)
    ((name, rate, others_rate, target),) = site.query(
        """
        select
            any_value(rep_name), any_value(rate), any_value(others_rate), any_value(target)
        from kpi.kpi_rep_profiles as profiles
        inner join kpi.kpi_targets as targets on targets.dimension_value = profiles.rep
        where rep = 'R03' and step = 'quoted' and span = 'year' and month = '2026-09-01'
            and targets.grain = 'month' and targets.period_start = '2026-09-01'
        """
    )
    watched = watch()
    page = watched.open(site.address(language="en"))
    page.get_by_role("navigation").get_by_role("link", name="Team").click()
    coaching = page.get_by_role("region", name="Whom to coach on what")
    said = coaching.locator("li.worse").inner_text()
    assert name in said
    assert "meeting → quote" in said
    assert "16 fewer in 12 months, about 6 customers" in said
    assert f"against {others_rate:.1%} for the other reps in the same months" in said
    strong = coaching.locator("li.better").first.inner_text()
    assert "answer → meeting" in strong
    assert "10 more in 3 months" in strong
    assert coaching.locator("li.better:visible").count() == MOST_SAID
    coaching.get_by_text("Further differences").click()
    told = site.query(
        """
        select count(*) from kpi.kpi_rep_profiles
        where month = '2026-09-01' and verdict = 'better'
        """
    )
    assert [(coaching.locator("li.better:visible").count(),)] == told
    coloured = page.locator("td.above, td.below")
    assert coloured.count() == 1, "only what the test of the chosen span supports"
    assert abs(read_number(coloured.inner_text())[0] - rate) < 0.001

    coaching.locator("li.worse").get_by_role("link").click()
    page.get_by_role("heading", name=f"Rep: {name}").wait_for()
    assert "value=R03" in page.url
    own = page.locator(".panel", has=page.get_by_role("heading", name="Targets", exact=True))
    shown = own.locator("tbody tr", has_text="September 2026").locator("td").nth(1).inner_text()
    assert read_number(shown)[0] == target
    assert own.get_by_text("Rep: ").count() == own.get_by_text(f"Rep: {name}").count()
    assert (
        "significantly lower" in page.locator("tbody tr", has_text="meeting → quote").inner_text()
    )
    assert not watched.problems
