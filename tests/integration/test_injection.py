"""One accepted return full of hostile words: in all that we write of it they are words and nothing else."""

import email
import io
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from email.policy import default
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import docx
import pytest
from builders import KEY_ID, STAMP_KEYS, VI, Edited, Filled, build_return
from factories import add
from lxml import etree
from openpyxl import load_workbook
from pypdf import PdfReader
from reading import bare, word_text
from replies import FACTS
from scene import SYMBOL, ZONE, make_answers, make_scene
from sqlalchemy import update
from sqlmodel import col, select

from flows.jobs.board import run_board
from flows.jobs.collect import run_collect
from flows.jobs.remind import run_remind
from flows.jobs.review import run_review
from models.queries.revisions import Change
from models.store import migrate, open_engine, writing
from models.unit import Contact, Unit, UnitSpan
from reports.reply import write_receipt
from schemas.checks import found
from settings import Settings, open_workspace

HOST = "evil.example"
HOSTILE = (
    f'=HYPERLINK("http://{HOST}/","bấm")',
    f"+cmd|' /C calc http://{HOST}'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    f'\t=IMAGE("http://{HOST}/x.png")',
    f'\r=WEBSERVICE("http://{HOST}/")',
    f"<script src=http://{HOST}/x.js>alert(1)</script><img src=x onerror=alert(1)>",
    "&P&D&G &\"Arial\"&20 ]]> <![CDATA[ </t></is></c> &lt;&amp;#x41; &xxe;",
    "{{ 7*7 }} {% raw %} {{ cycler.__init__ }} {%tr for x in y %} {#",
    f'#panic() #link("http://{HOST}/") $x$ *b* _i_ `c` @ref <lbl> \\ // /* */',
    f"Kính gửi\r\nBcc: x@{HOST}\r\nSubject: khác\n\n.\n",
    "@@number@@ @@text0@@ {number} %s ${HOME} \u202egnơưhp\u202c",
)  # fmt: skip
NAME = f'=Đảng ủy <b>"A&P&D"</b> {{{{ 7*7 }}}} #panic() http://{HOST}'
FILE = f"=cmd&P {HOST} <b>{{{{ 7*7 }}}} #x()\nBcc: x@{HOST}.xlsx"
RECEIVED, AS_AT = datetime(2022, 6, 20, 10, tzinfo=ZONE), datetime(2022, 7, 20, 12, tzinfo=UTC)


@dataclass
class Written:
    """All that was written, by what it is."""

    reply: Path
    refusal: Path
    word: Path
    pdf: Path
    annex: Path
    board: Path
    mails: list[Path]
    log: list[str]
    collected: list[dict[str, Any]]


def answers(unit: str, **numbers: Any) -> Filled:
    """Give a right return whose free texts are hostile."""
    filled = make_answers(unit, "2022-6T", "own", **numbers)
    filled.cover |= {"preparer_role": HOSTILE[1], "approver_role": HOSTILE[3], "letter_number": HOSTILE[2]}
    for row, text in zip(filled.rows["progress"], HOSTILE[6:8], strict=True):
        row["result"] = text
    for row, text in zip(filled.rows["measures"], HOSTILE, strict=False):
        row["explanation"] = text
    words = {"title": HOSTILE[0], "number": HOSTILE[2], "link": f"javascript:alert('{HOST}')"}
    filled.rows["evidence"] = [{"subject": "K60-1.1", "type": "Văn bản"} | words]
    filled.rows["shortcomings"] = [
        {"task": "K60-1.1", "code": "Chậm triển khai", "text": text, "cause_code": "Thiếu cán bộ", "remedy": text,
         "cause_type": VI("workbook.list.cause_type.subjective")}
        for text in HOSTILE
    ]  # fmt: skip
    filled.rows["statements"] = [
        {"kind": VI(f"workbook.list.statement.{kind}"), "text": text, "addressee": text, "reason": text}
        for kind in ("proposal", "lesson", "direction")
        for text in HOSTILE
    ]
    filled.rows["statements"].append(
        {"kind": VI("workbook.list.statement.commendation"), "level": HOSTILE[0][:100], "decision": HOSTILE[6][:100],
         "text": HOSTILE[8], "collectives": 1, "individuals": 2}
    )  # fmt: skip
    return filled


