"""Fixtures of the tests that open the dashboard: a browser, and sites made from the demo."""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import duckdb
import pytest
from playwright.sync_api import Browser, Page, Request, sync_playwright

from dashboard.building import Facts, build_site
from dashboard.report import BROWSERS

DATABASE = "prospection.duckdb"
PAGES = (
    "overview",
    "trends",
    "funnel",
    "activity",
    "campaigns",
    "team",
    "pipeline",
    "customers",
    "quality",
)
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}


@dataclass(frozen=True)
class Site:
    """A dashboard and the published file that it was made from."""

    folder: Path
    database: Path
    facts: Facts

    def address(self, **choice: str) -> str:
        """Return the address of a view."""
        return f"{(self.folder / 'index.html').as_uri()}#{urlencode(choice)}"

    def query(self, statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.database), read_only=True) as connection:
            return connection.execute(statement, list(parameters)).fetchall()


@dataclass
class Watched:
    """A page that writes down what went wrong in it."""

    page: Page
    problems: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def open(self, address: str, until: str = "drawn") -> Page:
        """Open a view and wait until it is `drawn`, charts included, or only `ready`.

        Another view of the site that is open is gone to as a link goes: the page stays.
        """
        file, _, choice = address.partition("#")
        shown, _, chosen = self.page.url.partition("#")
        if file == shown and choice not in ("", chosen):
            self.page.evaluate(
                """(choice) => {
                    delete document.body.dataset.ready;
                    delete document.body.dataset.drawn;
                    location.hash = choice;
                }""",
                choice,
            )
        else:
            self.page.goto("about:blank")
            self.page.goto(address)
        self.page.wait_for_function(
            f"document.body.dataset.{until} !== undefined"
            f" && document.body.dataset.{until} === document.body.dataset.ready"
        )
        return self.page


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return the machine's own browser, which `make test-browser` installs; else Playwright's."""
    with sync_playwright() as playwright:
        own = next(filter(None, map(shutil.which, BROWSERS)), None)
        started = playwright.chromium.launch(executable_path=own, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def watch(browser: Browser) -> Iterator[Callable[..., Watched]]:
    """Return what opens a page in a context of its own and notes every problem in it."""
    contexts = []

    def make(**settings: Any) -> Watched:
        context = browser.new_context(**{"viewport": DESKTOP, "locale": "en-GB", **settings})
        contexts.append(context)
        watched = Watched(context.new_page())
        page = watched.page

        def note(request: Request) -> None:
            watched.requests.append(request.url)

        page.on("request", note)
        page.on("requestfailed", lambda request: watched.problems.append(f"failed: {request.url}"))
        page.on("pageerror", lambda error: watched.problems.append(f"error: {error}"))
        page.on("dialog", lambda dialog: watched.problems.append(f"dialog: {dialog.message}"))
        page.on(
            "console",
            lambda message: (
                watched.problems.append(f"{message.type}: {message.text}")
                if message.type in {"error", "warning"}
                else None
            ),
        )
        return watched

    yield make
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def screenshots(repo_root: Path) -> Path:
    """Return the folder that the screenshots are written to, for people to look at."""
    folder = repo_root / "build" / "dashboard"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def demo_site(demo_refresh: Any) -> Site:
    """Return the dashboard as the refresh of the demo published it."""
    current = demo_refresh.paths.current
    manifest = json.loads((current / "manifest.json").read_text(encoding="utf-8"))
    facts = Facts(
        manifest["version"],
        date.fromisoformat(manifest["as_of"]),
        datetime.fromisoformat(manifest["created_at"]),
        manifest["settings"],
        manifest["held_back"],
    )
    return Site(current / "dashboard", current / DATABASE, facts)


@pytest.fixture(scope="session")
def changed_site(demo_site: Site, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Site]:
    """Return what makes a dashboard from a changed copy of the demo's published file."""

    def make(*statements: str, **facts: Any) -> Site:
        folder = tmp_path_factory.mktemp("site")
        shutil.copy(demo_site.database, folder / DATABASE)
        with duckdb.connect(str(folder / DATABASE)) as connection:
            for statement in statements:
                connection.execute(statement)
        site = Site(folder / "dashboard", folder / DATABASE, replace(demo_site.facts, **facts))
        assert build_site(site.database, site.facts, site.folder)
        return site

    return make


SCALES = {"k": 1e3, "K": 1e3, "M": 1e6, "m": 1e6, "Md": 1e9, "bn": 1e9, "B": 1e9}


def read_number(text: str) -> tuple[float, float]:
    """Return the number that a page shows, and by how much it may be rounded."""
    plain = text.replace("\u2212", "-").replace("\u00a0", "").replace("\u202f", "").replace(" ", "")
    match = re.search(r"-?[\d.,]+", plain)
    assert match, text
    digits = match.group(0)
    is_french = "," in digits and not re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d+)?", digits)
    digits = digits.replace(",", ".") if is_french else digits.replace(",", "")
    decimals = len(digits.partition(".")[2])
    suffix = re.match(r"(Md|bn|[kKMmB])(?![a-zé])", plain[match.end() :])
    scale = SCALES[suffix.group(1)] if suffix else 1.0
    if "%" in plain:
        scale = 0.01
    return float(digits) * scale, 0.51 * scale * 10**-decimals
