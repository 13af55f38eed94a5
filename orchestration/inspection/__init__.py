"""`prospection inspect`: what a folder of exports is, before anything is built of it."""
