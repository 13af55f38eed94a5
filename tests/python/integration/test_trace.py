"""One row of every entity, followed from its file to the star.

What belongs here: that a value a user typed is the value readers see, in a French export (`;`,
decimal commas, cp1252, days first). What does not: rules on several rows.
"""

from datetime import date, datetime
from typing import Any

import duckdb
import pytest

from orchestration.paths import Paths
from tests.python.conftest import refresh

SOURCES = """
reporting: {currency: EUR, timezone: Europe/Paris, as_of: 2026-06-30}
sources:
  crm: {format: generic, delimiter: ";", decimal: ",", encoding: cp1252, date_order: dmy}
"""

ROWS = {
    "accounts": {
        "account_id": "A1",
        "name": "Société Générale d’Œuvres",
        "domain": "oeuvres.example",
        "registration_number": "552 120 222",
        "sector": "bâtiment",
        "employee_count": "49",
        "country": "France",
        "region": "Île-de-France",
    },
    "prospects": {
        "prospect_id": "P1",
        "account_id": "A1",
        "first_name": "Zoé",
        "email": "Zoe@Oeuvres.example",
        "persona": "gérante",
        "lead_source": "salon",
        "owner_rep_id": "R1",
        "detected_at": "28/02/2026 23:30",
    },
    "reps": {
        "rep_id": "R1",
        "name": "Amélie Durand",
        "team": "Île-de-France",
        "valid_from": "01/01/2026",
    },
    "campaigns": {
        "campaign_id": "C1",
        "name": "Été 2026",
        "channel": "Email",
        "target_segment": "PME du bâtiment",
        "budget_amount": "1 250,50",
    },
    "activities": {
        "activity_id": "T1",
        "occurred_at": "29/03/2026 02:30",
        "channel": "Call",
        "direction": "Outbound",
        "outcome": "répondu",
        "prospect_id": "P1",
        "rep_id": "R1",
        "campaign_id": "C1",
        "duration_seconds": "125",
        "is_service": "non",
    },
    "deals": {
        "deal_id": "D1",
        "account_id": "A1",
        "prospect_id": "P1",
        "rep_id": "R1",
        "stage": "signé",
        "status": "Won",
        "amount": "12 500,50",
        "created_at": "31/03/2026",
        "closed_at": "15/04/2026 18:00",
    },
    "deal_stages": {
        "deal_id": "D1",
        "stage": "proposition",
        "entered_at": "02/04/2026",
    },
    "products": {
        "product_id": "X1",
        "name": "Contrat d’entretien",
        "family": "contrats",
        "unit_cost": "40,25",
    },
    "orders": {
        "order_id": "O1",
        "account_id": "A1",
        "deal_id": "D1",
        "rep_id": "R1",
        "ordered_at": "16/04/2026",
        "status": "placed",
    },
    "order_lines": {
        "order_id": "O1",
        "line_number": "1",
        "product_id": "X1",
        "quantity": "3",
        "unit_price": "99,90",
        "discount_amount": "9,70",
    },
}


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Paths:
    """Refresh one row of every entity and return where it was published."""
    folder = tmp_path_factory.mktemp("trace")
    (folder / "exports" / "crm").mkdir(parents=True)
    (folder / "exports" / "sources.yml").write_text(SOURCES, encoding="utf-8")
    for entity, row in ROWS.items():
        content = ";".join(row) + "\n" + ";".join(row.values()) + "\n"
        (folder / "exports" / "crm" / f"{entity}.csv").write_bytes(content.encode("cp1252"))
    result = refresh(folder / "exports", folder / "data")
    assert result.returncode == 0, result.stdout + result.stderr
    return Paths(folder / "data")


CORE = {
    "accounts": (
        """
        select name, sector, employee_count, company_size, country, region
        from core.dim_accounts where account_id = 'A1'
        """,
        ("Société Générale d’Œuvres", "bâtiment", 49, "10-49", "France", "Île-de-France"),
    ),
    "prospects": (
        """
        select account_id, persona, lead_source, detected_on, contacted_on, qualified_on, won_on
        from core.dim_prospects inner join core.dim_accounts using (account_key)
        where prospect_id = 'P1'
        """,
        (
            "A1",
            "gérante",
            "salon",
            date(2026, 2, 28),
            date(2026, 3, 29),
            date(2026, 3, 31),
            date(2026, 4, 15),
        ),
    ),
    "reps": (
        "select name, team from core.dim_reps where rep_id = 'R1'",
        ("Amélie Durand", "Île-de-France"),
    ),
    "campaigns": (
        """
        select name, channel, target_segment, budget_amount::double
        from core.dim_campaigns where campaign_id = 'C1'
        """,
        ("Été 2026", "email", "PME du bâtiment", 1250.5),
    ),
    "deals": (
        """
        select status, stage, converted_amount::double, created_on, closed_at, rep_id
        from core.fct_deals inner join core.dim_reps using (rep_key) where deal_id = 'D1'
        """,
        ("won", "signé", 12500.5, date(2026, 3, 31), datetime(2026, 4, 15, 16, 0), "R1"),
    ),
    "deal_stages": (
        "select stage, entered_on from core.fct_deal_stages",
        ("proposition", date(2026, 4, 2)),
    ),
    "products": (
        "select name, family, unit_cost::double from core.dim_products where product_id = 'X1'",
        ("Contrat d’entretien", "contrats", 40.25),
    ),
    "orders": (
        """
        select ordered_on, net_amount::double, converted_net_amount::double, account_id
        from core.fct_orders inner join core.dim_accounts using (account_key)
        where order_id = 'O1'
        """,
        (date(2026, 4, 16), 290.0, 290.0, "A1"),
    ),
    "order_lines": (
        """
        select quantity::int, unit_price::double, discount_amount::double,
            net_amount::double, converted_cost_amount::double
        from core.fct_order_lines where order_id = 'O1'
        """,
        (3, 99.9, 9.7, 290.0, 120.75),
    ),
}


@pytest.mark.parametrize("entity", sorted(CORE))
def test_a_row_arrives_in_the_star_as_it_was_typed(published: Paths, entity: str) -> None:
    query, expected = CORE[entity]
    with duckdb.connect(published.current / "prospection.duckdb", read_only=True) as connection:
        assert connection.execute(query).fetchall() == [expected]


def test_an_activity_arrives_in_the_star_as_it_was_typed(published: Paths) -> None:
    """02:30 does not exist on the night the clocks go forward: it takes the earlier offset."""
    files = f"{published.current}/parquet/core/fct_activities/**/*.parquet"
    with duckdb.connect() as connection:
        rows: list[Any] = connection.execute(
            """
            select occurred_at, occurred_on, channel, direction, outcome, duration_seconds,
                is_service, is_prospecting_touch, is_answered_call
            from read_parquet(?)
            """,
            [files],
        ).fetchall()
    assert rows == [
        (
            datetime(2026, 3, 29, 1, 30),
            date(2026, 3, 29),
            "call",
            "outbound",
            "répondu",
            125,
            False,
            True,
            True,
        )
    ]
