"""The pool is made of canaries, looks like a real pool, and holds many panels."""

import csv
import io
import re
from collections import Counter, defaultdict
from hashlib import sha256

import highspy
import pytest

from answerable.launch.demo.volunteers import POOL, targets, volunteers, write_csv

SEATS = 30
CSV = "3a21738bd686deab2793ce2341d37f38415af6fe3b811b8e6ccbf188a6f128eb"


def written():
    stream = io.StringIO()
    write_csv(volunteers(), stream)
    return stream.getvalue()


def find_panel(pool):
    """A panel of 30 that meets every target, or None; alike volunteers are counted together."""
    alike = defaultdict(list)
    for one in pool:
        alike[tuple(one.profile.items())].append(one)
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    taken = {kind: solver.addIntegral(lb=0, ub=len(them)) for kind, them in alike.items()}
    solver.addConstr(solver.qsum(taken.values()) == SEATS)
    for target in targets():
        value = (target.feature, target.value)
        having = [variable for kind, variable in taken.items() if value in kind]
        if having:
            solver.addConstr(solver.qsum(having) >= target.least)
            solver.addConstr(solver.qsum(having) <= target.most)
        elif target.least:
            return None
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    return [
        one
        for kind, variable in taken.items()
        for one in alike[kind][: round(solver.val(variable))]
    ]


def test_the_same_pool_on_every_machine():
    assert sha256(written().encode()).hexdigest() == CSV


@pytest.mark.parametrize("feature", sorted({target.feature for target in targets()}))
def test_thirty_seats_fit_each_feature(feature):
    rows = [target for target in targets() if target.feature == feature]
    assert sum(row.least for row in rows) <= SEATS <= sum(row.most for row in rows)


def test_every_volunteer_is_a_canary():
    pool = volunteers()
    assert len(pool) == POOL
    for part in ("id", "name", "email"):
        assert len({getattr(one, part) for one in pool}) == POOL
    assert len({one.name.split()[-1] for one in pool}) == POOL
    assert pool[0].name == "Synthetic Volunteer 0001 Quillfeather-Zaq"
    assert all(one.email.endswith("@people.example") for one in pool)


def test_telephone_numbers_are_kept_for_drama():
    drama = r"07700 900\d{3}|01632 960\d{3}|01[34]1 496 0\d{3}|03069 990\d{3}"
    assert all(re.fullmatch(drama, one.phone) for one in volunteers())


def test_profiles_use_the_values_of_the_targets():
    allowed = {(target.feature, target.value) for target in targets()}
    features = {feature for feature, _ in allowed}
    for one in volunteers():
        assert set(one.profile) == features
        assert set(one.profile.items()) <= allowed


def test_the_pool_is_older_and_less_deprived():
    fifths = Counter(one.profile["deprivation"] for one in volunteers())
    assert fifths["Least deprived fifth"] > 2 * fifths["Most deprived fifth"]
    ages = Counter(one.profile["age_band"] for one in volunteers())
    assert ages["65-74"] > 2 * ages["16-24"]


def test_ten_panels_with_nobody_in_common():
    pool = list(volunteers())
    for _ in range(10):
        panel = find_panel(pool)
        assert panel is not None
        assert len(panel) == SEATS
        pool = [one for one in pool if one not in panel]


def test_the_file_reads_back():
    rows = list(csv.DictReader(io.StringIO(written())))
    assert len(rows) == POOL
    for row, one in zip(rows, volunteers(), strict=True):
        contacts = {"id": one.id, "name": one.name, "email": one.email, "phone": one.phone}
        assert row == contacts | one.profile
