"""What units say beside their figures, in the invented record: progress, shortcomings, proposals, documents."""

from datetime import date

from sqlalchemy import text
from sqlmodel import Session, select

from benchmarks.invented import FIRST_YEAR, YEARS
from models.assignment import Assignment
from models.directive import Directive, Task, Term
from models.unit import Unit

TASKS, CODES = 20, 10
START, DUE = date(FIRST_YEAR, 1, 1), date(FIRST_YEAR + YEARS - 2, 6, 30)


def add_words(session: Session) -> None:
    """Add tasks that all units lead, every other one with a due date, and what each return says of them."""
    directive = session.exec(select(Directive)).one()
    tasks = [_task(directive, at) for at in range(TASKS)]
    session.add_all(tasks)
    session.flush()
    units = session.exec(select(Unit.id)).all()
    session.add_all(
        Assignment(task_id=task.id, unit_id=unit, role="lead", valid_from=START) for task in tasks for unit in units
    )
    for kind in ("shortcoming", "cause"):
        session.add_all(Term(list=kind, code=f"{kind[0].upper()}{at}", label=f"{kind} {at}") for at in range(CODES))
    session.flush()
    for statement in (PROGRESS, SHORTCOMINGS, STATEMENTS, EVIDENCE):
        session.execute(text(statement), {"done": str(DUE), "codes": CODES})


def _task(directive: Directive, at: int) -> Task:
    dated = at % 2 == 0
    return Task(
        directive_id=directive.id, code=f"W{at:02}", kind="deliverable" if dated else "continuous",
        title=f"Nhiệm vụ được nêu ở mục {at} của văn bản", lead_rule="all", start=START, due=DUE if dated else None,
    )  # fmt: skip


PROGRESS = """
INSERT INTO progress (receipt_id, task_id, status, done_on, percent, text, sheet, row, cell)
SELECT r.id, t.id, CASE WHEN (r.id + t.id) % 7 < 5 THEN 'done' ELSE 'in_progress' END,
    CASE WHEN (r.id + t.id) % 7 < 5 THEN :done END, '50', 'Đơn vị đang thực hiện nhiệm vụ theo kế hoạch đề ra.',
    'Tien do', t.id, 'F' || t.id
FROM receipt r CROSS JOIN task t WHERE t.code LIKE 'W%'
"""
SHORTCOMINGS = """
INSERT INTO shortcoming (receipt_id, code, text, cause_type, cause_code, sheet, row)
SELECT id, 'S' || (id % :codes), 'Còn ' || (id % 97) || ' chi bộ thực hiện chưa đúng thời hạn đã đề ra.',
    CASE id % 2 WHEN 0 THEN 'objective' ELSE 'subjective' END, 'C' || (id % :codes), 'Han che', 5
FROM receipt
"""
STATEMENTS = """
INSERT INTO statement (receipt_id, kind, text, addressee, collectives, individuals, sheet, row)
SELECT r.id, k.kind, 'Nội dung thứ ' || (r.id % 89) || ' mà đơn vị nêu trong báo cáo của kỳ này.',
    'Cơ quan ' || (r.id % 9), 1, 2, 'Kien nghi', 5
FROM receipt r
CROSS JOIN (SELECT 'proposal' AS kind UNION SELECT 'lesson' UNION SELECT 'direction' UNION SELECT 'commendation') k
"""
EVIDENCE = """
INSERT INTO evidence (receipt_id, subject, type, title, number, issued_on, sheet, row)
SELECT id, 'W00', 'ke_hoach', 'Kế hoạch thực hiện của đơn vị', id || '-KH/ĐU', :done, 'Minh chung', 5 FROM receipt
"""
