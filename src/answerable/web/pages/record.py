"""The public record: entries by page, kind, organisation and subject; one entry; a feed."""

import json
from bisect import bisect_right
from collections.abc import Iterator
from typing import Any, Final

from answerable.model.entry import KINDS
from answerable.model.errors import Invalid, Missing
from answerable.model.organisation import Organisation
from answerable.model.text import texts
from answerable.model.translation import TextTranslated
from answerable.science.tlog import leaf_hash
from answerable.web.atom import feed
from answerable.web.call import Call, Page, Raw
from answerable.web.kinds import kind_of, kinds
from answerable.web.lines import Line, line_of, title_of
from answerable.web.listing import MOST, address, whole_number
from answerable.web.recorded import Numbers, Selection
from answerable.web.signed import signed_by
from answerable.web.subjects import Subject, subjects_of

SIZE: Final = 25
NEWEST: Final = 50
_KNOWN: Final = frozenset(kind.name for kind in KINDS)


def record(call: Call) -> Page:
    """List entries, the newest first; machines' drafts of others only if they are asked for."""
    wanted, until = _wanted(call), whole_number(call, "until")
    found = call.reading.recorded.find(wanted)
    stop = len(found) if until is None else bisect_right(found, until)
    shown = found[max(0, stop - SIZE) : stop][::-1]
    said: dict[str, Any] = {
        "wanted": wanted,
        "until": until,
        "total": len(found),
        "hidden": len(call.reading.recorded.find(wanted._replace(drafts=True))) - len(found),
        "size": call.state.size,
        "entries": [line_of(call, call.loop.entry(int(each))) for each in shown],
        "older": int(found[stop - SIZE - 1]) if stop > SIZE else None,
        "newer": _newer(found, stop),
    }
    return Page("record.html", said, aids=_aids(call, wanted, said))


def _newer(found: Numbers, stop: int) -> int | None:
    """Give the number up to which the page above goes; nothing where this is the newest."""
    return int(found[min(stop + SIZE, len(found)) - 1]) if stop < len(found) else None


def _wanted(call: Call) -> Selection:
    recorded = call.reading.recorded
    wanted = Selection(
        call.asked("kind"),
        call.asked("organisation"),
        call.asked("subject"),
        call.asked("translations") == "yes" or call.asked("kind") == TextTranslated.kind.name,
    )
    if wanted.kind and wanted.kind not in _KNOWN and wanted.kind not in recorded.kinds:
        raise Invalid("page.choice", name="kind", value=_short(wanted.kind))
    if wanted.organisation and wanted.organisation not in recorded.organisations:
        call.state.get(Organisation, _short(wanted.organisation))
    return wanted


def _short(said: str) -> str:
    return said if len(said) <= 80 else f"{said[:80]}…"  # noqa: PLR2004 - as much as helps


def _aids(call: Call, wanted: Selection, said: dict[str, Any]) -> dict[str, Any]:
    named, recorded = kinds(call), call.reading.recorded
    organisations = [(each, title_of(call, each)) for each in recorded.organisations]
    return {
        "kinds": sorted(((k, named.get(k, k)) for k in recorded.kinds), key=lambda each: each[1]),
        "organisations": sorted(organisations, key=lambda each: each[1]),
        "names": named,
        "links": {
            "older": _address(wanted, said["older"]),
            "newer": _address(wanted, said["newer"]),
            "newest": _address(wanted, None),
            "lasting": _address(wanted, _last(said)),
            "whole": _address(wanted._replace(drafts=True), said["until"]),
        },
    }


def _last(said: dict[str, Any]) -> int | None:
    return said["entries"][0].entry if said["entries"] else None


def _address(wanted: Selection, until: object) -> str:
    asked = [
        ("kind", wanted.kind),
        ("organisation", wanted.organisation),
        ("subject", wanted.subject),
        ("translations", "yes" if wanted.drafts else ""),
        ("until", until),
    ]
    return address("/record", asked)


def entry(call: Call) -> Page:
    """Show one entry: what it says, who signed it, and how to check it."""
    number = _number(call)
    found = call.loop.entry(number)
    sealed = call.loop.sealed()
    said = {
        "told": line_of(call, found),
        "sentences": [text for _, text in texts(found.body)],
        "subjects": _subjects(call, number),
        "envelope": found.envelope.plain(),
        "signed_by": signed_by(call.state, found),
        "leaf": leaf_hash(found.data).hex(),
        "bytes": len(found.data),
        "sealed": sealed.size if sealed and number < sealed.size else None,
        "size": call.state.size,
    }
    aids = {"kind": kind_of(call, found.envelope.kind), "pretty": _pretty(said["envelope"])}
    return Page("entry.html", said, aids=aids)


def _pretty(envelope: object) -> str:
    return json.dumps(envelope, indent=2, ensure_ascii=False)


def _subjects(call: Call, number: int) -> list[Subject]:
    return list(subjects_of(call.state, call.reading.recorded.about(number)))


def proof(call: Call) -> Raw:
    """Give the evidence that an entry is in the record, as a file (C2SP tlog-proof)."""
    number = _number(call)
    receipt = call.loop.proof(number)
    return Raw("text/plain; charset=utf-8", receipt.data, f"entry-{number}.tlog-proof")


def _number(call: Call) -> int:
    """Give the number of an entry that is there.

    Raises:
        Missing: ``entry.unknown``.
    """
    said = call.named("entry")
    plain = said.isascii() and said.isdigit() and said == str(int(said[:12]))
    if not plain or int(said) > MOST or int(said) >= call.state.size:
        raise Missing("entry.unknown", name=_short(said))
    return int(said)


def atom(call: Call) -> Raw:
    """Give the newest entries as a feed."""
    return Raw("application/atom+xml; charset=utf-8", feed(call, list(_newest(call))))


def _newest(call: Call) -> Iterator[Line]:
    size = call.state.size
    lines = [line_of(call, each) for each in call.loop.entries(max(0, size - NEWEST), size)]
    yield from reversed(lines)
