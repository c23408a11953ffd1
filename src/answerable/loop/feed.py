"""Signals from a feed: messages that a machine of the issuer signed, each heard once.

A feed is a file of JSON Lines. Each line says ``v``, ``message`` (its own name), ``register`` (the
origin), ``sent``, ``expires``, ``signature``, and either ``declare`` or ``end``, whose fields are
those of the commands; ``declare`` has no ``source``, as that is this feed.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from pydantic import Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from answerable.loop.loop import Loop
from answerable.model.actor import Actor
from answerable.model.base import Frozen, Moment
from answerable.model.command import Command
from answerable.model.entry import Entry, parse_json
from answerable.model.errors import AnswerableError, Invalid, Refused
from answerable.model.organisation import OpenRegister
from answerable.model.signing import SignatureText, SigningKey, canonical, is_signed
from answerable.stages.share import DeclareSignal, EndSignal

_PREFIX: Final = b"answerable/signal-feed/v1\n"
_AHEAD: Final = timedelta(minutes=5)
"""By how much the clock of the feed may be ahead."""


class Message(Frozen):
    """One message of a feed.

    Attributes:
        message: its name, unlike that of every other; said again, it is heard once.
        register: the origin of the register that it is for.
        expires: after that it is too late to hear it.
    """

    v: Literal[1]
    message: str = Field(pattern=r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?$", max_length=60)
    register_: str = Field(alias="register", max_length=120)
    sent: Moment
    expires: Moment
    declare: dict[str, Any] | None = None
    end: dict[str, Any] | None = None
    signature: SignatureText

    @model_validator(mode="after")
    def _one(self) -> "Message":
        if (self.declare is None) == (self.end is None):
            raise PydanticCustomError("feed.message", "either declares or ends")
        return self

    @property
    def command_id(self) -> str:
        """What makes the register hear it once."""
        return f"feed-{self.message}"

    def command(self) -> Command:
        """Give what it asks for.

        Raises:
            Invalid: ``feed.message``.
        """
        try:
            if self.declare is None:
                return EndSignal.model_validate_json(canonical(self.end))
            said = {**self.declare, "source": "feed"}
            return DeclareSignal.model_validate_json(canonical(said))
        except ValidationError:
            raise Invalid("feed.message") from None


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of one line: entries, nothing new, or a problem.

    Attributes:
        line: from 1.
    """

    line: int
    entries: tuple[Entry, ...] = ()
    problem: AnswerableError | None = None


def signed(said: dict[str, Any], key: SigningKey) -> bytes:
    """Write a message as the machine that sends it does: one line, signed."""
    return canonical({**said, "signature": key.sign(_PREFIX + canonical(said))})


def hear(loop: Loop, actor: Actor, lines: Iterable[bytes], key: str) -> Iterator[Heard]:
    """Act on the messages of a feed, in order; one that is refused stops no other.

    Args:
        loop: the register.
        actor: an officer of the issuer.
        lines: of the feed.
        key: the public key of the machine, as the issuer's own people wrote it down.
    """
    for number, line in enumerate(lines, start=1):
        try:
            yield Heard(number, _hear(loop, actor, line, key))
        except AnswerableError as problem:
            yield Heard(number, problem=problem)


def _hear(loop: Loop, actor: Actor, line: bytes, key: str) -> tuple[Entry, ...]:
    """Act on one message, unless it was heard.

    Raises:
        Invalid: ``feed.message``, ``feed.signature``.
        Refused: ``feed.register``, ``feed.time``; and as `Loop.act`.
    """
    message = _read(line, key)
    if message.command_id in loop.state.commands:
        return ()
    if message.register_ != loop.state.get(OpenRegister, "register").origin:
        raise Refused("feed.register", register=message.register_)
    now = loop.clock.now()
    _check_time(message, now)
    command = message.command()
    if isinstance(
        command, EndSignal
    ):  # what ended on the way is over now: nothing ends in the past
        command = command.with_(ends=max(command.ends, now))
    return loop.act(command, actor, command_id=message.command_id)


def _read(line: bytes, key: str) -> Message:
    try:
        said = parse_json(line)
        message = Message.model_validate_json(canonical(said))
    except (Invalid, ValidationError):
        raise Invalid("feed.message") from None
    del said["signature"]
    if not is_signed(_PREFIX + canonical(said), message.signature, key):
        raise Invalid("feed.signature")
    return message


def _check_time(message: Message, now: datetime) -> None:
    if not message.sent - _AHEAD <= now < message.expires:
        raise Refused("feed.time", message=message.message)
