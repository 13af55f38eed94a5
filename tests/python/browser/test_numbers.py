"""What the pages say is what was published: every number, every text, every file."""

import csv
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from playwright.sync_api import Page

from dashboard.series import INTERVAL_DECIMALS
from tests.python.browser.conftest import PAGES, PHONE, Site, Watched, read_number

Watch = Callable[..., Watched]

KEY = ("kpi", "statistic", "grain", "period", "dimension", "value")
FIELDS = (
    "value",
    "numerator",
    "denominator",
    "sample_size",
    "ci_low",
    "ci_high",
    "previous_value",
    "year_ago_value",
    "target",
    "attainment",
)


def shown_figures(page: Page) -> list[dict[str, str]]:
    """Return every number of kpi_values on the page: which one it is, and its text."""
    figures: list[dict[str, str]] = page.eval_on_selector_all(
        ".figure[data-kpi]", "all => all.map(each => ({...each.dataset, text: each.textContent}))"
    )
    return figures


def wrong_figures(site: Site, figures: list[dict[str, str]]) -> list[str]:
    """Return the numbers that are not those of kpi_values."""
    wanted = {tuple(figure[part] for part in KEY) for figure in figures}
    columns = ", ".join(FIELDS)
    rows = site.query(
        f"""
        with wanted as (
            select unnest(from_json(?, '[["varchar"]]')) as key
        )
        select kpi_id, statistic, grain, period_start::varchar, dimension, dimension_value,
            {columns}
        from kpi.kpi_values
        inner join wanted
            on kpi_id = key[1] and statistic = key[2] and grain = key[3]
            and period_start = key[4]::date and dimension = key[5] and dimension_value = key[6]
        """,
        json.dumps(sorted(wanted)),
    )
    published = {row[:6]: dict(zip(FIELDS, row[6:], strict=True)) for row in rows}
    wrong = []
    for figure in figures:
        truth = published[tuple(figure[part] for part in KEY)][figure["field"]]
        number, tolerance = read_number(figure["text"])
        if figure["kpi"].endswith("_hours") and figure["text"].endswith(("days", "j")):
            number, tolerance = 24 * number, 24 * tolerance
        if figure["field"] in {"ci_low", "ci_high"}:  # rounded once more on their way
            tolerance += 0.5 * 10**-INTERVAL_DECIMALS
        if truth is None or abs(number - truth) > tolerance + 1e-7 * abs(truth):
            wrong.append(f"{figure}: {truth} was published")
    return wrong


def test_every_number_of_ten_random_views_was_published(watch: Watch, demo_site: Site) -> None:
    choices = demo_site.query(
        """
        select distinct grain, period_start::varchar, dimension, dimension_value
        from kpi.kpi_values where grain != 'day' order by all
        """
    )
    dice = random.Random(20260930)
    seen = 0
    watched = watch()
    for _ in range(10):
        grain, period, dimension, value = dice.choice(choices)
        view = {"grain": grain, "period": period, "language": dice.choice(["fr", "en"])}
        if dimension != "all":
            view |= {"dimension": dimension, "value": value}
        for name in ("overview", *dice.sample(PAGES[1:], 2)):
            page = watched.open(demo_site.address(page=name, **view), until="ready")
            figures = shown_figures(page)
            assert not wrong_figures(demo_site, figures), view
            seen += len(figures)
        assert not watched.problems, view
    assert seen > 1000


def test_the_headline_cards_are_the_last_complete_month(watch: Watch, demo_site: Site) -> None:
    page = watch().open(demo_site.address(page="overview"))
    shown = {
        figure["kpi"]: figure["period"]
        for figure in shown_figures(page)
        if figure["field"] == "value" and figure["dimension"] == "all"
    }
    (expected,) = demo_site.query(
        """
        select max(period_start)::varchar from kpi.kpi_values
        where kpi_id = 'touches' and grain = 'month' and dimension = 'all' and not is_partial
        """
    )
    assert shown["touches"] == expected[0]
    assert shown["cohort_conversion_rate"] < expected[0], "a young cohort is not final"