def send(folder: Path, filled: Filled, name: str) -> None:
    """Write a return whose words are text cells, as those typed after an apostrophe are."""
    path = build_return(folder / "x.xlsx", filled)
    with Edited(path) as book:
        for page in book.worksheets:
            for row in page.iter_rows():
                for cell in row:
                    cell.data_type = "s" if cell.data_type == "f" else cell.data_type
    path.rename(folder / name)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    opened = open_workspace(tmp_path_factory.mktemp("workspace"))
    opened.stamp_key_file.write_text(f"{KEY_ID} {STAMP_KEYS[KEY_ID].hex()}\n", encoding="ascii")
    engine = open_engine(opened.url)
    migrate(engine)
    with writing(engine) as session:
        make_scene(session)
        named = select(Unit.id).where(col(Unit.code).in_(("D01", "C0101")))
        session.execute(update(UnitSpan).where(col(UnitSpan.unit_id).in_(named)).values(name=NAME))
        for one in session.exec(select(Unit)):
            add(session, Contact(unit_id=one.id, address=f"{one.code.lower()}@mau.example"))
    engine.dispose()
    return opened


@pytest.fixture(scope="module")
def written(settings: Settings) -> Iterator[Written]:
    """Collect a return that is taken and one that is not; review, board and reminders speak of both."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("LOG %(message)s"))
    logging.getLogger().addHandler(handler)
    send(settings.inbox / "D01", answers("D01"), FILE)
    send(settings.inbox / "C0101", answers("C0101", I01=HOSTILE[0], I19=-1), FILE)
    collected = run_collect(settings, RECEIVED).receipts
    review = run_review(settings, SYMBOL, "2022-6T", "2022-6T", as_at=AS_AT)
    run_board(settings, as_at=AS_AT)
    run_remind(settings, date(2022, 7, 20), AS_AT.replace(hour=5))  # noon in the office
    logging.getLogger().removeHandler(handler)
    files = {Path(name).suffix: Path(name) for name in review.files}
    by_state = {one["state"]: settings.workspace / one["reply"] for one in collected}
    return Written(
        by_state["accepted"], by_state["rejected"], files[".docx"], files[".pdf"], files[".xlsx"], settings.board,
        sorted(settings.mail_folder.rglob("*.eml")), stream.getvalue().splitlines(), collected,
    )  # fmt: skip


def test_one_is_taken_and_the_other_is_not(written: Written) -> None:
    assert sorted(one["state"] for one in written.collected) == ["accepted", "rejected"]


# Workbooks


def parts(path: Path) -> dict[str, bytes]:
    with ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("which", ["reply", "refusal", "annex"])
def test_no_workbook_has_a_formula_link_or_name_of_the_senders_making(written: Written, which: str) -> None:
    for name, content in parts(getattr(written, which)).items():
        if not name.endswith((".xml", ".rels", ".vml")):
            continue
        root = etree.fromstring(content)
        for formula in (*root.iter("{*}f"), *root.iter("{*}formula1"), *root.iter("{*}definedName")):
            assert not re.search(rf"{HOST}|cmd|HYPERLINK|WEBSERVICE", formula.text or ""), name
        for one in (*root.iter("{*}Relationship"), *root.iter("{*}hyperlink")):
            assert HOST not in " ".join(str(value) for value in one.attrib.values()), name


@pytest.mark.parametrize("which", ["reply", "refusal", "annex"])
def test_no_printed_header_has_a_code_of_the_senders_making(written: Written, which: str) -> None:
    for content in parts(getattr(written, which)).values():
        for header in re.findall(rb"<odd(?:Header|Footer)>(.*?)</odd", content, re.DOTALL):
            codes = re.sub(r"&amp;&amp;", "", header.decode())
            assert "&amp;D" not in codes
            assert "&amp;G" not in codes


def test_the_marked_copy_quotes_the_words_as_words(written: Written) -> None:
    book = load_workbook(written.refusal)
    page = book.worksheets[0]
    said = "\n".join(str(cell.value) for row in page.iter_rows() for cell in row if cell.value is not None)
    for words in (NAME, FILE.replace("\n", ""), HOSTILE[0]):
        assert words in said
    risky = [cell for row in page.iter_rows() for cell in row if str(cell.value).startswith(("=", "+", "-", "@"))]
    assert risky
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in risky)


def test_what_the_sender_wrote_is_still_there_in_the_copy(written: Written) -> None:
    book = load_workbook(written.refusal)
    said = {str(cell.value) for page in book for row in page.iter_rows() for cell in row}
    for text in HOSTILE:
        assert re.sub(r"\r\n?", "\n", text) in {re.sub(r"_x000D_\n?|\r\n?", "\n", one) for one in said}
    assert not [cell.coordinate for page in book for row in page.iter_rows() for cell in row if cell.data_type == "f"]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_receipt_made_from_a_template_quotes_the_words_as_words(tmp_path: Path, text: str) -> None:
    change = Change("statements", text[:30], "A1", text, "text", text, text)
    facts = replace(FACTS, state="accepted", unit_name=text, file_name=text, changes=(change,))
    finding = found("file.not-issued", "warning", sheet=text, cell=text, value=text)
    for name in ("first.xlsx", "second.xlsx"):  # the second comes from the template that the first has made
        write_receipt(tmp_path / name, facts, [finding], VI)
    assert (tmp_path / "first.xlsx").read_bytes() == (tmp_path / "second.xlsx").read_bytes()
    (page,) = load_workbook(tmp_path / "second.xlsx").worksheets
    cells = [cell for row in page.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert not [cell for cell in cells if cell.hyperlink]
    seen = re.sub(r"\r\n?", "\n", text)
    assert sum(seen in re.sub(r"_x000D_\n?|\r\n?", "\n", str(cell.value)) for cell in cells) >= 5


# Pages, documents, letters


class Page(HTMLParser):
    """Keeps tags with their attributes, and the text."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(content)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def ensure_harmless(content: str) -> Page:
    page = Page(content)
    for tag, attributes in page.tags:
        assert not (tag == "script" and "src" in attributes)
        assert not [name for name in attributes if name.startswith("on")]
        for name in ("href", "src", "action", "style"):
            assert HOST not in (attributes.get(name) or "")
            assert "javascript:" not in (attributes.get(name) or "")
    return page


