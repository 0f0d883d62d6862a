"""Takes in what waits in the inbox: claims, checks batch by batch, records, and answers every file."""

import atexit
import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from flows.jobs.auditing import audit
from flows.jobs.claim import claim_waiting, find_waiting
from flows.jobs.keeping import originals_of
from flows.jobs.record import connected
from intake.originals import WholeOnes
from intake.readers import Read, Readers
from intake.receive import Office, ReceiptOutcome, process
from intake.record import TABLES
from intake.waiting import STRANGER
from models.queries import receipts
from models.queries.receipts import Decided
from models.queries.revisions import Change, find_changes
from models.returns import Finding, Receipt, receipt_number
from models.states import ReceiptState
from models.store import reading, writing
from reports.reply import ReceiptFacts, reply_name, write_annotated, write_receipt
from schemas.checks import INFO, as_document
from schemas.quality import Quality, rate
from schemas.texts import Texts, load_texts
from settings import Settings, read_stamp_keys

ARCHIVED = ReceiptState.ARCHIVED
BATCH = 100

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class CollectOutcome:
    """What became of every file.

    `strangers` are folders of the inbox that are no unit's, `waiting` files left where they are, with the reason.
    """

    receipts: list[dict[str, Any]]
    strangers: list[str] = field(default_factory=list)
    waiting: list[dict[str, Any]] = field(default_factory=list)


def run_collect(settings: Settings, received_at: datetime) -> CollectOutcome:
    """Take in what waits, once. A refused file is work done. A fault of ours is raised when all else is done."""
    ids = claim_waiting(settings, received_at)
    done: list[dict[str, Any]] = []
    failures: list[Exception] = []
    for start in range(0, len(ids), BATCH):
        try:
            done += process_batch(settings, ids[start : start + BATCH])
        except Exception as error:  # the other batches wait for no one
            failures.append(error)
    if failures:
        raise failures[0]
    return outcome_of(settings, done)


def outcome_of(settings: Settings, done: list[dict[str, Any]]) -> CollectOutcome:
    """Give the receipts of a run, and what it left in the inbox."""
    waiting = find_waiting(settings)
    return CollectOutcome(done, sorted({one["unit"] for one in waiting if one["reason"] == STRANGER}), waiting)


def process_batch(settings: Settings, ids: Sequence[int]) -> list[dict[str, Any]]:
    """Check, record and answer a batch; give one document a receipt, as `--json` prints it.

    A file that breaks the batch is left for the operator; the others of the batch are done before its error is
    raised again.
    """
    texts = load_texts(settings.language)
    with connected(settings) as engine, originals_of(settings).at_hand(_hashes(engine, ids)) as originals:
        files = _read(engine, ids, originals)
        outcomes, failure = _process(engine, list(ids), office_of(settings, texts), files)
        replies = _answer(engine, settings, originals, [one.receipt_id for one in outcomes], texts)
    if failure is not None:
        raise failure
    return [_document(one, replies.get(one.receipt_id), texts) for one in outcomes]


def office_of(settings: Settings, texts: Texts) -> Office:
    _, keys = read_stamp_keys(settings)
    return Office(settings.archive, keys, settings.zone, texts, settings.accept_unstamped, settings.calendar)


@lru_cache(maxsize=1)
def readers() -> Readers:
    """The readers of this process: warm from one batch to the next."""
    opened = Readers()
    atexit.register(opened.close)
    return opened


def _hashes(engine: Engine, ids: Sequence[int]) -> list[str]:
    with reading(engine) as session:
        return sorted({one.sha256 for one in receipts.get_receipts(session, ids)})


def _read(engine: Engine, ids: Sequence[int], originals: Mapping[str, Path]) -> dict[str, Read]:
    """Read the files of a batch before its transaction begins: a slow one must not keep the record locked."""
    with reading(engine) as session:
        archived = {one.sha256 for one in receipts.get_receipts(session, ids) if one.state is ARCHIVED}
    hashes = sorted(archived & originals.keys())
    return WholeOnes(zip(hashes, readers().read([originals[one] for one in hashes]), strict=True))


def _process(
    engine: Engine, ids: list[int], office: Office, files: Mapping[str, Read]
) -> tuple[list[ReceiptOutcome], Exception | None]:
    """Process a batch; where it fails, its halves, down to the one file that fails by itself."""
    try:
        with writing(engine) as session:
            waiting = {one.id for one in receipts.get_receipts(session, ids, lock=True)}
            outcomes = process(session, ids, office, files)
            _audit(session, [one for one in outcomes if one.receipt_id in waiting])
            return outcomes, None
    except Exception as error:  # whatever one file provokes must not keep its neighbours waiting
        failure = error
    if len(ids) == 1:
        number = receipt_number(ids[0])
        logger.error("receipt %s cannot be processed", number, exc_info=failure, extra={"receipts": [number]})
        return [], failure
    middle = len(ids) // 2
    first, second = (_process(engine, half, office, files) for half in (ids[:middle], ids[middle:]))
    return first[0] + second[0], first[1] or second[1]


