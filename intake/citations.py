"""The document a text is, and those it names by number and symbol, with what it says of them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from intake.draft_rules import DocumentType, load_rules
from intake.draft_text import split_sentences
from intake.draft_types import CitedDocument, DraftDocument
from schemas.folds import fold, fold_in_place, fold_symbol

_DASH = r"\s*[-–—‐]\s*"
_BODY = r"[A-ZĐÐ][A-ZĐÐa-zđ0-9]*(?:[.-][A-ZĐÐ][A-ZĐÐa-zđ0-9]*)*"
# 04 - CT/ĐUK, 463-CV/TU; 30/2020/NĐ-CP, 15/QĐ-BNV
_PARTY_SYMBOL = rf"{_DASH}[A-ZĐÐ][A-ZĐÐa-zđ]{{0,5}}\s*/\s*{_BODY}"
_STATE_SYMBOL = rf"/(?:\d{{4}}/)?[A-ZĐÐ][A-ZĐÐa-z]{{0,6}}-{_BODY}"
SYMBOL = rf"\d{{1,5}}(?:{_PARTY_SYMBOL}|{_STATE_SYMBOL})(?!\w)"
NUMERIC_DATE = r"(?P<d>\d{1,2})\s*[/.-]\s*(?P<m>\d{1,2})\s*[/.-]\s*(?P<y>\d{4})(?!\d)"
WORDED_DATE = r"(?P<dw>\d{1,2})\s+tháng\s+(?P<mw>\d{1,2})\s+năm\s+(?P<yw>\d{4})"
DATE = re.compile(rf"(?<!\d)(?:{NUMERIC_DATE}|{WORDED_DATE})")
_CITED = re.compile(rf"(?<![\w/])(?:[Ss]ố:?\s*)?(?P<symbol>{SYMBOL})")
_TAIL = re.compile(
    rf"(?:\s*,?\s*(?:\(?\s*ngày\s+(?:{NUMERIC_DATE}|{WORDED_DATE})\s*\)?))?"
    r"(?:\s*,?\s*của\s+(?P<issuer>[^,;.:“\"()]{3,120}?)(?=\s+về\s|\s*[,;.:“\"()]|\s+và\s|\s+đến\s|\Z))?"
)
_LETTERHEAD = re.compile(rf"\A[Ss]ố\s*:?\s*(?P<symbol>{SYMBOL})\Z")
_PROCLAIMED = re.compile(r"ban hành\s+(?:\S+\s+){0,4}\Z")
_PLACE_AND_DATE = re.compile(rf"\A[^\d,]{{2,40}},\s*ngày\s+(?:{NUMERIC_DATE}|{WORDED_DATE})\s*\Z", re.IGNORECASE)
_TITLE_OF = re.compile(r"\A(?P<type>\S+ \S+) của (?P<issuer>.{3,120}?) (?P<title>về .+)\Z", re.IGNORECASE)
_STRENGTH = ("replaces", "continues", "reviews", "implements", "refers_to")
_LOOK_BACK = 200  # letters before a document's number that can say what it is and what is done with it
_HEAD_LINES = 25  # a letterhead ends well before this many paragraphs


@dataclass(frozen=True)
class Mention:
    """One place where a document is named; offsets are of its sentence."""

    symbol: str
    type: DocumentType | None
    issuer: str | None
    issued_on: date | None
    sentence: str
    start: int  # of the type's word or the number
    end: int  # after date and issuer


def find_mentions(paragraphs: Iterable[str]) -> list[Mention]:
    """Give every place where a document is named by its symbol, in reading order."""
    return [m for paragraph in paragraphs for s in split_sentences(paragraph) for m in _mentions_in(s)]


def blank_mentions(text: str) -> str:
    """Give the text with cited documents and their dates blanked out, at the same length."""
    for mention in _mentions_in(text):
        text = text[: mention.start] + " " * (mention.end - mention.start) + text[mention.end :]
    return text


def to_date(found: re.Match[str] | None) -> date | None:
    """Give the date a DATE pattern found; None for none, or for a day that no calendar has."""
    if not found or not (found["d"] or found["dw"]):
        return None
    try:
        return date(int(found["y"] or found["yw"]), int(found["m"] or found["mw"]), int(found["d"] or found["dw"]))
    except ValueError:
        return None


def identify_document(paragraphs: list[str], mentions: list[Mention]) -> DraftDocument:
    """Say which document the text is: by its letterhead, else by the words that issued it, else by its title."""
    title_line = _title_line(paragraphs)
    titled = _TITLE_OF.match(title_line or "")
    letterhead = _letterhead(paragraphs)
    if letterhead:
        return letterhead
    own = _proclaimed(mentions) or _titled_with_symbol(paragraphs, mentions)
    kind = own.type if own else _type_by_word(titled["type"]) if titled else None
    if titled and _type_by_word(titled["type"]) is None:
        titled = None
    return DraftDocument(
        symbol=own.symbol if own else None,
        type=kind.code if kind else None,
        issuer=titled["issuer"] if titled else own.issuer if own else None,
        issued_on=(own.issued_on or to_date(DATE.search(own.sentence[: own.start]))) if own else None,
        title=titled["title"] if titled else title_line,
    )


def list_citations(document: DraftDocument, mentions: list[Mention]) -> tuple[CitedDocument, ...]:
    """Give each document once, with what all its mentions say together; the text's own is none of them."""
    others = [m for m in mentions if m.symbol != document.symbol]
    return tuple(_cited(group, document) for group in _same_document(others))


