"""What the words around a cited document say of it: that it is implemented, continued, replaced, amended, reviewed."""

import re
from dataclasses import dataclass

from intake.drafting.drafted import DraftDocument
from intake.drafting.folds import fold_in_place
from intake.drafting.rules import RelationRule, load_rules

REFERS_TO = "refers_to"
_STRENGTH = ("replaces", "amends", "continues", "reviews", "implements", REFERS_TO)
_LOOK_BACK, _LOOK_AHEAD = 200, 80  # letters around a document's name that can say what is done with it
_LONGEST_TITLE, _LONGEST_QUOTE = 400, 1000
_TITLE_BEGINS = re.compile(r"\W*(?:về(?: việc)?|v/v|on|concerning|regarding)?\W*")
_LIST_GOES_ON = re.compile(r"(?P<title>.*?)(?:\s*[,;]|\s*,?\s+(?:và|and))\s*(?:the\s+)?", re.DOTALL)
_VERB_OF_ANOTHER = re.compile(r"\W*(?:(?:đã|được|sẽ|đang|which|that|is|was|has|have|been)\s*)*")


@dataclass(frozen=True)
class Said:
    """One relation with the words that show it; `of`: the cited document they are said of, None for the text's own."""

    relation: str
    quote: str
    inferred: bool
    of: str | None = None
    name: str = ""  # of the document alone, as the text writes it

    @property
    def strength(self) -> int:
        return _STRENGTH.index(self.relation)

    def as_reference(self) -> "Said":
        return Said(REFERS_TO, self.name, inferred=False, name=self.name)


@dataclass(frozen=True)
class Before:
    """The document named last before another in the same sentence: where its name ends, and what is said of it."""

    end: int
    symbol: str
    said: Said


def find_relation(sentence: str, span: tuple[int, int], before: Before | None, document: DraftDocument) -> Said:
    """Tell what a sentence says of the document named at `span`."""
    name = sentence[slice(*span)].strip(" ,")
    for rule in load_rules().relations:
        words = _words(rule, sentence, span, document)
        if words is None:
            continue
        quote = sentence[words[0] : words[1]].strip(" .;:,")
        return Said(rule.relation, quote, rule.inferred, _said_of(sentence, words[0], span, before, document), name)
    listed = _listed(sentence, span, before, document)
    return listed or Said(REFERS_TO, name, inferred=False, name=name)


def _words(rule: RelationRule, sentence: str, span: tuple[int, int], document: DraftDocument) -> tuple[int, int] | None:
    """Give where the words of a rule and the document's name begin and end; None where it does not apply."""
    owner = document.type or "" if document.is_found else ""
    if rule.owner is not None and owner not in rule.owner:
        return None
    window = max(0, span[0] - _LOOK_BACK)
    before = rule.before.search(fold_in_place(sentence[window : span[0]])) if rule.before else None
    if before:
        return window + before.start() + len(before[0]) - len(before[0].lstrip(" .;:")), span[1]
    after = rule.after.match(fold_in_place(sentence[span[1] : span[1] + _LOOK_AHEAD])) if rule.after else None
    return (span[0], span[1] + after.end()) if after else None


def _said_of(
    sentence: str, words_at: int, span: tuple[int, int], before: Before | None, document: DraftDocument
) -> str | None:
    """Tell of which other document the words are: "01-KL/TW về tiếp tục thực hiện 05-CT/TW", "366 thay thế 124"."""
    if before is None or words_at >= span[0] or before.end > words_at or before.symbol == document.symbol:
        return None
    between = fold_in_place(sentence[before.end : words_at][:_LOOK_BACK])
    is_its_title = _TITLE_BEGINS.fullmatch(between) and re.search(r"\w|[“\"]", between)
    return before.symbol if is_its_title or _VERB_OF_ANOTHER.fullmatch(between) else None


def _listed(sentence: str, span: tuple[int, int], before: Before | None, document: DraftDocument) -> Said | None:
    """Let what is said of a document hold for the next in the same list: "thực hiện A và B"."""
    if before is None or before.symbol == document.symbol or span[0] - before.end > _LONGEST_TITLE:
        return None
    said, goes_on = before.said, _LIST_GOES_ON.fullmatch(sentence[before.end : span[0]])
    start = sentence.rfind(said.quote, 0, before.end + 1)
    is_said = said.relation != REFERS_TO and said.of is None and 0 <= span[1] - start < _LONGEST_QUOTE
    if not goes_on or not is_said or re.search(r"[.;:]", goes_on["title"]):
        return None
    quote, name = sentence[start : span[1]].strip(" .;:,"), sentence[slice(*span)].strip(" ,")
    return Said(said.relation, quote, said.inferred or bool(goes_on["title"].strip()), None, name)
