"""Better one round, the others given: exchanges of two people, the best one at each step.

What an exchange does is known for all pairs of people at once: the cost of company (who would meet
again) and of the mix (how far counts would be beyond their shares). The best exchange is made even
where it makes things worse, and who was moved rests for some steps, so that the search does not go
round in circles (tabu search: Glover 1989; for seatings, Dotú and Van Hentenryck 2005). The weight
of the mix falls while it is as good as was ever seen and rises while it is not, so that the search
goes to and fro across its edge. Whole numbers only: every machine finds the same.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from answerable.science.sortition.instance import Wholes
from answerable.science.sortition.tables.layout import Layout, beyond
from answerable.science.sortition.tables.numbers import Numbers

APART: Final = 1 << 20
"""The cost of two people at one table who must not sit together: above all else."""

_AGAIN: Final = 15
_MOST_AGAIN: Final = 15
_NEVER: Final = 1 << 60
_TIES: Final = 16
_WEIGHTS: Final = (16, 64, 4096)
_EVERY: Final = 4
_REST: Final = (2, 10)


@dataclass(frozen=True, slots=True, order=True)
class Cost:
    """What is left to better, in order of weight.

    Attributes:
        apart: pairs at one table who must not be.
        mix: people beyond the shares, over all tables and values.
        company: what meeting again costs; as good as nothing beside meeting at all.
    """

    apart: int
    mix: int
    company: int


def company(layout: Layout, met: Wholes) -> Wholes:
    """Give what each pair costs at one table, having met so often in other rounds.

    Meeting again costs the more the oftener two have met, but little more: many different meetings
    come first, and then that nobody meets the same person very often.
    """
    again = np.where(met > 0, _AGAIN + np.minimum(met, _MOST_AGAIN), 0)
    return np.asarray(again + APART * layout.apart)


def again(met: Wholes) -> int:
    """Give what all meetings after the first cost; people x people, how often each pair met."""
    more = ((_AGAIN + min(by, _MOST_AGAIN), met > by) for by in range(1, int(met.max(initial=0))))
    return sum(cost * (int(pairs.sum()) // 2) for cost, pairs in more)


class Round:
    """One round, and what every exchange would do.

    Attributes:
        seats: the table of each person.
    """

    def __init__(self, layout: Layout, worth: Wholes, seats: Wholes) -> None:
        self.seats = seats.copy()
        self._layout, self._worth = layout, worth
        at = layout.at(seats)
        self._with = worth @ at  # what each person would cost at each table
        self._counts = at.T @ layout.values
        people = layout.people
        self._company = np.zeros((people, people), dtype=np.int64)
        self._mix = np.zeros_like(self._company)
        self._one, self._both = np.zeros_like(self._company), np.zeros_like(self._company)
        for table in range(len(layout.sizes)):
            self._look(table)

    @property
    def cost(self) -> Cost:
        total = int(self._with[np.arange(len(self.seats)), self.seats].sum()) // 2
        apart, again = divmod(total, APART)
        return Cost(apart, int(self._layout.beyond(self._counts).sum()), again)

    def _look(self, table: int) -> None:
        """Work out what it does to a table to have somebody else in place of each who sits there.

        Row: who goes; column: who comes. Both count as people of the same value: neither goes.
        """
        layout = self._layout
        here = np.flatnonzero(self.seats == table)
        cost = self._with[:, table]
        self._company[here] = cost[None, :] - self._worth[here] - cost[here][:, None]
        counts, least, most = self._counts[table], layout.least[table], layout.most[table]
        less, now, more = (beyond(counts + by, least, most) for by in (-1, 0, 1))
        goes, comes = layout.values[here], layout.values
        stays = (goes * (less + more - 2 * now)) @ comes.T
        self._mix[here] = (goes @ (less - now))[:, None] + (comes @ (more - now))[None, :] - stays

    def swap(self, one: int, other: int) -> None:
        """Let two people at different tables change places."""
        first, second = int(self.seats[one]), int(self.seats[other])
        shift = self._worth[:, other] - self._worth[:, one]
        self._with[:, first] += shift
        self._with[:, second] -= shift
        values = self._layout.values[other] - self._layout.values[one]
        self._counts[first] += values
        self._counts[second] -= values
        self.seats[one], self.seats[other] = second, first
        self._look(first)
        self._look(second)

    def exchange(self, weight: int, ties: Wholes, resting: NDArray[np.bool_]) -> tuple[int, int]:
        """Choose the exchange that costs least; the same person twice where there is none."""
        np.multiply(self._mix, weight, out=self._one)
        self._one += self._company
        costs = np.add(self._one, self._one.T, out=self._both)
        costs *= _TIES
        costs += ties
        costs[self.seats[:, None] == self.seats[None, :]] = _NEVER
        costs[resting] = _NEVER
        costs[:, resting] = _NEVER
        one, other = divmod(int(costs.argmin()), len(self.seats))
        return (one, other) if costs[one, other] < _NEVER else (one, one)


def better(round_: Round, fixed: Wholes, numbers: Numbers, steps: int) -> tuple[Cost, Wholes]:
    """Search from a round; the best seats on the way, and what they cost.

    Args:
        round_: where to begin; it is changed.
        fixed: who does not move.
        numbers: break ties, and say how long people rest.
        steps: how many exchanges.
    """
    people = len(round_.seats)
    best, seats = round_.cost, round_.seats.copy()
    until = np.zeros(people, dtype=np.int64)
    until[fixed] = steps + 1
    noise = numbers.shuffled(people) % (_TIES // 2)
    ties = noise[:, None] + noise[None, :]
    low, weight, high = _WEIGHTS
    for step in range(1, steps + 1):
        one, other = round_.exchange(weight, ties, until >= step)
        if one != other:
            round_.swap(one, other)
            for moved in (one, other):
                until[moved] = step + _rest(people, numbers)
        now = round_.cost
        if now < best:
            best, seats = now, round_.seats.copy()
        if best == Cost(0, 0, 0):
            break
        if step % _EVERY == 0:
            weight = min(weight * 2, high) if now.mix > best.mix else max(weight // 2, low)
    return best, seats


def _rest(people: int, numbers: Numbers) -> int:
    least, most = _REST
    return least + numbers.below(max(least, min(most, people // 6)))
