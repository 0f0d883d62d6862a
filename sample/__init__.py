"""The built-in sample: an invented organisation, its two directives, and simulated units that fill returns."""
