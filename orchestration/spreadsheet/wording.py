"""The words of the sheets, in both languages.

What belongs here: texts that only sheets have. What does not: what the pages say too, such as the
names of families, statistics and dimensions (see `dashboard/texts/`).
"""

from orchestration.refresh.summary.wording import Language

_WORDS: dict[str, dict[Language, str]] = {
    "sheet_about": {"fr": "À lire d'abord", "en": "Read first"},
    "sheet_headlines": {"fr": "Chiffres clés", "en": "Headline figures"},
    "sheet_by_month": {"fr": "Par mois", "en": "By month"},
    "sheet_pivot": {"fr": "Pour tableau croisé", "en": "For a pivot table"},
    "sheet_definitions": {"fr": "Définitions", "en": "Definitions"},
    "what": {"fr": "Quoi", "en": "What"},
    "version": {"fr": "Version publiée", "en": "Published version"},
    "as_of": {"fr": "Situation au", "en": "As of"},
    "currency": {"fr": "Devise", "en": "Currency"},
    "months_shown": {"fr": "Mois présentés", "en": "Months shown"},
    "held_back": {"fr": "N'est pas dans cette version", "en": "Not in this version"},
    "how_to_read": {"fr": "Lecture", "en": "How to read"},
    "mark_partial": {
        "fr": "En italique bleu : la période est en cours.",
        "en": "Blue italics: the period is still in progress.",
    },
    "mark_immature": {
        "fr": "En italique violet : tous n'ont pas encore eu le temps nécessaire, la valeur peut "
        "encore changer.",
        "en": "Purple italics: not everybody has had the time yet, the value may still change.",
    },
    "mark_unreliable": {
        "fr": "En gris : trop peu de cas, ou une valeur acquise par construction.",
        "en": "Grey: too few cases, or a value that holds by construction.",
    },
    "no_sum": {
        "fr": "Un taux ne s'additionne pas et ne se moyenne pas : divisez la somme des numérateurs "
        "par celle des dénominateurs. Les personnes distinctes ne s'additionnent pas non plus.",
        "en": "A rate is neither added up nor averaged: divide the sum of the numerators by that "
        "of the denominators. Distinct people do not add up either.",
    },
    "note_kpi_id": {
        "fr": "L'identifiant, le même dans toutes les langues",
        "en": "The id, the same in every language",
    },
    "family": {"fr": "Famille", "en": "Family"},
    "statistic": {"fr": "Statistique", "en": "Statistic"},
    "month": {"fr": "Mois", "en": "Month"},
    "month_before": {"fr": "Mois précédent", "en": "Month before"},
    "unit": {"fr": "Unité", "en": "Unit"},
    "dimension": {"fr": "Dimension", "en": "Dimension"},
    "dimension_value": {"fr": "Valeur de la dimension", "en": "Dimension value"},
    "numerator": {"fr": "Numérateur", "en": "Numerator"},
    "denominator": {"fr": "Dénominateur", "en": "Denominator"},
    "interval_from": {"fr": "Intervalle à 95 %, de", "en": "95% interval, from"},
    "interval_to": {"fr": "Intervalle à 95 %, à", "en": "95% interval, to"},
    "is_final": {"fr": "Définitif", "en": "Final"},
    "is_reliable": {"fr": "Fiable", "en": "Reliable"},
    "definition": {"fr": "Définition", "en": "Definition"},
    "window_days": {"fr": "Fenêtre, en jours", "en": "Window, in days"},
    "unit_count": {"fr": "nombre", "en": "count"},
    "unit_rate": {"fr": "%", "en": "%"},
    "unit_percent": {"fr": "%", "en": "%"},
    "unit_months": {"fr": "mois", "en": "months"},
    "unit_ratio": {"fr": "ratio", "en": "ratio"},
    "unit_days": {"fr": "jours", "en": "days"},
    "unit_hours": {"fr": "heures", "en": "hours"},
    "unit_score": {"fr": "score", "en": "score"},
}


def word(key: str, language: Language) -> str:
    """Return a text in a language."""
    return _WORDS[key][language]
