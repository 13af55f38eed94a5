-- one row per invitation of the member, in American time without a zone
select
    member as sender,
    full_name as recipient,
    strftime(occurred_at, '%-m/%-d/%y, %-I:%M %p') as sent_at,
    null as message,
    'OUTGOING' as direction,
    member_url as inviter_url,
    linkedin_url as invitee_url
from member_touches
where is_invitation and member = getvariable('member')
order by occurred_at desc, invitee_url
