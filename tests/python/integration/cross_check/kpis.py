"""The KPIs that the cross-check computes, each as aggregates over the tables of facts.sql.

What belongs here: one definition per KPI and statistic, written from the catalogue's words. What
does not: the facts themselves, and the comparison with what was published.
"""

from dataclasses import dataclass

DIMENSIONS = ("all", "rep", "channel", "sector")


@dataclass(frozen=True)
class Measure:
    """An aggregate over rows that have day, rep, channel and sector.

    `{grain}` in it stands for the grain; `by_sector` is another source for that dimension.
    """

    aggregate: str
    source: str
    by_sector: str = ""

    def query(self, grain: str) -> str:
        """Return the statement that gives period_start, dimension, its value and the aggregate."""
        statements = (
            f"select date_trunc('{{grain}}', day)::date, '{dimension}', {value}, {self.aggregate}"
            f" from {source} where day is not null group by all"
            for dimension, value, source in (
                ("all", "'all'", "rows_counted"),
                ("rep", "rep", "rows_counted"),
                ("channel", "channel", "rows_counted"),
                ("sector", "sector", self.by_sector or "rows_counted"),
            )
        )
        rows = f"with rows_counted as materialized (from {self.source}) "
        return (rows + " union all ".join(statements)).replace("{grain}", grain)


@dataclass(frozen=True)
class Kpi:
    """A KPI and a statistic: a numerator and, but for counts and amounts, a denominator.

    Without `has_parts` only the value is compared (a median has neither numerator nor
    denominator). A cohort is mature `window` days after its period. `sample` is what the value
    rests on where that is not its denominator. A ratio of costs exists in the periods in which
    `needs` has a total of everything.
    """

    kpi_id: str
    numerator: Measure
    denominator: Measure | None = None
    statistic: str = "value"
    has_parts: bool = True
    window: int | None = None
    sample: Measure | None = None
    needs: Measure | None = None


def count(source: str, condition: str = "true") -> Measure:
    """Count the rows of a source that meet a condition."""
    return Measure(f"count(*) filter (where {condition})", source)


def people(source: str) -> Measure:
    """Count the distinct people of a source."""
    return Measure("count(distinct person_id)", source)


def total(source: str, column: str = "amount") -> Measure:
    """Add up the known amounts of a source."""
    return Measure(f"sum({column})", source)


def share(kpi_id: str, source: str, condition: str, whole: str = "true") -> Kpi:
    """Return the share of the rows of a source, or of a whole among them."""
    return Kpi(kpi_id, count(source, condition), count(source, whole))


def reached(stage: str, rep: str = "rep") -> str:
    """Return the prospects with the day of a stage as their day, under a rep of theirs."""
    return (
        f"(select * exclude (rep), {rep} as rep, {stage}.d as day from persons"
        f" where {stage} is not null)"
    )


def cohort(kpi_id: str, source: str, target: str, window: int, answer: str = "true") -> list[Kpi]:
    """Return both statistics of a cohort: the share whose target day is known, in time or ever."""
    return [
        Kpi(
            kpi_id,
            count(source, f"coalesce({condition}, false) = {answer}"),
            count(source),
            statistic,
            window=days,
        )
        for statistic, condition, days in (
            ("in_window", f"{target} - day <= {window}", window),
            ("to_date", f"{target} is not null", None),
        )
    ]


def missed(kpi_id: str, source: str, target: str, window: int) -> list[Kpi]:
    """Return both statistics of a cohort: the share without a target day, in time or ever."""
    return cohort(kpi_id, source, target, window, answer="false")


def duration(kpi_id: str, source: str, days: str) -> list[Kpi]:
    """Return mean and median of durations that did not come out negative."""
    known = f"(select *, {days} as duration from {source} where {days} >= 0)"
    return [
        Kpi(kpi_id, total(known, "duration"), Measure("count(*)", known), "mean"),
        Kpi(kpi_id, Measure("median(duration)", known), None, "median", has_parts=False),
    ]


