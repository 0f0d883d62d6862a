"""A made-up directive as its office might send it: as PDF, as Word file, in the bytes of old fonts."""

import re
from pathlib import Path

import typst

from intake.legacy_tables import TCVN3_LETTERS, VNI_LETTERS

LETTERHEAD = """\
#grid(columns: (45%, 55%), align: center, [#set par(first-line-indent: 0pt)
ĐẢNG BỘ TỈNH MẪU \\ *ĐẢNG ỦY KHỐI MẪU* \\ \\* \\ Số 15 - CT/ĐUK], [#set par(first-line-indent: 0pt)
*ĐẢNG CỘNG SẢN VIỆT NAM* \\ #v(8pt) _Đồng Mẫu, ngày 05 tháng 3 năm 2022_])
#align(center)[*CHỈ THỊ* \\ *về tăng cường công tác lưu trữ hồ sơ, tài liệu và \\ thực hiện chế độ báo cáo*]
"""
SIGNED = """\
#grid(columns: (50%, 50%), [#set par(first-line-indent: 0pt)
#set text(11pt)
*Nơi nhận:* \\ - Thường trực Tỉnh ủy (để b/c); \\ - Các cấp ủy trực thuộc; \\ - Lưu VPĐU.],
align(center)[#set par(first-line-indent: 0pt)
*T/M BAN THƯỜNG VỤ* \\ BÍ THƯ \\ #v(30pt) *Trần Văn Mẫu*])
"""
_PAGE = """\
#set page(paper: "a4", margin: (top: 20mm, bottom: 20mm, left: 30mm, right: 15mm), numbering: "1", {more})
#set text(font: ("Liberation Serif", "Libertinus Serif"), size: 14pt, lang: "{language}", hyphenate: {hyphenate})
#set par(justify: true, first-line-indent: (amount: 10mm, all: true))
"""


def write_pdf(path: Path, body: str, *, header: str = "", language: str = "vi") -> Path:
    """Set a typst text on A4 the way an office does, with page numbers and, if wanted, a running head."""
    more = f"header: [{header}]" if header else ""
    page = _PAGE.format(more=more, language=language, hyphenate=str(language == "en").lower())
    path.write_bytes(typst.compile((page + body).encode()))
    return path


def in_tcvn3(text: str) -> str:
    """Spell Vietnamese as a TCVN3 font draws it: one letter a character, none for capitals with tones."""
    spelled = {letter: sign for sign, letter in TCVN3_LETTERS.items()}
    return "".join(spelled.get(letter) or spelled.get(letter.lower(), letter) for letter in text)


def in_vni(text: str) -> str:
    """Spell Vietnamese as a VNI font draws it: the marks behind the vowel."""
    spelled: dict[str, str] = {}
    for signs, letter in VNI_LETTERS.items():
        spelled.setdefault(letter, signs)
    return "".join(spelled.get(letter, letter) for letter in text)


def write_plain_pdf(path: Path, lines: list[str], font: str) -> Path:
    """Write a PDF by hand whose one font has a chosen name and is not embedded; letters are bytes of cp1252."""
    shown = " ".join("({}) Tj T*".format(re.sub(r"([()\\])", r"\\\1", line)) for line in lines)
    content = f"BT /F1 14 Tf 18 TL 85 780 Td {shown} ET".encode("cp1252")
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        f"<< /Type /Font /Subtype /TrueType /BaseFont /{font} /Encoding /WinAnsiEncoding >>".encode(),
    ]
    out, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(parts) + 1, len(out))
    path.write_bytes(out + b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(parts) + 1, table) + end)
    return path
