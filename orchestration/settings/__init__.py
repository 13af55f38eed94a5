"""Settings: what the company declares, checked, and as the tables that dbt reads."""
