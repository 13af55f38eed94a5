"""Blocks of KPIs and events: what follows from them, and every refusal with its message.

What belongs here: a small catalogue of its own, whose blocks are changed one at a time. What does
not: our own blocks (`tests/python/project/test_kpi_events.py`).
"""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from orchestration.errors import ConfigurationError
from orchestration.kpis.catalogue import Catalogue, read_catalogue
from orchestration.kpis.rows import as_text, catalog_rows, seed_texts, term_rows

SETS = """\
families: [sales, loyalty]
dimensions:
  wide: [all, rep, sector]
  narrow: [all, rep]
grains:
  every: [day, month, year]
  long: [month, year]
anchors:
  detected: [detected]
  deal created: [deal_created]
"""
EVENTS = """\
detected:
  en: prospects detected
  fr: prospects détectés
  made_in: kpi_prospect_events
  supplied_by: prospects
  attribution: owner
  dimensions: wide
detected>won:
  en: detected prospects who were won
  fr: prospects détectés devenus clients
  made_in: kpi_prospect_events
  supplied_by: [deals, orders]
  attribution: owner
  dimensions: wide
  part_of: detected
deal_created:
  en: deals created
  fr: affaires créées
  made_in: kpi_deal_events
  supplied_by: deals
  attribution: sale
  dimensions: narrow
deal_created>won:
  en: created deals that were won
  fr: affaires créées puis gagnées
  made_in: kpi_deal_events
  supplied_by: deals
  attribution: sale
  dimensions: narrow
  part_of: deal_created
touch:
  en: touches
  fr: actions
  made_in: kpi_activity_slices
  supplied_by: activities
  attribution: activity
  dimensions: wide
  measures: [n, distinct]
touch_call:
  en: calls
  fr: appels
  made_in: kpi_activity_slices
  supplied_by: activities
  attribution: activity
  dimensions: wide
  part_of: touch
customer:
  en: customers
  fr: clients
  made_in: kpi_customer_events
  supplied_by: orders
  attribution: customer
  dimensions: wide
  measures: [level, start]
revenue:
  en: revenue
  fr: chiffre d'affaires
  made_in: kpi_order_events
  supplied_by: orders
  attribution: sale
  dimensions: wide
  measures: [s]
sale:
  en: sales
  fr: ventes
  made_in: kpi_order_events
  supplied_by: orders
  attribution: sale
  dimensions: wide
cycle_days:
  en: days
  fr: jours
  made_in: kpi_deal_events
  supplied_by: deals
  attribution: sale
  dimensions: wide
  measures: [n, s, median, p90]
nps_promoter:
  en: promoters
  fr: promoteurs
  made_in: kpi_period_events
  supplied_by: survey_responses
  attribution: customer
  dimensions: wide
  measures: [distinct]
"""
NAMES = """\
  name: {en: A name, fr: Un nom}
  definition: {en: What it is, fr: Ce que c'est}
"""
RATE = f"""\
never_won_rate:
{NAMES}\
  numerator: detected - detected>won
  denominator: detected
  cohort: detected within 30 days
  unit: proportion
  better: down
  dimensions: wide
"""


def block(**keys: str) -> str:
    """Return a block with these keys; `k: none` leaves one of the usual ones out."""
    usual = {"numerator": "sale", "unit": "count", "better": "up", "dimensions": "wide"}
    lines = [f"  {key}: {value}\n" for key, value in {**usual, **keys}.items() if value]
    return f"a_kpi:\n{NAMES}" + "".join(lines)


def catalogue(folder: Path, **files: str) -> Catalogue:
    """Read a project whose files of blocks are these, besides the usual sets and events."""
    texts: Mapping[str, str] = {"sets": SETS, "events": EVENTS, "sales": RATE, **files}
    (folder / "kpis").mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / "kpis" / f"{name}.yml").write_text(text, encoding="utf-8")
    return read_catalogue(folder)


def terms(folder: Path, text: str) -> list[tuple[str, ...]]:
    """Return the rows of the terms of a block."""
    kpis = catalogue(folder, sales=text).kpis.values()
    return [tuple(row.values())[1:] for row in as_text(term_rows(kpis))]


