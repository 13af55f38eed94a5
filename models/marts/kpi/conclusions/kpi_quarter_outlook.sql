-- grain: one row per quarter that is running or comes next, basis and measure.
-- Will the quarter reach its target, and how many contacts are missing? Signed so far,
-- expected of who stands open and of who is still to come, and the target of the same
-- measure. The chance is the share of a thousand sums drawn that reach it; the interval
-- holds 80 % of them. Where the forecast of the months is withheld, so is this one.
with signed as (select * from {{ ref('kpi_quarter_signed') }}),

goals as (select * from {{ ref('kpi_quarter_goals') }}),

expected as (select * from {{ ref('kpi_quarter_expected') }}),

chances as (select * from {{ ref('kpi_quarter_chances') }}),

contacts as (select * from {{ ref('kpi_quarter_contacts') }}),

withheld as (
    select * from {{ ref('kpi_forecast') }}
    where
        is_withheld
        and months_ahead = 1
),

given as (
    select expected.*
    from expected
    anti join withheld
        on expected.measure = withheld.measure
),

standing as (
    select
        signed.*,
        given.open_weighted,
        given.expected_new,
        signed.signed + given.open_weighted + given.expected_new as expected,
        given.worth,
        goals.target,
        goals.target_kpi,
        goals.target - (signed.signed + given.open_weighted + given.expected_new)
            as gap
    from signed
    left join given
        on
            signed.period_start = given.period_start
            and signed.measure = given.measure
    left join goals
        on
            signed.period_start = goals.period_start
            and signed.measure = goals.measure
    where coalesce(signed.signed, goals.target) is not null
),

kpi_quarter_outlook as (
    select
        {% for column in [
            'period_start', 'period_end', 'basis', 'measure', 'signed',
            'open_weighted', 'expected_new', 'expected', 'target', 'target_kpi', 'gap',
        ] %}
            standing.{{ column }},
        {% endfor %}
        chances.ends[1] as interval_low,
        chances.ends[2] as interval_high,
        chances.chance,
        contacts.months_to_go,
        {% for end, share in [
            ('', 'won_share'), ('_low', 'share_high'), ('_high', 'share_low'),
        ] %}
            ceil(
                case when standing.gap is not null then greatest(standing.gap, 0) end
                / nullif(standing.worth, 0)
                / nullif(contacts.{{ share }}, 0)
            ) as contacts_needed{{ end }},
        {% endfor %}
        errors.past_error,
        coalesce(errors.errors_known, 0) as errors_known,
        {{ is_far_off('errors.past_error') }} as is_far_off,
        withheld.is_withheld is not null as is_withheld
    from standing
    left join chances
        on
            standing.period_start = chances.period_start
            and standing.measure = chances.measure
            and standing.expected is not null
    left join contacts
        on standing.period_start = contacts.period_start
    left join expected as errors
        on
            standing.period_start = errors.period_start
            and standing.measure = errors.measure
    left join withheld
        on standing.measure = withheld.measure
)

select * from kpi_quarter_outlook
