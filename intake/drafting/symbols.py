"""Numbers and symbols of documents in all their spellings: 04 - CT/ĐUK, Số: 12/KH-UBND, No. 12/2020/QD-TTg."""

import re
from dataclasses import dataclass

from intake.drafting.folds import fold_in_place
from intake.drafting.rules import DocumentType, load_rules
from schemas.folds import fold_symbol

_CAPITAL = "[A-ZĐÐ]"
_LETTER = "[A-ZĐÐa-zđ]"
_NUMBER = r"\d{1,5}[a-zA-Z]?"
_DASH = r"\s*[-–—‐]\s*"
_TIGHT_DASH = r"\s?[-–—‐]\s?"
_BODY = rf"{_CAPITAL}{_LETTER}*\d{{0,2}}(?:[.-]{_CAPITAL}{_LETTER}*)*"
_PARTY = rf"{_DASH}{_CAPITAL}{_LETTER}{{0,5}}\s*/\s*{_BODY}"  # -CT/ĐUK, - KH/TĐTN-BTG
_STATE = rf"\s?/\s?(?:\d{{4}}\s?/\s?)?{_CAPITAL}{_LETTER}{{0,7}}{_TIGHT_DASH}{_BODY}"  # /QĐ-BNV, /2020/NĐ-CP
_LAW = r"/\d{4}/(?:UBTV)?QH\d{1,2}"  # 59/2020/QH14
_KIND = rf"(?:{_PARTY}|{_STATE}|{_LAW})(?!\w)"
SYMBOL = rf"{_NUMBER}{_KIND}"
# A number is not yet given: "Số:      -CT/ĐUK", "Số ……/KH-UBND".
_NO_NUMBER = r"[\s.…_]*"
_WORD = r"(?:số|so|no\.?|nr\.?|number|ref(?:erence)?(?:\.|\s+no\.?)?)"
_AT_LINE_START = re.compile(rf"\A\W*(?i:{_WORD})\s*[:.]?\s*(?P<symbol>{SYMBOL})")
_ALONE = re.compile(rf"\A(?P<symbol>{SYMBOL})\Z")
_SPACED = re.compile(
    rf"\A\W*(?i:{_WORD})\s*[:.]?\s*(?P<number>\d{{1,5}})\s+(?P<kind>{_CAPITAL}{_LETTER}{{0,5}}\s*/\s*{_BODY})(?!\w)"
)
_BLANK = re.compile(rf"\A\W*(?i:{_WORD})\s*[:.]?(?P<blank>{_NO_NUMBER}{_KIND})")
# The registers of other offices: "Ref: GDF/DIR/2020/12", "Directive No. 2020/05".
FOREIGN_SYMBOL = r"(?=[^\s,;)]*\d)[A-Z0-9]+(?:[/.-][A-Z0-9]+)+"
_FOREIGN = re.compile(
    rf"\A(?:(?:[A-Z][A-Za-z]+ ){{0,3}}No\.?|Ref(?:erence)?\.?)\s*:?\s*(?P<symbol>{FOREIGN_SYMBOL})(?!\w)"
)


@dataclass(frozen=True)
class SymbolLine:
    """A letterhead's line of the number: the symbol, or its part after the blank, and what stands behind it."""

    symbol: str | None
    blank: str | None
    rest: str


def read_symbol_line(line: str) -> SymbolLine | None:
    """Read "Số 04-CT/ĐUK", "Số:      -CT/ĐUK", "Ref: ABC/2020/12"; None for any other line."""
    for pattern in (_AT_LINE_START, _ALONE, _FOREIGN):
        found = pattern.match(line)
        if found:
            return SymbolLine(fold_symbol(found["symbol"]), None, line[found.end() :].strip())
    found = _SPACED.match(line)  # "Số: 45 KH/TWĐTN": the dash was forgotten
    if found:
        return SymbolLine(fold_symbol(f"{found['number']}-{found['kind']}"), None, line[found.end() :].strip())
    found = _BLANK.match(line)
    return SymbolLine(None, fold_symbol(found["blank"]).lstrip("._…"), line[found.end() :].strip()) if found else None


def letters_of(symbol: str) -> list[str]:
    """Give the groups of letters of a symbol in order: 12/2020/QĐ-TTg gives QĐ, TTg."""
    return [part.rstrip("0123456789") for part in re.split(r"[-/]", symbol) if part and not part[0].isdigit()]


def type_of_symbol(symbol: str | None) -> DocumentType | None:
    """Tell the type from a symbol's letters, the first group that stands for one: 12/KH-UBND is a plan."""
    letters = letters_of(symbol or "")
    return next((kind for part in letters for kind in load_rules().types if part in kind.letters), None)


def type_named(word: str) -> DocumentType | None:
    return next((kind for kind in load_rules().types if fold_in_place(word) in kind.words), None)
