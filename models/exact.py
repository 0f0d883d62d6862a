"""Exact arithmetic of reported numbers: fractions on the way, decimals of six places in the end. Pure."""

from decimal import Decimal
from fractions import Fraction

from models.types import SCALE


def to_decimal(exact: Fraction) -> Decimal:
    """Give the nearest decimal of six places, a half away from zero."""
    nearest = int(abs(exact) * 10**SCALE + Fraction(1, 2))
    return Decimal(nearest if exact >= 0 else -nearest).scaleb(-SCALE)


def percentage(numerator: Decimal, denominator: Decimal) -> Decimal:
    """Give 100 times the quotient of two reported numbers, to six places, a half away from zero.

    In whole numbers, which are as exact as fractions: a review divides some hundred thousand times.
    """
    top, bottom = (int(one.scaleb(SCALE)) for one in (numerator, denominator))
    nearest = (200 * 10**SCALE * abs(top) + abs(bottom)) // (2 * abs(bottom))
    return Decimal(nearest if (top >= 0) == (bottom > 0) else -nearest).scaleb(-SCALE)


def times(amount: Decimal | None, factor: Fraction) -> Decimal | None:
    """Give a reported number in another measure; nothing stays nothing, and a factor of 1 changes no digit."""
    return amount if amount is None or factor == 1 else to_decimal(Fraction(amount) * factor)
