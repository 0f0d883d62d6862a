"""A directive's text, out of the file an office has, taken apart into what it asks of whom by when."""
