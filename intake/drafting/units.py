"""The bodies a directive names, matched to units: by name, former name and abbreviation; rules for whole groups."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from models.unit_history import Span
from schemas.folds import fold

_EXACT, _ABBREVIATED, _BEGINS, _GROUP = 0.95, 0.85, 0.75, 0.7
_GROUP_OF = re.compile(r"\A(?:tất cả |toàn thể )?(?:các|mỗi|từng|all|each|every)\s+")
_GROUP_ENDS = re.compile(r"\s+(?:trực thuộc|cơ sở|các cấp|cấp dưới|trực thuộc .*|trong .*|thuộc .*|under .*)\Z")
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_FEWEST_LETTERS = 5


@dataclass(frozen=True)
class UnitMatch:
    """A rule of addressing that a name stands for, and how sure that is."""

    rule: str
    confidence: float


def match_unit(name: str, spans: Iterable[Span]) -> UnitMatch | None:
    """Find the unit or the group of units that a directive's words mean; None for words that fit none or several."""
    spans = list(spans)
    key = fold(name)
    group = _GROUP_OF.match(key)
    if group:
        return _match_group(_GROUP_ENDS.sub("", key[group.end() :]), spans)
    exact = {span.unit for span in spans if key in (fold(span.name), fold(span.name_en or "-"))}
    if len(exact) == 1:
        return UnitMatch(exact.pop(), _EXACT)
    short = {span.unit for span in spans if name.isupper() and name == _initials(span.name)}
    if len(short) == 1:
        return UnitMatch(short.pop(), _ABBREVIATED)
    begins = {span.unit for span in spans if _begins(key, fold(span.name))}
    return UnitMatch(begins.pop(), _BEGINS) if len(begins) == 1 else None


def _match_group(head: str, spans: list[Span]) -> UnitMatch | None:
    """Give kind=… where all units that are called so are of one kind, and those are all there are of it."""
    met = [span for span in spans if span.parent and _starts(fold(span.name), head)]
    kinds = {span.kind for span in met}
    everyone = {span.unit for span in spans if span.kind in kinds}
    if len(kinds) == 1 and everyone == {span.unit for span in met} and len(everyone) > 1:
        return UnitMatch(f"kind={kinds.pop()}", _GROUP)
    return None


def _begins(name: str, unit: str) -> bool:
    """Tell a name cut short or drawn out: "Ban Tuyên giáo", "Văn phòng Đảng ủy Khối Minh Họa"."""
    shorter, longer = sorted((name, unit), key=len)
    return len(shorter) >= _FEWEST_LETTERS and " " in shorter and bool(_starts(longer, shorter))


def _starts(text: str, words: str) -> re.Match[str] | None:
    return re.match(rf"{re.escape(words)}(?!\w)", text)


def _initials(name: str) -> str:
    """Give the first letters without their tones: "Văn phòng Đảng ủy" is VPĐU."""
    letters = unicodedata.normalize("NFD", "".join(word[0] for word in name.split()))
    return unicodedata.normalize("NFC", "".join(one for one in letters if one not in _TONES)).upper()
