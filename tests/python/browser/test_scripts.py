"""The pure functions of the dashboard's scripts: numbers, days, files, axes, reading data."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from dashboard.building import LANGUAGES, texts
from dashboard.wording import Wording
from tests.python.browser.conftest import Site
from tests.python.cases import changes_of_a_kpi, with_plain_spaces

NARROW, WIDE, MINUS, DASH = "\u202f", "\u00a0", "\u2212", "\u2013"


@pytest.fixture(scope="module")
def page(browser: Browser, demo_site: Site) -> Iterator[Page]:
    """Return a page of the demo, whose currency is the euro, for all tests of this module."""
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    page.goto(demo_site.address(page="overview"))
    page.wait_for_function("document.body.dataset.ready !== undefined")
    page.evaluate("prospection.load(['texts/en', 'texts/fr'])")
    yield page
    context.close()


@pytest.fixture
def call(page: Page) -> Callable[..., Any]:
    """Return what calls a function of the scripts by its path, in a language."""

    def run(path: str, *arguments: Any, language: str = "en") -> Any:
        return page.evaluate(
            """([path, language, given]) => {
                prospection.format.speak(language);
                const called = path.split(".").reduce((of, name) => of[name], prospection);
                return called(...given);
            }""",
            [path, language, list(arguments)],
        )

    return run


@pytest.mark.parametrize(
    ("unit", "value", "english", "french"),
    [
        ("count", 1234, "1,234", f"1{NARROW}234"),
        ("count", 2.5, "2.5", "2,5"),
        ("count", -3, f"{MINUS}3", f"{MINUS}3"),
        ("rate", 0.0525, "5.3%", f"5,3{NARROW}%"),
        ("rate", 0, "0%", f"0{NARROW}%"),
        ("rate", 1, "100%", f"100{NARROW}%"),
        ("rate", 0.5, "50.0%", f"50,0{NARROW}%"),
        ("ratio", 3.14159, "3.14", "3,14"),
        ("amount", 489.42, "€489.42", f"489,42{WIDE}€"),
        ("amount", 12345.67, "€12,346", f"12{NARROW}346{WIDE}€"),
        ("amount", -1200, f"{MINUS}€1,200", f"{MINUS}1{NARROW}200{WIDE}€"),
        ("days", 56.94, f"56.9{WIDE}days", f"56,9{WIDE}j"),
        ("days", 1, f"1{WIDE}day", f"1{WIDE}j"),
        ("hours", 1.25, f"1.3{WIDE}h", f"1,3{WIDE}h"),
        ("hours", 47.9, f"47.9{WIDE}h", f"47,9{WIDE}h"),
        ("hours", 72, f"3{WIDE}days", f"3{WIDE}j"),
        ("percent", 5.943, "594%", f"594{NARROW}%"),
        ("percent", -0.125, f"{MINUS}12.5%", f"{MINUS}12,5{NARROW}%"),
        ("months", 1, f"1{WIDE}month", f"1{WIDE}mois"),
        ("months", 4.26, f"4.3{WIDE}months", f"4,3{WIDE}mois"),
        ("score", 35.29, "35.3", "35,3"),
        ("count", None, DASH, DASH),
    ],
)
def test_a_value_is_written_as_its_unit_and_language_want(
    call: Callable[..., Any], unit: str, value: float | None, english: str, french: str
) -> None:
    assert call("format.value", unit, value) == english
    assert call("format.value", unit, value, language="fr").replace(WIDE + "%", NARROW + "%") == (
        french
    )


@pytest.mark.parametrize(("unit", "before", "now", "language", "expected"), changes_of_a_kpi())
def test_a_change_is_written_as_at_the_end_of_a_refresh(
    call: Callable[..., Any],
    unit: str,
    before: float | None,
    now: float,
    language: str,
    expected: str | None,
) -> None:
    written = call("format.change", unit, now, before, language=language)
    assert with_plain_spaces(written) == expected


@pytest.mark.parametrize(
    ("grain", "start", "end", "english", "french"),
    [
        ("day", "2026-09-30", "2026-09-30", "30 Sept 2026", "30 sept. 2026"),
        (
            "week",
            "2020-12-28",
            "2021-01-03",
            "Week 53, 2020 (28 Dec)",
            "Semaine 53, 2020 (28 déc.)",
        ),
        ("week", "2021-01-04", "2021-01-10", "Week 1, 2021 (4 Jan)", "Semaine 1, 2021 (4 janv.)"),
        ("week", "2024-12-30", "2025-01-05", "Week 1, 2025 (30 Dec)", "Semaine 1, 2025 (30 déc.)"),
        (
            "half_month",
            "2024-02-01",
            "2024-02-15",
            f"1{DASH}15 February 2024",
            f"1{DASH}15 février 2024",
        ),
        (
            "half_month",
            "2024-02-16",
            "2024-02-29",
            f"16{DASH}29 February 2024",
            f"16{DASH}29 février 2024",
        ),
        ("month", "2023-02-01", "2023-02-28", "February 2023", "février 2023"),
        ("quarter", "2026-07-01", "2026-09-30", "Q3 2026", "T3 2026"),
        (
            "quarter",
            "2026-02-01",
            "2026-04-30",
            f"Feb 2026 {DASH} Apr 2026",
            f"févr. 2026 {DASH} avr. 2026",
        ),
        ("year", "2026-01-01", "2026-12-31", "2026", "2026"),
        (
            "year",
            "2026-04-01",
            "2027-03-31",
            f"Apr 2026 {DASH} Mar 2027",
            f"avr. 2026 {DASH} mars 2027",
        ),
    ],
)
def test_a_period_has_a_name_and_a_last_day(
    call: Callable[..., Any], grain: str, start: str, end: str, english: str, french: str
) -> None:
    assert call("format.end", grain, start) == end
    assert call("format.period", grain, start) == english
    assert call("format.period", grain, start, language="fr") == french


@pytest.mark.parametrize(
    ("grain", "start", "english", "french"),
    [
        (
            "quarter",
            "2026-04-01",
            f"Q1 FY 2026/27 (Apr 2026 {DASH} Jun 2026)",
            f"T1 de l'exercice 2026-27 (avr. 2026 {DASH} juin 2026)",
        ),
        (
            "quarter",
            "2027-01-01",
            f"Q4 FY 2026/27 (Jan 2027 {DASH} Mar 2027)",
            f"T4 de l'exercice 2026-27 (janv. 2027 {DASH} mars 2027)",
        ),
        (
            "year",
            "2026-04-01",
            f"FY 2026/27 (Apr 2026 {DASH} Mar 2027)",
            f"Exercice 2026-27 (avr. 2026 {DASH} mars 2027)",
        ),
        ("month", "2026-04-01", "April 2026", "avril 2026"),
    ],
)
def test_quarters_of_another_year_than_the_calendars_are_fiscal(
    page: Page, call: Callable[..., Any], grain: str, start: str, english: str, french: str
) -> None:
    page.evaluate("prospection.start.fiscal_year_start_month = 4")
    try:
        assert call("format.period", grain, start) == english
        assert call("format.period", grain, start, language="fr") == french
    finally:
        page.evaluate("prospection.start.fiscal_year_start_month = 1")


@pytest.mark.parametrize(
    ("unit", "values", "labels", "is_told"),
    [
        ("count", [None, 0, 3, 0, 2, 0, 0, 0, 0], "cde", True),
        ("count", [0, 3, 0, 2, 0, 0], "bcdef", False),
        ("rate", [None, 0, 0.5, 0, 0, 0, 0], "bcdefg", False),
        ("amount", [0, 0, 0], "abc", False),
    ],
)
def test_an_axis_begins_and_ends_where_data_are(
    call: Callable[..., Any], unit: str, values: list[float | None], labels: str, is_told: bool
) -> None:
    """Zeros of a few periods at the end are news; more of them are told as a lack of data."""
    settings = {
        "unit": unit,
        "labels": list("abcdefghi"[: len(values)]),
        "series": [{"values": values}],
    }
    made = call("charts.trimmed", settings)
    assert "".join(made["labels"]) == labels
    assert len(made["series"][0]["values"]) == len(labels)
    assert ("Nothing after" in (made.get("note") or "")) == is_told


@pytest.mark.parametrize(
    ("low", "high", "is_whole", "steps"),
    [
        (0, 4, True, [0, 1, 2, 3, 4]),
        (0, 2, True, [0, 1, 2]),
        (0, 1, False, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (0.958, 1, False, [0.95, 0.96, 0.97, 0.98, 0.99, 1]),
        (-20, 70, False, [-20, 0, 20, 40, 60, 80]),
        (0, 253_000, False, [0, 100_000, 200_000, 300_000]),
        (0, 0, True, [0, 1]),
    ],
)
def test_an_axis_has_round_steps(
    call: Callable[..., Any], low: float, high: float, is_whole: bool, steps: list[float]
) -> None:
    assert call("charts.steps", low, high, {"isWhole": is_whole}) == steps


def test_the_numbers_of_an_axis_have_no_needless_digits(call: Callable[..., Any]) -> None:
    assert call("format.tick", "rate", 0.2, 0.2) == "20%"
    assert call("format.tick", "rate", 0.955, 0.005) == "95.5%"
    assert call("format.tick", "amount", 50_000, 50_000) == "€50k"
    assert call("format.tick", "amount", 0, 50_000) == "€0"
    assert call("format.tick", "count", 1500, 500) == "1,500"


def test_an_axis_holds_stacks_intervals_and_what_floats(call: Callable[..., Any]) -> None:
    labels = ["a", "b"]
    stacked = {
        "labels": labels,
        "isStacked": True,
        "series": [{"values": [3, 4]}, {"values": [5, None]}],
    }
    assert call("charts.extent", stacked) == [0, 8]
    interval = {"labels": labels, "series": [{"values": [3, 4], "low": [1, -2], "high": [6, 9]}]}
    assert call("charts.extent", interval) == [-2, 9]
    floating = {"labels": labels, "series": [{"values": [10, -4], "base": [0, 10]}]}
    assert call("charts.extent", floating) == [0, 10]
    zoomed = {"labels": labels, "isZoomed": True, "series": [{"values": [0.9, 0.95]}]}
    assert call("charts.extent", zoomed) == [0.9, 0.95]


def test_remarks_are_sentences(call: Callable[..., Any]) -> None:
    assert (
        call("format.sentences", "september", None, "Is it? ", "yes.") == "September. Is it? Yes."
    )
    assert call("format.sentences", None) == ""


def test_french_punctuation_does_not_begin_a_line(call: Callable[..., Any]) -> None:
    assert call("format.typeset", "Quoi ? « Rien » : voir") == (
        f"Quoi{WIDE}? «{WIDE}Rien{WIDE}»{WIDE}: voir"
    )
    assert call("format.typeset", "no: change; here") == "no: change; here"


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "\uff1d1+1", "\uff20x"]
)
def test_what_a_spreadsheet_would_run_is_marked_as_text(
    call: Callable[..., Any], text: str
) -> None:
    cell = call("elements.csv", ["name"], [[text]]).split("\r\n", 1)[1]
    assert cell.lstrip('"').startswith("'" + text)


def test_a_file_is_what_spreadsheets_of_the_language_expect(call: Callable[..., Any]) -> None:
    rows = [["a;b", -1.5, None], ['say "x"', 2, "two\nlines"]]
    assert call("elements.csv", ["n, m", "v", "w"], rows) == (
        '\ufeff"n, m",v,w\r\n"a;b",-1.5,\r\n"say ""x""",2,"two\nlines"\r\n'
    )
    french = call("elements.csv", ["n, m", "v", "w"], rows, language="fr")
    assert french == '\ufeff"n, m";v;w\r\n"a;b";-1,5;\r\n"say ""x""";2;"two\nlines"\r\n'


