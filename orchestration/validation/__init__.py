"""Validation: is it plausible? Volumes, ranges, distributions, freshness, by Great Expectations.

Keys, relationships, contracts and logic belong to the dbt tests; no rule lives in both.
"""
