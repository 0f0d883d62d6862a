"""The work of each flow without the engine: workers called in order."""
