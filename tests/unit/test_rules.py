"""Rules and their sentences hold together: every rule has its text, and every limit it checks is quoted there."""

import string

import polars as pl
import pytest

from intake.check_frames import SCHEMAS
from schemas.rules import FrameSchema, Rule
from schemas.texts import LANGUAGES, load_texts

RULES = [(key, rule) for key, schema in SCHEMAS.items() for rule in schema.rules.values()]
ALWAYS = {"value", "column", "subject"}  # what every finding about a cell can tell


@pytest.mark.parametrize(("key", "rule"), RULES, ids=lambda one: one if isinstance(one, str) else one.name)
def test_every_rule_can_say_what_it_found(key: str, rule: Rule) -> None:
    for language in LANGUAGES:
        text = load_texts(language).entries[f"findings.{rule.check}"]
        wanted = {name for _, name, _, _ in string.Formatter().parse(text) if name}
        assert wanted <= ALWAYS | rule.tells.keys() | rule.says.keys()
        assert rule.says.keys() <= wanted, "a limit is quoted"


@pytest.mark.parametrize(("key", "rule"), RULES, ids=lambda one: one if isinstance(one, str) else one.name)
def test_every_rule_points_at_a_column_of_its_sheet_and_reads_columns_of_its_frame(key: str, rule: Rule) -> None:
    schema = SCHEMAS[key]
    assert set(rule.tells.values()) <= schema.columns.keys()
    assert set(rule.holds.meta.root_names()) <= schema.columns.keys()


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=SCHEMAS.keys())
def test_a_frame_of_blanks_breaks_no_rule_of_its_own_making(schema: FrameSchema) -> None:
    """Null counts as held: what is missing is the business of the rules about what is given."""
    frame = pl.DataFrame({name: [None] for name in schema.columns}, schema=dict(schema.columns))
    assert schema.check(frame) == []


def test_a_frame_that_was_built_wrongly_is_our_fault() -> None:
    with pytest.raises(TypeError):
        SCHEMAS["cover"].check(pl.DataFrame({"receipt": ["x"]}))
