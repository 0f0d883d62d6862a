"""What a snapshot keeps of a figure: every digit, and none that says nothing."""

from decimal import Decimal

import polars as pl
from hypothesis import example, given
from hypothesis import strategies as st

from reports.frozen import frozen
from schemas.rollup import EXACT

reported = st.none() | st.decimals(min_value=-(10**15), max_value=10**15, places=6)


@given(value=reported)
@example(value=Decimal(0))
@example(value=Decimal(100))
@example(value=Decimal("-0.500000"))
def test_a_decimal_is_frozen_to_the_last_digit_without_idle_zeros(value: Decimal | None) -> None:
    words = dict.fromkeys(("code", "indicator", "unit", "period", "distribution"), "x")
    numbers = pl.DataFrame({name: pl.Series([value], dtype=EXACT) for name in ("value", "numerator", "denominator")})
    ((_, _, _, _, *kept, _, _, _, _),) = frozen(numbers.with_columns(n=1, of=1, partial=False).with_columns(**{
        name: pl.lit(word) for name, word in words.items()
    }))  # fmt: skip
    assert kept == [None if value is None else format(value.normalize(), "f")] * 3
