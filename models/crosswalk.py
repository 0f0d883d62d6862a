"""How the codes of a directive's indicators follow from one another. Pure.

What is said under a code stays said under it; beside that it is a figure of every newer code that follows from it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import TypeVar

from models.plan import PlanLink

K = TypeVar("K")

SPLIT = "split"
DAY = timedelta(days=1)
ONE_TO_ONE = ("same", "renamed", "rescaled")
JOIN = " + "  # between the codes of a line that cannot be told apart before a split


@dataclass(frozen=True)
class Carried:
    """What is said under `code`, with a cut-off from `first` to `last`, is `factor` times that in another code."""

    code: str
    indicator: str
    factor: Fraction
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True)
class Newer:
    """The code in use for what an older one asked, and what its numbers are multiplied by."""

    code: str
    factor: Fraction


class Crosswalk:
    """The links of one directive, as its plan says them; checked there: no circles, one conversion of a code a day.

    A link from a code to itself says that the code goes on with another meaning: as one part, as a sum, rescaled.
    """

    def __init__(self, links: Iterable[PlanLink]) -> None:
        self.links = tuple(links)
        self._onward: dict[str, list[PlanLink]] = defaultdict(list)
        self._back: dict[str, list[PlanLink]] = defaultdict(list)
        for link in sorted(self.links, key=lambda one: one.since):
            self._onward[link.before or ""].append(link)
            self._back[link.after or ""].append(link)

    def __bool__(self) -> bool:
        return bool(self.links)

    def is_in_use(self, code: str, day: date) -> bool:
        """Whether periods with their cut-off on that day ask the code: not before it came, not after it gave way."""
        going_on = {link.since for link in self._onward[code] if link.after == code}
        came = min((link.since for link in self._back[code] if link.before != code), default=None)
        left = min((link.since for link in self._onward[code] if link.since not in going_on), default=None)
        has_come = came is None or came in going_on or came <= day
        return has_come and (left is None or day < left)

    def codes_on(self, code: str, day: date, named: Collection[str]) -> list[str]:
        """Give what asks the same on a day: the code itself, and those before or after it that no task names."""
        reached, open_ = {code: None}, [code]
        while open_:
            at = open_.pop()
            near = [link.before for link in self._back[at] if link.since > day]
            near += [link.after for link in self._onward[at] if link.since <= day]
            fresh = [one for one in near if one and one not in reached]
            reached |= dict.fromkeys(fresh)
            open_ += fresh
        return [one for one in reached if (one == code or one not in named) and self.is_in_use(one, day)]

    def spread(self, measures: Mapping[K, Collection[str]], day: date) -> dict[K, set[str]]:
        """Give by task the codes that measure it on a day, for the codes that a plan names."""
        named = {code for codes in measures.values() for code in codes}
        if not self.links:
            return {task: set(codes) for task, codes in measures.items()}
        on_day = {code: self.codes_on(code, day, named) for code in named}
        return {task: {on for code in codes for on in on_day[code]} for task, codes in measures.items()}

    def asked_through(self, code: str, named: Collection[str]) -> Iterator[tuple[str, date | None, date | None]]:
        """Give what asks the same as a code, with the first and the last day, over all time."""
        days = sorted({link.since for link in self.links})
        for first, end in zip([None, *days], [*days, None], strict=True):
            for asked in self.codes_on(code, first or days[0] - DAY, named):
                yield asked, first, end and end - DAY

    def carried(self) -> list[Carried]:
        """Give what the figures of every code are in the codes that follow from it, over any number of versions.

        A split whose shares nobody knows passes on nothing to its parts; their joint line "J2 + J3" goes on.
        """
        found: list[Carried] = []
        joint = self.joint()
        for code in sorted({one for link in self.links for one in (link.before, link.after) if one}):
            for begin, end in self._stretches(code):
                weights = self._weights(code, begin)
                weights |= {line: _sum(weights, code, members) for line, members in joint.items()}
                pairs = [(to, factor) for to, factor in sorted(weights.items()) if factor]
                found += [Carried(code, to, factor, begin, end and end - DAY) for to, factor in pairs]
        return found

    def joint(self) -> dict[str, tuple[str, ...]]:
        """Give the lines of splits without shares: their name, and the codes they are made of, the older one first."""
        parts: dict[tuple[str, date], list[str]] = defaultdict(list)
        for link in self.links:
            if _is_unknown(link) and link.before and link.after:
                parts[link.before, link.since].append(link.after)
        return {JOIN.join(after): tuple(dict.fromkeys((before, *after))) for (before, _), after in parts.items()}

    def breaks(self, code: str) -> list[date]:
        """Give the days from which on a series is not comparable with what it was before."""
        joint = self.joint().get(code, ())
        ancestry = self._ancestry(joint or (code,))
        return sorted(
            {link.since for link in ancestry if link.breaks or (_is_unknown(link) and link.before not in joint)}
        )

    def origins(self, code: str) -> list[PlanLink]:
        """Give the links by which a series became what it is, the oldest first."""
        return sorted(self._ancestry(self.joint().get(code, (code,))), key=lambda link: link.since)

    def series(self, named: Collection[str], day: date) -> list[str]:
        """Give the series that tell what the named codes stand for, up to a day: those that run on, and what was left.

        Older codes of which all lives on in newer ones are in these; joint lines come last.
        """
        codes = {one for link in self.links for one in (link.before, link.after) if one}
        kin = self._kin(named)
        living_on = {one.code for one in self.carried() if one.code != one.indicator}
        has_come = {link.after for link in self.links if link.since <= day}
        ended = {link.before for link in self.links if link.since <= day and not self.is_in_use(link.before or "", day)}
        shown = {one for one in kin if self.is_in_use(one, day) or (one in ended and one not in living_on)}
        joint = [line for line, members in self.joint().items() if kin & set(members) and has_come & set(members[1:])]
        return [*sorted(shown & codes | (set(named) - codes)), *joint]

    def newer(self, day: date) -> dict[str, Newer]:
        """Give for each older code the one in use on a day that asks the same, if only in another measure.

        No code of which parts went elsewhere, or whose series broke.
        """
        steps = {
            link.before: Newer(link.after, Fraction(link.factor or 1))
            for link in sorted(self.links, key=lambda one: one.since)
            if link.relation in ONE_TO_ONE and not link.breaks and link.since <= day
            and link.before and link.after and link.before != link.after
        }  # fmt: skip
        return {before: _last(steps, step) for before, step in steps.items()}

    def _kin(self, named: Collection[str]) -> set[str]:
        found, open_ = set(named), list(named)
        while open_:
            at = open_.pop()
            near = {link.before for link in self._back[at]} | {link.after for link in self._onward[at]}
            fresh = {one for one in near if one} - found
            found |= fresh
            open_ += fresh
        return found

    def _stretches(self, code: str) -> Iterator[tuple[date | None, date | None]]:
        """Give the days between which a code meant the same; one that goes on with known parts changes its meaning."""
        days = [link.since for link in self._onward[code] if link.after == code and not _is_unknown(link)]
        yield from zip([None, *days], [*days, None], strict=True)

    def _weights(self, code: str, begin: date | None) -> dict[str, Fraction]:
        """Give what a code said from `begin` on is worth in every code that follows, in its newest meaning."""
        weights: dict[str, Fraction] = defaultdict(Fraction)
        for link in self._next(code, begin):
            if link.after and not _is_unknown(link):
                factor = Fraction(link.factor or 1)
                onward = self._weights(link.after, link.since)
                onward.setdefault(link.after, Fraction(1))  # unless it changes its meaning once more
                for after, weight in onward.items():
                    weights[after] += factor * weight
        return weights

    def _next(self, code: str, begin: date | None) -> list[PlanLink]:
        """Give the links of the first day on which a code is converted after it came about."""
        links = self._onward[code]
        ahead = [one for one in links if begin is None or one.since > begin or (one.since == begin and code not in
                 {other.after for other in links if other.since == begin})]  # fmt: skip
        return [one for one in ahead if one.since == ahead[0].since]

    def _ancestry(self, codes: Iterable[str]) -> set[PlanLink]:
        """Give every link that leads to one of the codes; nothing came through a split whose shares nobody knows."""
        found: set[PlanLink] = set()
        open_ = list(codes)
        while open_:
            fresh = [link for link in self._back[open_.pop()] if link not in found]
            found |= set(fresh)
            open_ += [link.before for link in fresh if link.before and not _is_unknown(link)]
        return found


def join_crosswalks(
    own: Mapping[str, Sequence[PlanLink]], continued: Iterable[tuple[str, str]]
) -> dict[str, Crosswalk]:
    """Add to the links of a directive those of the ones that continue it; of a code that both convert, its own stay.

    `continued` gives pairs of symbols: a directive and the earlier one it continues.
    """
    joined = {symbol: list(links) for symbol, links in own.items()}
    for later, earlier in continued:
        mine = joined.setdefault(earlier, [])
        told = {link.before for link in mine if link.before}
        mine += [link for link in own.get(later, ()) if link not in mine and link.before not in told]
    return {symbol: Crosswalk(links) for symbol, links in joined.items() if links}


def _is_unknown(link: PlanLink) -> bool:
    return link.relation == SPLIT and link.factor is None


def _sum(weights: Mapping[str, Fraction], code: str, members: Iterable[str]) -> Fraction:
    """Add up what a code is worth in the codes of a joint line; in itself it is worth 1."""
    return sum((weights.get(one, Fraction(one == code)) for one in members), Fraction())


def _last(steps: Mapping[str, Newer], step: Newer) -> Newer:
    while after := steps.get(step.code):
        step = Newer(after.code, step.factor * after.factor)
    return step
