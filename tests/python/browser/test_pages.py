"""Every page in a browser: it shows, without an error, a foreign request or an obstacle."""

import re
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe

from dashboard.building import build_site
from tests.python.browser.conftest import DESKTOP, PAGES, PHONE, Site, Watched

Watch = Callable[..., Watched]

NO_WORDS = re.compile(
    r"\b(?:undefined|NaN|Infinity|\[object|(?:column|dimension|subject|status|stage|movement|measure"
    r"|basis|family|event|check|grain|before|method)_[a-z]\w*)"
)
"""What a page writes when a value or a text is missing: no word of a language."""

OPEN_ONE_OF_EACH_KIND = """() => {
    const seen = new Set();
    for (const each of document.querySelectorAll("details")) {
        const kind = `${each.className} in ${each.parentElement.className}`;
        each.open = !seen.has(kind);
        seen.add(kind);
    }
}"""


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_every_page_shows_without_a_problem(
    watch: Watch, demo_site: Site, screenshots: Path, size: str, theme: str, language: str
) -> None:
    watched = watch(viewport=DESKTOP if size == "desktop" else PHONE, color_scheme=theme)
    own = demo_site.folder.resolve().as_uri()
    for name in PAGES:
        page = watched.open(demo_site.address(page=name, language=language))
        assert page.locator("h2").count() == 1, name
        assert page.locator("html").get_attribute("lang") == language
        too_wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(too_wide) <= 0, f"{name} is wider than the screen"
        for plot in page.locator(".plot").all():
            assert plot.locator("svg .trace, svg .point").count() > 0, f"an empty chart on {name}"
        page.screenshot(path=screenshots / f"{name}-{language}-{theme}-{size}.png", full_page=True)
        # all of it: what is folded away and what charts write as well
        written = page.evaluate("document.body.textContent")
        assert not NO_WORDS.findall(written), name
    assert not watched.problems
    strangers = [
        url
        for url in watched.requests
        if not url.startswith((own, demo_site.folder.as_uri(), "data:", "about:", "blob:"))
    ]
    assert not strangers


@pytest.mark.parametrize(
    ("theme", "size", "language"),
    [("light", DESKTOP, "fr"), ("dark", DESKTOP, "en"), ("light", PHONE, "en")],
)
def test_axe_finds_nothing_serious(
    watch: Watch, demo_site: Site, theme: str, size: dict[str, int], language: str
) -> None:
    watched = watch(viewport=size, color_scheme=theme)
    for name in PAGES:
        page = watched.open(demo_site.address(page=name, language=language))
        # one of each kind of what is folded away: the data tables of charts are all alike
        page.evaluate(OPEN_ONE_OF_EACH_KIND)
        found = Axe().run(page).response["violations"]
        serious = [
            f"{name}: {each['id']}: {each['nodes'][0]['html']}"
            for each in found
            if each["impact"] in {"serious", "critical"}
        ]
        assert not serious


def test_the_first_view_is_there_within_a_second(watch: Watch, demo_site: Site) -> None:
    """A second of the browser's work, all of its threads: how busy the machine is says nothing."""
    paints = "performance.getEntriesByName('first-contentful-paint')"
    seconds = []
    for _ in range(3):
        watched = watch()
        told = watched.page.context.new_cdp_session(watched.page)
        told.send("Performance.enable")
        page = watched.open(demo_site.address(page="overview"))
        assert page.locator(".card").count() >= 6
        page.wait_for_function(f"{paints}.length > 0")
        measured = told.send("Performance.getMetrics")["metrics"]
        seconds += [each["value"] for each in measured if each["name"] == "ProcessTime"]
        assert not [url for url in watched.requests if "plotly" in url], "no chart, no library"
    assert len(seconds) == 3
    assert 0 < min(seconds) < 1, seconds
    loaded = {Path(urlsplit(url).path) for url in watched.requests if url.startswith("file:")}
    names = {file.relative_to(demo_site.folder).as_posix() for file in loaded}
    assert {"data/start.js", "data/all/month.js", "data/subjects/kpi_targets.js"} <= names
    assert sum(file.stat().st_size for file in loaded) < 500_000, "page, scripts and data"


def test_a_site_is_small_and_quickly_made(demo_site: Site, tmp_path: Path) -> None:
    before = time.process_time()
    assert build_site(demo_site.database, demo_site.facts, tmp_path / "site")
    assert time.process_time() - before < 10
    sizes = [file.stat().st_size for file in (tmp_path / "site" / "data").rglob("*.js")]
    assert max(sizes) < 1_000_000
    assert sum(sizes) < 13_000_000


def test_an_address_that_asks_for_what_there_is_not_shows_the_nearest(
    watch: Watch, demo_site: Site
) -> None:
    watched = watch()
    page = watched.open(
        demo_site.address(page="nothing", grain="<b>", period="x", dimension="rep", value="'")
    )
    assert page.locator(".card").count() > 0
    assert page.locator("#filter-dimension").input_value() == "rep"
    assert not watched.problems


def test_the_theme_can_be_switched_with_the_keyboard_and_stays(
    watch: Watch, demo_site: Site
) -> None:
    watched = watch(color_scheme="light")
    page = watched.open(demo_site.address(page="activity"))
    background = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(background)
    page.focus("#theme")
    page.keyboard.press("Enter")
    assert page.evaluate(background) != light
    assert page.evaluate("document.activeElement.id") == "theme"
    page.reload()
    page.wait_for_selector(".panel")
    assert page.evaluate(background) != light
    assert not watched.problems


def test_the_first_stop_of_the_keyboard_skips_to_the_content(watch: Watch, demo_site: Site) -> None:
    page = watch().open(demo_site.address(page="overview"))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    assert page.locator(".card").count() > 0


def test_printed_pages_have_no_controls_and_are_light(watch: Watch, demo_site: Site) -> None:
    page = watch(color_scheme="dark").open(demo_site.address(page="overview"))
    page.emulate_media(media="print")
    for hidden in ("#pages", "#filters", "#theme"):
        assert not page.locator(hidden).is_visible(), hidden
    assert page.locator(".card").first.is_visible()
    colour = page.evaluate("getComputedStyle(document.querySelector('.card')).backgroundColor")
    assert colour == "rgb(255, 255, 255)"