def test_a_cohort_says_its_window_once(tmp_path: Path) -> None:
    assert terms(tmp_path, RATE) == [
        ("in_window", "numerator", "1", "detected", "n"),
        ("in_window", "numerator", "-1", "detected>won", "w30"),
        ("in_window", "denominator", "1", "detected", "n"),
        ("to_date", "numerator", "1", "detected", "n"),
        ("to_date", "numerator", "-1", "detected>won", "n"),
        ("to_date", "denominator", "1", "detected", "n"),
    ]
    (row,) = as_text(catalog_rows(catalogue(tmp_path).kpis.values()))
    assert row == {
        "kpi_id": "never_won_rate",
        "family": "sales",
        "name_en": "A name",
        "name_fr": "Un nom",
        "definition_en": "What it is",
        "definition_fr": "Ce que c'est",
        "unit": "rate",
        "shape": "cohort",
        "statistics": "in_window|to_date",
        "anchor": "detected",
        "window_days": "30",
        "is_proportion": "true",
        "interval": "wilson",
        "better": "down",
        "shown_as": "",
        "min_sample": "30",
        "is_headline": "false",
        "is_zero_filled": "false",
        "grains": "day|month|year",
        "dimensions": "all|rep|sector",
        "requires": "",
        "numerator": "",
        "denominator": "",
    }


def test_a_ratio_may_be_read_in_another_unit(tmp_path: Path) -> None:
    text = block(numerator="revenue", denominator="touch", unit="ratio", shown_as="percent")
    (kpi,) = catalogue(tmp_path, sales=text).kpis.values()
    assert (kpi.unit, kpi.shown_as) == ("ratio", "percent")


def test_an_event_is_measured_by_its_first_measure_unless_another_is_named(tmp_path: Path) -> None:
    text = block(numerator="revenue", denominator="touch (distinct)", unit="ratio")
    assert terms(tmp_path, text) == [
        ("value", "numerator", "1", "revenue", "s"),
        ("value", "denominator", "1", "touch", "distinct"),
    ]


def test_a_distribution_is_mean_median_and_p90(tmp_path: Path) -> None:
    of = {"numerator": "", "unit": "days"}
    mean = [
        ("mean", "numerator", "1", "cycle_days", "s"),
        ("mean", "denominator", "1", "cycle_days", "n"),
    ]
    assert terms(tmp_path, block(mean_of="cycle_days", **of)) == mean
    assert terms(tmp_path, block(distribution_of="cycle_days", **of)) == [
        *mean,
        ("median", "numerator", "1", "cycle_days", "median"),
        ("median", "sample", "1", "cycle_days", "n"),
        ("p90", "numerator", "1", "cycle_days", "p90"),
        ("p90", "sample", "1", "cycle_days", "n"),
    ]


def test_the_variance_of_a_score_is_that_of_its_shares(tmp_path: Path) -> None:
    keys = {"denominator": "nps_promoter", "unit": "score", "interval": "nps"}
    assert terms(tmp_path, block(numerator="100 × nps_promoter", **keys)) == [
        ("value", "numerator", "100", "nps_promoter", "distinct"),
        ("value", "denominator", "1", "nps_promoter", "distinct"),
        ("value", "squares", "1", "nps_promoter", "distinct"),
    ]


@pytest.mark.parametrize(
    ("keys", "least", "is_zero_filled"),
    [
        ({}, 0, True),
        ({"numerator": "revenue", "unit": "amount"}, 0, False),
        ({"numerator": "revenue", "unit": "amount", "sample": "sale"}, 30, False),
        ({"numerator": "revenue", "unit": "amount", "denominator": "sale"}, 30, False),
        ({"denominator": "revenue", "unit": "ratio"}, 0, False),
        ({"min_sample": "5"}, 5, True),
    ],
)
def test_the_least_sample_is_30_where_cases_are_counted(
    tmp_path: Path, keys: dict[str, str], least: int, is_zero_filled: bool
) -> None:
    (kpi,) = catalogue(tmp_path, sales=block(**keys)).kpis.values()
    assert (kpi.min_sample, kpi.is_zero_filled) == (least, is_zero_filled)


def test_a_computed_kpi_has_no_terms_but_texts(tmp_path: Path) -> None:
    (kpi,) = catalogue(
        tmp_path, sales=block(computed_in="kpi_derived_values", numerator="corr(a, b)")
    ).kpis.values()
    assert (kpi.terms, kpi.texts, kpi.min_sample) == ((), {"numerator": "corr(a, b)"}, 30)


def test_the_seeds_have_a_line_per_row(tmp_path: Path) -> None:
    texts = seed_texts(catalogue(tmp_path))
    assert {name: text.count("\n") for name, text in texts.items()} == {
        "kpi_catalog": 2,
        "kpi_terms": 7,
        "kpi_event_types": 12,
    }
    assert (
        "detected>won,detected prospects who were won,prospects détectés devenus clients,"
        in (texts["kpi_event_types"])
    )