def test_an_explanation_has_definition_numerator_and_denominator(
    watch: Watch, demo_site: Site
) -> None:
    page = watch().open(demo_site.address(page="overview", language="en"))
    card = page.locator(".card", has=page.get_by_role("heading", name="Response rate"))
    card.locator("summary").click()
    text = card.inner_text()
    (definition,) = demo_site.query(
        "select definition_en from kpi.kpi_catalog where kpi_id = 'response_rate'"
    )[0]
    assert definition in text
    fields = [each["field"] for each in shown_figures(page) if each["kpi"] == "response_rate"]
    assert {"numerator", "denominator", "sample_size", "value"} <= set(fields)


def test_targets_show_with_how_far_they_are_attained(watch: Watch, demo_site: Site) -> None:
    page = watch().open(demo_site.address(page="overview", language="en"))
    fields = [each["field"] for each in shown_figures(page)]
    assert fields.count("target") == fields.count("attainment") > 0


HOSTILE = {
    "markup": "<img src=x onerror='window.hacked=1'><script>window.hacked=1</script>",
    "formula": '=HYPERLINK("http://evil.example","x")',
    "at": "@SUM(1+1)",
    "long": "W" * 600,
    "arabic": "\u0634\u0631\u0643\u0629 \u0627\u0644\u0646\u0648\u0631 \u202e evil",
    "end of script": "</script><!--\u2028*/window.hacked=1//`${window.hacked=1}",
    "control": "\x1b[31mred\x1b]0;title\x07\r\n=1+1\tend",
    "entity": '&lt;b&gt;Tom & Jerry\'s "co"&lt;/b&gt;',
}


FREE_TEXTS = {
    "kpi.kpi_campaign_performance": ("campaign_name", "message_variant", "sender_account"),
    "kpi.kpi_campaign_returns": ("dimension_label",),
    "kpi.kpi_letter_costs": ("campaign_name",),
    "kpi.kpi_rep_profiles": ("rep_name", "team"),
    "kpi.kpi_loss_reasons": ("reason",),
    "kpi.kpi_complaint_reasons": ("reason",),
    "kpi.kpi_churn_reasons": ("reason",),
    "kpi.kpi_cost_breakdown": ("cost_type",),
    "kpi.kpi_conclusions": ("dimension_label", "advice_en"),
    "kpi.kpi_signals": ("name_en", "dimension_value", "dimension_label", "advice_en"),
    "kpi.kpi_segment_profitability": ("dimension_value", "dimension_label"),
    "kpi.kpi_targets": ("name_en", "dimension_label"),
    "kpi.kpi_lead_score_calibration": ("band",),
    "meta.data_quality": ("source", "entity", "column_name", "rule"),
    "meta.load_reconciliation": ("source", "file"),
    "meta.rejects": ("source", "file", "column_name", "rule"),
    "meta.source_freshness": ("source",),
}
"""Columns whose words come from exports, or from tables that a company may replace."""


def test_hostile_texts_are_texts(
    watch: Watch, changed_site: Callable[..., Site], tmp_path: Path, screenshots: Path
) -> None:
    def quoted(text: str) -> str:
        return "'" + text.replace("'", "''") + "'"

    names = list(HOSTILE.values())
    statements = []
    for dimension in ("rep", "channel", "campaign", "sector"):
        for at, name in enumerate(names):
            statements.append(
                f"""
                update kpi.kpi_values set dimension_label = {quoted(name)}
                where dimension = '{dimension}' and dimension_value = (
                    select dimension_value from kpi.kpi_values
                    where dimension = '{dimension}' and grain = 'month'
                        and dimension_value not like '(%'
                    group by all order by count(*) desc, dimension_value limit 1 offset {at}
                )
                """
            )
    statements.append(
        f"""
        update kpi.kpi_values set dimension_value = dimension_label
        where dimension = 'sector' and dimension_label in ({", ".join(map(quoted, names))})
        """
    )
    one_of = f"([{', '.join(map(quoted, names))}])[1 + rowid % {len(names)}]"
    for table, columns in FREE_TEXTS.items():
        changes = ", ".join(f"{column} = {one_of}" for column in columns)
        statements.append(f"update {table} set {changes}")
    check = {"gate": "batch", "suite": names[0], "rule": names[0], "is_blocking": True}
    check |= {"times_looked": 2, "times_broken": 1, "last_broken": None, "is_broken_now": True}
    held = dict.fromkeys(("load_id", "reasons", "held_on", "decision", "decided_on"), names[0])
    site = changed_site(*statements, held_back=names, checks=[check], held_batches=[held])
    for size in ({"width": 1280, "height": 900}, PHONE):
        watched = watch(viewport=size, accept_downloads=True)
        for name in PAGES:
            page = watched.open(site.address(page=name, language="en"))
            assert page.evaluate("window.hacked") is None
            assert page.locator("#content img, #content script, #content b").count() == 0
            page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
            wide = page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert wide <= 0, f"{name} at {size['width']}"
            page.screenshot(
                path=screenshots / f"hostile-{name}-{size['width']}.png", full_page=True
            )
        assert not watched.problems
    page = watched.open(site.address(page="activity", language="en"))
    texts = page.locator("tbody th").all_inner_texts()
    assert HOSTILE["markup"] in texts
    with page.expect_download() as waiting:
        page.get_by_role("button", name="CSV: Activity by rep").click()
    file = tmp_path / "reps.csv"
    waiting.value.save_as(file)
    labels = [row[0] for row in csv.reader(file.open(encoding="utf-8-sig", newline=""))]
    assert "'" + HOSTILE["formula"] in labels
    assert "'" + HOSTILE["at"] in labels
    assert not [label for label in labels if label.startswith(("=", "+", "-", "@", "\t"))]


