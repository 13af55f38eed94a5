"""The private warehouse: its DuckDB file, and dbt, which builds it."""