TOUCHES = "prospecting_touches"
FIRST_TOUCH = (
    f"(select touched.day, persons.* from {TOUCHES} as touched join persons using (person_id))"
)
MESSAGES = f"(from {TOUCHES} where channel in ('email', 'linkedin', 'mail', 'sms'))"
CALLS = f"(from {TOUCHES} where channel = 'call')"
EMAILS = f"(from {TOUCHES} where channel = 'email')"
PROSPECT_BOOKINGS = "(from bookings where not with_customer)"
MEETINGS = "(from happened where channel = 'meeting' and outcome in ('held', 'no_show'))"
COST = Measure("sum(amount)", "spending", "spending_by_sector")
HUMAN_COST = Measure(
    "sum(amount) filter (where nature = 'human')", "spending", "spending_by_sector"
)
RETURN_ON_COST = Measure(
    "sum(amount)",
    "(select day, rep, channel, sector, amount from sales"
    " union all select day, rep, channel, sector, -amount from spending)",
    "(select day, sector, amount from sales"
    " union all select day, sector, -amount from spending_by_sector)",
)
REVENUE = total("sales")
SALES = count("purchases", "amount is not null")
NEW_SALES = "(from purchases where day - customer_since between 0 and 89)"
NEW_REVENUE = total("(from sales where day - customer_since between 0 and 89)")
MARGIN_SALES = count("purchases", "margin is not null")
LOYALTY = "(from loyalty where grain = '{grain}')"
REORDERS = (
    "(select purchases.* exclude (rep, channel, sector), signed.rep, signed.channel, signed.sector"
    " from purchases join signed using (customer_key))"
)
FIRST_ORDERS = (
    "(select *, (select min(later.day) from purchases as later"
    " where later.customer_key = first_sales.customer_key and later.day > first_sales.day)"
    f" as again from {REORDERS} as first_sales where nth = 1)"
)
OPEN_DEALS = (
    "(select period_ends.day, rep, channel, sector, open_amount as amount from opportunities"
    " cross join period_ends where grain = '{grain}' and created_day <= last_day"
    " and (state = 'open' or final_day > last_day))"
)
ORDERS_AND_CONTRACTS = (
    "(select day, rep, channel, sector from purchases"
    " union all select day, rep, channel, sector from agreements)"
)
LAST_ANSWERS = (
    "(from voices where survey = 'nps'{condition} qualify row_number() over ("
    "partition by respondent, date_trunc('{{grain}}', day) order by responded_at desc) = 1)"
)
NPS = LAST_ANSWERS.format(condition="")
NEW_NPS = LAST_ANSWERS.format(
    condition=" and day >= customer_since and day < customer_since + interval 12 month"
)
PROMOTERS_LESS_DETRACTORS = (
    "100 * (count(*) filter (where score >= 9) - count(*) filter (where score <= 6))"
)

