"""Whose return a file is and for what: folder, stamp and visible cells must agree; file names are not trusted."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from intake.cells import clean, display
from intake.cells_lists import make_choices
from intake.check_types import Notes
from intake.reader import RawReturn, RawSheet
from models.returns import Finding
from schemas.checks import WARNING
from schemas.folds import fold, fold_symbol
from schemas.layout import layouts_of
from schemas.stamp import Stamp, find_stamp
from schemas.texts import LANGUAGES, load_texts

FIELDS = ("directive", "period", "kind")
_IN_BRACKETS = re.compile(r"\(([^()]+)\)\s*\Z")


@dataclass(frozen=True)
class Identity:
    """What a file says it is: as the stamp has it, else as the cover has it; None where neither says it."""

    unit: str | None
    directive: str | None
    period: str | None
    kind: str | None
    layout: str | None
    is_stamped: bool
    other_stamp: Stamp | None  # a second stamp of ours that says something else
    cells: Mapping[str, str]  # what the cover shows, by field

    @property
    def named(self) -> tuple[str, str] | None:
        """Directive and period, if both are known."""
        return (self.directive, self.period) if self.directive and self.period else None

    def as_in_cells(self) -> "Identity":
        """Give the identity that the cover shows, where it differs from the stamp."""
        shown = {field: self.cells.get(field, getattr(self, field)) for field in FIELDS}
        return replace(self, directive=shown["directive"], period=shown["period"], kind=shown["kind"])


def identify(raw: RawReturn, keys: Mapping[str, bytes]) -> Identity:
    """Read who sent what from the stamp and the cover."""
    stamps = [stamp for token in raw.tokens if (stamp := find_stamp(token, keys))]
    cells = _cover_cells(raw.sheets.get("cover"))
    if not stamps:
        fields = {field: cells.get(field) for field in ("unit", *FIELDS)}
        return Identity(**fields, layout=_likely_layout(raw), is_stamped=False, other_stamp=None, cells=cells)
    stamp, other = stamps[0], next((one for one in stamps if one != stamps[0]), None)
    same = {field: _same(cells.get(field), stamp, field) for field in ("unit", *FIELDS)}
    cells = {field: getattr(stamp, field) if same[field] else cells[field] for field in cells}
    said = (stamp.unit, stamp.directive, stamp.period, stamp.kind, stamp.layout)
    return Identity(*said, is_stamped=True, other_stamp=other, cells=cells)


def _likely_layout(raw: RawReturn) -> str:
    """Give the newest version whose lines of the cover are all there."""
    cover = raw.sheets.get("cover")
    there = set(cover.columns) if cover else set()
    versions = layouts_of("return")
    full = (one for one in versions if {column.key for column in one.by_key["cover"].columns} <= there)
    return next(full, versions[-1]).id


def _same(written: str | None, stamp: Stamp, field: str) -> bool:
    return written is not None and fold(written) == fold(getattr(stamp, field))


def _cover_cells(cover: RawSheet | None) -> dict[str, str]:
    """Give the codes that the cover shows: of "9 tháng (2021-9T)" what stands in brackets, of a kind its code."""
    if cover is None or not cover.rows:
        return {}
    found: dict[str, str] = {}
    for field in ("unit", *FIELDS):
        written = clean(display(cover.rows[0].cells.get(field, "")))
        if written:
            found[field] = _READERS[field](written)
    return found


def _code(written: str) -> str:
    inside = _IN_BRACKETS.search(written)
    return inside[1].strip() if inside else written


def _kind(written: str) -> str:
    labels = {
        code: [load_texts(language).label("workbook.list.kind", code) for language in LANGUAGES]
        for code in ("own", "consolidated")
    }
    return make_choices(labels).find(written) or written


_READERS: Mapping[str, Any] = {"unit": _code, "directive": fold_symbol, "period": _code, "kind": _kind}


def check_unit(folder: str, identity: Identity, raw: RawReturn, notes: Notes) -> list[Finding]:
    """Check that folder, stamp and cover name one unit; name all three where they do not."""
    if identity.other_stamp is not None:
        return [notes.about("cover.two-stamps", stamp=_said(identity, notes), other=_said(identity.other_stamp, notes))]
    stamped = identity.unit if identity.is_stamped else None
    shown = identity.cells.get("unit")
    said = [name for name in (stamped, shown) if name is not None]
    if all(fold(name) == fold(folder) for name in said):
        return []
    return [_at_cover(raw, "unit", "cover.wrong-unit", notes, folder=folder, stamp=stamped or "–", shown=shown or "–")]


def _said(one: Identity | Stamp, notes: Notes) -> str:
    return f"{one.unit}, {one.directive}, {one.period}, {_word('kind', one.kind or '', notes)}"


def check_fields(identity: Identity, raw: RawReturn, notes: Notes) -> list[Finding]:
    """Check that stamp and cover name one directive, period and kind of figures."""
    if not identity.is_stamped:
        return []
    findings = []
    for field in FIELDS:
        stamped, shown = getattr(identity, field), identity.cells.get(field)
        if shown is not None and shown != stamped:
            values = {"stamp": _word(field, stamped, notes), "shown": _word(field, shown, notes)}
            findings.append(_at_cover(raw, field, f"cover.wrong-{field}", notes, **values))
    return findings


def check_name(names: set[str], raw: RawReturn, notes: Notes) -> list[Finding]:
    """Warn where the cover bears a name that the unit never had."""
    cover = raw.sheets.get("cover")
    written = clean(display(cover.rows[0].cells.get("unit_name", ""))) if cover and cover.rows else ""
    if not written or not names or fold(written) in {fold(name) for name in names}:
        return []
    return [_at_cover(raw, "unit_name", "cover.unit-name", notes, WARNING, names=sorted(names))]


def _word(field: str, code: str, notes: Notes) -> str:
    return notes.texts.label("workbook.list.kind", code) if field == "kind" else code


def _at_cover(raw: RawReturn, field: str, check: str, notes: Notes, severity: str = "error", **values: Any) -> Finding:
    cover = raw.sheets.get("cover")
    if cover is None or not cover.rows or field not in cover.columns:
        return notes.about(check, severity, **values)
    finding = notes.about(check, severity, sheet=cover.name, **values)
    finding.cell = cover.address(field, 0)
    finding.value = clean(display(cover.rows[0].cells.get(field, ""))) or None
    return finding
