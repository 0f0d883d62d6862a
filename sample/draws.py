"""Chance with a fixed seed: the same key gives the same draw on any machine and in any order of calls."""

import random
from collections.abc import Sequence
from functools import cache
from typing import TypeVar

SEED = 20160922

T = TypeVar("T")


def stream(*key: object) -> random.Random:
    """Give a generator of its own for a key, such as (unit, indicator, year)."""
    return random.Random(":".join(map(str, (SEED, *key))))


@cache
def share(*key: object) -> float:
    """Give a number from 0 to below 1."""
    return stream(*key).random()


@cache
def normal(sigma: float, *key: object) -> float:
    """Give a normal number around 0."""
    return stream(*key).gauss(0, sigma)


def pick(choices: Sequence[T], *key: object) -> T:
    """Give one of the choices."""
    return choices[int(share("pick", *key) * len(choices))]
