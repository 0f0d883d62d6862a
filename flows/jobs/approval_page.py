"""The page that is shown to whoever approves a review: what it is, what it rests on, where its files lie."""

from collections.abc import Iterator
from pathlib import Path

from flows.jobs.approve import Awaiting
from flows.jobs.markdown import plain_markdown
from reports.facts import Facts
from schemas.texts import Texts

HASH_SHOWN = 12  # letters, as the documents themselves print


def approval_page(awaiting: Awaiting, texts: Texts) -> str:
    """Give the page in Markdown."""
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
    frozen = {"count": texts.number(awaiting.figures), "sha256": awaiting.snapshot.sha256[:HASH_SHOWN]}
    yield _item(texts, "figures", texts("approval.frozen", **frozen))
    if facts.moved:
        yield _item(texts, "moved", texts("approval.since", count=len(facts.moved.figures), review=facts.moved.before))
    paths = [Path(path) for path in awaiting.files]
    for folder in sorted({path.parent for path in paths}):  # no links: a browser follows none from a page to a file
        names = ", ".join(f"`{path.name}`" for path in paths if path.parent == folder)
        yield "\n" + texts("approval.files", files=names, folder=f"`{folder}`")


def _item(texts: Texts, key: str, value: str) -> str:
    return f"- {texts(f'approval.{key}')}: {plain_markdown(' '.join(value.split()))}"


def _returns(facts: Facts, texts: Texts) -> str:
    rates = facts.rates
    return texts("approval.counted", owed=rates["owed"], accepted=rates["accepted"], on_time=rates["on_time"])


def _tasks(facts: Facts, texts: Texts) -> str:
    counts = facts.counts()
    return texts("approval.done", due=counts.due, done=counts.done, on_time=counts.done_on_time)
