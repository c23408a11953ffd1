"""Seat a panel at small tables over some rounds: mixed tables first, then many meetings.

The goals, in this order:

1. who must not sit together does not, and who must does, in every round;
2. every table is as mixed as the panel: of the people with a value it has its share, rounded down
   or up (the share being its part of all seats);
3. over the rounds as many different pairs as possible meet, and then nobody meets the same person
   very often.

The search is a local one, and the best it finds need not be the best there is: `reached` says how
far it is from a bound that nothing can pass. It is repeated exactly by whoever has the people,
their numbers and the seed, in whatever order the people are listed.

The rule: people are put in the order of ``H("seating", number)`` (see ``lot``). Rounds begin along
the lines of a grid, where table sizes differ by one at most, and then anew at random; each round is
bettered in turn, the others given, until some turns in a row gain nothing. There are as many new
beginnings as make up a number of exchanges, and the best result is kept.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from answerable.science.sortition.errors import SortitionError
from answerable.science.sortition.instance import Wholes
from answerable.science.sortition.lot import Lot
from answerable.science.sortition.tables.bounds import meetings, most_meetings
from answerable.science.sortition.tables.layout import MOST_ROUNDS, Groups, Layout, layout
from answerable.science.sortition.tables.numbers import Numbers
from answerable.science.sortition.tables.search import Cost, Round, again, better, company
from answerable.science.sortition.tables.starts import along_lines, at_random, joined, move
from answerable.science.sortition.targets import Profile

_TURNS: Final = 40
_PATIENCE: Final = 6
_MOVED: Final = 3
_STEPS: Final = 50
_ENOUGH: Final = (800, 40_000)
_MOST_STARTS: Final = 12


@dataclass(frozen=True, slots=True)
class Seating:
    """Who sits where.

    Attributes:
        sizes: the seats of each table.
        rounds: for each round, the table of each person, from zero, in the order of the people.
    """

    sizes: tuple[int, ...]
    rounds: tuple[tuple[int, ...], ...]


def seating(  # noqa: PLR0913 - each is named, and says a thing of its own
    people: Sequence[Profile],
    features: Sequence[str],
    *,
    sizes: Sequence[int],
    rounds: int,
    numbers: Sequence[str],
    seed: bytes,
    apart: Groups = (),
    together: Groups = (),
) -> Seating:
    """Seat people at tables.

    Args:
        people: a value for each feature; where there is none, that counts as a value too.
        features: what tables are to be mixed in.
        sizes: the seats of each table, see `table_sizes`.
        rounds: 1 to 10.
        numbers: an opaque number for each person, as in a draw.
        seed: 32 bytes; those of the draw will do.
        apart: groups of whom no two sit together, by place.
        together: groups who sit together, by place.

    Raises:
        SortitionError: ``tables.rounds``; ``members.numbers``; ``seed.length``; as `layout`;
            ``tables.full`` and ``tables.kept`` where no seating was found that keeps people
            together, or apart.
    """
    if not 1 <= rounds <= MOST_ROUNDS:
        raise SortitionError("tables.rounds", most=MOST_ROUNDS)
    if len(numbers) != len(people) or len(set(numbers)) != len(numbers):
        raise SortitionError("members.numbers", people=len(people))
    lot = Lot(seed)
    order = lot.ordered(range(len(people)), numbers.__getitem__, "seating")
    plan = layout(people, features, sizes, apart, together).ordered(order)
    found = _best(plan, rounds, Numbers(lot))
    if _cost(plan, found).apart:
        raise SortitionError("tables.kept")
    back = np.argsort(np.array(order, dtype=np.int64))
    return Seating(tuple(sizes), tuple(tuple(seats[back].tolist()) for seats in found))


def _best(plan: Layout, rounds: int, numbers: Numbers) -> list[Wholes]:
    """Search from one start after the other until enough was done, and keep the best."""
    best: list[Wholes] = []
    done = 0
    for start in _starts(plan, rounds, numbers):
        seats = [joined(plan, each) for each in start]
        turns, found = _search(plan, seats, numbers)
        if not best or _cost(plan, found) < _cost(plan, best):
            best = found
        done += turns * rounds * (_STEPS + plan.people) * (1 + min(len(plan.together), _MOVED))
        if done >= min(_ENOUGH[0] * plan.people, _ENOUGH[1]) or _is_best(plan, best):
            break
    return best


def _starts(plan: Layout, rounds: int, numbers: Numbers) -> Iterator[list[Wholes]]:
    if plan.sizes.max() - plan.sizes.min() <= 1:
        yield along_lines(plan, rounds)
    for _ in range(_MOST_STARTS):
        yield at_random(plan, rounds, numbers)


def _search(plan: Layout, rounds: Sequence[Wholes], numbers: Numbers) -> tuple[int, list[Wholes]]:
    """Better each round in turn until some turns gain nothing; the turns, and the rounds."""
    fixed = np.array([place for group in plan.together for place in group], dtype=np.int64)
    rounds = list(rounds)
    cost, idle = _cost(plan, rounds), 0
    for turn in range(_TURNS):
        if idle >= _PATIENCE or _is_best(plan, rounds):
            return turn, rounds
        for place in range(len(rounds)):
            rounds[place] = _bettered(plan, rounds, place, fixed, numbers)
        before, cost = cost, _cost(plan, rounds)
        idle = 0 if cost < before else idle + 1
    return _TURNS, rounds


def _bettered(
    plan: Layout, rounds: Sequence[Wholes], turn: int, fixed: Wholes, numbers: Numbers
) -> Wholes:
    """Better one round, the others given; also from where a group sits at another table."""
    worth = company(plan, meetings([*rounds[:turn], *rounds[turn + 1 :]], plan.people))
    best, cost = rounds[turn], Round(plan, worth, rounds[turn]).cost
    moved = min(len(plan.together), _MOVED)
    for seats in [best, *(_elsewhere(plan, best, fixed, numbers) for _ in range(moved))]:
        start = Round(plan, worth, seats)
        found, new = better(start, fixed, numbers, _STEPS + plan.people)
        if found <= cost:
            best, cost = new, found
    return best


def _elsewhere(plan: Layout, seats: Wholes, fixed: Wholes, numbers: Numbers) -> Wholes:
    """Put a group at another table, in exchange for people there, or for a group as large."""
    group = plan.together[numbers.below(len(plan.together))]
    table = numbers.below(len(plan.sizes))
    order = numbers.shuffled(plan.people)
    there = [[p for p in order.tolist() if seats[p] == table and p not in set(fixed.tolist())]]
    there += [list(g) for g in plan.together if seats[g[0]] == table and len(g) == len(group)]
    others = there[numbers.below(len(there))]
    if seats[group[0]] == table or len(others) < len(group):
        return seats
    seats = seats.copy()
    move(seats, group, table, np.array(others))
    return seats


def _cost(plan: Layout, rounds: Sequence[Wholes]) -> Cost:
    """Say what a whole seating costs."""
    met = meetings(rounds, plan.people)
    mix = sum(int(plan.beyond(plan.counts(seats)).sum()) for seats in rounds)
    return Cost(int((met * plan.apart).sum()) // 2, mix, again(met))


def _is_best(plan: Layout, rounds: Sequence[Wholes]) -> bool:
    """Say whether nothing can be bettered: the mix is whole, and meetings are at their bound."""
    cost, met = _cost(plan, rounds), meetings(rounds, plan.people)
    most = most_meetings(plan, len(rounds), mixed=True)
    return not (cost.apart or cost.mix) and int((met > 0).sum()) // 2 >= most
