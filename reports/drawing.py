"""A sheet to draw charts on, as SVG: the few marks they need. All lengths in points."""

from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from reports.widths import POINT, text_width

FONT = "Liberation Serif, Times New Roman, serif"
ACCENT, INK, GREY, GRID = "#1f4e79", "#262626", "#595959", "#e6e6e6"
HALO: dict[str, Any] = {
    "paint-order": "stroke",
    "stroke": "white",
    "stroke-width": 2.4,
    "stroke-linejoin": "round",
}
Line = tuple[float, float, float, float]


@dataclass
class Drawing:
    """A sheet to draw on: parts are drawn in the order in which they are added."""

    width: float
    height: float
    size: float
    title: str
    parts: list[str] = field(default_factory=list)

    def text(self, at: tuple[float, float], text: str, **look: Any) -> None:
        """Write a text whose middle line runs at y.

        `look`: anchor, fill, bold; halo=False leaves out the thin white edge off the lines behind it.
        """
        x, y = at
        edge = HALO if look.get("halo", True) else {}
        weight = {"font-weight": "bold"} if look.get("bold") else {}
        place = {"x": x, "y": y + self.size * 0.33, "text-anchor": look.get("anchor", "start")}
        self._add("text", escape(text), **place, fill=look.get("fill", INK), **weight, **edge)

    def line(self, ends: Line, color: str, stroke: float, *, dashed: bool = False) -> None:
        dashes: dict[str, Any] = {"stroke-dasharray": "4 3"} if dashed else {}
        places: dict[str, Any] = dict(zip(("x1", "y1", "x2", "y2"), ends, strict=True))
        self._add("line", **places, stroke=color, **{"stroke-width": stroke, **dashes})

    def rectangle(self, left: float, top: float, width: float, height: float, color: str) -> None:
        self._add("rect", x=left, y=top, width=max(width, 0.0), height=height, fill=color)

    def dot(self, x: float, y: float, color: str) -> None:
        self._add("circle", cx=x, cy=y, r=2.3, fill=color)

    def _add(self, element: str, content: str = "", **attributes: Any) -> None:
        written = "".join(f" {name}={quoteattr(_written(value))}" for name, value in attributes.items())
        self.parts.append(f"<{element}{written}>{content}</{element}>")

    def wide(self, text: str) -> float:
        """Give the width a text takes here."""
        return text_width(text, self.size) / POINT

    def svg(self) -> str:
        size = f'width="{self.width:.2f}pt" height="{self.height:.2f}pt"'
        view = f'viewBox="0 0 {self.width:.2f} {self.height:.2f}" font-family="{FONT}" font-size="{self.size}"'
        label = f'role="img" aria-label={quoteattr(self.title)}'
        return f'<svg xmlns="http://www.w3.org/2000/svg" {label} {size} {view}>{"".join(self.parts)}</svg>'


def _written(value: Any) -> str:
    return f"{value:.2f}" if isinstance(value, float) else str(value)
