"""All that comes in: plans, directive texts, filled returns."""