def _mentions_in(sentence: str) -> Iterator[Mention]:
    for found in _CITED.finditer(sentence):
        start, kind = _type_before(sentence, found)
        tail = _TAIL.match(sentence, found.end())
        symbol = fold_symbol(found["symbol"])
        yield Mention(
            symbol=symbol,
            type=kind or _type_by_letters(symbol),
            issuer=tail["issuer"] if tail else None,
            issued_on=to_date(tail),
            sentence=sentence,
            start=start,
            end=tail.end() if tail else found.end(),
        )


def _type_before(sentence: str, found: re.Match[str]) -> tuple[int, DocumentType | None]:
    """Find the word of the type in front of a symbol ("Chỉ thị số …") and where it begins."""
    window = max(0, found.start() - _LOOK_BACK)
    ahead = fold_in_place(sentence[window : found.start()]).rstrip()
    for kind in load_rules().types:
        for word in kind.words:
            if ahead.endswith(word):
                return window + len(ahead) - len(word), kind
    return found.start(), None


def _type_by_letters(symbol: str) -> DocumentType | None:
    parts = set(re.split(r"[-/]", symbol))
    return next((kind for kind in load_rules().types if parts & set(kind.letters)), None)


def _type_by_word(word: str) -> DocumentType | None:
    return next((kind for kind in load_rules().types if fold(word) in kind.words), None)


def _letterhead(paragraphs: list[str]) -> DraftDocument | None:
    """Read the head of a document typed by its office: issuer, number, place and date, type, subject."""
    head = paragraphs[:_HEAD_LINES]
    at = next((n for n, line in enumerate(head) if _LETTERHEAD.match(line)), None)
    found = _LETTERHEAD.match(head[at]) if at is not None else None
    if at is None or not found:
        return None
    symbol = fold_symbol(found["symbol"])
    kind, title = _typed_title(head[at + 1 :])
    kind = kind or _type_by_letters(symbol)
    return DraftDocument(
        symbol=symbol,
        type=kind.code if kind else None,
        issuer=_issuer_above(head[:at]),
        issued_on=next(filter(None, (to_date(_PLACE_AND_DATE.match(line)) for line in head)), None),
        title=title,
    )


def _typed_title(head: list[str]) -> tuple[DocumentType | None, str | None]:
    """Find the line that is the type in capitals ("THÔNG BÁO"), and the subject after it or under it."""
    for line, following in pairwise([*head, ""]):
        for kind in load_rules().types:
            word = next((w for w in kind.words if fold_in_place(line).startswith(w)), None)
            if word and line[: len(word)].isupper():
                return kind, line[len(word) :].strip() or following or None
    return None, None


