"""Every address with who may: role and own or another organisation, asked over HTTP."""

from contextlib import ExitStack, closing
from dataclasses import dataclass, field

import pytest
from tests.pages import AWAY, ELDER_LANE, PAGES, Reader, Story, served
from tests.worlds import example

from answerable.model.actor import Role
from answerable.model.proposal import BenefitClaimed
from answerable.web.language import LANGUAGES
from answerable.web.routes import TABLE

COUNCIL, HEALTH = "inverlarch-council", "strathlarch-health-board"
RIVERS, FIRE = "larchwater-rivers-agency", "larchside-fire-and-rescue"
FACILITATORS, STEWARDS = "kirklarch-facilitators", "inverlarch-data-commons"

WHO = {
    "public": (None, ""),
    "citizen": (Role.CITIZEN, COUNCIL),
    "panellist": (Role.PANELLIST, FACILITATORS),
    "officer": (Role.OFFICER, COUNCIL),
    "custodian": (Role.CUSTODIAN, COUNCIL),
    "other officer": (Role.OFFICER, RIVERS),
    "other custodian": (Role.CUSTODIAN, HEALTH),
    "party": (Role.OFFICER, FIRE),
    "facilitator": (Role.FACILITATOR, FACILITATORS),
    "other facilitator": (Role.FACILITATOR, RIVERS),
    "steward": (Role.STEWARD, STEWARDS),
    "auditor": (Role.AUDITOR, STEWARDS),
}
SIGNED_IN = set(WHO) - {"public"}
STAFF = SIGNED_IN - {"citizen", "panellist", "auditor"}
EVERYONE = set(WHO)
WORDS = "Find people who may need extra help"
"""What nobody is shown who is sent away."""


@dataclass(frozen=True)
class Row:
    """One address.

    Attributes:
        may: who may; others are told to sign in, or that it is not theirs.
        sends: what is sent, if anything is.
        status: of the answer to whoever may.
        others: of the answer to whoever signed in and may not.
        otherwise: by who: another status, for those who are not even told that it is there.
    """

    may: set[str]
    sends: object = None
    status: int = 200
    others: int = 403
    otherwise: dict[str, int] = field(default_factory=dict)


STRANGERS = STAFF - {"officer", "custodian"}
BENEFIT = example(BenefitClaimed, benefit="another").model_dump_json().encode()
OUT = ("POST", "/sign-out")
PARTIES = {"officer", "custodian", "party"}
AGREEING = {"officer", "custodian", "other officer", "other custodian", "party"}
OFFICERS = {"officer", "other officer", "party"}
ADDRESSES = {
    ("GET", "/work"): Row(SIGNED_IN),
    ("GET", "/work/act/{kind}"): Row({"officer"}),
    ("POST", "/work/act/{kind}"): Row({"officer"}, {"_step": "check"}, 400),
    ("GET", "/work/done/{command}"): Row({"officer", "custodian"}),
    ("GET", "/work/drafts"): Row(STAFF),
    ("GET", "/work/drafts/{draft}"): Row({"officer"}, otherwise=dict.fromkeys(STRANGERS, 404)),
    ("POST", "/work/drafts/{draft}"): Row(
        {"officer"},
        {"_kind": "report-outcome", "_step": "check"},
        400,
        otherwise=dict.fromkeys(("other officer", "party"), 409),
    ),
    ("GET", "/work/proposals/{proposal}"): Row({"officer"}),
    ("GET", "/work/panels/{engagement}"): Row({"facilitator"}),
    ("GET", "/work/panels/{engagement}/members"): Row({"facilitator"}),
    ("GET", "/work/panels/{engagement}/pool"): Row({"facilitator"}),
    ("GET", "/work/panels/{engagement}/tables"): Row({"facilitator"}),
    ("POST", "/work/panels/{engagement}/pool"): Row({"facilitator"}, {"_step": "save"}, 409),
    ("POST", "/work/panels/{engagement}/pool/chances"): Row({"facilitator"}, {"base": ""}),
    ("GET", "/work/draws"): Row(STAFF),
    ("GET", "/work/recommendations"): Row(AGREEING),
    ("GET", "/work/agreements/{agreement}"): Row(PARTIES),
    ("GET", "/work/agreements/{agreement}/try"): Row(PARTIES),
    ("GET", "/work/release-points"): Row({"custodian", "other custodian"}),
    ("GET", "/work/organisations"): Row({"steward"}),
    ("GET", "/work/audit"): Row({"auditor"}),
    ("GET", "/agreements/{agreement}/evidence.zip"): Row(STAFF | {"auditor"}),
    ("GET", "/me/looked-up"): Row({"citizen"}),
    ("GET", "/me/looked-up/{gateway}/{release}"): Row({"citizen"}),
    ("GET", "/provider"): Row(EVERYONE, status=404),
    ("GET", "/provider/back"): Row(EVERYONE, status=404),
    ("POST", "/panels/{engagement}/register"): Row(EVERYONE, {}, 409),
    ("POST", "/panels/{engagement}/register/code"): Row(EVERYONE, {}, 410),
    ("POST", "/panels/{engagement}/withdraw"): Row(EVERYONE, {}, 400),
    ("POST", "/sign-in/{token}"): Row(EVERYONE, {}, 410),
    OUT: Row(EVERYONE, {}, 303),
    ("POST", "/api/actions/{kind}"): Row({"officer"}, BENEFIT, 409),
    **{
        ("GET", path): Row(EVERYONE)
        for path in PAGES
        if not path.startswith(("/work", "/me/looked-up", "/agreements/{agreement}/evidence"))
    },
}


