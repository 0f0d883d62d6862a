"""The tables of states are total: every state has its line, every move leads to a state."""

from collections.abc import Mapping
from enum import StrEnum

import pytest

from models.errors import StatusError
from models.states import (
    DIGEST_MOVES,
    NOTICE_MOVES,
    RECEIPT_MOVES,
    RETURN_MOVES,
    REVIEW_MOVES,
    DigestState,
    NoticeState,
    ReceiptState,
    ReturnState,
    ReviewState,
    ensure_move,
)

TABLES: list[tuple[type[StrEnum], Mapping[StrEnum, frozenset[StrEnum]], StrEnum]] = [
    (ReturnState, RETURN_MOVES, ReturnState.OWED),
    (ReceiptState, RECEIPT_MOVES, ReceiptState.ARCHIVED),
    (NoticeState, NOTICE_MOVES, NoticeState.DUE),
    (DigestState, DIGEST_MOVES, DigestState.PENDING),
    (ReviewState, REVIEW_MOVES, ReviewState.DRAFT),
]


@pytest.mark.parametrize(("states", "moves", "_first"), TABLES)
def test_every_state_has_its_line_and_no_move_leads_outside(
    states: type[StrEnum], moves: Mapping[StrEnum, frozenset[StrEnum]], _first: StrEnum
) -> None:
    assert set(moves) == set(states)
    assert all(after in states for line in moves.values() for after in line)


@pytest.mark.parametrize(("states", "moves", "first"), TABLES)
def test_every_state_can_be_reached_from_the_first(
    states: type[StrEnum], moves: Mapping[StrEnum, frozenset[StrEnum]], first: StrEnum
) -> None:
    reached, fresh = {first}, {first}
    while fresh:
        fresh = {after for state in fresh for after in moves[state]} - reached
        reached |= fresh
    assert reached == set(states)


def test_a_move_that_the_table_does_not_name_is_refused() -> None:
    assert ensure_move(RETURN_MOVES, ReturnState.OWED, ReturnState.RECEIVED) is ReturnState.RECEIVED
    with pytest.raises(StatusError):
        ensure_move(RETURN_MOVES, ReturnState.OWED, ReturnState.ACCEPTED)
