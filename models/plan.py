"""What a plan says, once it was checked: one frozen line for each row of its workbook."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from pydantic import TypeAdapter

SHEETS = ("documents", "units", "events", "tasks", "indicators", "periods", "terms", "crosswalk", "contacts")


@dataclass(frozen=True)
class PlanDocument:
    """A document; the first of a plan is the directive it is about, `relation` is of that one to this one.

    Of the first everything is known; of one that is only cited perhaps no more than its symbol.
    """

    symbol: str  # folded
    symbol_written: str
    type: str | None = None
    issuer: str | None = None
    issued_on: date | None = None
    title: str | None = None
    relation: str | None = None
    inferred: bool = False
    quote: str | None = None

    @property
    def code(self) -> str:
        return self.symbol


@dataclass(frozen=True)
class PlanUnit:
    """A unit as it began: name, kind and superior of its first day."""

    code: str
    name: str
    kind: str
    valid_from: date
    name_en: str | None = None
    parent: str | None = None
    valid_to: date | None = None
    email: tuple[str, ...] = ()
    superior_email: tuple[str, ...] = ()
    size_group: str | None = None


@dataclass(frozen=True)
class PlanEvent:
    """What happened to units: `targets` are units, or the new name (and its English), kind or superior."""

    code: str
    day: date
    type: str
    sources: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    children: tuple[tuple[str, str], ...] = ()  # unit, new superior
    shares: tuple[tuple[str, tuple[str, ...]], ...] = ()  # indicator, decimals in the order of targets
    basis: str | None = None


@dataclass(frozen=True)
class PlanTask:
    code: str
    kind: str
    title: str
    lead: str
    start: date
    clause: str | None = None
    title_en: str | None = None
    text: str | None = None
    coordinate: str | None = None
    monitor: str | None = None
    due: date | None = None
    due_set_by: str | None = None
    recurrence: str | None = None  # "12-31"
    indicators: tuple[str, ...] = ()

    @property
    def rules(self) -> tuple[tuple[str, str], ...]:
        """Role and rule, for the roles that are given."""
        pairs = (("lead", self.lead), ("coordinate", self.coordinate), ("monitor", self.monitor))
        return tuple((role, rule) for role, rule in pairs if rule)


@dataclass(frozen=True)
class PlanIndicator:
    code: str
    name: str
    measure: str
    kind: str
    mode: str
    name_en: str | None = None
    numerator: str | None = None
    denominator: str | None = None
    dimensions: str | None = None
    direction: str | None = None
    target: str | None = None
    lower: str | None = None
    upper: str | None = None
    decimals: int = 0


@dataclass(frozen=True)
class PlanPeriod:
    code: str
    kind: str
    nominal_from: date
    nominal_to: date
    coverage_start: date
    cutoff: date
    mode: str
    round: str
    due_rule: str
    own_rule: str
    consolidated_rule: str | None = None
    lock: date | None = None
    lock_rule: int | None = None  # working days after the last due date; a lock that is given wins


@dataclass(frozen=True)
class PlanTerm:
    list: str
    code: str
    label: str
    label_en: str | None = None


@dataclass(frozen=True)
class PlanContact:
    """An address of an office beside the one on the unit's own line: an alternate, or one that holds for some time."""

    unit: str
    role: str  # main, alternate
    address: str
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True)
class PlanLink:
    """How a newer code of an indicator follows from an older one; none before it: new, none after it: dropped."""

    since: date  # periods with their cut-off on this day or later use the newer code
    relation: str  # same, renamed, rescaled, split, merged, new, dropped
    before: str | None = None
    after: str | None = None
    factor: str | None = None  # newer = older × factor; for a split the share of this part
    breaks: bool = False  # the figures on both sides are not comparable
    note: str | None = None


@dataclass(frozen=True)
class PlanContent:
    """A whole plan without faults."""

    documents: tuple[PlanDocument, ...]
    units: tuple[PlanUnit, ...]
    events: tuple[PlanEvent, ...]
    tasks: tuple[PlanTask, ...]
    indicators: tuple[PlanIndicator, ...]
    periods: tuple[PlanPeriod, ...]
    terms: tuple[PlanTerm, ...]
    crosswalk: tuple[PlanLink, ...] = ()
    contacts: tuple[PlanContact, ...] = ()

    @property
    def directive(self) -> PlanDocument:
        return self.documents[0]


@dataclass(frozen=True)
class Change:
    """How one plan differs from an earlier one, in one cell or one line; values are as JSON has them."""

    sheet: str
    code: str
    what: str  # added, removed, changed
    column: str | None = None
    before: Any = None
    after: Any = None

    def __str__(self) -> str:
        if self.what == "changed":
            return f"{self.sheet} {self.code} {self.column}: {_shown(self.before)} → {_shown(self.after)}"
        return f"{self.sheet} {self.code} {self.what}"


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


@cache
def _adapter() -> TypeAdapter[PlanContent]:
    return TypeAdapter(PlanContent)


def plan_to_json(content: PlanContent) -> dict[str, Any]:
    """Give the plan as JSON values; `plan_from_json` gives the same plan back."""
    found: dict[str, Any] = _adapter().dump_python(content, mode="json")
    return found


def plan_from_json(data: Mapping[str, Any]) -> PlanContent:
    return _adapter().validate_json(json.dumps(data))


def content_hash(content: PlanContent) -> str:
    """Give the SHA-256 of what the plan says, whatever file it came in."""
    text = json.dumps(plan_to_json(content), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def changes_between(old: PlanContent, new: PlanContent, sheets: Iterable[str] = SHEETS) -> list[Change]:
    """List every line added, removed or changed, in the order of sheets and lines."""
    before, after = plan_to_json(old), plan_to_json(new)
    found: list[Change] = []
    for sheet in sheets:
        found += _line_changes(sheet, _by_code(sheet, before[sheet]), _by_code(sheet, after[sheet]))
    return found


def conflicts_between(old: PlanContent, new: PlanContent) -> list[Change]:
    """List what two plans say differently of what they share: units, events, indicators, terms."""
    shared = changes_between(old, new, ("units", "events", "indicators", "terms"))
    return [change for change in shared if change.what == "changed"]


def _by_code(sheet: str, rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    if sheet == "terms":
        return {f"{row['list']}/{row['code']}": row for row in rows}
    if sheet == "crosswalk":
        return {f"{row['before'] or ''}>{row['after'] or ''} {row['since']}": row for row in rows}
    if sheet == "contacts":
        return {f"{row['unit']} {row['role']} {row['address']}": row for row in rows}
    return {row["symbol" if sheet == "documents" else "code"]: row for row in rows}


def _line_changes(sheet: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Change]:
    for code, row in new.items():
        if code not in old:
            yield Change(sheet, code, "added")
            continue
        for column, value in row.items():
            if old[code][column] != value:
                yield Change(sheet, code, "changed", column, old[code][column], value)
    for code in old:
        if code not in new:
            yield Change(sheet, code, "removed")
