"""Words of a PDF's page that follow each other on one line."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Piece:
    """Words in a row, in points from the page's lower left corner; `font` is the name of their font."""

    text: str
    left: float
    right: float
    base: float
    size: float
    font: str = ""
