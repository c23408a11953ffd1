"""Panels like one another: other people of the same profiles, from other households.

Under the rule of households people of one profile are in several orbits. Which of these has a seat
makes no difference to any target, only to the room of their households.
"""

from collections import Counter, defaultdict

import numpy as np

from answerable.science.sortition.face import Face
from answerable.science.sortition.instance import Reals, Values, Wholes

_SHARE = 0.6


class Siblings:
    """Makes panels from a panel.

    Attributes:
        places: the orbits that can change places with another of their profile.
        profile: the profile of each of these, a number.
        each: how many to make for each panel that is found otherwise.
    """

    def __init__(self, face: Face) -> None:
        self.face = face
        moving = (face.least < face.most) & ~np.isin(face.instance.kind, face.filled)
        alike = defaultdict[Values, list[int]](list)
        for place in np.flatnonzero(moving).tolist():
            alike[face.instance.orbits[place].values].append(place)
        several = [places for places in alike.values() if len(places) > 1]
        self.places = np.array([place for places in several for place in places], dtype=np.int64)
        self.profile = np.repeat(np.arange(len(several)), [len(places) for places in several])
        profiles = int(np.sum(face.least < face.most)) - len(self.places) + len(several)
        self.each = _SHARE * (len(self.places) - len(several)) / max(1, profiles)

    def of(self, panel: Wholes, wish: Reals) -> Wholes | None:
        """Give the seats of each profile to those of it who have the most of a wish.

        None where the rooms of households are in the way, or a cut is.
        """
        least = self.face.least[self.places]
        seats = Counter(self.profile[panel[self.places] > least].tolist())
        turned = panel.copy()
        turned[self.places] = least
        spare = self.face.spare(turned).tolist()
        order = np.argsort(-wish[self.places], kind="stable")
        kinds = self.face.instance.kind[self.places]
        for place, profile, kind in zip(
            *(each[order].tolist() for each in (self.places, self.profile, kinds)), strict=True
        ):
            if seats[profile] and spare[kind]:
                turned[place] += 1
                seats[profile] -= 1
                spare[kind] -= 1
        return turned if self.face.holds(turned) else None
