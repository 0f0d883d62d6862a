"""What it takes to send: `python benchmarks/send.py [messages]`, to a real mail server in another process."""

import multiprocessing
import resource
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from flows.jobs.remind import run_remind
from models.store import migrate, open_engine, writing
from models.unit import Contact
from settings import Settings

NOW = datetime(2021, 9, 24, 5, 0, tzinfo=UTC)
ON, DUE = date(2021, 9, 24), date(2021, 9, 23)


class Counter:
    """A mailbox that keeps nothing."""

    async def handle_DATA(self, *_what: Any) -> str:  # noqa: N802  the name that aiosmtpd calls
        return "250 OK"


def serve(ports: Any) -> None:
    from aiosmtpd.controller import Controller

    class AnyPort(Controller):
        def _trigger_server(self) -> None:
            self.port = self.server.sockets[0].getsockname()[1]
            super()._trigger_server()

    controller = AnyPort(Counter(), hostname="127.0.0.1", port=0)
    controller.start()
    ports.put(controller.port)
    time.sleep(3600)


def fill(url: str, count: int) -> None:
    """Make `count` units that each owe a return."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
    from factories import add, make_directive, make_period, make_return, make_unit

    engine = open_engine(url)
    migrate(engine)
    with writing(engine) as session:
        period = make_period(session, make_directive(session), "2021-9T")
        for number in range(count):
            unit = make_unit(session, f"C{number:05}")
            add(session, Contact(unit_id=unit.id or 0, address=f"c{number:05}@example.invalid"))
            make_return(session, period, unit, due=DUE)
    engine.dispose()


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        ports: Any = multiprocessing.Queue()
        server = multiprocessing.Process(target=serve, args=(ports,), daemon=True)
        server.start()
        url = f"sqlite:///{folder}/dondoc.db"
        fill(url, count)
        values = {"smtp_host": "127.0.0.1", "smtp_port": ports.get(), "mail_per_minute": 1_000_000}
        settings = Settings(workspace=Path(folder), database_url=url, notice_cap=count, **values)
        dry_at = time.perf_counter()
        run_remind(settings, ON, NOW, dry_run=True)
        planned, before = time.perf_counter() - dry_at, peak()
        started, cpu = time.perf_counter(), time.process_time()
        outcome = run_remind(settings, ON, NOW)
        took, cpu = time.perf_counter() - started, time.process_time() - cpu
        assert [one.state for one in outcome.notices] == ["sent"] * count
        print(f"{count} messages: dry run {planned:.1f} s, sent in {took:.1f} s ({count / took:.0f} a second,")
        print(f"{1000 * cpu / count:.1f} ms CPU each); peak {before:.0f} MB before sending, {peak():.0f} MB after")
        server.terminate()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
