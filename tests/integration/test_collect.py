"""The job of `dondoc collect`: from the inbox to the reply, and again after an accident."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from builders import build_return
from openpyxl import load_workbook
from scene import ZONE, make_answers, open_scene
from sqlmodel import select

from flows.jobs import claim, collect
from flows.jobs.claim import claim_waiting
from flows.jobs.collect import process_batch, run_collect
from models.returns import Receipt
from models.states import ReceiptState
from models.store import open_engine, reading, writing
from schemas.texts import load_texts
from settings import Settings

RECEIVED = datetime(2022, 6, 20, 10, tzinfo=ZONE)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(claim, "SETTLE_SECONDS", 0.01)
    return open_scene(tmp_path / "workspace")


def drop(settings: Settings, unit: str = "D01", name: str = "báo cáo.xlsx", **numbers: Any) -> Path:
    return build_return(settings.inbox / unit / name, make_answers(unit, "2022-6T", "own", **numbers))


def drop_bytes(settings: Settings, content: bytes, unit: str = "D02", name: str = "x.xlsx") -> Path:
    path = settings.inbox / unit / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    return path


def states(outcome: collect.CollectOutcome) -> list[str]:
    return [one["state"] for one in outcome.receipts]


def test_answers_every_file_and_leaves_the_inbox_empty(settings: Settings) -> None:
    drop(settings)
    drop(settings, "C0101", I01=None)
    drop_bytes(settings, b"a;b;c")
    outcome = run_collect(settings, RECEIVED)
    assert sorted(states(outcome)) == ["accepted", "quarantined", "rejected"]
    assert not [path for path in settings.inbox.rglob("*") if path.is_file()]
    for one in outcome.receipts:
        assert set(one) >= {
            "receipt",
            "unit",
            "file",
            "sha256",
            "period",
            "kind",
            "state",
            "late",
            "findings",
            "reply",
        }
        assert (settings.archive / one["sha256"]).is_file()
        reply = load_workbook(settings.workspace / one["reply"])
        assert reply.sheetnames[0] == load_texts("vi")("reply.title")
        assert one["receipt"] in {cell.value for row in reply.worksheets[0].iter_rows() for cell in row}


def test_says_where_and_what_to_do(settings: Settings) -> None:
    drop(settings, I01="97.5")
    finding = run_collect(settings, RECEIVED).receipts[0]["findings"][0]
    assert (finding["check"], finding["severity"], finding["value"]) == ("number.ambiguous", "error", "97.5")
    assert finding["cell"] in finding["message"]
    assert finding["sheet"] in finding["message"]


def test_a_refused_file_that_is_mended_in_its_reply_is_accepted(settings: Settings) -> None:
    drop(settings, I01="97.5")
    refused = run_collect(settings, RECEIVED).receipts[0]
    path = settings.workspace / refused["reply"]
    book = load_workbook(path)
    finding = refused["findings"][0]
    book[finding["sheet"]][finding["cell"]] = 97
    book.save(settings.inbox / "D01" / "sửa.xlsx")
    outcome = run_collect(settings, RECEIVED)
    assert (states(outcome), outcome.receipts[0]["findings"]) == (["accepted"], [])


def test_takes_up_what_an_earlier_run_left(settings: Settings) -> None:
    drop(settings)
    ids = claim_waiting(settings, RECEIVED)
    assert claim_waiting(settings, RECEIVED) == ids  # archived, not decided
    process_batch(settings, ids)
    assert claim_waiting(settings, RECEIVED) == []
    engine = open_engine(settings.url)
    with writing(engine) as session:
        receipt = session.exec(select(Receipt)).one()
        reply = settings.workspace / (receipt.reply or "")
        receipt.reply = None  # as if killed before the reply was written
    engine.dispose()
    reply.unlink()
    outcome = run_collect(settings, RECEIVED)
    assert states(outcome) == ["accepted"]
    assert reply.is_file()


def test_the_same_bytes_change_nothing(settings: Settings) -> None:
    path = drop(settings)
    content = path.read_bytes()
    drop_bytes(settings, content, "D01", "again.xlsx")
    assert sorted(states(run_collect(settings, RECEIVED))) == ["accepted", "duplicate"]


def test_leaves_folders_alone_that_are_no_units(settings: Settings) -> None:
    stray = drop_bytes(settings, b"x", "D77")
    outcome = run_collect(settings, RECEIVED)
    assert (outcome.receipts, outcome.strangers) == ([], ["D77"])
    assert [(one["unit"], one["file"], one["reason"]) for one in outcome.waiting] == [("D77", "x.xlsx", "stranger")]
    assert stray.exists()


def test_one_file_that_breaks_us_keeps_no_neighbour_waiting(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        drop(settings, "D01", f"{number}.xlsx", I01=number + 10)
    ids = claim_waiting(settings, RECEIVED)
    process = collect.process

    def breaking(session: Any, wanted: list[int], office: Any, files: Any) -> Any:
        if ids[2] in wanted:
            raise ArithmeticError(ids[2])
        return process(session, wanted, office, files)

    monkeypatch.setattr(collect, "process", breaking)
    with pytest.raises(ArithmeticError):
        run_collect(settings, RECEIVED)
    engine = open_engine(settings.url)
    with reading(engine) as session:
        found = {one.id: (one.state, bool(one.reply)) for one in session.exec(select(Receipt))}
    engine.dispose()
    assert found[ids[2]] == (ReceiptState.ARCHIVED, False)
    assert [found[one] for one in ids if one != ids[2]] == [(ReceiptState.ACCEPTED, True)] * 4


def test_a_file_without_a_stamp_is_taken_where_the_office_allows_it(settings: Settings) -> None:
    filled = make_answers("D01", "2022-6T", "own")
    build_return(settings.inbox / "D01" / "a.xlsx", replace(filled, stamp=None))
    assert states(run_collect(settings, RECEIVED)) == ["rejected"]
    build_return(settings.inbox / "D01" / "b.xlsx", replace(filled, stamp=None))
    assert states(run_collect(settings.model_copy(update={"accept_unstamped": True}), RECEIVED)) == ["accepted"]
