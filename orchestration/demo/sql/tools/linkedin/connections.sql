-- one row per connection of the member; addresses are percent-encoded here
select
    first_name,
    last_name,
    linkedin_url as url,
    email,
    company,
    job_title as position,
    strftime(connected_on, '%d %b %Y') as connected_on
from connections_of_members
where member = getvariable('member')
order by connections_of_members.connected_on desc, url