def test_rows_come_back_from_columns(call: Callable[..., Any]) -> None:
    table = {
        "columns": {
            "n": [1, 2, 3],
            "word": {"words": ["a", None], "at": [0, 1, 0]},
            "same": {"only": None},
        },
        "shown": 3,
        "count": 9,
    }
    assert call("tableRows", table) == [
        {"n": 1, "word": "a", "same": None},
        {"n": 2, "word": None, "same": None},
        {"n": 3, "word": "a", "same": None},
    ]
    assert call("tableRows", None) == []


def test_a_rate_comes_back_from_its_parts(call: Callable[..., Any]) -> None:
    # partial flags are odd; 6 says reliable, 2 mature, 4 immature: "c" is 12, not reliable
    cells = call("seriesCells", [4, "8ac", 1, 0, 0, [1, 3, 2], [4, 4, 8], 1], 12)
    assert [cell["place"] for cell in cells] == [4, 5, 6]
    assert [cell["value"] for cell in cells] == [0.25, 0.75, 0.25]
    assert [cell["sample_size"] for cell in cells] == [4, 4, 8]
    assert [cell["is_mature"] for cell in cells] == [True, False, None]
    assert [cell["is_reliable"] for cell in cells] == [True, True, False]
    # an immature cohort compares with nothing and nothing with it
    assert [cell["previous_value"] for cell in cells] == [None, None, None]


