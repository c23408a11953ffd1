"""The newest entries as an Atom feed (RFC 4287), for whoever follows the record."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from xml.etree.ElementTree import Element, SubElement, tostring

from answerable.model.base import moment_text
from answerable.model.organisation import OpenRegister
from answerable.web.call import Call
from answerable.web.kinds import kinds
from answerable.web.lines import Line, title_of

_ATOM: Final = "http://www.w3.org/2005/Atom"
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold."""


def feed(call: Call, lines: Sequence[Line]) -> bytes:
    """Write the feed.

    The id of an entry (a tag, RFC 4151) is made of the register's origin and the entry's number,
    so that it lasts wherever the pages are served.
    """
    opened = call.state.get(OpenRegister, "register")
    root = Element("feed", {"xmlns": _ATOM, "xml:lang": call.tongue.code})
    _add(root, "id", _tag(opened, "record" + call.tongue.prefix))
    _add(root, "title", call._("Public record: %(title)s", title=call.tongue.plain(opened.title)))
    _add(root, "subtitle", call._("Every entry in the public record, the newest first"))
    _add(root, "updated", moment_text(lines[0].at if lines else opened.at))
    _link(root, "self", _whole(call, "/record.atom"), "application/atom+xml")
    _link(root, "alternate", _whole(call, "/record"), "text/html")
    _author(root, call.tongue.plain(opened.operator_title))
    named = kinds(call)
    for line in lines:
        _entry(call, root, line, opened, named)
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _entry(
    call: Call, root: Element, line: Line, opened: OpenRegister, named: dict[str, str]
) -> None:
    entry = SubElement(root, "entry")
    _add(entry, "id", _tag(opened, f"record/{line.entry}"))
    _add(entry, "title", line.line)
    _add(entry, "updated", moment_text(line.at))
    _add(entry, "published", moment_text(line.at))
    _link(entry, "alternate", _whole(call, f"/record/{line.entry}"), "text/html")
    _author(entry, title_of(call, line.organisation))
    label = _clean(named.get(line.kind, line.kind))
    SubElement(entry, "category", {"term": line.kind, "label": label})
    _add(entry, "summary", line.line)


def _tag(opened: OpenRegister, what: str) -> str:
    host, _, path = opened.origin.partition("/")
    return f"tag:{host},{_day(opened.at)}:{path + '/' if path else ''}{what}"


def _day(at: datetime) -> str:
    return at.date().isoformat()


def _whole(call: Call, path: str) -> str:
    """Give a whole address: feeds are read elsewhere."""
    base = call.settings.address or str(call.request.base_url)
    return f"{base.rstrip('/')}{call.tongue.url(path)}"


def _author(parent: Element, name: str) -> None:
    _add(SubElement(parent, "author"), "name", name)


def _link(parent: Element, rel: str, href: str, media: str) -> None:
    SubElement(parent, "link", {"rel": rel, "href": href, "type": media})


def _add(parent: Element, name: str, words: str) -> None:
    SubElement(parent, name).text = _clean(words)


def _clean(words: str) -> str:
    return _NOT_XML.sub("\ufffd", words)
