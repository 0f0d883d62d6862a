"""Where a text names documents by number and symbol, and which documents these are."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

from intake.drafting.dates import DATE, DATE_TEXT, to_date
from intake.drafting.drafted import CitedDocument, DocumentLink, DraftDocument
from intake.drafting.folds import fold_in_place
from intake.drafting.head_rules import load_head_rules
from intake.drafting.relations import Before, Said, find_relation
from intake.drafting.rules import DocumentType, load_rules
from intake.drafting.symbols import FOREIGN_SYMBOL, SYMBOL, type_of_symbol
from intake.drafting.text import split_sentences
from schemas.folds import fold_symbol

__all__ = ["DATE", "Mention", "blank_mentions", "find_mentions", "list_citations", "to_date"]

_DATED = re.compile(
    rf"\s*,?\s*\(?\s*(?:(?:ký |ban hành )?ngày\s+|dated\s+|issued on\s+|of\s+|on\s+)?{DATE_TEXT}\s*\)?", re.IGNORECASE
)
_ISSUED_BY = re.compile(
    r"\s*,?\s*(?:của|do|issued by|of|by|from)\s+(?:the\s+)?(?P<issuer>[^;:“\"()\n,.]+(?:,[^;:“\"()\n,.]+)*)"
)
_QUOTED_TITLE = re.compile(r"\s*,?\s*(?:(?:về|về việc|on|concerning)\s+)?[“\"](?P<title>[^”\"]{5,300})[”\"]")
_NUMBER_WORD = re.compile(r"\W*(?<!\w)(?:số|no)\W*\Z|\s+\Z")
_LONGEST_ISSUER = 120
_LOOK_BACK = 60  # letters before a number that can hold the word of its type
_INSIDE = "\ue000"  # stands for a blank or comma inside a name that is one


@dataclass(frozen=True)
class Mention:
    """One place where a document is named; offsets are of its sentence."""

    symbol: str
    type: DocumentType | None
    issuer: str | None
    issued_on: date | None
    title: str | None
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


def list_citations(document: DraftDocument, mentions: list[Mention]) -> tuple[CitedDocument, ...]:
    """Give each document once, with what all its mentions say together; the text's own is none of them."""
    said = _relations(mentions, document)
    links: dict[str, list[DocumentLink]] = {}
    for mention in mentions:
        found = said[id(mention)]
        if found.of is not None and found.of != mention.symbol:
            links.setdefault(found.of, []).append(
                DocumentLink(mention.symbol, found.relation, found.quote, found.inferred)
            )
    others = [m for m in mentions if not _is_own(m, document)]
    return tuple(_cited(group, [said[id(m)] for m in group], links) for group in _same_document(others))


@cache
def _cited_pattern() -> re.Pattern[str]:
    words = sorted((word for kind in load_rules().types for word in kind.words if word.isascii()), key=len)
    foreign = rf"(?:{'|'.join(word.capitalize() for word in reversed(words))})\s+No\.?\s*(?P<foreign>{FOREIGN_SYMBOL})"
    return re.compile(rf"(?<![\w/])(?:(?:(?i:số|no\.?|number)\s*:?\s*)?(?P<symbol>{SYMBOL})|{foreign}(?!\w))")


def _mentions_in(sentence: str) -> Iterator[Mention]:
    for found in _cited_pattern().finditer(sentence):
        start, kind = _type_before(sentence, found)
        issuer, issued_on, title, end = _tail(sentence, found.end())
        symbol = fold_symbol(found["symbol"] or found["foreign"])
        yield Mention(symbol, kind or type_of_symbol(symbol), issuer, issued_on, title, sentence, start, end)


def _type_before(sentence: str, found: re.Match[str]) -> tuple[int, DocumentType | None]:
    """Find the word of the type in front of a symbol ("Chỉ thị số …") and where it begins."""
    at = found.start("symbol") if found["symbol"] else found.start("foreign")
    window = max(0, at - _LOOK_BACK)
    ahead = _NUMBER_WORD.sub("", fold_in_place(sentence[window:at]))
    named = [
        (one, kind)
        for kind in load_rules().types
        for word in kind.words
        for one in re.finditer(rf"(?<!\w){word}(?!\w)", ahead)
    ]
    close = [(window + one.start(), kind) for one, kind in named if one.end() == len(ahead)]
    if close:
        return min(close, key=lambda one: one[0])
    kind = type_of_symbol(fold_symbol(found["symbol"] or ""))
    apart = [
        window + one.start() for one, there in named if there is kind and not re.search(r"[,.;:]", ahead[one.end() :])
    ]
    return (max(apart), kind) if apart else (found.start(), None)


