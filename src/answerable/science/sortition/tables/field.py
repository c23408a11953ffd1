"""Adding and multiplying a few numbers so that two lines cross once.

For a prime this is the remainder; for a power of a prime it is the finite field of that size (its
elements are the digits of a polynomial, found by trying which one generates them all). Any other
number has no field: remainders are used, and two lines may cross more than once.
"""

from itertools import count

import numpy as np

from answerable.science.sortition.instance import Wholes


def arithmetic(size: int) -> tuple[Wholes, Wholes]:
    """Give the tables of sums and products of the numbers below a size.

    >>> sums, products = arithmetic(4)
    >>> products[2].tolist()
    [0, 2, 3, 1]
    """
    prime, power = _prime_power(size)
    if power == 1:
        numbers = np.arange(size, dtype=np.int64)
        return np.add.outer(numbers, numbers) % size, np.multiply.outer(numbers, numbers) % size
    sums = np.array([[_sum(a, b, prime) for b in range(size)] for a in range(size)])
    products = np.zeros((size, size), dtype=np.int64)
    powers = _powers(prime, size)
    places = {element: place for place, element in enumerate(powers)}
    for a, i in places.items():
        for b, j in places.items():
            products[a, b] = powers[(i + j) % (size - 1)]
    return sums, products


def _prime_power(size: int) -> tuple[int, int]:
    """Write a size as a power of a prime; as the first power of itself where it is none."""
    prime = next((p for p in range(2, size + 1) if size % p == 0), size)
    for power in count(1):
        if prime**power >= size:
            return (prime, power) if prime**power == size else (size, 1)
    raise AssertionError


def _sum(a: int, b: int, prime: int, times: int = 1) -> int:
    """Add a number some times to another, digit by digit, without carrying."""
    total, unit = 0, 1
    while a or b:
        total += (a + times * b) % prime * unit
        a, b, unit = a // prime, b // prime, unit * prime
    return total


def _powers(prime: int, size: int) -> list[int]:
    """Give every element but nought as a power of one of them."""
    top = size // prime
    for rest in range(1, size):
        powers = [1]
        while len(powers) < size:
            high, low = divmod(powers[-1], top)
            after = _sum(low * prime, rest, prime, high)
            if after in (0, 1):
                break
            powers.append(after)
        if len(powers) == size - 1 and len(set(powers)) == size - 1:
            return powers
    raise AssertionError(size)
