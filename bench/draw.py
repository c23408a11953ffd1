"""The fair draw beside sortition-algorithms: CPU seconds and memory of whole processes.

Pools are invented with the published shapes (see ``pools``). Both read the same files and work out
a whole lottery, each in a process of its own on one processor; the peer is installed into an
environment that is thrown away. Where a case takes longer than the limit the peer is stopped, and
the ratio is at least what is said; so is the median of ratios. Leximin of the peer needs the
licence of its solver that comes with the package, which refuses large pools.
"""

import statistics
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from answerable.science.sortition import instance, leximin, lottery, retarget
from bench.figures import Figure, Say, at_least, at_most, seen
from bench.peers import Took, install, ours, theirs, versions, write
from bench.pools import SHAPES, Shape, pool
from bench.watch import Watch

NAME = "draw"
DESCRIPTION = "The fair draw: an exact lottery, beside sortition-algorithms"

FEW = ("mass", "sf_c")
LIMIT = {False: 60.0, True: 120.0}
RUNS = 3
ALONE, HOUSEHOLDS = "alone", "households"
RULES = (("maximin", "highspy"), ("maximin", "mip-cbc"), ("leximin", "highspy"))
LARGE = Shape("n=20,000", 20_000, 200, 7)
HUGE = (Shape("n=6,000", 6_000, 200, 7), LARGE)
EDITED = Shape("n=400", 400, 40, 7)


@dataclass(slots=True)
class Seen:
    """What was seen of one pool."""

    shape: Shape
    own: Took
    shared: Took | None
    peers: dict[str, Took | None] = field(default_factory=dict)


def run(say: Say) -> list[Figure]:
    """Measure a few pools; some minutes."""
    return _measure(say, [shape for shape in SHAPES if shape.name in FEW], whole=False)


def run_all(say: Say) -> list[Figure]:
    """Measure every pool; an hour and more."""
    return _measure(say, SHAPES, whole=True)


def _measure(say: Say, shapes: Iterable[Shape], *, whole: bool) -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="bench-draw-") as folder:
        say("installing the peer")
        python = install(Path(folder) / "peer")
        say(versions(python))
        found = [_pool(say, python, Path(folder), shape, LIMIT[whole]) for shape in shapes]
    if not whole:
        say("python -m bench draw --all measures every published shape")
    figures = [figure for each in found for figure in _figures(each)]
    figures += [*_summary(found), _large(), _edited()]
    return [*figures, *map(_whole, HUGE)] if whole else figures


def _pool(say: Say, python: Path, folder: Path, shape: Shape, limit: float) -> Seen:
    files = folder / shape.name
    write(shape, files)
    say(f"{shape.name}: ours")
    own = _best(ours(files, shape.seats, ALONE, limit) for _ in range(RUNS))
    shared = _best(ours(files, shape.seats, HOUSEHOLDS, limit) for _ in range(RUNS))
    if own is None:
        raise RuntimeError(shape.name)
    seen = Seen(shape, own, shared)
    for method, solver in RULES:
        say(f"{shape.name}: their {method} with {solver}")
        took = theirs(python, files, shape.seats, ALONE, method, solver, limit)
        seen.peers[f"{method} {solver}"] = took
    return seen


def _best(runs: Iterable[Took | None]) -> Took | None:
    done = [took for took in runs if took and not took.stopped]
    return min(done, key=lambda took: took.cpu) if done else None


def _figures(seen_: Seen) -> Iterator[Figure]:
    name, own = seen_.shape.name, seen_.own
    whole = f"{name}: whole lottery"
    if name == "sf_e":
        yield at_most(whole, own.cpu, "CPU seconds", 8, RUNS)
    else:
        yield seen(whole, own.cpu, "CPU seconds", RUNS)
    if seen_.shared:
        ratio = seen_.shared.cpu / own.cpu
        yield at_most(f"{name}: same household beside without", ratio, "times", 2, RUNS)
    for rule, took in seen_.peers.items():
        if took is None:
            yield seen(f"{name}: their {rule} refused", 0, "", 1)
            continue
        beside = f"{name}: beside their {rule}{', stopped' if took.stopped else ''}"
        faster = at_least if rule.startswith("maximin") else _seen_only
        yield faster(beside, took.cpu / own.cpu, "times faster", 1, 1)
        if not took.stopped:
            yield at_most(f"{name}: memory beside {rule}", own.mebibytes / took.mebibytes, "", 1, 1)
            least = min(own.chances) - min(took.chances)
            yield seen(f"{name}: least chance above {rule}", 100 * least, "points", 1)


def _seen_only(name: str, value: float, unit: str, _: float, runs: int) -> Figure:
    return seen(name, value, unit, runs)


def _summary(found: list[Seen]) -> Iterator[Figure]:
    """The median against their leximin; at least that where some were stopped."""
    ratios = [
        took.cpu / each.own.cpu
        for each in found
        for rule, took in each.peers.items()
        if took and rule.startswith("leximin")
    ]
    if ratios:
        median = statistics.median(ratios)
        yield at_least("median beside their leximin", median, "times faster", 30, len(ratios))


def _large() -> Figure:
    """Everybody's chance in a large pool."""
    people, targets = pool(LARGE)
    times = []
    for _ in range(RUNS):
        watch = Watch()
        with watch.running():
            leximin(instance(people, targets, seats=LARGE.seats))
        times.append(watch.cpu)
    return at_most(f"{LARGE.name}: everybody's chance", min(times), "CPU seconds", 2, RUNS)


def _whole(shape: Shape) -> Figure:
    """The whole lottery of a pool that nobody else's can be compared with."""
    people, targets = pool(shape)
    watch = Watch()
    with watch.running():
        lottery(instance(people, targets, seats=shape.seats))
    return seen(f"{shape.name}: whole lottery", watch.cpu, "CPU seconds", 1)


def _edited() -> Figure:
    """New chances after one target changed; the slowest of all the targets."""
    people, targets = pool(EDITED)
    made = instance(people, targets, seats=EDITED.seats)
    times = []
    for place, target in enumerate(targets):
        wider = type(target)(target.feature, target.value, max(0, target.min - 1), target.max + 1)
        edited = [*targets[:place], wider, *targets[place + 1 :]]
        watch = Watch()
        with watch.running():
            leximin(retarget(made, edited))
        times.append(watch.wall)
    name = f"{EDITED.name}: one target changed, the slowest"
    return at_most(name, max(times), "seconds", 0.3, len(times))
