"""A run of names of bodies in a text."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Addressee:
    """Bodies named in a text, and where the run of their names begins and ends."""

    names: tuple[str, ...]
    start: int
    end: int
