"""The layouts of the workbooks: sheets, keys, types and lists, declared once in layouts/*.toml."""

import tomllib
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

LAYOUT_DIR = Path(__file__).resolve().parent / "layouts"
DRAFT_ORIGIN = "_draft"  # the hidden sheet of a drafted plan: what the draft itself wrote


@dataclass(frozen=True)
class Column:
    """One column of a table sheet, or one line of a form sheet.

    `type` is text, code, date, number, percent, list or multi (a list of codes joined by ";").
    `list` names the allowed values: a list of the layout, or one of the plan's own.
    """

    key: str
    type: str = "text"
    locked: bool = False
    required: bool = False
    list: str | None = None
    width: int = 14
    max_length: int | None = None
    minimum: int | None = None
    maximum: int | None = None


@dataclass(frozen=True)
class Sheet:
    """One sheet; `kind` is guide (text only), form (a value a line) or table; `open_rows` are for the sender."""

    key: str
    kind: str
    columns: tuple[Column, ...] = ()
    open_rows: int = 0
    optional: bool = False  # a workbook without it is whole all the same

    @cached_property
    def by_key(self) -> dict[str, Column]:
        return {column.key: column for column in self.columns}

    def tag(self, column: str) -> str:
        """What stands in the hidden key row (or key column of a form): "progress.task"."""
        return f"{self.key}.{column}"


@dataclass(frozen=True)
class Layout:
    """A version of one of our workbooks; labels come from the catalogue `workbook.<sheet>.<column>`."""

    name: str
    version: int
    sheets: tuple[Sheet, ...]
    lists: dict[str, tuple[str, ...]]

    @cached_property
    def by_key(self) -> dict[str, Sheet]:
        return {sheet.key: sheet for sheet in self.sheets}

    @property
    def id(self) -> str:
        return f"{self.name}-{self.version}"


NEWEST = {"plan": 1, "return": 2}


@cache
def load_layout(name: str, version: int | None = None) -> Layout:
    """Read layouts/<name>-<version>.toml, the newest unless told. Raises FileNotFoundError for one never issued."""
    version = version or NEWEST[name]
    data = tomllib.loads((LAYOUT_DIR / f"{name}-{version}.toml").read_text("utf-8"))
    lists = {key: tuple(codes) for key, codes in data.get("lists", {}).items()}
    return Layout(name, version, tuple(_sheet(entry) for entry in data["sheets"]), lists)


def _sheet(entry: dict[str, Any]) -> Sheet:
    columns = tuple(Column(**column) for column in entry.get("columns", ()))
    return Sheet(entry["key"], entry["kind"], columns, entry.get("open_rows", 0), entry.get("optional", False))


def find_layout(layout_id: str | None) -> Layout | None:
    """Find the layout that a stamp names, such as "return-1"; None for one that was never issued."""
    name, _, version = (layout_id or "").rpartition("-")
    if name not in NEWEST or not version.isdecimal() or not 1 <= int(version) <= NEWEST[name]:
        return None
    return load_layout(name, int(version))


def layouts_of(name: str) -> list[Layout]:
    """Give every version of a workbook's layout, the newest first."""
    return [load_layout(name, version) for version in range(NEWEST[name], 0, -1)]
