"""Orchestration of the warehouse: landing, validation, publication, Dagster and the `prospection` command."""