REFUSALS = [
    # keys and words
    (block(denominater="sale"), 8,
     "unknown key in a_kpi: 'denominater'; did you mean 'denominator'?"),
    (block(better="upp"), 6, "unknown better of a_kpi: 'upp'; did you mean 'up'?"),
    (block(unit="zzz"), 5, "unknown unit of a_kpi: 'zzz'; known: count, proportion, rate, ratio,"),
    (block(unit=""), 1, "a_kpi lacks 'unit'"),
    (block(numerator=""), 1, "a_kpi lacks 'numerator'"),
    (block(dimensions="wid"), 7, "unknown dimensions of a_kpi: 'wid'; did you mean 'wide'?"),
    (block(grains="lon"), 8, "unknown grains of a_kpi: 'lon'; did you mean 'long'?"),
    (block(min_sample="-1"), 8, "min_sample of a_kpi is '-1'; it must be a whole number from 0"),
    (block(headline="1"), 8, "unknown headline of a_kpi: '1'; known: true, false."),
    (block(better="[up]"), 6, "better of a_kpi must be a text"),
    (block(requires="''"), 8, "requires of a_kpi is empty"),
    (block(requires="~"), 8, "requires of a_kpi is empty"),
    ("a_kpi: text\n", 1, "a_kpi must hold keys with values"),
    ("a_kpi:\n  name: {en: A}\n  definition: {en: A, fr: A}\n" + block()[6 + len(NAMES) + 1 :], 2,
     "name lacks 'fr'"),
    ("Größe:\n" + block()[7:], 1, "'Größe' is no name of a KPI: small letters, digits and _"),
    (block() + "  unit: rate\n", 8,
     "'unit' comes twice in a_kpi, first in line 5; keep one of them"),
    (block() + block(), 8, "'a_kpi' comes twice in the file, first in line 1; keep one of them"),
    (block() + "  : [\n", 8, "this is not valid YAML"),
    # events and measures
    (block(numerator="sales"), 4, "unknown event in a_kpi: 'sales'; did you mean 'sale'?"),
    (block(requires="sold"), 8, "unknown event in a_kpi: 'sold'"),
    (block(numerator="sale sale"), 4,
     "'sale sale' is no sum of events: it cannot be read from 'sale'"),
    (block(numerator="sale -"), 4, "it cannot be read from '-' on; write events with + or -"),
    (block(numerator="sale + sale"), 4, "'sale' comes twice in the numerator of a_kpi"),
    (block(numerator="0 × sale"), 4, "'sale' is counted 0 times: leave it out"),
    (block(numerator="sale (distinct)"), 4, "'sale' has no measure 'distinct'; it has n"),
    (block(numerator="cycle_days (median)"), 4,
     "cannot be added up: write 'distribution_of: cycle_days'"),
    (block(numerator="detected>won (w30)"), 4,
     "'detected>won (w30)': the window is said once, as 'cohort: … within 30 days'"),
    (block(numerator="", mean_of="sale", unit="days"), 7,
     "'sale' has no measure 's', which mean_of needs; it has n"),
    (block(mean_of="cycle_days"), 4, "a_kpi has 'mean_of': 'numerator' has no place"),
    (block(computed_in="kpi_x", sample="sale"), 9,
     "a_kpi has 'computed_in': 'sample' has no place"),
    # shapes
    (block(numerator="customer"), 4,
     "'customer' (level) is what stands at one time: add 'shape: stock'"),
    (block(unit="ratio"), 1, "a_kpi is a ratio: it lacks 'denominator'"),
    (block(shown_as="percent"), 8, "a_kpi is no ratio: its unit says how it is read"),
    (block(interval="nps"), 8, "the interval nps is that of a score: unit: score"),
    (block(numerator="revenue", unit="amount", min_sample="30"), 8,
     "nothing in a_kpi says how many cases there are: add a 'sample'"),
    # dimensions
    (block(numerator="deal_created"), 7,
     "'deal_created' does not carry sector; sets that every event here carries: narrow"),
    # proportions
    (block(denominator="touch", unit="proportion"), 4,
     "a_kpi is a proportion, but 'sale' is no part of 'touch'; write 'unit: rate', or in"),
    (block(numerator="detected - sale", denominator="detected", unit="proportion"), 4,
     "'sale' is no part of 'detected'"),
    (block(numerator="revenue", denominator="revenue", unit="proportion"), 4,
     "a_kpi is a proportion, which counts cases, but 'revenue' sums amounts"),
    (block(numerator="100 × sale", denominator="sale", unit="proportion"), 4, "'sale' is weighted"),
    (block(denominator="sale - touch", unit="proportion"), 8,
     "a_kpi is a proportion, of which the denominator only adds up"),
    (block(numerator="touch_call", denominator="touch (distinct)", unit="proportion"), 4,
     "'touch_call' counts each time and 'touch (distinct)' each one once"),
    # cohorts
    (block(cohort="detected in 90 days"), 8,
     "cannot be read; write it like 'detected within 90 days'"),
    (block(cohort="detected within 0 days"), 8,
     "a window of 0 days; it must be from 1 to 730 days"),
    (block(cohort="detected within 731 days"), 8, "a window of 731 days; it must be from 1 to 730"),
    (block(cohort="detekted within 9 days"), 8,
     "unknown anchor 'detekted'; did you mean 'detected'?"),
    (block(cohort="detected within 9 days", shape="stock"), 9,
     "a_kpi has a cohort: 'shape' says it"),
    (block(cohort="detected within 9 days"), 8,
     "no event of a_kpi follows an anchor (anchor>target)"),
    (block(numerator="detected>won", denominator="detected", unit="proportion",
           cohort="deal created within 9 days"), 4,
     "'detected>won' begins with 'detected', the cohort of a_kpi with 'deal created'"),
    (block(numerator="detected>won", cohort="detected within 9 days", statistics="mean"), 9,
     "unknown statistic 'mean'"),
    (block(statistics="in_window"), 8, "a_kpi has no cohort: its statistics follow from the rest"),
    (block(numerator="detected>won"), 4,
     "'detected>won' follows an anchor: say within how many days, such as 'cohort:"),
    # ids
    (block().replace("a_kpi", "own_kpi"), 1,
     "'own_kpi' begins with 'own_', which the KPIs of a company do"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "message"), REFUSALS)
