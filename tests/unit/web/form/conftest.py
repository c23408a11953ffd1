"""A call of an officer on an English or a Welsh page, for forms without a browser."""

from types import SimpleNamespace

import pytest
from tests.pages import Story

from answerable.model.actor import Role
from answerable.store.sessions import Visitor
from answerable.web.call import Call
from answerable.web.drafts import Drafts
from answerable.web.language import Tongue, catalogue


@pytest.fixture(scope="module")
def told_story(told, tmp_path_factory):
    """A story that forms only read."""
    story = Story(told, tmp_path_factory.mktemp("forms") / "story")
    yield story
    story.close()


@pytest.fixture(scope="module")
def called(told_story):
    """Give a call of somebody, in a language."""

    def call(role=Role.OFFICER, organisation="inverlarch-council", language="en"):
        loop = told_story.loop
        tongue = Tongue(language, catalogue(language), Drafts())
        request = SimpleNamespace(query_params={}, scope={"page": "/"}, path_params={})
        visitor = Visitor(role, organisation, "somebody", None)
        return Call(loop, loop.state, loop.clock.now(), tongue, request, visitor)

    return call