def test_a_file_holds_the_numbers_of_its_table(
    watch: Watch, demo_site: Site, tmp_path: Path
) -> None:
    page = watch(accept_downloads=True).open(
        demo_site.address(page="campaigns", language="fr", grain="month", period="2026-09-01")
    )
    with page.expect_download() as waiting:
        page.get_by_role("button", name="CSV: Par canal").click()
    file = tmp_path / "channels.csv"
    waiting.value.save_as(file)
    rows = list(csv.reader(file.open(encoding="utf-8-sig", newline=""), delimiter=";"))
    at = rows[0].index("Actions de prospection")
    total = sum(float(row[at].replace(",", ".")) for row in rows[1:] if row[at])
    (expected,) = demo_site.query(
        """
        select value from kpi.kpi_values
        where kpi_id = 'touches' and grain = 'month' and dimension = 'all'
            and period_start = '2026-09-01'
        """
    )[0]
    assert total == expected


SUBJECTS = (
    "core.fct_attribution",
    "kpi.kpi_campaign_performance",
    "kpi.kpi_campaign_returns",
    "kpi.kpi_churn_reasons",
    "kpi.kpi_complaint_reasons",
    "kpi.kpi_conversion_lag",
    "kpi.kpi_cost_breakdown",
    "kpi.kpi_forecast",
    "kpi.kpi_funnel",
    "kpi.kpi_funnel_cohorts",
    "kpi.kpi_lead_score_calibration",
    "kpi.kpi_letter_costs",
    "kpi.kpi_loss_reasons",
    "kpi.kpi_pipeline_movement",
    "kpi.kpi_rep_profiles",
    "kpi.kpi_segment_profitability",
    "kpi.kpi_signals",
    "meta.data_quality",
)


def test_what_no_source_supplies_is_said_and_not_shown_as_nothing(
    watch: Watch, changed_site: Callable[..., Site], screenshots: Path
) -> None:
    kept = "('new_customers', 'revenue', 'orders_count', 'active_customers', 'retention_rate')"
    site = changed_site(
        f"delete from kpi.kpi_values where kpi_id not in {kept}",
        *(f"delete from {table}" for table in SUBJECTS),
    )
    wanted = {
        "overview": ["activities.csv", "costs.csv", "survey_responses.csv", "prospects.csv"],
        "funnel": ["prospects.csv", "activities.csv"],
        "activity": ["activities.csv"],
        "campaigns": ["costs.csv"],
        "pipeline": ["deals.csv", "quotes.csv"],
        "customers": ["tickets.csv", "contracts.csv"],
    }
    watched = watch()
    for name in PAGES:
        page = watched.open(site.address(page=name, language="en"))
        notices = " ".join(page.locator(".notice").all_inner_texts())
        for file in wanted.get(name, ()):
            assert file in notices, name
        for table in page.locator("table").all():
            assert table.locator("tbody tr").count() > 0, f"an empty table on {name}"
        for plot in page.locator(".plot").all():
            assert plot.locator("svg .point").count() > 0, f"an empty chart on {name}"
        page.screenshot(path=screenshots / f"missing-{name}.png", full_page=True)
    assert not watched.problems


