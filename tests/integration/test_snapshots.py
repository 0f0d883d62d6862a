"""Snapshots freeze the levels of ordinal measures; what was frozen before they did is verified as it was frozen."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import factories as make
import polars as pl
from alembic import command
from alembic.config import Config
from histories import FIRST, History
from sqlalchemy import Engine, text
from sqlmodel import Session

from models.directive import Directive
from models.queries.effective import make_effective
from models.queries.moved import Moved, list_moved
from models.queries.snapshots import is_unmoved, write_snapshot
from models.review import TOTALS_ONLY, Review, Snapshot
from models.states import ReturnState
from models.store import MIGRATIONS, migrate, open_engine, writing
from reports.frozen import frozen
from schemas.rollup import FIGURES, ensure_figures

AS_AT = datetime(2023, 1, 1, tzinfo=UTC)
BEFORE = "0006"  # the last tables that knew neither levels nor parts
# of COUNT and GRADE, as they were hashed then
OLD_HASH = "4e7e9a65c0a3ec29fdbcb16b3c40ddbe3f4900d493669e078b5d367afb8b180e"
COUNT = {"indicator": "I01", "value": Decimal("10.500000"), "n": 2, "partial": True}
GRADE = {"indicator": "I05", "kind": "ordinal", "distribution": '{"1": 1, "2": 2}'}
OTHER_GRADE = GRADE | {"distribution": '{"1": 2, "2": 1}'}
PART = {"indicator": "I01[BAO]", "value": Decimal(4)}


def frame(*rows: dict[str, Any]) -> pl.DataFrame:
    usual = {"directive": FIRST, "unit": "K00", "period": "2022", "kind": "flow", "n": 3, "of": 3, "inputs": 3}
    usual |= {"partial": False, "reading": "as-was"}
    full = [dict.fromkeys(FIGURES) | usual | row for row in rows]
    named = [row | {"code": f"{FIRST}:{row['indicator']}:K00:2022"} for row in full]
    return ensure_figures(pl.DataFrame(named, schema=dict(FIGURES)))


def freeze(session: Session, *rows: dict[str, Any], form: int | None = None) -> Snapshot:
    directive = session.get_one(Directive, 1)
    made = write_snapshot(session, directive=directive, as_at=AS_AT, reading="as-was", figures=frozen(frame(*rows)))
    made.form = form or made.form
    return made


def moved(session: Session, *snapshots: Snapshot) -> Moved:
    before, after = (
        Review(code="R", revision=at, directive_id=1, period_from="2022-N", period_to="2022-N", kind="yearly",
               snapshot_id=one.id or 0, drafted_at=AS_AT)
        for at, one in enumerate(snapshots)
    )  # fmt: skip
    return list_moved(session, before, after, ("R_r1", "R_r2"))


def test_what_was_frozen_before_levels_and_parts_were_keeps_its_hash(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'old.sqlite'}")
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, BEFORE)
    with writing(engine) as session:
        make.make_directive(session, symbol=FIRST)
        values = {"as_at": AS_AT.strftime("%Y-%m-%d %H:%M:%S.%f"), "sha256": OLD_HASH}
        insert = "INSERT INTO snapshot (directive_id, as_at, reading, sha256) VALUES (1, :as_at, 'as-was', :sha256)"
        session.execute(text(insert), values)
    migrate(engine)
    with Session(engine) as session:
        old, directive = session.get_one(Snapshot, 1), session.get_one(Directive, 1)
        assert old.form == TOTALS_ONLY
        assert is_unmoved(session, old, directive, frozen(frame(COUNT, PART, GRADE)))
        assert not is_unmoved(session, old, directive, frozen(frame(COUNT | {"n": 3}, PART, GRADE)))


def test_levels_are_frozen_and_one_that_changed_has_moved(any_engine: Engine) -> None:
    with writing(any_engine) as session:
        directive = make.make_directive(session, symbol=FIRST)
        levels = freeze(session, COUNT, GRADE)
        assert is_unmoved(session, levels, directive, frozen(frame(GRADE, COUNT)))
        as_many = frozen(frame(COUNT, OTHER_GRADE))
        assert not is_unmoved(session, levels, directive, as_many)
        (one,) = moved(session, levels, freeze(session, COUNT, OTHER_GRADE)).figures
        told = [side.distribution if side else None for side in (one.before, one.after)]
        assert (one.indicator, told) == ("I05", [{"1": 1, "2": 2}, {"1": 2, "2": 1}])


def test_what_only_one_of_two_snapshots_froze_has_not_moved(engine: Engine) -> None:
    with writing(engine) as session:
        make.make_directive(session, symbol=FIRST)
        old, new = freeze(session, COUNT, GRADE, form=TOTALS_ONLY), freeze(session, COUNT, PART, OTHER_GRADE)
        assert moved(session, old, new).figures == moved(session, new, old).figures == ()


def test_a_line_of_a_breakdown_moves_by_the_returns_that_say_so(engine: Engine, tmp_path: Path) -> None:
    with writing(engine) as session:
        history = History(session, tmp_path)
        directive = history.directive(FIRST)
        history.unit("K00")
        history.period("2022-N")
        history.indicator("I01", dimensions="BAO;TRANG")
        history.lead("K00")
        owed = history.owe("K00", "2022-N", state=ReturnState.ACCEPTED)
        kept = []
        for at, (press, web) in enumerate([(3, 4), (2, 5)]):
            receipt = make.make_receipt(session, owed, revision=at + 1, received_at=AS_AT + timedelta(days=2 * at))
            for part, value in (("", 7), ("BAO", press), ("TRANG", web)):
                make.make_value(session, receipt, history.indicators["I01"], value, dimension=part)
            make_effective(session, [(owed.id or 0, receipt.id or 0, receipt.received_at)])
            as_at = receipt.received_at + timedelta(days=1)
            figures = frozen(history.figures(as_at=as_at, by_dimension=True))
            kept.append(write_snapshot(session, directive=directive, as_at=as_at, reading="as-was", figures=figures))
        told = moved(session, *kept)
        assert {one.indicator for one in told.figures} == {"I01[BAO]", "I01[TRANG]"}
        assert {one.causes for one in told.figures} == {told.returns}
