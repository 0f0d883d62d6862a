"""What is to be done: a directive, its clauses, the tasks made of them, and the plans that said so."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.types import Moment


class Directive(SQLModel, table=True):
    """A document of a standing committee; `symbol` is folded ("04-CT/ĐUK"), `symbol_written` as it was typed."""

    id: int | None = Field(default=None, primary_key=True)
    symbol: str = Field(unique=True, index=True)
    symbol_written: str
    type: str
    issuer: str
    issued_on: date
    title: str
    tracked: bool = False  # false: only cited by one that is


class DirectiveRelation(SQLModel, table=True):
    """One document's word about another; `inferred` where no text says it."""

    __tablename__ = "directive_relation"
    __table_args__ = (UniqueConstraint("directive_id", "other_id", "type"),)

    id: int | None = Field(default=None, primary_key=True)
    directive_id: int = Field(foreign_key="directive.id")
    other_id: int = Field(foreign_key="directive.id")
    type: str  # implements, continues, reviews, replaces, refers_to
    quote: str | None = None
    inferred: bool = False


class PlanVersion(SQLModel, table=True):
    """One state of a directive's plan as the office handed it in; never changed, a later plan is a new version."""

    __tablename__ = "plan_version"
    __table_args__ = (UniqueConstraint("directive_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    directive_id: int = Field(foreign_key="directive.id")
    number: int
    sha256: str  # of the file
    content_hash: str  # of what it says: the same plan saved anew changes nothing
    content: dict[str, Any] = Field(sa_type=JSON)
    changes: list[str] = Field(default_factory=list, sa_type=JSON)
    recorded_at: datetime = Field(sa_type=Moment)


class Task(SQLModel, table=True):
    """What one clause asks; addressed by rule, resolved to units per period in Assignment."""

    __table_args__ = (UniqueConstraint("directive_id", "code"),)

    id: int | None = Field(default=None, primary_key=True)
    directive_id: int = Field(foreign_key="directive.id", index=True)
    code: str
    clause: str | None = None  # path in the document such as 5.9
    text: str | None = None  # the clause, verbatim
    kind: str
    title: str
    title_en: str | None = None
    lead_rule: str
    coordinate_rule: str | None = None
    monitor_rule: str | None = None
    start: date
    due: date | None = None  # no due date is legal
    due_set_by: str | None = None
    recurrence: str | None = None  # "12-31": due every year on that day
    retired: bool = False  # no longer in the newest plan; what was reported stays


class TaskIndicator(SQLModel, table=True):
    """Which indicators measure which task."""

    __tablename__ = "task_indicator"

    task_id: int = Field(foreign_key="task.id", primary_key=True)
    indicator_id: int = Field(foreign_key="indicator.id", primary_key=True)


class IndicatorLink(SQLModel, table=True):
    """How a newer code follows from an older one, as one version of a plan says it; the newest version counts."""

    __tablename__ = "indicator_link"

    id: int | None = Field(default=None, primary_key=True)
    plan_version_id: int = Field(foreign_key="plan_version.id", index=True)
    position: int
    since: date  # periods with their cut-off on this day or later use the newer code
    relation: str  # same, renamed, rescaled, split, merged, new, dropped
    before: str | None = None
    after: str | None = None
    factor: str | None = None  # an exact decimal: newer = older × factor; for a split the share of this part
    breaks: bool = False
    note: str | None = None


DIMENSION = "dimension"  # the list of terms that indicators are broken down by


class Indicator(SQLModel, table=True):
    """A definition with a permanent code; how it adds up in time and over units follows from kind and mode."""

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True, index=True)
    name: str
    name_en: str | None = None
    measure: str  # unit of measurement
    kind: str  # flow, stock, ratio, boolean, ordinal
    mode: str  # cumulative, per_period, at_cutoff; for a ratio: of its two parts
    numerator: str | None = None  # labels of the two parts of a ratio
    denominator: str | None = None
    dimensions: str | None = None  # codes of the plan's list `dimension`: "BAO;TRANG"; the parts add up to the total
    direction: str | None = None  # up, down: which way is better
    target: str | None = None
    lower: str | None = None  # allowed range
    upper: str | None = None
    decimals: int = 0
    position: int = 0

    @property
    def parts(self) -> tuple[str, ...]:
        """The codes that it is broken down by."""
        return tuple(self.dimensions.split(";")) if self.dimensions else ()


class Term(SQLModel, table=True):
    """A word of one of the plan's own lists: kinds of evidence, codes of shortcomings and causes, breakdowns."""

    __table_args__ = (UniqueConstraint("list", "code"),)

    id: int | None = Field(default=None, primary_key=True)
    list: str
    code: str
    label: str
    label_en: str | None = None
    position: int = 0
