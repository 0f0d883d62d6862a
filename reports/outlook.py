"""What the tasks of a next directive are drafted from, and what such a draft says of each."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from models.plan import PlanContent, PlanEvent, PlanTask
from models.queries.reviewing import Said, SaidProgress, SaidShortcoming
from reports.cases import Case
from reports.pen import Pen
from reports.plan_draft import task_title

Quotable = Said | SaidProgress | SaidShortcoming
PASSING = frozenset({"merge", "split", "dissolve"})  # events after which others answer for a unit
NAMED = 3  # units, causes and excerpts beside a task
LONGEST_QUOTE = 240  # letters


@dataclass(frozen=True)
class NextTask:
    """A task for the next plan without its code; `group` says where it comes from, `evidence` what it rests on."""

    group: str
    task: PlanTask
    evidence: str


@dataclass(frozen=True)
class Outlook:
    """What is looked at: the facts of the review, the plan as it was known then, what units said of their tasks."""

    pen: Pen
    review: str  # as it is called in a sentence
    plan: PlanContent
    events: Sequence[PlanEvent]
    words: Sequence[SaidProgress]
    start: date  # of the next round
    years: int  # from one round to the next

    @cached_property
    def cases(self) -> Mapping[str, Sequence[Case]]:
        found: dict[str, list[Case]] = defaultdict(list)
        for case in self.pen.facts.cases:
            found[case.task.code].append(case)
        return found

    @cached_property
    def newest_words(self) -> Mapping[tuple[str, str], SaidProgress]:
        """What each unit said last, by task and unit."""
        return {(one.task, one.unit): one for one in self.words}

    @cached_property
    def heirs(self) -> Mapping[str, tuple[str, ...]]:
        last = self.pen.facts.periods[-1].cutoff
        passed = [one for one in self.events if one.type in PASSING and one.day <= last]
        return {unit: event.targets for event in passed for unit in event.sources}

    def standing(self, units: Iterable[str]) -> tuple[str, ...]:
        """Give the units that stand for these at the end, in the order of the tree."""
        waiting, seen = list(units), set[str]()
        while waiting:
            unit = waiting.pop()
            if unit not in seen:
                seen.add(unit)
                waiting += () if unit in self.pen.facts.units else self.heirs.get(unit, ())
        return tuple(unit for unit in self.pen.facts.units if unit in seen)

    def say(self, key: str, **values: object) -> str:
        return self.pen.texts(f"next_plan.{key}", review=self.review, **values)

    def propose(self, kind: str, title: str, lead: Sequence[str], text: str | None = None) -> PlanTask:
        """Make a task of a title and of whom it is for; `text` is what a unit wrote."""
        return PlanTask("", kind, task_title(title), ";".join(lead), self.start, text=text)

    def quoted(self, said: Sequence[Quotable]) -> str:
        """Quote some of the units word for word, each with its name and the period of its return."""
        return "".join("\n" + self._quote(one) for one in said[:NAMED] if one.text)

    def _quote(self, one: Quotable) -> str:
        unit = self.pen.unit(one.unit, self.pen.facts.period(one.period).cutoff)
        text = " ".join((one.text or "").split())
        short = text if len(text) <= LONGEST_QUOTE else text[:LONGEST_QUOTE].rsplit(" ", 1)[0] + "…"
        return self.say("quote", unit=unit, period=self.pen.period(one.period), text=short)

    def named(self, said: Sequence[Quotable]) -> str:
        """Name some of the units with the period of the return in which they say so."""
        last = {one.unit: one for one in said}
        units = [self.pen.unit(one.unit, self.pen.facts.period(one.period).cutoff) for one in last.values()]
        periods = sorted({one.period for one in said}, key=lambda code: self.pen.facts.period(code).cutoff)
        more = self.say("and-more", count=len(units) - NAMED) if len(units) > NAMED else ""
        named = "; ".join(units[:NAMED]) + more
        return "\n" + self.say("named", units=named, periods="; ".join(self.pen.period(code) for code in periods))
