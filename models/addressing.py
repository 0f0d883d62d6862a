"""Who is meant by a rule such as "D*; kind=ban; B01": resolved on the tree of a day. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

from models.unit_history import DAY, History, Tree

_TOKEN = re.compile(r'(?P<key>kind|level)=(?P<value>[\w-]+)|(?P<prefix>[\w.-]+)\*|(?P<code>[\w.-]+)|"(?P<words>[^"]+)"')


@dataclass(frozen=True)
class Token:
    """One part of a rule: `by` is code, prefix, kind, level or all, or words of a text that still name nobody."""

    by: str
    value: str = ""

    def meets(self, tree: Tree, code: str) -> bool:
        match self.by:
            case "code":
                return code == self.value
            case "prefix":
                return code.startswith(self.value)
            case "kind":
                return tree.spans[code].kind == self.value
            case "level":
                return tree.level(code) == int(self.value)
            case "words":
                return False
        return True


@cache
def parse_rule(rule: str) -> tuple[Token, ...]:
    """Take a rule apart. Raises ValueError with the part that is no code, prefix, kind, level or "all"."""
    return tuple(_token(part) for part in split_rule(rule))


def names_units(rule: str) -> bool:
    """Whether some part of a rule is more than words that name nobody yet."""
    return any(token.by != "words" for token in parse_rule(rule))


def split_rule(rule: str) -> list[str]:
    return [part.strip() for part in rule.split(";") if part.strip()]


def _token(part: str) -> Token:
    if part == "all":
        return Token("all")
    found = _TOKEN.fullmatch(re.sub(r"\s*=\s*", "=", part))
    if not found or (found["key"] == "level" and not found["value"].isdecimal()):
        raise ValueError(part)
    if found["key"]:
        return Token(found["key"], found["value"])
    by = next(name for name in ("prefix", "code", "words") if found[name])
    return Token(by, found[by])


def resolve(rule: str | None, tree: Tree) -> tuple[str, ...]:
    """Give the units that a rule meets on the day of the tree, in the order of the plan. Raises ValueError."""
    tokens = parse_rule(rule) if rule else ()
    return tuple(code for code in tree.spans if any(token.meets(tree, code) for token in tokens))


@dataclass(frozen=True)
class Stretch:
    """Days on which a rule meets a unit, both ends included."""

    unit: str
    valid_from: date
    valid_to: date | None


def days_met(rule: str, history: History, since: date | None = None) -> list[Stretch]:
    """Give the days on which a rule meets each unit, from `since` on; neighbouring stretches are one."""
    open_now: dict[str, Stretch] = {}
    closed: list[Stretch] = []
    for first, last, tree in history.stretches():
        for code in resolve(rule, tree):
            before = open_now.get(code)
            if before and before.valid_to == first - DAY:
                open_now[code] = Stretch(code, before.valid_from, last)
            else:
                closed += [before] if before else []
                open_now[code] = Stretch(code, first, last)
    return sorted(_clipped([*closed, *open_now.values()], since), key=lambda s: (s.unit, s.valid_from))


def _clipped(stretches: list[Stretch], since: date | None) -> Iterator[Stretch]:
    for one in stretches:
        if since is None or one.valid_from >= since:
            yield one
        elif one.valid_to is None or one.valid_to >= since:
            yield Stretch(one.unit, since, one.valid_to)
