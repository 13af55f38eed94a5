-- grain: one row per landed row of a campaign_totals export, accepted or rejected.
-- An accepted row is what a mailing tool tells of a campaign and day when it names
-- nobody.

{% set required = {'campaign_id': 'id', 'day': 'day'} %}
{% set figures = [
    'sent', 'delivered', 'opened', 'clicked', 'replied', 'bounced', 'unsubscribed',
    'visits', 'form_leads',
] %}
{% set optional = {'channel': 'word'} %}
{% set others = {} %}
{% for figure in figures %}
    {% do optional.update({figure: 'integer'}) %}
    {% do others.update({figure ~ ':range': 'values_read.' ~ figure ~ ' < 0'}) %}
{% endfor %}

with landed as (select * from {{ source('generic', 'campaign_totals') }}),

reading_rules as (select * from {{ ref('stg_settings__reading_rules') }}),

values_read as (
    select
        {{ landed_row() }},
        {{ read_text('landed.campaign_id') }} as campaign_id,
        {{ read_day('landed.day') }} as day,
        {{ read_word('landed.channel') }} as channel,
        {% for figure in figures %}
            {{ read_integer('landed.' ~ figure) }} as {{ figure }},
        {% endfor %}
        {{ row_hash(required, optional) }} as row_hash
    from landed
    left join reading_rules
        on
            landed._load_id = reading_rules.load_id
            and landed._file = reading_rules.file
),

stg_generic__campaign_totals as (
    select
        values_read.source,
        values_read.load_id,
        values_read.load_row,
        values_read.file,
        values_read.campaign_id,
        values_read.day,
        values_read.channel,
        {% for figure in figures %}
            case when values_read.{{ figure }} >= 0 then values_read.{{ figure }} end
                as {{ figure }},
        {% endfor %}
        {{ reject_columns(required) }},
        {{ issues(required, optional, others) }},
        values_read.row_hash
    from values_read
)

select * from stg_generic__campaign_totals
