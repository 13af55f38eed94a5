-- one row per deal, in its state at the end of the data
with
states as (
    select
        deal_key,
        arg_max(stage, stage_no) as stage,
        max(entered_minute) as entered_minute
    from deal_stages
    group by deal_key
)

select
    deals.deal_id,
    numbered('A', deals.account_no, 7) as account_id,
    numbered('P', deals.prospect_no, 7) as prospect_id,
    reps.rep_id,
    deals.pipeline,
    states.stage,
    case
        when not deals.is_closed then 'open'
        when deals.is_won then 'won'
        else 'lost'
    end as status,
    case when deals.is_closed or draw(deals.deal_key, 'has amount') < 0.93
        then deals.amount end as amount,
    deals.currency,
    in_iso_time(creation.wall_at) as created_at,
    in_iso_day(
        creation.wall_at::date + 30
        + floor(50 * draw(deals.deal_key, 'expected'))::integer
        + case when not deals.is_closed and not deals.is_stuck
            then greatest(
                getvariable('as_of') - creation.wall_at::date - 30, 0
            )::integer
            else 0 end
    ) as expected_close_on,
    case when deals.is_closed then in_iso_time(closing.wall_at) end as closed_at,
    case when deals.is_closed and not deals.is_won then
        pick(
            [
                'Prix', 'Prix', 'Prix', 'Prix', 'Prix', 'Prix',
                'Pas de décision', 'Pas de décision', 'Pas de décision',
                'Pas de décision', 'Concurrent', 'Concurrent', 'Concurrent',
                'Projet reporté', 'Projet reporté', 'Projet reporté',
                'Budget gelé', 'Budget gelé', 'Périmètre fonctionnel', null
            ],
            draw(deals.deal_key, 'why lost')
        )
    end as lost_reason,
    deals.product_id,
    in_iso_time(last_entry.wall_at) as updated_at
from deals
inner join states on deals.deal_key = states.deal_key
inner join reps on deals.rep_no = reps.rep_no
inner join work_clock as creation on deals.created_minute = creation.work_minute
left join work_clock as closing on deals.closed_minute = closing.work_minute
inner join work_clock as last_entry on states.entered_minute = last_entry.work_minute
order by deals.deal_id
