"""All tables of the record, in one import."""

from sqlmodel import SQLModel

from models.assignment import Assignment
from models.audit import AuditEntry
from models.directive import (
    Directive,
    DirectiveRelation,
    Indicator,
    IndicatorLink,
    PlanVersion,
    Task,
    TaskIndicator,
    Term,
)
from models.marks import ChangeMark
from models.notice import Attempt, Digest, DigestDecision, Notice, NoticeDigest, SendingOrder, SlipBook
from models.period import Period, PeriodDue
from models.returns import (
    EffectiveReturn,
    Evidence,
    Excuse,
    Extension,
    Finding,
    LedgerChange,
    Progress,
    Receipt,
    ReportedValue,
    Return,
    Shortcoming,
    Statement,
)
from models.review import Review, ReviewDecision, ReviewFile, Snapshot, SnapshotFigure, SnapshotReceipt
from models.unit import Contact, Unit, UnitEvent, UnitSpan

metadata = SQLModel.metadata
# What a record says: all but the marks, which each database leaves itself. Tables that others point to come first.
CONTENT = [table for table in metadata.sorted_tables if table.name != ChangeMark.__tablename__]

__all__ = [
    "CONTENT", "Assignment", "Attempt", "AuditEntry", "ChangeMark", "Contact", "Digest", "DigestDecision", "Directive",
    "DirectiveRelation", "EffectiveReturn", "Evidence", "Excuse", "Extension", "Finding", "Indicator", "IndicatorLink",
    "LedgerChange", "Notice", "NoticeDigest", "Period", "PeriodDue", "PlanVersion", "Progress", "Receipt",
    "ReportedValue", "Return", "Review", "ReviewDecision", "ReviewFile", "SendingOrder", "Shortcoming", "SlipBook",
    "Snapshot", "SnapshotFigure", "SnapshotReceipt", "Statement", "Task", "TaskIndicator", "Term", "Unit", "UnitEvent",
    "UnitSpan", "metadata",
]  # fmt: skip
