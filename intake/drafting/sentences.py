"""Where in a sentence one clause ends and the next begins."""

import re

from intake.drafting.bodies import find_lead, opens_with_verb
from intake.drafting.folds import fold_in_place
from intake.drafting.rules import load_rules

_AND_REPORT = re.compile(
    r"\s(?:và|and)\s+(?="
    r"(?:(?:định kỳ|tổng hợp|gửi|lập),?\s+)*báo cáo\s(?!viên)"
    r"|(?:report\b|(?:submit|send|present|provide) (?:\S+ ){1,3}?reports?\b))"
)

# "chậm nhất ngày 30/9/2023 báo cáo …", "mỗi năm xóa …", "khi phát hiện …, kiến nghị …": a time or a case, then the verb
_AHEAD = re.compile(
    r"(?:(?:trước|chậm nhất(?: là)?|vào|đến|từ)\s(?:hết )?(?:ngày )?\d[\d/.-]*(?: tháng \d+)?(?:,? năm \d+)?"
    r"|(?:trong )?(?:quý \w+|tháng \d+|năm)(?:(?:/| năm )?\d{4}| \d{4})?|(?:mỗi|hằng|hàng) (?:năm|quý|tháng|tuần|ngày)"
    r"|định kỳ(?: \d+ \w+| (?:hằng|hàng) \w+)?|(?:khi|nếu|trường hợp|trong trường hợp) [^,;]{3,120}(?=,)),?\s+"
)


def split_clauses(sentence: str) -> list[str]:
    """Split a sentence at the semicolons after which something new is asked; they stay with the left part."""
    clauses, start = [], 0
    for found in re.finditer(r";\s+", sentence):
        left, right = sentence[start : found.end()].strip(), sentence[found.end() :]
        if left.count("(") > left.count(")") or left.count("“") > left.count("”"):
            continue
        if _opens_clause(right.partition(";")[0]):
            clauses += _without_report(left)
            start = found.end()
    return [*clauses, *_without_report(sentence[start:].strip())]


def _without_report(clause: str) -> list[str]:
    """Part "… xây dựng kế hoạch và gửi báo cáo về …": the report is a duty of its own."""
    found = _AND_REPORT.search(fold_in_place(clause))
    if not found or not (find_lead(clause) or opens_with_verb(clause)):
        return [clause]
    return [clause[: found.start()].strip(), clause[found.end() :].strip()]


def _opens_clause(part: str) -> bool:
    if load_rules().verbs.only_a_deadline.match(fold_in_place(part)):
        return False
    subjects, small = load_rules().subjects, fold_in_place(part)
    if (they := subjects.pronouns.match(small)) and subjects.obliging.match(small[they.end() :].strip()):
        return True
    told = _AHEAD.match(fold_in_place(part))
    if told and (opens_with_verb(part[told.end() :]) or find_lead(part[told.end() :])):
        return True
    return opens_with_verb(part, at_start=False) or find_lead(part) is not None
