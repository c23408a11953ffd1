"""Working pages: what people in their roles do, one step at a time."""

from typing import Final

from answerable.model.actor import Role
from answerable.web.pages.work import (
    act,
    agreements,
    answers,
    audit,
    drafts,
    draws,
    gateways,
    home,
    members,
    organisations,
    panels,
    proposals,
    tables,
    trying,
)
from answerable.web.pages.work.pool import page as pool
from answerable.web.row import AUDIT, SIGNED_IN, STAFF, Row

_AGREEING: Final = frozenset({Role.OFFICER, Role.CUSTODIAN})
_OFFICER: Final = frozenset({Role.OFFICER})
_CUSTODIAN: Final = frozenset({Role.CUSTODIAN})
_FACILITATOR: Final = frozenset({Role.FACILITATOR})
_STEWARD: Final = frozenset({Role.STEWARD})
_AUDITOR: Final = frozenset({Role.AUDITOR})

TABLE: Final = (
    Row("GET", "/work", SIGNED_IN, home.work),
    Row("GET", "/work/act/{kind}", STAFF, act.act),
    Row("POST", "/work/act/{kind}", STAFF, act.send),
    Row("GET", "/work/done/{command}", STAFF, act.done),
    Row("GET", "/work/drafts", STAFF, drafts.drafts),
    Row("GET", "/work/drafts/{draft}", STAFF, drafts.draft),
    Row("POST", "/work/drafts/{draft}", STAFF, drafts.send),
    Row("GET", "/work/proposals/{proposal}", _OFFICER, proposals.proposal),
    Row("GET", "/work/panels/{engagement}", _FACILITATOR, panels.panel),
    Row("GET", "/work/panels/{engagement}/pool", _FACILITATOR, pool.pool),
    Row("POST", "/work/panels/{engagement}/pool", _FACILITATOR, pool.send),
    Row("POST", "/work/panels/{engagement}/pool/chances", _FACILITATOR, pool.chances),
    Row("GET", "/work/panels/{engagement}/members", _FACILITATOR, members.members),
    Row("GET", "/work/panels/{engagement}/tables", _FACILITATOR, tables.tables),
    Row("GET", "/work/draws", STAFF, draws.draws),
    Row("GET", "/work/recommendations", _AGREEING, answers.recommendations),
    Row("GET", "/work/agreements/{agreement}", _AGREEING, agreements.agreement),
    Row("GET", "/work/agreements/{agreement}/try", _AGREEING, trying.trying),
    Row("GET", "/work/release-points", _CUSTODIAN, gateways.gateways),
    Row("GET", "/work/organisations", _STEWARD, organisations.organisations),
    Row("GET", "/work/audit", _AUDITOR, audit.audit),
    Row("GET", "/agreements/{agreement}/evidence.zip", AUDIT, audit.evidence, data=False),
)
"""Every working page; part of the table of all pages."""
