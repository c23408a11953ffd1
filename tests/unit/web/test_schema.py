"""The interface for programs keeps its own description, whatever is made up from it."""

from contextlib import closing

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance
from tests.pages import CUSTODIAN, FACILITATOR, OFFICER, STEWARD, Story, served

from answerable.model.clock import SetClock
from answerable.model.command import ACTIONS
from answerable.model.roles import MAY
from answerable.web.openapi import document
from answerable.web.routes import TABLE

EXAMPLES = 6
BEYOND = [positive_data_acceptance, ignored_auth]
"""What is well formed may still be refused with 400: a schema cannot say every rule. Who may is
in `test_access`: this check cannot take the token away again."""

STAFF = (OFFICER, CUSTODIAN, FACILITATOR, STEWARD)
schema = schemathesis.openapi.from_dict(document(TABLE))


@pytest.fixture(scope="module")
def site(told, tmp_path_factory):
    """A story that anything may be said in, and a token of somebody in each role."""
    place = tmp_path_factory.mktemp("schema") / "story"
    with closing(Story(told, place)) as story, served(story.site.app()) as address:
        story.clock = SetClock(story.clock.moment)
        tokens = {}
        for who in STAFF:
            link = story.link(who)
            tokens[who.role] = story.sessions.enter(link, story.clock.now())
        yield address, tokens


def token_for(tokens, path):
    """Give the token of somebody whose role may say what an action says."""
    verb = path.removeprefix("/api/actions/")
    if verb not in ACTIONS:
        return tokens[OFFICER.role]
    roles = {role for body in ACTIONS[verb].yields for role in MAY[body.kind.name].roles}
    return next((token for role, token in tokens.items() if role in roles), tokens[STEWARD.role])


@schema.parametrize()
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_answer_is_as_described(case, site):
    address, tokens = site
    token = token_for(tokens, case.path)
    headers = {"authorization": f"Bearer {token}", "accept": "application/json"}
    case.call_and_validate(base_url=address, headers=headers, excluded_checks=BEYOND)
