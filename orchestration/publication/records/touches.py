"""The touches as members: what each activity counts as, and whom it is the first contact of.

What belongs here: the SQL over `core.fct_activities`, whose rows are their own records. What does
not: how members are weighed and placed in periods (see `members.py`).
"""

from orchestration.publication.dimensions import UNKNOWN
from orchestration.quoting import quoted_text

OWN = ("rep", "team", "channel", "campaign", "target_segment", "sender_account")
"""The dimensions that a touch carries itself."""

WHO = ("lead_source", "persona", "sector", "company_size", "country", "region")
"""Those that whom it is for carries."""

_OF_PERSON = ("lead_source", "persona")
_OF_COMPANY = ("sector", "company_size", "country", "region")

_TOUCH = "touches.is_prospecting_touch"
_EVENTS_OF_TOUCHES = {
    "touch": _TOUCH,
    "touch_call": f"{_TOUCH} and touches.channel = 'call'",
    "touch_call_answered": f"{_TOUCH} and touches.is_answered_call",
    "touch_call_unanswered": (
        f"{_TOUCH} and touches.channel = 'call' and not touches.is_answered_call"
    ),
    "touch_email": f"{_TOUCH} and touches.channel = 'email'",
    "touch_linkedin": f"{_TOUCH} and touches.channel = 'linkedin'",
    "touch_mail": f"{_TOUCH} and touches.channel = 'mail'",
    "touch_message": f"{_TOUCH} and touches.channel in ('email', 'linkedin', 'mail', 'sms')",
    "touch_any_call": "touches.channel = 'call'",
    "touch_any_email": "touches.channel = 'email'",
}
"""Which touches an event of activities is, by the flags of `fct_activities`."""


def touches_of(activities: str) -> str:
    """Return the query of the touches with what every dimension tells them by.

    Args:
        activities: the relation that holds them.

    """
    return f"""
        select
            activities.*,
            prospects.is_prospect,
            prospects.first_touch_basis,
            prospects.first_touch_channel,
            prospects.first_touch_sender_account,
            prospects.first_touch_team,
            {", ".join(f"prospects.{each} as person_{each}" for each in WHO)},
            {", ".join(f"accounts.{each} as account_{each}" for each in _OF_COMPANY)},
            reps.rep_id,
            campaigns.campaign_id,
            campaigns.target_segment,
            first_reps.rep_id as first_rep_id,
            first_campaigns.campaign_id as first_campaign_id,
            first_campaigns.target_segment as first_target_segment,
            owner_periods.team as owner_team
        from {activities} as activities
        left join core.dim_prospects as prospects using (prospect_key)
        left join core.dim_accounts as accounts on activities.account_key = accounts.account_key
        left join core.dim_reps as reps on activities.rep_key = reps.rep_key
        left join core.dim_campaigns as campaigns
            on activities.campaign_key = campaigns.campaign_key
        left join core.dim_reps as first_reps
            on prospects.first_touch_rep_key = first_reps.rep_key
        left join core.dim_campaigns as first_campaigns
            on prospects.first_touch_campaign_key = first_campaigns.campaign_key
        left join core.dim_rep_periods as owner_periods
            on
                prospects.owner_rep_key = owner_periods.rep_key
                and prospects.detected_on >= owner_periods.valid_from
                and prospects.detected_on < owner_periods.valid_before
        where activities.is_touch and not activities.is_test and not activities.is_after_as_of
    """


def touch_members(touches: str, dimension: str) -> str:
    """Return the query of the touches as members under a dimension.

    Args:
        touches: the relation that holds them, as `touches_of` has them.
        dimension: what they are told by.

    """
    events = ", ".join(
        f"case when {condition} then {quoted_text(event)} end"
        for event, condition in _EVENTS_OF_TOUCHES.items()
    )
    own = _word_of_touch(dimension)
    first = _word_of_first_touch(dimension)
    contact = _word_of_prospect(dimension) if dimension in WHO else own
    told = """
        touches.occurred_on as day,
        'activities' as record_entity,
        touches.source as record_source,
        touches.activity_id as record_id
    """
    return f"""
    with touches as (from {touches}),

    standards as (
        select
            channels.dimension_value as channel,
            sectors.dimension_value as sector,
            standards.standard
        from kpi.kpi_response_standards as standards
        inner join kpi.kpi_dimension_values as channels on standards.channel = channels.value_code
        inner join kpi.kpi_dimension_values as sectors on standards.sector = sectors.value_code
    ),

    named as (
        select *, unnest(list_filter([{events}], lambda event: event is not null)) as event
        from touches
    )

    select
        touches.event,
        case when touches.event = 'touch' then 'n' end as only_measure,
        case when touches.event = 'touch_message' then standards.standard::double end as amount,
        {own} as dimension_value,
        {told}
    from named as touches
    left join standards
        on
            coalesce(touches.channel, '(unknown)') = standards.channel
            and {_word_of_touch("sector")} = standards.sector
    union all by name
    select
        'touch' as event,
        'distinct' as only_measure,
        touches.prospect_key as once_per,
        {contact} as dimension_value,
        {told}
    from touches
    where {_TOUCH} and touches.prospect_key != {quoted_text(UNKNOWN)}
    union all by name
    select
        'touch_first_touch' as event,
        'distinct' as only_measure,
        touches.prospect_key as once_per,
        {first} as dimension_value,
        {told}
    from touches
    where {_TOUCH} and touches.prospect_key != {quoted_text(UNKNOWN)}
    """


def _word_of_touch(dimension: str) -> str:
    """Return the SQL of a touch's own word, else of its person's, else of its company's."""
    if dimension in OWN:
        column = {"rep": "rep_id", "campaign": "campaign_id"}.get(dimension, dimension)
        return f"coalesce(touches.{column}, '(unknown)')"
    if dimension in _OF_PERSON:
        return f"coalesce(touches.person_{dimension}, '(unknown)')"
    if dimension in WHO:
        company = f"touches.account_{dimension}"
        return f"coalesce(touches.person_{dimension}, {company}, '(unknown)')"
    return _all_or_none(dimension)


def _word_of_prospect(dimension: str) -> str:
    """Return the SQL of the word of whom a touch is for, as far as they are a prospect."""
    return (
        f"coalesce(case when touches.is_prospect then touches.person_{dimension} end, '(unknown)')"
    )


def _word_of_first_touch(dimension: str) -> str:
    """Return the SQL of the word of the first touch of whom a touch is for."""
    if dimension in WHO:
        return _word_of_prospect(dimension)
    if dimension not in OWN:
        return _all_or_none(dimension)
    column = {
        "rep": "touches.first_rep_id",
        "team": (
            "case when touches.first_touch_basis = 'owner' then touches.owner_team "
            "else touches.first_touch_team end"
        ),
        "channel": "touches.first_touch_channel",
        "campaign": "touches.first_campaign_id",
        "target_segment": "touches.first_target_segment",
        "sender_account": "touches.first_touch_sender_account",
    }[dimension]
    return f"coalesce(case when touches.is_prospect then {column} end, '(unknown)')"


def _all_or_none(dimension: str) -> str:
    return "'all'" if dimension == "all" else "null::varchar"
