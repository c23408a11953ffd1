"""Write the generated pages of the reference, or check that they are up to date.

python -m tools.reference          write them
python -m tools.reference --check  fail if one differs
"""

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from tests.spec.page import terms_page

import answerable.stages
from answerable.audit.claims import CLAIMS
from answerable.gateway.asked import AskAbout, AskBulk, AskCounts, AskLookup, Emergency
from answerable.gateway.config import RegisterTold, Told
from answerable.gateway.connectors import (
    CsvSource,
    DuckdbSource,
    ParquetSource,
    PostgresSource,
    SqliteSource,
)
from answerable.gateway.door.routes import TABLE, Routes
from answerable.model.command import ACTIONS, RULES, is_flat
from answerable.model.entry import newest
from answerable.model.exchange import Count, ReleaseFields
from answerable.model.roles import MAY, Signed
from answerable.web.routes import TABLE as PAGE_TABLE
from answerable.web.row import ANYONE, SIGNED_IN, Row
from answerable.web.settings import Contact, Provider, Regulator, Settings
from answerable.words import sentences

DOCS = Path(__file__).parent.parent / "docs" / "reference"
_MADE = "<!-- Made by `make docs`: change the source, not this page. -->\n"

_ABOUT_ERRORS = """\
Every error has a stable code, words and a remedy. `{names}` are filled in. Codes that begin with
`*` stand for every noun, as in `proposal.unknown`. `request.*` are reasons why a request for data
is refused.

Exit status of the command line: 2 what was said is malformed, 3 the state does not allow it, 4 it
does not exist, 5 this actor may not, 6 somebody was faster, 7 something is broken or cannot be
written; 1 for a register that does not hold."""

_ABOUT_ENTRIES = """\
An entry is one permanent public statement that something happened. The form around it is in
[the public files](public-files.md). A field of the form `{en: …, cy: …}` is a sentence in one or
more languages."""

_ABOUT_ACTIONS = """\
What an actor may do in each stage. `answerable act VERB --schema` prints the JSON Schema of a
command."""

_ABOUT_CLAIMS = """\
`answerable verify` checks these, in this order, from the public files alone. Each says also what it
cannot prove."""

_SIGNERS = {
    Signed.NO: "nobody",
    Signed.ORGANISATION: "its organisation",
    Signed.STEWARDS: "a quorum of stewards",
    Signed.OLD_AND_NEW: "the new key, and the old key or a quorum of stewards",
    Signed.SEAL_OR_STEWARDS: "the old seal or a quorum of stewards",
}


def _first(doc: str | None) -> str:
    return " ".join((doc or "").split("\n\n")[0].split())


def _table(*rows: tuple[str, ...]) -> str:
    head, *body = (
        "| " + " | ".join(re.sub(r"\s+", " ", cell).replace("|", r"\|") for cell in row) + " |"
        for row in rows
    )
    return "\n".join([head, "|" + "---|" * len(rows[0]), *body])


def errors() -> str:
    """Give the page of error codes."""
    rows = [(f"`{code}`", says, remedy) for code, (says, remedy) in sorted(sentences().items())]
    return "\n".join(
        [
            "# Error codes",
            _MADE,
            _ABOUT_ERRORS,
            "",
            _table(("code", "what is wrong", "what to do"), *rows),
            "",
        ]
    )


def _stage_sections(lines: Callable[[str], Iterator[str]]) -> Iterator[str]:
    for number, stage in enumerate(answerable.stages.STAGES, start=1):
        yield f"## {number}. {stage.capitalize()}\n"
        yield from lines(stage)


def entries() -> str:
    """Give the page of kinds of entry."""

    def lines(stage: str) -> Iterator[str]:
        for body, (own, _) in RULES.items():
            if own != stage:
                continue
            kind, permit = body.kind, MAY[body.kind.name]
            yield f"### `{kind.name}` version {kind.version}\n"
            yield _first(body.__doc__) + "\n"
            if body is not (now := newest(kind.name)):
                yield f"- said no more: it is read as version {now.kind.version}"
            yield f"- fields: {', '.join(f'`{name}`' for name in body.model_fields)}"
            yield f"- said by: {', '.join(sorted(permit.roles))}"
            yield f"- signed by: {_SIGNERS[permit.signed]}\n"

    return "\n".join(
        [
            "# Kinds of entry",
            _MADE,
            _ABOUT_ENTRIES,
            "",
            *_stage_sections(lines),
        ]
    )


