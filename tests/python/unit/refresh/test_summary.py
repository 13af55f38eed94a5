"""The text at the end of a refresh, in both languages."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from orchestration.refresh.summary.figures import NOTHING, format_change, format_value
from orchestration.refresh.summary.headlines import Headline
from orchestration.refresh.summary.intake import (
    SourceCount,
    Unread,
    format_unread,
    read_source_counts,
    read_unread,
)
from orchestration.refresh.summary.text import format_headlines, format_summary
from orchestration.refresh.summary.uncounted import (
    Uncounted,
    format_uncounted,
    lines_to_check,
    read_uncounted,
)
from orchestration.refresh.summary.wording import Language
from tests.python.cases import changes_of_a_kpi, with_plain_spaces

NARROW = "\u202f"
MINUS = "\N{MINUS SIGN}"


@pytest.mark.parametrize(
    ("value", "unit", "language", "expected"),
    [
        (1234567, "count", "fr", f"1{NARROW}234{NARROW}567"),
        (1234567, "count", "en", "1,234,567"),
        (0.1234, "rate", "fr", "12,3 %"),
        (0.1234, "rate", "en", "12.3%"),
        (1234.56, "amount", "fr", f"1{NARROW}235 EUR"),
        (13.4, "amount", "fr", "13,40 EUR"),
        (13.4, "amount", "en", "13.40 EUR"),
        (-0.5, "ratio", "en", f"{MINUS}0.50"),
        (42.04, "days", "fr", "42,0 j"),
        (42.04, "days", "en", "42.0 days"),
        (31.25, "score", "fr", "31,3"),
        (47.5, "hours", "fr", "47,5 h"),
        (60, "hours", "fr", "2,5 j"),
        (5.943, "percent", "fr", "594 %"),
        (-0.125, "percent", "en", f"{MINUS}12.5%"),
        (4.26, "months", "fr", "4,3 mois"),
    ],
)
def test_a_value_is_written_with_its_unit(
    value: float, unit: str, language: Language, expected: str
) -> None:
    assert format_value(value, unit, "EUR", language) == expected


@pytest.mark.parametrize(("unit", "before", "now", "language", "expected"), changes_of_a_kpi())
def test_a_change_is_written_as_on_the_pages(
    unit: str, before: float | None, now: float, language: Language, expected: str | None
) -> None:
    written = format_change(now, before, unit, language)
    assert with_plain_spaces(written) == (NOTHING if expected is None else expected)


def test_the_summary_says_what_came_in_what_it_gives_and_where_it_is() -> None:
    def summary(language: Language) -> list[str]:
        return format_summary(
            sources=[SourceCount("crm", 1200, 1, 1199, 2), SourceCount("finance", 8, 0, 8, 0)],
            unread=[Unread("crm", "deals", "amount", "decimal", 12, 17, is_rejected=False)],
            uncounted=[
                Uncounted(
                    "no_exchange_rate",
                    "finance",
                    "costs",
                    "amount",
                    "USD",
                    1,
                    Decimal(1000),
                    "finance/costs.csv",
                    2,
                )
            ],
            headlines=[Headline("meetings", "Rendez-vous", "count", date(2026, 9, 1), 42, 40)],
            as_of=date(2026, 10, 15),
            currency="EUR",
            warnings=["Appels : 3 en 2026-09, contre 90 d'habitude"],
            held_back=["crm/deals.csv is refused: no header"],
            folder=Path("data/published/v1"),
            language=language,
        ).splitlines()

    french, english = summary("fr"), summary("en")
    assert "Données reçues" in french
    assert "À vérifier : ce qui n'a pas été lu, ou n'est pas compté" in french
    assert (
        f"  finance/costs.amount\N{NO-BREAK SPACE}: 1 × Pas de taux de change, 1{NARROW}000,00 "
        "USD, par exemple dans finance/costs.csv, ligne 2, ajoutez son taux à fx_rates.csv"
    ) in french
    assert (
        "  finance/costs.amount: 1 × No exchange rate, 1,000.00 USD, "
        "first in finance/costs.csv, row 2, "
        "add its rate to fx_rates.csv"
    ) in english
    assert (
        "  crm/deals.amount: 12 of 17 rows, not a plain number (amounts carry no currency; where "
        "1.500 or 1,500 reads two ways, set the source's decimal in sources.yml), left empty"
    ) in english
    assert "Chiffres clés (au 2026-10-15)" in french
    assert "Headline figures (as of 2026-10-15)" in english
    assert [line.split() for line in french[2:6:2]] == [
        ["Source", "enregistrements", "illisibles", "chargés", "dont", "rejetés"],
        ["crm", "1", "200", "1", "1", "199", "2"],
    ]
    assert "  Source   records  unreadable  landed  of which rejected" in english
    assert "  crm        1,200           1   1,199                  2" in english
    assert ["Rendez-vous", "2026-09", "42", "+5", "%"] in [line.split() for line in french]
    assert ["Rendez-vous", "2026-09", "42", "+5%"] in [line.split() for line in english]
    assert "  crm/deals.csv is refused: no header" in french
    assert "  data/published/v1/prospection.duckdb" in french
    assert french.index("Inhabituel") < french.index(
        "  Appels : 3 en 2026-09, contre 90 d'habitude"
    )
    assert not any("remarque" in line for line in french)


def test_a_figure_says_beside_it_why_it_is_not_to_be_trusted() -> None:
    month = date(2026, 9, 1)
    table = format_headlines(
        [
            Headline("a", "Meetings", "count", month, 42, 40),
            Headline("b", "Cycle", "days", month, 12.0, None, 7, 30, is_reliable=False),
            Headline("c", "Calls", "count", month, 3, is_partial=True),
            Headline("d", "Won", "rate", month, 0.5, None, 4, 30, False, is_mature=False),
            Headline("e", "Conversion", "rate", month, 1.4, 1.2, 40, 30),
            Headline("f", "Kept", "rate", month, 1.1, 1.0, 40, 30, shape="stock"),
        ],
        "EUR",
        "en",
    )
    head, rule, meetings, cycle, calls, won, conversion, kept = table
    assert head.endswith("  remark")
    assert set(rule.strip()) == {"─", " "}
    assert meetings.endswith("+5%")
    assert cycle.endswith("small sample (7)")
    assert calls.endswith("period in progress")
    assert won.endswith("not final yet, small sample (4)")
    assert conversion.endswith("over 100%: some came in earlier")
    assert kept.endswith("over 100%: more than at the start")


def test_the_records_of_a_source_are_those_that_are_unreadable_and_those_that_landed() -> None:
    """Of file `a` one record is no row and two rows are rejected; `c` was refused as a whole."""
    connection = duckdb.connect()
    connection.execute(
        """
        create schema meta;
        create table meta.loads as
        select * from (values
            ('crm', 'a', 'landed', 10, 9, 1), ('crm', 'b', 'landed', 5, 5, 0),
            ('crm', 'c', 'refused', 7, 0, 0), ('finance', 'd', 'landed', 3, 3, 0)
        ) as loads (source, file, outcome, records, landed, structural_rejects);
        create table meta.load_reconciliation as
        select * from (values ('crm', 'a', 2), ('crm', 'b', 1))
            as files (source, file, value_rejects);
        """
    )
    assert read_source_counts(connection) == [
        SourceCount("crm", records=15, unreadable=1, landed=14, rejected=3),
        SourceCount("finance", records=3, unreadable=0, landed=3, rejected=0),
    ]


def test_values_that_many_rows_lack_are_told_with_what_to_do_and_single_slips_are_not() -> None:
    connection = duckdb.connect()
    connection.execute(
        """
        create schema meta;
        create table meta.load_reconciliation as
            select 'crm' as source, 'deals' as entity, 100 as landed
            union all select 'outreach', 'activities', 4;
        create table meta.rejects as
            select 'outreach' as source, 'activities' as entity, 'occurred_at' as column_name,
                'date_order' as rule, 'staging' as stage, 'outreach/calls.csv' as file,
                4 - range as row_number
            from range(4);
        create table meta.data_quality as
            select 'value_issue' as check_name, 'crm' as source, 'deals' as entity,
                'amount' as column_name, 'decimal' as rule, 4 as issue_count,
                null::varchar as file, null::bigint as row_number
            union all select 'value_issue', 'crm', 'deals', 'closed_at', 'date_order', 5, null, null
            union all select 'orphan_reference', 'crm', 'deals', 'account_id', null, 90, null, null;
        """
    )
    unread = read_unread(connection)
    assert [(each.column, each.rows, each.is_rejected) for each in unread] == [
        ("closed_at", 5, False),
        ("occurred_at", 4, True),
    ]
    assert format_unread(unread[1], "en") == (
        "  outreach/activities.occurred_at: 4 of 4 rows, not a date in the declared order "
        "(set the source's date_order in sources.yml: iso, dmy or mdy), rows rejected, "
        "first in outreach/calls.csv, row 1"
    )


def test_what_is_left_out_is_told_by_kind_single_cases_where_a_figure_may_move() -> None:
    with duckdb.connect() as connection:
        connection.execute(
            """
            create schema meta;
            create table meta.load_reconciliation as
                select 'crm' as source, unnest(['deals', 'activities']) as entity,
                    unnest([1000, 100]) as landed, unnest([1010, 108]) as records;
            create table meta.data_quality (
                check_name varchar, source varchar, entity varchar, column_name varchar,
                rule varchar, issue_count bigint, amount decimal(38, 6), file varchar,
                row_number bigint
            );
            insert into meta.data_quality values
                ('no_exchange_rate', 'crm', 'deals', 'amount', 'USD', 1, 5, 'crm/deals.csv', 7),
                ('no_exchange_rate', 'crm', 'deals', 'amount', 'JPY', 2, 6, 'crm/deals.csv', 8),
                ('decided_after_as_of', 'crm', 'deals', 'closed_at', 'open', 1, null, 'b', 2),
                ('orphan_reference', 'crm', 'deals', 'account_id', null, 50, null, 'a', 1),
                ('orphan_reference', 'crm', 'activities', 'rep_id', null, 6, null, 'a', 3),
                ('nobody_found', 'crm', 'activities', 'prospect_id', 'no', 90, null, null, null),
                ('nobody_found', 'crm', 'activities', 'phone', 'nobody', 7, null, null, null),
                ('test_record', 'crm', 'deals', 'is_test', 'out', 500, null, null, null);
            create table meta.rejects as
                select 'crm' as source, 'activities' as entity, 'crm/activities.csv' as file,
                    range + 1 as row_number, 'cell_count' as rule, 'landing' as stage
                from range(8)
                union all
                select 'crm', 'deals', 'crm/deals.csv', range, 'cell_count', 'landing'
                from range(10);
            """
        )
        found = read_uncounted(connection)
    assert [(each.check, each.entity, each.rule, each.cases) for each in found] == [
        ("no_exchange_rate", "deals", "JPY", 2),
        ("decided_after_as_of", "deals", "open", 1),
        ("no_exchange_rate", "deals", "USD", 1),
        ("cell_count", "activities", None, 8),
        ("nobody_found", "activities", "nobody", 7),
        ("orphan_reference", "activities", None, 6),
    ]
    lines = lines_to_check(found, [Unread("crm", "deals", "amount", "decimal", 9, 9, True)], "en")
    assert lines[0].endswith("row 8, add its rate to fx_rates.csv")
    assert lines[3].startswith("  crm/deals.amount: 9 of 9 rows")
    assert lines[4] == (
        "  crm/activities: 8 × wrong number of cells, first in crm/activities.csv, row 1, "
        "export the file again with every cell in quotes"
    )


def test_the_kinds_of_a_check_are_told_with_their_counts() -> None:
    found = Uncounted(
        "unknown_stage", "crm", "deals", "stage", None, 21, file="crm/deals.csv", row=4,
        kinds=(("Dead Deals", 18), ("95180904", 3)),
    )  # fmt: skip
    line = format_uncounted(found, "en")
    assert line.startswith(
        "  crm/deals.stage: 21 × Deal in a stage of unknown meaning, Dead Deals (18), "
        "95180904 (3), first in crm/deals.csv, row 4, "
    )
    assert "reference/funnel_stages.csv" in line
    won = "won: the day of the last change of its record"
    undated = Uncounted(
        "closed_without_a_day", "crm", "deals", "closed_at", None, 1, kinds=((won, 1),)
    )
    assert (
        "crm/deals.closed_at\N{NO-BREAK SPACE}: 1 × Close sans date de fermeture, gagnée, datée "
        "de la dernière modification de sa fiche (1)"
    ) in format_uncounted(undated, "fr")


def test_of_many_kinds_the_most_frequent_are_told() -> None:
    kinds = [(f"stage {n}", 1) for n in range(23)]
    line = format_uncounted(
        Uncounted("unknown_stage", "crm", "deals", "stage", None, 23, kinds=kinds), "en"
    )
    assert "stage 19 (1), and 3 more" in line


def test_only_so_much_is_told_as_people_read() -> None:
    many = [Uncounted("cell_count", "crm", f"entity_{n}", "", None, 9) for n in range(20)]
    lines = lines_to_check(many, [], "fr")
    assert len(lines) == 13
    assert lines[-1] == "  et 8 autres : meta.data_quality et meta.rejects"
