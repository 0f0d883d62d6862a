"""Texts as they come: inside web pages, with broken lines, in several encodings, numbered by Word."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest

from intake.drafting.draft import draft_directive
from intake.drafting.read_text import read_document_text
from intake.drafting.text import read_paragraphs, split_sentences
from models.errors import RefusedError, UnreadableTextError
from schemas.texts import load_texts

PLAIN = "Ban Thường vụ yêu cầu các chi bộ thực hiện các nhiệm vụ sau:\n1. Xây dựng kế hoạch."


def test_page_debris_is_left_out_even_when_glued_to_the_text() -> None:
    text = "1. Xây dựng kế hoạch.Show Buttons\nShare On Facebook\nHide Buttons\nBÌNH LUẬN\nhttps://example.vn/a"
    assert read_paragraphs(text) == ["1. Xây dựng kế hoạch."]


def test_a_heading_printed_twice_stays_once_and_a_doubled_caption_goes() -> None:
    text = "Tiêu đề\n\nTiêu đề\n\nMột đoạn.\n\nẢnh hội nghị.\nẢnh hội nghị.\n\nĐoạn sau."
    assert read_paragraphs(text) == ["Tiêu đề", "Một đoạn.", "Đoạn sau."]


def test_a_sentence_torn_by_a_page_break_is_whole_again() -> None:
    assert read_paragraphs("Bảo vệ nền tảng của Đảng\n\ntiếp tục được đẩy mạnh.") == [
        "Bảo vệ nền tảng của Đảng tiếp tục được đẩy mạnh."
    ]


def test_lines_broken_at_a_page_width_are_joined_but_list_items_are_not() -> None:
    wrapped = "Các chi bộ thường xuyên rà soát, bổ sung danh mục hồ sơ lưu trữ của\nĐảng bộ.\n- Việc một\n- Việc hai"
    assert read_paragraphs(wrapped) == [
        "Các chi bộ thường xuyên rà soát, bổ sung danh mục hồ sơ lưu trữ của Đảng bộ.",
        "- Việc một",
        "- Việc hai",
    ]


def test_recipients_and_signature_end_the_document() -> None:
    assert read_paragraphs("Đoạn cuối./.\nNơi nhận:\n- Lưu VPĐU.\nNguyễn Văn Mẫu") == ["Đoạn cuối./."]


def test_sentences_end_at_full_stops_but_not_at_abbreviations_or_in_quotations() -> None:
    assert split_sentences("Đảng ủy TP. Mẫu họp. Nêu “Một. Hai” rồi kết thúc. Phần mềm 3.0 chạy./.") == [
        "Đảng ủy TP. Mẫu họp.",
        "Nêu “Một. Hai” rồi kết thúc.",
        "Phần mềm 3.0 chạy.",
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_reads_unicode_text_files(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "văn bản.TXT"
    path.write_text(PLAIN, encoding)
    assert read_document_text(path) == PLAIN


def _write_bytes(content: bytes) -> Callable[[Path], Any]:
    return lambda path: path.write_bytes(content)


@pytest.mark.parametrize(
    ("name", "make", "key"),
    [
        ("cu.txt", _write_bytes("Đảng ủy".encode("shift_jis", "ignore") + b"\xff\xfd\x81"), "encoding"),
        ("anh.txt", _write_bytes(b"abc\x00def"), "encoding"),
        ("hong.docx", _write_bytes(b"no zip at all"), "damaged"),
        ("hong.pdf", _write_bytes(b"%PDF-1.7"), "pdf-damaged"),
        ("gia.pdf", _write_bytes(b"no PDF"), "pdf-damaged"),
        ("cu.doc", _write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le")), "old-word"),
        (
            "ten-moi.docx",
            _write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le")),
            "old-word",
        ),
        (
            "khoa.docx",
            _write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")),
            "docx-password",
        ),
        ("cu.rtf", _write_bytes(b"{\\rtf1\\ansi}"), "rtf"),
        ("ten-moi.docx", _write_bytes(b"{\\rtf1\\ansi}"), "rtf"),
        ("mo.odt", _write_bytes(b"PK\x03\x04"), "odt"),
        ("trang.txt", _write_bytes(b"\n<!DOCTYPE html><html>"), "web-page"),
        ("anh.pdf", _write_bytes(b"\xff\xd8\xff\xe0"), "picture"),
        ("khong-duoi", _write_bytes(b"x"), "unknown-format"),
        ("mat.txt", lambda path: None, "not-found"),
    ],
)
def test_refuses_what_it_cannot_read_with_a_sentence(
    tmp_path: Path, name: str, make: Callable[[Path], Any], key: str
) -> None:
    make(tmp_path / name)
    with pytest.raises(UnreadableTextError) as refused:
        read_document_text(tmp_path / name)
    assert refused.value.key == f"draft.refused.{key}"
    for language in ("vi", "en"):
        sentence = load_texts(language)(refused.value.key, **refused.value.values)
        assert name in sentence
        assert "{" not in sentence


@pytest.mark.parametrize("text", ["", " \n\n", "1. Sữa\n2. Trứng\n- 2 kg gạo", "Hôm nay trời đẹp. Hẹn gặp lại anh."])
def test_refuses_a_text_that_asks_nothing(text: str) -> None:
    with pytest.raises(RefusedError) as refused:
        draft_directive(text, file="x.txt")
    assert refused.value.key == "draft.refused.no-clauses"
    assert refused.value.values == {"file": "x.txt"}


def test_reads_a_word_file_with_its_letterhead_table_and_its_own_numbers(tmp_path: Path) -> None:
    document = docx.Document()
    left, right = document.add_table(rows=1, cols=2).rows[0].cells
    left.text = "ĐẢNG ỦY MẪU\n*\nSố 05-CT/ĐU"
    left.paragraphs[0].text = "ĐẢNG ỦY MẪU"
    left.add_paragraph("Số 05-CT/ĐU")
    right.text = "Hà Nội, ngày 05 tháng 3 năm 2022"
    document.add_paragraph("CHỈ THỊ")
    document.add_paragraph("về công tác lưu trữ")
    document.add_paragraph("Đảng ủy yêu cầu các chi bộ thực hiện các nhiệm vụ sau:")
    document.add_paragraph("Xây dựng kế hoạch.", style="List Number")
    document.add_paragraph("Tổ chức thực hiện", style="List Number")
    document.add_paragraph("Văn phòng theo dõi việc thực hiện.", style="List Bullet")
    document.save(str(tmp_path / "chỉ thị.docx"))

    draft = draft_directive(read_document_text(tmp_path / "chỉ thị.docx"))

    assert (draft.document.symbol, draft.document.issuer) == ("05-CT/ĐU", "ĐẢNG ỦY MẪU")
    assert draft.document.title == "về công tác lưu trữ"
    assert [(c.path, c.text, c.leads) for c in draft.clauses] == [
        ("1.1", "Xây dựng kế hoạch.", ("các chi bộ",)),
        ("2.1", "Văn phòng theo dõi việc thực hiện.", ("Văn phòng",)),
    ]
