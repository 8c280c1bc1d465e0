"""Repeatable pseudorandom numbers (splitmix64): the same seed, salt and index give the same number."""

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

_MASK = (1 << 64) - 1


def draw(seed: int, salt: int, index: int) -> int:
    """Mix three numbers into one of 64 bits (splitmix64), fast enough to build rows on demand."""
    z = (seed * 0x9E3779B97F4A7C15 + salt * 0xD1B54A32D192ED03 + index * 0x8CB92BA72F3D8DD7) & _MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
    return z ^ (z >> 31)


def below(limit: int, seed: int, salt: int, index: int) -> int:
    """Return a whole number from 0 up to the limit, exclusive."""
    return draw(seed, salt, index) % limit


def share(seed: int, salt: int, index: int) -> float:
    """Return a fraction between 0 and 1."""
    return draw(seed, salt, index) / (_MASK + 1)


def choose(options: Sequence[T], seed: int, salt: int, index: int) -> T:
    """Return one of the options, all equally likely."""
    return options[draw(seed, salt, index) % len(options)]
