"""What a gateway keeps of the register: its own copy, and the proof of a fork.

    public/              what was accepted, as public files: a mirror that anyone may follow
    fork.json            two signed notes that cannot both be true
    checkpoint.damaged   the checkpoint of a copy that the disk spoilt

Only a person removes the last two.
"""

from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from answerable.evidence.seal import CHECKPOINT
from answerable.evidence.source import DirectorySource, Source
from answerable.gateway.mirror.believed import Believed
from answerable.gateway.mirror.said import Alarm
from answerable.model.errors import Broken
from answerable.science.tlog import ENTRIES, TILE_WIDTH, Tile, TlogError, unpack_bundle
from answerable.store.files import private_directory, sync_directory, write_durable, writing_to
from answerable.store.public import PublicFiles

_DIFFERENT = "public.different"


class Keep:
    """The private directory of one mirror."""

    def __init__(self, directory: Path) -> None:
        """Make the directory, if it is not there.

        Raises:
            Broken: ``store.full`` or ``store.unwritable``.
        """
        self._directory = private_directory(directory)
        self._public = directory / "public"
        self._fork = directory / "fork.json"
        self._files = PublicFiles(self._public)
        self._remembers = False

    def copy(self) -> Source | None:
        """Give the copy, if there is one."""
        there = (self._public / CHECKPOINT).exists()
        return DirectorySource(self._public) if there else None

    def write(self, believed: Believed, recent: Sequence[bytes]) -> None:
        """Make durable what is about to be believed.

        Args:
            believed: with its checkpoint.
            recent: the last entries, from the beginning of a bundle.

        Raises:
            Broken: ``mirror.older`` or ``mirror.kept`` if that is no continuation of the copy;
                ``store.*`` or ``public.*`` if the copy cannot be written.
        """
        first = believed.size - len(recent)

        def read(start: int, stop: int) -> list[bytes]:
            if start >= first:
                return list(recent[start - first : stop - first])
            return self._entries(start)

        try:
            newest = self._files.publish(
                believed.tree, read, {}, believed.checkpoint or b"", believed.size
            )
        except Broken as problem:
            if problem.code == _DIFFERENT:
                raise Broken("mirror.kept") from None
            raise
        if not newest:
            raise Broken("mirror.older")

    def _entries(self, start: int) -> list[bytes]:
        path = Tile(ENTRIES, start // TILE_WIDTH).path
        try:
            return unpack_bundle(DirectorySource(self._public).read(path) or b"", TILE_WIDTH)
        except (OSError, TlogError):
            raise Broken("public.damaged", path=path) from None

    def set_aside(self) -> None:
        """Forget a copy that is not that of its own checkpoint; a person may still look at that.

        The next writing compares every file, and mends what the disk spoilt.

        Raises:
            Broken: ``store.full`` or ``store.unwritable``.
        """
        with writing_to(CHECKPOINT):
            (self._public / CHECKPOINT).replace(self._directory / "checkpoint.damaged")
            sync_directory(self._public)
            sync_directory(self._directory)

    def alarm(self) -> Alarm | None:
        """Give the alarm that was raised, also if it cannot be read any more."""
        try:
            alarm = Alarm.model_validate_json(self._fork.read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValidationError):
            alarm = Alarm()
        self._remembers = True
        return alarm

    def remember(self, alarm: Alarm) -> None:
        """Write the alarm down for ever; once, so that a person can take it away.

        Raises:
            Broken: ``store.full`` or ``store.unwritable``.
        """
        if not self._remembers:
            write_durable(self._fork, alarm.model_dump_json(indent=1).encode(), mode=0o600)
            self._remembers = True
