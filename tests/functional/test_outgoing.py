"""Nothing leaves the house but mail and the web hooks that were set."""

from pathlib import Path

import outgoing
import pytest
from outgoing import watched

pytestmark = pytest.mark.slow


def test_a_whole_run_asks_nothing_of_the_network(tmp_path: Path) -> None:
    run = watched(tmp_path, outgoing.__file__, tmp_path / "workspace")
    assert run.code == 0, run.err
    assert run.asked == ()


def test_the_watch_sees_a_connection(tmp_path: Path) -> None:
    asking = "import socket; socket.socket().connect_ex(('127.0.0.1', 9))"
    assert watched(tmp_path, "-c", asking).asked == ("socket.connect 127.0.0.1",)
