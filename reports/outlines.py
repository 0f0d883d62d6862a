"""The kinds of review: which chapters and annexes each has, in the order in which they are read."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from reports.columns import FIVE_YEAR, NINE_MONTH, YEARLY
from reports.content import Block
from reports.pen import Pen
from reports.review_next import next_tasks
from reports.review_notice import notice
from reports.review_opening import context, leadership, opening
from reports.review_results import results
from reports.review_rounds import rounds
from reports.review_summary import summary
from reports.review_words import commendation, directions, lessons, proposals, shortcomings

Chapter = Callable[[Pen], Iterator[Block]]
TWO_ROUNDS, SUMMARY, NOTICE = "two-rounds", "summary", "notice"


@dataclass(frozen=True)
class Outline:
    """What a kind of review holds."""

    chapters: tuple[Chapter, ...]
    annexes: tuple[str, ...] = ()
    contents: bool = False  # a table of contents
    is_sent: bool = True  # else it is read out: no list of recipients
    goes_up: bool = True  # a report to a superior


OUTLINES: Mapping[str, Outline] = {
    FIVE_YEAR: Outline(
        (opening, context, leadership, results, shortcomings, lessons, directions, proposals, commendation),
        ("units", "matrix", "indicators", "breakdowns", "register", "evidence", "rounds", "moved", "method"),
        contents=True,
    ),
    YEARLY: Outline(
        (opening, context, results, shortcomings, next_tasks, proposals, commendation),
        ("matrix", "indicators", "breakdowns", "register", "evidence", "moved", "method"),
    ),
    NINE_MONTH: Outline(
        (opening, results, shortcomings, next_tasks, proposals), ("matrix", "indicators", "register", "moved", "method")
    ),
    TWO_ROUNDS: Outline((rounds,), ("by_round", "moved", "method")),
    SUMMARY: Outline((summary,), is_sent=False, goes_up=False),
    NOTICE: Outline((notice,), goes_up=False),
}
