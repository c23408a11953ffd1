"""The evidence about an agreement in one file: entries, proofs, the seal, and how to check them.

The same record always gives the same bytes.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final, Self
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from answerable.loop import Loop
from answerable.model.agreement import Agreement
from answerable.model.entry import Entry
from answerable.model.errors import Missing
from answerable.model.organisation import OpenRegister
from answerable.model.reasons import recommendations_of
from answerable.model.state import State
from answerable.model.translation import TextTranslated
from answerable.terms import explain

_LONG_AGO: Final = (2000, 1, 1, 0, 0, 0)
_MODE: Final = 0o644 << 16


@dataclass(frozen=True, slots=True)
class Pack:
    """What is looked for, noted while the register is held still.

    Attributes:
        named: names that bear on the agreement, by the field in which entries say them.
        size: of the register.
    """

    agreement: Agreement
    opened: OpenRegister
    named: Mapping[str, frozenset[str]]
    size: int
    language: str = "en"

    @classmethod
    def of(cls, state: State, agreement: Agreement, language: str = "en") -> Self:
        """Note what the evidence about an agreement is."""
        opened = state.get(OpenRegister, "register")
        return cls(agreement, opened, _names(state, agreement), state.size, language)

    def data(self, loop: Loop) -> bytes:
        """Put it together."""
        made = BytesIO()
        with ZipFile(made, "w", ZIP_STORED) as archive:
            for name, data in sorted(self._files(loop)):
                info = ZipInfo(name, _LONG_AGO)
                info.external_attr = _MODE
                archive.writestr(info, data)
        return made.getvalue()

    def entries(self, loop: Loop) -> Iterator[Entry]:
        """Give every entry that the agreement rests on, or that speaks of it, in order."""
        given: set[int] = set()
        for entry in loop.entries(0, self.size):
            if entry.index == 0 or _speaks(entry, self.named, given):
                given.add(entry.index)
                yield entry

    def _files(self, loop: Loop) -> Iterator[tuple[str, bytes]]:
        agreement, language = self.agreement, self.language
        body = agreement.model_dump(mode="json", exclude_none=True)
        yield "agreement.json", _json({**body, "terms": agreement.terms})
        yield "agreement.txt", "".join(f"{s}\n" for s in explain(agreement, language)).encode()
        yield "register.vkey", f"{self.opened.log_key}\n".encode()
        yield "README.txt", _readme(agreement, self.opened).encode()
        yield from self._proven(loop)

    def _proven(self, loop: Loop) -> Iterator[tuple[str, bytes]]:
        note = b""
        for entry in self.entries(loop):
            name = f"entries/{entry.index:08}"
            yield f"{name}.json", entry.data
            try:
                proof = loop.proof(entry.index)
            except Missing:
                continue  # it is not sealed yet
            note = proof.note
            yield f"{name}.tlog-proof", proof.data
        if note:
            yield "checkpoint", note


def _names(state: State, agreement: Agreement) -> dict[str, frozenset[str]]:
    panels = recommendations_of(state, agreement.proposal)
    reasons = [term.because.partition(":") for term in (*agreement.limits, *agreement.duties)]
    return {
        "agreement": frozenset({agreement.agreement}),
        "proposal": frozenset({agreement.proposal}),
        "engagement": frozenset(each.engagement for each in panels),
        "recommendation": frozenset(each.recommendation for each in panels),
        "risk": frozenset(name for what, _, name in reasons if what == "risk"),
        "principle": frozenset(name for what, _, name in reasons if what == "principle"),
        "organisation": frozenset(party.organisation for party in agreement.parties),
    }


def _speaks(entry: Entry, named: Mapping[str, frozenset[str]], given: set[int]) -> bool:
    body = entry.meaning
    if isinstance(body, TextTranslated):
        return body.of in given
    if any(getattr(body, name, None) in names for name, names in named.items()):
        return True
    counts = getattr(body, "counts", ())
    return any(count.agreement in named["agreement"] for count in counts)


def _json(said: Any) -> bytes:
    return (json.dumps(said, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def _readme(agreement: Agreement, opened: OpenRegister) -> str:
    return f"""Evidence about the agreement {agreement.agreement}
from the public record {opened.origin}

agreement.json   the agreement as all entries add up to it, and the digest of its terms
agreement.txt    the same in plain sentences
entries/         every entry that it rests on, or that speaks of it, byte for byte as recorded;
                 beside each a proof that it is in the record (C2SP tlog-proof)
checkpoint       the seal of the record when this file was made
register.vkey    the key with which the record says that it is sealed: get it from somebody else
                 too, and compare

An entry that has no proof beside it was recorded after the last seal. Ask again later.

To check one entry: the last part of its proof is the seal. Check the seal with register.vkey, hash
the entry as RFC 9162 says (SHA-256 of a zero byte and the entry), and follow the hashes of the
proof up to the root in the seal. Any program that knows C2SP tlog-proof does this.

To check that the whole record is right, and that nothing was left out here, get its public files
and run either of

    answerable verify PUBLIC-FILES
    python3 tools/verify_register.py PUBLIC-FILES "$(cat register.vkey)"

What this file cannot prove: that what people recorded is true, or that everything that happened was
recorded.
"""
