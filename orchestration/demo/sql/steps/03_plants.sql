-- What is planted for the reports to find. Which step falls, from when on, which
-- message is the better one and which customers cost too much: the seed decides; each
-- plant can be left out. `truth.json` tells. A null is a plant that is not there.
create table plants as
select
    case when getvariable('plants_bottleneck')
        then pick(['engaged', 'qualified'], draw(1, 'planted step')) end
        as step,
    case when getvariable('plants_bottleneck')
        then pick(
            [date '2026-02-01', date '2026-03-01', date '2026-04-01'],
            draw(1, 'planted month')
        ) end as from_day,
    -- what remains of the chance to get over the step
    case when getvariable('plants_bottleneck')
        then case step when 'engaged' then 0.5 else 0.35 end end as step_factor,
    case when getvariable('plants_variants') then 'EML-2526-IND' end as campaign_id,
    case when getvariable('plants_variants') then draw(1, 'planted variant') < 0.5 end
        as is_a_better,
    case when getvariable('plants_thin_margin')
        then pick(
            [
                {'dimension': 'sector', 'value': 'Industrie', 'factor': 1.7},
                {'dimension': 'sector', 'value': 'BTP', 'factor': 2.6},
                {'dimension': 'company_size', 'value': '50-249', 'factor': 1.9}
            ],
            draw(1, 'planted customer type')
        ) end as customer_type;

set variable planted_step = (select step from plants);
set variable planted_from = (select from_day from plants);
set variable planted_factor = (select step_factor from plants);
set variable planted_campaign = (select campaign_id from plants);
set variable planted_a_is_better = (select is_a_better from plants);
set variable planted_type = (select customer_type from plants);

-- what remains of the chance of a prospect detected on a day to get over a step
create macro remaining_chance(step, day) as
    case when step = getvariable('planted_step') and day >= getvariable('planted_from')
        then getvariable('planted_factor') else 1 end;

create macro variant_of(channel, campaign_id, has_variant_a) as
    case
        when channel = 'email' and campaign_id[:3] in ('EML', 'REL') then
            case when has_variant_a then 'A – gain de temps'
                else 'B – coût d’un arrêt' end
        when channel = 'linkedin' and campaign_id[:3] = 'LKD' then
            case when has_variant_a then 'Invitation seule'
                else 'Invitation et mot d’accueil' end
    end;

-- How often an e-mail is answered by a person who is open to an exchange. Variants of
-- other campaigns than the planted one are as good as each other.
create macro email_chance(campaign_id, has_variant_a) as
    case
        when campaign_id = getvariable('planted_campaign')
            then case when has_variant_a = getvariable('planted_a_is_better')
                then 0.44 else 0.04 end
        else 0.17
    end;

-- whether an account is of the type that buys much at prices that leave little
create macro is_thin(sector, employee_count) as
    coalesce(
        case getvariable('planted_type').dimension
            when 'sector' then sector = getvariable('planted_type').value
            when 'company_size' then employee_count between 50 and 249
        end, false
    );
