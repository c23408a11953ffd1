"""Small tables: how many pairs meet, beside a bound that nothing can pass, and what it takes.

Panels are invented (see ``pools``). Tables wanted are of seven; they are mixed in every feature.
Beside it stands a deal at random over the same tables, which is what happens without a method.
The one peer that we know, groupselect, is not in the package index.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from answerable.science.sortition.tables import Reached, Seating, reached, seating, table_sizes
from bench.figures import Figure, Say, at_least, at_most, seen
from bench.pools import Person, Shape, pool, stream
from bench.watch import Watch

NAME = "tables"
DESCRIPTION = "Small tables: pairs who meet, beside a bound"

SIZES = (30, 50, 100, 160)
ROUNDS = 3
FEATURES = 5
RUNS = 3
SEED = b"tables".ljust(32, b"\0")
LONG = Shape("panel-200", 200, 1, 7)


@dataclass(frozen=True, slots=True)
class Case:
    """A panel, and how it is seated."""

    people: list[Person]
    sizes: tuple[int, ...]
    rounds: int

    @property
    def features(self) -> list[str]:
        return list(self.people[0])


def run(say: Say) -> list[Figure]:
    """Measure panels of several sizes, two perfect designs, and the largest that is taken."""
    figures: list[Figure] = []
    for count in SIZES:
        say(f"{count} people")
        people, _ = pool(Shape(f"panel-{count}", count, 1, FEATURES))
        figures += _panel(f"{count} people", Case(people, table_sizes(count), ROUNDS), RUNS)
    for order in (4, 7):
        name = f"{order**2} people, tables of {order}, {order + 1} rounds, no features"
        figures += _design(name, Case([{}] * order**2, (order,) * order, order + 1))
    say("200 people, ten rounds")
    people, _ = pool(LONG)
    figures += _panel("200 people, 7 features, 10 rounds", Case(people, table_sizes(200), 10), 1)
    return figures


def _seated(case: Case, runs: int) -> tuple[Reached, float]:
    """Seat a panel some times; what came of it, and the least CPU seconds."""
    times = []
    numbers = [f"p{at}" for at in range(len(case.people))]
    for _ in range(runs):
        watch = Watch()
        with watch.running():
            found = seating(
                case.people,
                case.features,
                sizes=case.sizes,
                rounds=case.rounds,
                numbers=numbers,
                seed=SEED,
            )
        times.append(watch.cpu)
    return reached(found, case.people, case.features), min(times)


def _panel(name: str, case: Case, runs: int) -> Iterator[Figure]:
    came, took = _seated(case, runs)
    dealt = reached(_dealt(case), case.people, case.features)
    tables = f"{len(case.sizes)} tables"
    yield at_most(f"{name}, {tables}: people beyond a table's share", came.beyond, "people", 0, 1)
    yield seen(f"{name}: the same, dealt at random", dealt.beyond, "people", 1)
    share = 100 * came.meetings / came.possible
    yield at_least(f"{name}: pairs met, of the bound", share, "%", 90, 1)
    yield seen(f"{name}: pairs met", came.meetings, f"of {came.possible:,}", 1)
    yield seen(f"{name}: the same, dealt at random", dealt.meetings, "pairs", 1)
    yield seen(f"{name}: the most often met", came.most_often, "times", 1)
    yield at_most(f"{name}: time", took, "CPU seconds", 30, runs)


def _design(name: str, case: Case) -> Iterator[Figure]:
    came, took = _seated(case, RUNS)
    yield at_least(f"{name}: pairs met once", came.meetings, "pairs", came.pairs, 1)
    yield seen(f"{name}: time", took, "CPU seconds", RUNS)


def _dealt(case: Case) -> Seating:
    """Deal people to the same tables at random."""
    numbers = stream(f"dealt-{len(case.people)}")
    places = [table for table, size in enumerate(case.sizes) for _ in range(size)]
    rounds = []
    for _ in range(case.rounds):
        keys = [next(numbers) for _ in places]
        order = sorted(range(len(places)), key=keys.__getitem__)
        rounds.append(tuple(places[order.index(person)] for person in range(len(places))))
    return Seating(case.sizes, tuple(rounds))
