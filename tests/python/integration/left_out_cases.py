"""Exports of which a part cannot count, or not as it looks, and what is told of each part.

What belongs here: the files and the expected outcome, as data. What does not: files that cannot be
read (see `dirty_cases.py`), refreshing them and comparing (see `test_dirty_files.py`).
"""

from decimal import Decimal

from tests.python.integration.dirty_cases import Case, all_current


def told(*checks: str) -> str:
    """Return the query of what the named checks say of the case."""
    names = ", ".join(f"'{check}'" for check in checks)
    return (
        "select entity, column_name, rule, issue_count from meta.data_quality"
        f" where source = '{{source}}' and check_name in ({names}) order by all"
    )


SPENT = (
    "select cost_id, sum(spent_amount)::double from core.fct_costs"
    " where source = '{source}' and kind = 'cost'"
)
MONEY_LEFT_OUT = (
    "select entity, rule, issue_count, amount from meta.data_quality"
    " where source = '{source}' and check_name = '%s' order by all"
)
FIRST_CASES = (
    "select check_name, entity, column_name, split_part(file, '/', -1), row_number"
    " from meta.data_quality where source = '{source}' and file is not null order by all"
)
LARGEST = "99999999999999.9999"

LEFT_OUT = [
    Case(
        "products_of_two_cells",
        {
            "accounts.csv": "account_id,name\nA1,Satu\n",
            "orders.csv": "order_id,account_id,ordered_at,status\nO1,A1,2026-05-01,placed\n"
            "O2,A1,2026-05-02,placed\n",
            "order_lines.csv": "order_id,line_number,quantity,unit_price\nO1,1,1000,15000000\n"
            f"O2,1,{LARGEST},{LARGEST}\n",
            "reps.csv": "rep_id,name\nR1,Ana\n",
            "rep_time.csv": "rep_id,month,days,loaded_monthly_cost,working_days\n"
            f"R1,2026-04,20,500000000000,25\nR1,2026-05,{LARGEST},{LARGEST},0.0001\n",
        },
        figures={
            "accounts.csv": all_current(1),
            "orders.csv": all_current(2),
            "order_lines.csv": all_current(2),
            "reps.csv": all_current(1),
            "rep_time.csv": all_current(2),
        },
        values={
            "select order_id, converted_net_amount::double from core.fct_orders"
            " where source = '{source}' order by all": [("O1", 15e9), ("O2", None)],
            "select sum(spent_amount)::double from core.fct_costs"
            " where source = '{source}' and spent_on < '2026-05-01'": [(4e11,)],
            told("amount_too_large"): [
                ("order_lines", "unit_price", "quantity × unit price", 1),
                ("rep_time", "days", "EUR", 1),
            ],
        },
    ),
    Case(
        "costs_without_end",
        {
            "costs.csv": "cost_id,incurred_on,incurred_to,cost_type,amount\n"
            "A,2026-05-01,9999-12-31,tools,1200\n"
            "B,2026-05-10,,ads,50\n"
            "C,1926-05-10,,ads,70\n"
            "D,2926-05-10,2926-05-11,ads,80\n"
            "E,2026-03-01,2026-03-31,data,2147911935.49\n"
            "F,2026-01-01,2026-12-31,tools,2\n"
            "G,1969-12-31,1970-01-02,tools,9\n"
            "H,2026-02-10,2026-02-01,tools,7\n",
        },
        figures={"costs.csv": all_current(8)},
        issues={
            ("incurred_to", "no_end"): 1,
            ("incurred_to", "before_start"): 1,
            ("incurred_on", "improbable_year"): 3,
            ("incurred_to", "improbable_year"): 3,
        },
        values={
            f"{SPENT} group by all order by all": [
                ("A", 1200.0),
                ("B", 50.0),
                ("E", 2147911935.49),
                ("F", 2.0),
                ("G", 6.0),
                ("H", 7.0),
            ],
            f"{SPENT} and spent_on between '2026-01-01' and '2026-01-31'"
            " group by all order by all": [("F", 0.1698630136)],
            f"{SPENT} and cost_id = 'A' and spent_on = '2026-05-01' group by all": [("A", 1200.0)],
            MONEY_LEFT_OUT % "outside_calendar": [("costs", "EUR", 3, Decimal(153))],
            "select file, row_number from meta.data_quality"
            " where source = '{source}' and rule = 'no_end'": [("costs_without_end/costs.csv", 1)],
        },
    ),
    Case(
        "amounts_without_a_rate",
        {
            "accounts.csv": "account_id,name\nA1,Ocean\n",
            "campaigns.csv": "campaign_id,name,started_on,budget_amount,currency\n"
            "P1,Spring,2026-02-01,300,NOK\nP2,Summer,2026-02-01,300,EUR\n",
            "costs.csv": "cost_id,incurred_on,incurred_to,cost_type,amount,currency\n"
            "C1,2026-02-05,,ads,1000,EUR\nC2,2026-02-06,2026-02-09,ads,1000,nok\n",
            "quotes.csv": "quote_id,account_id,sent_at,status,amount,currency\n"
            "Q1,A1,2026-02-05,sent,500,NOK\nQ2,A1,2026-02-05,sent,700,EUR\n",
            "deals.csv": "deal_id,account_id,stage,status,amount,currency,created_at,closed_at\n"
            "D1,A1,x,won,90,NOK,2026-01-05,2026-02-05\nD2,A1,x,open,80,CHF,2026-01-05,\n"
            "D3,A1,x,open,,NOK,2026-01-05,\n",
            "contracts.csv": "contract_id,account_id,started_on,monthly_amount,currency\n"
            "K1,A1,2026-02-01,10,NOK\nK2,A1,2026-05-01,10,CHF\n",
            "products.csv": "product_id,name,unit_cost,currency\nP1,Pen,2,GBP\nP2,Ink,2,\n",
            "orders.csv": "order_id,account_id,ordered_at,status,amount,currency\n"
            "O1,A1,2026-02-01,placed,40,NOK\nO2,A1,2026-02-01,placed,,NOK\n"
            "O3,A1,1960-02-01,placed,30,EUR\n",
            "order_lines.csv": "order_id,line_number,quantity,unit_price,unit_cost,product_id\n"
            "O2,1,2,20,5,P1\n",
            "fx_rates.csv": "rate_on,currency,rate\n2026-03-01,CHF,1.1\n",
        },
        figures={
            "accounts.csv": all_current(1),
            "campaigns.csv": all_current(2),
            "costs.csv": all_current(2),
            "quotes.csv": all_current(2),
            "deals.csv": all_current(3),
            "contracts.csv": all_current(2),
            "products.csv": all_current(2),
            "orders.csv": all_current(3),
            "order_lines.csv": all_current(1),
            "fx_rates.csv": all_current(1),
        },
        issues={("ordered_at", "improbable_year"): 1},
        values={
            told("no_exchange_rate"): [
                ("campaigns", "budget_amount", "NOK", 1),
                ("contracts", "monthly_amount", "NOK", 1),
                ("costs", "amount", "NOK", 1),
                ("deals", "amount", "CHF", 1),
                ("deals", "amount", "NOK", 1),
                ("order_lines", "unit_cost", "NOK", 1),
                ("orders", "amount", "NOK", 1),
                ("products", "unit_cost", "GBP", 1),
                ("quotes", "amount", "NOK", 1),
            ],
            told("outside_calendar"): [("orders", "amount", "EUR", 1)],
            "select amount from meta.data_quality where source = '{source}'"
            " and check_name = 'no_exchange_rate' and entity = 'costs'": [(Decimal(1000),)],
        },
    ),
    Case(
        "credit_notes_among_orders",
        {
            "accounts.csv": "account_id,name\nA1,Alpha\nA2,Beta\n",
            "orders.csv": "order_id,account_id,ordered_at,status,amount\n"
            "O1,A1,2026-03-01,placed,1000\nO2,A1,2026-03-10,placed,-200\n"
            "O3,A2,2026-03-12,placed,-300\nO4,A2,2026-03-12,cancelled,-1\nO5,A2,2026-03-15,placed,9\n",
            "order_lines.csv": "order_id,line_number,quantity,unit_price,discount_amount\n"
            "O5,1,1,20,50\n",
        },
        figures={
            "accounts.csv": all_current(2),
            "orders.csv": all_current(5),
            "order_lines.csv": all_current(1),
        },
        values={
            "select order_id, is_credit_note from core.fct_orders where source = '{source}'"
            " order by all": [
                ("O1", False),
                ("O2", True),
                ("O3", True),
                ("O4", True),
                ("O5", True),
            ],
            "select accounts.account_id, customer_since_on::varchar from core.dim_customers"
            " inner join core.dim_accounts as accounts using (account_key)"
            " where accounts.source = '{source}' order by all": [("A1", "2026-03-01")],
            "select event, count(*), sum(amount)::double from kpi.kpi_order_events"
            " inner join core.fct_orders on record_entity = 'orders' and record_key = order_key"
            " where source = '{source}' and event in ('order', 'order_amount', 'revenue')"
            " group by all order by all": [
                ("order", 1, None),
                ("order_amount", 1, 1000.0),
                ("revenue", 4, 470.0),
            ],
            told("credit_note"): [("orders", "amount", "revenue and margin, but no order", 3)],
        },
    ),
    Case(
        "invoice_number_as_cost_id",
        {
            "reps.csv": "rep_id,name\nR1,Ana\n",
            "rep_time.csv": "rep_id,month,days,loaded_monthly_cost\nR1,2026-03,10,2500\n"
            "R1,2026-03,5,2500\n",
            "costs_1.csv": "cost_id,incurred_on,cost_type,amount\nINV-7,2026-02-03,ads,1000\n"
            "INV-7,2026-02-03,tools,200\nINV-8,2026-02-03,ads,50\n",
            "costs_2.csv": "cost_id,incurred_on,cost_type,amount\nINV-8,2026-02-04,ads,60\n"
            "INV-9,2026-02-04,ads,60\nINV-9,2026-02-04,ads,60\n",
            "deals.csv": "deal_id,stage,status,amount,updated_at\nD1,x,open,1,2026-01-01\n"
            "D1,x,open,2,2026-01-02\nD2,x,open,1,2026-01-02\nD2,x,open,2,2026-01-02\n",
        },
        figures={
            "reps.csv": all_current(1),
            "rep_time.csv": (2, 2, 0, 1, 1, 0, 0),
            "costs_1.csv": (3, 3, 0, 1, 2, 0, 0),
            "costs_2.csv": (3, 3, 0, 2, 0, 1, 0),
            "deals.csv": (4, 4, 0, 2, 2, 0, 0),
        },
        values={
            "select entity, column_name, issue_count, split_part(file, '/', -1), row_number"
            " from meta.data_quality"
            " where source = '{source}' and check_name = 'same_key_in_one_load' order by all": [
                ("costs", "cost_id", 2, "costs_1.csv", 2),
                ("deals", "deal_id", 1, "deals.csv", 4),
                ("rep_time", "rep_id, month, channel, campaign_id", 1, "rep_time.csv", 2),
            ],
        },
    ),
    Case(
        "references_that_find_nothing",
        {
            "accounts.csv": "account_id,name,parent_account_id,owner_rep_id\n00001,Gamma,2,9\n",
            "reps.csv": "rep_id,name,manager_rep_id\n009,Ana,9\n",
            "campaigns.csv": "campaign_id,name\n007,Bond\n",
            "prospects.csv": "prospect_id,detected_at,account_id\nP1,2026-05-01,1\n",
            "contracts.csv": "contract_id,account_id,started_on,renewed_by_contract_id\n"
            "K1,1,2026-05-01,K2\nK3,00001,2026-05-01,K1\n",
            "quotes.csv": "quote_id,account_id,sent_at,status,deal_id,prospect_id,rep_id\n"
            "Q1,1,2026-05-02,sent,D9,P9,9\n",
            "tickets.csv": "ticket_id,account_id,opened_at,category,order_id,contract_id\n"
            "T1,1,2026-05-02,complaint,O9,K9\n",
            "survey_responses.csv": "response_id,survey,account_id,responded_at,score\n"
            "R1,nps,1,2026-05-02,9\n",
            "reviews.csv": "review_id,posted_at,rating,account_id\nV1,2026-05-02,5,1\n",
            "referrals.csv": "referral_id,referrer_account_id,referred_prospect_id,referred_at\n"
            "F1,1,P9,2026-05-02\n",
            "costs.csv": "cost_id,incurred_on,cost_type,amount,campaign_id,rep_id\n"
            "C1,2026-05-01,ads,77,7,9\nC2,2026-05-01,ads,77,007,009\n",
            "activities.csv": "activity_id,occurred_at,channel,direction,account_id,in_reply_to\n"
            "X1,2026-05-02,email,outbound,00001,\nX2,2026-05-03,email,inbound,00001,X1\n"
            "X3,2026-05-03,email,inbound,00001,X9\n",
            "targets.csv": "kpi_id,grain,period_start,dimension,dimension_value,target\n"
            "revenue,month,2026-05-01,rep,9,100\nrevenue,month,2026-05-01,rep,009,100\n",
            "suppressions.csv": "requested_at,kind,prospect_id\n2026-05-01,opt_out,P9\n",
            "links.csv": "kind,source,id,same_as_source,same_as_id\n"
            "account,references_that_find_nothing,00001,references_that_find_nothing,2\n",
        },
        figures={
            "accounts.csv": all_current(1),
            "reps.csv": all_current(1),
            "campaigns.csv": all_current(1),
            "prospects.csv": all_current(1),
            "contracts.csv": all_current(2),
            "quotes.csv": all_current(1),
            "tickets.csv": all_current(1),
            "survey_responses.csv": all_current(1),
            "reviews.csv": all_current(1),
            "referrals.csv": all_current(1),
            "costs.csv": all_current(2),
            "activities.csv": all_current(3),
            "targets.csv": all_current(2),
            "suppressions.csv": all_current(1),
            "links.csv": all_current(1),
        },
        values={
            told("orphan_reference"): [
                ("accounts", "owner_rep_id", None, 1),
                ("activities", "in_reply_to", None, 1),
                ("contracts", "account_id", None, 1),
                ("contracts", "renewed_by_contract_id", None, 1),
                ("costs", "campaign_id", None, 1),
                ("costs", "rep_id", None, 1),
                ("links", "same_as_id", "account", 1),
                ("prospects", "account_id", None, 1),
                ("quotes", "account_id", None, 1),
                ("quotes", "deal_id", None, 1),
                ("quotes", "prospect_id", None, 1),
                ("quotes", "rep_id", None, 1),
                ("referrals", "referred_prospect_id", None, 1),
                ("referrals", "referrer_account_id", None, 1),
                ("reps", "manager_rep_id", None, 1),
                ("reviews", "account_id", None, 1),
                ("suppressions", "prospect_id", None, 1),
                ("survey_responses", "account_id", None, 1),
                ("targets", "dimension_value", "rep", 1),
                ("tickets", "account_id", None, 1),
                ("tickets", "contract_id", None, 1),
                ("tickets", "order_id", None, 1),
            ],
        },
    ),
    Case(
        "activities_with_nobody",
        {
            "prospects.csv": "prospect_id,email,phone,detected_at\n"
            "Z1,cy@nobody-else.example,06 98 76 54 32,2026-03-02\n",
            "accounts.csv": "account_id,name\nA1,Known\n",
            "activities.csv": "activity_id,occurred_at,channel,direction,outcome,prospect_id,"
            "account_id,email,phone\n"
            "K1,2026-03-05 10:00:00,call,outbound,answered,,,,0798765432\n"
            "K2,2026-03-05 11:00:00,call,outbound,answered,,,,06.98.76.54.32\n"
            "K3,2026-03-05 12:00:00,email,outbound,sent,,,stranger@nobody-else.example,\n"
            "K4,2026-03-05 13:00:00,email,outbound,sent,Z9,,,\n"
            "K5,2026-03-05 14:00:00,email,outbound,sent,,A1,,\n"
            "K6,2026-03-05 15:00:00,email,outbound,sent,,,,\n"
            "K7,2026-03-06 10:00:00,email,outbound,sent,Z1,,,\n"
            "K8,2026-03-06 10:00:00,email,outbound,sent,Z1,,,\n"
            "K9,2026-03-06 10:00:00,email,outbound,sent,Z1,,,\n"
            "L1,2026-03-06,email,outbound,sent,Z1,,,\n"
            "L2,2026-03-06,email,outbound,sent,Z1,,,\n"
            "L3,2026-03-06 10:00:01,email,outbound,sent,Z1,,,\n",
        },
        figures={
            "prospects.csv": all_current(1),
            "accounts.csv": all_current(1),
            "activities.csv": all_current(12),
        },
        values={
            told("nobody_found"): [
                ("activities", "email", "of nobody who is known", 1),
                ("activities", "phone", "of nobody who is known", 1),
                ("activities", "prospect_id", "of nobody who is known", 1),
                ("activities", None, "names nobody", 1),
            ],
            "select issue_count from meta.data_quality"
            " where source = '{source}' and check_name = 'same_activity_twice'": [(2,)],
        },
    ),
    Case(
        "people_whom_nobody_dates",
        {
            "2026-05-04/accounts.csv": "account_id,name\nA1,Acme\nA2,Twin\nA3, twin\n",
            "2026-05-04/reps.csv": "rep_id,name\nR1,Ana  Lu\n",
            "2026-05-04/prospects.csv": "prospect_id,account_name,owner_rep_name\n"
            "P1,ACME ,ana lu\nP2,Twin,Al\nP3,,\n",
            "2026-05-04/suppressions.csv": "kind,prospect_id\nopt_out,P1\n",
            "2026-05-04/prospect_stages.csv": "prospect_id,stage,entered_at\n"
            "P1,Dreaming,2026-05-01\nP2,Lead,2026-04-20\nP3,Sales Qualified Lead,2026-05-02\n",
            "2026-05-04/deals.csv": "deal_id,stage,status,created_at\nD1,talk,open,2026-05-05\n",
            "2026-05-04/deal_contacts.csv": "deal_id,prospect_id,is_primary,role\n"
            "D1,P3,,user\nD1,P2,yes,buyer\n",
            "2026-05-04/campaign_totals.csv": "campaign_id,day,channel,sent,form_leads\n"
            "X,2026-05-05,email,10,\nX,2026-05-06,,20,3\n",
            "2026-05-04/quotes.csv": "quote_id,sent_at,status\nQ1,2026-05-05,draft\n"
            "Q2,2026-05-05,sent\n",
            "2026-05-11/prospects.csv": "prospect_id,account_name,owner_rep_name\n"
            "P1,ACME ,ana lu\nP4,,\n",
            "2026-05-18/prospects.csv": "prospect_id,detectd_at\nP5,2026-05-01\n",
        },
        figures={
            "2026-05-04/accounts.csv": all_current(3),
            "2026-05-04/reps.csv": all_current(1),
            "2026-05-04/prospects.csv": all_current(3),
            "2026-05-04/suppressions.csv": all_current(1),
            "2026-05-04/prospect_stages.csv": all_current(3),
            "2026-05-04/deals.csv": all_current(1),
            "2026-05-04/deal_contacts.csv": all_current(2),
            "2026-05-04/campaign_totals.csv": all_current(2),
            "2026-05-04/quotes.csv": all_current(2),
            "2026-05-11/prospects.csv": (2, 2, 0, 1, 0, 1, 0),
        },
        refused={"2026-05-18/prospects.csv": "'detectd_at' looks like it"},
        values={
            "select prospect_id, detected_on::varchar, is_detected_on_imputed,"
            " qualified_on::varchar, opted_out_on::varchar, owner_rep_key is not null,"
            " account_key is not null"
            " from core.dim_prospects where source = '{source}' order by all": [
                ("P1", "2026-05-04", True, None, "2026-05-04", True, True),
                ("P2", "2026-04-20", False, "2026-05-05", None, False, False),
                ("P3", "2026-05-02", True, "2026-05-02", None, False, False),
                ("P4", "2026-05-11", True, None, None, False, False),
            ],
            "select prospects.prospect_id, people.is_primary, people.is_prospect_of_deal"
            " from core.fct_deal_people as people"
            " inner join core.dim_prospects as prospects using (prospect_key)"
            " where prospects.source = '{source}' order by all": [
                ("P2", True, True),
                ("P3", False, False),
            ],
            "select campaign_name, channel, sent, form_leads, first_on::varchar, last_on::varchar"
            " from kpi.kpi_campaign_totals where source = '{source}'": [
                ("X", "email", 30, 3, "2026-05-05", "2026-05-06"),
            ],
            "select quote_id from core.fct_quotes where source = '{source}'": [("Q2",)],
            told("draft"): [("quotes", "status", "counts nowhere until it is sent", 1)],
            told(
                "orphan_reference",
                "undated_detection",
                "undated_opt_out",
                "unknown_lifecycle_stage",
            ): [
                ("campaign_totals", "campaign_id", None, 2),
                ("prospect_stages", "stage", "Dreaming", 1),
                ("prospects", "account_name", "two records bear the name", 1),
                (
                    "prospects",
                    "detected_at",
                    "detected on the day of the load: out of what begins at the detection",
                    3,
                ),
                ("prospects", "owner_rep_name", None, 1),
                ("suppressions", "requested_at", "dates from the load that first held it", 1),
            ],
        },
    ),
    Case(
        "decided_on_a_day_to_come",
        {
            "2026-05-10/deals.csv": "deal_id,stage,status,amount,created_at,closed_at,updated_at\n"
            "D1,won,won,5000,2026-04-02,2026-12-15,2026-05-05\n"
            "D2,talk,open,5000,2026-04-02,2026-12-15,2026-05-05\n"
            "D3,lost,lost,5000,2026-04-02,2026-05-10,2026-05-05\n"
            "D4,won,won,5000,2026-04-02,2026-12-15,2026-05-05\n",
            "2026-05-10/deal_stages.csv": "deal_id,stage,entered_at\nD4,talk,2026-04-02\n"
            "D4,won,2026-05-03\n",
            "2026-05-10/quotes.csv": "quote_id,sent_at,status,decided_at\n"
            "Q1,2026-04-02,accepted,2026-08-01\nQ2,2026-04-02,sent,2026-08-01\n",
            "2026-05-10/prospects.csv": "prospect_id,detected_at,qualified_at\n"
            "P1,2026-04-01,2026-08-01\n",
            "2026-05-10/tickets.csv": "ticket_id,opened_at,closed_at,category\n"
            "T1,2026-04-01,2026-05-11,complaint\n",
            "2026-07-20/deals.csv": "deal_id,stage,status,amount,created_at,closed_at\n"
            "D5,won,won,5000,2026-04-02,2026-07-15\n",
        },
        figures={
            "2026-05-10/deals.csv": all_current(4),
            "2026-05-10/deal_stages.csv": all_current(2),
            "2026-05-10/quotes.csv": all_current(2),
            "2026-05-10/prospects.csv": all_current(1),
            "2026-05-10/tickets.csv": all_current(1),
            "2026-07-20/deals.csv": all_current(1),
        },
        values={
            "select deal_id, status, closed_on::varchar, is_closed_on_imputed from core.fct_deals"
            " where source = '{source}' order by all": [
                ("D1", "won", "2026-05-05", True),
                ("D2", "open", None, False),
                ("D3", "lost", "2026-05-10", False),
                ("D4", "won", "2026-05-03", True),
                ("D5", "open", None, False),
            ],
            "select quote_id, status, decided_on::varchar, is_decided_on_imputed"
            " from core.fct_quotes where source = '{source}' order by all": [
                ("Q1", "accepted", "2026-05-10", True),
                ("Q2", "sent", None, False),
            ],
            "select check_name, entity, column_name, issue_count from meta.data_quality"
            " where source = '{source}' and check_name like 'decided%' order by all": [
                ("decided_after_as_of", "deals", "closed_at", 1),
                ("decided_after_its_load", "deals", "closed_at", 2),
                ("decided_after_its_load", "prospects", "qualified_at", 1),
                ("decided_after_its_load", "quotes", "decided_at", 1),
                ("decided_after_its_load", "tickets", "closed_at", 1),
            ],
        },
    ),
    Case(
        "rejects_before_the_first_case",
        {
            "costs.csv": "cost_id,incurred_on,cost_type,amount,currency\n"
            "C1,2026-02-05,ads\nC2,2026-02-05,ads,1,EUR\nC3,2026-02-05\nC4,2026-02-05,ads,1,XYZ\n",
        },
        figures={"costs.csv": (4, 2, 2, 2, 0, 0, 0)},
        rejects=((1, None, "cell_count"), (3, None, "cell_count")),
        values={FIRST_CASES: [("no_exchange_rate", "costs", "amount", "costs.csv", 4)]},
    ),
]
