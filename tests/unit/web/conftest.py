"""The story served: once to be read by all, or a copy of one's own."""

from contextlib import closing

import pytest
from tests.pages import Reader, Story, served


@pytest.fixture(scope="session")
def shown(told, tmp_path_factory):
    """The story, served; to be read only."""
    place = tmp_path_factory.mktemp("shown") / "story"
    with (
        closing(Story(told, place)) as story,
        story.answering(),
        served(story.site.app()) as address,
        closing(Reader(address, story)) as reader,
    ):
        yield reader


@pytest.fixture
def story(told, tmp_path):
    """A story of one's own."""
    with closing(Story(told, tmp_path / "story")) as made:
        yield made
