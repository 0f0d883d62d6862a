"""Words as Markdown shows them as they stand, for the pages that runs leave in the UI."""

import re
from collections.abc import Iterable

MARKS, ESCAPED = re.compile(r"[\\`*_\[\]<>|&#!~]"), r"\\\g<0>"  # what Markdown would read as its own


def plain_markdown(said: str) -> str:
    """Write words so that they are shown as they stand: a server or a unit may have said them."""
    return MARKS.sub(ESCAPED, said)


def table_line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(map(plain_markdown, cells))} |"
