{#- The channels of an activity: the closed list of the generic format, which a test compares. -#}
{% macro channels() -%}
    {{ return(['call', 'email', 'linkedin', 'meeting', 'mail', 'sms', 'other']) }}
{%- endmacro %}

{#-
The channel that a campaign's or cost's word means: another word counts as `other`.
- word (string): SQL of the word
-#}
{% macro known_channel(word) -%}
case
    when {{ word }} in ({{ quoted_values(channels()) }}) then {{ word }}
    when {{ word }} is not null then 'other'
end
{%- endmacro %}

{#-
Whether something written was sent over a channel: what a message and its response are.
- channel (string): SQL of the channel
-#}
{% macro is_message_channel(channel) -%}
({{ channel }} in ('email', 'linkedin', 'mail', 'sms'))
{%- endmacro %}
