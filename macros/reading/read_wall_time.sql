{#-
    A cell as the wall time written in it (midnight when it is a day), null when it is not a date. A zone behind the
    time is left to `written_offset`. Two forms are told by one pattern, nearly every cell: ISO, and day or month first
    where `reading_rules.date_order` says so; the others are for `read_other_date`.
    Exists because a cast alone accepts `infinity` and other readings that nobody asked for.
    - cell (string): SQL of the cell, a text: a column of `landed` by its qualified name
-#}
{% macro read_wall_time(cell) -%}
    {%- set rest = ':[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?' ~
        '( ?(Z|UTC|[+-][0-9]{2}(:?[0-9]{2})?))?' -%}
    {%- set iso = '[0-9]{4}-[0-9]{2}-[0-9]{2}([T ]([01][0-9]|2[0-3])' ~ rest ~ ')?' -%}
    {%- set local = '[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{4}' ~
        '([T ]([01]?[0-9]|2[0-3])' ~ rest ~ ')?' -%}
    case
        when regexp_full_match({{ cell }}, '{{ iso }}')
            then {{ cast_wall_time(cell) }}
        when
            reading_rules.date_order != 'iso'
            and regexp_full_match({{ cell }}, '{{ local }}')
            then {{ cast_wall_time(year_first(cell)) }}
        when {{ cell }} != ''
            then {{ read_other_date(cell) }}
    end
{%- endmacro %}

{#-
    A year-first date text as a timestamp, whatever zone is written behind it; null for 30 February.
    Exists because the cast ignores a zone behind seconds but fails on one behind minutes. Behind a day nothing is a
    zone: `2026-02-30` without its `-30` would be a month, which another engine takes for its first day.
    - text (string): SQL of the text
-#}
{% macro cast_wall_time(text) -%}
    coalesce(
        try_cast({{ text }} as timestamp),
        try_cast(
            regexp_replace(
                {{ text }}, '(:[0-9.]+) ?(Z|UTC|[+-][0-9]{2}(:?[0-9]{2})?)$', '\1'
            )
            as timestamp
        )
    )
{%- endmacro %}

{#-
    A date text with day or month first, rewritten as year-month-day; what follows the date stays.
    Exists because backward references are written differently on another engine: this is the one file that has them.
    - text (string): SQL of the text
-#}
{% macro year_first(text) -%}
    regexp_replace(
        {{ text }},
        '^([0-9]+)[/.-]([0-9]+)[/.-]([0-9]+)',
        case when reading_rules.date_order = 'dmy' then '\3-\2-\1' else '\3-\1-\2' end
    )
{%- endmacro %}

{#-
    A cell in any other form in which a date can be read one way only: year first with other marks or none, month names
    in French and English, 12 hours with AM or PM; and, where the source declares them, years of two digits (70 to 99 are
    of the last century) and a spreadsheet's serial numbers. The date is brought into the order of ISO step by step; what
    does not fit a step passes it unchanged, and what is not a date in the end is null.
    - cell (string): SQL of the cell, a text
-#}
{% macro read_other_date(cell) -%}
    {%- set zone = '( ?(z|(utc|gmt)?[+-][0-9]{2}(:?[0-9]{2})?|utc|gmt)( ?[(][a-z ]*[)])?)?' -%}
    {%- set minutes = '[:h][0-5][0-9](:[0-5][0-9]([.,][0-9]+)?)?' -%}
    {%- set clock = '((0?[1-9]|1[0-2])' ~ minutes ~ ' ?[ap][.]?m[.]?|([01]?[0-9]|2[0-3])' ~ minutes ~ ')' -%}
    {%- set time = '((t|, *| +((a|at|-) +)?)' ~ clock ~ zone ~ '| ::)$' -%}
    {%- set weekday = '^(lun|mar|mer|jeu|ven|sam|dim|mon|tue|wed|thu|fri|sat|sun)[a-z]*[.,]* +' -%}
    {%- set day_month = '^([0-9]{1,2} m?[0-9]{1,2}|m[0-9]{2} [0-9]{1,2})' -%}
    {%- set declared = "case when reading_rules.has_two_digit_years then '\\1 %s\\2' else '' end" -%}
    {%- set order = "case reading_rules.date_order when 'dmy' then '\\3-\\2-\\1'" ~
        " when 'mdy' then '\\3-\\1-\\2' else '' end" -%}
    {%- set named = '^(?:([0-9]{1,2}) m([0-9]{2}) ([0-9]{4})|m([0-9]{2}) ([0-9]{1,2}) ([0-9]{4})' ~
        '|([0-9]{4}) m?([0-9]{1,2}) ([0-9]{1,2}))$' -%}
    {%- set text = step(
        "lower(strip_accents(trim(both ' \t\r\n\u00a0\u202f' from " ~ cell ~ ')))',
        '^((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})(?:t?([0-9]{2})([0-9]{2})([0-9]{2}))?',
        "'\\1 \\2 \\3 \\4:\\5:\\6'"
    ) -%}
    {%- set day = step(text, time, "''") -%}
    {%- set day = step(day, weekday ~ '([0-9]{1,2}[a-z]{0,2} +[a-z]{3}|[a-z]{3})', "'\\2'") -%}
    {%- set day = step(day, '(?:([0-9])(?:st|nd|rd|th|er)|([0-9a-z]))[ .,/-]+', "'\\1\\2 ', 'g'") -%}
    {%- set day = step(day, '[a-z]{3,}', month_of_name(cell)) -%}
    {%- set day = step(day, day_month ~ ' ([0-6][0-9])$', declared % '20') -%}
    {%- set day = step(day, day_month ~ ' ([7-9][0-9])$', declared % '19') -%}
    {%- set day = step(day, '^([0-9]{1,2}) ([0-9]{1,2}) ([0-9]{4})$', order) -%}
    {%- set day = step(day, named, "'\\3\\6\\7-\\2\\4\\8-\\1\\5\\9'") -%}
    case
        when
            reading_rules.excel_day_zero is not null
            and regexp_full_match({{ cell }}, '[[:space:]]*[1-9][0-9]{4}([.,][0-9]+)?[[:space:]]*')
            then
                cast(reading_rules.excel_day_zero as timestamp)
                + to_milliseconds(cast(round(
                    86400000 * cast(replace({{ trimmed(cell) }}, ',', '.') as double)
                ) as bigint))
        else
            try_cast(
                regexp_extract({{ day }}, '^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}$')
                || coalesce(' ' || nullif(
                    translate(regexp_extract({{ text }}, '[0-9]{1,2}{{ minutes }}'), 'h,', ':.'), ''
                ), '')
                as timestamp
            )
            + to_hours({{ hours_of_half_day(text) }})
    end
{%- endmacro %}

{#-
    The number of the month that a cell names in French or English, whole or short: `m09`; `?` where it names none. Of
    several the last, for `mar.` may be a Tuesday.
    - cell (string): SQL of the cell, a text
-#}
{% macro month_of_name(cell) -%}
    {%- set names = [
        'jan janv janvier january', 'feb febr february fev fevr fevrier', 'mar mars march', 'apr april avr avril',
        'mai may', 'jun june juin', 'jul july juil juill juillet', 'aug august aou aout',
        'sep sept september septembre', 'oct october octobre', 'nov november novembre', 'dec december decembre',
    ] -%}
    case regexp_extract(
        lower(strip_accents({{ cell }})), '^.*\b({{ names | join('|') | replace(' ', '|') }})\b', 1
    )
        {%- for words in names %}
        {%- set number = 'm%02d' % loop.index %}
        {%- for word in words.split() %} when '{{ word }}' then '{{ number }}'{% endfor %}
        {%- endfor %}
        else '?'
    end
{%- endmacro %}

{#-
One step: what a pattern finds in a text (an expression) is replaced by another expression.
- text (string): SQL of the text
- pattern (string): the regular expression, without a quote in it
- replacement (string): SQL of the replacement, a text
-#}
{% macro step(text, pattern, replacement) -%}
    regexp_replace({{ text }}, '{{ pattern }}', {{ replacement }})
{%- endmacro %}

{#-
The hours that AM or PM behind a time adds to what the clock says: 12 AM is midnight, 12 PM noon.
- text (string): SQL of the text
-#}
{% macro hours_of_half_day(text) -%}
    case
        when regexp_matches({{ text }}, '(^|[^0-9:])12:[0-9:.,]+ ?a[.]?m') then -12
        when regexp_matches({{ text }}, '(^|[^0-9:])(0?[1-9]|1[01]):[0-9:.,]+ ?p[.]?m') then 12
        else 0
    end
{%- endmacro %}