def _audit(session: Session, decided: Sequence[ReceiptOutcome]) -> None:
    """Put on record what was decided in this transaction, each receipt with the hash of its file."""
    if decided:
        said = {one.number: [one.state.value, one.sha256] for one in decided}
        counts = Counter(one.state.value for one in decided)
        span = f"{decided[0].number}–{decided[-1].number}"
        audit(session, "receipts.decided", span, counts=counts, receipts=said)


def _answer(
    engine: Engine, settings: Settings, originals: Mapping[str, Path], ids: Sequence[int], texts: Texts
) -> dict[int, str]:
    """Write the replies that are missing; give the reply of every receipt, as a path in the workspace."""
    with reading(engine) as session:
        decided = receipts.decided(session, ids)
        findings = receipts.findings_of(session, ids)
        counted = receipts.count_rows(session, ids, TABLES)
        unavailable = receipts.count_unavailable(session, ids)
        changes = find_changes(session, ids)
        refused = receipts.refused_twins(session, [one.receipt for one in decided])
    replies = {one.receipt.id or 0: one.receipt.reply for one in decided if one.receipt.reply}
    fresh: dict[int, str] = {}
    for one in decided:
        key = one.receipt.id or 0
        if key not in replies:
            quality = _quality(one.receipt, findings[key], unavailable[key])
            told = Told(counted[key], quality, changes.get(key), refused.get(key))
            facts = _facts(one, told, settings)
            fresh[key] = _write_reply(settings, originals, one, facts, findings[key], texts)
    with writing(engine) as session:
        for key, path in fresh.items():
            receipts.set_reply(session, key, path)
    return replies | fresh


def _write_reply(
    settings: Settings,
    originals: Mapping[str, Path],
    one: Decided,
    facts: ReceiptFacts,
    findings: list[Finding],
    texts: Texts,
) -> str:
    out = settings.outbox / one.unit / reply_name(facts.number, facts.file_name)
    if _is_worth_marking(one, findings):
        write_annotated(originals[facts.sha256], out, findings, facts, texts)
    else:
        write_receipt(out, facts, findings, texts)
    return out.relative_to(settings.workspace).as_posix()


def _is_worth_marking(one: Decided, findings: Sequence[Finding]) -> bool:
    """Whether the sender gets the workbook back: there is something to mend in it, and it is safe to open."""
    if one.receipt.state not in (ReceiptState.ACCEPTED, ReceiptState.REJECTED):
        return False
    return any(finding.cell and finding.severity != INFO for finding in findings)


def _quality(receipt: Receipt, findings: Sequence[Finding], unavailable: int) -> Quality | None:
    if receipt.state is not ReceiptState.ACCEPTED:
        return None
    return rate(findings, receipt.filled or 0, receipt.required or 0, unavailable)


@dataclass(frozen=True)
class Told:
    """What a reply tells beyond the receipt itself."""

    counted: dict[str, int]
    quality: Quality | None
    changes: tuple[Change, ...] | None  # against the revision that counted before; None where there was none
    same_as: Receipt | None  # the same bytes, refused before


def _facts(one: Decided, told: Told, settings: Settings) -> ReceiptFacts:
    receipt = one.receipt
    return ReceiptFacts(
        number=receipt.number,
        state=receipt.state.value,
        unit=one.unit,
        unit_name=one.unit_name or one.unit,
        file_name=receipt.file_name,
        sha256=receipt.sha256,
        size=receipt.size,
        received_at=receipt.received_at.astimezone(settings.zone),
        directive=one.directive,
        period=one.period,
        kind=one.kind,
        revision=receipt.revision,
        due=one.due,
        days_late=receipt.days_late,
        filled=receipt.filled,
        required=receipt.required,
        counted=told.counted,
        duplicate_of=f"R{receipt.duplicate_of:06d}" if receipt.duplicate_of else None,
        banner=settings.banner,
        quality=told.quality,
        changes=told.changes,
        same_as=told.same_as.number if told.same_as else None,
    )


def _document(one: ReceiptOutcome, reply: str | None, texts: Texts) -> dict[str, Any]:
    return {
        "receipt": one.number,
        "unit": one.unit,
        "file": one.file,
        "sha256": one.sha256,
        "directive": one.directive,
        "period": one.period,
        "kind": one.kind,
        "state": one.state.value,
        "late": one.late,
        "revision": one.revision,
        "quality": one.quality,
        "findings": [as_document(finding, texts) for finding in one.findings],
        "reply": reply,
    }
