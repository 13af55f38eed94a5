"""A sales director shares what is seen, prints it, and hands on the report."""

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from dashboard.report import BROWSERS, print_pdf, report_html
from tests.python.browser.conftest import Site, Watched
from tests.python.browser.test_numbers import shown_figures, wrong_figures

Watch = Callable[..., Watched]

PARTS = {
    "fr": ["Entonnoir", "Campagnes et canaux", "Équipe", "Pipeline et prévision"],
    "en": ["Funnel", "Campaigns and channels", "Team", "Pipeline and forecast"],
}
QUALITY = {"fr": "Qualité des données", "en": "Data quality"}


def test_a_view_is_shared_by_its_address_and_printed_in_three_clicks(
    watch: Watch, demo_site: Site
) -> None:
    watched = watch()
    page = watched.open(demo_site.address())
    page.click("#pages a[href*='page=funnel']")
    page.wait_for_function("document.body.dataset.drawn.includes('page=funnel')")
    page.select_option("#filter-grain", "quarter")
    page.wait_for_function("document.body.dataset.drawn.includes('grain=quarter')")
    page.select_option("#filter-dimension", "team")
    page.wait_for_function("document.body.dataset.drawn.includes('dimension=team')")
    shown = page.locator("#content").inner_text()
    other = watch().open(page.url)
    assert other.locator("#content").inner_text() == shown
    assert other.locator("#filter-grain").input_value() == "quarter"
    page.emulate_media(media="print")
    choice = page.locator(".choice").inner_text()
    assert page.locator("#filter-period option:checked").inner_text() in choice
    assert page.locator("#filter-value option:checked").inner_text() in choice
    assert not page.locator("#filters").is_visible()
    assert not watched.problems


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_report_tells_everything_in_one_file_of_four_to_eight_pages(
    watch: Watch, demo_site: Site, tmp_path: Path, screenshots: Path, language: str
) -> None:
    facts = replace(demo_site.facts, settings={**demo_site.facts.settings, "language": language})
    restated = {
        "grain": "month",
        "period": "2026-08-01",
        "as_of": "2026-09-02",
        "rows": [
            {
                "kpi_id": "touches",
                "grain": "month",
                "period_start": "2026-08-01",
                "value_before": 1234.0,
                "value_now": 1235.0,
            }
        ],
    }
    name, html = report_html(demo_site.database, facts, restated=restated)
    file = tmp_path / f"{name}.html"
    file.write_text(html, encoding="utf-8")
    watched = watch()
    page = watched.open(file.as_uri())
    assert page.locator(".conclusions li").count() > 4
    titles = page.locator(".part > h2").all_inner_texts()
    assert titles == [*PARTS[language], QUALITY[language]]
    for part in page.locator(".part").all():
        assert part.locator("table, .card, .funnel").count() > 0
    figures = shown_figures(page)
    assert len(figures) > 200
    assert not wrong_figures(demo_site, figures)
    assert {each["period"] for each in figures if each["kpi"] == "touches"} == {"2026-09-01"}
    changed = page.locator(".part").last.locator("tbody tr").last.inner_text()
    assert [re.sub(r"\D", "", text) for text in changed.split("\t")[2:]] == ["1234", "1235"]
    assert page.locator("a[href]:not([href='#content'])").count() == 0, "there is nowhere to go"
    assert not watched.problems
    assert [url for url in watched.requests if url.startswith("file:")] == [file.as_uri()]
    page.screenshot(path=screenshots / f"report-{language}.png", full_page=True)
    if any(map(shutil.which, BROWSERS)):
        pdf = screenshots / f"report-{language}.pdf"
        assert print_pdf(file, pdf) is None
        assert 4 <= len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf.read_bytes())) <= 8
        assert pdf.stat().st_size < 2_000_000, "it is sent by e-mail"


def test_the_report_of_a_rep_holds_nobody_else(
    watch: Watch, demo_site: Site, tmp_path: Path
) -> None:
    _, html = report_html(demo_site.database, demo_site.facts, rep="R01")
    others = demo_site.query(
        """
        select distinct dimension_label from kpi.kpi_values
        where dimension in ('rep', 'campaign') and dimension_value != 'R01'
            and not starts_with(dimension_value, '(')
        """
    )
    assert len(others) > 10
    assert not [label for (label,) in others if f'"{label}"' in html]
    file = tmp_path / "rep.html"
    file.write_text(html, encoding="utf-8")
    watched = watch()
    page = watched.open(file.as_uri())
    ((own_name,),) = demo_site.query(
        "select distinct dimension_label from kpi.kpi_values where dimension_value = 'R01'"
    )
    assert own_name in page.locator(".choice").inner_text()
    figures = shown_figures(page)
    assert len(figures) > 20
    assert {(each["dimension"], each["value"]) for each in figures} == {("rep", "R01")}
    assert not wrong_figures(demo_site, figures)
    assert not watched.problems
    with pytest.raises(ValueError, match="there is no rep 'R99'; there are: R01, R02"):
        report_html(demo_site.database, demo_site.facts, rep="R99")
