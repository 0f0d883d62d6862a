"""What the tests of replies share: a receipt, findings for it, and what a sheet says."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from openpyxl.worksheet.worksheet import Worksheet

from models.returns import Finding
from reports.reply import ReceiptFacts
from schemas.checks import found
from schemas.texts import LANGUAGES, Texts, load_texts

SHEET = "Tiến độ nhiệm vụ"
SENTENCES = {
    "findings.sample": "Đã ghi “{value}”. Hãy sửa ô này.",
    "findings.file": "Tệp không mở được.",
}
TEXTS = {language: Texts(language, {**load_texts(language).entries, **SENTENCES}) for language in LANGUAGES}
FACTS = ReceiptFacts(
    number="R000012",
    state="rejected",
    unit="D01",
    unit_name="Đảng ủy An & Ân",
    file_name="bao cao.xlsx",
    sha256="ab" * 32,
    size=30_000,
    received_at=datetime(2022, 6, 24, 9, 5, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh")),
    directive="60-KL/ĐUK",
    period="2022-6T",
    kind="own",
    revision=2,
    due=date(2022, 6, 23),
    days_late=1,
    filled=30,
    required=42,
    counted={"progress": 14, "measures": 21},
)


def fault(cell: str | None, severity: str = "error", **over: Any) -> Finding:
    return found("sample", severity, **({"sheet": SHEET, "cell": cell, "value": "x"} | over))


def texts_of(page: Worksheet) -> list[str]:
    return [str(cell.value) for row in page.iter_rows() for cell in row if cell.value is not None]
