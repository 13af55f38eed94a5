-- one row per answer to a survey
select
    survey_responses.response_id,
    survey_responses.survey,
    numbered('A', survey_responses.account_no, 7) as account_id,
    numbered('P', survey_responses.prospect_no, 7) as prospect_id,
    in_iso_time(work_clock.wall_at) as responded_at,
    survey_responses.score,
    survey_responses.scale_max,
    survey_responses.comment
from survey_responses
inner join work_clock on survey_responses.answered_minute = work_clock.work_minute
order by survey_responses.response_id