KPIS = [
    # prospecting activity
    Kpi("new_prospects", count(reached("detected", "owner"))),
    Kpi("prospects_contacted", people(TOUCHES)),
    Kpi("new_prospects_contacted", count(reached("contacted"))),
    Kpi("touches", count(TOUCHES)),
    Kpi("touches_per_prospect", count(TOUCHES), people(TOUCHES)),
    Kpi("calls_to_prospects", count(CALLS)),
    Kpi("calls_total", count("(from touches where channel = 'call')")),
    share("call_answer_rate", CALLS, "is_answered"),
    Kpi("prospecting_emails", count(EMAILS)),
    Kpi("emails_total", count("(from touches where channel = 'email')")),
    Kpi("linkedin_touches", count(f"(from {TOUCHES} where channel = 'linkedin')")),
    Kpi("letters_sent", count(f"(from {TOUCHES} where channel = 'mail')")),
    Kpi("email_to_call_ratio", count(EMAILS), count(CALLS)),
    Kpi("conversations", count("conversations")),
    Kpi("prospect_conversations", count("conversations", "not with_customer")),
    Kpi("meetings_booked", count(PROSPECT_BOOKINGS)),
    Kpi("meetings_held_prospects", count(MEETINGS, "outcome = 'held' and not with_customer")),
    Kpi("meetings_held_customers", count(MEETINGS, "outcome = 'held' and with_customer")),
    share("meeting_no_show_rate", MEETINGS, "outcome = 'no_show'"),
    Kpi("quotes_sent", count("offers")),
    Kpi("quoted_amount", total("offers"), sample=count("offers", "amount is not null")),
    Kpi("prospecting_days", total("(from spending where worked > 0)", "worked")),
    # response and qualification
    Kpi("responses", count("responses")),
    Kpi("response_rate", count("responses", "is_message"), count(MESSAGES)),
    *cohort("prospect_response_rate", reached("contacted"), "responded_on", 90),
    *missed("never_engaged_rate", reached("detected", "owner"), "engaged.d", 90),
    *missed("contacted_never_engaged_rate", reached("contacted", "owner"), "engaged.d", 90),
    *missed("never_contacted_rate", reached("detected", "owner"), "touched.d", 7),
    Kpi("leads_obtained", count(reached("engaged"))),
    Kpi("qualified_prospects", count(reached("qualified"))),
    Kpi("qualification_rate", count(reached("qualified")), count(reached("detected"))),
    *cohort("cohort_qualification_rate", reached("detected"), "reached_qualified.d", 90),
    *cohort("contact_to_qualified_rate", reached("contacted"), "reached_qualified.d", 90),
    *cohort("lead_to_opportunity_rate", reached("qualified_by_name"), "first_deal.d", 90),
    Kpi("prospecting_rate", count(reached("engaged")), people(FIRST_TOUCH)),
    Kpi("meeting_booking_rate", count(PROSPECT_BOOKINGS), count(CALLS)),
    *duration(
        "lead_response_hours",
        f"(from {reached('detected', 'touched.rep')} where detected.t and touched.t)",
        "epoch(touched.a - detected.a) / 3600",
    ),
    # conversion and cycle
    Kpi("new_customers", count("signed")),
    Kpi("conversion_rate", count(reached("won")), people(FIRST_TOUCH)),
    *cohort("cohort_conversion_rate", reached("contacted"), "won.d", 180),
    *cohort("detected_to_customer_rate", reached("detected"), "won.d", 180),
    *cohort("lead_conversion_rate", reached("qualified"), "won.d", 180),
    *cohort("quoted_to_customer_rate", reached("quoted"), "won.d", 90),
    *cohort("quote_win_rate", "offers", "if(is_accepted, coalesce(decided_day, day), null)", 90),
    Kpi(
        "quotes_never_won_rate",
        count("offers", "is_refused or (not is_accepted and getvariable('as_of') - day > 90)"),
        count("offers", "is_refused or is_accepted or getvariable('as_of') - day > 90"),
        "to_date",
    ),
    Kpi("deals_won", count("closed_deals", "status = 'won'")),
    Kpi("deals_lost", count("closed_deals", "status = 'lost'")),
    share("deal_win_rate", "closed_deals", "status = 'won'"),
    *cohort(
        "cohort_deal_win_rate",
        "(from opportunities where created_day is not null)",
        "if(state = 'won', final_day, null)",
        180,
    ),
    Kpi("contracts_signed", count("agreements")),
    Kpi("contracts_lost", count("endings", "not is_renewed")),
    *duration("time_to_convert_days", reached("won"), "won.d - contacted.d"),
    *duration("detection_to_customer_days", reached("won"), "won.d - detected.d"),
    *duration("prospect_to_lead_days", reached("qualified"), "qualified.d - contacted.d"),
    *duration("lead_to_customer_days", reached("won"), "won.d - qualified.d"),
    *duration(
        "sales_cycle_days", "(from closed_deals where status = 'won')", "final_day - created_day"
    ),
    # cost and return
    Kpi("prospecting_cost", COST),
    Kpi("human_cost_share", HUMAN_COST, COST, needs=COST),
    Kpi("cost_per_contact", COST, people(TOUCHES), needs=COST),
    Kpi("cost_per_prospect", COST, count(reached("engaged")), needs=COST),
    Kpi("cost_per_qualified_prospect", COST, count(reached("qualified")), needs=COST),
    Kpi("cac", COST, count("signed"), needs=COST),
    Kpi("roi", RETURN_ON_COST, COST, sample=SALES, needs=COST),
    Kpi("revenue_per_prospect", NEW_REVENUE, people(TOUCHES)),
    # sales
    Kpi("revenue", REVENUE, sample=SALES),
    Kpi("new_customer_revenue", NEW_REVENUE, sample=count(NEW_SALES, "amount is not null")),
    Kpi(
        "won_amount",
        total("(from closed_deals where status = 'won')"),
        sample=count("closed_deals", "status = 'won' and amount is not null"),
    ),
    Kpi("orders_count", count("purchases")),
    Kpi("average_basket", total("purchases"), count("purchases", "amount is not null")),
    Kpi(
        "average_deal_amount",
        total("(from closed_deals where status = 'won')"),
        count("closed_deals", "status = 'won' and amount is not null"),
    ),
    Kpi("gross_margin", total("sales", "margin"), sample=MARGIN_SALES),
    Kpi(
        "gross_margin_rate",
        total("sales", "margin"),
        total("sales", "margin_line_amounts"),
        sample=MARGIN_SALES,
    ),
    Kpi("open_pipeline", total(OPEN_DEALS), sample=count(OPEN_DEALS, "amount is not null")),
    # loyalty and satisfaction
    Kpi("active_customers", count(LOYALTY, "at_end")),
    Kpi("retention_rate", count(LOYALTY, "at_start and at_end"), count(LOYALTY, "at_start")),
    Kpi("churn_rate", count(LOYALTY, "at_start and not at_end"), count(LOYALTY, "at_start")),
    share("renewal_rate", "endings", "is_renewed"),
    Kpi(
        "repeat_purchase_rate",
        Measure(
            "count(distinct customer_key)"
            " filter (where first_ordered_on < date_trunc('{grain}', day))",
            REORDERS,
        ),
        Measure("count(distinct customer_key)", REORDERS),
    ),
    Kpi(
        "second_sale_90d_rate",
        count(FIRST_ORDERS, "again - day <= 90"),
        count(FIRST_ORDERS),
        "in_window",
        window=90,
    ),
    Kpi(
        "referral_6m_rate",
        count("recommenders", "referred_on - day <= 183"),
        count("recommenders"),
        "in_window",
        window=183,
    ),
    Kpi("nps", Measure(PROMOTERS_LESS_DETRACTORS, NPS), count(NPS)),
    Kpi("new_customer_nps", Measure(PROMOTERS_LESS_DETRACTORS, NEW_NPS), count(NEW_NPS)),
    share("csat", "(from voices where survey = 'csat')", "score >= coalesce(scale_max, 5) - 1"),
    Kpi(
        "ces",
        Measure(
            "sum((score - 1) / (coalesce(scale_max, 7) - 1) * 6 + 1)",
            "(from voices where survey = 'ces')",
        ),
        count("voices", "survey = 'ces'"),
        "mean",
    ),
    *(
        Kpi(kpi_id, count("demands", f"category = '{category}'"))
        for kpi_id, category in (
            ("complaints", "complaint"),
            ("refund_requests", "refund_request"),
            ("dissatisfactions", "dissatisfaction"),
            ("compliments", "compliment"),
            ("customer_questions", "question"),
        )
    ),
    Kpi("complaint_rate", count("demands", "category = 'complaint'"), count(ORDERS_AND_CONTRACTS)),
    Kpi("five_star_reviews", count("stars", "rating = 5")),
    Kpi("average_rating", Measure("sum(rating)", "stars"), count("stars"), "mean"),
]
