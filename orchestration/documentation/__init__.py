"""Documentation: the pages that are written from the project's own data (`make docs`)."""