def test_comparisons_come_back_by_rule_and_exception(call: Callable[..., Any]) -> None:
    cells = call(
        "seriesCells", [[0, 1, 3, 4], "6667", [10, 20, 40, 50], [0, 7], [3, 9], 1, 0, 1], 3
    )
    assert [cell["previous_value"] for cell in cells] == [7, 10, None, None]
    assert [cell["year_ago_value"] for cell in cells] == [None, None, 9, None]
    assert [cell["is_partial"] for cell in cells] == [False, False, False, True]
    assert [cell["numerator"] for cell in cells] == [10, 20, 40, 50]
    assert [cell["denominator"] for cell in cells] == [None] * 4
    assert [cell["sample_size"] for cell in cells] == [10, 20, 40, 50]


def test_a_series_of_one_value_is_a_series(call: Callable[..., Any]) -> None:
    (cell,) = call("seriesCells", [7, "6", [3], 0, 0, 1, 0, 1], 12)
    assert (cell["place"], cell["value"], cell["sample_size"]) == (7, 3, 3)
    assert cell["ci_low"] is None


def test_both_comparisons_of_a_card_are_in_the_same_words(call: Callable[..., Any]) -> None:
    assert call("format.change", "count", 25, 30) == f"{MINUS}17%"
    assert call("format.change", "count", 25, 30, True) == f"{MINUS}5"


