"""An approved review reaches the committee with its files: once for each revision, in office hours, or it waits."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from histories import FIRST
from rounds import AS_AT, SPAN, open_round
from scene import ZONE
from sinks import HERE, Mailbox, serving

from flows.jobs.approve import ApproveOutcome, Said, run_approve
from flows.jobs.remind import run_remind
from flows.jobs.review import run_review
from reminders.attach import MOST_BYTES
from reminders.committee import choose_files
from settings import Settings, WrongSettingsError, read_settings

MORNING = datetime(2019, 4, 2, 9, tzinfo=ZONE)  # a Tuesday
COMMITTEE, OTHER = "ban-thuong-vu@example.invalid", "van-phong@example.invalid"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    with open_round(tmp_path / "workspace") as (settings, _):
        return settings


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, int]]:
    box = Mailbox()
    with serving(box) as port:
        yield box, port


def approved(settings: Settings, now: datetime) -> ApproveOutcome:
    drafted = run_review(settings, FIRST, *SPAN, as_at=AS_AT)
    return run_approve(settings, drafted.review, now, Said("Ban Thường vụ", "Đồng ý ban hành."))


def to(settings: Settings, *addresses: str, **over: Any) -> Settings:
    return settings.model_copy(update={"deliver_reviews_to": addresses, **over})


def test_each_revision_goes_to_each_address_once_with_its_files(
    settings: Settings, mailbox: tuple[Mailbox, int]
) -> None:
    box, port = mailbox
    box.rcpt[OTHER] = "550 5.1.1 no such mailbox"
    office = to(settings, COMMITTEE, OTHER, "teams:K00", smtp_host=HERE, smtp_port=port)
    first = approved(office, MORNING)
    assert [(one.recipient, one.state) for one in first.deliveries] == [(COMMITTEE, "sent"), (OTHER, "failed")]
    (mail,) = box.mails
    assert sorted(str(part.get_filename()) for part in mail.iter_attachments()) == [
        f"{first.review}.{ending}" for ending in ("docx", "pdf", "xlsx")
    ]
    said = mail.get_body().get_content()  # type: ignore[union-attr]
    assert all(word in said for word in (first.review, "Ban Thường vụ", "Đồng ý ban hành.", first.sha256))
    assert "teams:K00" in first.lines[0]
    again = run_remind(office, MORNING.date(), MORNING + timedelta(hours=1))
    assert [one.rung for one in again.notices if one.rung == "review"] == []
    assert [one.recipient for one in again.undelivered if one.subject.startswith("[Báo cáo")] == [OTHER]
    second = approved(to(office, COMMITTEE), MORNING + timedelta(hours=2))
    assert [str(mail["Subject"]).split("]")[1].split()[0] for mail in box.mails] == [first.review, second.review]


def test_at_night_it_waits_and_leaves_with_the_next_reminders(settings: Settings) -> None:
    office = to(settings, COMMITTEE)
    night = MORNING.replace(hour=22)
    waiting = approved(office, night)
    assert [one.state for one in waiting.deliveries] == ["pending"]
    assert any("07:30" in line for line in waiting.lines)
    assert not list(office.mail_folder.rglob("*.eml"))
    morning = MORNING + timedelta(days=1)
    sent = run_remind(office, morning.date(), morning)
    assert [(one.rung, one.state) for one in sent.notices if one.recipient == COMMITTEE] == [("review", "sent")]
    assert len(list(office.mail_folder.rglob(f"*{COMMITTEE}.eml"))) == 1


def test_without_the_setting_nothing_leaves(settings: Settings) -> None:
    outcome = approved(settings, MORNING)
    assert (outcome.deliveries, outcome.lines) == ((), ())


def test_what_a_mail_server_would_refuse_stays_behind_and_what_is_read_goes_first(tmp_path: Path) -> None:
    sizes = {".xlsx": MOST_BYTES // 2, ".docx": MOST_BYTES // 2 + 1, ".pdf": MOST_BYTES // 2}
    for ending, size in sizes.items():
        with (tmp_path / f"r{ending}").open("wb") as file:
            file.truncate(size)
    along, left = choose_files([tmp_path / f"r{ending}" for ending in sizes])
    assert [[path.suffix for path in paths] for paths in (along, left)] == [[".pdf", ".xlsx"], [".docx"]]


@pytest.mark.parametrize("entry", ["ban thường vụ", "sms:K00", "a b@c.vn"])
def test_an_entry_that_is_no_address_is_named_by_its_setting(entry: str, tmp_path: Path) -> None:
    (tmp_path / "dondoc.toml").write_text(f'deliver_reviews_to = ["{entry}"]', encoding="utf-8")
    with pytest.raises(WrongSettingsError, match="deliver_reviews_to"):
        read_settings(tmp_path)
