"""The interface for programs: what may be done, how, and doing it."""

import json
from dataclasses import dataclass
from typing import Any

from pydantic_core import to_json

from answerable.model.command import action_of, read_command
from answerable.model.entry import Entry
from answerable.model.errors import Invalid
from answerable.web.actions import Act, acts
from answerable.web.call import JSON, Answer, Call, Later, Page, Raw
from answerable.web.forms import TEXT_BYTES
from answerable.web.openapi import COMMAND_ID, document
from answerable.web.steps import names


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of the loop with its actions."""

    id: str
    actions: tuple[Act, ...]


def api(call: Call) -> Page:
    """Tell developers how to do from a program what people do on pages."""
    every = acts()
    stages = [
        Stage(stage, tuple(act for act in every if act.stage == stage))
        for stage in dict.fromkeys(act.stage for act in every)
    ]
    aids = {
        "header": COMMAND_ID,
        "origin": str(call.request.base_url).rstrip("/"),
        "names": names(call),
    }
    return Page("api.html", {"stages": stages}, aids=aids)


def actions(_call: Call) -> Raw:
    """List every action."""
    return Raw(JSON, to_json({"actions": acts()}))


def openapi(call: Call) -> Raw:
    """Give the description that tools read."""
    return Raw(JSON, to_json(document(call.request.app.state.table)))


def act(call: Call) -> Answer:
    """Carry a command out; what takes long first, while others go on."""
    action = action_of(call.named("kind"))
    media = call.request.headers.get("content-type", JSON).partition(";")[0].strip().lower()
    if media != JSON:
        raise Invalid("command.media", media=media[:100])
    command = read_command(action, call.body, TEXT_BYTES)
    wanted = call.request.headers.get(COMMAND_ID)
    loop, actor = call.loop, call.actor

    def carried_out(_: object = None) -> Raw:
        return Raw(JSON, to_json(_recorded(loop.act(command, actor, command_id=wanted))))

    if action.prepare is None:
        return carried_out()
    return Later(lambda: loop.ready(command, actor), carried_out)


def _recorded(entries: tuple[Entry, ...]) -> dict[str, Any]:
    return {
        "command_id": entries[0].envelope.command_id,
        "entries": [_said(entry) for entry in entries],
    }


def _said(entry: Entry) -> dict[str, Any]:
    said = json.loads(entry.data)
    return {"index": entry.index, **{name: said[name] for name in ("kind", "at", "body")}}