def _issuer_above(head: list[str]) -> str | None:
    """Give the issuing body: the last capital line above the number, with the committee whose organ it is."""
    lines = [line for line in head if line.isupper()]
    if len(lines) > 1 and load_rules().organs.match(fold_in_place(lines[-1])):
        return f"{lines[-1]} {lines[-2]}"
    return lines[-1] if lines else None


def _title_line(paragraphs: list[str]) -> str | None:
    """Give the first paragraph if it reads like a heading."""
    first = paragraphs[0] if paragraphs else ""
    return first if first and not re.search(r"[.;:]\Z", first) and len(first) < 400 else None


def _proclaimed(mentions: list[Mention]) -> Mention | None:
    """Find the document that somebody "đã ký ban hành" right before it is named."""
    return next((m for m in mentions if _PROCLAIMED.search(m.sentence[: m.start])), None)


def _titled_with_symbol(paragraphs: list[str], mentions: list[Mention]) -> Mention | None:
    """Find a document whose name opens the text: "Kết luận số 60-KL/ĐUK về …"."""
    opening = paragraphs[0] if paragraphs else ""
    return next((m for m in mentions if m.start == 0 and m.type and opening.startswith(m.sentence)), None)


def _same_document(mentions: list[Mention]) -> list[list[Mention]]:
    """Group mentions: numbers restart with each term, so the same symbol with another date is another document."""
    groups: list[list[Mention]] = []
    for mention in sorted(mentions, key=lambda m: m.issued_on is None):
        for group in groups:
            same_day = mention.issued_on is None or mention.issued_on == group[0].issued_on
            if group[0].symbol == mention.symbol and same_day:
                group.append(mention)
                break
        else:
            groups.append([mention])
    return sorted(groups, key=lambda group: min(mentions.index(m) for m in group))


def _cited(group: list[Mention], document: DraftDocument) -> CitedDocument:
    relations = [_relation_of(mention, document) for mention in group]
    relation, quote, inferred = min(relations, key=lambda said: (_STRENGTH.index(said[0]), said[2]))
    kind = next((m.type for m in group if m.type), None)
    return CitedDocument(
        symbol=group[0].symbol,
        type=kind.code if kind else None,
        issuer=next((m.issuer for m in group if m.issuer), None),
        issued_on=next((m.issued_on for m in group if m.issued_on), None),
        relation=relation,
        quote=quote,
        inferred=inferred,
    )


def _relation_of(mention: Mention, document: DraftDocument) -> tuple[str, str, bool]:
    """Give relation, the words that show it, and whether they only hint at it."""
    window = max(0, mention.start - _LOOK_BACK)
    ahead = fold_in_place(mention.sentence[window : mention.start])
    owner = document.type or "" if document.symbol else ""
    for rule in load_rules().relations:
        found = rule.before.search(ahead)
        if not found or (rule.owner is not None and owner not in rule.owner):
            continue
        start = window + found.start()
        if _is_said_of_another(mention, start, document):
            continue
        return rule.relation, mention.sentence[start : mention.end].strip(" .;:,"), rule.inferred
    return "refers_to", mention.sentence[mention.start : mention.end].strip(), False


def _is_said_of_another(mention: Mention, words_at: int, document: DraftDocument) -> bool:
    """Tell whether the words are of another document's title: "01-KL/TW về tiếp tục thực hiện 05-CT/TW"."""
    ahead = mention.sentence[:words_at].rstrip()
    if not re.search(r"(?<!\w)về(?: việc)?\Z", fold_in_place(ahead[-_LOOK_BACK:])):
        return False
    titled = [m for m in _mentions_in(mention.sentence) if m.end <= words_at]
    if not titled or titled[-1].symbol == document.symbol:
        return False
    between = fold_in_place(mention.sentence[titled[-1].end : len(ahead)])
    return re.fullmatch(r"\W*về(?: việc)?", between) is not None
