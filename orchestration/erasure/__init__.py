"""Erasing people: what names somebody becomes a keyed fingerprint, wherever data lie."""
