"""Tasks that a review text proposes: it tells what is wrong and asks nothing, so each limitation is to be overcome."""

from collections.abc import Iterable

from intake.drafting.catalogue import Shortcoming
from intake.drafting.drafted import DraftClause, Guess

_SECTION = "1"
_CONFIDENCE = 0.3  # a person has to say whether, by whom and by when


def propose_clauses(shortcomings: Iterable[Shortcoming]) -> tuple[DraftClause, ...]:
    """Give one task for each limitation, in its own words; causes are on the sheet of terms only."""
    limits = (one.text for one in shortcomings if one.list == "shortcoming")
    return tuple(_clause(number, text) for number, text in enumerate(limits, 1))


def _clause(number: int, text: str) -> DraftClause:
    return DraftClause(
        path=f"{_SECTION}.{number}",
        text=text,
        kind="continuous",
        leads=(),
        coordinators=(),
        monitors=(),
        due=None,
        time_expression=None,
        evidence=text,
        confidence=_CONFIDENCE,
        section_title="",
        guesses=(Guess("leads", "", _CONFIDENCE), Guess("kind", "", _CONFIDENCE)),
        proposed=True,
    )
