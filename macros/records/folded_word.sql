{#-
A word without its case and its runs of blanks: what two spellings of it share. The pattern is for the few words that have
a run of blanks, or a blank that is no space: it costs ten times as much as the rest.
- column (string): SQL of the word, a text
-#}
{% macro folded_word(column) -%}
case
        when
            contains({{ column }}, '  ')
            {%- for blank in ['\t', '\n', '\r', '\f'] %} or contains({{ column }}, '{{ blank }}'){% endfor %}
            then lower(regexp_replace(trim({{ column }}), '\s+', ' ', 'g'))
        else lower(trim({{ column }}))
    end
{%- endmacro %}
