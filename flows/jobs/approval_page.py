"""The page that is shown to whoever approves a review: what it is, what it rests on, where its files lie."""

from collections.abc import Iterator

from flows.jobs.approve import Awaiting
from reports.facts import Facts
from schemas.texts import Texts


def approval_page(awaiting: Awaiting, texts: Texts) -> str:
    """Give the page in Markdown; what comes from the record is set as code, so that no mark in it is read."""
    return "\n".join([f"**{texts('approval.title', review=awaiting.name)}**", "", *_lines(awaiting, texts)])


def _lines(awaiting: Awaiting, texts: Texts) -> Iterator[str]:
    review, facts = awaiting.review, awaiting.facts
    drafted, as_at = (texts.moment(at.astimezone(facts.as_at.tzinfo)) for at in (review.drafted_at, facts.as_at))
    yield _item(texts, "directive", f"{awaiting.directive.symbol_written} – {awaiting.directive.title}")
    yield _item(texts, "span", f"{review.period_from} – {review.period_to}")
    yield _item(texts, "kind", texts.label("approval.kinds", review.kind))
    yield _item(texts, "drafted", drafted)
    yield _item(texts, "as-at", as_at)
    yield _item(texts, "returns", _returns(facts, texts))
    yield _item(texts, "tasks", _tasks(facts, texts))
    yield _item(texts, "figures", texts("approval.frozen", count=awaiting.figures, sha256=awaiting.snapshot.sha256))
    if facts.moved:
        yield _item(texts, "moved", texts("approval.since", count=len(facts.moved.figures), review=facts.moved.before))
    yield ""
    yield texts("approval.files")
    yield from (f"- `{path}`" for path in awaiting.files)  # no links: a browser follows none from a page to a file


def _item(texts: Texts, key: str, value: str) -> str:
    plain = " ".join(value.replace("`", "'").split())
    return f"- {texts(f'approval.{key}')}: `{plain}`"


def _returns(facts: Facts, texts: Texts) -> str:
    rates = facts.rates
    return texts("approval.counted", owed=rates["owed"], accepted=rates["accepted"], on_time=rates["on_time"])


def _tasks(facts: Facts, texts: Texts) -> str:
    counts = facts.counts()
    return texts("approval.done", due=counts.due, done=counts.done, on_time=counts.done_on_time)