def test_the_board_shows_words(written: Written) -> None:
    page = ensure_harmless(written.board.read_text("utf-8"))
    assert bare(NAME) in bare(page.text)


def test_the_word_file_quotes_words(written: Written) -> None:
    text = word_text(written.word)
    assert "{{7*7}}" in text
    assert "<script" in text
    assert bare("#panic()") in text
    for part in docx.Document(str(written.word)).part.package.iter_parts():
        assert not [one for one in part.rels.values() if one.is_external and HOST in one.target_ref]
    whole = parts(written.word)["word/document.xml"]
    codes = etree.fromstring(whole).iter("{*}instrText", "{*}fldSimple")
    assert not [one for one in codes if HOST in etree.tostring(one, encoding="unicode")]


def test_the_pdf_quotes_words(written: Written) -> None:
    reader = PdfReader(written.pdf)
    text = bare("".join(page.extract_text() for page in reader.pages))
    assert "{{7*7}}" in text
    assert "#panic()" in text
    for page in reader.pages:
        for note in page.get("/Annots") or []:
            assert HOST not in str(note.get_object().get("/A", ""))


def test_letters_have_our_headers_only(written: Written) -> None:
    assert written.mails
    named = 0
    for path in written.mails:
        message = email.message_from_bytes(path.read_bytes(), policy=default)
        assert message["Bcc"] is None
        assert message.defects == []
        assert HOST not in str(message["To"])
        html = message.get_body(("html",))
        plain = message.get_body(("plain",))
        assert html is not None
        assert plain is not None
        named += bare(NAME) in bare(ensure_harmless(html.get_content()).text)
        for part in message.walk():
            assert not set(part.get_filename() or "") & set('/\\:<>"\r\n')
    assert named


def test_the_log_has_one_line_a_message(written: Written) -> None:
    assert all(line.startswith("LOG ") for line in written.log if HOST in line or "Bcc" in line)
