"""The records behind what is published: the members of each number, and the lists of them."""
