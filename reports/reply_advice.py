"""What a sender is told to do, by what became of the file and by what can be mended where."""

from collections.abc import Iterator, Sequence

from models.returns import Finding
from reports.reply_facts import ReceiptFacts
from schemas.checks import ERROR, WARNING
from schemas.texts import Texts

_WHOLE_FILE = frozenset({"file", "return"})  # checks of these kinds end all others; no cell can be mended


def _errors(findings: Sequence[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.severity == ERROR]


def _is_about_file(findings: Sequence[Finding]) -> bool:
    """Whether the file as a whole was turned away: unreadable, not issued, not owed, locked."""
    whole = (finding for finding in _errors(findings) if not finding.cell)
    return any(finding.check.partition(".")[0] in _WHOLE_FILE for finding in whole)


def state_key(facts: ReceiptFacts, findings: Sequence[Finding]) -> str:
    return "refused" if facts.state == "rejected" and _is_about_file(findings) else facts.state


def advise(
    facts: ReceiptFacts, findings: Sequence[Finding], texts: Texts, asides: Sequence[str], *, is_annotated: bool
) -> Iterator[tuple[str, str]]:
    """Say what to do, and what is to be known of the copy."""
    key = next_key(facts, findings, is_annotated=is_annotated)
    advice = [texts(f"reply.next.{key}")]
    if facts.state == "rejected" and facts.same_as:
        advice.insert(0, texts("reply.again", number=facts.same_as))
    if facts.state == "rejected" and is_annotated and any(one.cell and one.severity == WARNING for one in findings):
        advice.append(texts("reply.orange"))
    yield "next", " ".join(advice)
    if asides:
        yield "aside", "\n".join(texts(f"reply.aside.{one}", number=facts.number) for one in asides)


def next_key(facts: ReceiptFacts, findings: Sequence[Finding], *, is_annotated: bool) -> str:
    """Say which advice fits: cells can only be mended in a copy that has them."""
    if facts.state == "accepted":
        if all(finding.severity != WARNING for finding in findings):
            return "accepted"
        return "accepted_warned" if is_annotated else "accepted_warned_receipt"
    if facts.state == "quarantined":
        return "quarantined_file" if _is_about_file(findings) else "quarantined"
    return _rejected_key(_errors(findings), is_annotated=is_annotated) if facts.state == "rejected" else facts.state


def _rejected_key(errors: Sequence[Finding], *, is_annotated: bool) -> str:
    if not is_annotated:
        return "refused" if _is_about_file(errors) else "rejected_receipt"
    placed = [bool(finding.cell) for finding in errors]
    if all(placed):
        return "rejected"
    return "rejected_both" if any(placed) else "rejected_whole"
