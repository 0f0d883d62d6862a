"""A witness that the copy in force is that of the record: then the record need not be read to find out.

It is a digest of the marks that the record's last changes left, of the code that read it, and of the copy's name. A
witness that does not hold says nothing: the record is read, and what that gives decides.
"""

import hashlib
from functools import cache
from pathlib import Path

from sqlmodel import Session

from models.queries.marks import read_marks

WITNESS = "witness"
ROOT = Path(__file__).resolve().parents[1]
CODE = ("models/*.py", "models/queries/*.py", "reports/analytic.py", "reports/carried.py")  # what names a copy


def find_witness(session: Session) -> str | None:
    """Give what a witness of this moment rests on; None of a record that leaves no marks."""
    marks = read_marks(session)
    return _digest(*marks, _code()) if marks else None


def is_witnessed(folder: Path, seen: str | None, name: str) -> bool:
    """Whether the copy of this name was found to be that of the record as it is now."""
    path = folder / WITNESS
    return seen is not None and path.is_file() and path.read_text("utf-8").strip() == _digest(seen, name)


def bear_witness(folder: Path, seen: str, name: str) -> None:
    """Note that the copy of this name is that of the record."""
    written = folder / f".{WITNESS}-{name}"
    written.write_text(f"{_digest(seen, name)}\n", encoding="utf-8")
    written.replace(folder / WITNESS)


def _digest(*told: str) -> str:
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


@cache
def _code() -> str:
    """Digest the code: another dondoc may find another copy in the same record."""
    files = [path for pattern in CODE for path in sorted(ROOT.glob(pattern))]
    return _digest(*(hashlib.sha256(path.read_bytes()).hexdigest() for path in files))
