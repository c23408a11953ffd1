"""The public seal of the record, how to compare it, and what the record cannot prove."""

from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime

from answerable.evidence.seal import read_head
from answerable.model.organisation import OpenRegister
from answerable.model.text import Text
from answerable.science.tlog import Cosignature, CosignatureVerifier, Verifier, open_note
from answerable.science.tlog.errors import TlogError
from answerable.web.call import Call, Page
from answerable.web.listing import whole_number


@dataclass(frozen=True, slots=True)
class SealShown:
    """The last seal.

    Attributes:
        at: when it was dated; nothing if the date is not signed as it should be.
        note: the signed text, as published.
        names: who signed it, as the lines under it say.
    """

    size: int
    root: str
    at: datetime | None
    note: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KeyShown:
    """A key that seals or sealed the record.

    Attributes:
        since: how many entries the record had when it began to.
    """

    since: int
    key: str
    now: bool


@dataclass(frozen=True, slots=True)
class RootShown:
    """What the record's fingerprint was when it was shorter."""

    size: int
    root: str


@dataclass(frozen=True, slots=True)
class Bound:
    """What a check shows, and what it cannot."""

    shows: Text
    cannot: Text


def seals(call: Call) -> Page:
    """Show the last seal in full, the keys, and the fingerprint at any earlier size."""
    opened = call.state.get(OpenRegister, "register")
    size = whole_number(call, "size")
    said = {
        "origin": opened.origin,
        "seal": _seal(call, opened),
        "keys": [KeyShown(since, key, key == opened.log_key) for since, key in opened.log_keys],
        "time_key": opened.time_key,
        "size": call.state.size,
        "earlier": None if size is None else RootShown(size, call.loop.root(size).hex()),
    }
    earlier = said["earlier"]
    written = bytes.fromhex(earlier.root) if isinstance(earlier, RootShown) else b""
    return Page("seals.html", said, aids={"base64": b64encode(written).decode()})


def _seal(call: Call, opened: OpenRegister) -> SealShown | None:
    sealed = call.loop.sealed()
    if sealed is None:
        return None
    note = sealed.note.decode()
    names = tuple(line.split(" ")[1] for line in note.splitlines() if line.startswith("— "))
    head = read_head(sealed.note)
    return SealShown(head.size, head.root.hex(), _dated(sealed.note, opened), note, names)


def _dated(note: bytes, opened: OpenRegister) -> datetime | None:
    log = opened.log_key_at(read_head(note).size)
    try:
        signed = open_note(
            note, [Verifier.from_vkey(log), CosignatureVerifier.from_vkey(opened.time_key)]
        ).verified
    except TlogError:
        return None
    stamps = [line.timestamp for line in signed if isinstance(line, Cosignature)]
    return datetime.fromtimestamp(stamps[0], UTC) if stamps else None


def limits(call: Call) -> Page:
    """Say what the record cannot prove."""
    bounds = [
        Bound(Text({call.tongue.code: s}), Text({call.tongue.code: c})) for s, c in _said(call)
    ]
    return Page("limits.html", {"bounds": bounds})


def _said(call: Call) -> list[tuple[str, str]]:
    _ = call._
    return [
        (
            _("Every entry is in its place, and none was changed or taken out."),
            _("That everything that happened was entered. What nobody enters is not here."),
        ),
        (
            _("The record is sealed with its own key, at a stated time."),
            _(
                "That you are shown the same record as everybody else. Compare your seal with"
                " somebody else's to find out."
            ),
        ),
        (
            _("An organisation's key signed each act that binds it."),
            _(
                "That the right person in the organisation used the key. The record does not name"
                " the people who acted."
            ),
        ),
        (
            _("Entries follow each other in time."),
            _("That a time is right. We can only see that it is not before the entry above."),
        ),
        (
            _("Every entry has a form that the checks know."),
            _("That what it says is true."),
        ),
        (
            _("Data is described by the organisation responsible for it."),
            _("That the data itself is as described, or is correct."),
        ),
        (
            _("The lawful basis is stated for every organisation that shares."),
            _("That it is good in law. Only a regulator or a court can say that."),
        ),
        (
            _("Panel members are drawn by lot from sealed volunteers, and the votes add up."),
            _(
                "That everybody could volunteer, that the votes were counted right, or that others"
                " would think the same. An auditor can check the draw against private papers."
            ),
        ),
        (
            _("Every recommendation has an answer before a decision, and every rule has a reason."),
            _("That the rule is the best reading of what the panel meant."),
        ),
        (
            _("Release points count what they give, and each day's count is in the record."),
            _(
                "That no data left another way: by e-mail, on paper, or because a court or a law"
                " required it. An auditor can compare a release point's own log with the record."
            ),
        ),
        (
            _("No public words have the form of a postcode, telephone number or e-mail address."),
            _("That no words point to a person in some other way. Somebody has to read them."),
        ),
        (
            _("Official warnings are given by a named organisation, for a stated time."),
            _("That there was a flood."),
        ),
        (
            _("Promises kept and outcomes are reported by those who owe them."),
            _("That a measurement is right, or that the sharing caused what came of it."),
        ),
    ]
