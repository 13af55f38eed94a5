{#-
An e-mail address as people are told apart by it: trimmed, lower case; null for what is no
address and for the address of a role (info@, contact@ …), which several people read.
-#}
{% macro personal_email(column) -%}
case
    when
        lower(trim({{ column }})) like '%_@_%'
        and split_part(lower(trim({{ column }})), '@', 1) not in (
            select role_mailboxes.mailbox from {{ ref('role_mailboxes') }} as role_mailboxes
        )
        then lower(trim({{ column }}))
end
{%- endmacro %}
