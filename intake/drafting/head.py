"""The head of a document as its office types it: who issues it, its number, place and date, type and subject."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import takewhile

from intake.drafting.dates import DATE_TEXT, to_date
from intake.drafting.folds import fold_in_place
from intake.drafting.head_rules import load_head_rules
from intake.drafting.markers import ARTICLE
from intake.drafting.rules import DocumentType, find_type_in_capitals
from intake.drafting.symbols import SymbolLine, read_symbol_line, type_named, type_of_symbol

_HEAD_LINES = 40  # a head ends well before
_LONGEST_SUBJECT = 300  # letters
_MOST_SUBJECT_LINES = 8
_MARK = re.compile(rf"\A{ARTICLE}\s+\d|\A(?:[IVX]{{1,5}}|[A-H]|\d{{1,2}}|[a-zđ])\s*[.)/]\s+\S|\A[-–+•]\s*\w")
_DATED = r"(?:(?:\bngày|\bdated)\s+)?"
_PLACE_AND_DATE = re.compile(rf"\A(?P<place>[^\d,.:;]{{2,40}}),\s*{_DATED}{DATE_TEXT}\W*\Z", re.IGNORECASE)
_PLACE_BLANK_DATE = re.compile(
    r"\A(?P<place>[^\d,.:;]{2,40}),\s*ngày[\s.…_]*\d{0,2}[\s.…_]*tháng[\s.…_]*\d{0,2}[\s.…_]*năm[\s.…_]*(?:\d{4})?\W*\Z",
    re.IGNORECASE,
)
_DATE_ALONE = re.compile(rf"\A(?:date[d:]*\s+|of\s+|ngày\s+)?{DATE_TEXT}\W*\Z", re.IGNORECASE)
_GLUED_PLACE = re.compile(rf"(?P<place>\S+(?: \S+){{0,3}}), ngày {DATE_TEXT}\W*\Z", re.IGNORECASE)
_TYPE_AND_NUMBER = re.compile(r"\A(?P<type>[A-Za-z]+(?: [A-Za-z]+){0,2}) No\.?\s*:?\s*\S")
_TYPE_NUMBER = re.compile(r"\W*(?:số|no\.?)?\s*:?\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Head:
    """What the head says, each None where it does not; the text begins at line `length`."""

    length: int
    symbol: str | None = None
    blank_symbol: str | None = None
    type: DocumentType | None = None
    issuer: str | None = None
    superior: str | None = None
    issued_on: date | None = None
    place: str | None = None
    subject: str | None = None


@dataclass(frozen=True)
class _TypeLine:
    at: int
    type: DocumentType
    rest: str  # what stands behind the type on its line


def read_head(lines: Sequence[str]) -> tuple[Head | None, list[str]]:
    """Give the head, None for a text without one, and the lines with glued columns taken apart."""
    parted = [*_parted(lines[:_HEAD_LINES]), *lines[_HEAD_LINES:]]
    top = parted[:_HEAD_LINES]
    number = next(((n, found) for n, line in enumerate(top) if (found := read_symbol_line(line))), None)
    kind = _find_type_line(top)
    if number and kind and kind.at < number[0] and _MARK.match(top[number[0] - 1]):
        number = None
    if not _is_head(top, number, kind):
        return None, parted
    at, found = number or (len(top), SymbolLine(None, None, ""))
    place, issued_on, dated_at = _place_and_date(top)
    subject, behind = _subject(top, kind, number)
    superior, issuer = _bodies(top, min(at, kind.at if kind else at))
    issuer, subject = _issuer_behind_type(issuer, subject)
    last = max(behind, at + 1 if number else 0, dated_at + 1)
    if kind and found.symbol is None and not found.blank:
        last = max(behind, kind.at + 1)
    head = Head(
        length=last,
        symbol=found.symbol,
        blank_symbol=found.blank,
        type=kind.type if kind else type_of_symbol(found.symbol or found.blank) or _type_of_letter(parted, subject),
        issuer=issuer,
        superior=superior,
        issued_on=issued_on,
        place=place,
        subject=subject,
    )
    return head, parted


def _is_head(top: Sequence[str], number: tuple[int, SymbolLine] | None, kind: _TypeLine | None) -> bool:
    """A head has a line of its own for the number, or for its type between the names of a body and a date."""
    if number:
        return not any(len(line) > _LONGEST_SUBJECT for line in top[: number[0]])
    if kind is None:
        return False
    above = top[: kind.at]
    dated = any(_is_dated(line) for line in top[: kind.at + 6])
    return dated or any(load_head_rules().head.title.search(fold_in_place(line)) for line in above)


def _parted(lines: Sequence[str]) -> list[str]:
    """Put what two columns glued to one line on lines of their own: number, title of the state, place and date."""
    out: list[str] = []
    for line in lines:
        number = read_symbol_line(line)
        rest = number.rest if number and number.rest else ""
        if rest:
            out.append(line[: len(line) - len(rest)].strip())
        out += _unglued(rest or line)
    return out


def _unglued(line: str) -> list[str]:
    if any(letter.islower() for letter in line[:2]) or len(line) > _LONGEST_SUBJECT:
        return [line]
    title = load_head_rules().head.title.search(fold_in_place(line))
    if title and title.start() > 0 and line[: title.start()].isupper():
        return [line[: title.start()].strip(), line[title.start() :]]
    dated = _GLUED_PLACE.search(line)
    if dated and dated.start() > 0 and line[: dated.start()].strip().isupper():
        return [line[: dated.start()].strip(), line[dated.start() :]]
    return [line]


def _find_type_line(top: Sequence[str]) -> _TypeLine | None:
    """Find the line of the type: "THÔNG BÁO", "CHỈ THỊ CỦA …", "KẾ HOẠCH tổ chức …", "Executive Order No. 27/2023"."""
    for n, line in enumerate(top):
        found = find_type_in_capitals(line)
        if found:
            kind, rest = found
            number = read_symbol_line(_TYPE_NUMBER.sub("Số ", rest, count=1)) if rest else None
            return _TypeLine(n, kind, number.rest if number else rest.strip(" :"))
    for n, line in enumerate(top):
        named = _TYPE_AND_NUMBER.match(line)
        kind_named = type_named(named["type"]) if named and read_symbol_line(line) else None
        if kind_named:
            return _TypeLine(n, kind_named, "")
    return None


def _place_and_date(top: Sequence[str]) -> tuple[str | None, date | None, int]:
    for n, line in enumerate(top):
        found = _PLACE_AND_DATE.match(line) or _PLACE_BLANK_DATE.match(line)
        if found:
            return found["place"].strip(), to_date(found) if "d" in found.groupdict() else None, n
    alone = next(((n, found) for n, line in enumerate(top) if (found := _DATE_ALONE.match(line))), None)
    return (None, to_date(alone[1]), alone[0]) if alone else (None, None, -1)


def _bodies(top: Sequence[str], end: int) -> tuple[str | None, str | None]:
    """Give the superior and the issuing body named above line `end`, the names that run over lines joined."""
    rules = load_head_rules().head
    names: list[str] = []
    for line in _names(top[:end], {fold_in_place(one) for one in top[end:]}):
        if names and (rules.committee.match(fold_in_place(names[-1])) or not _begins_body(line, names[-1])):
            names[-1] = f"{names[-1]} {line}"
        else:
            names.append(line)
    if len(names) > 1 and rules.organ.match(fold_in_place(names[-1])):
        names[-2:] = [f"{names[-1]} {names[-2]}"]
    return (names[-2] if len(names) > 1 else None), (names[-1] if names else None)


def _issuer_behind_type(issuer: str | None, subject: str | None) -> tuple[str | None, str | None]:
    """Part "CỦA BAN THƯỜNG VỤ TỈNH ỦY về …" into the issuer, in capitals, and the subject."""
    found = load_head_rules().head.issued_by.match(fold_in_place(subject or ""))
    if not subject or not found:
        return issuer, subject
    words = subject[found.end() :].split(" ")
    capitals = list(takewhile(lambda word: word.isupper() or not word.isalpha(), words))
    rest = " ".join(words[len(capitals) :])
    return (" ".join(capitals), rest or None) if capitals else (issuer, subject)


def _begins_body(line: str, above: str) -> bool:
    """Tell a body's name from the second line of one: "ỦY BAN NHÂN DÂN" / "TỈNH MẪU"."""
    hanging = fold_in_place(above).endswith((" và", ",", " của", " and", " of"))
    return not hanging and bool(load_head_rules().head.body.match(fold_in_place(line)))


