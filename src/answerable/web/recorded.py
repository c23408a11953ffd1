"""Where in the register things were said: by kind, by organisation, by what it was about.

Numbers of entries only, kept up entry by entry: a page of any selection costs the same however
often it is asked for, and reads no more entries than it shows.
"""

from array import array
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from answerable.model.entry import Body, Entry, Unknown
from answerable.model.exchange import ReleasesCounted
from answerable.model.translation import TextTranslated

Numbers = NDArray[np.int64]
Named = tuple[str, str]
"""A noun and a name: what an entry is about."""

_NOUNS: Final = {
    "agreement": "agreement",
    "benefit": "benefit",
    "consultation": "consultation",
    "dataset": "dataset",
    "declaration": "declaration",
    "engagement": "engagement",
    "gateway": "gateway",
    "list": "list",
    "mission": "mission",
    "organisation": "organisation",
    "principle": "principle",
    "proposal": "proposal",
    "recommendation": "recommendation",
    "risk": "risk",
    "service": "service",
    "statement": "statement",
    "vision": "vision",
}
"""Fields that name what an entry is about."""

_PARENTS: Final = {
    "agreement": "proposal",
    "benefit": "proposal",
    "consultation": "proposal",
    "engagement": "proposal",
    "recommendation": "engagement",
    "risk": "proposal",
    "statement": "engagement",
}
"""Whatever is about the one is about the other too."""


class Selection(NamedTuple):
    """Which entries are wanted; what is empty does not matter.

    Attributes:
        subject: the name of what they are about, of whatever sort it is.
        drafts: whether machines' drafts of others in another language count.
    """

    kind: str = ""
    organisation: str = ""
    subject: str = ""
    drafts: bool = True


class Recorded:
    """The numbers of all entries, by what is asked for."""

    def __init__(self) -> None:
        self._kinds: dict[str, array[int]] = {}
        self._organisations: dict[str, array[int]] = {}
        self._subjects: dict[str, array[int]] = {}
        self._drafts = array("I")
        self._about: list[tuple[Named, ...]] = []
        self._parents: dict[Named, Named] = {}

    @property
    def size(self) -> int:
        """How many entries are known."""
        return len(self._about)

    @property
    def kinds(self) -> Mapping[str, int]:
        """How many entries there are of each kind."""
        return {name: len(numbers) for name, numbers in sorted(self._kinds.items())}

    @property
    def organisations(self) -> Mapping[str, int]:
        """How many entries each organisation made."""
        return {name: len(numbers) for name, numbers in sorted(self._organisations.items())}

    def about(self, entry: int) -> tuple[Named, ...]:
        """Give what an entry is about, the nearest first."""
        return self._about[entry]

    def take(self, entry: Entry) -> None:
        """Take in the next entry."""
        said, number = entry.envelope, entry.index
        self._about.append(self._subjects_of(entry.meaning))
        _note(self._kinds, said.kind, number)
        _note(self._organisations, said.org, number)
        for name in {name for _, name in self._about[number]}:
            _note(self._subjects, name, number)
        if is_draft(entry.body):
            self._drafts.append(number)

    def _subjects_of(self, body: Body) -> tuple[Named, ...]:
        if isinstance(body, TextTranslated):
            return self._about[body.of] if body.of < len(self._about) else ()
        direct = tuple(dict.fromkeys(named(body)))
        nouns = dict(direct)
        for noun, name in direct:
            parent = _PARENTS.get(noun, "")
            if parent in nouns:
                self._parents.setdefault((noun, name), (parent, nouns[parent]))
        return tuple(dict.fromkeys(each for one in direct for each in self._line_of(one)))

    def _line_of(self, one: Named) -> Iterator[Named]:
        """Give a thing, and what it belongs to."""
        found: Named | None = one
        while found:
            yield found
            found = self._parents.get(found)

    def find(self, wanted: Selection) -> Numbers:
        """Give the numbers of the entries that are wanted, in order."""
        left = np.ones(self.size, dtype=bool)
        if wanted.kind:
            left &= self._marked(self._kinds.get(wanted.kind))
        if wanted.organisation:
            left &= self._marked(self._organisations.get(wanted.organisation))
        if wanted.subject:
            left &= self._marked(self._subjects.get(wanted.subject))
        if not wanted.drafts:
            left &= ~self._marked(self._drafts)
        return np.flatnonzero(left)

    def _marked(self, numbers: "array[int] | None") -> NDArray[np.bool_]:
        marks = np.zeros(self.size, dtype=bool)
        if numbers:
            marks[np.frombuffer(numbers, dtype=np.uint32)] = True
        return marks


def is_draft(body: Body) -> bool:
    """Tell whether an entry is a translation by a machine that nobody has read."""
    return isinstance(body, TextTranslated) and body.made_by == "machine" and not body.reviewed


def _note(numbers: dict[str, "array[int]"], name: str, number: int) -> None:
    if name not in numbers:
        numbers[name] = array("I")
    numbers[name].append(number)


def named(body: Body) -> Iterator[Named]:
    """Give what a body names by itself: its subjects, its reason, the agreements it counts."""
    if isinstance(body, Unknown):
        yield from _guessed(body.said)
        return
    for field in _fields(type(body)):
        value = getattr(body, field)
        if isinstance(value, str):
            yield _NOUNS[field], value
    for reason in _reasons(body):
        noun, _, name = reason.partition(":")
        if noun in _NOUNS:
            yield noun, name
    if isinstance(body, ReleasesCounted):
        yield from (("agreement", count.agreement) for count in body.counts if count.agreement)


def _guessed(said: Mapping[str, Any]) -> Iterator[Named]:
    for field, noun in _NOUNS.items():
        if isinstance(said.get(field), str):
            yield noun, said[field]


@cache
def _fields(kind: type[Body]) -> tuple[str, ...]:
    return tuple(field for field in kind.model_fields if field in _NOUNS)


def _reasons(body: Body) -> Iterator[str]:
    for holder, field in (
        (body, "because"),
        (getattr(body, "terms", None), "because"),
        (body, "of"),
    ):
        reason = getattr(holder, field, None)
        if isinstance(reason, str):
            yield reason
