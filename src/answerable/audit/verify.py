"""Check the public files of a register: files, seal, tree, then every entry by its rules."""

import base64
import hashlib
import re
from collections.abc import Iterator
from datetime import datetime

from answerable.audit import admission
from answerable.audit.claims import CLAIMS
from answerable.audit.draws import check_lottery, read_commitments
from answerable.audit.report import Report
from answerable.evidence import entry as evidence
from answerable.evidence.seal import (
    CHECKPOINT,
    check_chain,
    open_seal,
    read_head,
    unvouched_seal,
)
from answerable.evidence.source import Source
from answerable.model.base import BlobRef, moment_text
from answerable.model.command import RULES
from answerable.model.draw import Draw, PoolCommitted
from answerable.model.engagement import Engagement
from answerable.model.entry import Entry, check_exact, read_entry
from answerable.model.errors import AnswerableError, Broken, Refused
from answerable.model.organisation import OpenRegister, RegisterOpened
from answerable.model.state import Builder
from answerable.science.tlog import (
    Checkpoint,
    TlogError,
    Tree,
    Verifier,
    leaf_hash,
    tile_bytes,
    tiles_of,
    unpack_bundle,
)

_ATTEMPTS = 3
_DIGEST = re.compile(r"[0-9a-f]{64}")


def verify(source: Source, now: datetime, key: str | None = None) -> Report:
    """Check everything that the public files can show.

    Args:
        source: where the files are.
        now: the time; a seal dated more than a day after it is none.
        key: a verifier key you trust; without it the key found in the register is believed.

    A register that is published while it is read is read again, so no fault is a mere race.
    """
    for _ in range(_ATTEMPTS):
        before = source.read(CHECKPOINT)
        report = _Check(source, now, key, before).run()
        if report.holds or source.read(CHECKPOINT) == before:
            break
    return report


