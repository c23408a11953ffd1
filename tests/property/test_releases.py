"""What a day of releases comes to, compared with lists of all that was counted."""

from datetime import date
from hashlib import sha256
from itertools import accumulate

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from answerable.gateway.releases.daily import Counting, count_day
from answerable.gateway.releases.leaves import Release, outline, read_leaf, release_line

pytestmark = pytest.mark.property

DAY = date(2026, 1, 31)
DAYS = ("2026-01-30", "2026-01-31", "2026-02-01")
LIMITS = {"flood-help": {"codes", "district"}, "rain": {"district"}}
SALT = b"a salt of at least 128 bits.    "
NAMES = ("agreement", "dataset", "pattern", "recipient", "outcome")

# Few of each, so that many fall together, and some decide nine or ten times.
DECIDED = st.lists(st.sampled_from(["codes", "district", "window"]), max_size=3, unique=True)
RELEASES = st.builds(
    Release,
    outcome=st.sampled_from(["allowed", "allowed", "refused"]),
    agreement=st.sampled_from(["flood-help", "flood-help", "rain", None]),
    dataset=st.just("homes"),
    pattern=st.just("lookup"),
    recipient=st.just("fire"),
    by=st.lists(st.sampled_from(["codes", "district", "window"]), max_size=3, unique=True).map(
        tuple
    ),
    emergency=st.booleans(),
)
DONE = st.tuples(
    st.sampled_from(DAYS), RELEASES, st.integers(1, 12), st.none() | st.integers(0, 30)
)


@st.composite
def logs(draw):
    """Lines of a log in order of time, and beside each what it is worth, in plain words."""
    lines, worth = [], []
    for day, said, times, rows in sorted(draw(st.lists(DONE, max_size=8)), key=lambda d: d[0]):
        for _ in range(times):
            lines.append(release_line(outline(said), f"{day}T09:30:00Z".encode(), len(lines), None))
            worth.append((day, [(said, 1, 0, said.by)]))
        if rows is not None:
            numbers = [n for n, line in enumerate(lines) if read_leaf(line)["what"] == "release"]
            ended = [(numbers[-1], rows), (draw(st.sampled_from(numbers)), 3)]
            of = [[number, given, "sent"] for number, given in ended]
            worth.append((day, [(released(lines[n]), 0, given, ()) for n, given in ended]))
            at = f"{day}T10:00:00Z"
            lines.append(rfc8785.dumps({"v": 1, "what": "sent", "at": at, "of": of}))
        if draw(st.booleans()):
            many = draw(st.integers(1, 30))
            at = f"{day}T11:00:00Z"
            lines.append(rfc8785.dumps({"v": 1, "what": "unlisted", "at": at, "of": many}))
            worth.append((day, [(Release("refused"), many, 0, ())]))
    return lines, worth


def released(line):
    """Read a release back from its line."""
    leaf = read_leaf(line)
    fields = ("outcome", "agreement", "dataset", "pattern", "recipient", "emergency")
    return Release(**{name: leaf[name] for name in fields})


def row_of(said):
    if said.outcome == "refused" and said.agreement is None:
        return (None, None, None, None, "refused")
    opened = said.outcome == "allowed" and said.emergency
    outcome = "emergency" if opened else said.outcome
    return (said.agreement, said.dataset, said.pattern, said.recipient, outcome)


def public(number):
    return None if number < 10 else int(number / 10 + 0.5) * 10


def oracle(lines, worth):
    """Make a list of everything that belongs to a row, then count it."""
    rows = {}
    for line, (day, items) in zip(lines, worth, strict=True):
        if day == DAY.isoformat():
            for row in dict.fromkeys(row_of(said) for said, *_ in items):
                mine = [item for item in items if row_of(item[0]) == row]
                rows.setdefault(row, []).append((line, mine))
    return {row: tuple(_comes_to(row, found)) for row, found in rows.items()}


def _comes_to(row, found):
    items = [item for _, mine in found for item in mine]
    yield public(sum(requests for _, requests, _, _ in items))
    yield public(sum(rows for _, _, rows, _ in items))
    names = [name for _, _, _, by in items for name in by]
    yield tuple(n for n in sorted(LIMITS.get(row[0], ())) if names.count(n) >= 10)
    said = dict(zip(NAMES, row, strict=True)) | {"gateway": "gate", "day": DAY.isoformat()}
    start = b"answerable/counted/v1\n" + SALT + rfc8785.dumps(said) + b"\n"
    leaves = (sha256(b"\0" + line).digest() for line, _ in found)
    yield sha256(list(accumulate(leaves, initial=start))[-1]).hexdigest()


@given(logs())
def test_a_day_comes_to_what_was_counted_in_it(log):
    lines, worth = log
    by = Counting(
        "gate", DAY, SALT, lambda n: read_leaf(lines[n]), lambda name: LIMITS.get(name, ())
    )
    found = count_day(lines, by)
    told = {tuple(row.sort): (row.requests, row.rows, row.limits, row.commitment) for row in found}
    assert told == oracle(lines, worth)
    assert len(told) == len(found)