MISSING: dict[str, dict[str, Any]] = {
    "costs": {
        "supplied_by": ("costs", "rep_time"),
        "tables": ("kpi.kpi_campaign_returns", "kpi.kpi_cost_breakdown", "kpi.kpi_letter_costs"),
        "file": "costs.csv",
        "pages": ("overview", "campaigns"),
    },
    "surveys": {
        "supplied_by": ("survey_responses",),
        "tables": (),
        "file": "survey_responses.csv",
        "pages": ("overview", "customers"),
    },
    "activities": {
        "supplied_by": ("activities",),
        "tables": (
            "core.fct_attribution",
            "kpi.kpi_campaign_performance",
            "kpi.kpi_conversion_lag",
            "kpi.kpi_funnel",
            "kpi.kpi_funnel_cohorts",
            "kpi.kpi_rep_profiles",
        ),
        "file": "activities.csv",
        "pages": ("overview", "funnel", "activity", "campaigns"),
    },
}
"""One source less: which entities supply it, what has no rows without, what says so and where."""


@pytest.mark.parametrize("missing", MISSING)
def test_without_a_source_the_rest_shows_and_the_source_is_asked_for(
    watch: Watch, changed_site: Callable[..., Site], repo_root: Path, missing: str
) -> None:
    lack = MISSING[missing]
    with (repo_root / "seeds" / "kpi_event_types.csv").open(newline="", encoding="utf-8") as file:
        events = [
            row["event"]
            for row in csv.DictReader(file)
            if set(row["supplied_by"].split("|")) <= set(lack["supplied_by"])
        ]
    names = ", ".join(f"'{event}'" for event in events)
    gone = f"select kpi_id from kpi.kpi_terms where event in ({names})"
    site = changed_site(
        f"delete from kpi.kpi_values where kpi_id in ({gone})",
        f"delete from kpi.kpi_signals where kpi_id in ({gone})",
        f"delete from kpi.kpi_targets where kpi_id in ({gone})",
        *(f"delete from {table}" for table in lack["tables"]),
    )
    lost = {row[0] for row in site.query(gone)}
    assert lost
    watched = watch()
    for name in PAGES:
        page = watched.open(site.address(page=name, language="en"))
        notices = " ".join(page.locator(".notice").all_inner_texts())
        assert (lack["file"] in notices) == (name in lack["pages"]), name
        figures = shown_figures(page)
        assert not lost & {figure["kpi"] for figure in figures}, name
        assert not wrong_figures(site, figures), name
        for table in page.locator("table").all():
            assert table.locator("tbody tr").count() > 0, f"an empty table on {name}"
        for plot in page.locator(".plot").all():
            assert plot.locator("svg .point, svg .trace").count() > 0, f"an empty chart on {name}"
    assert not watched.problems


def test_a_number_that_was_not_published_would_be_found(
    watch: Watch, changed_site: Callable[..., Site]
) -> None:
    site = changed_site()
    figures = shown_figures(watch().open(site.address(page="overview"), until="ready"))
    assert not wrong_figures(site, figures)
    with duckdb.connect(str(site.database)) as connection:
        connection.execute(
            "update kpi.kpi_values set value = value * 1.02 where kpi_id = 'revenue'"
        )
    wrong = wrong_figures(site, figures)
    assert wrong
    assert all("revenue" in each for each in wrong)


def test_a_table_that_a_version_does_not_have_is_no_error(
    watch: Watch, changed_site: Callable[..., Site]
) -> None:
    site = changed_site(
        *(f"drop table {table}" for table in SUBJECTS),
        "alter table kpi.kpi_values drop column target",
        "alter table kpi.kpi_values drop column attainment",
    )
    watched = watch()
    for name in PAGES:
        watched.open(site.address(page=name), until="ready")
    assert not watched.problems


