"""Check the receipt of one release, offline."""

from collections.abc import Iterator
from pathlib import Path

from answerable.audit.verify import verify
from answerable.cli.console import table, tell
from answerable.evidence.source import source_at
from answerable.gateway.releases import Leaf, Verified, verify_receipt
from answerable.loop import SystemClock
from answerable.model.errors import Broken, Invalid
from answerable.model.exchange import Gateway
from answerable.science.tlog import TlogError, Verifier

_SHOWN = ("at", "agreement", "dataset", "pattern", "recipient", "purpose", "outcome", "rows", "by")


def check_receipt(file: Path, key: str | None, register: str | None) -> None:
    """Check a receipt against a key that is trusted, or the keys that a register lists.

    Raises:
        Invalid: ``receipt.file``, ``receipt.format``, ``receipt.key`` without either key.
        Broken: ``receipt.*`` when it does not hold; ``register.broken`` if the register does not.
    """
    try:
        data = file.read_bytes()
    except OSError:
        raise Invalid("receipt.file", file=file.name) from None
    if key is None and register is None:
        raise Invalid("receipt.key")
    _tell(verify_receipt(data, list(_verifiers(key, register))))


def _verifiers(key: str | None, register: str | None) -> Iterator[Verifier]:
    try:
        if key is not None:
            yield Verifier.from_vkey(key)
        if register is not None:
            yield from map(Verifier.from_vkey, _listed(register))
    except TlogError:
        raise Invalid("key.form") from None


def _listed(place: str) -> Iterator[str]:
    report = verify(source_at(place), SystemClock().now())
    if not report.holds:
        raise Broken("register.broken", place=place)
    for gateway in report.state.each(Gateway):
        yield from gateway.log_keys


def _tell(found: Verified) -> None:
    tell(f"Leaf {found.index} is in the log {found.origin} of {found.size} leaves.")
    table((name, _plain(found.leaf, name)) for name in _SHOWN if found.leaf.get(name) is not None)
    tell("The log's key signed that. It does not prove that what left was used as promised.")


def _plain(leaf: Leaf, name: str) -> str:
    value = leaf[name]
    return ", ".join(map(str, value)) or "no rule" if isinstance(value, list) else str(value)
