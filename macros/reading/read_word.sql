{#-
    A cell as a word: trimmed and case-folded. With `allowed`, a closed list: another word is null, or `other_word`
    where the format counts it as such. Exists so that a word list reads as a list, and costs one look-up when
    the cell is written as the list has it (`in` with more than five words becomes a join that trims every cell).
    - cell (string): SQL of the cell, a text: a column of `landed` by its qualified name
    - allowed (list[string]): the words of a closed list; none: any word
    - other_word (string): what another word is read as; none: null
-#}
{% macro read_word(cell, allowed=none, other_word=none) -%}
    {%- if allowed is none -%}
    lower({{ read_text(cell) }})
    {%- else -%}
    {%- set words = "['" ~ allowed | join("', '") ~ "']" -%}
    case
        when list_contains({{ words }}, {{ cell }}) then {{ cell }}
        when list_contains({{ words }}, lower({{ trimmed(cell) }}))
            then lower({{ trimmed(cell) }})
        {%- if other_word is not none %}
        when {{ trimmed(cell) }} is not null then '{{ other_word }}'
        {%- endif %}
    end
    {%- endif -%}
{%- endmacro %}
