"""Saves office files so that the same content gives the same bytes: no clock in them, parts in one order."""

import re
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

FIXED_TIME = datetime(2000, 1, 1)  # noqa: DTZ001  # a constant, in a field that knows no zone
_CLOCKS = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</)")
ZIP_TIME = (2000, 1, 1, 0, 0, 0)


def save_repeatably(docx: Any, path: Path) -> None:
    """Save a python-docx document with fixed times."""
    properties = docx.core_properties
    properties.created = properties.modified = FIXED_TIME
    properties.last_printed = FIXED_TIME
    properties.last_modified_by, properties.revision = "", 1
    buffer = BytesIO()
    docx.save(buffer)
    path.write_bytes(rezipped(buffer.getvalue()))


def rezipped(content: bytes) -> bytes:
    """Give an office file with the same parts in the same order, and one fixed time on all of them."""
    buffer = BytesIO()
    with ZipFile(BytesIO(content)) as source, ZipFile(buffer, "w", ZIP_DEFLATED) as target:
        for part in source.infolist():
            entry = ZipInfo(part.filename, ZIP_TIME)
            entry.compress_type = ZIP_DEFLATED
            target.writestr(entry, _without_clock(part.filename, source.read(part.filename)))
    return buffer.getvalue()


def _without_clock(name: str, content: bytes) -> bytes:
    """Fix the times that a library writes into the properties when it saves."""
    if name != "docProps/core.xml":
        return content
    return _CLOCKS.sub(rb"\g<1>" + FIXED_TIME.strftime("%Y-%m-%dT%H:%M:%SZ").encode() + rb"\g<2>", content)
