"""From a published number down to the records that it is made of."""
