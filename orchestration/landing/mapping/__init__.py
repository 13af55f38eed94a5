"""A user's own table, or adjustments of a tool's: the file `<source>.mapping.yml`."""