def _tail(sentence: str, end: int) -> tuple[str | None, date | None, str | None, int]:
    """Read what follows a symbol: its date and its issuer, in any order, then its title in quotation marks."""
    issuer, issued_on = None, None
    for _ in range(2):
        dated = _DATED.match(sentence, end) if issued_on is None else None
        if dated:
            issued_on, end = to_date(dated), dated.end()
        named = _issuer(sentence, end) if issuer is None else None
        if named:
            issuer, end = named
    titled = _QUOTED_TITLE.match(sentence, end)
    return issuer, issued_on, titled["title"].strip(" .,") if titled else None, end


def _issuer(sentence: str, at: int) -> tuple[str, int] | None:
    """Give the body after "của" up to a word that cannot belong to its name, and where it ends."""
    sentence, begin = sentence[at : at + 3 * _LONGEST_ISSUER], at
    found = _ISSUED_BY.match(_with_whole_names(sentence))
    if not found:
        return None
    masked = found["issuer"]
    ends = [len(masked), *(n for n in (masked.find(","), masked.find(" - ")) if n > 0)]
    stop = load_head_rules().citing.issuer_ends.search(fold_in_place(masked))
    name = sentence[found.start("issuer") :][: min([*ends, stop.start()] if stop else ends)].rstrip()
    is_body = name[:1].isupper() or load_head_rules().head.body.match(fold_in_place(name))
    is_person = load_head_rules().foot.honorific.match(fold_in_place(f"{name} "))
    if not name or len(name) > _LONGEST_ISSUER or not is_body or is_person:
        return None
    return name, begin + found.start("issuer") + len(name)


def _with_whole_names(sentence: str) -> str:
    """Give the sentence, letter for letter, with names such as "Giáo dục và Đào tạo" in one piece."""
    out = sentence
    for found in load_head_rules().citing.whole_names.finditer(fold_in_place(sentence)):
        whole = re.sub(r"[ ,]", _INSIDE, sentence[found.start() : found.end()])
        out = out[: found.start()] + whole + out[found.end() :]
    return out


def _is_own(mention: Mention, document: DraftDocument) -> bool:
    """Numbers restart with each term: the same symbol with another date is another document."""
    days = (mention.issued_on, document.issued_on)
    return mention.symbol == document.symbol and (None in days or days[0] == days[1])


def _same_document(mentions: list[Mention]) -> list[list[Mention]]:
    """Group the mentions of one document, in the order of the first of them."""
    groups: dict[str, list[list[Mention]]] = {}
    order = {id(mention): n for n, mention in enumerate(mentions)}
    for mention in sorted(mentions, key=lambda m: m.issued_on is None):
        known = groups.setdefault(mention.symbol, [])
        same_day = (g for g in known if mention.issued_on in {None, g[0].issued_on})
        group = next(same_day, None)
        if group is None:
            known.append([mention])
        else:
            group.append(mention)
    found = [group for known in groups.values() for group in known]
    return sorted(found, key=lambda group: min(order[id(m)] for m in group))


def _relations(mentions: list[Mention], document: DraftDocument) -> dict[int, Said]:
    """Give what is said at each mention, by its identity; in a list, of one document after the other."""
    said: dict[int, Said] = {}
    last: Mention | None = None
    for mention in mentions:
        is_same = last is not None and last.sentence is mention.sentence and last.end <= mention.start
        before = Before(last.end, last.symbol, said[id(last)]) if last and is_same else None
        said[id(mention)] = find_relation(mention.sentence, (mention.start, mention.end), before, document)
        last = mention
    return said


def _cited(group: list[Mention], said: list[Said], links: dict[str, list[DocumentLink]]) -> CitedDocument:
    own = [one for one in said if one.of is None] or [said[0].as_reference()]
    best = min(own, key=lambda one: (one.strength, one.inferred))
    kind = next((m.type for m in group if m.type), None)
    symbol = group[0].symbol
    return CitedDocument(
        symbol=symbol,
        type=kind.code if kind else None,
        issuer=next((m.issuer for m in group if m.issuer), None),
        issued_on=next((m.issued_on for m in group if m.issued_on), None),
        relation=best.relation,
        quote=best.quote,
        inferred=best.inferred,
        title=next((m.title for m in group if m.title), None),
        links=tuple({(one.symbol, one.relation): one for one in links.get(symbol, ())}.values()),
    )
