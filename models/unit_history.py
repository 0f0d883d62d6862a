"""Units through time: the spans that units and events amount to, and the tree of any day. Pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

from models.plan import PlanEvent, PlanUnit

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """Days in which a unit's name, kind and superior stayed the same, both ends included; units by code."""

    unit: str
    name: str
    name_en: str | None
    kind: str
    parent: str | None
    valid_from: date
    valid_to: date | None = None

    def holds(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True)
class Ending:
    """A unit's last day, and the event that ended it where there was one."""

    last: date
    event: str | None


@dataclass(frozen=True)
class Tree:
    """The units in force on one day and who stood under whom."""

    spans: Mapping[str, Span]

    @cached_property
    def children(self) -> dict[str | None, tuple[str, ...]]:
        """Units by superior, in the order of the plan; roots under None."""
        found: dict[str | None, list[str]] = {}
        for code, span in self.spans.items():
            parent = span.parent if span.parent in self.spans else None
            found.setdefault(parent, []).append(code)
        return {parent: tuple(codes) for parent, codes in found.items()}

    def level(self, code: str) -> int:
        """Give the count of superiors above a unit: 0 for a root. Raises KeyError for a unit not in force."""
        return len(self.superiors(code))

    def superiors(self, code: str) -> tuple[str, ...]:
        """Give a unit's superiors, the nearest first; a circle ends where it closes."""
        found: list[str] = []
        parent = self.spans[code].parent
        while parent is not None and parent in self.spans and parent not in found and parent != code:
            found.append(parent)
            parent = self.spans[parent].parent
        return tuple(found)

    def below(self, code: str) -> tuple[str, ...]:
        """Give all units under a unit, itself not among them, each superior before its own units."""
        found: dict[str, None] = {}
        waiting = list(self.children.get(code, ()))
        while waiting:
            at = waiting.pop(0)
            if at not in found and at != code:
                found[at] = None
                waiting += self.children.get(at, ())
        return tuple(found)


@dataclass(frozen=True)
class History:
    """All spans, and the end of each unit that ended."""

    spans: tuple[Span, ...]
    endings: Mapping[str, Ending]

    @cached_property
    def starts(self) -> tuple[date, ...]:
        """The days on which the tree changed, the first one included, in order."""
        days = {span.valid_from for span in self.spans}
        days |= {span.valid_to + DAY for span in self.spans if span.valid_to}
        return tuple(sorted(days))

    @cached_property
    def _trees(self) -> dict[date, Tree]:
        return {}

    def tree(self, day: date) -> Tree:
        """Give the tree of a day; the days between two changes share one."""
        since = max((start for start in self.starts if start <= day), default=day)
        if since not in self._trees:
            self._trees[since] = tree_at(self.spans, since)
        return self._trees[since]

    def stretches(self) -> Iterator[tuple[date, date | None, Tree]]:
        """Give first day, last day (None: open) and tree of each stretch without a change."""
        for at, start in enumerate(self.starts):
            following = self.starts[at + 1] if at + 1 < len(self.starts) else None
            yield start, following - DAY if following else None, self.tree(start)


@dataclass(frozen=True)
class Contradiction:
    """Something in a history that cannot be: a circle of superiors, or a superior not in force."""

    kind: str  # cycle, no-superior
    unit: str
    superior: str
    day: date


def spans(units: Iterable[PlanUnit], events: Iterable[PlanEvent]) -> list[Span]:
    """Give the spans: on any day a unit in force has exactly one."""
    return list(read_history(units, events).spans)


def read_history(units: Iterable[PlanUnit], events: Iterable[PlanEvent]) -> History:
    """Walk the events in order of their days, as listed within a day, from the units' first lines on."""
    walk = _Walk(units)
    for event in sorted(events, key=lambda event: event.day):
        walk.apply(event)
    return walk.history()


def tree_at(spans: Iterable[Span], day: date) -> Tree:
    return Tree({span.unit: span for span in spans if span.holds(day)})


def contradictions(history: History) -> list[Contradiction]:
    """List circles and units left without their superior, each unit once."""
    found: dict[tuple[str, str], Contradiction] = {}
    for start, _, tree in history.stretches():
        for code, span in tree.spans.items():
            fault = _fault(tree, code, span.parent)
            if fault and span.parent:
                found.setdefault((fault, code), Contradiction(fault, code, span.parent, start))
    return list(found.values())


def _fault(tree: Tree, code: str, parent: str | None) -> str | None:
    if parent is None:
        return None
    if parent not in tree.spans:
        return "no-superior"
    top = (code, *tree.superiors(code))[-1]
    return "cycle" if tree.spans[top].parent == code else None


