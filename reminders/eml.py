"""Messages as .eml files in a folder, for a house without a mail server: any mail program opens them."""

import mimetypes
import re
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path

from reminders.message import Fate, Message, Outcome, find_fault

# Lines up to 998 bytes may stand as they are, so that Vietnamese stays readable in the file itself.
BODY = SMTP.clone(cte_type="8bit", max_line_length=998)
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
        unfinished.write_bytes(_email(sender, message).as_bytes(policy=SMTP.clone(cte_type="8bit")))
        unfinished.replace(path)
    except OSError as error:
        return Outcome(Fate.RETRY, "folder", error.strerror or type(error).__name__)
    return Outcome(Fate.SENT)


def _file_name(message: Message) -> str:
    return f"{message.number}_{re.sub(r'[^A-Za-z0-9@._+-]', '_', message.recipient)}.eml"


def _email(sender: str, message: Message) -> EmailMessage:
    mail = EmailMessage(policy=BODY)
    mail["Date"] = format_datetime(message.at)
    mail["From"] = sender
    mail["To"] = message.recipient
    mail["Subject"] = message.title
    mail["Message-ID"] = f"<{message.number}.{message.day:%Y%m%d}@{sender.rpartition('@')[2]}>"
    mail["X-Dondoc-Id"] = message.number
    mail["Auto-Submitted"] = "auto-generated"  # so that no absence notice answers it
    mail.set_content(message.text)
    if message.html:
        mail.add_alternative(message.html, subtype="html")
    for attachment in message.attachments:
        _attach(mail, attachment)
    return mail


def _attach(mail: EmailMessage, path: Path) -> None:
    kind = WORKBOOK if path.suffix == ".xlsx" else mimetypes.guess_type(path.name)[0]
    main, _, sub = (kind or "application/octet-stream").partition("/")
    mail.add_attachment(path.read_bytes(), maintype=main, subtype=sub, filename=path.name)
