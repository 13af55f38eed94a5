"""Orchestration: landing, validation, publication, Dagster and the `prospection` command."""
