"""How far the simulated units are with their tasks: when a deliverable was finished, its status in a period."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

from sample.draws import pick, share
from sample.organisation import SamplePeriod, SampleTask, periods, tasks, units

HABITUAL_LATE = frozenset({"D09", "C0501"})
_YEARLY = frozenset({"annual", "annual_rule"})
_IN_TIME, _LATE_AT_ALL = 0.68, 0.94  # the rest never finishes
_BEYOND = 0.07
# What a deliberate fault needs: its task must stand as done.
_FIXED = {("D06", "K60-3.7"): date(2022, 6, 15)}


@dataclass(frozen=True)
class Standing:
    """The status of one task of one unit at a cut-off; `percent` from 0 to 100."""

    status: str
    done_on: date | None = None
    percent: Decimal | None = None

    @property
    def is_done(self) -> bool:
        return self.done_on is not None


@cache
def finished_on(unit: str, task: str) -> date | None:
    """Give the day on which a unit finished a deliverable, which may lie after any cut-off; None: never."""
    if (unit, task) in _FIXED:
        return _FIXED[unit, task]
    of = tasks()[task]
    if of.due is None:
        return None
    begin = max(of.start, units()[unit].valid_from)
    due = max(of.due, begin + timedelta(days=150))  # a unit founded after the due date gets its time too
    fate, when = share(unit, task, "fate"), share(unit, task, "when")
    if fate >= _LATE_AT_ALL:
        return None
    if fate < _IN_TIME and unit not in HABITUAL_LATE:
        return _weekday(begin + (due - begin) * (0.35 + 0.65 * when))
    return _weekday(due + timedelta(days=20 + int(330 * when)))


def _weekday(day: date) -> date:
    return day - timedelta(days=max(0, day.weekday() - 4))


def standing(unit: str, task: str, period: str) -> Standing:
    """Give what a unit says of a task at the cut-off of a period."""
    of, at = tasks()[task], periods()[period]
    if of.kind == "deliverable":
        return _deliverable(unit, of, at)
    if of.kind in _YEARLY:
        return _yearly(unit, of, at)
    return _continuous(unit, of, at)


def _deliverable(unit: str, task: SampleTask, period: SamplePeriod) -> Standing:
    finished = finished_on(unit, task.code)
    if finished and finished <= period.cutoff:
        beyond = share(unit, task.code, "beyond") < _BEYOND
        return Standing("done_beyond" if beyond else "done", finished, Decimal(100))
    end = finished or (task.due or period.cutoff) + timedelta(days=400)
    begin = max(task.start, units()[unit].valid_from)
    ready = min(0.9, max(0.0, (period.cutoff - begin) / (end - begin)))
    if ready < 0.2:
        return Standing("not_started", None, Decimal(0))
    return Standing("in_progress", None, _in_fives(ready))


def _yearly(unit: str, task: SampleTask, period: SamplePeriod) -> Standing:
    fate = share(unit, task.code, period.year, "fate")
    if fate > 0.97:
        return Standing("nothing_arose")
    begin = max(period.start, units()[unit].valid_from, task.start)
    end = date(period.year, 12, 10)
    finished = _weekday(date(period.year, 7, 1) + (end - date(period.year, 7, 1)) * (fate / 0.93))
    if finished <= period.cutoff and finished >= begin and fate <= 0.93:
        beyond = share(unit, task.code, period.year, "beyond") < _BEYOND
        return Standing("done_beyond" if beyond else "done", finished, Decimal(100))
    ready = max(0.05, min(0.85, (period.cutoff - begin) / (end - begin))) if end > begin else 0.85
    if ready < 0.5 and fate > 0.85:
        return Standing("not_started", None, Decimal(0))
    return Standing("in_progress", None, _in_fives(ready))


def _continuous(unit: str, task: SampleTask, period: SamplePeriod) -> Standing:
    if _is_suspended(unit, task, period):
        return Standing("suspended", None, _in_fives(0.3))
    if task.due is None:
        return Standing("in_progress")
    ready = (period.cutoff - task.start) / (task.due - task.start)
    pace = 0.88 + 0.14 * share(unit, task.code, "pace")
    return Standing("in_progress", None, _in_fives(max(0.05, min(0.95, ready * pace))))


def _is_suspended(unit: str, task: SampleTask, period: SamplePeriod) -> bool:
    """Training stood still for some in the epidemic, and a unit about to be dissolved stops some of its work."""
    if period.code in ("2020-6T", "2021-9T") and {"I21"} & set(task.indicators):
        return share(unit, task.code, period.code, "covid") < 0.2
    return unit == "D10" and period.code == "2024-6T" and task.code in ("K60-4.1", "K60-4.3")


def _in_fives(ready: float) -> Decimal:
    return Decimal(round(ready * 20) * 5)


def role(unit: str, what: str) -> str:
    """Give the role that prepared or approved a return: a post, never a person."""
    return pick(_ROLES[what, "board" if units()[unit].kind != "chibo_co_so" else "cell"], unit, what)


_ROLES = {
    ("preparer", "board"): ("Chuyên viên Ban Tuyên giáo", "Chuyên viên Văn phòng Đảng ủy", "Ủy viên phụ trách"),
    ("preparer", "cell"): ("Chi ủy viên phụ trách tuyên giáo",),
    ("approver", "board"): ("Phó Bí thư Đảng ủy", "Bí thư Đảng ủy", "Phó Bí thư Thường trực"),
    ("approver", "cell"): ("Bí thư Chi bộ", "Phó Bí thư Chi bộ"),
}  # fmt: skip
