"""Private keys kept beside a register: one file each, readable by the owner alone."""

import re
import secrets
from collections.abc import Iterator
from pathlib import Path

from answerable.model.errors import Broken, Invalid
from answerable.model.signing import SigningKey
from answerable.science.tlog import Cosigner, Signer
from answerable.store.files import lock, private_directory, write_durable

_SEED_BYTES = 32
_LABEL = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


class Keyring:
    """The keys in one directory, each under a label and the start of its id."""

    def __init__(self, directory: Path) -> None:
        self._directory = private_directory(directory)

    def add(self, label: str, seed: bytes) -> SigningKey:
        """Keep the key of an organisation or a steward; durable on return.

        Raises:
            Invalid: ``key.label`` if the label is not lower-case words joined by hyphens.
        """
        if not _LABEL.fullmatch(label):
            raise Invalid("key.label", label=label)
        key = SigningKey(seed)
        self._write(_file(label, key), seed.hex())
        return key

    def new(self, label: str) -> SigningKey:
        """Make a key and keep it."""
        return self.add(label, secrets.token_bytes(_SEED_BYTES))

    def discard(self, label: str, key: SigningKey) -> None:
        """Remove a key that was never admitted."""
        (self._directory / _file(label, key)).unlink(missing_ok=True)

    def find(self, key_id: str) -> SigningKey | None:
        """Give a key by its id, if it is here."""
        return next((key for _, key in self.all() if key.id == key_id), None)

    def secret(self, label: str) -> bytes:
        """Give 32 secret bytes of this workspace, made the first time they are asked for."""
        path = self._directory / f"{label}.secret"
        with lock(self._directory):
            if not path.exists():
                self._write(path.name, secrets.token_bytes(_SEED_BYTES).hex())
        return self._read(path)

    def all(self) -> Iterator[tuple[str, SigningKey]]:
        """Give every such key with its label."""
        for path in sorted(self._directory.glob("*.key")):
            seed = self._read(path)
            yield path.name.split(".")[0], SigningKey(seed)

    def add_seal(self, log: Signer, time: Cosigner) -> None:
        """Keep the keys that seal a register."""
        for role, key in (("log", log), ("time", time)):
            self._write(f"{role}.{key.key_id.hex()}.seal", key.private_text)

    def has_log(self, vkey: str) -> bool:
        """Tell whether the key that signs checkpoints is here."""
        return self._path("log", vkey).exists()

    def log(self, vkey: str) -> Signer:
        """Give the key that signs checkpoints.

        Raises:
            Broken: ``key.missing``: it is not here, so this machine cannot seal.
        """
        return Signer.from_private_text(self._seal("log", vkey))

    def time(self, vkey: str) -> Cosigner:
        """Give the key that signs the time of checkpoints.

        Raises:
            Broken: ``key.missing``.
        """
        return Cosigner.from_private_text(self._seal("time", vkey))

    def _seal(self, role: str, vkey: str) -> str:
        path = self._path(role, vkey)
        if not path.exists():
            raise Broken("key.missing", key=path.name)
        return path.read_text().strip()

    def _path(self, role: str, vkey: str) -> Path:
        return self._directory / f"{role}.{vkey.split('+')[1]}.seal"

    def _read(self, path: Path) -> bytes:
        try:
            seed = bytes.fromhex(path.read_text().strip())
        except ValueError:
            seed = b""
        if len(seed) != _SEED_BYTES:
            raise Broken("key.damaged", key=path.name)
        return seed

    def _write(self, name: str, text: str) -> None:
        write_durable(self._directory / name, f"{text}\n".encode(), mode=0o600)


def _file(label: str, key: SigningKey) -> str:
    return f"{label}.{key.id[:8]}.key"