def test_a_subject_mart_shows_when_it_has_rows(watch: Watch, demo_site: Site) -> None:
    watched = watch()
    page = watched.open(demo_site.address(page="pipeline", language="en", grain="year"))
    panel = page.locator(".panel", has=page.get_by_role("heading", name="Why deals are lost"))
    (reasons,) = demo_site.query(
        """
        select count(*) from kpi.kpi_loss_reasons
        where grain = 'year' and dimension = 'all' and period_start = (
            select max(period_start) from kpi.kpi_values
            where grain = 'year' and not is_partial and kpi_id = 'deals_lost'
        )
        """
    )[0]
    assert panel.locator("svg .point").count() == min(reasons, 12) > 0
    page = watched.open(demo_site.address(page="overview", language="en"))
    panel = page.locator(".panel", has=page.get_by_role("heading", name="What needs attention"))
    (advice,) = demo_site.query(
        """
        select advice_en from kpi.kpi_signals where is_current
        order by standard_errors desc limit 1
        """
    )[0]
    assert advice in panel.locator("li").first.inner_text()
    assert not watched.problems


def test_coverage_close_dates_pushed_and_a_withheld_forecast_are_told(
    watch: Watch, changed_site: Callable[..., Site]
) -> None:
    site = changed_site(
        """
        update kpi.kpi_pipeline_movement set
            deals_pushed = 12, amount_pushed = 34567, amount_at_start = 357000
        where grain = 'month' and dimension = 'all' and period_start = '2026-09-01'
        """,
        """
        update kpi.kpi_values set target = 119000
        where kpi_id = 'won_amount' and grain = 'month' and dimension = 'all'
            and period_start = '2026-09-01'
        """,
        """
        update kpi.kpi_forecast set
            expected = null, interval_low = null, interval_high = null, is_withheld = true
        where is_newest and measure = 'deals_won'
        """,
    )
    watched = watch()
    month = {"grain": "month", "period": "2026-09-01", "language": "en"}
    page = watched.open(site.address(page="pipeline", **month))
    withheld, given = (
        page.locator(".panel", has=page.get_by_role("heading", name=f"Forecast: {measure}"))
        for measure in ("Deals won", "New customers")
    )
    assert "No forecast is given" in withheld.locator(".note").inner_text()
    assert "No forecast is given" not in given.locator(".note").inner_text()
    # a month more for each that is forecast
    assert [panel.locator("tbody tr").count() for panel in (withheld, given)] == [12, 18]
    cards = {card.locator("h3").inner_text(): card for card in page.locator(".card").all()}
    assert "3\u00a0\u00d7" in cards["Coverage of the target"].inner_text()
    assert "12" in cards["Close dates pushed back"].inner_text()
    assert "\u20ac34,567" in cards["Close dates pushed back"].inner_text()
    page = watched.open(site.address(page="pipeline", **month | {"period": "2026-08-01"}))
    (august,) = page.locator(".card", has_text="Close dates pushed back").all()
    assert august.locator(".value").inner_text() == "0"
    assert not watched.problems


def test_a_forecast_stands_behind_its_past_errors(watch: Watch, demo_site: Site) -> None:
    page = watch().open(demo_site.address(page="pipeline", language="en"))
    panel = page.locator(".panel", has=page.get_by_role("heading", name="Forecast: New customers"))
    ((months, off, held, judged),) = demo_site.query(
        """
        with past as (
            select * from kpi.kpi_forecast
            where measure = 'new_customers' and months_ahead = 1 and actual is not null
            order by month desc limit 12
        )
        select
            count(*), sum(abs(expected - actual)) / sum(actual),
            count(*) filter (where actual between interval_low and interval_high),
            count(interval_low)
        from past
        """
    )
    note = panel.locator(".note").inner_text()
    assert f"Over {months} past months" in note
    assert f"were off by {off:.1%}" in note
    assert f"{held} of {judged} outcomes" in note
    panel.locator("summary").click()
    shown = panel.locator("tbody tr").all_inner_texts()
    ((newest,),) = demo_site.query(
        """
        select count(*) from kpi.kpi_forecast where measure = 'new_customers' and is_newest
        """
    )
    assert len(shown) == months + newest