def _names(above: Sequence[str], below: Collection[str]) -> list[str]:
    """Give the lines that name bodies: in capitals, from the first known word on; titles of state and party aside.

    A line that stands below the number too, such as the youth union's name, is a title there and a name here.
    """
    rules = load_head_rules().head
    said = [line for line in above if line and not _PLACE_AND_DATE.match(line) and not _DATE_ALONE.match(line)]
    capitals = [line.strip(" *") for line in said if line.isupper()]
    named = capitals or [line for line in said if _is_name(line)]
    small = [fold_in_place(line) for line in named]
    own = [line for line, key in zip(named, small, strict=True) if key in below or not rules.title.search(key)]
    if not capitals or not own:
        return own[-2:] if own else named[:1]
    first = next((n for n, line in enumerate(own) if rules.body.match(fold_in_place(line))), None)
    return own[-2:] if first is None else own[first:]


def _is_name(line: str) -> bool:
    return len(line) < 100 and line[:1].isupper() and not re.search(r"[.;:!?]\Z", line)


def _subject(
    top: Sequence[str], kind: _TypeLine | None, number: tuple[int, SymbolLine] | None
) -> tuple[str | None, int]:
    """Give what the document is about and the line behind it: under the type, or after V/v in a letter."""
    rules = load_head_rules().head
    letter = next((n for n, line in enumerate(top) if rules.letter.match(fold_in_place(line))), None)
    if kind is None and (letter is None or number is None or letter < number[0]):
        return None, 0
    start = kind.at + 1 if kind else letter or 0
    if kind and letter and kind.at < letter and number and number[0] == kind.at:  # "Circular No. 12", "To:", "Subject:"
        start = letter
    parts = [kind.rest] if kind and kind.rest else []
    end = start
    for n in range(start, len(top)):
        if not _goes_on(top, n, parts):
            break
        parts, end = ([*parts, top[n]] if top[n] and not _is_dated(top[n]) else parts), n + 1
    return (" ".join(parts) or None), end


