"""The rules of the translation to Spark, by kind: one small function per construct.

What belongs here: for each construct that sqlglot does not write so that it means the same, what is
written instead, and why. A rule gets a node of DuckDB's tree, its parts already translated, and
returns what takes its place. What does not: in which order they are applied, and what is allowed
(see `orchestration/engines/spark_sql.py`).
"""
