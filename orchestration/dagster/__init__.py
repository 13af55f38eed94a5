"""Dagster: a module per noun of Dagster's (assets, checks, jobs, resources, schedules, sensors …).

`building` puts them together, `running` runs the job. What a stage does belongs to `refresh`.
"""
