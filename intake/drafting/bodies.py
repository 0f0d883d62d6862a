"""Who is meant: the bodies a clause names as its leads and its coordinators; offsets are of its own text."""

import re
from collections.abc import Iterator

from intake.drafting.english import find_assessed_in_english, find_partners, find_subject
from intake.drafting.folds import fold_in_place
from intake.drafting.head_rules import load_head_rules
from intake.drafting.names import Addressee
from intake.drafting.rules import load_rules

_LIST_BREAK = re.compile(r",\s+|\s+và\s+|\s+cùng(?: với)?\s+|;\s+")
_SENTENCE_PART = re.compile(r"[.;:]|,\s")
_DETERMINED = re.compile(r"\A(?:các|những|mỗi|từng|toàn thể)\s")
_LONGEST_NAME = 220  # letters; a longer run before the verb is no list of bodies
# "Hằng năm, các cấp ủy …", "Trên cơ sở kế hoạch của mình, Ban …": what may stand before the addressee
_PREFIX = re.compile(
    r"\A(?:hằng|hàng|trước|định kỳ|trên cơ sở|căn cứ|khi|trong|để|sau khi|đề nghị|nếu|nhằm|đối với|tùy|từ|nhận được)\b"
)
_OF_SEVERAL = re.compile(r"\w\s+các\s")  # "Ban Thường vụ các huyện ủy, thành ủy": what follows belongs to "các"
_MOST_PARTS_AHEAD = 4  # commas between such words and the addressee
_CHARGED = re.compile(r"\A(?:giao|phân công|yêu cầu|đề nghị)(?: cho)?\s+")
_GROUNDS = re.compile(
    r",?\s+(?:theo (?:chức năng|thẩm quyền|nhiệm vụ|phạm vi|phân cấp|lĩnh vực)|trên cơ sở|trong phạm vi|"
    r"trong thẩm quyền|tùy theo|với vai trò|với trách nhiệm|căn cứ|định kỳ|trước khi|ngay sau khi)\s"
)
_ASKS = re.compile(r"(?:đề nghị|yêu cầu)\s+")
# "Chi bộ là nền tảng của Đảng" says what a body is; "là cơ quan thường trực" what it has to do
_DEFINES = re.compile(r"là\s(?!(?:cơ quan|đơn vị|đầu mối|thường trực|bộ phận|chủ đầu tư|tổ trưởng|trưởng)\b)")
_ROLE_OF = re.compile(
    r"\A(?:phát huy|đề cao|nâng cao|tăng cường|gắn)\s(?:\w+\s){0,3}?(?:vai trò|trách nhiệm)[^.;]{0,40}?\scủa\s"
)
_ASSESSED = re.compile(r"(?:đánh giá, xếp loại|xếp loại|phân loại|đánh giá)\s")
_TOGETHER = re.compile(r"phối hợp(?: chặt chẽ| thường xuyên| đồng bộ)?(?:(?P<with>(?: cùng)? với| cùng))?\s")


def find_verb(text: str, start: int = 0) -> int | None:
    """Give the offset of the first word from `start` that is used as a verb of asking, or None."""
    verbs = load_rules().verbs
    small = fold_in_place(text)
    for found in verbs.opening.finditer(small, start):
        if text[found.start()].islower() and not _is_noun(small, found):
            return found.start()
    return None


def opens_with_verb(text: str, at_start: bool = True) -> bool:
    """Tell whether the text begins with a verb that asks; in mid-sentence fewer verbs do."""
    verbs = load_rules().verbs
    small = fold_in_place(text)
    found = verbs.opening.match(small)
    if not found or _is_noun(small, found):
        return False
    return at_start or found[0] not in verbs.only_at_start


def find_lead(text: str) -> Addressee | None:
    """Find the bodies that stand before the first verb ("Ban A, Ban B tiếp tục …"), also after "Giao …"."""
    small = fold_in_place(text)
    for start in _starts(small):
        charged = _CHARGED.match(small[start:])
        begin = start + (charged.end() if charged else 0)
        if not charged and opens_with_verb(text[start:]):
            continue
        head = load_rules().bodies.any_body.match(small[begin:])
        verb = find_verb(text, begin + head.end()) if head else None
        end = _before_grounds(text, begin, verb) if verb is not None else begin
        if end > begin and _is_name_run(text[begin:end]) and not _DEFINES.match(small[end:]):
            return _asked_by(text, Addressee(split_bodies(text[begin:end]), begin, end), bool(charged))
    return find_subject(text)


def _before_grounds(text: str, begin: int, verb: int) -> int:
    """End a name before "theo chức năng, nhiệm vụ …", "trong phạm vi …", "phụ trách …": those are no part of it."""
    found = _GROUNDS.search(fold_in_place(text[begin:verb]))
    return begin + found.start() if found else verb


def _asked_by(text: str, speaker: Addressee, charged: bool) -> Addressee:
    """Give whom a body that speaks asks: "Sở Nội vụ đề nghị các cơ quan …"; the speaker itself is not asked."""
    asks = _ASKS.match(fold_in_place(text[speaker.end :]))
    asked = find_lead(f"Giao {text[speaker.end + asks.end() :]}") if asks and not charged else None
    if not asks or not asked:
        return speaker
    moved = speaker.end + asks.end() - len("Giao ")
    return Addressee(asked.names, asked.start + moved, asked.end + moved)


