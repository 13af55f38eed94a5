-- one row per user: the reps, and one that is no person
select
    user_id as id,
    split_part(name, ' ', 1) as first_name,
    trim(regexp_replace(name, '^\S+', '')) as last_name,
    email,
    role as title,
    team as department,
    '1' as is_active,
    'Standard' as user_type
from numbered_reps
union all
select
    '005000000000099AAA',
    'Automated',
    'Process',
    'autoproc@brelune.example',
    null,
    null,
    '1',
    'AutomatedProcess'
order by id
