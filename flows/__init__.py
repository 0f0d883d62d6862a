"""The flows an operator sees: one a file, thin, and the jobs they run."""
