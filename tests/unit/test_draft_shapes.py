"""Directives of many shapes, each with what a person reads in it: text and expectation side by side in tests/data."""

import tomllib
from pathlib import Path

import pytest

from intake.draft import DraftClause, draft_directive
from schemas.folds import fold

SHAPES = Path(__file__).parents[1] / "data" / "directives"
FIELDS = ("path", "kind", "leads", "coordinators", "due")


def _said(clause: DraftClause) -> dict[str, str]:
    """Give a clause's fields in the form the expectations are written in."""
    return {
        "path": clause.path,
        "kind": clause.kind,
        "leads": fold("; ".join(clause.leads)),
        "coordinators": fold("; ".join(clause.coordinators)),
        "due": clause.due.isoformat() if clause.due else "",
    }


@pytest.mark.parametrize("file", sorted(SHAPES.glob("*.toml")), ids=lambda file: file.stem)
def test_a_directive_of_any_shape_gives_what_a_person_reads_in_it(file: Path) -> None:
    """`known_wrong` counts the fields that the rules still get wrong, so that a change for the worse is seen."""
    expected = tomllib.loads(file.read_text("utf-8"))
    left = list(draft_directive(file.with_suffix(".txt").read_text("utf-8")).clauses)
    wrong = []
    for path, begins, kind, leads, coordinators, due in expected["clauses"]:
        clause = next((one for one in left if fold(one.text).startswith(fold(begins))), None)
        wanted = dict(zip(FIELDS, (path, kind, fold(leads), fold(coordinators), due), strict=True))
        if clause is None:
            wrong += [(path, begins, name) for name in FIELDS]
            continue
        left.remove(clause)
        said = _said(clause)
        wrong += [(path, name, said[name], wanted[name]) for name in FIELDS if said[name] != wanted[name]]
    wrong += [(one.path, one.text, "nobody asks this") for one in left]
    assert len(wrong) == expected.get("known_wrong", 0), wrong