class _Walk:
    """The units as they stand while the events pass by."""

    def __init__(self, units: Iterable[PlanUnit]) -> None:
        units = tuple(units)
        self.order = {unit.code: at for at, unit in enumerate(units)}
        self.now = {u.code: Span(u.code, u.name, u.name_en, u.kind, u.parent, u.valid_from, None) for u in units}
        self.last = {unit.code: Ending(unit.valid_to, None) for unit in units if unit.valid_to}
        self.done: list[Span] = []

    def apply(self, event: PlanEvent) -> None:
        since = _EFFECTS[event.type](self, event)
        for child, superior in event.children:
            self.change(child, since, parent=superior)

    def change(self, code: str, day: date, **values: str | None) -> None:
        """Let something be different from a day on; nothing happens to a unit unknown or ended."""
        span = self.now.get(code)
        if span is None or self.has_ended(code, day) or all(getattr(span, k) == v for k, v in values.items()):
            return
        if span.valid_from < day:
            self.done.append(replace(span, valid_to=day - DAY))
            span = replace(span, valid_from=day)
        self.now[code] = replace(span, **values)  # type: ignore[arg-type]

    def end(self, code: str, last: date, event: str) -> None:
        """Note a unit's end; a last day that the plan gives itself stands."""
        if code in self.now and (code not in self.last or self.last[code].event is None):
            self.last[code] = Ending(self.last[code].last if code in self.last else last, event)

    def has_ended(self, code: str, day: date) -> bool:
        return code in self.last and self.last[code].last < day

    def children(self, code: str, day: date) -> list[str]:
        return [
            span.unit for span in self.now.values()
            if span.parent == code and span.valid_from <= day and not self.has_ended(span.unit, day)
        ]  # fmt: skip

    def hand_over(self, code: str, successor: str | None, day: date) -> None:
        """Put the units below one under its successor; without one they stay, and that is a contradiction."""
        for child in self.children(code, day) if successor else ():
            self.change(child, day, parent=self.now[code].parent if child == successor else successor)

    def history(self) -> History:
        closed = [*self.done]
        for code, span in self.now.items():
            closed.append(replace(span, valid_to=self.last[code].last) if code in self.last else span)
        kept = [span for span in closed if span.valid_to is None or span.valid_from <= span.valid_to]
        kept.sort(key=lambda span: (self.order[span.unit], span.valid_from))
        return History(tuple(kept), dict(self.last))


def _establish(_: _Walk, event: PlanEvent) -> date:
    return event.day  # the unit's own line says from when it is in force


def _rename(walk: _Walk, event: PlanEvent) -> date:
    english = event.targets[1] if len(event.targets) > 1 else None
    for code in event.sources:
        walk.change(code, event.day, name=event.targets[0], name_en=english)
    return event.day


def _move(walk: _Walk, event: PlanEvent) -> date:
    for code in event.sources:
        walk.change(code, event.day, parent=event.targets[0])
    return event.day


def _change_kind(walk: _Walk, event: PlanEvent) -> date:
    for code in event.sources:
        walk.change(code, event.day, kind=event.targets[0])
    return event.day


def _merge(walk: _Walk, event: PlanEvent) -> date:
    target = event.targets[0]
    gone = [code for code in event.sources if code != target]
    for code in gone:
        walk.end(code, event.day - DAY, event.code)
    for code in gone:
        walk.hand_over(code, target, event.day)
    return event.day


def _split(walk: _Walk, event: PlanEvent) -> date:
    source = event.sources[0]
    if source not in event.targets:
        walk.end(source, event.day - DAY, event.code)
        walk.hand_over(source, event.targets[0], event.day)
    return event.day


def _dissolve(walk: _Walk, event: PlanEvent) -> date:
    """The day of a dissolution is the unit's last one; what was below it goes to the successor on the next."""
    successor = event.targets[0] if event.targets else None
    since = event.day + DAY
    for code in event.sources:
        walk.end(code, event.day, event.code)
        since = walk.last[code].last + DAY if code in walk.last else since
    for code in event.sources:
        walk.hand_over(code, successor, since)
    return since


_EFFECTS: Mapping[str, Callable[[_Walk, PlanEvent], date]] = {
    "establish": _establish,
    "rename": _rename,
    "move": _move,
    "change_kind": _change_kind,
    "merge": _merge,
    "split": _split,
    "dissolve": _dissolve,
}
