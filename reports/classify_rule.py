"""Rules of the yearly classification as data, by date of validity: bounds of each band, the cap inside a group."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from models.errors import RefusedError

RULES_DIR = Path(__file__).resolve().parent / "classification"
SHARES = ("done", "on_time", "beyond", "late", "reporting")
GROUPINGS = ("kind", "size")

Shares = Mapping[str, Fraction | None]  # per cent; None of nothing


@dataclass(frozen=True)
class Band:
    """One grade and the shares it asks for; `also` names what the record cannot know."""

    code: str
    at_least: Mapping[str, Fraction]
    at_most: Mapping[str, Fraction]
    also: tuple[str, ...] = ()

    def is_met(self, shares: Shares) -> bool:
        """Whether all shares are within the bounds; a share of nothing is within none."""
        low = all((value := shares[name]) is not None and value >= bound for name, bound in self.at_least.items())
        return low and all(
            (value := shares[name]) is not None and value <= bound for name, bound in self.at_most.items()
        )


@dataclass(frozen=True)
class Cap:
    """No more than `percent` of the units in the bands of `base` may be in `band`, inside each group.

    Who may not stay in `band` falls to `following`. `order` are the shares by which candidates are ranked.
    """

    band: str
    following: str | None
    percent: Fraction
    base: tuple[str, ...]
    order: tuple[str, ...]
    source: str = ""


@dataclass(frozen=True)
class ClassificationRule:
    """One rule; `check_with_office`: we know it from second hand, the office must confirm it."""

    name: str
    valid_from: date | None
    valid_to: date | None
    source: str
    check_with_office: bool
    group: tuple[str, ...]
    carry_over: bool
    bands: tuple[Band, ...]
    cap: Cap | None

    def is_in_force(self, day: date) -> bool:
        return (self.valid_from or date.min) <= day <= (self.valid_to or date.max)


def choose_classification(day: date, folders: Sequence[Path] = (RULES_DIR,)) -> ClassificationRule | None:
    """Give the newest rule valid on a day, None where there is none; files of later folders replace earlier ones.

    Raises RefusedError for a file that is no rule.
    """
    files = {path.name: path for folder in folders for path in sorted(folder.glob("*.toml"))}
    valid = [rule for rule in map(_read_file, files.values()) if rule.is_in_force(day)]
    return max(valid, key=lambda rule: rule.valid_from or date.min, default=None)


def _read_file(path: Path) -> ClassificationRule:
    try:
        return _rule(tomllib.loads(path.read_text("utf-8")))
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise RefusedError("classify.wrong-rule", file=path, found=error) from error


def _rule(content: dict[str, Any]) -> ClassificationRule:
    bands = tuple(_band(one) for one in content.get("bands", ()))
    cap = _cap(content["cap"], bands) if "cap" in content else None
    group = _known(content.get("group", ("kind",)), GROUPINGS)
    return ClassificationRule(
        name=content["name"],
        valid_from=content.get("valid_from"),
        valid_to=content.get("valid_to"),
        source=content.get("source", ""),
        check_with_office=content.get("check_with_office", True),
        group=group,
        carry_over=content.get("carry_over", True),
        bands=bands,
        cap=cap,
    )


def _band(content: dict[str, Any]) -> Band:
    least, most = (_bounds(content.get(side, {})) for side in ("at_least", "at_most"))
    return Band(content["code"], least, most, tuple(content.get("also", ())))


def _bounds(content: dict[str, Any]) -> dict[str, Fraction]:
    _known(content, SHARES)
    return {name: Fraction(str(bound)) for name, bound in content.items()}


def _cap(content: dict[str, Any], bands: Sequence[Band]) -> Cap:
    band, base, order = content["band"], tuple(content["base"]), _known(content.get("order", ()), SHARES)
    codes = [one.code for one in bands] or [band, *base]
    _known((band, *base), codes)
    following = next(iter(codes[codes.index(band) + 1 :]), None)
    return Cap(band, following, Fraction(str(content["percent"])), base, order, content.get("source", ""))


def _known(names: Any, allowed: Sequence[str]) -> tuple[str, ...]:
    """Give names that are all allowed. Raises ValueError with those that are not."""
    wrong = [name for name in names if name not in allowed]
    if wrong:
        raise ValueError(", ".join(wrong))
    return tuple(names)
