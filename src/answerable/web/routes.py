"""Every page, with its access, in one table."""

from typing import Final

from answerable.web.pages import api, decide, front, propose, sign_in
from answerable.web.row import ANYONE, STAFF, Row

TABLE: Final = (
    Row("GET", "/", ANYONE, front.front),
    Row("GET", "/proposals", ANYONE, propose.proposals),
    Row("GET", "/proposals/{proposal}", ANYONE, propose.proposal),
    Row("GET", "/agreements/{agreement}", ANYONE, decide.agreement),
    Row("GET", "/agreements/{agreement}/rules/{rule}", ANYONE, decide.rule),
    Row("GET", "/recommendations/{recommendation}", ANYONE, decide.recommendation),
    Row("GET", "/sign-in", ANYONE, sign_in.sign_in),
    Row("GET", "/sign-in/{token}", ANYONE, sign_in.link),
    Row("POST", "/sign-in/{token}", ANYONE, sign_in.enter),
    Row("POST", "/sign-out", ANYONE, sign_in.leave),
    Row("GET", "/api", ANYONE, api.api),
    Row("GET", "/api/openapi.json", ANYONE, api.openapi),
    Row("GET", "/api/actions", ANYONE, api.actions),
    Row("POST", "/api/actions/{kind}", STAFF, api.act, "json"),
)
