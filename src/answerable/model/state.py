"""What all entries so far add up to."""

from collections import ChainMap
from collections.abc import Callable, Iterable, Iterator, MutableMapping
from datetime import datetime
from typing import Any, ClassVar, TypeVar, cast

from answerable.model.base import Frozen, Moment
from answerable.model.entry import Body, Entry, Unknown
from answerable.model.errors import Missing, Refused


class Record(Frozen):
    """One subject, as far as the entries tell it.

    Attributes:
        entry: index of the entry that first named it.
        at: when that entry was recorded.
    """

    noun: ClassVar[str]

    entry: int
    at: Moment

    @property
    def key(self) -> str:
        """The name it is found by: by habit the field called as its noun."""
        return cast(str, getattr(self, self.noun))


R = TypeVar("R", bound=Record)
Table = MutableMapping[str, Any]
Belonging = MutableMapping[tuple[type[Record], str], tuple[str, ...]]


class State:
    """A view that can be asked, never told."""

    def __init__(self, below: "State | None" = None) -> None:
        self._below = below
        self._tables: dict[type[Record], Table] = {}
        self._commands: MutableMapping[str, int] = ChainMap({}, below.commands) if below else {}
        self._belonging: Belonging = ChainMap({}, below.belonging) if below else {}
        self.size: int = below.size if below else 0
        self.last_at: datetime | None = below.last_at if below else None
        self.last_command: str | None = below.last_command if below else None
        self.last_said: tuple[object, ...] = below.last_said if below else ()
        self.unknown: list[int] = list(below.unknown) if below else []

    @property
    def commands(self) -> MutableMapping[str, int]:
        """The index of the first entry of every command carried out, by command id."""
        return self._commands

    @property
    def belonging(self) -> Belonging:
        """The keys of the records of a kind that belong to a proposal, in the order they came."""
        return self._belonging

    def table(self, kind: type[Record]) -> Table:
        """Give the records of a kind by key; over those of the state below, if there is one."""
        found = self._tables.get(kind)
        if found is None:
            found = ChainMap({}, cast("Any", self._below.table(kind))) if self._below else {}
            self._tables[kind] = found
        return found

    def find(self, kind: type[R], key: str | None) -> R | None:
        """Give the record of that key, or nothing."""
        return cast("R | None", self.table(kind).get(key)) if key else None

    def get(self, kind: type[R], key: str) -> R:
        """Give the record of that key.

        Raises:
            Missing: ``<noun>.unknown`` with the name asked for.
        """
        found = self.find(kind, key)
        if found is None:
            raise Missing(f"{kind.noun}.unknown", name=key)
        return found

    def free(self, kind: type[Record], key: str) -> None:
        """Make sure that no record of that kind has that key.

        Raises:
            Refused: ``<noun>.taken`` with the name.
        """
        if key in self.table(kind):
            raise Refused(f"{kind.noun}.taken", name=key)

    def each(self, kind: type[R]) -> Iterator[R]:
        """Give every record of a kind, in the order in which they came."""
        return iter(sorted(self.table(kind).values(), key=lambda record: record.entry))

    def of(self, kind: type[R], proposal: str) -> tuple[R, ...]:
        """Give the records of a kind that belong to a proposal, in the order in which they came.

        It costs what it gives, however much else there is.
        """
        table = self.table(kind)
        return tuple(table[key] for key in self._belonging.get((kind, proposal), ()))

    def fork(self) -> "Builder":
        """Give a copy to try entries on; this one never hears of them. Constant cost."""
        return Builder(self)


class Builder(State):
    """A state that entries are applied to."""

    def put(self, record: Record) -> None:
        """Remember a record, in place of the one of the same key."""
        kind, key, table = type(record), record.key, self.table(type(record))
        proposal = getattr(record, "proposal", None)
        if proposal is not None and key not in table:
            self._belonging[kind, proposal] = (*self._belonging.get((kind, proposal), ()), key)
        table[key] = record

    def apply(self, entry: Entry) -> None:
        """Take in the next entry. Nothing is checked here: see `answerable.audit.admission`."""
        said = entry.envelope
        if said.command_id != self.last_command:
            self._commands[said.command_id] = entry.index
        self.size, self.last_at, self.last_command = entry.index + 1, said.at, said.command_id
        self.last_said = (said.org, said.role, said.actor_ref, said.at)
        body = entry.meaning
        if isinstance(body, Unknown):
            self.unknown.append(entry.index)
            return
        APPLIERS[type(body)](self, entry, body)


Applier = Callable[[Builder, Entry, Any], None]
APPLIERS: dict[type[Body], Applier] = {}


def applies(body: type[Body]) -> Callable[[Applier], Applier]:
    """Declare how the newest version of a kind changes the state."""

    def declare(applier: Applier) -> Applier:
        APPLIERS[body] = applier
        return applier

    return declare


def remembers(body: type[Body], record: type[Record]) -> None:
    """Declare that a kind simply adds a record with the same fields."""

    @applies(body)
    def _(state: Builder, entry: Entry, said: Body) -> None:
        state.put(record.from_(said, entry=entry.index, at=entry.envelope.at))


def fold(entries: Iterable[Entry]) -> State:
    """Add entries up; linear in their number."""
    state = Builder()
    for entry in entries:
        state.apply(entry)
    return state
