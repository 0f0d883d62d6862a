"""The rules of the cascade as data: which tasks ask for a step, what shows that it was taken, from when to when."""

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from models.errors import RefusedError
from models.queries.cascade import AskedTask, Sign
from schemas.folds import fold

RULES = Path(__file__).resolve().parent / "cascade.toml"
STEPS = ("disseminated", "document", "planned")
_SELECTIONS = frozenset({"words", "indicators", "codes", "clauses", "kinds"})
_SHOWN_BY = frozenset({"statuses", "figures", "evidence", "numbered"})

Words = frozenset[str]


@dataclass(frozen=True)
class Step:
    """One step: the tasks that ask for it, and what shows that it was taken."""

    words: Words = frozenset()
    indicators: Words = frozenset()
    codes: Words = frozenset()
    clauses: Words = frozenset()
    kinds: Words = frozenset()
    statuses: Words = frozenset()
    figures: Words = frozenset()
    evidence: Words = frozenset()
    numbered: bool = False

    def asks(self, one: AskedTask) -> bool:
        """Whether a task asks for this step."""
        title = fold(one.title)
        named = one.code in self.codes or one.clause in self.clauses or one.kind in self.kinds
        return named or bool(one.indicators & self.indicators) or any(fold(word) in title for word in self.words)

    def shows(self, sign: Sign) -> bool:
        """Whether a line of a return shows that the step was taken."""
        match sign.by:
            case "progress":
                return sign.word in self.statuses
            case "figure":
                return sign.subject in self.figures and (sign.value or 0) > 0
        is_whole = bool(sign.number and sign.issued_on) or not self.numbered
        return sign.word in self.evidence and is_whole


@dataclass(frozen=True)
class CascadeRule:
    """What counts as each step, on the days of its validity."""

    steps: dict[str, Step]
    source: str
    valid_from: date | None = None
    valid_to: date | None = None

    def is_in_force(self, day: date) -> bool:
        return (self.valid_from or date.min) <= day <= (self.valid_to or date.max)


def choose_rule(day: date, path: Path = RULES) -> CascadeRule:
    """Give the newest rule of a file that is valid on a day. Raises RefusedError where none is, or one is wrong."""
    try:
        rules = [_read(one) for one in tomllib.loads(path.read_text("utf-8")).get("rules", ())]
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise RefusedError("cascade.wrong-rule", file=path, found=error) from error
    valid = [rule for rule in rules if rule.is_in_force(day)]
    if not valid:
        raise RefusedError("cascade.no-rule", file=path, day=day.isoformat())
    return max(valid, key=lambda rule: rule.valid_from or date.min)


def _read(content: dict[str, Any]) -> CascadeRule:
    unknown = content.keys() - {*STEPS, "source", "valid_from", "valid_to"}
    if unknown:
        raise ValueError(", ".join(sorted(unknown)))
    steps = {name: _step(content.get(name, {})) for name in STEPS}
    return CascadeRule(steps, content.get("source", ""), content.get("valid_from"), content.get("valid_to"))


def _step(content: dict[str, Any]) -> Step:
    tasks = content.get("tasks", {})
    unknown = (tasks.keys() - _SELECTIONS) | (content.keys() - _SHOWN_BY - {"tasks"})
    if unknown:
        raise ValueError(", ".join(sorted(unknown)))
    lists = {name: found for name, found in {**tasks, **content}.items() if name not in ("tasks", "numbered")}
    if wrong := [name for name, found in lists.items() if not isinstance(found, list)]:
        raise ValueError(", ".join(wrong))
    codes = {name: frozenset(found) for name, found in lists.items()}
    return Step(**codes, numbered=bool(content.get("numbered", False)))
