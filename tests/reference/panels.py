"""Every panel of a small pool, listed; and leximin over them, person by person, without orbits.

Shares nothing with the product: panels are subsets of people, and whether somebody's chance can
still rise is asked of the solver, not read from duals.
"""

from itertools import combinations

import highspy
import numpy as np

SLIGHT = 1e-7


def all_panels(people, bounds, seats, homes=None):
    """List panels: `bounds` maps sets of (feature, value) to least and most."""
    found = []
    for panel in combinations(range(len(people)), seats):
        if homes is not None and len({homes[i] for i in panel}) < seats:
            continue
        counts = (
            (sum(all(people[i].get(f) == v for f, v in pairs) for i in panel), least, most)
            for pairs, (least, most) in bounds.items()
        )
        if all(least <= have <= most for have, least, most in counts):
            found.append(panel)
    return found


def leximin(panels, size):
    """Give everybody's chance in the fairest lottery over these panels."""
    member = np.zeros((size, len(panels)))
    for at, panel in enumerate(panels):
        member[list(panel), at] = 1
    member = np.unique(member, axis=1)
    settled = {}
    while len(settled) < size:
        waiting = [i for i in range(size) if i not in settled]
        least = _solve(member, settled, waiting, None)[-1]
        stuck = list(waiting)
        while stuck:
            rises = _solve(member, settled, waiting, (stuck, least))
            after = [i for i, rise in zip(stuck, rises, strict=True) if rise <= SLIGHT]
            if len(after) == len(stuck):
                break
            stuck = after
        settled |= dict.fromkeys(stuck, least)
    return np.array([settled[i] for i in range(size)])


def _solve(member, settled, waiting, rising):
    """Raise the least chance; or, given who might rise above it, the sum of their rises."""
    model = highspy.Highs()
    model.setOptionValue("output_flag", False)
    model.setOptionValue("threads", 1)
    for option in ("primal_feasibility_tolerance", "dual_feasibility_tolerance"):
        model.setOptionValue(option, 1e-10)
    panels = member.shape[1]
    extra = 1 if rising is None else len(rising[0])
    model.addVars(panels + extra, np.zeros(panels + extra), np.ones(panels + extra))
    for at in range(extra):
        model.changeColCost(panels + at, -1.0)
    everything = np.arange(panels, dtype=np.int32)
    model.addRow(1.0, 1.0, panels, everything, np.ones(panels))
    for person, row in enumerate(member):
        at = np.flatnonzero(row).astype(np.int32)
        ones = np.ones(len(at))
        if person in settled:
            slack = 1e-9
            model.addRow(settled[person] - slack, settled[person] + slack, len(at), at, ones)
        elif rising is None:
            model.addRow(0.0, 1.0, len(at) + 1, np.append(at, panels), np.append(ones, -1.0))
        elif person in rising[0]:
            own = panels + rising[0].index(person)
            columns = np.append(at, own).astype(np.int32)
            model.addRow(rising[1] - 1e-9, 1.0, len(columns), columns, np.append(ones, -1.0))
        else:
            model.addRow(rising[1] - 1e-9, 1.0, len(at), at, ones)
    model.run()
    if model.getModelStatus() != highspy.HighsModelStatus.kOptimal:  # rounding, in few cases
        model.setOptionValue("presolve", "off")
        model.setOptionValue("primal_feasibility_tolerance", 1e-9)
        model.clearSolver()
        model.run()
    assert model.getModelStatus() == highspy.HighsModelStatus.kOptimal, model.getModelStatus()
    return np.array(model.getSolution().col_value)[panels:]
