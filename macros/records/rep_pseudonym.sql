{#-
    What stands for the id or name of a rep, or for an account that a rep sends from, where reps are not to be named
    (`reporting: {rep_names: false}`): the same for the same one, and nobody can tell or confirm it without the secret.
    The value itself where reps are named. Expects `int_rep_secret` as `rep_secret`.
    - value (string): SQL of the id or the account
    - kind (string): the word it begins with
-#}
{% macro rep_pseudonym(value, kind='rep') -%}
    case
        when rep_secret.secret is null then {{ value }}
        else '{{ kind }}-' || left(md5(rep_secret.secret || {{ value }}), 8)
    end
{%- endmacro %}