def test_the_bottleneck_is_that_of_the_mart_in_the_newest_period_that_is_judged(
    watch: Watch, demo_site: Site
) -> None:
    page = watch().open(demo_site.address(page="funnel", language="en"))
    ((stage, more),) = demo_site.query(
        """
        select stage, customers_if_improved from kpi.kpi_funnel
        where grain = 'month' and dimension = 'all' and is_bottleneck
            and period_start = (
                select max(period_start) from kpi.kpi_funnel
                where grain = 'month' and dimension = 'all' and is_mature
            )
        """
    )
    told = page.locator(".funnel .bottleneck")
    assert told.count() == 1
    names = {"engaged": "Engaged", "meeting": "Meeting held", "quoted": "Quoted", "won": "Won"}
    assert names.get(stage, stage.capitalize()) in told.inner_text()
    assert f"{round(more)} more customer" in told.inner_text()


def test_a_step_stands_beside_its_benchmark_where_there_is_one(
    watch: Watch, changed_site: Callable[..., Site]
) -> None:
    site = changed_site(
        """
        update kpi.kpi_funnel set benchmark_rate = 0.425
        where grain = 'month' and dimension = 'all' and stage = 'engaged'
            and period_start = '2026-03-01'
        """
    )
    page = watch().open(site.address(page="funnel", language="en", period="2026-03-01"))
    told = page.locator(".funnel li", has_text="benchmark")
    assert told.count() == 1
    assert "Engaged" in told.inner_text()
    assert "benchmark 42.5%" in told.inner_text()


def test_signals_are_those_of_the_filter(watch: Watch, demo_site: Site) -> None:
    ((dimension, value, advice),) = demo_site.query(
        """
        select dimension, dimension_value, advice_en from kpi.kpi_signals
        where is_current and dimension not in ('all', 'rep') and dimension_value not like '(%'
        order by standard_errors desc, kpi_id, dimension, dimension_value limit 1
        """
    )
    watched = watch()
    view = {"page": "overview", "language": "en", "grain": "month"}
    page = watched.open(demo_site.address(dimension=dimension, value=value, **view))
    signals = page.locator(".signals li")
    assert advice in signals.first.inner_text()
    ((dimension, value),) = demo_site.query(
        """
        select dimension, dimension_value from kpi.kpi_values
        where grain = 'month' and dimension != 'all' and (dimension, dimension_value) not in (
            select (dimension, dimension_value) from kpi.kpi_signals where is_current
        )
        order by all limit 1
        """
    )
    page = watched.open(demo_site.address(dimension=dimension, value=value, **view))
    assert page.locator(".signals li").count() == 0
    assert "Nothing is significantly worse" in page.locator("#content").inner_text()


def test_the_quality_page_tells_which_check_is_broken_and_what_was_held_back(
    watch: Watch, changed_site: Callable[..., Site]
) -> None:
    holds = {
        "gate": "marts",
        "suite": "values",
        "rule": "values are finite",
        "is_blocking": True,
        "times_looked": 7,
        "times_broken": 0,
        "last_broken": None,
        "is_broken_now": False,
    }
    broken = holds | {"rule": "deals are fresh", "is_blocking": False, "times_broken": 2}
    broken |= {"last_broken": "2026-09-29", "is_broken_now": True}
    held = {
        "load_id": "crm@20260929",
        "reasons": "too few rows",
        "held_on": "2026-09-29",
        "decision": "released",
        "decided_on": "2026-09-30",
    }
    site = changed_site(checks=[holds, broken], held_batches=[held])
    page = watch().open(site.address(page="quality", language="en"))
    panel = page.locator(
        ".panel", has=page.get_by_role("heading", name="Checks before publication")
    )
    assert "Checks that failed: 1." in panel.inner_text()
    panel.locator("summary").click()
    first, second = panel.locator("tbody tr").all_inner_texts()
    assert "deals are fresh" in first
    assert "warning" in first
    assert "29 Sept 2026" in first
    assert "values are finite" in second
    assert "passed" in second
    batches = page.locator(".panel", has=page.get_by_role("heading", name="Batches held back"))
    assert "too few rows" in batches.inner_text()
    assert "released" in batches.inner_text()


def test_the_checks_of_the_refresh_are_on_the_quality_page(watch: Watch, demo_site: Site) -> None:
    page = watch().open(demo_site.address(page="quality", language="en"))
    panel = page.locator(
        ".panel", has=page.get_by_role("heading", name="Checks before publication")
    )
    rows = panel.locator("tbody tr")
    assert f"All {rows.count()} checks passed." in panel.inner_text()
    gates = {row.locator("th").text_content() for row in rows.all()}
    assert gates == {"Batches", "Results"}


