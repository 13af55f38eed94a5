"""What the end of a refresh says of the company's own KPIs that have no value."""

import duckdb
import pytest

from orchestration.refresh.summary.own_kpis import (
    WithoutValue,
    format_without_value,
    read_without_value,
)
from orchestration.refresh.summary.wording import Language

TABLES = """
    create schema kpi;
    create table kpi.kpi_catalog as
    select * from (values
        ('own_valued', 'Valued', 'Avec valeur', true, null),
        ('own_quoted', 'Quotes', 'Devis', true, null),
        ('own_margin', 'Margin', 'Marge', true, 'lost'),
        ('own_per_sale', 'Per sale', 'Par vente', true, null),
        ('ours', 'Ours', 'Le nôtre', false, null)
    ) as rows (kpi_id, name_en, name_fr, is_own, requires);
    create table kpi.kpi_values as
    select * from (values ('own_valued', 1.0), ('own_per_sale', null)) as rows (kpi_id, value);
    create table kpi.kpi_terms as
    select * from (values
        ('own_valued', 'numerator', 'quote'),
        ('own_quoted', 'numerator', 'quote'),
        ('own_quoted', 'sample', 'margin'),
        ('own_margin', 'numerator', 'margin'),
        ('own_margin', 'denominator', 'sale'),
        ('own_per_sale', 'numerator', 'sale'),
        ('own_per_sale', 'denominator', 'sale'),
        ('own_per_sale', 'denominator', 'quote'),
        ('ours', 'numerator', 'quote')
    ) as rows (kpi_id, side, event);
    create table kpi.kpi_event_types as
    select * from (values
        ('quote', 'quotes sent', 'devis envoyés', 'quotes', false, false),
        ('margin', 'margin', 'marge', 'orders|deals', false, false),
        ('lost', 'deals lost', 'affaires perdues', 'deals', true, false),
        ('sale', 'sales', 'ventes', 'deals', true, true)
    ) as rows (event, name_en, name_fr, supplied_by, is_supplied, is_seen);
"""


def test_each_is_told_with_what_it_lacks() -> None:
    """Of a denominator that adds up sales and quotes the sales are enough; a sample is no need."""
    with duckdb.connect() as connection:
        connection.execute(TABLES)
        assert read_without_value(connection, "fr") == [
            WithoutValue("own_quoted", "Devis", ["quotes"], ()),
            WithoutValue("own_margin", "Marge", ["orders|deals"], ["affaires perdues"]),
            WithoutValue("own_per_sale", "Par vente", (), ()),
        ]


@pytest.mark.parametrize(
    ("kpi", "language", "expected"),
    [
        (
            WithoutValue("own_quoted", "Devis", ["quotes"], ()),
            "en",
            "  own_quoted (Devis): quotes.csv is missing",
        ),
        (
            WithoutValue("own_m", "Marge", ["orders|deals"], ["affaires perdues"]),
            "fr",
            "  own_m (Marge)\u00a0: il manque orders.csv ou deals.csv; "
            "jamais observé (affaires perdues)",
        ),
        (WithoutValue("own_p", "Per sale", (), ()), "en", "  own_p (Per sale): no value yet"),
    ],
)
def test_a_line_names_the_export_that_would_supply_it(
    kpi: WithoutValue, language: Language, expected: str
) -> None:
    assert format_without_value(kpi, language) == expected
