"""Checks returns that were read: cells first, then asked rows, then all frames of the batch at once."""

from collections.abc import Collection, Sequence

from sqlmodel import Session

from intake.cells_lists import Choices, make_choices
from intake.check_blocks import group_blocks
from intake.check_cells import type_cells
from intake.check_frames import check_frames
from intake.check_parts import check_parts, keep_parts
from intake.check_rows import check_rows
from intake.check_types import Case, Known, Notes
from intake.nil import answer_nil
from models.directive import DIMENSION, Term
from models.queries import issuing, receipts
from models.queries.carrying import carry_parts, carry_values, find_steps
from models.queries.crosswalk import find_crosswalk
from models.queries.receipts import CONSOLIDATED, OWN, PeriodOnRecord
from schemas.layout import Layout, find_layout, load_layout
from schemas.texts import LANGUAGES, load_texts


def check_batch(cases: Sequence[tuple[Case, Known]], notes: Notes) -> None:
    """Check all cells of all sheets of all returns, each by the layout it was issued with; a block is said once."""
    newest = load_layout("return")
    for case, known in cases:
        layout = find_layout(case.template) or newest
        type_cells(case, known, layout, notes)
        check_rows(case, known, layout, notes)
        keep_parts(case, known, notes)
        answer_nil(case, known, notes)
        case.findings += check_parts(case, known, notes)
    check_frames(cases, newest, notes)
    for case, _ in cases:
        case.findings = group_blocks(case.findings)


def load_known(session: Session, on: PeriodOnRecord, units: Collection[int]) -> Known:
    """Gather what the record knows that a period's returns are checked against."""
    directive, period = on.directive, on.period
    tasks = receipts.directive_tasks(session, directive.id or 0)
    crosswalk = find_crosswalk(session, directive)
    steps = find_steps(session, crosswalk)
    return Known(
        directive=directive,
        period=period,
        tree=issuing.get_tree(session, period.cutoff),
        asked=issuing.asked_of(session, directive, period),
        tasks=tasks,
        task_names={key: code for code, key in tasks.items()},
        indicators=receipts.all_indicators(session),
        task_measures=crosswalk.spread(receipts.task_measures(session, directive.id or 0), period.cutoff),
        choices=_choices(session, load_layout("return")),
        values=carry_values(issuing.effective_values(session, before=period.cutoff, unit_ids=units), steps),
        progress=issuing.effective_progress(session, before=period.cutoff, unit_ids=units),
        year_before=carry_parts(receipts.year_before(session, period, units), steps),
        texts={kind: receipts.texts_in_period(session, period.id or 0, kind) for kind in (OWN, CONSOLIDATED)},
        unit_codes={key: code for code, key in receipts.unit_ids(session).items()},
        dimensions={term.code: _names(term) for term in issuing.terms_by_list(session).get(DIMENSION, ())},
        parts=carry_parts(issuing.effective_parts(session, before=period.cutoff, unit_ids=units), steps),
        unbroken=issuing.find_older_forms(session, directive, period),
        newer=crosswalk.newer(period.cutoff),
    )


def _choices(session: Session, layout: Layout) -> dict[str, Choices]:
    """Give every list: of the layout by its labels in both languages, of the plan by its own."""
    found = {
        name: make_choices({code: _labels(f"workbook.list.{name}", code) for code in codes})
        for name, codes in layout.lists.items()
    }
    for name, terms in issuing.terms_by_list(session).items():
        found[name] = make_choices({term.code: _names(term) for term in terms})
    return found


def _names(term: Term) -> list[str]:
    return [label for label in (term.label, term.label_en) if label]


def _labels(prefix: str, code: str) -> list[str]:
    return [load_texts(language).label(prefix, code) for language in LANGUAGES]