def test_the_pipeline_as_it_stands_adds_up_to_the_mart(
    watch: Watch, demo_site: Site, changed_site: Callable[..., Site]
) -> None:
    site = changed_site(settings={**demo_site.facts.settings, "dashboard_records": True})
    watched = watch()
    page = watched.open(site.address(page="pipeline", language="en"))
    by_stage = site.query(
        """
        select
            stage, count(*), sum(converted_amount), count(*) filter (where is_late),
            count(*) filter (where is_stuck), count(*) filter (where next_activity_on is null)
        from bi.open_deals group by grouping sets ((), (stage))
        """
    )
    assert len(by_stage) > 3
    for stage, *facts in by_stage:
        for part, value in zip(
            ("deals", "amount", "late", "stuck", "without_step"), facts, strict=True
        ):
            told = page.locator(f"[data-standing='{stage or 'all'} {part}']").inner_text()
            number, rounding = read_number(told)
            assert abs(number - float(value)) <= rounding, (stage, part)
    ((_, deals, _, late, *_),) = [row for row in by_stage if row[0] is None]
    amount = page.locator("[data-standing='all amount']").inner_text()
    pipeline = page.locator(".card", has_text="Open pipeline").locator(".value .figure")
    assert abs(read_number(amount)[0] - read_number(pipeline.inner_text())[0]) <= 100
    listed = page.locator(".panel", has=page.get_by_role("heading", name="Deals to look after"))
    listed.get_by_role("button", name=f"Show all {deals}").click()
    assert listed.locator("tbody tr").count() == deals
    listed.get_by_role("button", name=f"Past their expected day ({late})").click()
    assert page.locator("[data-check=late]").get_attribute("aria-pressed") == "true"
    listed.get_by_role("button", name="Expected on").click()
    ((first,),) = site.query(
        "select deal_id from bi.open_deals where is_late order by expected_close_on limit 1"
    )
    assert listed.locator("tbody th").first.inner_text() == first
    calls = page.locator(".panel", has=page.get_by_role("heading", name="Whom to call first"))
    best = calls.locator("tbody th").first.inner_text()
    ((score, top, crm_id),) = site.query(
        """
        select score, (select max(score) from kpi.kpi_lead_scores), prospect_id
        from kpi.kpi_lead_scores where prospect_key = ?
        """,
        best,
    )
    assert score == top
    assert crm_id not in page.content(), "a person is a pseudonym, as in the lists of records"
    assert "Meets the target criteria +20" in calls.locator("tbody tr").first.inner_text()
    assert not watched.problems
    hidden = watched.open(
        changed_site(settings={**demo_site.facts.settings, "dashboard_records": False}).address(
            page="pipeline", language="en"
        )
    )
    assert hidden.locator("[data-standing='all deals']").count() == 1
    assert "lists of records are off" in hidden.locator("#content").inner_text()
    assert best not in hidden.content()


def test_reps_and_teams_are_shown_by_the_same_final_cohort(watch: Watch, demo_site: Site) -> None:
    watched = watch()
    page = watched.open(demo_site.address(page="team", language="en", period="2026-09-01"))
    for dimension, title in (("rep", "What each rep did in the period"), ("team", "By team")):
        panel = page.locator(".panel", has=page.get_by_role("heading", name=title, exact=True))
        assert "Cohorts: the newest final one, March 2026" in panel.locator(".note").inner_text()
        heads = [head.split("\n")[0] for head in panel.locator("thead th").all_inner_texts()]
        at = next(place for place, head in enumerate(heads) if head.startswith("Conversion rate"))
        mart = dict(
            demo_site.query(
                """
                select dimension_label, value from kpi.kpi_values
                where
                    kpi_id = 'cohort_conversion_rate' and statistic = 'in_window'
                    and grain = 'month' and period_start = '2026-03-01' and dimension = ?
                """,
                dimension,
            )
        )
        shown = {
            row.locator("th").inner_text(): row.locator("td").nth(at - 1).inner_text()
            for row in panel.locator("tbody tr").all()
        }
        told = {name: shown[name] for name in mart.keys() & shown.keys()}
        assert len(told) > 2
        for name, words in told.items():
            number, rounding = read_number(words)
            assert abs(number - mart[name]) <= rounding, (name, words)
    assert not watched.problems