def actions() -> str:
    """Give the page of actions."""

    def lines(stage: str) -> Iterator[str]:
        for verb, action in ACTIONS.items():
            if action.stage != stage:
                continue
            file = "" if is_flat(action.command) else " --json FILE"
            door = f"`answerable {stage} {verb}{file}`"
            yield f"### {verb}\n"
            yield _first(action.command.__doc__) + "\n"
            yield f"- command line: {door}, or `answerable act {verb} --json FILE`"
            yield f"- fields: {', '.join(f'`{name}`' for name in action.command.model_fields)}"
            yield f"- entries: {', '.join(f'`{body.kind.name}`' for body in action.yields)}\n"

    return "\n".join(
        [
            "# Actions",
            _MADE,
            _ABOUT_ACTIONS,
            "",
            *_stage_sections(lines),
        ]
    )


def claims() -> str:
    """Give the page of claims."""
    parts = [
        "# What a check claims",
        _MADE,
        _ABOUT_CLAIMS,
        "",
    ]
    for number, claim in enumerate(CLAIMS, start=1):
        parts += [
            f"## {number}. {claim.name}\n",
            claim.says + "\n",
            f"*It cannot prove:* {claim.cannot}\n",
            f"Fed by: {claim.fed_by}.\n",
        ]
    return "\n".join(parts)


_ABOUT_GATEWAY = """\
A gateway stands beside the data of one organisation and gives out what agreements in the register
permit. `answerable gateway --config gateway.toml` runs it. See
[run a gateway](../how-to/run-a-gateway.md) and, for those who ask,
[ask a gateway](../how-to/ask-a-gateway.md).
Errors are problem details (RFC 9457) with a `code` of [the error codes](errors.md); a refusal lists
every reason."""

_MODELS: tuple[tuple[str, type[BaseModel], str], ...] = (
    ("The file: at the top", Told, ""),
    ("The file: `[register]`", RegisterTold, ""),
    ("The file: `[[sources]]` of kind `parquet`", ParquetSource, "kind"),
    ("The file: `[[sources]]` of kind `csv`", CsvSource, "kind"),
    ("The file: `[[sources]]` of kind `duckdb`", DuckdbSource, "kind"),
    ("The file: `[[sources]]` of kind `sqlite`", SqliteSource, "kind"),
    ("The file: `[[sources]]` of kind `postgres`", PostgresSource, "kind"),
    ("What `/lookup` is asked", AskLookup, ""),
    ("An emergency, in a lookup", Emergency, ""),
    ("What `/bulk` is asked", AskBulk, ""),
    ("What `/counts` is asked", AskCounts, ""),
    ("What `/about` is asked", AskAbout, ""),
    ('What a day came to, beside `"v":2`', ReleaseFields, ""),
    ("One row of it", Count, ""),
)

_ABOUT_COMMITMENT = """\
## A row's commitment

SHA-256, in hexadecimal, of these bytes, one after another:

1. `answerable/counted/v1` and a newline;
2. the salt of the day, 32 bytes, as `answerable gateway … salt DAY` prints it in hexadecimal;
3. the canonical JSON (RFC 8785) of an object with `agreement`, `dataset`, `day`, `gateway`,
   `outcome`, `pattern` and `recipient`, each `null` where the row has none, and a newline;
4. in the order of the log, the leaf hash (RFC 6962: SHA-256 of a zero byte and the line without
   its newline) of every line of that day that counts in the row: each release
   (`"what":"release"`) of its sort; each line of answers that ended (`"sent"`) with one of its
   sort; and, in the row of what was refused before an agreement was known, each line of refusals
   not listed (`"unlisted"`).
"""