def test_short_amounts_in_french_have_no_gap_before_the_sign(call: Callable[..., Any]) -> None:
    assert call("format.value", "amount", 180_500, True, language="fr") == f"180,5{WIDE}k€"


@pytest.mark.parametrize("value", [0, 1, 0.99, 1.04, 1.5, 2, 12.34, -3.25, 1234.5, 180_500, 2.5e6])
@pytest.mark.parametrize(
    "unit",
    ["count", "rate", "ratio", "amount", "days", "hours", "months", "percent", "score"],
)
def test_sentences_write_values_as_pages_do(
    call: Callable[..., Any], unit: str, value: float
) -> None:
    for language in LANGUAGES:
        say = Wording(texts(), language, "EUR")
        for is_short in (False, True):
            shown = call("format.value", unit, value, is_short, language=language)
            written = say.value(unit, value, is_short=is_short)
            assert written.replace(NARROW, WIDE) == shown.replace(NARROW, WIDE)


@pytest.mark.parametrize("month", range(1, 13))
def test_sentences_name_periods_as_pages_do(call: Callable[..., Any], month: int) -> None:
    start = date(2026, month, 1)
    for language in LANGUAGES:
        say = Wording(texts(), language, "EUR")
        for grain in ("month", "quarter", "year"):
            shown = call("format.period", grain, start.isoformat(), language=language)
            assert say.period(grain, start) == shown
            ended = call("format.inPeriod", grain, start.isoformat(), language=language)
            assert say.in_period(grain, start) == ended


@pytest.mark.parametrize(
    ("days", "english"), [(0.96, "1 day"), (1.04, "1 day"), (1.06, "1.1 days")]
)
def test_one_day_is_one_day(call: Callable[..., Any], days: float, english: str) -> None:
    assert call("format.value", "days", days).replace(WIDE, " ") == english


def test_steps_are_judged_in_the_newest_period_in_which_one_had_its_time(
    call: Callable[..., Any],
) -> None:
    """The mart has judged the step planted in June, while winning is judged of March at most."""
    rows = [
        {"period_start": start, "stage_order": order, "is_mature": is_mature}
        for start, order, is_mature in [
            ("2026-03-01", 3, True),
            ("2026-03-01", 7, True),
            ("2026-06-01", 3, True),
            ("2026-06-01", 7, False),
            ("2026-09-01", 1, True),
            ("2026-09-01", 3, False),
        ]
    ]
    assert call("pages.all.2.newestJudged", rows, "2026-09-01") == "2026-06-01"
    assert call("pages.all.2.newestJudged", rows, "2026-05-01") == "2026-03-01"