class _Check:
    """One pass over the files."""

    def __init__(
        self, source: Source, now: datetime, key: str | None, checkpoint: bytes | None
    ) -> None:
        self._source = source
        self._now = now
        self._key = key
        self._checkpoint = checkpoint
        self._state = Builder()
        self._report = Report(state=self._state)
        self._tree = Tree()
        self._blobs: list[tuple[str, BlobRef]] = []
        self._pools: list[tuple[str, PoolCommitted]] = []
        self._unvouched: list[str] = []

    def run(self) -> Report:
        checkpoint, head = self._checkpoint, self._head()
        if checkpoint is None or head is None:
            return self._report
        entries = list(self._entries(head.size))
        whole = len(entries) == head.size
        if whole:
            self._check_tree(head)
        self._replay(entries, whole=whole)
        if self._report.checked == head.size:
            self._check_seal(checkpoint)
        self._check_blobs()
        self._check_draws()
        self._check_files(head.size)
        return self._report

    # The checkpoint, unsigned as yet: which keys are to sign it, only the entries tell.

    def _head(self) -> Checkpoint | None:
        if self._checkpoint is None:
            self._report.fails("files", CHECKPOINT, Broken("file.missing", path=CHECKPOINT))
            return None
        try:
            head = read_head(self._checkpoint)
        except Broken as problem:
            self._report.fails("seal", CHECKPOINT, problem)
            return None
        self._report.origin, self._report.size = head.origin, head.size
        self._report.root = base64.b64encode(head.root).decode()
        return head

    # Bundles and tiles.

    def _entries(self, size: int) -> Iterator[bytes]:
        for tile in tiles_of(size):
            if not tile.is_bundle:
                continue
            data = self._read(tile.path)
            if data is None:
                return
            try:
                entries = unpack_bundle(data, tile.width)
            except TlogError as problem:
                self._report.fails("files", tile.path, Broken("file.form", said=problem.code))
                return
            self._tree.extend(map(leaf_hash, entries))
            yield from entries

    def _read(self, path: str) -> bytes | None:
        data = self._source.read(path)
        if data is None:
            self._report.fails("files", path, Broken("file.missing", path=path))
        return data

    def _check_tree(self, head: Checkpoint) -> None:
        if self._tree.root(head.size) != head.root:
            self._report.fails("tree", self._odd_one(head.size), Broken("tree.root"))
        for tile in tiles_of(head.size):
            if tile.is_bundle:
                continue
            data = self._read(tile.path)
            if data is not None and data != tile_bytes(self._tree, tile):
                self._report.fails("tree", tile.path, Broken("file.changed", path=tile.path))
        self._report.reached("tree")

    def _odd_one(self, size: int) -> str:
        """Name the first entry that is not what its hash in the tiles says, if they tell."""
        for tile in tiles_of(size):
            if tile.level == 0:
                said = self._source.read(tile.path) or b""
                true = self._tree.hashes(0, tile.start, tile.stop)
                for place in range(0, len(true), 32):
                    if said[place : place + 32] != true[place : place + 32]:
                        return f"entry {tile.start + place // 32}"
        return CHECKPOINT

    # Entries, one by one, by the rules of their own version.

    def _replay(self, entries: list[bytes], *, whole: bool) -> None:
        for index, data in enumerate(entries):
            claim, problem = self._admit(data, index)
            if problem is not None:
                self._report.fails(claim, f"entry {index}", problem)
                return
            self._report.checked += 1
        if whole:
            ends = {"files", "seal", "tree", "blobs", "draw"}
            self._report.reached(*({claim.name for claim in CLAIMS} - ends))

    def _admit(self, data: bytes, index: int) -> tuple[str, AnswerableError | None]:
        claim = "form"
        try:
            entry = read_entry(data, index)
            check_exact(entry)
            evidence.check_known(entry)
            claim = "order"
            evidence.check_place(self._state, entry)
            claim = "authority"
            evidence.check_authority(self._state, entry)
            claim = "signatures"
            evidence.check_signatures(self._state, entry)
            claim = "words"
            admission.check_words(entry)
            claim = RULES[type(entry.body)][0]
            admission.check_rule(self._state, entry)
        except AnswerableError as problem:
            return claim, problem
        except TlogError:
            return claim, Refused("key.form")
        self._note(entry)
        self._state.apply(entry)
        return claim, None

    def _note(self, entry: Entry) -> None:
        """Remember what later checks need: blobs named, pools, seals replaced without the old."""
        body, meaning = entry.body, entry.meaning
        for name in type(body).model_fields:
            value = getattr(body, name)
            if isinstance(value, BlobRef):
                self._blobs.append((f"entry {entry.index}", value))
        if isinstance(meaning, PoolCommitted):
            self._pools.append((f"entry {entry.index}", meaning))
        if isinstance(meaning, RegisterOpened):
            self._report.nature = meaning.nature
        unvouched = unvouched_seal(self._state, entry)
        if unvouched is not None:
            self._unvouched.append(unvouched)

    # The seal.

    def _check_seal(self, checkpoint: bytes) -> None:
        try:
            self._report.sealed_at = moment_text(open_seal(checkpoint, self._state, self._now))
            self._trust(self._state.get(OpenRegister, "register"))
        except Broken as problem:
            self._report.fails("seal", CHECKPOINT, problem)
        self._report.reached("seal")

    def _trust(self, opened: OpenRegister) -> None:
        """Follow the chain of seals from the key given to the key in force."""
        raw = Verifier.from_vkey(opened.log_key).public
        self._report.fingerprint = hashlib.sha256(raw).hexdigest()
        if self._key is None:
            self._report.trusted = opened.log_key
        else:
            check_chain(opened, self._key, self._unvouched)

    # Blobs, and what should not be there.

    def _check_blobs(self) -> None:
        for _, ref in self._blobs:
            path = f"blob/{ref.sha256}"
            data = self._read(path)
            if data is not None and (hashlib.sha256(data).hexdigest(), len(data)) != (
                ref.sha256,
                ref.size,
            ):
                self._report.fails("blobs", path, Broken("file.changed", path=path))
        for place, pool in self._pools:
            path = f"blob/{pool.pool.sha256}"
            data = self._source.read(path)
            if data is not None and not _holds(data, pool):
                self._report.fails("blobs", place, Broken("pool.fingerprints", path=path))
        if self._report.checked == self._report.size:
            self._report.reached("blobs")

    def _check_draws(self) -> None:
        """Check that each panel is what its lottery and its witnesses' numbers give."""
        for engagement in self._state.each(Engagement):
            for draw in engagement.draws:
                try:
                    self._check_draw(engagement, draw)
                except Broken as problem:
                    self._report.fails("draw", f"entry {draw.committed}", problem)
        if self._report.checked == self._report.size:
            self._report.reached("draw")

    def _check_draw(self, engagement: Engagement, draw: Draw) -> None:
        ref = draw.lottery
        data = ref and self._source.read(f"blob/{ref.sha256}")
        if data and ref and hashlib.sha256(data).hexdigest() == ref.sha256:  # else a fault already
            check_lottery(engagement, draw, data)

    def _check_files(self, size: int) -> None:
        if self._report.checked != size:
            return
        there = self._source.paths()
        wanted = {CHECKPOINT, *(tile.path for tile in tiles_of(size))}
        wanted |= {f"blob/{ref.sha256}" for _, ref in self._blobs}
        for path in sorted((there or frozenset()) - wanted):
            self._report.fails("files", path, Broken("file.unexpected", path=path))
        self._report.reached("files")


def _holds(data: bytes, pool: PoolCommitted) -> bool:
    """Tell whether a pool is one different fingerprint for each volunteer, and nothing else."""
    try:
        sealed = read_commitments(data, pool.engagement)
    except Broken:
        return False
    fingerprints = {item for item in sealed if isinstance(item, str) and _DIGEST.fullmatch(item)}
    return len(fingerprints) == len(sealed) == pool.volunteers
