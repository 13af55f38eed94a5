"""Dagster: a module per noun of Dagster's (assets, checks, jobs, resources, schedules, sensors …).

`orchestration.definitions` puts them together. What a stage does belongs to `refresh`.
"""
