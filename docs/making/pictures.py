"""Pictures of a blank return and of a reply for the guides, from a demo's workspace; wants LibreOffice and poppler.

Run by hand when a workbook has changed its look: `.venv/bin/python -m docs.making.pictures workspace`.
"""

import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

PICTURES = Path(__file__).resolve().parents[1] / "pictures"
DPI, COLOURS = 130, 64
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Picture:
    """Part of one printed page: shares of its width and height."""

    name: str
    file: str
    page: int
    box: Box


WANTED = (
    Picture("blank-measures", "outbox/D03/D03_2025-6T_own.xlsx", 4, (0.03, 0.07, 0.97, 0.385)),
    Picture("reply-result", "outbox/D04/R000484_*.xlsx", 1, (0.03, 0.07, 0.97, 0.59)),
    Picture("reply-cells", "outbox/D04/R000484_*.xlsx", 5, (0.03, 0.07, 0.97, 0.328)),
)


def main(workspace: Path) -> None:
    for one in WANTED:
        source = next(workspace.glob(one.file))
        with tempfile.TemporaryDirectory() as folder:
            page = print_page(source, one.page, Path(folder))
            cut(page, one.box).save(PICTURES / f"{one.name}.png", optimize=True)


def print_page(workbook: Path, number: int, folder: Path) -> Image.Image:
    """Print a workbook and give one of its pages."""
    convert = ["soffice", "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(workbook)]
    subprocess.run(convert, check=True, capture_output=True)
    printed = folder / f"{workbook.stem}.pdf"
    only = ["-f", str(number), "-l", str(number), "-r", str(DPI), "-singlefile", "-png"]
    subprocess.run(["pdftoppm", *only, str(printed), str(folder / "page")], check=True)
    return Image.open(folder / "page.png").convert("RGB")


def cut(page: Image.Image, box: Box) -> Image.Image:
    left, top, right, bottom = box
    width, height = page.size
    part = page.crop((int(left * width), int(top * height), int(right * width), int(bottom * height)))
    return part.quantize(COLOURS)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
