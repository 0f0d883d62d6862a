"""Messages as .eml files in a folder, for a house without a mail server: any mail program opens them."""

import mimetypes
import re
from email.charset import QP, Charset
from email.encoders import encode_base64
from email.header import Header
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime
from pathlib import Path

from reminders.message import Fate, Message, Outcome, find_fault

# The older policy on purpose: Python 3.11's newer one loses blanks where it folds a subject that is not ASCII.
FILE = compat32.clone(linesep="\r\n")
LONGEST_LINE = 998  # bytes; longer lines must be encoded, shorter ones stay readable in the file itself
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def write_eml(folder: Path, sender: str, message: Message) -> Outcome:
    """Write `<folder>/<day>/<number>_<recipient>.eml`, whole or not at all; written again, it replaces itself."""
    fault = find_fault(message)
    if fault:
        return fault
    path = folder / message.day.isoformat() / _file_name(message)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".part")
        unfinished.write_bytes(_email(sender, message).as_bytes(policy=FILE))
        unfinished.replace(path)
    except OSError as error:
        return Outcome(Fate.RETRY, "folder", error.strerror or type(error).__name__)
    return Outcome(Fate.SENT)


def _file_name(message: Message) -> str:
    return f"{message.number}_{re.sub(r'[^A-Za-z0-9@._+-]', '_', message.recipient)}.eml"


def _email(sender: str, message: Message) -> MIMEMultipart:
    words = MIMEMultipart("alternative", _subparts=[_text(message.text, "plain")])
    if message.html:
        words.attach(_text(message.html, "html"))
    mail = MIMEMultipart("mixed", _subparts=[words, *map(_attachment, message.attachments)])
    mail = mail if message.attachments else words
    mail["Date"] = format_datetime(message.at)
    mail["From"] = sender
    mail["To"] = message.recipient
    mail["Subject"] = Header(message.title, "utf-8")  # type: ignore[assignment]
    mail["Message-ID"] = f"<{message.number}.{message.day:%Y%m%d}@{sender.rpartition('@')[2]}>"
    mail["X-Dondoc-Id"] = message.number
    mail["Auto-Submitted"] = "auto-generated"  # so that no absence notice answers it
    return mail


def _text(text: str, kind: str) -> MIMEText:
    charset = Charset("utf-8")
    is_long = any(len(line.encode()) > LONGEST_LINE for line in text.splitlines())
    charset.body_encoding = QP if is_long else None  # type: ignore[assignment]
    return MIMEText(text, kind, charset)  # type: ignore[arg-type]


def _attachment(path: Path) -> MIMEBase:
    kind = WORKBOOK if path.suffix == ".xlsx" else mimetypes.guess_type(path.name)[0]
    part = MIMEBase(*(kind or "application/octet-stream").split("/", 1))
    if part.get_content_maintype() == "text":
        part.set_param("charset", "utf-8")  # a calendar file: without it some read its letters as something else
    part.set_payload(path.read_bytes())
    encode_base64(part)
    name = path.name if path.name.isascii() else ("utf-8", "", path.name)
    part.add_header("Content-Disposition", "attachment", filename=name)
    return part