def gateway() -> str:
    """Give the page of the gateway: routes, what is asked, and its file."""
    routes = [
        (f"`{method} {path}{'NAME' if path.endswith('/') else ''}`", access.value, _does(run))
        for method, path, access, run in TABLE
    ]
    parts = ["# The gateway", _MADE, _ABOUT_GATEWAY, "", "## Routes", ""]
    parts += [_table(("route", "who may", "what it does"), *routes), ""]
    for title, model, skip in _MODELS:
        parts += [f"## {title}", "", *_fields(model, skip), ""]
    return "\n".join([*parts, _ABOUT_COMMITMENT])


_ABOUT_PAGES = """\
`answerable serve` shows a register to people and to programs. See
[serve the pages](../how-to/serve-the-pages.md). Each path is there in Welsh too, with `/cy` before
it. Ask with `Accept: application/json`, or add `?as=json`, for what a page says as data; people and
programs get the same facts. Errors are pages for people and problem details (RFC 9457) for
programs, with a `code` of [the error codes](errors.md)."""

_ABOUT_SETTINGS = """\
Everything below stands in `pages.toml` in the workspace, and everything may be left out. Every
fault is named at once, and nothing starts before they are mended."""

_SETTINGS: tuple[tuple[str, type[BaseModel]], ...] = (
    ("The file: at the top", Settings),
    ("The file: `[contact]`, and `[contacts.ORGANISATION]`", Contact),
    ("The file: `[regulator]`", Regulator),
    ("The file: `[provider]`", Provider),
)


def pages() -> str:
    """Give the page of the pages: routes, and their file."""
    routes = [
        (f"`{row.method} {row.path}`", _who(row), _first(row.view.__doc__)) for row in PAGE_TABLE
    ]
    parts = ["# The pages", _MADE, _ABOUT_PAGES, "", "## Routes", ""]
    parts += [_table(("route", "who may", "what it does"), *routes), ""]
    parts += ["## Settings", "", _ABOUT_SETTINGS, ""]
    for title, model in _SETTINGS:
        parts += [f"## {title}", "", *_fields(model, ""), ""]
    return "\n".join(parts)


def _who(row: Row) -> str:
    known = {ANYONE: "anyone", SIGNED_IN: "anyone who signed in"}
    return known.get(row.access) or ", ".join(sorted(row.access))


def _does(run: str) -> str:
    return _first(getattr(Routes, run).__doc__)


def _fields(model: type[BaseModel], skip: str) -> Iterator[str]:
    about = {name: text for base in reversed(model.__mro__) for name, text in _said(base)}
    rows = []
    for name, field in model.model_fields.items():
        if name != skip:
            rows.append((f"`{field.alias or name}`", _default(field), about.get(name, "")))
    yield _first(model.__doc__)
    yield ""
    yield _table(("field", "if left out", "meaning"), *rows)


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "needed"
    usual = field.get_default(call_default_factory=True)
    if isinstance(usual, BaseModel):
        return "as below"
    return "empty" if usual == "" else f"`{usual}`"


def _said(kind: type) -> Iterator[tuple[str, str]]:
    """Read what a docstring says of its attributes."""
    _, _, attributes = (kind.__doc__ or "").partition("Attributes:")
    for found in re.finditer(
        r"\n        (\w+): (.*?)(?=\n        \w+: |\Z)", attributes, re.DOTALL
    ):
        yield found[1], " ".join(found[2].split())


PAGES: dict[str, Callable[[], str]] = {
    "errors.md": errors,
    "entries.md": entries,
    "actions.md": actions,
    "claims.md": claims,
    "terms.md": terms_page,
    "gateway.md": gateway,
    "pages.md": pages,
}


def main(arguments: list[str]) -> int:
    """Write or check the pages; give the exit status."""
    stale = []
    for name, page in PAGES.items():
        path, text = DOCS / name, page()
        if "--check" in arguments:
            if not path.exists() or path.read_text("utf-8") != text:
                stale.append(name)
        else:
            path.write_text(text, "utf-8")
    if stale:
        print(f"Out of date: {', '.join(stale)}. Run: make docs", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
