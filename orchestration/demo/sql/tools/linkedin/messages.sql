-- one row per message of the member, in UTC
select
    '2-' || md5(member_url || linkedin_url) as conversation_id,
    null as title,
    case when direction = 'outbound' then member else full_name end as sender,
    case when direction = 'outbound' then member_url else linkedin_url end as sender_url,
    case when direction = 'outbound' then full_name else member end as recipient,
    case when direction = 'outbound' then linkedin_url else member_url end as recipient_urls,
    strftime(
        timezone('UTC', timezone('Europe/Paris', occurred_at)), '%Y-%m-%d %H:%M:%S UTC'
    ) as sent_at,
    null as subject,
    'Bonjour' as content,
    'INBOX' as folder,
    'No' as is_draft
from member_touches
where not is_invitation and member = getvariable('member')
order by occurred_at desc, conversation_id
