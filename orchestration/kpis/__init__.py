"""The definitions of KPIs and of the events they count: blocks of YAML, read, checked, made rows.

What belongs here: our own blocks (`kpis/`), those of a company (`kpis.yml` beside its exports), and
the rows that dbt reads of both. What does not: how an event is counted (models in
`models/marts/kpi`), and how a KPI is shown.
"""