def test_what_cannot_be_right_is_refused_with_its_line(
    tmp_path: Path, text: str, line: int, message: str
) -> None:
    with pytest.raises(ConfigurationError) as error:
        catalogue(tmp_path, sales=text)
    assert str(error.value).startswith(f"kpis/sales.yml, line {line}: ")
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("made_in: kpi_prospect_events", "made: x", "unknown key in detected: 'made'"),
        ("  made_in: kpi_prospect_events\n", "", "line 1: detected lacks 'made_in'"),
        ("supplied_by: prospects", "supplied_by: prospect", "did you mean 'prospects'?"),
        ("attribution: owner", "attribution: boss", "unknown attribution of detected: 'boss'"),
        ("measures: [n, distinct]", "measures: [n, w30]", "unknown measure in touch: 'w30'"),
        ("part_of: detected", "part_of: found", "unknown event in detected>won: 'found'"),
        ("detected>won:", "found>won:", "unknown anchor of found>won: 'found'"),
        ("detected:", "Detected:", "'Detected' is no name of an event"),
        ("  fr: prospects détectés\n", "", "detected lacks 'fr'"),
    ],
)
def test_an_event_that_cannot_be_right_is_refused(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    with pytest.raises(ConfigurationError, match=r"kpis/events\.yml, line \d+: ") as error:
        catalogue(tmp_path, events=EVENTS.replace(old, new, 1))
    assert message in str(error.value)


def test_an_id_is_that_of_one_kpi(tmp_path: Path) -> None:
    message = "kpis/loyalty.yml, line 1: the id 'never_won_rate' is taken: kpis/sales.yml has it"
    with pytest.raises(ConfigurationError, match=f"^{re.escape(message)}$"):
        catalogue(tmp_path, loyalty=RATE)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("sale", "kpis/sale.yml is no family of KPIs; did you mean sales.yml?"),
        ("zzz", "kpis/zzz.yml is no family of KPIs; add it to 'families' in sets.yml"),
    ],
)
def test_a_file_is_that_of_a_family(tmp_path: Path, name: str, message: str) -> None:
    with pytest.raises(ConfigurationError, match=f"^{re.escape(message)}$"):
        catalogue(tmp_path, **{name: RATE})


def test_a_file_that_is_no_text_or_that_is_missing_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"kpis/sets\.yml is missing or empty"):
        read_catalogue(tmp_path)
    catalogue(tmp_path)
    (tmp_path / "kpis" / "sales.yml").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(ConfigurationError, match=r"kpis/sales\.yml is not UTF-8 text"):
        read_catalogue(tmp_path)
