"""What targets may say, whoever is in the pool: of one value, of two together, with flex bounds."""

from collections.abc import Sequence
from numbers import Integral

from answerable.science.sortition.errors import SortitionError
from answerable.science.sortition.targets import Seats, Target, check_targets


def plain(targets: Sequence[Target]) -> list[Seats]:
    """Give the targets of one value as seats; intersections are left out."""
    return [Seats(*t.of[0], t.min, t.max) for t in targets if len(t.of) == 1]


def named(target: Target) -> tuple[str, str]:
    """Name a target by feature and value, with the first of two values before the feature.

    >>> named(Target((("age", "young"), ("sex", "f")), 0, 1))
    ('age: young, sex', 'f')
    """
    *before, (feature, value) = target.of
    return "".join(f"{name}: {given}, " for name, given in before) + feature, value


def check_rules(targets: Sequence[Target], seats: int) -> None:
    """Make sure that targets of either sort say something that can be, whoever is in the pool.

    Raises:
        SortitionError: ``seats.form`` for what is no whole number; ``seats.none``; as
            `check_targets`; ``targets.features`` for one that names no value, or a feature twice;
            ``targets.flex`` for flex bounds inside min and max.
    """
    if not isinstance(seats, Integral):
        raise SortitionError("seats.form")
    if seats < 1:
        raise SortitionError("seats.none")
    for target in targets:
        features = [feature for feature, _ in target.of]
        if not features or len(set(features)) != len(features):
            raise SortitionError("targets.features", target=str(target))
        if not _flex_is_outside(target):
            raise SortitionError("targets.flex", target=str(target))
    _check_crossed([target for target in targets if len(target.of) > 1])
    check_targets(plain(targets), seats)


def _flex_is_outside(target: Target) -> bool:
    least = target.min if target.min_flex is None else target.min_flex
    most = target.max if target.max_flex is None else target.max_flex
    return 0 <= least <= target.min and target.max <= most


def _check_crossed(targets: Sequence[Target]) -> None:
    seen: set[frozenset[tuple[str, str]]] = set()
    for target in targets:
        feature, value = named(target)
        if target.min > target.max or target.min < 0:
            raise SortitionError("targets.order", feature=feature, value=value)
        if frozenset(target.of) in seen:
            raise SortitionError("targets.repeated", feature=feature, value=value)
        seen.add(frozenset(target.of))
