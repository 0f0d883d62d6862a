"""Texts that say the same again: as the unit's own last period, or as another unit of the same period."""

from collections.abc import Sequence

from intake.check_types import Case, Known
from schemas.folds import nfc

SHORTEST = 30  # a shorter text is the same by chance


class TextIndex:
    """Who wrote which text about which task, in one period: what is on record and what is being checked."""

    def __init__(self, cases: Sequence[tuple[Case, Known]]) -> None:
        self.units: dict[tuple[str, int, str, str], set[str]] = {}
        for known in {id(known): known for _, known in cases}.values():
            self._add_record(known)
        for case, known in cases:
            sheet = case.sheets.get("progress")
            for row in sheet.rows if sheet else ():
                self._add(known, case.key[1], row.values["task"], row.values.get("result"), _unit(case, known))

    def _add_record(self, known: Known) -> None:
        for kind, texts in known.texts.items():
            for unit, task, text in texts:
                self._add(known, kind, known.task_names.get(task, ""), text, known.unit_codes[unit])

    def _add(self, known: Known, kind: str, task: str, text: str | None, unit: str) -> None:
        key = _key(text)
        if key:
            self.units.setdefault((kind, known.period.id or 0, task, key), set()).add(unit)

    def other(self, case: Case, known: Known, task: str, text: str | None) -> str | None:
        """Give the code of another unit that wrote the same for the same period."""
        found = self.units.get((case.key[1], known.period.id or 0, task, _key(text) or ""), set())
        return min(found - {_unit(case, known)}, default=None)

    def earlier(self, case: Case, known: Known, task: str, text: str | None) -> str | None:
        """Give the code of the unit's own last period if it wrote the same then."""
        said = known.progress.get(case.key, {}).get(known.tasks[task])
        return said.period_code if said and _key(text) and _key(said.text) == _key(text) else None


def _unit(case: Case, known: Known) -> str:
    return known.unit_codes[case.receipt.unit_id]


def _key(text: str | None) -> str | None:
    key = " ".join(nfc(text or "").casefold().split())
    return key if len(key) >= SHORTEST else None
