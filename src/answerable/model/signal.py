"""Public events that a limit may depend on; always with an end."""

from typing import ClassVar, Literal

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from answerable.model.base import Frozen, Moment, Slug
from answerable.model.entry import Body, Entry, Kind
from answerable.model.state import Builder, Record, applies
from answerable.model.text import Text


class SignalFields(Frozen):
    """A signal: what, where, from when until when, on whose word.

    Attributes:
        declaration: the name of this one event; ``signal`` is its kind.
        source: ``feed`` (a machine of the issuer) or ``declared`` (a named post-holder).
    """

    declaration: Slug
    signal: Slug
    area: Slug
    begins: Moment
    ends: Moment
    source: Literal["feed", "declared"]
    post: Text
    reason: Text

    @model_validator(mode="after")
    def _ends(self) -> "SignalFields":
        if self.ends <= self.begins:
            raise PydanticCustomError("signal.endless", "must end after it begins")
        return self


class SignalDeclared(SignalFields, Body):
    """A signal is in force for a time."""

    kind: ClassVar[Kind] = Kind("signal.declared")


class SignalEnded(Body):
    """A signal ended early."""

    kind: ClassVar[Kind] = Kind("signal.ended")

    declaration: Slug
    ends: Moment
    reason: Text


class Signal(SignalFields, Record):
    """A public event that a limit may depend on."""

    noun: ClassVar[str] = "declaration"

    issuer: Slug


@applies(SignalDeclared)
def _declared(state: Builder, entry: Entry, body: SignalDeclared) -> None:
    said = entry.envelope
    state.put(Signal.from_(body, entry=entry.index, at=said.at, issuer=said.org))


@applies(SignalEnded)
def _ended(state: Builder, _entry: Entry, body: SignalEnded) -> None:
    state.put(state.get(Signal, body.declaration).with_(ends=body.ends))