def _goes_on(top: Sequence[str], n: int, parts: Sequence[str]) -> bool:
    """Tell whether line n belongs to the subject, given what was already taken."""
    line, rules = top[n], load_head_rules().head
    small = fold_in_place(line)
    if not line:
        return not parts or _is_continued(top[n + 1 : n + 2])
    if not parts and (_is_dated(line) or rules.subject.match(small)):
        return True
    if _is_other(line, small) or len(parts) >= _MOST_SUBJECT_LINES or len(line) > _LONGEST_SUBJECT:
        return False
    if line.endswith((".", ";")) or (line.endswith(":") and not parts):
        return False
    if line[0].islower() or (line.isupper() and "".join(parts).isupper()):
        return True
    return not (rules.text_begins if parts else rules.no_subject).match(small)


def _is_continued(following: Sequence[str]) -> bool:
    return bool(following and following[0][:1].islower() and len(following[0]) < _LONGEST_SUBJECT)


def _is_other(line: str, small: str) -> bool:
    rules = load_head_rules().head
    return bool(rules.title.match(small) or _MARK.match(line)) or _is_dated(line)


def _is_dated(line: str) -> bool:
    return bool(_PLACE_AND_DATE.match(line) or _PLACE_BLANK_DATE.match(line) or _DATE_ALONE.match(line))


def _type_of_letter(lines: Sequence[str], subject: str | None) -> DocumentType | None:
    """A letter has no line for its type, but it has a subject "V/v …" or an address."""
    addressed = any(fold_in_place(line).startswith(("kính gửi", "dear ")) for line in lines[:_HEAD_LINES])
    return type_named("công văn") if subject or addressed else None
