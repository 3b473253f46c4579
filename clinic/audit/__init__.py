"""Who did what to whom, and who read it: one row each, never changed, never about what was read."""
