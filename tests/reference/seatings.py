"""Every way to seat a few people, one after the other: slow, and plainly right."""

from itertools import combinations, product


def all_rounds(people, sizes):
    """Give every round as the table of each person; equal tables are told apart."""
    if not sizes:
        yield {}
        return
    for here in combinations(people, sizes[0]):
        for rest in all_rounds([p for p in people if p not in here], sizes[1:]):
            yield {**rest, **dict.fromkeys(here, len(sizes))}


def pairs_of(seats):
    return {pair for pair in combinations(sorted(seats), 2) if seats[pair[0]] == seats[pair[1]]}


def mix_of(seats, people, sizes):
    """Add up by how much the counts of values are beyond their shares."""
    total = 0
    for value in {pair for person in people for pair in person.items()}:
        have = [value in person.items() for person in people]
        for at, size in enumerate(sizes):
            here = sum(have[p] for p in seats if seats[p] == len(sizes) - at)
            share = sum(have) * size
            least, most = share // len(people), -(-share // len(people))
            total += max(0, least - here, here - most)
    return total


def best(people, sizes, rounds, apart=(), together=()):
    """Give the least mix and then the most meetings; none where nothing keeps people so."""
    kept = []
    for seats in all_rounds(list(range(len(people))), list(sizes)):
        met = pairs_of(seats)
        if met.isdisjoint(apart) and met.issuperset(together):
            kept.append((mix_of(seats, people, sizes), met))
    if not kept:
        return None
    least = min(mix for mix, _ in kept)
    mixed = list({frozenset(met) for mix, met in kept if mix == least})
    return rounds * least, max(len(set().union(*each)) for each in product(mixed, repeat=rounds))
