"""What the pages of the reference have in common: how a table is written in Markdown."""

from collections.abc import Iterable, Sequence

MADE = "<!-- Made from the code by `make reference`: change the code, not this page. -->"


def page(title: str, *parts: str) -> str:
    return "\n\n".join((MADE, f"# {title}", *parts)) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(cell, line))} |" for line in lines)


def cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


def code(text: object) -> str:
    return f"`{text}`" if str(text) else ""
