"""Writes the reference from the code, or tells which of its pages are out of date (`--check`)."""

import sys
from pathlib import Path

from docs.making.architecture import architecture_pictures
from docs.making.commands import commands_page
from docs.making.findings import findings_page
from docs.making.settings_page import settings_page
from docs.making.states import state_pictures, states_page
from docs.making.tables import tables_page

DOCS = Path(__file__).resolve().parents[1]


def reference() -> dict[Path, str]:
    """Make every page and picture of the reference."""
    pages = {
        "commands.md": commands_page(),
        "findings.md": findings_page(),
        "settings.md": settings_page(),
        "states.md": states_page(),
        "tables.md": tables_page(),
        **state_pictures(),
    }
    written = {DOCS / "reference" / name: text for name, text in pages.items()}
    return written | {DOCS / "pictures" / name: text for name, text in architecture_pictures().items()}


def stale() -> list[str]:
    """Name the pages that are not what the code says."""
    made = reference()
    return [path.name for path, text in made.items() if not path.exists() or path.read_text("utf-8") != text]


def main() -> None:
    if "--check" in sys.argv:
        old = stale()
        sys.exit(f"out of date: {', '.join(old)}; run make reference" if old else 0)
    for path, text in reference().items():
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
