"""The text of a PDF, read in a child process with limits: what breaks the reader costs the child only."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from intake.confine import ChildLimits
from models.errors import UnreadableTextError

LIMITS = ChildLimits(memory=1 << 30, cpu_seconds=20, wall_seconds=30)
_PATIENCE = 5  # seconds that the child has beyond its own clock


def read_pdf(path: Path, limits: ChildLimits = LIMITS) -> str:
    """Give the text in reading order. Raises UnreadableTextError for a scan, a locked or a damaged file."""
    answer = _ask(path, limits)
    if "text" in answer:
        return str(answer["text"])
    key = f"draft.refused.{answer.pop('refused')}"
    raise UnreadableTextError(key, file=path.name, **answer)


def _ask(path: Path, limits: ChildLimits) -> dict[str, Any]:
    command = [
        sys.executable,
        "-P",
        "-m",
        "intake.drafting.pdf_child",
        os.fspath(path.absolute()),
        *limits.as_arguments(),
    ]
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # a parser that aborts writes what it read
            env={"PYTHONUTF8": "1"},
            cwd="/",
            timeout=limits.wall_seconds + _PATIENCE,
            check=False,
        )
        found = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        found = None
    is_answer = isinstance(found, dict) and ("text" in found) != ("refused" in found)
    return found if isinstance(found, dict) and is_answer else {"refused": "pdf-breaks-reader"}
