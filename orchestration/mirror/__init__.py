"""The mirror: the published version as tables of a PostgreSQL database, for who reads it there."""