def test_every_address_is_in_the_table():
    assert {(row.method, row.path) for row in TABLE} == set(ADDRESSES)


def address_of(method, path):
    """Give an example of an address."""
    example = {**PAGES, **{each: each for each in AWAY}, "/sign-out": "/sign-out"}
    example["/work/panels/{engagement}/pool/chances"] = "/work/panels/flood-help-panel/pool/chances"
    example["/api/actions/{kind}"] = "/api/actions/add-benefit"
    example["/sign-in/{token}"] = (
        "/sign-in/a-link-that-nobody-has" if method == "POST" else PAGES["/sign-in/{token}"]
    )
    return example[path]


@pytest.fixture(scope="module")
def everybody(told, tmp_path_factory):
    """Everybody, signed in; nothing that they do here changes anything."""
    place = tmp_path_factory.mktemp("access") / "story"
    with ExitStack() as stack:
        story = stack.enter_context(closing(Story(told, place)))
        stack.enter_context(story.answering())
        address = stack.enter_context(served(story.site.app()))
        found = {}
        for name, (role, organisation) in WHO.items():
            reader = stack.enter_context(closing(Reader(address, story)))
            subject = ELDER_LANE.subject if role is Role.CITIZEN else None
            found[name] = reader.sign_in(role, organisation, subject=subject) if role else reader
        yield found


def asked(reader, method, address, sends):
    if method == "GET":
        return reader.get(address)
    if isinstance(sends, bytes):
        headers = {"content-type": "application/json"}
        return reader.post(address, content=sends, headers=headers)
    return reader.post(address, sends)


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize(("method", "path"), [each for each in ADDRESSES if each != OUT])
def test_who_may(everybody, who, method, path):
    row, reader = ADDRESSES[method, path], everybody[who]
    away = 401 if method == "POST" else 303
    wanted = row.status if who in row.may else row.others if who in SIGNED_IN else away
    wanted = row.otherwise.get(who, wanted)
    reader.story.site._reception.tries._made.clear()
    for language in LANGUAGES:
        address = address_of(method, path) if language == "en" else f"/cy{address_of(method, path)}"
        answer = asked(reader, method, address, row.sends)
        assert answer.status_code == wanted, (address, answer.text[:300])
        if wanted in (401, 403):
            assert WORDS not in answer.text
        if wanted == 403 and "html" in answer.headers["content-type"]:
            assert "<h1" in answer.text


@pytest.mark.parametrize("who", WHO)
def test_anybody_may_sign_out_and_is_nobody_in_particular_then(story, who):
    role, organisation = WHO[who]
    with served(story.site.app()) as address, closing(Reader(address, story)) as reader:
        if role:
            reader.sign_in(role, organisation)
        row = ADDRESSES[OUT]
        assert who in row.may
        answer = asked(reader, "POST", "/sign-out", row.sends)
        assert answer.status_code == row.status
        assert answer.headers["clear-site-data"] == '"cache"'
        assert reader.get("/work").status_code == 303
