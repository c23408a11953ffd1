"""Build registers that lie consistently: every key is the forger's, only the truth is missing."""

import dataclasses
import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from answerable.loop import Loop
from answerable.loop.keyring import Keyring
from answerable.loop.signers import sign
from answerable.model.agreement import Agreement
from answerable.model.entry import Entry, read_entry
from answerable.model.errors import Missing
from answerable.model.fingerprint import of_proposal, of_recommendation
from answerable.model.organisation import OpenRegister
from answerable.model.signing import canonical
from answerable.model.state import Builder
from answerable.science.tlog import Checkpoint, Tree, leaf_hash
from answerable.science.tlog import sign as sign_note
from answerable.store.public import PublicFiles

Plain = dict[str, Any]
Edit = Callable[[int, Plain], list[Plain]]


@dataclasses.dataclass
class Original:
    """A true register, and all of its keys."""

    entries: list[bytes]
    blobs: dict[str, bytes]
    keyring: Keyring

    @classmethod
    def of(cls, workspace: Path) -> "Original":
        with Loop(workspace) as loop:
            entries = [entry.data for entry in loop.entries()]
            blobs = {path.name: path.read_bytes() for path in (workspace / "public/blob").iterdir()}
            return cls(entries, blobs, loop.keyring)

    def plain(self) -> list[Plain]:
        return [json.loads(data) for data in self.entries]

    def first(self, kind: str, **body: Any) -> int:
        """Find an entry by its kind and some of its body."""
        for index, said in enumerate(self.plain()):
            if said["kind"] == kind and body.items() <= said["body"].items():
                return index
        raise LookupError(kind)


def _pin(state: Builder, kind: str, body: Plain) -> None:
    """Make what is signed fit what it is about, as the forger tells it."""
    if kind == "agreement.signed":
        body["terms"] = state.get(Agreement, body["agreement"]).terms
    if kind == "recommendation.answered":
        body["of"] = of_recommendation(state, body["recommendation"])
    if kind == "proposal.decided":
        body["of"] = of_proposal(state, body["proposal"])


def resigned(original: Original, edit: Edit, *, strict: bool = True) -> Iterator[bytes]:
    """Give the entries after an edit, each signed again with all the keys it needs."""
    state = Builder()
    now: dict[int, int] = {}
    for index, said in enumerate(original.plain()):
        if said["kind"] == "text.translated":
            if said["body"]["of"] not in now:
                continue
            said["body"]["of"] = now[said["body"]["of"]]
        for plain in edit(index, json.loads(json.dumps(said))):
            now[index] = state.size
            with suppress(Missing):
                _pin(state, plain["kind"], plain["body"])
            plain["signatures"] = []
            entry = read_entry(canonical(plain), state.size)
            if index:
                signed = sign(state, original.keyring, entry.envelope)
                entry = Entry(state.size, signed, signed.to_bytes())
            else:
                entry = read_entry(original.entries[0], 0)
            yield entry.data
            try:
                state.apply(entry)
            except Exception:
                if strict:
                    raise
                state.size += 1


def sealed(
    original: Original,
    entries: list[bytes],
    into: Path,
    *,
    at: datetime | None = None,
    root: bytes | None = None,
    origin: str | None = None,
    blobs: dict[str, bytes] | None = None,
) -> Path:
    """Publish entries as a forger who holds the seal would."""
    tree = Tree(leaf_hash(data) for data in entries)
    state = Builder()
    state.apply(read_entry(original.entries[0], 0))
    opened = state.get(OpenRegister, "register")
    moment = at or datetime(2026, 11, 1, tzinfo=UTC)
    head = Checkpoint(opened.origin, len(entries), tree.root())
    signers = [
        original.keyring.log(opened.log_key),
        original.keyring.time(opened.time_key).at(int(moment.timestamp())),
    ]
    note = sign_note(head.text, signers)
    public = PublicFiles(into / "public")
    public.publish(
        tree,
        lambda start, stop: entries[start:stop],
        original.blobs if blobs is None else blobs,
        note,
        len(entries),
    )
    if root or origin:
        head = Checkpoint(origin or opened.origin, len(entries), root or tree.root())
        (into / "public/checkpoint").write_bytes(sign_note(head.text, signers))
    return into / "public"


def change(wanted: int, **body: Any) -> Edit:
    """Change fields of the body of one entry."""

    def edit(index: int, said: Plain) -> list[Plain]:
        if index == wanted:
            said["body"].update(body)
        return [said]

    return edit


def envelope(wanted: int, **fields: Any) -> Edit:
    """Change fields of the envelope of one entry."""

    def edit(index: int, said: Plain) -> list[Plain]:
        return [{**said, **fields}] if index == wanted else [said]

    return edit


def drop(*wanted: int) -> Edit:
    """Leave entries out."""
    return lambda index, said: [] if index in wanted else [said]


def move(wanted: int, before: int) -> Edit:
    """Put an entry, dated as the one it comes before, in front of another."""
    held: list[Plain] = []

    def edit(index: int, said: Plain) -> list[Plain]:
        if index == wanted:
            return []
        if index == before:
            return [*held, said]
        return [said]

    def prepare(original: Original) -> Edit:
        said = original.plain()
        held.append({**said[wanted], "at": said[before]["at"]})
        return edit

    edit.prepare = prepare  # type: ignore[attr-defined]
    return edit
