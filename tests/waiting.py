"""Waiting for what another program does."""

import time
from collections.abc import Callable
from typing import TypeVar

PATIENCE = 180.0  # seconds; a server makes its tables first
T = TypeVar("T")


def wait_for(look: Callable[[], T | None], said: str, pause: float = 0.3) -> T:
    """Look until there is something to see."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if (seen := look()) is not None:
            return seen
        time.sleep(pause)
    raise TimeoutError(said)
