{#-
The words of a text, each between blanks, so that one is found as a whole: without case, accents and punctuation.
- column (string): SQL of the text
-#}
{% macro spoken_words(column) -%}
{%- set blanks = '\u00a0\u202f' -%}
concat(
            ' ',
            trim(regexp_replace(
                strip_accents(lower({{ column }})),
                '[ -/:-@\[-`{-~\s’‘“”«»–—…·•°{{ blanks }}]+', ' ', 'g'
            )),
            ' '
        )
{%- endmacro %}
