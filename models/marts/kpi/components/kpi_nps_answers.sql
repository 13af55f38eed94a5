-- grain: one row per answer to the Net Promoter question and grain and period in which
-- it was given.
-- Whether it is the respondent's last one in the period: of all, and of those given as
-- a new customer. An answer that names nobody is a respondent of its own.
with answers as (
    select * from {{ ref('fct_customer_voices') }}
    where
        kind = 'survey_response'
        and topic = 'nps'
        and not is_test
        and not is_after_as_of
),

calendar as (select * from {{ ref('kpi_calendar') }}),

placed_answers as (
    select
        answers.*,
        coalesce(
            cast(answers.prospect_key as varchar),
            -- null with an unknown customer, which concat is not
            'customer ' || answers.customer_key,
            concat('answer ', answers.source, ' ', answers.voice_id)
        ) as respondent,
        grains.grain,
        {{ start_of_grain(kpi_grains()) }} as period_start
    from answers
    inner join calendar
        on answers.said_on = calendar.day
    cross join {{ rows_of_grains(kpi_grains()) }}
),

kpi_nps_answers as (
    select
        source,
        voice_id,
        customer_key,
        grain,
        period_start,
        score,
        row_number() over (
            partition by respondent, grain, period_start
            order by said_on desc, said_at desc, source asc, voice_id desc
        ) = 1 as is_last,
        is_new_customer
        and row_number() over (
            partition by respondent, grain, period_start, is_new_customer
            order by said_on desc, said_at desc, source asc, voice_id desc
        ) = 1 as is_last_as_new_customer
    from placed_answers
)

select * from kpi_nps_answers
