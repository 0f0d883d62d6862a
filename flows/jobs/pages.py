"""Pages in Markdown that a run leaves in the UI: what was done, and what an operator is to do about the rest."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from flows.jobs.assign import AssignOutcome
from flows.jobs.board import BoardOutcome
from flows.jobs.collect import CollectOutcome
from flows.jobs.issue import IssueOutcome
from flows.jobs.markdown import plain_markdown, table_line
from schemas.texts import Texts

LONGEST = 200  # lines of a table: a page is read, the ledger is kept elsewhere
RECEIPT_COLUMNS = ("receipt", "unit", "file", "period", "kind", "state", "late", "reply")
WANTING = ("rejected", "quarantined")


def intake_page(outcome: CollectOutcome, texts: Texts) -> str:
    """Say what came in and what became of it; below, what to do about every file that was not accepted."""
    refused = [one for one in outcome.receipts if one["state"] in WANTING]
    said = texts("flows.collected", count=len(outcome.receipts), refused=len(refused))
    steps = [_refused(one, texts) for one in refused] + [one["message"] for one in outcome.waiting]
    return _page(said, _table(RECEIPT_COLUMNS, outcome.receipts, texts), steps, texts)


def waiting_page(ready: Sequence[Mapping[str, Any]], outcome: CollectOutcome, texts: Texts) -> str:
    """Say what a run would take in, and what it would leave."""
    said = texts("flows.page.would_collect", count=len(ready))
    return _page(said, _table(("unit", "file"), ready, texts), [one["message"] for one in outcome.waiting], texts)


def issued_page(outcome: IssueOutcome, texts: Texts, *, dry_run: bool) -> str:
    key = "flows.page.would_issue" if dry_run else "flows.page.issued"
    rows = [{"unit": one.unit, "kind": one.kind, "file": Path(one.path).name} for one in outcome.issued]
    return _page(texts(key, count=len(rows)), _table(("unit", "kind", "file"), rows, texts), (), texts)


def assigned_page(outcome: AssignOutcome, texts: Texts, *, dry_run: bool) -> str:
    """Say what a plan came to, what it changed, and what its checks remarked."""
    counts = {name: getattr(outcome, name) for name in ("tasks", "assignments", "returns_owed")}
    key = "flows.page.would_assign" if dry_run else "flows.page.assigned"
    said = texts(key, directive=outcome.directive, version=outcome.version, **counts)
    lines = [f"- {plain_markdown(change)}" for change in outcome.changes[:LONGEST]]
    return _page(said, lines, [finding["message"] for finding in outcome.findings], texts)


def board_page(said: str, outcome: BoardOutcome, texts: Texts) -> str:
    """Say where the board lies, and how the newest periods stand."""
    lines = [f"- `{outcome.path}`", *(f"- {texts('flows.page.standing', **vars(one))}" for one in outcome.newest)]
    return _page(said, lines, (), texts)


def files_page(said: str, files: Iterable[str], texts: Texts) -> str:
    """Say where files lie; no links, since a browser follows none from a page to a file."""
    return _page(said, [f"- `{path}`" for path in files], (), texts)


def _page(said: str, lines: Sequence[str], steps: Sequence[str], texts: Texts) -> str:
    todo = [f"**{texts('flows.page.todo')}**", "", *(f"- {plain_markdown(one)}" for one in steps[:LONGEST])]
    return "\n".join([f"**{plain_markdown(said)}**", "", *lines, "", *(todo if steps else ())])


def _refused(receipt: Mapping[str, Any], texts: Texts) -> str:
    """Give the first of the faults of a file; the sender has all of them, marked in the file."""
    found = [one["message"] for one in receipt["findings"] if one["severity"] == "error"]
    words = {"receipt": receipt["receipt"], "unit": receipt["unit"], "file": receipt["file"]}
    return texts(f"flows.page.{receipt['state']}", message=found[0] if found else "", more=len(found), **words)


def _table(columns: Sequence[str], rows: Sequence[Mapping[str, Any]], texts: Texts) -> list[str]:
    if not rows:
        return []
    shown = [table_line(_cells(columns, row, texts)) for row in rows[:LONGEST]]
    more = ["", texts("cli.more", count=len(rows) - LONGEST)] if len(rows) > LONGEST else []
    head = [texts.label("cli.column", column) for column in columns]
    return [table_line(head), table_line("---" for _ in columns), *shown, *more]


def _cells(columns: Sequence[str], row: Mapping[str, Any], texts: Texts) -> Iterator[str]:
    for column in columns:
        value = row.get(column)
        if column == "reply" and value:
            value = Path(value).name  # in the unit's folder of the outbox; a page folds no line of a table
        if isinstance(value, bool):
            yield texts("cli.yes" if value else "cli.no")
        else:
            yield "" if value is None else texts.label("cli.word", str(value))