def _starts(small: str) -> Iterator[int]:
    """Give where an addressee may begin: at once, or after "Hằng năm, …", "Trong quá trình thực hiện, nếu có …"."""
    if not _PREFIX.match(small):
        yield 0
        return
    if _CHARGED.match(small):
        yield 0
    yield from [found.end() for found in re.finditer(r",\s+", small)][:_MOST_PARTS_AHEAD]
    yield 0


def find_role_owner(text: str) -> Addressee | None:
    """Find whose role or responsibility is to be strengthened, if that body stands in the committee's own line."""
    return _own_body_after(text, _ROLE_OF.match(fold_in_place(text)))


def find_assessed(text: str) -> Addressee | None:
    """Find who is assessed or classified by what a rule says."""
    for found in _ASSESSED.finditer(fold_in_place(text)):
        assessed = _own_body_after(text, found)
        if assessed:
            return assessed
    return find_assessed_in_english(text)


def find_coordinators(text: str) -> Addressee | None:
    """Find the bodies after "phối hợp với"."""
    small = fold_in_place(text)
    found = _TOGETHER.search(small)
    if found and not found["with"] and not load_rules().bodies.any_body.match(small[found.end() :]):
        found = None  # "phối hợp tổ chức …"
    return bodies_at(text, found.end()) if found else find_partners(text)


def without_partners(text: str) -> str:
    """Cut "phối hợp với …" off a text's beginning, up to what is to be done together."""
    small = fold_in_place(text)
    begins = _TOGETHER.match(small) or load_rules().subjects.together.match(small)
    partners = find_coordinators(text) if begins else None
    return text[partners.end :].strip(" ,") if partners else text


def bodies_at(text: str, start: int) -> Addressee | None:
    """Give the run of bodies from `start` on: up to a verb, a stop word or a comma that no body follows."""
    rules = load_rules().bodies
    rest = fold_in_place(text[start:])
    head = rules.any_body.match(rest)
    end = _run_end(text, start, start + (head.end() if head else 0))
    names = split_bodies(text[start:end])
    known = head is not None or text[start : start + 1].isupper()
    return Addressee(names, start, end) if names and known else None


def split_bodies(run: str) -> tuple[str, ...]:
    """Split a run of names; "A và các B của C" stays whole when A alone is no name, groups of persons too."""
    names, start = [], 0
    run = run.strip(" ,;")
    small = fold_in_place(run)
    joined = [*load_rules().bodies.joined.finditer(small), *load_head_rules().citing.whole_names.finditer(small)]
    for found in _LIST_BREAK.finditer(run):
        left, right = run[start : found.start()], run[found.end() :]
        if any(one.start() < found.start() < one.end() for one in joined):
            continue
        if _are_two_bodies(left, right, found[0]):
            names.append(left.strip())
            start = found.end()
    names.append(run[start:].strip(" ,;."))
    return tuple(name for name in names if name)


def _are_two_bodies(left: str, right: str, between: str) -> bool:
    rules = load_rules().bodies
    right_begins_small = (right[:1].islower() or (left + right).isupper()) and not _DETERMINED.match(
        fold_in_place(right)
    )
    of_several = _OF_SEVERAL.search(left)
    left, right = fold_in_place(left), fold_in_place(right)
    if not rules.any_body.match(right) or (of_several and right_begins_small):
        return False
    if rules.persons.match(right):
        return not rules.persons.match(left)
    if rules.ends_short.search(left) and right_begins_small:
        return False
    return "," in between or ";" in between or not rules.bare.match(left) or bool(rules.proper.match(left))


def _own_body_after(text: str, found: re.Match[str] | None) -> Addressee | None:
    if not found or not load_rules().bodies.own.match(fold_in_place(text[found.end() :])):
        return None
    return bodies_at(text, found.end())


def _run_end(text: str, start: int, after_head: int) -> int:
    rules = load_rules().bodies
    small = fold_in_place(text)
    ends = [len(text)]
    verb = find_verb(text, after_head)
    if verb is not None:
        ends.append(verb)
    stop = rules.stops.search(small, after_head)
    if stop:
        ends.append(stop.start())
    for found in _SENTENCE_PART.finditer(small, start):
        if found[0][0] != "," or not rules.any_body.match(small[found.end() :]):
            ends.append(found.start())
            break
    return min(ends)


def _is_name_run(run: str) -> bool:
    rules, small = load_rules(), fold_in_place(run)
    asks = any(run[found.start()].islower() and not _is_noun(small, found) for found in rules.asking.finditer(small))
    broken = re.search(r"[.;:]", run) or rules.bodies.stops.search(small) or asks
    return len(run) <= _LONGEST_NAME and not broken


def _is_noun(small: str, found: re.Match[str]) -> bool:
    verbs = load_rules().verbs
    before, after = verbs.not_before.get(found[0]), small[found.end() :]
    if before and before.match(after):
        return True
    ahead = small[max(0, found.start() - 30) : found.start()]
    if verbs.name_ends.search(ahead):
        return False
    nouns = (verbs.not_after.get(found[0]), verbs.not_after["*"])
    return any(noun.search(ahead) for noun in nouns if noun)
