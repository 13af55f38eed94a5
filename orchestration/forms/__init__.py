"""The form of a data folder: which one it has, and how an older one is brought up to date."""
