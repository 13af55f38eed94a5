"""Publication: whole versions, switched atomically and never changed once they are visible."""
