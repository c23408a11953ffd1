"""Messages that wait for somebody to pass them on: a file each, which its owner alone can read."""

import re
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from answerable.model.errors import Missing
from answerable.store.files import private_directory, sync_directory, write_durable, writing_to

FOLDER: Final = "outbox"
_ENDING: Final = ".txt"
_NAME: Final = re.compile(r"[0-9]{8}T[0-9]{6}Z-[0-9a-f]{8}")
_HEADS: Final = ("To", "Until", "Subject")


@dataclass(frozen=True, slots=True)
class Message:
    """Something that one person is told. Neither the person nor the words show in a log.

    Attributes:
        to: an e-mail address or a telephone number.
        until: when it has lost its use, and goes.
    """

    to: str = field(repr=False)
    subject: str = field(repr=False)
    text: str = field(repr=False)
    until: datetime


class Outbox:
    """A folder of messages."""

    def __init__(self, folder: Path, chance: Callable[[int], str] = secrets.token_hex) -> None:
        self._folder = folder
        self._chance = chance

    def put(self, message: Message, now: datetime) -> str:
        """Keep a message, safe from a loss of power; give its name, which says nothing of anybody.

        Raises:
            Broken: ``store.full`` or ``store.unwritable``.
        """
        self.sweep(now)
        name = f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{self._chance(4)}"
        write_durable(
            private_directory(self._folder) / f"{name}{_ENDING}", _written(message), 0o600
        )
        return name

    def list(self) -> list[tuple[str, Message]]:
        """Give every message with its name, the oldest first."""
        return list(self._all())

    def read(self, name: str) -> Message:
        """Give one message.

        Raises:
            Missing: ``message.unknown``.
        """
        found = self._read(name) if _NAME.fullmatch(name) else None
        if found is None:
            raise Missing("message.unknown", name=name)
        return found

    def remove(self, name: str) -> None:
        """Remove a message.

        Raises:
            Missing: ``message.unknown``.
        """
        self.read(name)
        self._remove(name)

    def forget(self, *people: str, naming: str) -> None:
        """Remove every message to somebody, and those that name something of theirs."""
        for name, message in self._all():
            if message.to in people or naming in message.text:
                self._remove(name)

    def sweep(self, now: datetime) -> None:
        """Remove every message that has lost its use."""
        for name, message in self._all():
            if message.until <= now:
                self._remove(name)

    def _all(self) -> Iterator[tuple[str, Message]]:
        for path in sorted(self._folder.glob(f"*{_ENDING}")):
            found = self._read(path.stem) if _NAME.fullmatch(path.stem) else None
            if found is not None:
                yield path.stem, found

    def _read(self, name: str) -> Message | None:
        try:
            head, _, text = (self._folder / f"{name}{_ENDING}").read_text("utf-8").partition("\n\n")
        except FileNotFoundError:
            return None
        said = dict(line.partition(": ")[::2] for line in head.splitlines())
        until = datetime.fromisoformat(said["Until"])
        return Message(said["To"], said["Subject"], text, until)

    def _remove(self, name: str) -> None:
        with writing_to(name):
            (self._folder / f"{name}{_ENDING}").unlink(missing_ok=True)
            sync_directory(self._folder)


def _written(message: Message) -> bytes:
    heads = (message.to, message.until.isoformat(), message.subject)
    lines = (f"{head}: {_line(said)}" for head, said in zip(_HEADS, heads, strict=True))
    return ("\n".join(lines) + f"\n\n{message.text.strip()}\n").encode()


def _line(words: str) -> str:
    return " ".join(words.split())
