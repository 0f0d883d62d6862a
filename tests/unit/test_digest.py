"""What a message says, to whom, and what goes with it."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from models.queries.notices import OwedReturn
from models.states import ReturnState
from models.unit import Contact, UnitSpan
from models.workdays import WorkCalendar
from reminders.bundle import Bundle, Entry
from reminders.digest import Composer, Content
from reminders.due import load_ladder
from reminders.recipients import Directory, Recipient, make_directory
from schemas.texts import load_texts

ON = date(2021, 9, 24)
LONG_AGO = date(2010, 1, 1)
CALENDAR = "outbox/C0101/C0101_20210924.ics"
RUNGS = {rung.name: rung for rung in load_ladder()}
NAMES = {1: "Đảng ủy Khối Minh Họa", 2: "Đảng ủy Đơn vị mẫu An", 3: "Chi bộ <script>alert(1)</script> & Ánh"}


def _directory(*contacts: Contact) -> Directory:
    parents = {1: None, 2: 1, 3: 2}
    spans = {
        unit: UnitSpan(unit_id=unit, name=name, kind="x", parent_id=parents[unit], valid_from=LONG_AGO)
        for unit, name in NAMES.items()
    }
    usual = [Contact(unit_id=unit, address=f"u{unit}@example.invalid", role="main", channel="mail") for unit in NAMES]
    return make_directory(spans, contacts or usual)


def _entry(rung: str = "T+1", audience: str = "unit", **over: Any) -> Entry:
    values = {
        "id": 7,
        "unit_id": 3,
        "unit": "C0101",
        "directive": "60-KL/ĐUK",
        "period": "2021-9T",
        "kind": "own",
        "due": date(2021, 9, 23),
        "state": ReturnState.OWED,
    }
    owed = OwedReturn(**(values | over))
    return Entry(owed.id, owed, RUNGS[rung], audience)


def _compose(
    *entries: Entry,
    workspace: Path = Path("/nowhere"),
    language: str = "vi",
    replies: dict[int, str] | None = None,
    banner: str | None = None,
) -> Content:
    composer = Composer(load_texts(language), _directory(), WorkCalendar(), workspace, banner)
    bundle = Bundle(Recipient("mail", "u3@example.invalid"), entries)
    return composer.compose(bundle, "N000042", ON, replies or {})


def test_a_late_return_is_named_with_all_a_clerk_needs() -> None:
    content = _compose(_entry())
    assert content.subject == "[Phiếu vàng] Đề nghị gửi 1 báo cáo đã quá hạn"
    for said in ("60-KL/ĐUK", "2021-9T", "số liệu riêng của đơn vị", "23/9/2021", "quá hạn 1 ngày làm việc"):
        assert said in content.text
        assert said in content.html
    assert "Gửi báo cáo ngay." in content.text
    assert "N000042" in content.text
    assert "inbox/C0101" in content.text


def test_a_name_is_text_in_html_and_stays_as_it_is_in_plain_text() -> None:
    content = _compose(_entry())
    assert "<script>" not in content.html
    assert "&lt;script&gt;" in content.html
    assert "<script>" in content.text


def test_where_the_audit_log_stands_is_told_to_the_tracking_office_and_to_nobody_else() -> None:
    composer = Composer(load_texts("vi"), _directory(), WorkCalendar(), Path("/nowhere"), None, "mục số 7, mã abc")

    def told(audience: str) -> str:
        bundle = Bundle(Recipient("mail", "u1@example.invalid"), (_entry("T+14", audience),))
        return composer.compose(bundle, "N000042", ON, {}).text

    assert "mục số 7, mã abc" in told("office")
    assert "mục số 7" not in told("unit") + told("superior")


def test_the_days_left_are_told_before_the_due_date() -> None:
    assert "còn 6 ngày" in _compose(_entry("T-14", due=date(2021, 9, 30))).text
    assert "hôm nay là hạn cuối" in _compose(_entry("T-3", due=ON)).text


def test_a_weekend_after_the_due_date_is_overdue_but_no_working_day() -> None:
    composer = Composer(load_texts("vi"), _directory(), WorkCalendar(), Path("/nowhere"))
    entry = _entry("T-3", due=date(2021, 9, 24))
    bundle = Bundle(Recipient("mail", "u3@example.invalid"), (entry,))
    assert "đã quá hạn" in composer.compose(bundle, "N000001", date(2021, 9, 25), {}).text


def test_a_refused_return_says_which_cells_to_correct_and_brings_its_annotated_copy(tmp_path: Path) -> None:
    copy = tmp_path / "outbox" / "C0101" / "R000001_ket-qua.xlsx"
    copy.parent.mkdir(parents=True)
    copy.write_bytes(b"PK")
    refused = _entry("T-3", state=ReturnState.REJECTED, due=date(2021, 9, 27))
    for reply in (copy.name, f"C0101/{copy.name}", f"outbox/C0101/{copy.name}", str(copy)):
        content = _compose(refused, workspace=tmp_path, replies={7: reply})
        assert content.attachments == ("outbox/C0101/R000001_ket-qua.xlsx",)
    assert "Sửa các ô được đánh dấu trong tệp đính kèm (R000001_ket-qua.xlsx) rồi gửi lại." in content.text
    assert content.subject == "[Phiếu vàng] Đề nghị chỉnh lý và gửi lại 1 báo cáo"


def test_the_first_notice_brings_the_blank_return(tmp_path: Path) -> None:
    blank = tmp_path / "outbox" / "C0101" / "C0101_2021-9T_own.xlsx"
    blank.parent.mkdir(parents=True)
    blank.write_bytes(b"PK")
    content = _compose(_entry("T-14", due=date(2021, 10, 8)), workspace=tmp_path)
    assert content.attachments == ("outbox/C0101/C0101_2021-9T_own.xlsx", CALENDAR)
    assert "(C0101_2021-9T_own.xlsx)" in content.text
    assert _compose(_entry("T-3", due=date(2021, 9, 27)), workspace=tmp_path).attachments == (CALENDAR,)
    assert _compose(_entry("T+1"), workspace=tmp_path).attachments == ()


def test_a_blank_return_whose_name_tells_the_directive_is_found_too(tmp_path: Path) -> None:
    blank = tmp_path / "outbox" / "C0101" / "C0101_60-KL-ĐUK_2021-9T_own.xlsx"
    blank.parent.mkdir(parents=True)
    blank.write_bytes(b"PK")
    content = _compose(_entry("T-14", due=date(2021, 10, 8)), workspace=tmp_path)
    assert content.attachments == ("outbox/C0101/C0101_60-KL-ĐUK_2021-9T_own.xlsx", CALENDAR)


def test_no_file_from_outside_the_workspace_is_attached(tmp_path: Path) -> None:
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    (tmp_path / "secret.xlsx").write_bytes(b"PK")
    refused = _entry("T+1", state=ReturnState.REJECTED)
    assert _compose(refused, workspace=workspace, replies={7: "../secret.xlsx"}).attachments == ()


def test_a_message_takes_no_more_than_a_mail_server_takes(tmp_path: Path) -> None:
    folder = tmp_path / "outbox" / "C0101"
    folder.mkdir(parents=True)
    entries = []
    for number in range(3):
        period = f"202{number}-N"
        with (folder / f"C0101_{period}_own.xlsx").open("wb") as file:
            file.truncate(4 << 20)
        entries.append(_entry("T-14", id=number, period=period, due=date(2021, 10, 8)))
    content = _compose(*entries, workspace=tmp_path)
    assert len(content.attachments) == 3  # two blanks, and the due dates
    assert "Điền vào mẫu báo cáo đã cấp" in content.text


def test_the_superior_and_the_office_are_told_what_is_theirs_to_do() -> None:
    content = _compose(
        _entry("T+7", unit_id=1, unit="K00", id=1),
        _entry("T+7", "superior", unit_id=2, unit="D01", id=2),
        _entry("T+14", "office", id=3),
    )
    titles = [line for line in content.text.splitlines() if line.isupper() and len(line) > 10]
    assert titles == ["BÁO CÁO CỦA ĐƠN VỊ", "BÁO CÁO CỦA ĐƠN VỊ TRỰC THUỘC", "DANH SÁCH BÁO CÁO QUÁ HẠN KÉO DÀI"]
    assert "Đôn đốc đơn vị gửi báo cáo." in content.text
    assert "Làm việc với đơn vị" in content.text
    assert content.subject.startswith("[Phiếu đỏ]")
    assert content.text.count("Kính gửi: Đảng ủy Khối Minh Họa\n") == 1


def test_only_who_owes_a_return_is_told_how_to_send_it() -> None:
    assert "Cách gửi" not in _compose(_entry("T+14", "office")).text


def test_the_banner_stands_first_on_both_forms() -> None:
    content = _compose(_entry(), banner="SỐ LIỆU MINH HỌA")
    assert content.text.startswith("SỐ LIỆU MINH HỌA\n")
    assert "SỐ LIỆU MINH HỌA" in content.html


@pytest.mark.parametrize("state", [ReturnState.OWED, ReturnState.REJECTED])
@pytest.mark.parametrize("audience", ["unit", "superior", "office"])
@pytest.mark.parametrize("rung", sorted(RUNGS))
@pytest.mark.parametrize("kind", ["own", "consolidated"])
def test_every_message_is_whole_in_english_and_holds_no_word_of_vietnamese(
    rung: str, audience: str, state: ReturnState, kind: str
) -> None:
    content = _compose(_entry(rung, audience, state=state, kind=kind), language="en")
    own_words = (content.subject + content.text).replace("60-KL/ĐUK", "")
    for name in NAMES.values():
        own_words = own_words.replace(name, "")
    assert own_words.isascii()
    assert "{" not in own_words


def test_a_superior_named_in_the_plan_serves_where_the_unit_above_has_no_address() -> None:
    named = Contact(unit_id=3, address="boss@example.invalid", role="superior", channel="mail")
    usual = Contact(unit_id=2, address="u2@example.invalid", role="main", channel="mail")
    assert _directory(named).recipients(3, "superior") == (Recipient("mail", "boss@example.invalid"),)
    assert _directory(named, usual).recipients(3, "superior") == (Recipient("mail", "u2@example.invalid"),)


def test_the_alternate_address_serves_where_there_is_no_main_one() -> None:
    second = Contact(unit_id=3, address="b@example.invalid", role="alternate", channel="mail")
    first = Contact(unit_id=3, address="a@example.invalid", role="main", channel="mail")
    assert _directory(second).recipients(3, "unit") == (Recipient("mail", "b@example.invalid"),)
    assert _directory(second, first).recipients(3, "unit") == (Recipient("mail", "a@example.invalid"),)


def test_there_is_nobody_above_the_top() -> None:
    directory = _directory()
    assert directory.office(1, "superior") is None
    assert directory.recipients(1, "superior") == ()
    assert directory.root(3) == directory.root(1) == 1
