"""Percentages in whole numbers are those of exact fractions."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import example, given
from hypothesis import strategies as st

from models.exact import percentage, to_decimal

reported = st.decimals(min_value=-(10**15), max_value=10**15, places=6)


@given(numerator=reported, denominator=reported.filter(bool))
@example(numerator=Decimal(1), denominator=Decimal(3))
@example(numerator=Decimal("-0.000001"), denominator=Decimal(200))  # half of the last place
def test_a_percentage_is_the_exact_quotient_to_six_places(numerator: Decimal, denominator: Decimal) -> None:
    assert percentage(numerator, denominator) == to_decimal(Fraction(numerator) * 100 / Fraction(denominator))
