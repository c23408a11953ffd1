"""The interface for programs as an OpenAPI 3.1 document, made from the commands and the pages."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.metadata import version
from typing import Any, Final

from pydantic.json_schema import models_json_schema

from answerable.model.command import ACTIONS, Action
from answerable.web.row import ANYONE, Row

COMMAND_ID: Final = "Answerable-Command-Id"
_PLACE: Final = "#/components/schemas/{model}"
_SIGNED_IN: Final[list[dict[str, list[str]]]] = [{"token": []}, {"cookie": []}]
_PROBLEMS: Final = {
    "400": "What was sent cannot be understood; every fault is named.",
    "401": "Nobody is signed in.",
    "403": "This role or organisation may not, or another site sent it.",
    "404": "Something that was named does not exist.",
    "409": "The state of the register does not allow it, or the command id is another's.",
    "413": "More than 1 MiB was sent.",
    "415": "It was not sent as JSON.",
    "503": "It could not be written, or was recorded and could not be published yet.",
}


@cache
def document(table: tuple[Row, ...]) -> dict[str, Any]:
    """Describe the whole interface."""
    models = [(action.command, "validation") for action in ACTIONS.values()]
    names, schemas = models_json_schema(models, ref_template=_PLACE)  # type: ignore[arg-type]
    acts = {
        f"/api/actions/{action.verb}": {"post": _act(action, names[action.command, "validation"])}
        for action in ACTIONS.values()
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Answerable",
            "version": version("answerable"),
            "description": "Every public act, and every page as data.",
        },
        "paths": {"/api/actions": {"get": _list()}, **acts, **dict(_pages(table))},
        "components": {
            "schemas": {**schemas["$defs"], **_OWN},
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "cookie": {"type": "apiKey", "in": "cookie", "name": "answerable-session"},
            },
        },
    }


_OWN: Final[dict[str, Any]] = {
    "Problem": {
        "type": "object",
        "description": "Problem details (RFC 9457).",
        "properties": {
            "title": {"type": "string", "description": "What is wrong."},
            "status": {"type": "integer"},
            "code": {"type": "string", "description": "What programs compare."},
            "says": {"type": "string"},
            "remedy": {"type": "string", "description": "What to do."},
            "faults": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {name: {"type": "string"} for name in ("field", "code", "says")},
                    "required": ["field", "code", "says"],
                },
            },
        },
        "required": ["title", "status", "code", "remedy", "faults"],
    },
    "Recorded": {
        "type": "object",
        "properties": {
            "command_id": {"type": "string"},
            "entries": {"type": "array", "items": {"$ref": _PLACE.format(model="RecordedEntry")}},
        },
        "required": ["command_id", "entries"],
        "additionalProperties": False,
    },
    "RecordedEntry": {
        "type": "object",
        "properties": {
            "index": {"type": "integer", "minimum": 0},
            "kind": {"type": "string"},
            "at": {"type": "string", "format": "date-time"},
            "body": {"type": "object"},
        },
        "required": ["index", "kind", "at", "body"],
        "additionalProperties": False,
    },
}


def _act(action: Action, schema: Any) -> dict[str, Any]:
    about = (action.command.__doc__ or "").strip().partition("\n\n")[0]
    return {
        "operationId": action.verb,
        "tags": [action.stage],
        "summary": about,
        "description": f"Adds: {', '.join(sorted(b.kind.name for b in action.yields))}.",
        "security": _SIGNED_IN,
        "parameters": [_command_id()],
        "requestBody": {"required": True, "content": {"application/json": {"schema": schema}}},
        "responses": {
            "200": _answer("The entries that joined the register.", "Recorded"),
            **{code: _problem(words) for code, words in _PROBLEMS.items()},
        },
    }


def _command_id() -> dict[str, Any]:
    return {
        "name": COMMAND_ID,
        "in": "header",
        "description": "Said again with the same id, the command changes nothing and gives the "
        "entries of the first time.",
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{7,79}$"},
    }


def _list() -> dict[str, Any]:
    schema = {"type": "object", "required": ["actions"]}
    content = {"application/json": {"schema": schema}}
    return {
        "operationId": "actions",
        "summary": "Every action with its fields.",
        "responses": {"200": {"description": "The list.", "content": content}},
    }


def _pages(table: Sequence[Row]) -> Iterator[tuple[str, Any]]:
    """Describe the pages that are data too."""
    for row in table:
        if row.method == "GET" and row.data and not row.path.startswith("/api/"):
            yield row.path, {"get": _page(row)}


def _page(row: Row) -> dict[str, Any]:
    names = re.findall(r"{(\w+)}", row.path)
    said: dict[str, Any] = {
        "operationId": f"page {row.path}",
        "tags": ["pages"],
        "summary": f"The page {row.path} as data.",
        "description": "Ask with `Accept: application/json`, or add `?as=json` to the address.",
        "parameters": [
            {"name": each, "in": "path", "required": True, "schema": {"type": "string"}}
            for each in names
        ],
        "responses": {
            "200": {
                "description": "What the page says.",
                "content": {"application/json": {"schema": {"type": "object"}}},
            },
            "404": _problem("There is no such page."),
            "4XX": _problem("What was asked cannot be answered."),
        },
    }
    return said if row.access == ANYONE else said | {"security": _SIGNED_IN}


def _answer(words: str, schema: str) -> dict[str, Any]:
    place = {"$ref": _PLACE.format(model=schema)}
    return {"description": words, "content": {"application/json": {"schema": place}}}


def _problem(words: str) -> dict[str, Any]:
    place = {"$ref": _PLACE.format(model="Problem")}
    return {"description": words, "content": {"application/problem+json": {"schema": place}}}
