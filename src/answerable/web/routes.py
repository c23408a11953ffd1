"""Every page, with its access, in one table."""

from typing import Final

from answerable.web.pages import (
    about,
    api,
    catalogue,
    decide,
    front,
    library,
    looked_up,
    me,
    propose,
    record,
    seals,
    sign_in,
)
from answerable.web.pages.work import TABLE as WORK
from answerable.web.row import ANYONE, CITIZEN, STAFF, Row

TABLE: Final = (
    Row("GET", "/", ANYONE, front.front),
    Row("GET", "/proposals", ANYONE, propose.proposals),
    Row("GET", "/proposals/{proposal}", ANYONE, propose.proposal),
    Row("GET", "/agreements/{agreement}", ANYONE, decide.agreement),
    Row("GET", "/agreements/{agreement}/rules/{rule}", ANYONE, decide.rule),
    Row("GET", "/recommendations/{recommendation}", ANYONE, decide.recommendation),
    Row("GET", "/library", ANYONE, library.library),
    Row("GET", "/library/{dataset}.csv", ANYONE, catalogue.table),
    Row("GET", "/library/{dataset}", ANYONE, catalogue.dataset),
    Row("GET", "/services", ANYONE, catalogue.services),
    Row("GET", "/services/{service}", ANYONE, catalogue.service),
    Row("GET", "/organisations/{organisation}", ANYONE, catalogue.organisation),
    Row("GET", "/record", ANYONE, record.record),
    Row("GET", "/record.atom", ANYONE, record.atom),
    Row("GET", "/record/seals", ANYONE, seals.seals),
    Row("GET", "/record/limits", ANYONE, seals.limits),
    Row("GET", "/record/{entry}", ANYONE, record.entry),
    Row("GET", "/record/{entry}/proof", ANYONE, record.proof),
    Row("GET", "/me", ANYONE, me.me),
    Row("GET", "/me/looked-up", CITIZEN, looked_up.looked_up),
    Row("GET", "/me/looked-up/{gateway}/{release}", CITIZEN, looked_up.evidence),
    Row("GET", "/me/{agreement}", ANYONE, me.notice),
    Row("GET", "/about/accessibility", ANYONE, about.accessibility),
    Row("GET", "/about/complaints", ANYONE, about.complaints),
    Row("GET", "/about/contact", ANYONE, about.contact),
    Row("GET", "/about/cookies", ANYONE, about.cookies),
    Row("GET", "/about/privacy", ANYONE, about.privacy),
    Row("GET", "/sign-in", ANYONE, sign_in.sign_in),
    Row("GET", "/sign-in/{token}", ANYONE, sign_in.link),
    Row("POST", "/sign-in/{token}", ANYONE, sign_in.enter),
    Row("POST", "/sign-out", ANYONE, sign_in.leave),
    Row("GET", "/api", ANYONE, api.api),
    Row("GET", "/api/openapi.json", ANYONE, api.openapi),
    Row("GET", "/api/actions", ANYONE, api.actions),
    Row("POST", "/api/actions/{kind}", STAFF, api.act, "json"),
    *WORK,
)
