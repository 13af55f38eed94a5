"""The text that ends a refresh: what came in, what was left out, the headline figures."""
